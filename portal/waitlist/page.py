"""Appointments, wait list: what is kept for somebody in the family, and what is waited for."""

from typing import Any

import reflex as rx

from portal import routes
from portal.shell import icons
from portal.shell.dialog import dialog, dialog_actions
from portal.shell.frame import heading
from portal.shell.fresh import fresh
from portal.shell.links import link
from portal.shell.notice import alert_box
from portal.shell.people import face, person_class
from portal.shell.press import press
from portal.shell.screen import screen, title, waiting
from portal.visits.tabs_page import tabs
from portal.waitlist.state import WaitList
from portal.words import _

BOX = "overflow-clip rounded-box bg-base-100"


@rx.page(routes.WAIT_LIST, title=title(_("Wait list")), on_load=WaitList.load)
def wait_list() -> rx.Component:
    """List offers and requests."""
    return screen(
        heading(
            _("Appointments"),
            None,
            link(
                icons.calendar_add(),
                _("Join the wait list"),
                to=routes.WAIT_LIST_ASK,
                class_name="btn hidden lg:inline-flex",
            ),
        ),
        rx.el.div(tabs("wait-list"), class_name="no-print mt-4"),
        fresh(
            rx.cond(
                WaitList.loaded,
                rx.fragment(_closed(), _offers(), _requests(), _ask_below()),
                waiting(),
            ),
            WaitList.shown_for,
        ),
        _leave_dialog(),
        current="appointments",
    )


def _closed() -> rx.Component:
    words = _("The clinic takes nobody on the wait list at the moment. Call us, please.")
    return rx.cond(
        WaitList.open, rx.fragment(), alert_box("info", rx.el.p(words), class_name="mt-5")
    )


def _offers() -> rx.Component:
    return rx.cond(
        WaitList.offers,
        rx.el.section(
            rx.el.h2(_("A time has become free"), class_name="mt-6 mb-3 text-xl", id="offers"),
            rx.el.ul(rx.foreach(WaitList.offers, _offer), class_name="grid gap-3"),
            custom_attrs={"aria-labelledby": "offers"},
        ),
    )


def _offer(one: Any) -> rx.Component:
    return rx.el.li(
        rx.el.article(
            _who(one),
            rx.el.div(
                rx.el.p(one["offer_when"], class_name="text-xl font-bold leading-tight"),
                rx.el.p(one["service"], class_name="mt-1 wrap-anywhere"),
                rx.el.p(one["offer_where"], class_name="text-sm text-muted wrap-anywhere"),
                rx.cond(one["moves"] != "", rx.el.p(one["moves"], class_name="mt-2")),
                rx.el.p(
                    icons.clock("size-5"),
                    rx.el.strong(one["kept"]),
                    class_name="mt-3 flex items-center gap-2",
                ),
                rx.el.div(
                    press(
                        one["book_label"],
                        on_press=WaitList.accept(one["offer_id"]),
                        answered=WaitList.answered,
                        class_name="btn btn-primary",
                    ),
                    press(
                        _("No, thank you"),
                        on_press=WaitList.decline(one["offer_id"]),
                        answered=WaitList.answered,
                        label=_("No, thank you") + ": " + one["offer_about"].to(str),
                    ),
                    class_name="mt-4 flex flex-col gap-2 sm:flex-row",
                ),
                class_name="p-4 sm:p-5",
            ),
            class_name=f"{BOX} border-2 border-accent",
        ),
        key=one["offer_id"],
    )


def _requests() -> rx.Component:
    return rx.cond(
        WaitList.requests,
        rx.el.section(
            rx.el.h2(_("On the wait list"), class_name="mt-6 mb-3 text-xl", id="requests"),
            rx.el.ul(rx.foreach(WaitList.requests, _request), class_name="grid gap-3"),
            custom_attrs={"aria-labelledby": "requests"},
        ),
        rx.el.div(
            rx.el.h2(_("Nobody is on the wait list."), class_name="text-lg"),
            rx.el.p(
                _("Is everything taken? Join the wait list, and we tell you when a time is free."),
                class_name="mt-1 text-muted",
            ),
            class_name=f"mt-6 border border-base-300 p-6 {BOX}",
        ),
    )


def _request(one: Any) -> rx.Component:
    return rx.el.li(
        rx.el.article(
            _who(one),
            rx.el.div(
                rx.el.div(
                    rx.el.p(one["what"], class_name="wrap-anywhere"),
                    rx.el.p(one["days"], ", ", one["when"], class_name="text-sm text-muted"),
                    rx.el.p(one["dates"], class_name="text-sm text-muted"),
                    rx.cond(one["moves"] != "", rx.el.p(one["moves"], class_name="mt-1 text-sm")),
                    rx.cond(
                        one["note"] != "",
                        rx.el.p("“", one["note"], "”", class_name="mt-1 text-sm wrap-anywhere"),
                    ),
                    class_name="min-w-0",
                ),
                rx.el.button(
                    _("Take off"),
                    rx.el.span(": ", one["about"], class_name="sr-only"),
                    type="button",
                    on_click=WaitList.ask_withdraw(one["id"]),
                    class_name="btn btn-outline btn-error bg-base-100",
                ),
                class_name="grid gap-3 px-4 pt-3 pb-4 sm:grid-cols-[minmax(0,1fr)_auto] "
                "sm:items-center sm:px-5 sm:py-3.5",
            ),
            class_name=f"{BOX} border border-base-300 sm:grid sm:grid-cols-[15rem_minmax(0,1fr)]",
        ),
        class_name="print-whole",
        key=one["id"],
    )


def _who(one: Any) -> rx.Component:
    return rx.el.div(
        face(one["initials"], one["colour"].to(int)),
        rx.el.h3(one["name"], class_name="text-base leading-snug wrap-anywhere"),
        class_name=[
            "tinted flex items-center gap-3 px-4 py-3 sm:px-5",
            person_class(one["colour"].to(int)),
        ],
    )


def _ask_below() -> rx.Component:
    """Lead to the form, where a phone has no room for it beside the title."""
    return rx.cond(
        WaitList.open,
        link(
            icons.calendar_add(),
            _("Join the wait list"),
            to=routes.WAIT_LIST_ASK,
            class_name="btn mt-6 w-full sm:w-auto lg:hidden",
        ),
    )


def _leave_dialog() -> rx.Component:
    return dialog(
        _("Take this off the wait list?"),
        rx.el.p(rx.el.strong(WaitList.leaving_about), class_name="mt-3 wrap-anywhere"),
        rx.el.p(
            _("Whoever comes back later starts at the end of the line. Booked visits stay booked."),
            class_name="mt-2 text-muted",
        ),
        dialog_actions(
            rx.el.button(
                _("Keep it on the list"), type="button", class_name="btn", on_click=WaitList.close
            ),
            press(
                _("Take it off"),
                on_press=WaitList.withdraw(WaitList.leaving),
                answered=WaitList.answered,
                class_name="btn btn-error",
            ),
        ),
        open=WaitList.leaving != "",
        on_close=WaitList.close,
    )
