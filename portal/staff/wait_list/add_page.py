"""Put a patient on the wait list who has called: who, what for, when they can come."""

from typing import Any

import reflex as rx

from portal import routes
from portal.shell import icons
from portal.shell.form import form
from portal.shell.frame import heading
from portal.shell.links import link
from portal.shell.screen import title, waiting
from portal.staff.frame import above, staff_screen, trail
from portal.staff.patients.page import patient_search, row_link
from portal.staff.wait_list.state import AddWaiting
from portal.waitlist.form import when_fields, with_field
from portal.words import _


@rx.page(
    routes.STAFF_WAIT_LIST_ADD, title=title(_("Add to the wait list")), on_load=AddWaiting.load
)
def staff_wait_list_add() -> rx.Component:
    """Choose the patient, the service, then fill in the form."""
    return staff_screen(
        trail(above(_("Wait list"), routes.STAFF_WAIT_LIST), _("Add a patient")),
        heading(_("Add to the wait list")),
        rx.cond(
            AddWaiting.loaded,
            rx.cond(
                AddWaiting.patient_id == "",
                rx.el.div(patient_search(_choose), class_name="mt-5"),
                rx.fragment(
                    rx.el.p(rx.el.strong(AddWaiting.patient_name), class_name="mt-3 wrap-anywhere"),
                    rx.cond(AddWaiting.service_id == "", _services(), _form()),
                ),
            ),
            rx.cond(AddWaiting.answered, rx.fragment(), waiting()),
        ),
        current="wait_list",
    )


def _choose(patient: Any) -> rx.Component:
    return row_link(patient["name"], routes.STAFF_WAIT_LIST_ADD + "?for=" + patient["id"].to(str))


def _services() -> rx.Component:
    return rx.fragment(
        rx.el.p(_("What do they wait for?"), class_name="mt-3 text-muted"),
        rx.el.ul(
            rx.foreach(
                AddWaiting.services,
                lambda one: rx.el.li(
                    link(
                        one[0],
                        icons.chevron_right(),
                        to=one[1],
                        class_name="flex min-h-14 items-center justify-between gap-4 px-4 py-2 "
                        "hover:bg-base-200",
                    ),
                    key=one[1],
                ),
            ),
            class_name="mt-4 max-w-read divide-y divide-base-300 rounded-box border "
            "border-base-300 bg-base-100",
        ),
    )


def _form() -> rx.Component:
    return rx.fragment(
        rx.el.p(AddWaiting.service_name, class_name="wrap-anywhere"),
        form(
            with_field(AddWaiting.practitioners, ""),
            *when_fields(AddWaiting.first_on, AddWaiting.until_on),
            name="wait",
            fixed={
                "patient_id": AddWaiting.patient_id,
                "service_id": AddWaiting.service_id,
            },
            on_submit=AddWaiting.add,
            answered=AddWaiting.answered,
            errors=AddWaiting.errors,
            message=AddWaiting.message,
            submit=_("Add to the wait list"),
            place="inline",
            class_name="mt-6 grid max-w-read gap-6",
        ),
    )
