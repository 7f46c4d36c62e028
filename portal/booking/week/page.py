"""Booking, step 2: with whom and when."""

from typing import Any

import reflex as rx

from portal import routes
from portal.booking.cards_page import booking_banner
from portal.booking.views import PlaceView, SlotView
from portal.booking.week.month_page import month_table
from portal.booking.week.state import Times
from portal.shell import icons
from portal.shell.arrows import arrows
from portal.shell.frame import WIDE
from portal.shell.links import link
from portal.shell.notice import alert_box
from portal.shell.pick import radio
from portal.shell.press import press
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
            rx.fragment(
                _moved(),
                rx.el.div(
                    rx.el.div(_service_box(), _practitioners()),
                    _period(),
                    class_name="mt-4 lg:grid lg:grid-cols-[20rem_minmax(0,1fr)] lg:gap-12",
                ),
            ),
            rx.cond(Times.message, _start_again(), waiting()),
        ),
        title=Times.title_words,
        shown_for=Times.shown_for,
        close_to=routes.APPOINTMENTS,
        width=WIDE,
        banner=rx.cond(Times.loaded, rx.cond(Times.faces, _banner())),
    )


def _banner() -> rx.Component:
    return booking_banner(
        Times.faces,
        Times.banner_name,
        Times.who_href,
        rx.cond(Times.moved_words, _("Moving a visit for"), _("Booking for")),
    )


def _moved() -> rx.Component:
    return rx.cond(Times.moved_words, rx.el.p(Times.moved_words, class_name="mt-2 max-w-read"))


def _start_again() -> rx.Component:
    return rx.el.p(
        link(_("Start from the beginning"), to=routes.BOOK, class_name="btn btn-primary"),
        class_name="mt-6",
    )


def _service_box() -> rx.Component:
    return rx.el.div(
        rx.el.p(
            rx.el.strong(Times.service_name),
            rx.el.span(Times.service_detail, class_name="block text-sm text-muted"),
            class_name="py-2 leading-snug",
        ),
        rx.cond(
            Times.service_href,
            link(
                _("Change"),
                rx.el.span(" ", _("the service"), class_name="sr-only"),
                to=Times.service_href,
                class_name="btn btn-ghost px-2 text-primary",
            ),
        ),
        class_name="flex min-h-14 items-center justify-between gap-3 rounded-field border border-base-300 bg-base-100 ps-4 pe-2",
    )


def _practitioners() -> rx.Component:
    def one(who: Any) -> rx.Component:
        return rx.el.label(
            radio(
                "with",
                who["id"],
                checked=Times.practitioner_id == who["id"],
                on_pick=Times.choose_practitioner(who["id"]),
            ),
            rx.el.span(
                rx.el.span(who["name"], class_name="block font-bold leading-snug"),
                rx.el.span(who["soonest"], class_name="hidden text-sm lg:block"),
                rx.el.span(who["role"], class_name="hidden text-sm lg:block"),
            ),
            class_name="choice",
            key=who["id"],
        )

    return rx.el.fieldset(
        rx.el.legend(_("With whom?"), class_name="text-lg font-bold"),
        rx.el.div(rx.foreach(Times.practitioners, one), class_name="choice-wrap mt-2"),
        class_name="mt-6",
    )


def _period() -> rx.Component:
    return rx.el.section(
        _looks(),
        rx.el.div(
            _turn(-1, _("Week before"), _("Month before"), icons.chevron_left, Times.has_earlier),
            rx.el.div(
                rx.el.h2(Times.period_words, id="week", class_name="text-lg sm:text-xl"),
                rx.el.p(Times.count_words, role="status", class_name="text-sm text-muted"),
                class_name="text-center",
            ),
            _turn(1, _("Week after"), _("Month after"), icons.chevron_right, Times.has_later),
            class_name="mt-5 flex items-center justify-between gap-3",
        ),
        rx.cond(
            Times.view == "month",
            month_table(Times.month, Times.open_day),
            rx.fragment(
                arrows(rx.foreach(Times.days, _day), class_name=f"mt-4 {LIST}"),
                rx.el.p(
                    _(
                        "With a keyboard: Tab goes from day to day, the arrow keys from time to time."
                    ),
                    class_name="mt-4 hidden text-sm text-muted lg:block",
                ),
            ),
        ),
        _below(),
        _near(),
        _go_on(),
        class_name="mt-6 lg:mt-0",
        custom_attrs={"aria-labelledby": "week"},
    )


def _looks() -> rx.Component:
    """Offer a week or a month, a part of the day, and the next free time."""

    def view(name: str, words: str) -> rx.Component:
        return rx.el.button(
            words,
            type="button",
            on_click=Times.show(name),
            class_name=rx.cond(Times.view == name, f"{_TAB} {_TAB_ON}", _TAB),
            custom_attrs={"aria-pressed": rx.cond(Times.view == name, "true", "false")},
        )

    return rx.el.div(
        rx.el.div(
            view("week", _("Week")),
            view("month", _("Month")),
            role="group",
            class_name="flex overflow-clip rounded-field border border-line bg-base-100",
            custom_attrs={"aria-label": _("Show a week or a month")},
        ),
        rx.el.select(
            *(
                rx.el.option(words, value=value)
                for value, words in (
                    ("", _("Any time of day")),
                    ("morning", _("Morning")),
                    ("afternoon", _("Afternoon")),
                    ("evening", _("Evening")),
                )
            ),
            name="part",
            value=Times.part,
            on_change=Times.choose_part,
            class_name="select w-auto min-w-0 flex-1 sm:flex-none",
            custom_attrs={"aria-label": _("Time of day")},
        ),
        press(
            _("Next free time"),
            on_press=Times.go_next,
            answered=Times.answered,
            class_name="btn w-full sm:w-auto",
        ),
        class_name="flex flex-wrap items-center gap-2",
    )


_TAB = "min-h-11 px-4 font-bold"
_TAB_ON = "bg-secondary text-secondary-content"


def _turn(by: int, week: str, month: str, icon: icons.Icon, there: Any) -> rx.Component:
    return rx.el.button(
        icon(),
        type="button",
        on_click=Times.turn(by),
        disabled=~there,
        class_name="btn btn-square",
        custom_attrs={"aria-label": rx.cond(Times.view == "month", month, week)},
    )


def _below() -> rx.Component:
    """Say whose clock it is, and what to do where nothing fits."""
    return rx.el.div(
        rx.el.p(
            Times.zone_words,
            " ",
            _("Nothing fits? Call us on"),
            " ",
            Shell.clinic_phone,
            ".",
            class_name="text-sm text-muted",
        ),
        rx.cond(
            Times.wait_href,
            link(
                icons.bell(),
                _("Nothing fits? Join the wait list"),
                to=Times.wait_href,
                class_name="btn btn-ghost -mx-2 px-2 text-primary",
            ),
        ),
        class_name="mt-4 flex flex-wrap items-center justify-between gap-x-6 gap-y-1",
    )


def _near() -> rx.Component:
    """Offer the nearest times after one was taken by somebody else."""
    return rx.cond(
        Times.near,
        rx.el.section(
            rx.el.h3(_("Nearest free times"), id="near", class_name="text-base"),
            rx.el.ul(rx.foreach(Times.near, _near_slot), class_name="mt-2 flex flex-wrap gap-2"),
            class_name="mt-6 rounded-box border border-base-300 bg-base-100 p-4",
            custom_attrs={"aria-labelledby": "near"},
        ),
    )


def _near_slot(slot: Any) -> rx.Component:
    return rx.el.li(
        rx.el.button(
            slot["time"],
            type="button",
            on_click=Times.choose(slot["at"], slot["who"]),
            class_name="slot",
            custom_attrs={
                "aria-pressed": rx.cond(_is_chosen(slot), "true", "false"),
                "aria-label": slot["time"].to(str) + _(", with ") + slot["name"].to(str),
            },
        )
    )


def _go_on() -> rx.Component:
    chosen: Any = Times.chosen
    return rx.el.div(
        rx.cond(
            Times.refused,
            alert_box(
                "warning",
                rx.el.p(Times.refused),
                action=link(_("Choose somebody else"), to=routes.BOOK, class_name="btn"),
            ),
            rx.el.div(
                rx.el.p(
                    rx.cond(Times.chosen_words, Times.chosen_words, _("Choose a time first.")),
                    class_name="text-sm font-bold lg:text-base",
                    role="status",
                ),
                rx.cond(
                    Times.chosen_words,
                    press(
                        _("Go on with this time"),
                        on_press=Times.go_on(
                            chosen["at"].to(int), chosen["who"].to(str), chosen["room"].to(str)
                        ),
                        answered=Times.answered,
                        class_name="btn btn-primary",
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
        ),
        class_name="action-bar action-bar-tall lg:mt-8",
    )


def _day(day: Any) -> rx.Component:
    places = day["places"].to(list[PlaceView])
    return rx.el.section(
        rx.el.h3(
            day["weekday"],
            " ",
            rx.el.span(day["date"], class_name="font-normal whitespace-nowrap text-muted"),
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
                lambda slot: rx.el.li(
                    _slot(day, place, slot),
                    # The button says it too; seen, it stands below, for it is no part of the time.
                    rx.cond(slot["left"], _left(slot)),
                    class_name=rx.cond(slot["left"], "col-span-2", ""),
                ),
            ),
            class_name="grid grid-cols-[repeat(auto-fill,minmax(5.25rem,1fr))] gap-2",
        ),
        class_name="grid gap-2",
    )


def _left(slot: Any) -> rx.Component:
    return rx.el.span(
        slot["left"],
        class_name="mt-1 block text-center text-sm text-muted",
        custom_attrs={"aria-hidden": "true"},
    )


def _slot(day: Any, place: Any, slot: Any) -> rx.Component:
    when = day["weekday"].to(str) + " " + day["date"].to(str) + ", " + slot["time"].to(str)
    at_place = rx.cond(place["name"], _(", at ") + place["name"].to(str), "")
    left = rx.cond(slot["left"], ", " + slot["left"].to(str), "")
    return rx.el.button(
        slot["time"],
        type="button",
        on_click=Times.choose(slot["at"], slot["who"]),
        class_name="slot w-full",
        custom_attrs={
            "aria-pressed": rx.cond(_is_chosen(slot), "true", "false"),
            "aria-label": when + _(", with ") + slot["name"].to(str) + at_place + left,
        },
    )


def _is_chosen(slot: Any) -> Any:
    return (Times.chosen["at"] == slot["at"]) & (Times.chosen["who"] == slot["who"])
