"""Booking, step 2: with whom and when."""

from typing import Any

import reflex as rx

from portal import routes
from portal.booking.state import Times
from portal.booking.views import PlaceView, SlotView
from portal.shell import icons
from portal.shell.arrows import arrows
from portal.shell.frame import WIDE
from portal.shell.links import link
from portal.shell.screen import step_screen, title, waiting
from portal.shell.state import Shell
from portal.words import _

LIST = "divide-y divide-base-300 rounded-box border border-base-300 bg-base-100"


@rx.page(routes.BOOK_TIMES, title=title(_("Choose a time")), on_load=Times.load)
def times() -> rx.Component:
    """Choose with whom and when."""
    return step_screen(
        rx.cond(
            Times.loaded,
            rx.el.div(
                rx.el.div(_service_box(), _practitioners()),
                _week(),
                class_name="mt-4 lg:grid lg:grid-cols-[20rem_minmax(0,1fr)] lg:gap-12",
            ),
            waiting(),
        ),
        title=_("Choose a time"),
        shown_for=Times.shown_for,
        close_to=routes.APPOINTMENTS,
        width=WIDE,
    )


def _service_box() -> rx.Component:
    return rx.el.div(
        rx.el.p(
            rx.el.strong(Times.service_name),
            rx.el.span(Times.service_detail, class_name="block text-sm text-muted"),
            class_name="py-2 leading-snug",
        ),
        link(
            _("Change"),
            rx.el.span(" ", _("the service"), class_name="sr-only"),
            to=routes.BOOK,
            class_name="btn btn-ghost px-2 text-primary",
        ),
        class_name="flex min-h-14 items-center justify-between gap-3 rounded-field border border-base-300 bg-base-100 ps-4 pe-2",
    )


def _practitioners() -> rx.Component:
    def one(id_: Any, name: Any, role: Any) -> rx.Component:
        return rx.el.label(
            rx.el.input(
                type="radio",
                name="with",
                value=id_,
                default_checked=Times.practitioner_id == id_,
                on_change=Times.choose_practitioner(id_),
                class_name="radio",
            ),
            rx.el.span(
                rx.el.span(name, class_name="block font-bold leading-snug"),
                rx.el.span(role, class_name="hidden text-sm lg:block"),
            ),
            class_name="choice",
        )

    return rx.el.fieldset(
        rx.el.legend(_("With whom?"), class_name="text-lg font-bold"),
        rx.el.div(
            one("", _("Anyone"), _("Whoever is free first")),
            rx.foreach(Times.practitioners, lambda who: one(who[0], who[1], who[2])),
            class_name="choice-wrap mt-2",
        ),
        class_name="mt-6",
    )


def _week() -> rx.Component:
    def turn(weeks: int, label: str, icon: icons.Icon, there: Any) -> rx.Component:
        return rx.el.button(
            icon(),
            type="button",
            on_click=Times.turn(weeks),
            disabled=~there,
            class_name="btn btn-square",
            custom_attrs={"aria-label": label},
        )

    return rx.el.section(
        rx.el.div(
            turn(-1, _("Week before"), icons.chevron_left, Times.has_earlier),
            rx.el.div(
                rx.el.h2(Times.week_words, id="week", class_name="text-lg sm:text-xl"),
                rx.el.p(Times.count_words, role="status", class_name="text-sm text-muted"),
                class_name="text-center",
            ),
            turn(1, _("Week after"), icons.chevron_right, Times.has_later),
            class_name="flex items-center justify-between gap-3",
        ),
        arrows(
            rx.foreach(Times.days, _day),
            class_name=f"mt-4 {LIST}",
        ),
        rx.el.p(
            _("With a keyboard: Tab goes from day to day, the arrow keys from time to time."),
            class_name="mt-4 hidden text-sm text-muted lg:block",
        ),
        rx.el.p(
            _("Times are clinic time."),
            " ",
            _("Nothing fits? Call us on"),
            " ",
            Shell.clinic_phone,
            ".",
            class_name="mt-4 text-sm text-muted",
        ),
        rx.el.div(
            rx.el.div(
                rx.el.p(
                    rx.cond(Times.chosen_words, Times.chosen_words, _("Choose a time first.")),
                    class_name="text-sm font-bold lg:text-base",
                    role="status",
                ),
                rx.cond(
                    Times.next_href,
                    link(
                        _("Go on with this time"), to=Times.next_href, class_name="btn btn-primary"
                    ),
                    rx.el.button(
                        _("Go on with this time"),
                        type="button",
                        disabled=True,
                        class_name="btn btn-primary",
                    ),
                ),
                class_name="flex flex-col gap-2 lg:flex-row lg:items-center lg:justify-end lg:gap-5",
            ),
            class_name="action-bar action-bar-tall lg:mt-8",
        ),
        class_name="mt-6 lg:mt-0",
        custom_attrs={"aria-labelledby": "week"},
    )


def _day(day: Any) -> rx.Component:
    places = day["places"].to(list[PlaceView])
    return rx.el.section(
        rx.el.h3(
            day["weekday"],
            " ",
            rx.el.span(day["date"], class_name="font-normal text-muted"),
            id="day-" + day["key"].to(str),
            class_name="text-base",
        ),
        rx.cond(
            places.length() > 0,
            rx.el.div(
                rx.foreach(places, lambda place: _place(day, place)), class_name="grid gap-4"
            ),
            rx.el.p(_("No times this day."), class_name="text-muted"),
        ),
        class_name="grid gap-2.5 p-4 sm:grid-cols-[11rem_minmax(0,1fr)] sm:items-baseline sm:px-6",
        custom_attrs={"aria-labelledby": "day-" + day["key"].to(str)},
    )


def _place(day: Any, place: Any) -> rx.Component:
    return rx.el.div(
        rx.cond(
            place["name"],
            rx.el.p(
                icons.place("size-4"),
                place["name"],
                rx.cond(place["zone"], ", " + place["zone"].to(str), ""),
                class_name="flex items-center gap-1.5 text-sm text-muted",
            ),
        ),
        rx.el.ul(
            rx.foreach(
                place["slots"].to(list[SlotView]),
                lambda slot: rx.el.li(_slot(day, place, slot)),
            ),
            class_name="grid grid-cols-[repeat(auto-fill,minmax(5.25rem,1fr))] gap-2",
        ),
        class_name="grid gap-2",
    )


def _slot(day: Any, place: Any, slot: Any) -> rx.Component:
    chosen = (Times.chosen["at"] == slot["at"]) & (Times.chosen["who"] == slot["who"])
    when = day["weekday"].to(str) + " " + day["date"].to(str) + ", " + slot["time"].to(str)
    at_place = rx.cond(place["name"], _(", at ") + place["name"].to(str), "")
    return rx.el.button(
        slot["time"],
        type="button",
        on_click=Times.choose(slot["at"], slot["who"]),
        class_name="slot w-full",
        custom_attrs={
            "aria-pressed": rx.cond(chosen, "true", "false"),
            "aria-label": when + _(", with ") + slot["name"].to(str) + at_place,
        },
    )
