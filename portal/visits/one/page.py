"""One visit: when, where, with whom, and what can be done with it."""

from typing import Any

import reflex as rx

from portal import routes
from portal.shell import frame, icons
from portal.shell.frame import heading
from portal.shell.fresh import fresh
from portal.shell.links import link, plain_link
from portal.shell.people import face, person_class
from portal.shell.screen import screen, title, waiting
from portal.visits.card.page import actions, cancel_dialog, notes
from portal.visits.page import BOX
from portal.visits.state import Visits
from portal.words import _


@rx.page(routes.VISIT, title=title(_("Visit")), on_load=Visits.load_one)
def visit() -> rx.Component:
    """Show the visit that the address names."""
    one: Any = Visits.one
    return screen(
        link(
            icons.chevron_left(),
            _("Appointments"),
            to=routes.APPOINTMENTS,
            class_name="link -ms-1 inline-flex min-h-11 items-center gap-1",
        ),
        heading(_("Visit")),
        fresh(
            rx.cond(
                one["id"] != "",
                _card(one),
                rx.cond(Visits.loaded, _nothing(), waiting()),
            ),
            Visits.shown_for,
        ),
        cancel_dialog(),
        current="appointments",
        on_press=Visits.undo,
        width=frame.READ,
    )


def _card(one: Any) -> rx.Component:
    return rx.el.article(
        rx.el.div(
            face(one["initials"], one["colour"], "lg"),
            rx.el.div(
                rx.el.h2(one["what"], class_name="text-lg leading-snug wrap-anywhere"),
                rx.el.p(one["name"], class_name="wrap-anywhere"),
                class_name="min-w-0",
            ),
            class_name=[
                "tinted flex items-center gap-3 px-4 py-4 sm:px-6",
                person_class(one["colour"]),
            ],
        ),
        rx.el.div(
            notes(one),
            rx.el.dl(
                rx.foreach(Visits.facts, _fact),
                class_name="grid gap-4",
            ),
            rx.cond(
                Visits.video, rx.el.p(icons.info("size-5"), Visits.video, class_name="flex gap-2")
            ),
            rx.el.div(
                rx.cond(
                    one["is_cancelled"],
                    rx.fragment(),
                    plain_link(
                        icons.calendar_add(),
                        _("Add to calendar"),
                        to=Visits.ics_url,
                        download="visit.ics",
                        class_name="btn flex-1 sm:flex-none",
                    ),
                ),
                rx.cond(
                    Visits.map_url,
                    plain_link(
                        icons.place(),
                        _("Open a map"),
                        to=Visits.map_url,
                        rel="noreferrer",
                        class_name="btn flex-1 sm:flex-none",
                    ),
                ),
                class_name="no-print flex flex-wrap gap-2 empty:hidden",
            ),
            rx.el.div(
                *actions(one),
                class_name="no-print flex flex-wrap gap-2 border-t border-base-300 pt-4 empty:hidden",
            ),
            class_name="grid gap-4 px-4 py-5 sm:px-6",
        ),
        class_name=f"mt-4 overflow-clip {BOX}",
    )


def _fact(fact: Any) -> rx.Component:
    return rx.el.div(
        rx.el.dt(fact["title"], class_name="text-sm text-muted"),
        rx.el.dd(
            rx.el.p(fact["text"], class_name="wrap-anywhere"),
            rx.cond(
                fact["more"],
                rx.el.p(fact["more"], class_name="text-sm whitespace-pre-line wrap-anywhere"),
            ),
        ),
        key=fact["title"],
    )


def _nothing() -> rx.Component:
    return rx.el.div(
        rx.el.h2(_("We cannot show this visit"), class_name="text-lg"),
        rx.el.p(
            _(
                "It is not there, or you may not see it any more. Your appointments list has all "
                "the visits that you may see."
            ),
            class_name="mt-1 text-muted",
        ),
        link(_("See the appointments"), to=routes.APPOINTMENTS, class_name="btn btn-primary mt-4"),
        class_name=f"mt-6 p-6 {BOX}",
    )
