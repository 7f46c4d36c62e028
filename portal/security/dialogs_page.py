"""The dialogs of the Security page; each opens after a fresh proof of who asks for it."""

from typing import Any

import reflex as rx

from portal.security.form import app_set_up, new_recovery_codes, passkey_add
from portal.security.state import Security
from portal.shell.dialog import dialog, dialog_actions
from portal.shell.press import press
from portal.words import _


def dialogs() -> rx.Component:
    """Place every dialog of the page; at most one is open."""
    return rx.fragment(
        _box("app", _("Turn sign-in codes on"), app_set_up(on_done=Security.close)),
        _box("codes", _("New recovery codes"), new_recovery_codes(Security.close)),
        _box("off", _("Turn sign-in codes off?"), *_turn_off()),
        _box("passkey", _("Add a passkey"), *_add_passkey()),
    )


def _box(what: str, words: str, *children: Any) -> rx.Component:
    return dialog(words, *children, open=Security.dialog == what, on_close=Security.close)


def _turn_off() -> tuple[rx.Component, ...]:
    return (
        rx.el.p(
            _("From then on your password alone signs you in. Your recovery codes work no more."),
            class_name="mt-3",
        ),
        dialog_actions(
            _cancel(_("Keep the codes on")),
            press(
                _("Turn codes off"),
                on_press=Security.turn_codes_off,
                answered=Security.answered,
                class_name="btn btn-error",
            ),
        ),
    )


def _add_passkey() -> tuple[rx.Component, ...]:
    return (
        rx.el.p(
            _("Your device asks for your finger, your face or its PIN. The passkey stays on the "
              "device, or with your passwords where you keep them."),
            class_name="mt-3 mb-4",
        ),
        passkey_add(Security.close),
        rx.el.div(_cancel(_("Cancel")), class_name="mt-3"),
    )  # fmt: skip


def _cancel(words: str) -> rx.Component:
    return press(words, on_press=Security.close, answered=Security.answered)
