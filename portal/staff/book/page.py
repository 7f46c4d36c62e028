"""Booking at the desk: who comes, what for, when; then one button that names them."""

from typing import Any

import reflex as rx

from portal import routes
from portal.shell import icons
from portal.shell.arrows import arrows
from portal.shell.dialog import dialog, dialog_actions
from portal.shell.form import field, form, submit_bar
from portal.shell.frame import heading
from portal.shell.fresh import fresh
from portal.shell.notice import alert_box
from portal.shell.press import press
from portal.shell.screen import title, waiting
from portal.staff.book.state import Arranging
from portal.staff.frame import above, box, staff_screen, trail
from portal.staff.patients.page import patient_search
from portal.staff.schedule.parts import day_picker
from portal.words import _


@rx.page(routes.STAFF_BOOK, title=title(_("Book for a patient")), on_load=Arranging.load)
def book() -> rx.Component:
    """Book on behalf of patients, or move a visit."""
    return staff_screen(
        trail(
            above(_("Schedule"), routes.STAFF_SCHEDULE),
            rx.cond(Arranging.moving != "", _("Move a visit"), _("Book for a patient")),
        ),
        fresh(
            rx.fragment(
                heading(
                    rx.cond(Arranging.moving != "", _("Move a visit"), _("Book for a patient")),
                    rx.cond(Arranging.moving != "", Arranging.moving_words, ""),
                ),
                rx.cond(
                    Arranging.loaded,
                    rx.el.div(
                        rx.cond(Arranging.moving == "", _who()),
                        _what_and_when(),
                        class_name="grid gap-x-6 lg:grid-cols-[minmax(0,1fr)_minmax(0,1.4fr)] "
                        "lg:items-start has-[>:only-child]:lg:grid-cols-1",
                    ),
                    rx.cond(Arranging.answered, rx.fragment(), waiting()),
                ),
                rx.cond(Arranging.loaded, _last_step()),
            ),
            Arranging.shown_for,
        ),
        _add_dialog(),
        current="schedule",
    )


def _who() -> rx.Component:
    several = rx.Var.create(Arranging.people).length() > 0
    group = rx.el.select(
        rx.el.option(_("Or a group"), value=""),
        rx.foreach(Arranging.groups, lambda one: rx.el.option(one[1], value=one[0])),
        value="",
        on_change=Arranging.add_group,
        class_name="select w-auto max-w-full",
        custom_attrs={"aria-label": _("Add a group")},
    )
    more = rx.el.button(
        icons.person_add(),
        _("Add somebody"),
        type="button",
        on_click=Arranging.ask_add,
        class_name="btn",
    )
    return box(
        _("Who comes?"),
        rx.el.div(
            rx.cond(several, rx.fragment(), patient_search(_add_button)),
            rx.el.ul(rx.foreach(Arranging.people, _person), class_name="divide-y divide-base-300"),
            rx.el.div(
                rx.cond(several, more),
                rx.cond(rx.Var.create(Arranging.groups).length() > 0, group),
                class_name="mt-3 flex flex-wrap gap-2",
            ),
            class_name="px-4 pb-5 sm:px-6",
        ),
    )


def _add_button(patient: Any) -> rx.Component:
    return rx.cond(
        patient["joined"] != "",
        rx.el.p(patient["name"], class_name="text-lg leading-snug wrap-anywhere"),
        press(
            patient["name"],
            on_press=Arranging.add(patient["id"]),
            answered=Arranging.answered,
            class_name="text-start text-lg font-bold leading-snug wrap-anywhere after:absolute "
            "after:inset-0",
        ),
    )


def _person(one: Any) -> rx.Component:
    several = Arranging.in_group & (rx.Var.create(Arranging.coming).length() > 1)
    return rx.el.li(
        rx.el.label(
            rx.el.input(
                type="checkbox",
                default_checked=one["comes"],
                on_change=Arranging.toggle(one["id"]),
                class_name="checkbox",
            ),
            rx.el.span(
                rx.el.span(one["name"], class_name="block font-bold wrap-anywhere"),
                rx.el.span(one["born"], class_name="text-sm text-muted"),
            ),
            class_name="flex min-h-11 flex-1 cursor-pointer items-center gap-3 py-2",
        ),
        rx.cond(
            one["comes"] & several,
            press(
                rx.cond(one["pays"], _("Pays"), _("Let pay")),
                rx.el.span(": ", one["name"], class_name="sr-only"),
                on_press=Arranging.let_pay(one["id"]),
                answered=Arranging.answered,
                pressed=one["pays"],
                class_name="btn aria-pressed:bg-secondary aria-pressed:text-secondary-content",
            ),
        ),
        key=one["id"],
        class_name="flex items-center justify-between gap-3",
    )


def _what_and_when() -> rx.Component:
    return box(
        rx.cond(Arranging.moving != "", _("When to?"), _("What for, and when?")),
        rx.el.div(
            rx.el.div(
                rx.cond(
                    Arranging.moving == "",
                    _list(
                        _("Service"),
                        Arranging.services,
                        Arranging.service_id,
                        Arranging.choose_service,
                        _("Choose"),
                    ),
                ),
                _list(
                    _("Practitioner"),
                    Arranging.practitioners,
                    Arranging.whose,
                    Arranging.choose_practitioner,
                    _("Anyone"),
                ),
                class_name="grid gap-4 sm:grid-cols-2",
            ),
            rx.cond(Arranging.how != "", rx.el.p(Arranging.how, class_name="mt-3 text-muted")),
            rx.cond(Arranging.service_id != "", _times()),
            class_name="px-4 pb-5 sm:px-6",
        ),
    )


def _list(words: str, options: Any, chosen: Any, handler: Any, every: str) -> rx.Component:
    return rx.el.label(
        rx.el.span(words, class_name="font-bold"),
        rx.el.select(
            rx.el.option(every, value=""),
            rx.foreach(options, lambda one: rx.el.option(one[1], value=one[0])),
            value=chosen,
            on_change=handler,
            class_name="select",
        ),
        class_name="grid gap-1.5",
    )


def _times() -> rx.Component:
    return rx.fragment(
        rx.el.div(
            _turn(icons.chevron_left(), _("The day before"), Arranging.before),
            day_picker(Arranging.on, _("Go to day"), Arranging.go),
            _turn(icons.chevron_right(), _("The day after"), Arranging.after),
            class_name="mt-5 flex flex-wrap items-center gap-2",
        ),
        arrows(
            rx.el.section(
                rx.el.h3(Arranging.day, class_name="mt-4 text-base"),
                rx.cond(
                    Arranging.times,
                    rx.el.ul(
                        rx.foreach(Arranging.times, _time), class_name="mt-2 flex flex-wrap gap-2"
                    ),
                    rx.el.p(_("No free time on this day."), class_name="mt-2"),
                ),
            ),
            rx.cond(
                Arranging.near,
                rx.el.section(
                    rx.el.h3(_("The nearest times"), class_name="mt-5 text-base"),
                    rx.el.ul(
                        rx.foreach(Arranging.near, _time), class_name="mt-2 flex flex-wrap gap-2"
                    ),
                ),
            ),
        ),
        rx.cond(
            (rx.Var.create(Arranging.times).length() > 0) & ~Arranging.every,
            press(
                _("Show every start"),
                on_press=Arranging.show_every,
                answered=Arranging.answered,
                class_name="btn btn-ghost mt-3 px-2 text-primary",
            ),
        ),
    )


def _turn(icon: rx.Component, words: str, on: Any) -> rx.Component:
    return press(
        icon,
        on_press=Arranging.go(on),
        answered=Arranging.answered,
        label=words,
        class_name="btn btn-square",
    )


def _time(one: Any) -> rx.Component:
    is_chosen = (one["at"] == Arranging.at) & (one["who"] == Arranging.who)
    return rx.el.li(
        rx.el.button(
            rx.el.span(one["time"], class_name="block"),
            rx.cond(
                one["detail"] != "",
                rx.el.span(one["detail"], class_name="block text-sm font-normal"),
            ),
            type="button",
            on_click=Arranging.choose(one["at"], one["who"]),
            class_name="slot",
            custom_attrs={"aria-pressed": is_chosen},
        ),
        key=one["key"],
    )


def _last_step() -> rx.Component:
    """Say what is missing, or book with one button that names who comes."""
    ready = (Arranging.chosen != "") & (rx.Var.create(Arranging.coming).length() > 0)
    move = press(
        _("Move to") + " " + rx.Var.create(Arranging.chosen).to(str),
        on_press=Arranging.move(Arranging.moving, Arranging.who, Arranging.at),
        answered=Arranging.answered,
        class_name="btn btn-primary btn-block lg:w-auto",
    )
    booking = form(
        field("note", _("Note for the clinic"), optional=True, rows=2),
        submit_bar(
            _("Book for") + " " + rx.Var.create(Arranging.coming_names).to(str), place="inline"
        ),
        name="book-for",
        fixed={
            "people": Arranging.coming,
            "service_id": Arranging.service_id,
            "practitioner_id": Arranging.who,
            "at": Arranging.at,
            "price_cents": Arranging.price_cents,
        },
        on_submit=Arranging.book,
        answered=Arranging.answered,
        errors=Arranging.errors,
        message=Arranging.message,
        class_name="mt-4 grid max-w-read gap-4",
    )
    return rx.el.div(
        rx.cond(
            ready,
            rx.fragment(
                rx.el.p(Arranging.chosen, class_name="text-lg font-bold"),
                rx.cond(Arranging.moving != "", rx.el.div(move, class_name="mt-4"), booking),
            ),
            rx.cond(
                Arranging.message != "",
                alert_box("error", rx.el.p(Arranging.message)),
                rx.el.p(
                    rx.cond(
                        Arranging.moving != "",
                        _("Choose the new time. The visit keeps its old one until then."),
                        _("Choose who comes, what for, and a time."),
                    ),
                    class_name="text-muted",
                ),
            ),
        ),
        class_name="mt-6",
    )


def _add_dialog() -> rx.Component:
    return dialog(
        _("Who comes as well?"),
        rx.el.div(patient_search(_add_button, auto=False), class_name="mt-5"),
        dialog_actions(
            rx.el.button(_("Cancel"), type="button", class_name="btn", on_click=Arranging.close)
        ),
        open=Arranging.adding,
        on_close=Arranging.close,
    )
