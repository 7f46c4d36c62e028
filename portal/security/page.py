"""The Security page: where I am signed in, and everything that signs me in."""

from typing import Any

import reflex as rx

from portal import routes
from portal.security.dialogs_page import dialogs
from portal.security.state import Security
from portal.shell.form import field, form, password_field
from portal.shell.frame import heading
from portal.shell.press import press
from portal.shell.screen import account_screen, title, waiting
from portal.words import _

ROWS = "mt-3 divide-y divide-base-300 rounded-box border border-base-300 bg-base-100"
ROW = "flex flex-wrap items-center justify-between gap-3 p-4 sm:px-5"


@rx.page(routes.ACCOUNT_SECURITY, title=title(_("Security")), on_load=Security.load)
def security() -> rx.Component:
    """Show a patient the locks of their account."""
    return account_screen(
        heading(_("Security"), _("Your password, and where you are signed in.")),
        locks(),
        current="security",
    )


def locks(*, must_have_codes: bool = False) -> rx.Component:
    """Show every lock of one's own account, on the patients' page and on the staff's."""
    return rx.fragment(
        _section("devices", _("Where you are signed in"), _devices()),
        rx.cond(
            Security.loaded,
            rx.fragment(
                _section("codes", _("Sign-in codes"), _codes(must_have_codes)),
                _section("passkeys", _("Passkeys"), _passkeys()),
                _section("email-h", _("Your email"), _email()),
            ),
        ),
        _section("password-h", _("Change your password"), _password()),
        dialogs(),
    )


def _section(id_: str, words: str, *children: Any) -> rx.Component:
    return rx.el.section(
        rx.el.h2(words, id=id_, class_name="text-xl"),
        *children,
        class_name="mt-10 first:mt-6",
        custom_attrs={"aria-labelledby": id_},
    )


def _devices() -> rx.Component:
    return rx.fragment(
        rx.cond(
            Security.loaded,
            rx.el.ul(rx.foreach(Security.devices, _device), class_name=ROWS),
            waiting(),
        ),
        rx.cond(
            rx.Var.create(Security.devices).length() > 1,
            rx.el.div(
                press(
                    _("Sign out everywhere else"),
                    on_press=Security.end_others,
                    answered=Security.answered,
                ),
                class_name="mt-4",
            ),
        ),
    )


def _device(device: Any) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.p(device["name"], class_name="font-bold"),
            rx.el.p(device["since"], class_name="text-sm text-muted"),
            rx.el.p(device["used"], class_name="text-sm text-muted"),
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
        class_name=ROW,
    )


def _codes(must_have: bool) -> rx.Component:
    off = rx.fragment(
        rx.el.p(
            _("With codes on, your password alone is not enough: an app on your phone shows a code "
              "that you enter too. Nobody gets in who only knows your password."),
            class_name="mt-2 max-w-read",
        ),
        _buttons(_opens("app", _("Turn codes on"), "btn btn-primary")),
    )  # fmt: skip
    last = (
        _opens("app", _("Use another app"))
        if must_have
        else _opens("off", _("Turn codes off"), "btn btn-outline btn-error")
    )
    on = rx.fragment(
        rx.el.p(
            rx.el.strong(_("On.")),
            " ",
            _("We ask for a code from your app after your password."),
            " ",
            Security.codes_left,
            class_name="mt-2 max-w-read",
        ),
        _buttons(_opens("codes", _("New recovery codes")), last),
    )
    return rx.cond(Security.codes_on, on, _once_confirmed(off))


def _passkeys() -> rx.Component:
    return rx.fragment(
        rx.el.p(
            _("A passkey signs you in with your finger, your face or the PIN of your device. You "
              "need no password and no code then. Both go on working beside it."),
            class_name="mt-2 max-w-read",
        ),
        rx.cond(
            rx.Var.create(Security.passkeys).length() > 0,
            rx.el.ul(rx.foreach(Security.passkeys, _passkey), class_name=ROWS),
        ),
        _once_confirmed(_buttons(_opens("passkey", _("Add a passkey")))),
    )  # fmt: skip


def _passkey(passkey: Any) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.p(passkey["name"], class_name="font-bold"),
            rx.el.p(passkey["used"], class_name="text-sm text-muted"),
        ),
        press(
            _("Remove"),
            rx.el.span(": ", passkey["name"], class_name="sr-only"),
            on_press=Security.remove_passkey(passkey["id"]),
            answered=Security.answered,
        ),
        class_name=ROW,
    )


def _email() -> rx.Component:
    return rx.fragment(
        rx.el.p(
            _("You sign in with"),
            " ",
            rx.el.strong(Security.email, class_name="wrap-anywhere"),
            ".",
            class_name="mt-2",
        ),
        _once_confirmed(
            form(
                field(
                    "email",
                    _("New email"),
                    type="email",
                    hint=_("We send a link there. Your email changes when you use it."),
                    autocomplete="email",
                ),
                name="new-email",
                on_submit=Security.change_email,
                answered=Security.answered,
                errors=Security.errors,
                message=Security.message,
                submit=_("Send the link"),
                place="inline",
                reset=True,
                class_name="mt-4 grid max-w-read gap-6",
            )
        ),
    )


def _password() -> rx.Component:
    return form(
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
    )


def _once_confirmed(content: rx.Component) -> rx.Component:
    return rx.cond(
        Security.confirmed,
        content,
        rx.el.p(_("Please confirm your email first."), class_name="mt-2 text-muted"),
    )


def _opens(what: str, words: str, class_name: str = "btn") -> rx.Component:
    return press(
        words, on_press=Security.begin(what), answered=Security.answered, class_name=class_name
    )


def _buttons(*buttons: rx.Component) -> rx.Component:
    return rx.el.div(*buttons, class_name="mt-4 flex flex-wrap gap-3")
