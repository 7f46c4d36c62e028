"""Time off and the visits in it, with the one action that sees to all of them."""

from typing import Any

import reflex as rx

from portal import routes
from portal.shell.dialog import dialog
from portal.shell.form import field, form, submit_bar
from portal.shell.frame import heading
from portal.shell.fresh import fresh
from portal.shell.links import link
from portal.shell.screen import title, waiting
from portal.staff.away.state import Absence
from portal.staff.frame import above, box, box_rows, empty, staff_screen, trail
from portal.words import _


@rx.page(routes.STAFF_TIME_OFF, title=title(_("Visits in time off")), on_load=Absence.load)
def time_off() -> rx.Component:
    """Show the visits that lie in somebody's time off."""
    return staff_screen(
        trail(above(_("Schedule"), routes.STAFF_SCHEDULE), _("Visits in time off")),
        fresh(
            rx.fragment(
                heading(
                    rx.cond(
                        Absence.loaded,
                        Absence.name + " " + _("is away"),
                        _("Visits in time off"),
                    ),
                    rx.cond(Absence.loaded, Absence.when, ""),
                ),
                rx.cond(Absence.why != "", rx.el.p(Absence.why, class_name="mt-1")),
                rx.el.p(Absence.progress, role="status", class_name="mt-4 font-bold"),
                rx.cond(
                    Absence.loaded,
                    _visits(),
                    rx.cond(Absence.answered, rx.fragment(), waiting()),
                ),
            ),
            Absence.shown_for,
        ),
        _ask_dialog(),
        current="schedule",
    )


def _visits() -> rx.Component:
    tell = rx.el.button(
        rx.cond(
            Absence.progress != "", _("Go on"), _("Cancel these, tell everyone, offer other times")
        ),
        type="button",
        on_click=Absence.ask,
        class_name="btn btn-outline btn-error h-auto min-h-11 py-2",
    )
    several = rx.Var.create(Absence.visits).length() > 0
    return box(
        _("Visits in this time"),
        rx.cond(
            several,
            box_rows(rx.foreach(Absence.visits, _visit)),
            empty(_("No visits lie in this time. There is nothing more to do.")),
        ),
        beside=rx.cond(several, tell),
    )


def _visit(visit: Any) -> rx.Component:
    return rx.el.li(
        link(visit["who"], to=visit["href"], class_name="link font-bold wrap-anywhere"),
        rx.el.p(visit["when"]),
        rx.el.p(visit["what"], class_name="text-sm text-muted"),
        key=visit["id"],
        class_name="p-4 sm:px-6",
    )


def _ask_dialog() -> rx.Component:
    return dialog(
        _("Cancel all these visits?"),
        rx.el.p(
            _(
                "Each person gets one email with the reason and a link to other times. Their visits "
                "say that the clinic had to cancel."
            ),
            class_name="mt-3",
        ),
        form(
            field("reason", _("Reason, for everybody to read"), optional=True, rows=3),
            submit_bar(
                _("Cancel the visits"),
                rx.el.button(
                    _("Keep the visits"), type="button", class_name="btn", on_click=Absence.close
                ),
                place="dialog",
                tone="error",
            ),
            name="tell",
            fixed={"time_off_id": Absence.away_id},
            on_submit=Absence.tell,
            answered=Absence.answered,
            errors=Absence.errors,
            message=Absence.message,
            class_name="mt-5 grid gap-5",
        ),
        open=Absence.asking,
        on_close=Absence.close,
    )
