"""The questions of the Sharing page: before somebody is removed or blocked."""

from typing import Any

import reflex as rx

from portal.sharing.state import Sharing
from portal.shell.dialog import dialog, dialog_actions, stops_and_stays
from portal.shell.form import checkbox, form, submit_bar
from portal.shell.people import face
from portal.shell.press import press
from portal.words import _


def dialogs() -> tuple[rx.Component, rx.Component]:
    """Return both; the state says which one is open."""
    return _remove(), _block()


def _remove() -> rx.Component:
    chosen: Any = Sharing.chosen
    name = chosen["first_name"].to(str)
    return dialog(
        _("Remove this family member:") + " " + name,
        stops_and_stays(Sharing.stops, Sharing.stays, _("This stops now, for you both")),
        form(
            checkbox(
                "quiet",
                _("Do not send them an email about this"),
                hint=_("They will still notice when they next sign in."),
            ),
            submit_bar(
                _("Remove") + " " + name,
                _keep(_("Keep") + " " + name),
                place="dialog",
                tone="error",
            ),
            name="remove",
            fixed={"member_id": chosen["id"]},
            on_submit=Sharing.remove,
            answered=Sharing.answered,
            errors=Sharing.errors,
            message=Sharing.message,
            class_name="mt-5 grid gap-5",
        ),
        open=Sharing.dialog == "remove",
        on_close=Sharing.close,
        face=face(chosen["initials"], chosen["colour"].to(int), "lg"),
    )


def _block() -> rx.Component:
    chosen: Any = Sharing.chosen
    name = chosen["first_name"].to(str)
    return dialog(
        _("Block this family member:") + " " + name,
        stops_and_stays(Sharing.stops, Sharing.stays),
        dialog_actions(
            _keep(_("Do not block") + " " + name),
            press(
                _("Block") + " " + name,
                on_press=Sharing.block(chosen["id"]),
                answered=Sharing.answered,
                class_name="btn btn-error",
            ),
        ),
        open=Sharing.dialog == "block",
        on_close=Sharing.close,
        face=face(chosen["initials"], chosen["colour"].to(int), "lg"),
    )


def _keep(words: Any) -> rx.Component:
    return rx.el.button(words, type="button", class_name="btn", on_click=Sharing.close)
