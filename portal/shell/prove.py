"""Asking again who it is: a dialog that opens on any page when a handler needs a fresh proof.

A service raises `portal.account.fresh.PasswordNeeded`, the guard sets `Proof.asked`, and this
dialog posts the password to a plain route. Nothing on the page is lost; the person presses again.
"""

from typing import Any

import reflex as rx

from portal import routes
from portal.shell.form import form_texts
from portal.shell.guard import Proof
from portal.shell.state import Shell
from portal.words import _


def _proved(proved: rx.Var[bool]) -> tuple[rx.Var[bool]]:
    return (proved,)


class _Prove(rx.Component):
    library = "$/public/kit/prove.jsx"
    tag = "Prove"
    alias = "KitProve"

    asked: rx.Var[str]
    action: rx.Var[str]
    texts: rx.Var[dict[str, str]]
    form_texts: rx.Var[dict[str, Any]]
    on_done: rx.EventHandler[_proved]


def prove_dialog() -> rx.Component:
    """Place the dialog on a page; what it takes to show it is loaded when it first opens."""
    return _Prove.create(
        asked=Proof.asked,
        action=routes.AUTH_PROVE,
        on_done=Shell.close_proof,
        form_texts=form_texts(),
        texts={
            "heading": _("Is it still you?"),
            "why": _("This change lasts, so we ask for your password again. Nothing is lost."),
            "password": _("Password"),
            "reveal": _("Show the password"),
            "code": _("Code from your app"),
            "codeHint": _("Six figures, or one of your recovery codes"),
            "submit": _("Go on"),
            "cancel": _("Cancel"),
        },
    )
