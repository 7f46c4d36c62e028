"""Join the wait list: what for, for whom, and when they can come."""

from typing import Any

import reflex as rx

from portal import routes
from portal.shell import icons
from portal.shell.form import choice, choices, form
from portal.shell.links import link
from portal.shell.notice import alert_box
from portal.shell.people import face
from portal.shell.screen import step_screen, title, waiting
from portal.waitlist.form import when_fields, with_field
from portal.waitlist.state import WaitAsk
from portal.words import _


@rx.page(routes.WAIT_LIST_ASK, title=title(_("Join the wait list")), on_load=WaitAsk.load)
def wait_list_ask() -> rx.Component:
    """Choose the service, then fill in the form."""
    return step_screen(
        rx.cond(
            WaitAsk.loaded,
            rx.cond(WaitAsk.service_id, _form(), _services()),
            rx.cond(WaitAsk.message, _start_again(), waiting()),
        ),
        title=_("Join the wait list"),
        shown_for=WaitAsk.shown_for,
        close_to=routes.WAIT_LIST,
    )


def _services() -> rx.Component:
    return rx.cond(
        WaitAsk.categories,
        rx.fragment(
            rx.el.p(_("What are you waiting for?"), class_name="mt-3 text-muted"),
            rx.foreach(WaitAsk.categories, _category),
        ),
        rx.el.p(_("Nothing can be waited for at the moment. Call us, please."), class_name="mt-4"),
    )


def _category(one: Any) -> rx.Component:
    return rx.fragment(
        rx.el.h2(one["name"], class_name="mt-6 mb-3 text-lg"),
        rx.el.ul(
            rx.foreach(
                one["services"].to(list[tuple[str, str]]),
                lambda service: rx.el.li(
                    link(
                        service[0],
                        icons.chevron_right(),
                        to=service[1],
                        class_name="flex min-h-14 items-center justify-between gap-4 px-4 py-2 "
                        "hover:bg-base-200",
                    ),
                    key=service[1],
                ),
            ),
            class_name="divide-y divide-base-300 rounded-box border border-base-300 bg-base-100",
        ),
        key=one["name"],
    )


def _form() -> rx.Component:
    return rx.fragment(
        rx.el.p(rx.el.strong(WaitAsk.service_name), class_name="mt-3 text-lg wrap-anywhere"),
        rx.cond(
            WaitAsk.visit_words,
            alert_box("info", rx.el.p(WaitAsk.visit_words), class_name="mt-4"),
        ),
        form(
            choices(
                "patient_id",
                _("Who is this for?"),
                rx.foreach(
                    WaitAsk.people,
                    lambda one: choice(
                        one["id"],
                        one["name"],
                        one["relation"],
                        face(one["initials"], one["colour"]),
                    ),
                ),
                default=WaitAsk.patient_id,
            ),
            with_field(WaitAsk.practitioners, WaitAsk.practitioner_id),
            *when_fields(WaitAsk.first_on, WaitAsk.until_on),
            rx.el.p(WaitAsk.zone_words, class_name="text-sm text-muted"),
            name="wait",
            fixed={"service_id": WaitAsk.service_id, "visit_id": WaitAsk.visit_id},
            on_submit=WaitAsk.ask,
            answered=WaitAsk.answered,
            errors=WaitAsk.errors,
            message=WaitAsk.message,
            submit=_("Join the wait list"),
        ),
    )


def _start_again() -> rx.Component:
    return link(_("Back to the wait list"), to=routes.WAIT_LIST, class_name="btn btn-primary mt-6")
