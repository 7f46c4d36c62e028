"""The doors of the people who work at the clinic: log-in, invitation, the app for their codes."""

import reflex as rx

from portal import routes
from portal.login.page import choose_password, reset_form, reset_sent
from portal.login.state import StaffLogin
from portal.security.form import app_set_up, passkey_sign_in
from portal.shell.form import field, form, password_field
from portal.shell.frame import heading
from portal.shell.fresh import if_said
from portal.shell.links import link
from portal.shell.screen import staff_door, title
from portal.shell.state import Shell
from portal.words import _


@rx.page(routes.STAFF_LOGIN, title=title(_("Staff sign in")), on_load=StaffLogin.load)
def staff_login() -> rx.Component:
    """Show the log-in page of staff."""
    return staff_door(
        heading(_("Staff sign in"), _("For the people who work at the clinic.")),
        form(
            field("email", _("Email"), type="email", autocomplete="username"),
            password_field("password", _("Password")),
            name="staff-login",
            action=routes.AUTH_LOGIN,
            fixed={"staff": True},
            carry=["next"],
            submit=_("Sign in"),
            place="inline",
        ),
        rx.el.div(passkey_sign_in(staff=True), class_name="mt-4"),
        rx.el.p(link(_("Forgot your password?"), to=routes.STAFF_RESET), class_name="mt-6"),
        rx.el.p(
            _("You are a patient?"),
            " ",
            link(_("Sign in here"), to=routes.LOGIN),
            class_name="mt-3",
        ),
    )


@rx.page(routes.STAFF_RESET, title=title(_("Staff: forgot your password?")), on_load=Shell.load)
def staff_reset() -> rx.Component:
    """Ask for the address to which a link is sent; the answer is the same for every address."""
    back = routes.STAFF_LOGIN
    return staff_door(if_said("sent", reset_sent(back), reset_form(back, staff=True)))


@rx.page(routes.STAFF_INVITATION, title=title(_("Choose your first password")), on_load=Shell.load)
def invitation() -> rx.Component:
    """Show the page behind an invitation; nothing happens until its button is pressed."""
    return staff_door(
        heading(
            _("Choose your first password"),
            _("You sign in with it, and with a code from your phone. That comes next."),
        ),
        choose_password(routes.AUTH_INVITATION, _("Save the password")),
    )


@rx.page(routes.STAFF_SET_UP, title=title(_("Set up your sign-in codes")), on_load=Shell.load)
def set_up() -> rx.Component:
    """Set the app up that every log-in of staff asks for, half-way through the first one."""
    return staff_door(
        heading(
            _("Set up your sign-in codes"),
            _("Everybody who works here signs in with a code besides the password."),
        ),
        app_set_up(signing_in=True),
        rx.el.p(link(_("Back to sign in"), to=routes.STAFF_LOGIN), class_name="mt-8"),
    )
