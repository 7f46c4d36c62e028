"""Practitioners: who sees patients, in the order in which people choose from them."""

from typing import Any

import reflex as rx

from portal import routes
from portal.shell.dialog import dialog
from portal.shell.form import form
from portal.shell.frame import heading
from portal.shell.links import link
from portal.shell.press import press
from portal.shell.screen import title, waiting
from portal.staff.affected.page import confirming, save_bar
from portal.staff.frame import box, box_rows
from portal.staff.practitioners.state import Practitioners
from portal.staff.services.page import ROW, move_button
from portal.staff.settings.menu import settings_screen
from portal.staff.state import Desk
from portal.words import _


@rx.page(routes.STAFF_PRACTITIONERS, title=title(_("Practitioners")), on_load=Practitioners.load)
def practitioners() -> rx.Component:
    """List the practitioners."""
    new = link(_("New practitioner"), to=routes.STAFF_PRACTITIONER, class_name="btn btn-primary")
    return settings_screen(
        heading(
            _("Practitioners"),
            _("Who sees patients, what they give, and when they work."),
            rx.cond(Practitioners.loaded & Desk.runs_clinic, new),
        ),
        rx.cond(
            Practitioners.loaded,
            rx.fragment(
                rx.cond(Practitioners.practitioners, _list(), _none()),
                rx.cond(
                    Practitioners.ended,
                    box(_("Not working here any more"), _rows(Practitioners.ended, _ended)),
                ),
            ),
            rx.cond(Practitioners.answered, rx.fragment(), waiting()),
        ),
        _end_dialog(),
        current="practitioners",
    )


def _list() -> rx.Component:
    return rx.el.ul(
        rx.foreach(Practitioners.practitioners, _line),
        class_name="mt-6 divide-y divide-base-300 rounded-box border border-base-300 bg-base-100",
    )


def _rows(lines: Any, row: Any) -> rx.Component:
    return box_rows(rx.foreach(lines, row))


def _none() -> rx.Component:
    return rx.el.p(
        _("There is no practitioner yet. Add the first one, then their working hours."),
        class_name="mt-6 rounded-box border border-base-300 bg-base-100 p-4",
    )


def _words(line: Any, heading: Any) -> rx.Component:
    return rx.el.div(
        heading(
            link(
                line["name"],
                to=line["href"],
                class_name="link inline-flex min-h-11 items-center wrap-anywhere",
            ),
            class_name="text-base leading-snug",
        ),
        rx.el.p(line["role"], class_name="text-sm text-muted"),
        rx.cond(line["note"] != "", rx.el.p(line["note"], class_name="text-sm")),
        class_name="min-w-0",
    )


def _line(line: Any) -> rx.Component:
    move = {"handler": Practitioners.move, "answered": Practitioners.answered}
    buttons = rx.el.div(
        move_button(line, up=True, **move),
        move_button(line, up=False, **move),
        rx.el.button(
            _("End"),
            rx.el.span(": ", line["name"], class_name="sr-only"),
            type="button",
            on_click=Practitioners.ask_end(line["id"]),
            class_name="btn btn-outline btn-error",
        ),
        class_name="flex shrink-0 gap-2",
    )
    return rx.el.li(
        _words(line, rx.el.h2),
        rx.cond(Desk.runs_clinic, buttons),
        key=line["id"],
        class_name=ROW,
    )


def _ended(line: Any) -> rx.Component:
    back = press(
        _("Bring back"),
        rx.el.span(": ", line["name"], class_name="sr-only"),
        on_press=Practitioners.bring_back(line["id"]),
        answered=Practitioners.answered,
        class_name="btn shrink-0",
    )
    return rx.el.li(
        _words(line, rx.el.h3),
        rx.cond(Desk.runs_clinic, back),
        key=line["id"],
        class_name=ROW,
    )


def _end_dialog() -> rx.Component:
    return dialog(
        _("Not working here any more:") + " " + Practitioners.ending_name,
        form(
            rx.el.p(_("Nobody can book with them any more. You can bring them back at any time.")),
            save_bar(
                Practitioners,
                _("Yes, they have left"),
                rx.el.button(
                    _("Cancel"), type="button", class_name="btn", on_click=Practitioners.close
                ),
                place="dialog",
                tone="error",
            ),
            name="end",
            fixed=confirming(Practitioners, practitioner_id=Practitioners.ending),
            on_submit=Practitioners.end,
            answered=Practitioners.answered,
            errors=Practitioners.errors,
            message=Practitioners.message,
            class_name="mt-3 grid gap-4",
        ),
        open=Practitioners.ending != "",
        on_close=Practitioners.close,
    )
