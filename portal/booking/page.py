"""Booking, step 1: for whom, and what."""

from typing import Any

import reflex as rx

from portal import routes
from portal.booking.cards_page import booking_banner, one_of, some_of
from portal.booking.state import Services
from portal.booking.views import ServiceView
from portal.shell import icons
from portal.shell.address import address_bar
from portal.shell.frame import heading
from portal.shell.fresh import fresh
from portal.shell.links import link
from portal.shell.notice import alert_box
from portal.shell.screen import screen, title, waiting
from portal.shell.state import Shell
from portal.words import _

LIST = "divide-y divide-base-300 rounded-box border border-base-300 bg-base-100"
_QUIET = "btn btn-ghost px-2 text-primary"
_ROW = "flex min-h-16 items-center justify-between gap-4 px-4 py-3 sm:px-5"


@rx.page(routes.BOOK, title=title(_("Book a visit")), on_load=Services.load)
def book() -> rx.Component:
    """Choose for whom, or later, and a service."""
    return screen(
        heading(_("Book a visit")),
        fresh(rx.cond(Services.loaded, _content(), waiting()), Services.shown_for),
        current="book",
        banner=fresh(
            rx.cond(~Services.nobody, booking_banner(Services.faces, Services.banner_name)),
            Services.shown_for,
            skeleton=False,
        ),
    )


def _content() -> rx.Component:
    return rx.fragment(
        address_bar(Services.address),
        _kept(),
        rx.el.div(
            _who(),
            _what(),
            class_name="mt-5 grid items-start gap-9 lg:grid-cols-2 lg:gap-12",
        ),
    )


def _kept() -> rx.Component:
    return rx.cond(
        Services.kept_words,
        alert_box(
            "info",
            rx.el.p(Services.kept_words),
            action=link(_("Back to what is kept"), to=Services.kept_href, class_name="btn"),
            class_name="mt-4",
        ),
    )


def _who() -> rx.Component:
    return rx.el.div(
        rx.el.fieldset(
            rx.el.legend(
                rx.cond(
                    Services.several, _("Who are these visits for?"), _("Who is this visit for?")
                ),
                class_name="text-xl font-bold",
            ),
            rx.el.div(
                rx.cond(
                    Services.several,
                    some_of(Services.people, Services.toggle),
                    one_of(Services.people, Services.choose, later=Services.nobody),
                ),
                class_name="mt-3",
            ),
            class_name="min-w-0",
        ),
        rx.el.div(
            rx.cond(
                Services.several,
                _several(icons.person, _("Only one person"), on=False),
                rx.cond(
                    Services.may_several,
                    _several(icons.people, _("More than one person"), on=True),
                ),
            ),
            rx.cond(
                Shell.may_add_family,
                # A page of its own: the form would double what a first visit has to load.
                link(icons.person_add(), _("Someone new"), to=Services.new_href, class_name=_QUIET),
            ),
            class_name="mt-3 flex flex-wrap gap-x-2",
        ),
        class_name="min-w-0",
    )


def _several(icon: icons.Icon, words: str, *, on: bool) -> rx.Component:
    return rx.el.button(
        icon(),
        words,
        type="button",
        on_click=Services.choose_several(on),
        class_name=_QUIET,
    )


def _what() -> rx.Component:
    return rx.el.section(
        rx.el.h2(Services.what_words, id="what", class_name="text-xl wrap-anywhere"),
        rx.foreach(Services.groups, _group),
        class_name="min-w-0",
        custom_attrs={"aria-labelledby": "what"},
    )


def _group(group: Any) -> rx.Component:
    return rx.fragment(
        rx.el.h3(group["category"], class_name="mt-4 mb-2 text-base text-muted"),
        rx.el.ul(rx.foreach(group["services"].to(list[ServiceView]), _service), class_name=LIST),
        key=group["category"],
    )


def _service(one: Any) -> rx.Component:
    words = rx.el.span(
        rx.el.span(one["name"], class_name="block font-bold text-primary"),
        rx.cond(one["about"], rx.el.span(one["about"], class_name="block text-sm text-muted")),
        class_name="min-w-0 flex-1 leading-snug",
    )
    figures = rx.el.span(
        one["length"],
        rx.el.br(),
        one["price"],
        class_name="text-end text-sm leading-snug text-muted tabular-nums",
    )
    return rx.el.li(
        rx.cond(
            one["href"],
            link(
                words,
                figures,
                icons.chevron_right(),
                to=one["href"],
                class_name=f"{_ROW} hover:bg-secondary",
            ),
            rx.el.div(words, figures, class_name=_ROW),
        ),
        key=one["name"],
    )
