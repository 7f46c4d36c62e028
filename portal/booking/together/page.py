"""Several people in one search: the page."""

from typing import Any

import reflex as rx

from portal import routes
from portal.booking.cards_page import booking_banner
from portal.booking.together.rules import Kind
from portal.booking.together.state import Together
from portal.booking.together.views import WayView
from portal.shell import icons
from portal.shell.arrows import arrows
from portal.shell.frame import WIDE
from portal.shell.links import link
from portal.shell.notice import alert_box
from portal.shell.people import face
from portal.shell.press import press
from portal.shell.screen import step_screen, title, waiting
from portal.shell.state import Shell
from portal.words import _

LIST = "divide-y divide-base-300 rounded-box border border-base-300 bg-base-100"
WAYS = (
    (Kind.BACK_TO_BACK, _("One after the other"), _("All with the same person")),
    (Kind.SAME_TIME, _("At the same time"), _("Each with somebody else")),
    (Kind.SAME_DAY, _("On the same day"), _("As close together as can be")),
)
PARTS = (
    ("", _("Any time of day")),
    ("morning", _("Morning")),
    ("afternoon", _("Afternoon")),
    ("evening", _("Evening")),
)


@rx.page(routes.BOOK_TOGETHER, title=title(_("Times for everyone")), on_load=Together.load)
def together() -> rx.Component:
    """Choose times for several people at once."""
    return step_screen(
        rx.cond(
            Together.loaded,
            rx.el.div(
                rx.el.div(_ways(), _comers()),
                _period(),
                class_name="mt-4 lg:grid lg:grid-cols-[20rem_minmax(0,1fr)] lg:gap-12",
            ),
            rx.cond(Together.message, _start_again(), waiting()),
        ),
        title=_("Times for everyone"),
        shown_for=Together.shown_for,
        close_to=routes.APPOINTMENTS,
        width=WIDE,
        banner=rx.cond(
            Together.loaded,
            booking_banner(Together.faces, Together.banner_name, Together.who_href),
            rx.fragment(),
        ),
    )


def _start_again() -> rx.Component:
    return rx.el.p(
        link(_("Choose who comes"), to=routes.BOOK, class_name="btn btn-primary"),
        class_name="mt-6",
    )


def _ways() -> rx.Component:
    def one(kind: Kind, words: str, detail: str) -> rx.Component:
        return rx.el.label(
            rx.el.input(
                type="radio",
                name="kind",
                value=kind.value,
                checked=Together.kind == kind.value,
                on_change=Together.choose_kind(kind.value),
                class_name="radio",
            ),
            rx.el.span(
                rx.el.span(words, class_name="block font-bold leading-snug"),
                rx.el.span(detail, class_name="block text-sm"),
            ),
            class_name="choice",
        )

    return rx.el.fieldset(
        rx.el.legend(_("How do they come?"), class_name="text-lg font-bold"),
        rx.el.div(*(one(*way) for way in WAYS), class_name="mt-2 grid gap-2.5"),
    )


def _comers() -> rx.Component:
    """Say who comes and for what; each may come for something else."""

    def option(one: Any) -> rx.Component:
        return rx.el.option(one[1], value=one[0])

    def comer(one: Any) -> rx.Component:
        return rx.el.li(
            face(one["initials"], one["colour"].to(int)),
            rx.el.div(
                rx.el.p(one["name"], class_name="font-bold leading-snug wrap-anywhere"),
                rx.el.select(
                    rx.foreach(Together.services, option),
                    value=one["service"].to(str),
                    on_change=lambda value: Together.choose_service(one["id"].to(str), value),
                    name="service-" + one["id"].to(str),
                    class_name="select mt-1.5 w-full min-w-0",
                    custom_attrs={"aria-label": one["label"]},
                ),
                class_name="min-w-0 flex-1",
            ),
            class_name="flex items-start gap-3 p-4",
            key=one["id"].to(str),
        )

    return rx.el.section(
        rx.el.h2(_("What for?"), id="what", class_name="text-lg"),
        rx.el.ul(rx.foreach(Together.comers, comer), class_name=f"mt-2 {LIST}"),
        class_name="mt-6",
        custom_attrs={"aria-labelledby": "what"},
    )


def _period() -> rx.Component:
    return rx.el.section(
        _part(),
        rx.el.div(
            _turn(-1, _("Two weeks before"), icons.chevron_left, Together.has_earlier),
            rx.el.div(
                rx.el.h2(Together.period_words, id="days", class_name="text-lg sm:text-xl"),
                rx.el.p(Together.count_words, role="status", class_name="text-sm text-muted"),
                class_name="text-center",
            ),
            _turn(1, _("Two weeks after"), icons.chevron_right, Together.has_later),
            class_name="mt-5 flex items-center justify-between gap-3",
        ),
        rx.cond(
            Together.days,
            rx.fragment(
                arrows(rx.foreach(Together.days, _day), class_name=f"mt-4 {LIST}"),
                rx.el.p(
                    _(
                        "With a keyboard: Tab goes from day to day, the arrow keys from time to time."
                    ),
                    class_name="mt-4 hidden text-sm text-muted lg:block",
                ),
                rx.el.p(
                    Together.zone_words,
                    " ",
                    _("Nothing fits? Call us on"),
                    " ",
                    Shell.clinic_phone,
                    ".",
                    class_name="mt-4 text-sm text-muted",
                ),
            ),
            _nothing(),
        ),
        _go_on(),
        class_name="mt-8 lg:mt-0",
        custom_attrs={"aria-labelledby": "days"},
    )


def _part() -> rx.Component:
    return rx.el.select(
        *(rx.el.option(words, value=value) for value, words in PARTS),
        name="part",
        value=Together.part,
        on_change=Together.choose_part,
        class_name="select w-full sm:w-auto",
        custom_attrs={"aria-label": _("Time of day")},
    )


def _turn(by: int, label: str, icon: icons.Icon, there: Any) -> rx.Component:
    return rx.el.button(
        icon(),
        type="button",
        on_click=Together.turn(by),
        disabled=~there,
        class_name="btn btn-square",
        custom_attrs={"aria-label": label},
    )


def _day(day: Any) -> rx.Component:
    return rx.el.section(
        rx.el.h3(
            day["weekday"],
            " ",
            rx.el.span(day["date"], class_name="font-normal text-muted"),
            id="day-" + day["key"].to(str),
            class_name="text-base",
        ),
        rx.el.ul(
            rx.foreach(day["ways"].to(list[WayView]), _way),
            class_name="grid grid-cols-[repeat(auto-fill,minmax(8.5rem,1fr))] gap-2",
        ),
        class_name="grid gap-2.5 p-4 sm:grid-cols-[11rem_minmax(0,1fr)] sm:items-baseline sm:px-6",
        custom_attrs={"aria-labelledby": "day-" + day["key"].to(str)},
    )


def _way(way: Any) -> rx.Component:
    return rx.el.li(
        rx.el.button(
            rx.el.span(way["time"], class_name="block leading-snug"),
            rx.cond(
                way["beside"],
                rx.el.span(way["beside"], class_name="block text-sm font-normal leading-snug"),
            ),
            rx.el.span(". ", way["words"], class_name="sr-only"),
            type="button",
            on_click=Together.choose(way["key"].to(str)),
            class_name="slot h-full w-full flex-col py-1.5",
            custom_attrs={
                "aria-pressed": rx.cond(Together.chosen == way["key"].to(str), "true", "false"),
            },
        ),
        key=way["key"].to(str),
    )


def _nothing() -> rx.Component:
    """Say what to try next where nothing fits everyone."""

    def other(kind: Kind, words: str, _detail: str) -> rx.Component:
        return rx.cond(
            Together.kind != kind.value,
            press(
                words,
                on_press=Together.choose_kind(kind.value),
                answered=Together.answered,
                class_name="btn",
            ),
        )

    return rx.el.div(
        rx.el.p(_("Nothing fits everyone on these days. You can try:")),
        rx.el.div(
            rx.cond(
                Together.has_later,
                press(
                    _("Two weeks later"),
                    on_press=Together.turn(1),
                    answered=Together.answered,
                    class_name="btn",
                ),
            ),
            *(other(*way) for way in WAYS),
            rx.cond(
                Together.wait_href,
                link(_("Join the wait list"), to=Together.wait_href, class_name="btn"),
            ),
            class_name="mt-4 flex flex-wrap gap-2",
        ),
        rx.el.p(
            _("Or call us on"), " ", Shell.clinic_phone, ".", class_name="mt-4 text-sm text-muted"
        ),
        class_name="mt-4 rounded-box border border-base-300 bg-base-100 p-5",
    )


def _go_on() -> rx.Component:
    button = "btn btn-primary"
    return rx.el.div(
        rx.cond(
            Together.refused,
            alert_box(
                "warning",
                rx.el.p(Together.refused),
                action=link(_("Choose somebody else"), to=routes.BOOK, class_name="btn"),
            ),
            rx.el.div(
                rx.el.p(
                    rx.cond(
                        Together.chosen_words, Together.chosen_words, _("Choose a time first.")
                    ),
                    class_name="text-sm font-bold lg:text-base",
                    role="status",
                ),
                rx.cond(
                    Together.chosen,
                    press(
                        _("Go on with these times"),
                        on_press=Together.go_on(Together.chosen),
                        answered=Together.answered,
                        class_name=f"{button} shrink-0",
                    ),
                    rx.el.button(
                        _("Go on with these times"),
                        type="button",
                        disabled=True,
                        class_name=f"{button} shrink-0",
                    ),
                ),
                class_name="flex flex-col gap-2 lg:flex-row lg:items-center lg:justify-end lg:gap-5",
            ),
        ),
        class_name="action-bar action-bar-tall lg:mt-8",
    )
