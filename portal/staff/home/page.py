"""The start page of staff: the search first, then what waits."""

from typing import Any

import reflex as rx

from portal import routes
from portal.shell import icons
from portal.shell.frame import heading
from portal.shell.links import link
from portal.shell.press import press
from portal.shell.screen import title, waiting
from portal.staff.frame import box, box_rows, staff_screen
from portal.staff.home.state import Home
from portal.staff.patients.page import open_link, patient_search
from portal.words import _


@rx.page(routes.STAFF, title=title(_("Start")), on_load=Home.load)
def start() -> rx.Component:
    """Open the day at the desk."""
    return staff_screen(
        heading(
            _("Start"),
            None,
            link(
                icons.calendar(),
                _("Today’s schedule"),
                to=routes.STAFF_SCHEDULE,
                class_name="btn w-full sm:w-auto",
            ),
        ),
        rx.el.div(patient_search(open_link), class_name="mt-5"),
        rx.cond(Home.loaded, _what_waits(), waiting()),
        current="start",
    )


def _what_waits() -> rx.Component:
    return rx.fragment(
        rx.cond(
            Home.nothing,
            rx.el.p(
                icons.check("size-5", "text-success"),
                _("Nothing waits for you."),
                class_name="mt-8 flex gap-2",
            ),
        ),
        _list(_("Profiles to look at"), Home.profiles, _profile),
        _list(_("Visits to look at"), Home.visits, _visit),
        _list(_("Profiles joined lately"), Home.joins, _join),
        _list(_("Mails that could not be sent"), Home.mails, _mail),
    )


def _list(words: str, items: Any, row: Any) -> rx.Component:
    return rx.cond(items, box(words, box_rows(rx.foreach(items, row))))


def _row(item: Any, name: Any, *details: Any, action: rx.Component) -> rx.Component:
    return rx.el.li(
        rx.el.div(name, *details, class_name="min-w-0 wrap-anywhere"),
        action,
        key=item["id"],
        class_name="flex flex-col items-start gap-3 p-4 sm:flex-row sm:items-center "
        "sm:justify-between sm:px-6",
    )


def _name(item: Any) -> rx.Component:
    return link(item["name"], to=item["href"], class_name="link font-bold")


def _seen(item: Any, handler: Any) -> rx.Component:
    return press(
        _("Seen to"),
        rx.el.span(": ", item["name"], class_name="sr-only"),
        on_press=handler(item["id"]),
        answered=Home.answered,
        class_name="btn shrink-0",
    )


def _profile(item: Any) -> rx.Component:
    notes = rx.foreach(item["notes"].to(list[str]), lambda note: rx.el.p(note))
    about = rx.el.p(item["born"], class_name="text-sm text-muted")
    return _row(item, _name(item), about, notes, action=_seen(item, Home.seen_profile))


def _visit(item: Any) -> rx.Component:
    return _row(item, _name(item), rx.el.p(item["detail"]), action=_seen(item, Home.seen_visit))


def _join(item: Any) -> rx.Component:
    undo = press(
        _("Part them again"),
        rx.el.span(": ", item["name"], class_name="sr-only"),
        on_press=Home.part(item["id"]),
        answered=Home.answered,
        class_name="btn shrink-0",
    )
    return _row(item, _name(item), rx.el.p(item["detail"]), action=undo)


def _mail(item: Any) -> rx.Component:
    again = press(
        _("Try again"),
        rx.el.span(": ", item["name"], class_name="sr-only"),
        on_press=Home.retry(item["id"]),
        answered=Home.answered,
        class_name="btn shrink-0",
    )
    return _row(
        item,
        rx.el.p(item["name"], class_name="font-bold first-letter:uppercase"),
        rx.el.p(item["detail"], class_name="text-sm text-muted"),
        action=rx.cond(Home.may_retry, again),
    )
