"""The same visit again: the page."""

from typing import Any

import reflex as rx

from portal import routes
from portal.booking.cards_page import booking_banner
from portal.booking.repeat.rules import MOST
from portal.booking.repeat.state import Repeat
from portal.booking.repeat.views import SKIP, AnswerView, every_options, times_options
from portal.shell import icons
from portal.shell.form import checkbox, choice, choices, field, form, submit_bar, when
from portal.shell.links import link
from portal.shell.notice import alert_box
from portal.shell.screen import step_screen, title, waiting
from portal.shell.state import Shell
from portal.words import _

BOX = "rounded-box border border-base-300 bg-base-100"


@rx.page(routes.BOOK_REPEAT, title=title(_("Repeat this visit")), on_load=Repeat.load)
def repeat() -> rx.Component:
    """Choose how often, look at every date, then keep them all."""
    return step_screen(
        rx.cond(
            Repeat.loaded,
            rx.fragment(
                _first(),
                rx.cond(Repeat.refused, _refused(), rx.fragment(_how_often(), _dates())),
            ),
            rx.cond(Repeat.message, _start_again(), waiting()),
        ),
        title=_("Repeat this visit"),
        shown_for=Repeat.shown_for,
        close_to=routes.APPOINTMENTS,
        banner=rx.cond(
            Repeat.loaded,
            booking_banner(Repeat.faces, Repeat.banner_name),
            rx.fragment(),
        ),
    )


def _start_again() -> rx.Component:
    return rx.el.p(
        link(_("Choose a time again"), to=routes.BOOK, class_name="btn btn-primary"),
        class_name="mt-6",
    )


def _refused() -> rx.Component:
    return alert_box(
        "warning",
        rx.el.p(Repeat.refused),
        action=link(_("Choose somebody else"), to=routes.BOOK, class_name="btn"),
        class_name="mt-5",
    )


def _first() -> rx.Component:
    return rx.el.div(
        rx.el.p(
            rx.el.strong(Repeat.first_words),
            rx.el.span(Repeat.service_words, class_name="block text-sm text-muted"),
            class_name="py-2 leading-snug",
        ),
        link(
            _("Back"),
            rx.el.span(" ", _("to this one visit"), class_name="sr-only"),
            to=Repeat.confirm_href,
            class_name="btn btn-ghost px-2 text-primary",
        ),
        class_name=f"mt-4 flex min-h-14 items-center justify-between gap-3 {BOX} ps-4 pe-2",
    )


def _how_often() -> rx.Component:
    """Ask how often; nothing is kept or booked by it."""
    most = _("The first one counts. You can book up to {most} visits at once.").format(most=MOST)
    return form(
        field("every", _("How often?"), options=every_options(), default="1"),
        choices(
            "end",
            _("Until when?"),
            choice("times", _("A number of visits")),
            choice("until", _("Until a date")),
            default="times",
            wrap=True,
            big=False,
        ),
        when(
            "end",
            "times",
            field("times", _("How many?"), options=times_options(), default="4", hint=most),
        ),
        when("end", "until", field("until", _("Last day"), type="date")),
        name="plan",
        on_submit=Repeat.look,
        answered=Repeat.answered,
        errors=Repeat.errors,
        message=Repeat.message,
        submit=_("Show the dates"),
        place="inline",
        class_name=f"mt-5 grid gap-5 {BOX} p-5",
    )


def _dates() -> rx.Component:
    return rx.cond(
        Repeat.dates,
        rx.el.section(
            rx.el.h2(_("Every date"), id="dates-h", class_name="text-xl"),
            rx.el.p(Repeat.summary_words, role="status", class_name="mt-1 text-muted"),
            rx.el.div(
                form(
                    rx.foreach(Repeat.dates, _date),
                    rx.el.p(
                        _("Nothing is booked yet. On the next page you see all of it once more."),
                        class_name="text-sm text-muted",
                    ),
                    submit_bar(_("Keep these times and go on")),
                    name="dates",
                    on_submit=Repeat.keep,
                    answered=Repeat.answered,
                    errors=Repeat.errors,
                    message=Repeat.message,
                    class_name="mt-4 grid gap-4",
                ),
                key=Repeat.shown,
            ),
            class_name="mt-8",
            custom_attrs={"aria-labelledby": "dates-h"},
        ),
        rx.el.p(
            _("You see every date first, and can change or leave out each one."),
            " ",
            _("Questions? Call us on"),
            " ",
            Shell.clinic_phone,
            ".",
            class_name="mt-5 text-sm text-muted",
        ),
    )


def _date(one: Any) -> rx.Component:
    def answer(view: Any) -> rx.Component:
        return choice(view["value"].to(str), view["words"].to(str), view["detail"].to(str))

    kept = rx.el.p(
        icons.check("size-5", "text-success"),
        rx.el.span(
            rx.el.strong(one["words"]),
            rx.el.span(one["detail"], class_name="block text-sm text-muted"),
        ),
        class_name=f"flex items-start gap-3 {BOX} p-4",
    )
    far = rx.el.p(
        icons.info("mt-0.5 size-5"),
        rx.el.span(
            rx.el.strong(one["words"]),
            rx.el.span(one["detail"], class_name="block text-sm text-muted"),
        ),
        class_name=f"flex items-start gap-3 {BOX} p-4",
    )
    return rx.el.div(
        rx.match(
            one["way"].to(str),
            ("kept", kept),
            (
                "free",
                rx.el.div(
                    checkbox(one["field"].to(str), one["words"].to(str), default=True, plain=True),
                    class_name=f"{BOX} px-4 py-1",
                ),
            ),
            (
                "choose",
                choices(
                    one["field"].to(str),
                    one["words"].to(str),
                    rx.foreach(one["answers"].to(list[AnswerView]), answer),
                    hint=one["detail"].to(str),
                    default=SKIP,
                    big=False,
                ),
            ),
            far,
        ),
        key=one["key"].to(str),
    )
