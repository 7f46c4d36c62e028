"""Sign-up: a person's own details, then the family step."""

import reflex as rx

from portal import routes
from portal.family.form import member_fields
from portal.shell.form import (
    birth_date,
    blocks,
    choice,
    choices,
    field,
    form,
    password_field,
    when,
)
from portal.shell.links import link
from portal.shell.screen import step_screen, title
from portal.shell.state import Shell
from portal.signup.state import FamilyStep
from portal.words import _


@rx.page(routes.SIGNUP, title=title(_("Create an account")), on_load=Shell.load)
def signup() -> rx.Component:
    """Ask for the person's own details."""
    return step_screen(
        rx.el.p(
            _("You have an account already?"),
            " ",
            link(_("Sign in"), to=routes.LOGIN, class_name="link font-bold"),
            class_name="mt-3",
        ),
        form(
            _who_you_are(),
            _how_we_reach_you(),
            name="signup",
            action=routes.AUTH_SIGNUP,
            submit=_("Continue"),
            draft="signup",
            draft_owner="new",
            class_name="mt-6 grid gap-8",
        ),
        rx.el.p(
            _("We never show anyone else that you are a patient here."),
            class_name="mt-6 text-sm text-muted",
        ),
        title=_("Tell us who you are"),
        lead=_("We need this to book your visits."),
        step=1,
        of=3,
        close_to=routes.HOME,
    )


def _who_you_are() -> rx.Component:
    return rx.el.fieldset(
        rx.el.legend(_("Your name and birth date"), class_name="sr-only"),
        rx.el.div(
            field("first_name", _("First name"), autocomplete="given-name"),
            field("last_name", _("Last name"), autocomplete="family-name"),
            class_name="grid gap-5 sm:grid-cols-2",
        ),
        rx.el.div(
            field(
                "preferred_name",
                _("Preferred name"),
                hint=_("What we should call you"),
                optional=True,
                autocomplete="nickname",
            ),
            field("pronouns", _("Pronouns"), hint=_("For example she, he, they"), optional=True),
            class_name="grid gap-5 sm:grid-cols-2",
        ),
        birth_date(
            "birth_on", _("Birth date"), hint=_("For example 27 3 1986"), optional=True, own=True
        ),
        class_name="fieldset gap-5",
    )


def _how_we_reach_you() -> rx.Component:
    return rx.el.fieldset(
        rx.el.legend(_("How we reach you"), class_name="fieldset-legend mb-4"),
        field(
            "email",
            _("Email"),
            hint=_("This is also what you sign in with."),
            type="email",
            autocomplete="email",
        ),
        field(
            "phone",
            _("Mobile phone"),
            hint=_("For a call if a visit has to move."),
            type="tel",
            autocomplete="tel",
        ),
        password_field(
            "password",
            _("Password"),
            hint=_("At least 12 characters. Three words you will remember work well."),
            autocomplete="new-password",
        ),
        class_name="fieldset gap-5",
    )


@rx.page(routes.SIGNUP_FAMILY, title=title(_("Your family")), on_load=FamilyStep.load)
def family_step() -> rx.Component:
    """Ask whether the account is for a family, and for whom."""
    return step_screen(
        form(
            choices(
                "for_family",
                _("Will you be using this account to book appointments for family members?"),
                choice("yes", _("Yes"), _("Add them here and book for them at once.")),
                choice("no", _("No"), _("You can add family later in My Account.")),
            ),
            when(
                "for_family",
                "yes",
                rx.el.p(
                    _(
                        "You can book for them as soon as you have added them. We send each "
                        "person one email that says what you can do, and how to change it."
                    ),
                    class_name="text-muted",
                ),
                blocks("members", *member_fields()),
            ),
            name="family",
            on_submit=FamilyStep.go_on,
            answered=FamilyStep.answered,
            errors=FamilyStep.errors,
            message=FamilyStep.message,
            submit=_("Continue"),
            draft="signup-family",
            draft_owner=Shell.my_id,
        ),
        title=_("Your family"),
        step=2,
        of=3,
        close_to=routes.BOOK,
        close_label=_("Skip"),
    )
