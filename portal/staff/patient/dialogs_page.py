"""The dialogs of a patient's page: their details, who decides for them, a visit gone wrong."""

from typing import Any

import reflex as rx

from portal.shell.dialog import dialog
from portal.shell.form import birth_date, field, form, submit_bar
from portal.staff.patient.state import File
from portal.words import _


def dialogs() -> tuple[rx.Component, ...]:
    """Return all; the state says which one is open."""
    return _contact(), _guardian(), _hand_over()


def _contact() -> rx.Component:
    file: Any = File.file
    email = rx.cond(
        file["has_account"],
        rx.el.p(
            _("The email is the one of the account. Only its owner can change it."),
            class_name="text-sm text-muted",
        ),
        field("email", _("Email"), type="email", optional=True, default=file["email"]),
    )
    return dialog(
        _("Contact details"),
        form(
            rx.el.div(
                field("first_name", _("First name"), default=file["legal_first_name"]),
                field("last_name", _("Last name"), default=file["last_name"]),
                class_name="grid gap-5 sm:grid-cols-2",
            ),
            rx.el.div(
                field("preferred_name", _("Called"), optional=True, default=file["preferred_name"]),
                field("pronouns", _("Pronouns"), optional=True, default=file["pronouns"]),
                class_name="grid gap-5 sm:grid-cols-2",
            ),
            birth_date("birth_on", _("Birth date"), optional=True, default=file["birth_on"]),
            field("phone", _("Phone"), type="tel", optional=True, default=file["phone"]),
            email,
            submit_bar(_("Save"), _cancel(), place="dialog"),
            name="contact",
            fixed={"patient_id": file["id"]},
            on_submit=File.save,
            answered=File.answered,
            errors=File.errors,
            message=File.message,
            class_name="mt-5 grid gap-5",
        ),
        open=File.dialog == "contact",
        on_close=File.close,
    )


def _guardian() -> rx.Component:
    file: Any = File.file
    return dialog(
        _("Who decides for") + " " + file["first_name"].to(str),
        rx.el.p(
            _(
                "This person can change who may act for the profile. Only relatives with an "
                "account and a confirmed email are listed."
            ),
            class_name="mt-2 text-muted",
        ),
        form(
            field(
                "guardian_id",
                _("Who decides"),
                options=File.guardians,
                placeholder=_("Nobody: the clinic decides"),
                default=file["manager_id"],
            ),
            submit_bar(_("Save"), _cancel(), place="dialog"),
            name="guardian",
            fixed={"patient_id": file["id"]},
            on_submit=File.save_guardian,
            answered=File.answered,
            errors=File.errors,
            message=File.message,
            class_name="mt-5 grid gap-5",
        ),
        open=File.dialog == "guardian",
        on_close=File.close,
    )


def _hand_over() -> rx.Component:
    return dialog(
        _("This visit was meant for somebody else"),
        rx.el.p(
            File.moving_when,
            ". ",
            _("The time, the practitioner and the price stay. Both get an email."),
            class_name="mt-2 text-muted",
        ),
        form(
            field("to_id", _("Whose visit it is"), options=File.others),
            submit_bar(_("Move the visit"), _cancel(), place="dialog"),
            name="hand-over",
            fixed={"visit_id": File.moving},
            on_submit=File.hand_over,
            answered=File.answered,
            errors=File.errors,
            message=File.message,
            class_name="mt-5 grid gap-5",
        ),
        open=File.dialog == "hand over",
        on_close=File.close,
    )


def _cancel() -> rx.Component:
    return rx.el.button(_("Cancel"), type="button", class_name="btn", on_click=File.close)
