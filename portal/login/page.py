"""The pages of the doors: log-in, reset, and what the links in mails open."""

import reflex as rx

from portal import routes
from portal.login.state import Login
from portal.security.form import passkey_sign_in
from portal.shell import frame
from portal.shell.form import field, form, password_field
from portal.shell.frame import heading
from portal.shell.fresh import if_said
from portal.shell.links import link
from portal.shell.screen import screen, title
from portal.shell.state import Shell
from portal.words import _


@rx.page(routes.LOGIN, title=title(_("Sign in")), on_load=Login.load)
def login() -> rx.Component:
    """Show the log-in page."""
    return screen(
        heading(_("Sign in")),
        form(
            field("email", _("Email"), type="email", autocomplete="username"),
            password_field("password", _("Password")),
            name="login",
            action=routes.AUTH_LOGIN,
            carry=["next"],
            submit=_("Sign in"),
            place="inline",
        ),
        rx.el.div(passkey_sign_in(), class_name="mt-4"),
        rx.el.p(link(_("Forgot your password?"), to=routes.RESET), class_name="mt-6"),
        rx.el.p(
            _("New here?"),
            " ",
            link(_("Create an account"), to=routes.SIGNUP, class_name="link font-bold"),
            class_name="mt-3",
        ),
        width=frame.READ,
    )


@rx.page(routes.SIGN_IN_CODE, title=title(_("Enter your code")), on_load=Shell.load)
def code() -> rx.Component:
    """Ask for the code of the second step, in the browser that gave the password."""
    return screen(
        heading(_("Enter your code"), _("Open the app on your phone that shows your codes.")),
        form(
            field(
                "code",
                _("Code"),
                hint=_("Six figures. Lost the app? Enter one of your recovery codes instead."),
                inputmode="text",
                autocomplete="one-time-code",
            ),
            name="code",
            action=routes.AUTH_CODE,
            carry=["next"],
            submit=_("Sign in"),
            place="inline",
        ),
        rx.el.p(
            _("Lost the app and the recovery codes? Call the clinic."), class_name="mt-6 text-muted"
        ),
        rx.el.p(link(_("Back to sign in"), to=routes.LOGIN), class_name="mt-3"),
        width=frame.READ,
    )


@rx.page(routes.RESET, title=title(_("Forgot your password?")), on_load=Shell.load)
def reset() -> rx.Component:
    """Ask for the address to which a link is sent; the answer is the same for every address."""
    asked = if_said("sent", reset_sent(routes.LOGIN), reset_form(routes.LOGIN))
    return screen(asked, width=frame.READ)


def reset_form(back: str, *, staff: bool = False) -> rx.Component:
    """Ask for the address; ``back`` is the log-in page of patients or of staff."""
    return rx.fragment(
        heading(
            _("Forgot your password?"),
            _("We send you an email with a link. There you choose a new password."),
        ),
        form(
            field("email", _("Email"), type="email", autocomplete="username"),
            name="reset",
            action=routes.AUTH_RESET,
            fixed={"staff": staff},
            submit=_("Send me the link"),
            place="inline",
        ),
        rx.el.p(link(_("Back to sign in"), to=back), class_name="mt-6"),
    )


def reset_sent(back: str) -> rx.Component:
    """Say the same for every address."""
    return rx.fragment(
        heading(_("Look in your email")),
        rx.el.p(
            _(
                "If there is an account with this address, an email with a link is on its way. "
                "The link works for one hour. If nothing comes in a few minutes, look in your "
                "spam folder, check that you typed the right address, or call the clinic."
            ),
            class_name="mt-3",
        ),
        rx.el.p(link(_("Back to sign in"), to=back), class_name="mt-6"),
    )


@rx.page(routes.RESET_NEW, title=title(_("Choose a new password")), on_load=Shell.load)
def new_password() -> rx.Component:
    """Show the page behind a reset link."""
    return screen(
        heading(_("Choose a new password"), _("You will be signed out everywhere else.")),
        choose_password(routes.AUTH_RESET_NEW, _("Save the new password")),
        width=frame.READ,
    )


def choose_password(action: str, submit: str) -> rx.Component:
    """Ask for a new password behind a link whose secret is in the page's address."""
    return form(
        password_field(
            "password",
            _("New password"),
            hint=_("At least 12 characters. Three words you will remember work well."),
            autocomplete="new-password",
        ),
        name="new-password",
        action=action,
        carry=["token"],
        submit=submit,
        place="inline",
    )


@rx.page(routes.VERIFY, title=title(_("Confirm your email")), on_load=Login.load_verify)
def verify() -> rx.Component:
    """Show the page behind a confirmation link; nothing happens until its button is pressed."""
    return screen(
        heading(_("Confirm your email")),
        rx.cond(
            Login.needs_password,
            rx.el.p(
                _("Enter the password you chose when you signed up. It shows that it was you."),
                class_name="mt-3",
            ),
            rx.el.p(_("One press, and your account is complete."), class_name="mt-3"),
        ),
        form(
            rx.cond(Login.needs_password, password_field("password", _("Password"))),
            name="verify",
            action=routes.AUTH_VERIFY,
            carry=["token"],
            submit=_("Confirm my email"),
            place="inline",
        ),
        rx.el.p(
            _("You did not sign up here? Close this page. Without the password nothing happens."),
            class_name="mt-6 text-muted",
        ),
        width=frame.READ,
    )


@rx.page(routes.NOT_ME, title=title(_("This is not me")), on_load=Shell.load)
def not_me() -> rx.Component:
    """Show the page behind "this is not me": it takes an address off somebody else's profile."""
    question = rx.fragment(
        heading(_("Is this not you?")),
        rx.el.p(
            _(
                "Somebody added a family member and used your email address. Press the button and "
                "we take your address off that profile. You get no more email about it, and the "
                "person who added it is told."
            ),
            class_name="mt-3",
        ),
        form(
            name="not-me",
            action=routes.AUTH_NOT_ME,
            carry=["token"],
            submit=_("Take my address off"),
            place="inline",
        ),
    )
    done = rx.fragment(
        heading(_("Your address is off that profile")),
        rx.el.p(
            _("You get no more email about it. There is nothing else to do."), class_name="mt-3"
        ),
    )
    return screen(if_said("done", done, question), width=frame.READ)


@rx.page(routes.NEW_EMAIL, title=title(_("Use your new email")), on_load=Login.load_new_email)
def new_email() -> rx.Component:
    """Show the page behind the link sent to a new address; its button changes it."""
    question = rx.fragment(
        heading(_("Use your new email")),
        rx.el.p(
            _(
                "Press the button and you sign in with this email from now on. "
                "Your old email gets no more mail about your account."
            ),
            class_name="mt-3",
        ),
        rx.cond(
            Login.needs_password,
            rx.el.p(
                _("Enter the password of your account. It shows that you asked for this."),
                class_name="mt-3",
            ),
        ),
        form(
            rx.cond(Login.needs_password, password_field("password", _("Password"))),
            name="new-email",
            action=routes.AUTH_NEW_EMAIL,
            carry=["token"],
            submit=_("Use this email"),
            place="inline",
        ),
        rx.el.p(
            _("You did not ask for this? Close this page. Nothing changes then."),
            class_name="mt-6 text-muted",
        ),
    )
    done = rx.fragment(
        heading(_("Your email is changed")),
        rx.el.p(
            _("Sign in with your new email from now on. You are signed out on other devices."),
            class_name="mt-3",
        ),
        rx.el.p(link(_("Go on"), to=routes.LOGIN), class_name="mt-6"),
    )
    return screen(if_said("done", done, question), width=frame.READ)
