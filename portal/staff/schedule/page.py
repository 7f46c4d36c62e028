"""The schedule: a day of everybody, or one practitioner's week."""

from typing import Any

import reflex as rx

from portal import routes
from portal.shell import icons
from portal.shell.frame import heading
from portal.shell.fresh import fresh
from portal.shell.links import link
from portal.shell.notice import alert_box
from portal.shell.screen import title, waiting
from portal.staff.frame import staff_screen
from portal.staff.schedule.parts import day_picker, diary, placed
from portal.staff.schedule.state import Diary
from portal.staff.state import Desk
from portal.words import _


@rx.page(routes.STAFF_SCHEDULE, title=title(_("Schedule")), on_load=Diary.load)
def schedule() -> rx.Component:
    """Show who is seen when."""
    book = link(
        icons.calendar_add(),
        _("Book a visit"),
        to=routes.STAFF_BOOK,
        class_name="btn btn-primary w-full sm:w-auto",
    )
    return staff_screen(
        heading(_("Schedule"), None, book),
        diary(
            _toolbar(),
            fresh(
                rx.cond(
                    Diary.loaded,
                    _days(),
                    rx.cond(Diary.answered, rx.fragment(), waiting()),
                ),
                Diary.shown_for,
            ),
            class_name="mt-4",
        ),
        current="schedule",
    )


def _toolbar() -> rx.Component:
    places: Any = Diary.places
    return rx.el.div(
        rx.el.div(
            _turn(icons.chevron_left(), "before", Diary.before, _before(), "PageUp"),
            _turn(_("Today"), "today", Diary.today, None, "T"),
            _turn(icons.chevron_right(), "after", Diary.after, _after(), "PageDown"),
            class_name="flex gap-2",
        ),
        day_picker(Diary.on, _("Go to day"), Diary.go),
        _views(),
        rx.cond(
            places.length() > 1,
            _list(_("Place"), Diary.places, Diary.place, Diary.go_to_place, _("All places")),
        ),
        _list(
            _("Practitioner"),
            Diary.practitioners,
            Diary.whose,
            Diary.go_to_week,
            _("Everybody, one day"),
        ),
        class_name="flex flex-wrap items-center gap-3",
    )


def _before() -> Any:
    return rx.cond(Diary.week, _("The week before"), _("The day before"))


def _after() -> Any:
    return rx.cond(Diary.week, _("The week after"), _("The day after"))


def _turn(words: Any, go: str, to: Any, label: Any, key: str) -> rx.Component:
    attributes: dict[str, Any] = {"data-go": go, "aria-keyshortcuts": key}
    if label is not None:
        attributes["aria-label"] = label
    square = "btn btn-square" if label is not None else "btn"
    return link(words, to=to, class_name=square, custom_attrs=attributes)


def _views() -> rx.Component:
    return rx.el.div(
        _view(_("Day"), Diary.by_day, ~Diary.week),
        _view(_("Week"), Diary.by_week, Diary.week),
        class_name="join",
        role="group",
        custom_attrs={"aria-label": _("Show")},
    )


def _view(words: str, to: Any, chosen: Any) -> rx.Component:
    here: Any = rx.cond(
        chosen, "btn join-item bg-secondary text-secondary-content", "btn join-item"
    )
    return link(
        words,
        to=to,
        class_name=here,
        custom_attrs={"aria-current": rx.cond(chosen, "true", "false")},
    )


def _list(words: str, options: Any, chosen: Any, handler: Any, every: str) -> rx.Component:
    return rx.el.select(
        rx.el.option(every, value=""),
        rx.foreach(options, lambda one: rx.el.option(one[1], value=one[0])),
        value=chosen,
        on_change=handler,
        class_name="select w-auto max-w-full",
        custom_attrs={"aria-label": words},
    )


def _days() -> rx.Component:
    page: Any = Diary.page
    return rx.fragment(
        rx.el.h2(page["title"], class_name="mt-5 text-xl"),
        rx.cond(page["note"] != "", alert_box("info", rx.el.p(page["note"]), class_name="mt-3")),
        rx.cond(
            page["lanes"].to(list[Any]).length() > 0,
            rx.el.div(
                placed(
                    rx.foreach(page["hours"].to(list[dict[str, Any]]), _hour),
                    rows=(1, page["rows"]),
                    class_name="diary-hours",
                    custom_attrs={"aria-hidden": "true"},
                ),
                rx.foreach(page["lanes"].to(list[dict[str, Any]]), _lane),
                class_name="diary mt-3",
                role="group",
                tab_index=0,
                custom_attrs={"aria-label": page["title"]},
            ),
            rx.el.p(
                rx.cond(
                    Diary.week,
                    _("Nobody works on these days. Choose other days, or another place."),
                    _("Nobody works on this day. Choose another day, or another place."),
                ),
                class_name="mt-5",
            ),
        ),
        rx.cond(page["idle"] != "", rx.el.p(page["idle"], class_name="mt-4 text-muted")),
        rx.cond(
            Desk.at_desk,
            link(
                _("Time off and working hours"),
                to=routes.STAFF_PRACTITIONERS,
                class_name="link mt-4 inline-flex min-h-11 items-center",
            ),
        ),
        rx.el.p(
            _("Keys: arrows go through the times, Page Up and Page Down turn, T is today."),
            class_name="mt-4 hidden text-sm text-muted lg:block",
        ),
    )


def _hour(hour: Any) -> rx.Component:
    return placed(
        hour["words"],
        rows=(hour["row"], hour["row"].to(int) + 1),
        class_name="pe-1 text-end text-sm leading-none text-muted",
        key=hour["words"],
    )


def _lane(lane: Any) -> rx.Component:
    return placed(
        rx.el.div(
            rx.el.h3(
                link(lane["title"], to=lane["href"], class_name="link link-hover"),
                class_name="text-base leading-tight wrap-anywhere",
            ),
            rx.cond(
                lane["detail"] != "",
                rx.el.p(lane["detail"], class_name="text-sm leading-tight text-muted"),
            ),
            class_name="pb-2 pt-5 lg:pt-0",
        ),
        rx.foreach(lane["work"].to(list[dict[str, Any]]), _work),
        rx.el.ol(rx.foreach(lane["cells"].to(list[dict[str, Any]]), _cell)),
        rx.cond(
            lane["cells"].to(list[Any]).length() == 0,
            rx.el.p(_("Nothing on this day."), class_name="text-sm text-muted lg:hidden"),
        ),
        rows=(1, Diary.page["rows"]),
        element="section",
        class_name="diary-lane",
        key=lane["key"],
        custom_attrs={"data-lane": "", "aria-label": lane["title"]},
    )


def _work(bar: Any) -> rx.Component:
    return placed(rows=(bar["from_row"], bar["to_row"]), class_name="diary-work", key=bar["key"])


def _cell(cell: Any) -> rx.Component:
    kind: Any = rx.match(
        cell["kind"],
        ("free", "diary-cell diary-free"),
        ("held", "diary-cell diary-held"),
        ("away", "diary-cell diary-away"),
        ("busy", "diary-cell diary-busy"),
        rx.cond(cell["mark"] != "", "diary-cell diary-visit diary-came", "diary-cell diary-visit"),
    )
    return placed(
        rx.cond(
            cell["href"] != "",
            link(_words(cell), to=cell["href"], class_name=kind, custom_attrs={"data-cell": ""}),
            rx.el.div(_words(cell), class_name=kind),
        ),
        rows=(cell["from_row"], cell["to_row"]),
        element="li",
        class_name=rx.cond(cell["kind"] == "free", "diary-gap", ""),
        key=cell["key"],
    )


def _words(cell: Any) -> rx.Component:
    """Say it line by line; who hears it hears commas between the lines."""
    return rx.fragment(
        rx.cond(cell["time"] != "", rx.el.span(cell["time"], _comma(), class_name="tabular-nums")),
        rx.cond(
            cell["kind"] == "free",
            rx.el.span(cell["title"], class_name="sr-only"),
            rx.el.strong(cell["title"]),
        ),
        rx.cond(cell["detail"] != "", rx.el.span(_comma(), cell["detail"], class_name="block")),
        rx.match(
            cell["mark"],
            ("arrived", _mark(icons.check("size-4", "text-success"), _("Arrived"))),
            ("no_show", _mark(icons.cross("size-4", "text-error"), _("Did not come"))),
            rx.fragment(),
        ),
        rx.foreach(
            cell["notes"].to(list[str]),
            lambda note: _mark(icons.alert("size-4", "text-warning"), note),
        ),
    )


def _comma() -> rx.Component:
    return rx.fragment(rx.el.span(",", class_name="sr-only"), " ")


def _mark(icon: rx.Component, words: Any) -> rx.Component:
    return rx.el.span(_comma(), icon, words, class_name="flex items-center gap-1 font-bold")
