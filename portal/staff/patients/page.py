"""Patients: the search, and who was found."""

from collections.abc import Callable
from typing import Any

import reflex as rx

from portal import routes
from portal.shell import icons
from portal.shell.frame import heading
from portal.shell.links import link
from portal.shell.screen import title
from portal.shell.search import search
from portal.staff.frame import staff_screen
from portal.staff.patients.state import Patients
from portal.words import _


@rx.page(routes.STAFF_PATIENTS, title=title(_("Patients")), on_load=Patients.load)
def patients() -> rx.Component:
    """Find a patient."""
    return staff_screen(
        heading(_("Patients")),
        rx.el.div(patient_search(open_link), class_name="mt-5"),
        current="patients",
    )


def patient_search(action: Callable[[Any], rx.Component], *, auto: bool = True) -> rx.Component:
    """Show the search; ``action`` makes the link of one patient's row."""
    return search(
        rx.cond(
            Patients.patients,
            rx.el.ul(
                rx.foreach(Patients.patients, lambda patient: patient_row(patient, action)),
                class_name="mt-3 divide-y divide-base-300 rounded-box border border-base-300 "
                "bg-base-100",
            ),
        ),
        name="patient-search",
        label=_("Find a patient"),
        hint=_("Any part of a name, a birth date or a phone number, in any order"),
        searched=Patients.searched,
        said=Patients.said,
        on_search=Patients.search,
        auto=auto,
    )


def open_link(patient: Any) -> rx.Component:
    """Lead to a patient's page; a profile that was joined leads to the one it is part of now."""
    return row_link(patient["name"], patient["href"])


def row_link(name: Any, to: Any) -> rx.Component:
    """Make the whole row one link, named as the patient."""
    return link(
        name,
        to=to,
        class_name="text-lg font-bold leading-snug wrap-anywhere after:absolute after:inset-0",
    )


def patient_row(patient: Any, action: Callable[[Any], rx.Component]) -> rx.Component:
    """Show what tells twins and namesakes apart."""
    return rx.el.li(
        action(patient),
        rx.el.p(
            _joined(patient["born"], patient["phone"], patient["managed"]),
            class_name="flex flex-wrap gap-x-4 text-muted",
        ),
        rx.cond(
            patient["joined"] != "",
            rx.el.p(icons.info("size-4"), patient["joined"], class_name=_NOTE),
        ),
        rx.foreach(
            patient["notes"].to(list[str]),
            lambda note: rx.el.p(icons.alert("size-4", "text-warning"), note, class_name=_NOTE),
        ),
        key=patient["id"],
        class_name="relative min-h-16 p-4 hover:bg-base-200 focus-within:bg-base-200 sm:px-6",
    )


_NOTE = "mt-1 flex items-center gap-1.5 text-sm"


def _joined(*parts: Any) -> rx.Component:
    return rx.fragment(*(rx.cond(part != "", rx.el.span(part)) for part in parts))
