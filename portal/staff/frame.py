"""The frame of the staff pages: their menus, what was said, and the page itself."""

from dataclasses import dataclass
from typing import Any

import reflex as rx

from portal import routes
from portal.shell import frame, icons
from portal.shell.guard import Said
from portal.shell.links import link
from portal.shell.menus import Menu, sign_out
from portal.shell.notice import notices
from portal.shell.prove import prove_dialog
from portal.shell.state import CLINIC
from portal.staff.state import Desk
from portal.words import _


@dataclass(frozen=True)
class Entry:
    """One entry of the menu; some are for the desk, some for full access or front desk only."""

    key: str
    label: str
    to: str
    at_desk: bool = False
    runs_clinic: bool = False
    desk_only: bool = False


MENU = (
    Entry("start", _("Start"), routes.STAFF),
    Entry("schedule", _("Schedule"), routes.STAFF_SCHEDULE),
    Entry("patients", _("Patients"), routes.STAFF_PATIENTS),
    Entry("groups", _("Groups"), routes.STAFF_GROUPS, at_desk=True),
    Entry("classes", _("Classes"), routes.STAFF_CLASSES),
    Entry("wait_list", _("Wait list"), routes.STAFF_WAIT_LIST),
    Entry("settings", _("Settings"), routes.STAFF_SETTINGS, runs_clinic=True),
    # The one page of the settings that the front desk has: hours and time off.
    Entry("settings", _("Practitioners"), routes.STAFF_PRACTITIONERS, desk_only=True),
    Entry("people", _("Staff"), routes.STAFF_PEOPLE, runs_clinic=True),
)


def staff_screen(*children: Any, current: str) -> rx.Component:
    """Frame a staff page; ``current`` is a key of `MENU`."""
    return frame.staff_page(
        notices(Said.notices),
        *children,
        prove_dialog(),
        menu=_wide_menu(current),
        corner=_corner(current),
        clinic=CLINIC,
    )


def _wide_menu(current: str) -> rx.Component:
    return rx.el.nav(
        rx.el.ul(*(_tab(entry, current) for entry in MENU), class_name="flex items-center gap-1"),
        class_name="hidden lg:block",
        custom_attrs={"aria-label": _("Main")},
    )


def _tab(entry: Entry, current: str) -> rx.Component:
    here = entry.key == current
    edge = (
        "border-primary font-bold text-primary" if here else "border-transparent hover:text-primary"
    )
    return _allowed(
        entry,
        rx.el.li(
            link(
                entry.label,
                to=entry.to,
                current=here,
                class_name=f"flex min-h-11 items-center border-b-3 px-2 whitespace-nowrap {edge}",
            )
        ),
    )


def _corner(current: str) -> rx.Component:
    own = (
        rx.el.li(link(_("Security"), to=routes.STAFF_SECURITY, class_name="")),
        rx.el.li(sign_out()),
    )
    pages = (
        _allowed(
            entry,
            rx.el.li(
                link(entry.label, to=entry.to, current=entry.key == current, class_name=""),
                class_name="lg:hidden",
            ),
        )
        for entry in MENU
    )
    return Menu.create(
        rx.el.summary(
            icons.person(),
            rx.el.span(Desk.name, class_name="max-w-40 truncate sm:max-w-none"),
            rx.el.span(", ", _("your menu"), class_name="sr-only"),
            icons.chevron_down("size-4"),
            class_name="btn btn-ghost px-2",
        ),
        rx.el.ul(
            rx.el.li(
                rx.el.span(Desk.role, class_name="text-sm text-muted"), class_name="menu-title"
            ),
            *pages,
            *own,
            class_name="menu dropdown-content z-30 mt-1 w-60 rounded-box border border-base-300 "
            "bg-base-100 shadow-lg",
        ),
        class_name="dropdown dropdown-end",
    )


def _allowed(entry: Entry, inside: rx.Component) -> rx.Component:
    if entry.runs_clinic:
        return rx.cond(Desk.runs_clinic, inside)
    if entry.desk_only:
        return rx.cond(Desk.at_desk & ~Desk.runs_clinic, inside)
    return rx.cond(Desk.at_desk, inside) if entry.at_desk else inside


def trail(*steps: Any) -> rx.Component:
    """Say where a page stands: links to what is above it, then its own name."""
    return rx.el.nav(*steps, class_name="text-sm", custom_attrs={"aria-label": _("You are here")})


def above(words: Any, to: Any) -> rx.Component:
    """Link to a page above this one, in a `trail`."""
    return rx.fragment(
        link(words, to=to, class_name="link inline-flex min-h-11 items-center"), " / "
    )


def box(heading: Any, *children: Any, beside: rx.Component | None = None) -> rx.Component:
    """Show a part of a page in a box of its own, under a heading."""
    return rx.el.section(
        rx.el.div(
            rx.el.h2(heading, class_name="text-xl"),
            beside if beside is not None else rx.fragment(),
            class_name="flex flex-wrap items-center justify-between gap-3 p-4 sm:px-6",
        ),
        *children,
        class_name="mt-6 rounded-box border border-base-300 bg-base-100",
    )


def box_rows(*rows: Any) -> rx.Component:
    """Hold the rows of a `box`, or one ``rx.foreach`` of them."""
    return rx.el.ul(*rows, class_name="divide-y divide-base-300 border-t border-base-300")


def empty(words: Any) -> rx.Component:
    """Say that a part of a page has nothing to show, and what to do next."""
    return rx.el.p(words, class_name="border-t border-base-300 p-4 text-muted sm:px-6")
