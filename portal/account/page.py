"""My Account: the profile."""

import reflex as rx

from portal import routes
from portal.account.state import ZONES, Profile
from portal.shell.form import birth_date, field, form
from portal.shell.frame import heading
from portal.shell.links import link
from portal.shell.screen import account_screen, title, waiting
from portal.shell.state import Shell
from portal.words import _


@rx.page(routes.ACCOUNT, title=title(_("My Account")), on_load=Profile.load)
def profile() -> rx.Component:
    """Show my details and let me change them."""
    return account_screen(
        heading(_("Profile"), _("How we address you and how we reach you.")),
        rx.cond(Profile.loaded, _profile_form(), waiting()),
        current="profile",
    )


def _profile_form() -> rx.Component:
    return form(
        rx.el.div(
            field(
                "first_name",
                _("First name"),
                autocomplete="given-name",
                default=Profile.first_name,
            ),
            field(
                "last_name",
                _("Last name"),
                autocomplete="family-name",
                default=Profile.last_name,
            ),
            class_name="grid gap-5 sm:grid-cols-2",
        ),
        rx.el.div(
            field(
                "preferred_name",
                _("Preferred name"),
                hint=_("What we should call you"),
                optional=True,
                autocomplete="nickname",
                default=Profile.preferred_name,
            ),
            field(
                "pronouns",
                _("Pronouns"),
                hint=_("For example she, he, they"),
                optional=True,
                default=Profile.pronouns,
            ),
            class_name="grid gap-5 sm:grid-cols-2",
        ),
        birth_date(
            "birth_on",
            _("Birth date"),
            hint=_("For example 27 3 1986"),
            optional=True,
            own=True,
            default=Profile.birth_on,
        ),
        field("phone", _("Mobile phone"), type="tel", autocomplete="tel", default=Profile.phone),
        field(
            "zone",
            _("Show times in"),
            hint=_("For when you live or travel in another time zone than the clinic"),
            optional=True,
            options=ZONES,
            placeholder=_("The clinic's time"),
            default=Profile.zone,
        ),
        rx.el.div(
            rx.el.p(_("Email"), class_name="font-bold"),
            rx.el.p(Shell.my_email, class_name="wrap-anywhere"),
            rx.el.p(
                _("You sign in with it."),
                " ",
                link(_("Change it under Security"), to=routes.ACCOUNT_SECURITY),
                class_name="text-sm text-muted",
            ),
        ),
        name="profile",
        on_submit=Profile.save,
        answered=Profile.answered,
        errors=Profile.errors,
        message=Profile.message,
        submit=_("Save"),
        place="inline",
        class_name="mt-6 grid max-w-read gap-6",
    )
