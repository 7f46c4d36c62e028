"""A month at a glance: how many times each day has, and the way to that day."""

from typing import Any

import reflex as rx

from portal.booking.week.views import DateView, weekdays
from portal.words import _


def month_table(weeks: Any, open_day: Any) -> rx.Component:
    """Show a month; ``open_day`` is the handler that gets the day pressed."""
    return rx.el.table(
        rx.el.thead(
            rx.el.tr(
                *(
                    rx.el.th(
                        rx.el.span(short, custom_attrs={"aria-hidden": "true"}),
                        rx.el.span(long, class_name="sr-only"),
                        scope="col",
                        class_name="pb-1 text-sm font-normal text-muted",
                    )
                    for short, long in weekdays()
                )
            )
        ),
        rx.el.tbody(rx.foreach(weeks, lambda week: _week(week, open_day))),
        class_name="mt-4 w-full table-fixed border-separate border-spacing-1",
        custom_attrs={"aria-label": _("Days of the month")},
    )


def _week(week: Any, open_day: Any) -> rx.Component:
    return rx.el.tr(
        rx.foreach(week["days"].to(list[DateView]), lambda day: _day(day, open_day)),
        key=week["key"],
    )


def _day(day: Any, open_day: Any) -> rx.Component:
    full = rx.el.button(
        rx.el.span(
            rx.el.span(day["number"], class_name="block leading-tight"),
            rx.el.span(day["count"], class_name="block text-xs font-normal leading-tight"),
            custom_attrs={"aria-hidden": "true"},
        ),
        rx.el.span(day["label"], class_name="sr-only"),
        type="button",
        on_click=open_day(day["key"]),
        class_name="slot min-h-13 w-full min-w-0 px-0",
    )
    empty = rx.el.span(
        rx.el.span(day["number"], custom_attrs={"aria-hidden": "true"}),
        rx.el.span(day["label"], class_name="sr-only"),
        class_name="grid min-h-13 place-items-center text-muted",
    )
    return rx.el.td(
        rx.cond(day["key"], rx.cond(day["is_free"], full, empty)), class_name="p-0 align-top"
    )
