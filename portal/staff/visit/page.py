"""One visit at the desk."""

from typing import Any

import reflex as rx

from portal import routes
from portal.shell import icons
from portal.shell.dialog import dialog
from portal.shell.form import checkbox, field, form, submit_bar
from portal.shell.fresh import fresh
from portal.shell.links import link
from portal.shell.notice import alert_box
from portal.shell.press import press
from portal.shell.screen import title, waiting
from portal.staff.frame import above, box, staff_screen, trail
from portal.staff.visit.state import OneVisit
from portal.words import _


@rx.page(routes.STAFF_VISIT, title=title(_("A visit")), on_load=OneVisit.load)
def visit() -> rx.Component:
    """Show one visit."""
    one: Any = OneVisit.visit
    return staff_screen(
        trail(
            above(_("Schedule"), rx.cond(OneVisit.loaded, one["day_href"], routes.STAFF_SCHEDULE)),
            _("A visit"),
        ),
        fresh(
            rx.fragment(
                _who(one),
                rx.cond(
                    OneVisit.loaded,
                    rx.fragment(_flags(one), _attendance(one), _details(one), _together(one)),
                    rx.cond(OneVisit.answered, rx.fragment(), waiting()),
                ),
            ),
            OneVisit.shown_for,
        ),
        _cancel_dialog(one),
        _hand_over_dialog(one),
        current="schedule",
    )


def _who(one: Any) -> rx.Component:
    name = link(one["name"], to=one["patient_href"], class_name="link link-hover")
    return rx.el.div(
        rx.el.h1(
            rx.cond(OneVisit.loaded, name, _("A visit")),
            class_name="text-2xl wrap-anywhere",
            tab_index=-1,
        ),
        rx.el.p(one["when"], class_name="text-lg font-bold"),
        rx.el.p(
            rx.el.span(one["what"]),
            rx.cond(OneVisit.loaded, rx.el.span(one["who"])),
            rx.cond(one["place"] != "", rx.el.span(one["place"])),
            rx.cond(one["phone"] != "", rx.el.span(one["phone"])),
            class_name="flex flex-wrap gap-x-4 text-muted",
        ),
        class_name="mt-1",
    )


def _flags(one: Any) -> rx.Component:
    return rx.fragment(
        rx.cond(
            one["cancelled"] != "",
            alert_box(
                "warning",
                rx.el.p(rx.el.strong(_("Cancelled."), " "), one["cancelled"]),
                rx.cond(one["reason"] != "", rx.el.p(one["reason"])),
                action=link(_("Book again"), to=one["again_href"], class_name="btn"),
                class_name="mt-4",
            ),
        ),
        rx.cond(
            one["flag"] != "",
            alert_box(
                "warning",
                rx.el.p(one["flag"]),
                action=rx.cond(
                    one["may_edit"],
                    press(
                        _("Seen to"),
                        on_press=OneVisit.seen(one["id"]),
                        answered=OneVisit.answered,
                    ),
                ),
                class_name="mt-4",
            ),
        ),
        rx.cond(
            one["unconfirmed"],
            alert_box(
                "info",
                rx.el.p(_("The email is not confirmed yet. Check that they will come.")),
                class_name="mt-4",
            ),
        ),
    )


def _attendance(one: Any) -> rx.Component:
    """Say who came, and offer what can be done with the visit."""
    return rx.el.div(
        rx.cond(
            one["can_arrive"].to(bool) | one["can_miss"].to(bool),
            rx.el.div(
                rx.cond(one["can_arrive"], _mark(one, "arrived", _("Arrived"))),
                rx.cond(one["can_miss"], _mark(one, "no_show", _("Did not come"))),
                class_name="flex flex-wrap gap-2",
                role="group",
                custom_attrs={"aria-label": _("Did they come?")},
            ),
        ),
        rx.cond(
            one["may_cancel"],
            rx.el.div(
                link(icons.clock(), _("Move"), to=one["move_href"], class_name="btn"),
                rx.cond(
                    rx.Var.create(OneVisit.relatives).length() > 0,
                    rx.el.button(
                        _("For somebody else"),
                        type="button",
                        on_click=OneVisit.ask_hand_over,
                        class_name="btn",
                    ),
                ),
                rx.el.button(
                    _("Cancel the visit"),
                    type="button",
                    on_click=OneVisit.ask_cancel,
                    class_name="btn btn-outline btn-error",
                ),
                class_name="flex flex-wrap gap-2",
            ),
        ),
        class_name="mt-5 flex flex-wrap gap-x-6 gap-y-3",
    )


def _mark(one: Any, mark: str, words: str) -> rx.Component:
    """Make a button that is on or off: pressed once more it takes the note back."""
    on = one["mark"] == mark
    return press(
        rx.cond(on, icons.check("size-4", "text-success")),
        words,
        on_press=OneVisit.mark(one["id"], rx.cond(on, "", mark)),
        answered=OneVisit.answered,
        pressed=on,
        class_name="btn aria-pressed:bg-secondary aria-pressed:text-secondary-content",
    )


def _details(one: Any) -> rx.Component:
    return box(
        _("Details"),
        rx.el.dl(
            _item(_("Service"), one["what"]),
            _item(_("Practitioner"), one["who"]),
            _item(_("Place"), one["place"]),
            _item(_("Price"), one["price"]),
            _item(_("Booked"), one["booked"]),
            rx.cond(one["first"] != "", _item(_("First booked for"), one["first"])),
            rx.cond(one["note"] != "", _item(_("Note from whoever booked"), one["note"])),
            class_name="grid gap-x-8 gap-y-3 px-4 pb-5 sm:grid-cols-2 sm:px-6 lg:grid-cols-3",
        ),
    )


def _item(words: str, value: Any) -> rx.Component:
    return rx.el.div(
        rx.el.dt(words, class_name="text-sm text-muted"),
        rx.el.dd(value, class_name="whitespace-pre-line wrap-anywhere"),
    )


def _together(one: Any) -> rx.Component:
    return rx.cond(
        one["together"] != "",
        box(
            one["together"],
            rx.cond(
                one["pays"], rx.el.p(_("This person pays for all."), class_name="px-4 sm:px-6")
            ),
            rx.el.ul(
                rx.foreach(
                    OneVisit.others,
                    lambda other: rx.el.li(
                        link(
                            other[1],
                            to=other[0],
                            class_name="link link-hover inline-flex min-h-11 items-center",
                        ),
                        key=other[0],
                    ),
                ),
                class_name="px-4 pb-3 sm:px-6",
            ),
            rx.cond(one["unnamed"] != "", rx.el.p(one["unnamed"], class_name="px-4 pb-4 sm:px-6")),
        ),
    )


def _cancel_dialog(one: Any) -> rx.Component:
    return dialog(
        _("Cancel this visit?"),
        rx.el.p(one["name"], ", ", one["when"], class_name="mt-3 font-bold wrap-anywhere"),
        rx.el.p(
            _("The time is free at once. An email says so, with the reason and other times."),
            class_name="mt-2",
        ),
        form(
            field("reason", _("Reason, for the patient to read"), optional=True, rows=3),
            rx.cond(one["in_group"], checkbox("everybody", _("Cancel it for the whole group"))),
            submit_bar(
                _("Cancel the visit"), _close(_("Keep the visit")), place="dialog", tone="error"
            ),
            name="cancel-visit",
            fixed={"visit_id": one["id"]},
            on_submit=OneVisit.cancel,
            answered=OneVisit.answered,
            errors=OneVisit.errors,
            message=OneVisit.message,
            class_name="mt-5 grid gap-5",
        ),
        open=OneVisit.dialog == "cancel",
        on_close=OneVisit.close,
    )


def _hand_over_dialog(one: Any) -> rx.Component:
    return dialog(
        _("This visit was meant for somebody else"),
        rx.el.p(
            one["when"],
            ". ",
            _("The time, the practitioner and the price stay. Both get an email."),
            class_name="mt-2 text-muted",
        ),
        form(
            field("to_id", _("Whose visit it is"), options=OneVisit.relatives),
            submit_bar(_("Give the visit"), _close(_("Cancel")), place="dialog"),
            name="hand-over",
            fixed={"visit_id": one["id"]},
            on_submit=OneVisit.hand_over,
            answered=OneVisit.answered,
            errors=OneVisit.errors,
            message=OneVisit.message,
            class_name="mt-5 grid gap-5",
        ),
        open=OneVisit.dialog == "hand over",
        on_close=OneVisit.close,
    )


def _close(words: str) -> rx.Component:
    return rx.el.button(words, type="button", class_name="btn", on_click=OneVisit.close)
