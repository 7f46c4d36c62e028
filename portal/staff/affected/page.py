"""The list of visits that a change affects, and the button that confirms it."""

from typing import Any

import reflex as rx

from portal.shell import icons
from portal.shell.form import submit_bar
from portal.shell.links import link
from portal.words import _


def affected_list(state: Any) -> rx.Component:
    """List the visits that an unsaved change affects; nothing while there are none."""
    return rx.cond(
        state.confirm != "",
        rx.el.section(
            rx.el.h3(
                icons.alert("size-5", "text-warning"),
                _("Visits that this affects"),
                class_name="flex items-center gap-2 text-base",
            ),
            rx.el.p(
                _(
                    "They stay booked: nothing is cancelled and nobody is told. Move or cancel "
                    "them afterwards, and talk to the people first."
                ),
                class_name="mt-1 text-sm",
            ),
            affected_rows(state.affected),
            rx.cond(state.affected_more != "", rx.el.p(state.affected_more, class_name="mt-2")),
            class_name="rounded-box border border-warning bg-base-100 p-4",
        ),
    )


def affected_rows(visits: Any) -> rx.Component:
    """List visits: when, who, what."""
    return rx.el.ul(rx.foreach(visits, _row), class_name="mt-3 divide-y divide-base-300")


def save_bar(
    state: Any, label: Any, *others: rx.Component, place: Any = "inline", tone: Any = "primary"
) -> rx.Component:
    """Show the list and the button that saves, which then says that the visits stay booked."""
    words = rx.cond(state.confirm != "", _("Save anyway: these visits stay booked"), label)
    return rx.fragment(affected_list(state), submit_bar(words, *others, place=place, tone=tone))


def confirming(state: Any, **values: Any) -> dict[str, Any]:
    """Return what a form sends besides what was typed: which list was shown, and ``values``."""
    return {**values, "confirmed": state.confirm}


def _row(visit: Any) -> rx.Component:
    return rx.el.li(
        link(visit["when"], to=visit["href"], class_name="link inline-flex min-h-11 items-center"),
        rx.el.p(visit["who"], class_name="font-bold wrap-anywhere"),
        rx.el.p(visit["what"], class_name="text-sm text-muted"),
        key=visit["id"],
        class_name="py-2",
    )
