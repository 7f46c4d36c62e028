"""The three lists of Appointments: what is coming, what has been, and what is waited for."""

from typing import Literal

import reflex as rx

from portal import routes
from portal.shell.links import link
from portal.words import _

Tab = Literal["upcoming", "past", "wait-list"]

_TABS: tuple[tuple[Tab, str, str], ...] = (
    ("upcoming", _("Upcoming"), routes.APPOINTMENTS),
    ("past", _("Past and cancelled"), routes.APPOINTMENTS_PAST),
    ("wait-list", _("Wait list"), routes.WAIT_LIST),
)


def tabs(current: Tab) -> rx.Component:
    """Lead to each of the lists; ``current`` is the one that the page shows."""

    def tab(key: Tab, words: str, to: str) -> rx.Component:
        here = key == current
        edge = "border-primary font-bold text-primary" if here else "border-transparent"
        return rx.el.li(
            link(
                words,
                to=to,
                current=here,
                class_name=f"flex min-h-11 items-center border-b-3 px-3 text-center sm:px-4 {edge}",
            )
        )

    return rx.el.nav(
        rx.el.ul(*(tab(*one) for one in _TABS), class_name="flex border-b border-base-300"),
        custom_attrs={"aria-label": _("Which visits")},
    )
