"""Services: what can be booked, in the order in which people choose from it."""

from typing import Any

import reflex as rx

from portal import routes
from portal.shell import icons
from portal.shell.dialog import dialog
from portal.shell.form import form
from portal.shell.frame import heading
from portal.shell.links import link
from portal.shell.press import press
from portal.shell.screen import title, waiting
from portal.staff.affected.page import confirming, save_bar
from portal.staff.frame import box, box_rows
from portal.staff.services.state import Services
from portal.staff.settings.menu import settings_screen
from portal.words import _


@rx.page(routes.STAFF_SERVICES, title=title(_("Services")), on_load=Services.load)
def services() -> rx.Component:
    """List the services."""
    new = link(_("New service"), to=routes.STAFF_SERVICE, class_name="btn btn-primary")
    return settings_screen(
        heading(
            _("Services"),
            _("What can be booked, in this order."),
            rx.cond(Services.loaded, new),
        ),
        rx.cond(
            Services.loaded,
            rx.fragment(
                rx.cond(Services.categories, rx.foreach(Services.categories, _category), _none()),
                rx.cond(
                    Services.ended,
                    box(_("Ended"), box_rows(rx.foreach(Services.ended, _ended))),
                ),
            ),
            rx.cond(Services.answered, rx.fragment(), waiting()),
        ),
        _end_dialog(),
        current="services",
    )


def _none() -> rx.Component:
    return rx.el.p(
        _("There is no service yet. Make the first one; then say who gives it and when."),
        class_name="mt-6 rounded-box border border-base-300 bg-base-100 p-4",
    )


def _category(category: Any) -> rx.Component:
    return box(
        category["name"], box_rows(rx.foreach(category["services"].to(list[dict[str, Any]]), _line))
    )


def _words(line: Any) -> rx.Component:
    return rx.el.div(
        rx.el.h3(
            link(
                line["name"],
                to=line["href"],
                class_name="link inline-flex min-h-11 items-center wrap-anywhere",
            ),
            class_name="text-base leading-snug",
        ),
        rx.el.p(line["detail"], class_name="text-sm text-muted"),
        rx.cond(line["note"] != "", rx.el.p(line["note"], class_name="mt-1 text-sm")),
        class_name="min-w-0",
    )


ROW = "flex flex-col gap-3 p-4 sm:flex-row sm:items-center sm:justify-between sm:px-6"


def _line(line: Any) -> rx.Component:
    return rx.el.li(
        _words(line),
        rx.el.div(
            move_button(line, up=True, handler=Services.move, answered=Services.answered),
            move_button(line, up=False, handler=Services.move, answered=Services.answered),
            rx.el.button(
                _("End"),
                rx.el.span(": ", line["name"], class_name="sr-only"),
                type="button",
                on_click=Services.ask_end(line["id"]),
                class_name="btn btn-outline btn-error",
            ),
            class_name="flex shrink-0 gap-2",
        ),
        key=line["id"],
        class_name=ROW,
    )


def move_button(line: Any, *, up: bool, handler: Any, answered: Any) -> rx.Component:
    """Move one row of a list up or down by one place."""
    words = _("Move up") if up else _("Move down")
    return press(
        icons.chevron_down("size-5 rotate-180" if up else "size-5"),
        on_press=handler(line["id"], up),
        answered=answered,
        class_name="btn btn-square",
        label=words + ": " + line["name"].to(str),
    )


def _ended(line: Any) -> rx.Component:
    return rx.el.li(
        _words(line),
        press(
            _("Bring back"),
            rx.el.span(": ", line["name"], class_name="sr-only"),
            on_press=Services.bring_back(line["id"]),
            answered=Services.answered,
            class_name="btn shrink-0",
        ),
        key=line["id"],
        class_name=ROW,
    )


def _end_dialog() -> rx.Component:
    return dialog(
        _("End this service:") + " " + Services.ending_name,
        form(
            rx.el.p(_("Nobody can book it any more. You can bring it back at any time.")),
            save_bar(
                Services,
                _("End it"),
                rx.el.button(
                    _("Keep it"), type="button", class_name="btn", on_click=Services.close
                ),
                place="dialog",
                tone="error",
            ),
            name="end",
            fixed=confirming(Services, service_id=Services.ending),
            on_submit=Services.end,
            answered=Services.answered,
            errors=Services.errors,
            message=Services.message,
            class_name="mt-3 grid gap-4",
        ),
        open=Services.ending != "",
        on_close=Services.close,
    )
