"""The menu of what the clinic offers and how it is booked: five pages, one of them open."""

from typing import Any

import reflex as rx

from portal import routes
from portal.shell import icons
from portal.shell.links import link
from portal.shell.menus import Menu
from portal.staff.frame import staff_screen
from portal.staff.state import Desk
from portal.words import _

# Key, words, address; the front desk has the practitioners only, for their time off.
PAGES = (
    ("settings", _("Online Booking"), routes.STAFF_SETTINGS),
    ("services", _("Services"), routes.STAFF_SERVICES),
    ("practitioners", _("Practitioners"), routes.STAFF_PRACTITIONERS),
    ("places", _("Places and rooms"), routes.STAFF_PLACES),
    ("holidays", _("Holidays"), routes.STAFF_HOLIDAYS),
)


def settings_screen(*children: Any, current: str) -> rx.Component:
    """Frame a page of the settings; ``current`` is a key of `PAGES`."""
    here = next(label for key, label, _to in PAGES if key == current)
    return staff_screen(
        rx.el.div(
            rx.el.nav(
                rx.el.p(_("Settings"), class_name="mb-2 px-3 font-bold"),
                _entries(current, "menu w-full gap-0.5 p-0"),
                class_name="hidden lg:block",
                custom_attrs={"aria-label": _("Settings")},
            ),
            Menu.create(
                rx.el.summary(
                    rx.el.span(_("Settings"), ": ", rx.el.strong(here)),
                    icons.chevron_down(),
                    class_name="flex min-h-11 cursor-pointer items-center justify-between gap-2 "
                    "px-4 py-2",
                ),
                rx.el.nav(
                    _entries(current, "menu w-full gap-0.5 border-t border-base-300"),
                    custom_attrs={"aria-label": _("Settings")},
                ),
                class_name="rounded-box border border-base-300 bg-base-100 lg:hidden",
            ),
            rx.el.div(*children, class_name="min-w-0"),
            class_name="grid gap-5 lg:grid-cols-[14.5rem_minmax(0,1fr)] lg:gap-10",
        ),
        current="settings",
    )


def _entries(current: str, class_name: str) -> rx.Component:
    return rx.el.ul(
        *(_entry(key, label, to, current) for key, label, to in PAGES), class_name=class_name
    )


def _entry(key: str, label: str, to: str, current: str) -> rx.Component:
    entry = rx.el.li(link(label, to=to, current=key == current, class_name=""))
    return entry if key == "practitioners" else rx.cond(Desk.runs_clinic, entry)
