"""Booking, step 1: what."""

from typing import Any

import reflex as rx

from portal import routes
from portal.booking.state import Services
from portal.booking.views import ServiceView
from portal.shell import icons
from portal.shell.frame import heading
from portal.shell.links import link
from portal.shell.screen import screen, title, waiting
from portal.words import _

LIST = "divide-y divide-base-300 rounded-box border border-base-300 bg-base-100"


@rx.page(routes.BOOK, title=title(_("Book a visit")), on_load=Services.load)
def book() -> rx.Component:
    """Choose a service."""
    return screen(
        heading(_("Book a visit"), _("What is it about? You choose the time and the person next.")),
        rx.cond(
            Services.groups,
            rx.el.div(
                rx.foreach(Services.groups, _group),
                class_name="mt-6 grid items-start gap-x-10 gap-y-8 lg:grid-cols-2",
            ),
            waiting(),
        ),
        current="book",
    )


def _group(group: Any) -> rx.Component:
    return rx.el.section(
        rx.el.h2(group["category"], class_name="mb-2 text-lg"),
        rx.el.ul(rx.foreach(group["services"].to(list[ServiceView]), _service), class_name=LIST),
    )


def _service(one: Any) -> rx.Component:
    return rx.el.li(
        link(
            rx.el.span(
                one["name"], class_name="min-w-0 flex-1 font-bold leading-snug text-primary"
            ),
            rx.el.span(
                one["length"],
                rx.el.br(),
                one["price"],
                class_name="text-end text-sm leading-snug text-muted tabular-nums",
            ),
            icons.chevron_right(),
            to=one["href"],
            class_name="flex min-h-16 items-center justify-between gap-4 px-4 py-3 hover:bg-secondary sm:px-5",
        )
    )
