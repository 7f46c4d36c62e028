"""When a practitioner works, as three boxes of their page."""

from typing import Any

import reflex as rx

from portal import routes
from portal.shell.dialog import dialog
from portal.shell.form import checkbox, choice, choices, field, form, when
from portal.shell.links import link
from portal.shell.press import press
from portal.staff.affected.page import affected_rows, confirming, save_bar
from portal.staff.frame import box, box_rows, empty
from portal.staff.practitioners.hours.state import DAYS, WorkingHours
from portal.staff.state import Desk
from portal.words import _

ROW = "flex flex-col gap-3 p-4 sm:flex-row sm:items-center sm:justify-between sm:px-6"


def hours() -> rx.Component:
    """Show what needs a look, weekly hours, other hours on single days, and time off."""
    return rx.fragment(
        _lacking(),
        box(
            _("Weekly hours"),
            _rows(
                WorkingHours.shifts,
                _shift,
                _("No hours yet, so nobody can book with them. Add the first ones."),
            ),
            beside=rx.cond(Desk.runs_clinic, _add(_("Add hours"), WorkingHours.new_shift)),
        ),
        box(
            _("Other hours on one day"),
            _rows(WorkingHours.days, _day, _("Every week is the same, holidays apart.")),
            beside=rx.cond(Desk.runs_clinic, _add(_("Add a day"), WorkingHours.new_day)),
        ),
        box(
            _("Time off"),
            _rows(WorkingHours.time_off, _time_off, _("No time off is planned.")),
            beside=_add(_("Add time off"), WorkingHours.new_time_off),
        ),
        _shift_dialog(),
        _day_dialog(),
        _time_off_dialog(),
        _remove_dialog("remove shift", _("Remove these hours?"), WorkingHours.remove_shift),
        _remove_dialog("remove day", _("Remove these hours?"), WorkingHours.remove_day),
    )


def _lacking() -> rx.Component:
    return rx.cond(
        WorkingHours.lacking,
        box(
            _("Visits that need a look"),
            rx.el.div(
                rx.el.p(
                    _(
                        "They are booked, but outside working hours, without a room, or of "
                        "something that is not offered there any more."
                    )
                ),
                affected_rows(WorkingHours.lacking),
                class_name="px-4 pb-4 sm:px-6",
            ),
        ),
    )


def _add(words: str, on_click: Any) -> rx.Component:
    return rx.el.button(words, type="button", on_click=on_click, class_name="btn")


def _rows(rows: Any, one: Any, none: str) -> rx.Component:
    return rx.cond(rows, box_rows(rx.foreach(rows, one)), empty(none))


def _row(row: Any, *buttons: rx.Component) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.p(row["when"], class_name="font-bold"),
            rx.cond(
                row["detail"] != "",
                rx.el.p(row["detail"], class_name="text-sm text-muted wrap-anywhere"),
            ),
            class_name="min-w-0",
        ),
        rx.el.div(*buttons, class_name="flex shrink-0 gap-2"),
        key=row["id"],
        class_name=ROW,
    )


def _button(words: str, row: Any, on_click: Any) -> rx.Component:
    return rx.el.button(
        words,
        rx.el.span(": ", row["when"], class_name="sr-only"),
        type="button",
        on_click=on_click,
        class_name="btn",
    )


def _shift(row: Any) -> rx.Component:
    edit = _button(_("Edit"), row, WorkingHours.edit_shift(row["id"]))
    remove = _button(_("Remove"), row, WorkingHours.ask_remove_shift(row["id"]))
    return _row(row, rx.cond(Desk.runs_clinic, rx.fragment(edit, remove)))


def _day(row: Any) -> rx.Component:
    remove = _button(_("Remove"), row, WorkingHours.ask_remove_day(row["id"]))
    return _row(row, rx.cond(Desk.runs_clinic, remove))


def _time_off(row: Any) -> rx.Component:
    return _row(
        row,
        link(
            _("Visits"),
            rx.el.span(": ", row["when"], class_name="sr-only"),
            to=routes.STAFF_TIME_OFF + "?id=" + row["id"].to(str),
            class_name="btn",
        ),
        press(
            _("Remove"),
            rx.el.span(": ", row["when"], class_name="sr-only"),
            on_press=WorkingHours.remove_time_off(row["id"]),
            answered=WorkingHours.answered,
        ),
    )


def _bar(words: str, tone: str = "primary") -> rx.Component:
    cancel = rx.el.button(_("Cancel"), type="button", class_name="btn", on_click=WorkingHours.close)
    return save_bar(WorkingHours, words, cancel, place="dialog", tone=tone)


def _answers(**fixed: Any) -> dict[str, Any]:
    return {
        "answered": WorkingHours.answered,
        "errors": WorkingHours.errors,
        "message": WorkingHours.message,
        "fixed": confirming(WorkingHours, **fixed),
        "class_name": "mt-4 grid gap-5",
    }


def _from_to(starts: Any, ends: Any) -> rx.Component:
    return rx.el.div(
        field("starts", _("From"), type="time", default=starts),
        field("ends", _("To"), type="time", default=ends),
        class_name="grid grid-cols-2 gap-4",
    )


def _place(default: Any) -> rx.Component:
    return field("place_id", _("Where"), options=WorkingHours.places, default=default)


def _shift_dialog() -> rx.Component:
    shift: Any = WorkingHours.shift
    ticks = [
        checkbox(f"days.{day}", words, default=shift["weekday"] == day, plain=True)
        for day, words in DAYS
    ]
    return dialog(
        _("Weekly hours"),
        form(
            rx.el.fieldset(
                rx.el.legend(_("Days of the week"), class_name="font-bold"),
                rx.el.div(*ticks, class_name="mt-1 grid gap-x-4 sm:grid-cols-2"),
            ),
            _from_to(shift["starts"], shift["ends"]),
            _place(shift["place_id"]),
            field(
                "from_on",
                _("From this day on"),
                type="date",
                optional=True,
                default=shift["from_on"],
            ),
            field(
                "until_on",
                _("Last day"),
                type="date",
                optional=True,
                default=shift["until_on"],
            ),
            _bar(_("Save")),
            name="shift",
            on_submit=WorkingHours.save_shift,
            **_answers(practitioner_id=WorkingHours.practitioner_id, shift_id=shift["id"]),
        ),
        open=WorkingHours.dialog == "shift",
        on_close=WorkingHours.close,
    )


def _day_dialog() -> rx.Component:
    return dialog(
        _("Other hours on one day"),
        form(
            field("on_date", _("Day"), type="date"),
            choices(
                "works",
                _("On this day they"),
                choice("no", _("do not work")),
                choice("yes", _("work at other times")),
                default="no",
                big=False,
            ),
            when("works", "yes", _from_to("", ""), _place("")),
            _bar(_("Save")),
            name="day",
            on_submit=WorkingHours.add_day,
            **_answers(practitioner_id=WorkingHours.practitioner_id),
        ),
        open=WorkingHours.dialog == "day",
        on_close=WorkingHours.close,
    )


def _time_off_dialog() -> rx.Component:
    return dialog(
        _("Time off"),
        form(
            rx.el.p(
                _("Leave the times empty for whole days. Times are in"),
                " ",
                WorkingHours.zone,
                ".",
                class_name="text-sm text-muted",
            ),
            rx.el.div(
                field("from_on", _("From"), type="date"),
                field("from_time", _("From what time"), type="time", optional=True),
                field("until_on", _("Until"), type="date", optional=True),
                field("until_time", _("Until what time"), type="time", optional=True),
                class_name="grid gap-4 sm:grid-cols-2",
            ),
            field(
                "reason",
                _("Reason"),
                hint=_("For colleagues only. Patients never see it."),
                optional=True,
                autocomplete="off",
            ),
            _bar(_("Save")),
            name="time-off",
            on_submit=WorkingHours.add_time_off,
            **_answers(practitioner_id=WorkingHours.practitioner_id),
        ),
        open=WorkingHours.dialog == "time off",
        on_close=WorkingHours.close,
    )


def _remove_dialog(key: str, heading: str, on_submit: Any) -> rx.Component:
    removing: Any = WorkingHours.removing
    return dialog(
        heading,
        form(
            rx.el.p(rx.el.strong(removing["when"]), " ", removing["detail"]),
            _bar(_("Remove"), "error"),
            name=key.replace(" ", "-"),
            on_submit=on_submit,
            **_answers(id=removing["id"]),
        ),
        open=WorkingHours.dialog == key,
        on_close=WorkingHours.close,
    )
