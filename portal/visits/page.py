"""Appointments: mine and my family's in one list, each with the person's face."""

from typing import Any

import reflex as rx

from portal import routes
from portal.shell import icons
from portal.shell.frame import heading
from portal.shell.fresh import fresh
from portal.shell.links import link
from portal.shell.people import face, person_class
from portal.shell.press import press
from portal.shell.screen import screen, title, waiting
from portal.visits.card.page import actions, cancel_dialog, notes
from portal.visits.state import Visits
from portal.visits.tabs_page import tabs
from portal.visits.views import VisitView
from portal.words import _

BOX = "rounded-box border border-base-300 bg-base-100"


@rx.page(routes.APPOINTMENTS, title=title(_("Appointments")), on_load=Visits.load)
def upcoming() -> rx.Component:
    """List the upcoming visits."""
    return _appointments(past=False)


@rx.page(
    routes.APPOINTMENTS_PAST,
    title=title(_("Past and cancelled appointments")),
    on_load=Visits.load,
)
def past() -> rx.Component:
    """List the past visits."""
    return _appointments(past=True)


def _appointments(*, past: bool) -> rx.Component:
    return screen(
        heading(
            _("Appointments"),
            None,
            link(
                icons.calendar_add(),
                _("Book a visit"),
                to=routes.BOOK,
                class_name="btn btn-primary hidden lg:inline-flex",
            ),
        ),
        rx.el.div(
            tabs("past" if past else "upcoming"),
            _filter(),
            class_name="no-print mt-4 flex flex-col gap-3 sm:flex-row sm:items-center sm:justify-between",
        ),
        fresh(_list(past=past), Visits.shown_for),
        rx.el.p(
            _("Someone missing? You see visits only for people who let you book for them."),
            " ",
            link(
                _("Family Members"),
                to=routes.ACCOUNT_FAMILY,
                class_name="link link-primary font-bold",
            ),
            class_name="mt-8 text-muted",
        ),
        cancel_dialog(),
        current="appointments",
        on_press=Visits.undo,
    )


def _filter() -> rx.Component:
    return rx.cond(
        rx.Var.create(Visits.people).length() > 1,
        rx.el.div(
            rx.el.label(_("Show"), html_for="only", class_name="shrink-0"),
            rx.el.select(
                rx.el.option(_("Everyone"), value=""),
                rx.foreach(
                    Visits.people,
                    lambda one: rx.el.option(one["name"], value=one["id"], key=one["id"]),
                ),
                id="only",
                name="only",
                default_value="",
                on_change=Visits.show_only,
                class_name="select sm:w-56",
            ),
            class_name="flex items-center gap-3",
        ),
    )


def _list(*, past: bool) -> rx.Component:
    return rx.fragment(
        rx.cond(
            Visits.loaded,
            rx.cond(Visits.days, rx.foreach(Visits.days, _day), _none(past=past)),
            waiting(),
        ),
        _pages(),
    )


def _day(day: Any) -> rx.Component:
    return rx.fragment(
        rx.el.h2(day["day"], class_name="mt-6 mb-3 text-lg"),
        rx.el.ul(rx.foreach(day["visits"].to(list[VisitView]), _visit), class_name="grid gap-3"),
        key=day["day"],
    )


def _visit(visit: Any) -> rx.Component:
    return rx.el.li(
        rx.el.article(
            rx.el.div(
                face(visit["initials"], visit["colour"]),
                rx.el.div(
                    rx.el.p(
                        visit["time"], class_name="text-xl font-bold leading-tight tabular-nums"
                    ),
                    rx.cond(visit["zone"], rx.el.p(visit["zone"], class_name="text-sm")),
                    rx.el.h3(visit["name"], class_name="text-base leading-snug wrap-anywhere"),
                    class_name="min-w-0",
                ),
                class_name=[
                    "tinted flex items-center gap-3 px-4 py-3 sm:px-5",
                    person_class(visit["colour"]),
                ],
            ),
            rx.el.div(
                rx.el.div(
                    rx.el.p(
                        link(
                            visit["what"],
                            to=visit["href"],
                            class_name="link inline-flex min-h-11 items-center sm:min-h-0",
                        )
                    ),
                    rx.el.p(visit["place"], class_name="text-sm text-muted"),
                    notes(visit),
                    class_name="min-w-0",
                ),
                rx.el.div(
                    *actions(visit),
                    class_name="no-print flex flex-wrap gap-2 empty:hidden sm:justify-end",
                ),
                class_name="grid gap-3 px-4 pt-3 pb-4 sm:grid-cols-[minmax(0,1fr)_auto] sm:items-center sm:px-5 sm:py-3.5",
            ),
            class_name=f"overflow-clip {BOX} sm:grid sm:grid-cols-[15rem_minmax(0,1fr)]",
        ),
        class_name="print-whole",
        key=visit["id"],
    )


def _none(*, past: bool) -> rx.Component:
    words = _("No past or cancelled visits.") if past else _("No visits are booked.")
    return rx.el.div(
        rx.el.h2(words, class_name="text-lg"),
        rx.el.p(
            _("Book one for yourself or for somebody in your family."),
            class_name="mt-1 text-muted",
        ),
        link(_("Book a visit"), to=routes.BOOK, class_name="btn btn-primary mt-4"),
        class_name=f"mt-6 p-6 {BOX}",
    )


def _pages() -> rx.Component:
    def turn(words: str, by: int, there: Any) -> rx.Component:
        return rx.cond(
            there,
            press(
                words,
                on_press=Visits.turn(Visits.page + by),
                answered=Visits.answered,
            ),
        )

    return rx.el.div(
        turn(_("Back"), -1, Visits.page > 1),
        turn(_("Show more"), 1, Visits.has_more),
        class_name="mt-6 flex gap-3 empty:hidden",
    )
