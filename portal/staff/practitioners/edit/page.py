"""One practitioner: when they work, what they give, who they are."""

from typing import Any

import reflex as rx

from portal import routes, say
from portal.shell.form import checkbox, field, form, when
from portal.shell.fresh import fresh
from portal.shell.notice import alert_box
from portal.shell.screen import title, waiting
from portal.staff.affected.page import confirming, save_bar
from portal.staff.frame import above, box, trail
from portal.staff.practitioners.edit.state import EditPractitioner
from portal.staff.practitioners.hours.page import hours
from portal.staff.settings.menu import settings_screen
from portal.staff.settings.state import STEPS
from portal.words import _


@rx.page(routes.STAFF_PRACTITIONER, title=title(_("Practitioner")), on_load=EditPractitioner.load)
def practitioner() -> rx.Component:
    """Show one practitioner."""
    shown = rx.fragment(
        rx.cond(
            EditPractitioner.ended,
            alert_box("info", rx.el.p(_("They do not work here any more.")), class_name="mt-4"),
        ),
        rx.cond(EditPractitioner.practitioner_id != "", hours()),
        rx.cond(
            EditPractitioner.may_edit,
            box(
                _("Who they are, and what they give"),
                rx.el.div(_form(), class_name="border-t border-base-300 p-4 sm:p-6"),
            ),
        ),
    )
    return settings_screen(
        trail(
            above(_("Practitioners"), routes.STAFF_PRACTITIONERS),
            rx.el.span(EditPractitioner.heading),
        ),
        fresh(
            rx.fragment(
                rx.el.h1(
                    rx.cond(EditPractitioner.loaded, EditPractitioner.heading, _("Practitioner")),
                    class_name="text-2xl sm:text-3xl wrap-anywhere",
                    tab_index=-1,
                ),
                rx.cond(
                    EditPractitioner.loaded,
                    shown,
                    rx.cond(EditPractitioner.answered, rx.fragment(), waiting()),
                ),
            ),
            EditPractitioner.shown_for,
        ),
        current="practitioners",
    )


def _form() -> rx.Component:
    saved: Any = EditPractitioner.saved
    return form(
        field("name", _("Name"), autocomplete="off", default=saved["name"]),
        field(
            "short_name",
            _("Short name"),
            hint=_("Such as “Dr Calloway”, where there is little room."),
            optional=True,
            autocomplete="off",
            default=saved["short_name"],
        ),
        field(
            "role",
            _("What they are"),
            hint=_("Such as “Family doctor” or “Nurse”."),
            autocomplete="off",
            default=saved["role"],
        ),
        field(
            "step_minutes",
            _("Visits can start every"),
            options=[(str(step), say.minutes(step)) for step in STEPS],
            placeholder=_("As in the clinic’s settings"),
            optional=True,
            default=saved["step_minutes"],
        ),
        checkbox(
            "online",
            _("Patients can book online with them"),
            hint=_("Without it only staff book with them."),
            default=EditPractitioner.online,
        ),
        rx.el.fieldset(
            rx.el.legend(_("What they give"), class_name="font-bold"),
            rx.cond(
                EditPractitioner.offers,
                rx.foreach(EditPractitioner.offers, _offer),
                rx.el.p(_("There is no service yet. Add one under Services.")),
            ),
            class_name="grid gap-1",
        ),
        save_bar(EditPractitioner, _("Save")),
        name="practitioner",
        fixed=confirming(EditPractitioner, practitioner_id=EditPractitioner.practitioner_id),
        on_submit=EditPractitioner.save,
        answered=EditPractitioner.answered,
        errors=EditPractitioner.errors,
        message=EditPractitioner.message,
        class_name="grid max-w-read gap-5",
    )


def _offer(offer: Any) -> rx.Component:
    name = "offers." + offer["id"].to(str)
    return rx.el.div(
        checkbox(name + ".given", offer["name"], default=offer["given"], plain=True),
        when(
            name + ".given",
            True,
            field(
                name + ".place",
                _("Where") + ": " + offer["name"].to(str),
                options=EditPractitioner.places,
                placeholder=_("Wherever they work"),
                default=offer["place_id"],
                class_name="mb-3 ms-9 grid gap-1.5",
            ),
        ),
    )
