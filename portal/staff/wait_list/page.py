"""Wait list at the desk: who waits, and what became of what was offered."""

from typing import Any

import reflex as rx

from portal import routes
from portal.shell import icons
from portal.shell.dialog import dialog, dialog_actions
from portal.shell.frame import heading
from portal.shell.links import link
from portal.shell.press import press
from portal.shell.screen import title, waiting
from portal.staff.frame import box, box_rows, empty, staff_screen
from portal.staff.wait_list.state import Waiting
from portal.words import _


@rx.page(routes.STAFF_WAIT_LIST, title=title(_("Wait list")), on_load=Waiting.load)
def staff_wait_list() -> rx.Component:
    """List requests and offers."""
    return staff_screen(
        heading(
            _("Wait list"),
            _("A time that becomes free is offered to whoever asked first and can come."),
            link(
                icons.person_add(),
                _("Add a patient"),
                to=routes.STAFF_WAIT_LIST_ADD,
                class_name="btn btn-primary w-full sm:w-auto",
            ),
        ),
        rx.cond(
            Waiting.loaded,
            rx.fragment(_filters(), _requests(), _offers()),
            rx.cond(Waiting.answered, rx.fragment(), waiting()),
        ),
        _offer_dialog(),
        _withdraw_dialog(),
        current="wait_list",
    )


def _filters() -> rx.Component:
    return rx.el.div(
        _filter("service", _("Service"), _("All services"), Waiting.services, Waiting.show_service),
        _filter(
            "practitioner",
            _("With"),
            _("Everybody"),
            Waiting.practitioners,
            Waiting.show_practitioner,
        ),
        class_name="mt-5 grid gap-3 sm:grid-cols-2",
    )


def _filter(id_: str, words: str, everything: str, options: Any, handler: Any) -> rx.Component:
    return rx.el.div(
        rx.el.label(words, html_for=id_, class_name="font-bold"),
        rx.el.select(
            rx.el.option(everything, value=""),
            rx.foreach(options, lambda one: rx.el.option(one[1], value=one[0], key=one[0])),
            id=id_,
            name=id_,
            default_value="",
            on_change=handler,
            class_name="select w-full",
        ),
        class_name="grid gap-1",
    )


def _requests() -> rx.Component:
    return box(
        _("Who waits"),
        rx.cond(
            Waiting.requests,
            box_rows(rx.foreach(Waiting.requests, _request)),
            empty(_("Nobody waits for this at the moment.")),
        ),
        _pages(),
    )


def _request(one: Any) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.h3(one["name"], class_name="text-lg leading-snug wrap-anywhere"),
            rx.el.p(one["what"], class_name="wrap-anywhere"),
            rx.el.p(one["days"], ", ", one["when"], ", ", one["dates"], class_name=_SMALL),
            rx.cond(one["moves"] != "", rx.el.p(one["moves"], class_name=_SMALL)),
            rx.cond(one["note"] != "", rx.el.p("“", one["note"], "”", class_name=_SMALL)),
            rx.cond(
                one["offer_id"] != "",
                rx.el.p(
                    icons.clock("size-5"),
                    rx.el.span(_("Offered:"), " ", one["offer_when"], ". ", one["kept"]),
                    class_name="mt-2 flex items-start gap-2 font-bold",
                ),
            ),
            class_name="min-w-0",
        ),
        rx.el.div(
            rx.cond(
                one["offer_id"] != "",
                press(
                    _("Book it"),
                    _of(one),
                    on_press=Waiting.accept(one["offer_id"]),
                    answered=Waiting.answered,
                ),
                press(
                    _("Offer a time"),
                    _of(one),
                    on_press=Waiting.choose_time(one["id"]),
                    answered=Waiting.answered,
                ),
            ),
            rx.el.button(
                _("Take off"),
                _of(one),
                type="button",
                on_click=Waiting.ask_withdraw(one["id"]),
                class_name="btn btn-outline btn-error",
            ),
            class_name="flex flex-wrap gap-2 lg:justify-end",
        ),
        key=one["id"],
        class_name="grid gap-3 p-4 sm:px-6 lg:grid-cols-[minmax(0,1fr)_auto] lg:items-center",
    )


_SMALL = "text-sm text-muted wrap-anywhere"


def _of(one: Any) -> rx.Component:
    return rx.el.span(": ", one["about"], class_name="sr-only")


def _pages() -> rx.Component:
    def turn(words: str, by: int, there: Any) -> rx.Component:
        return rx.cond(
            there,
            press(words, on_press=Waiting.turn(Waiting.page + by), answered=Waiting.answered),
        )

    return rx.el.div(
        turn(_("Back"), -1, Waiting.page > 1),
        turn(_("Show more"), 1, Waiting.has_more),
        class_name="flex gap-3 px-4 pb-4 empty:hidden sm:px-6",
    )


def _offers() -> rx.Component:
    return box(
        _("What was offered lately"),
        rx.cond(
            Waiting.offers,
            box_rows(rx.foreach(Waiting.offers, _outcome)),
            empty(_("Nothing yet. It begins by itself when a time becomes free.")),
        ),
    )


def _outcome(one: Any) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            link(
                one["name"],
                to=one["href"],
                class_name="link link-hover inline-flex min-h-11 items-center font-bold "
                "wrap-anywhere",
            ),
            rx.el.p(one["when"], ", ", one["what"], class_name=_SMALL),
            class_name="min-w-0",
        ),
        rx.el.p(one["answer"]),
        key=one["id"],
        class_name="flex flex-col gap-1 p-4 sm:flex-row sm:items-center sm:justify-between sm:px-6",
    )


def _offer_dialog() -> rx.Component:
    return dialog(
        _("Offer a time"),
        rx.el.p(rx.el.strong(Waiting.chosen_about), class_name="mt-3 wrap-anywhere"),
        rx.cond(
            Waiting.free,
            rx.fragment(
                rx.el.p(
                    _("It is kept for them, and they get an email. These are free and suit them:"),
                    class_name="mt-2 text-muted",
                ),
                rx.el.ul(rx.foreach(Waiting.free, _free), class_name="mt-3 grid gap-2"),
            ),
            rx.el.p(
                _("No free time suits them in the next four weeks."), class_name="mt-2 text-muted"
            ),
        ),
        dialog_actions(
            rx.el.button(_("Close"), type="button", class_name="btn", on_click=Waiting.close)
        ),
        open=Waiting.dialog == "offer",
        on_close=Waiting.close,
    )


def _free(one: Any) -> rx.Component:
    return rx.el.li(
        press(
            one["words"],
            on_press=Waiting.offer(Waiting.chosen_id, one["at"].to(int), one["who"]),
            answered=Waiting.answered,
            class_name="btn h-auto min-h-11 w-full justify-start py-2 text-start",
        ),
        key=one["words"],
    )


def _withdraw_dialog() -> rx.Component:
    return dialog(
        _("Take this off the wait list?"),
        rx.el.p(rx.el.strong(Waiting.chosen_about), class_name="mt-3 wrap-anywhere"),
        dialog_actions(
            rx.el.button(_("Keep it"), type="button", class_name="btn", on_click=Waiting.close),
            press(
                _("Take it off"),
                on_press=Waiting.withdraw(Waiting.chosen_id),
                answered=Waiting.answered,
                class_name="btn btn-error",
            ),
        ),
        open=Waiting.dialog == "withdraw",
        on_close=Waiting.close,
    )
