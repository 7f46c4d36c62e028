"""What a visit's card and its own page share: what can be done, and the question before it."""

from typing import Any

import reflex as rx

from portal.shell import icons
from portal.shell.dialog import dialog, dialog_actions
from portal.shell.links import link, plain_link
from portal.shell.people import face
from portal.shell.press import press
from portal.shell.state import Shell
from portal.visits.state import Visits
from portal.words import _


def notes(visit: Any) -> rx.Component:
    """Say what there is to know before pressing a button."""
    return rx.fragment(
        rx.cond(
            visit["is_cancelled"],
            rx.el.p(
                icons.stops("size-5", "text-error"),
                visit["status"],
                class_name="mt-1 flex items-center gap-1.5 font-bold",
            ),
        ),
        rx.cond(visit["reason"], rx.el.p(visit["reason"], class_name="mt-1 wrap-anywhere")),
        rx.cond(visit["undo"], rx.el.p(visit["undo"], class_name="mt-1 text-sm")),
        rx.cond(visit["call"], rx.el.p(visit["call"], class_name="mt-1 text-sm")),
    )


def actions(visit: Any) -> tuple[rx.Component, ...]:
    """Offer what can be done with a visit now."""
    return (
        rx.cond(
            visit["join_url"],
            plain_link(
                _("Join"),
                _about(visit),
                to=visit["join_url"],
                rel="noreferrer",
                class_name="btn btn-primary flex-1 sm:flex-none",
            ),
        ),
        rx.cond(
            visit["move_to"],
            link(
                _("Move"),
                _about(visit),
                to=visit["move_to"],
                class_name="btn flex-1 sm:flex-none",
            ),
        ),
        rx.cond(visit["can_undo"], _undo(visit), rx.cond(visit["can_cancel"], _cancel(visit))),
        rx.cond(
            visit["call"],
            plain_link(
                icons.phone("size-4"),
                _("Contact to cancel"),
                _about(visit),
                to="tel:" + Shell.clinic_phone,
                class_name="btn flex-1 sm:flex-none",
            ),
        ),
        rx.cond(
            visit["again_to"],
            link(
                visit["again"],
                _about(visit),
                to=visit["again_to"],
                class_name="btn flex-1 sm:flex-none",
            ),
        ),
    )


def cancel_dialog() -> rx.Component:
    """Ask before a visit is cancelled: it alone, or all that belongs to it."""
    chosen: Any = Visits.chosen
    undoing = chosen["can_undo"]
    return dialog(
        rx.cond(undoing, _("Undo this booking?"), _("Cancel this visit?")),
        rx.el.p(rx.el.strong(chosen["about"]), class_name="mt-3 wrap-anywhere"),
        rx.el.p(
            rx.cond(
                undoing,
                _("Nothing stays booked, and nobody gets an email about it."),
                _("The time becomes free for others. Nobody is charged."),
            ),
            class_name="mt-2 text-muted",
        ),
        rx.cond(
            chosen["alone"],
            rx.fragment(),
            rx.el.p(
                _(
                    "They pay for this group visit, so it can only be cancelled for everyone who "
                    "comes."
                ),
                class_name="mt-2",
            ),
        ),
        dialog_actions(
            rx.el.button(
                _("Keep the visit"), type="button", class_name="btn", on_click=Visits.close
            ),
            rx.cond(
                chosen["alone"],
                rx.cond(
                    chosen["all_of"] != "",
                    _answer(
                        _("Cancel only this one"),
                        class_name="btn btn-outline btn-error bg-base-100",
                    ),
                    _answer(_("Cancel the visit"), class_name="btn btn-error"),
                ),
            ),
            rx.cond(
                chosen["all_of"] != "",
                _answer(chosen["all_words"], all_of=chosen["all_of"], class_name="btn btn-error"),
            ),
        ),
        open=Visits.asking,
        on_close=Visits.close,
        face=face(chosen["initials"], chosen["colour"].to(int), "lg"),
    )


def _answer(words: Any, *, class_name: str, all_of: Any = "") -> rx.Component:
    return press(
        words,
        on_press=Visits.cancel(Visits.chosen["id"], all_of),
        answered=Visits.answered,
        class_name=class_name,
    )


def _undo(visit: Any) -> rx.Component:
    """Undo at once; where more was booked in one go, ask first how much."""
    return rx.cond(
        visit["all_of"] != "",
        rx.el.button(
            icons.undo(),
            _("Undo"),
            _about(visit),
            type="button",
            on_click=Visits.ask_cancel(visit["id"]),
            class_name="btn flex-1 sm:flex-none",
        ),
        press(
            icons.undo(),
            _("Undo"),
            _about(visit),
            on_press=Visits.undo(visit["id"]),
            answered=Visits.answered,
            class_name="btn flex-1 sm:flex-none",
        ),
    )


def _cancel(visit: Any) -> rx.Component:
    return rx.el.button(
        _("Cancel"),
        _about(visit),
        type="button",
        on_click=Visits.ask_cancel(visit["id"]),
        class_name="btn btn-outline btn-error flex-1 bg-base-100 sm:flex-none",
    )


def _about(visit: Any) -> rx.Component:
    """Name the visit for whoever does not see where the button stands."""
    return rx.el.span(": ", visit["about"], class_name="sr-only")
