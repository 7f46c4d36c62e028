"""Holidays: days on which nobody can book."""

from typing import Any

import reflex as rx

from portal import routes
from portal.shell.dialog import dialog
from portal.shell.form import field, form
from portal.shell.frame import heading
from portal.shell.press import press
from portal.shell.screen import title, waiting
from portal.staff.affected.page import confirming, save_bar
from portal.staff.holidays.state import Holidays
from portal.staff.settings.menu import settings_screen
from portal.words import _


@rx.page(routes.STAFF_HOLIDAYS, title=title(_("Holidays")), on_load=Holidays.load)
def holidays() -> rx.Component:
    """List the holidays."""
    new = rx.el.button(
        _("New holiday"), type="button", on_click=Holidays.ask_new, class_name="btn btn-primary"
    )
    return settings_screen(
        heading(
            _("Holidays"),
            _("Days on which the clinic, or one place, is closed."),
            rx.cond(Holidays.loaded, new),
        ),
        rx.cond(
            Holidays.loaded,
            rx.cond(
                Holidays.holidays,
                rx.el.ul(
                    rx.foreach(Holidays.holidays, _holiday),
                    class_name="mt-6 divide-y divide-base-300 rounded-box border border-base-300 "
                    "bg-base-100",
                ),
                rx.el.p(
                    _("No day is closed. Add the public holidays of the year."),
                    class_name="mt-6 rounded-box border border-base-300 bg-base-100 p-4",
                ),
            ),
            rx.cond(Holidays.answered, rx.fragment(), waiting()),
        ),
        _new_dialog(),
        current="holidays",
    )


def _holiday(holiday: Any) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.h2(holiday["when"], class_name="text-base leading-snug"),
            rx.el.p(holiday["name"], class_name="wrap-anywhere"),
            rx.el.p(holiday["where"], class_name="text-sm text-muted"),
            class_name="min-w-0",
        ),
        press(
            _("Remove"),
            rx.el.span(": ", holiday["name"], ", ", holiday["when"], class_name="sr-only"),
            on_press=Holidays.remove(holiday["id"]),
            answered=Holidays.answered,
            class_name="btn shrink-0",
        ),
        key=holiday["id"],
        class_name="flex items-center justify-between gap-4 p-4 sm:px-6",
    )


def _new_dialog() -> rx.Component:
    return dialog(
        _("New holiday"),
        form(
            field("on_date", _("Day"), type="date"),
            field("name", _("Name"), autocomplete="off"),
            field(
                "place_id",
                _("Where"),
                options=Holidays.places,
                placeholder=_("The whole clinic"),
            ),
            save_bar(
                Holidays,
                _("Close this day"),
                rx.el.button(_("Cancel"), type="button", class_name="btn", on_click=Holidays.close),
                place="dialog",
            ),
            name="holiday",
            fixed=confirming(Holidays),
            on_submit=Holidays.add,
            answered=Holidays.answered,
            errors=Holidays.errors,
            message=Holidays.message,
            class_name="mt-4 grid gap-5",
        ),
        open=Holidays.dialog == "new",
        on_close=Holidays.close,
    )
