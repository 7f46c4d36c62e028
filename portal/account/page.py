"""My Account: the profile and the security page."""

from typing import Any

import reflex as rx

from portal import routes
from portal.account.state import Profile, Security
from portal.shell.form import birth_date, field, form, password_field
from portal.shell.frame import heading
from portal.shell.press import press
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
        rx.el.div(
            rx.el.p(_("Email"), class_name="font-bold"),
            rx.el.p(Shell.my_email, class_name="wrap-anywhere"),
            rx.el.p(
                _("You sign in with it. To change it, call the clinic."),
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


@rx.page(routes.ACCOUNT_SECURITY, title=title(_("Security")), on_load=Security.load)
def security() -> rx.Component:
    """Show where I am signed in, and let me change my password."""
    return account_screen(
        heading(_("Security"), _("Your password, and where you are signed in.")),
        rx.el.section(
            rx.el.h2(_("Where you are signed in"), id="devices", class_name="text-xl"),
            rx.cond(
                Security.loaded,
                rx.el.ul(
                    rx.foreach(Security.devices, _device),
                    class_name="mt-3 divide-y divide-base-300 rounded-box border border-base-300 bg-base-100",
                ),
                waiting(),
            ),
            rx.el.div(
                rx.cond(
                    rx.Var.create(Security.devices).length() > 1,
                    press(
                        _("Sign out everywhere else"),
                        on_press=Security.end_others,
                        answered=Security.answered,
                    ),
                ),
                class_name="mt-4",
            ),
            class_name="mt-6",
            custom_attrs={"aria-labelledby": "devices"},
        ),
        rx.el.section(
            rx.el.h2(_("Change your password"), id="password-h", class_name="text-xl"),
            form(
                password_field("current", _("Current password")),
                password_field(
                    "password",
                    _("New password"),
                    hint=_("At least 12 characters. Three words you will remember work well."),
                    autocomplete="new-password",
                ),
                name="password",
                action=routes.AUTH_PASSWORD,
                submit=_("Change the password"),
                place="inline",
                class_name="mt-4 grid max-w-read gap-6",
            ),
            class_name="mt-10",
            custom_attrs={"aria-labelledby": "password-h"},
        ),
        current="security",
    )


def _device(device: Any) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.p(device["name"], class_name="font-bold"),
            rx.el.p(device["since"], class_name="text-sm text-muted"),
        ),
        rx.cond(
            device["is_this"],
            rx.el.p(_("This one"), class_name="text-muted"),
            press(
                _("Sign out"),
                rx.el.span(": ", device["name"], class_name="sr-only"),
                on_press=Security.end(device["id"]),
                answered=Security.answered,
            ),
        ),
        class_name="flex flex-wrap items-center justify-between gap-3 p-4 sm:px-5",
    )
