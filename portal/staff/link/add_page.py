"""Link another patient: search and select one, or make a profile."""

from typing import Any

import reflex as rx

from portal import routes
from portal.shell import icons
from portal.shell.form import birth_date, checkbox, field, form
from portal.shell.frame import heading
from portal.shell.fresh import fresh
from portal.shell.links import link
from portal.shell.screen import title, waiting
from portal.shell.switches import propose
from portal.staff.frame import above, staff_screen, trail
from portal.staff.link.page import PAIRS, label_fields
from portal.staff.link.state import Link
from portal.staff.patients.page import patient_search, row_link
from portal.words import _


@rx.page(routes.STAFF_LINK_ADD, title=title(_("Link another patient")), on_load=Link.load_add)
def add_link() -> rx.Component:
    """Search for the related patient, or go on to a new profile."""
    return staff_screen(
        _trail(_("Link another patient")),
        heading(_("Link another patient"), _("Search for the relative and select them.")),
        _when_loaded(
            rx.el.div(patient_search(_select), class_name="mt-5"),
            rx.cond(
                Link.at_desk,
                rx.el.div(
                    rx.el.h2(_("Not a patient yet?"), class_name="text-lg"),
                    link(
                        icons.person_add(),
                        _("Make a new profile"),
                        to=Link.new_href,
                        class_name="btn mt-3 w-full sm:w-auto",
                    ),
                    class_name="mt-8",
                ),
            ),
        ),
        current="patients",
    )


@rx.page(routes.STAFF_LINK_NEW, title=title(_("New profile")), on_load=Link.load_new)
def new_relative() -> rx.Component:
    """Ask who the new relative is and who decides for them."""
    return staff_screen(
        _trail(_("New profile")),
        heading(_("New profile"), _("For a relative who is not a patient yet.")),
        _when_loaded(_new_form()),
        current="patients",
    )


def _trail(words: str) -> rx.Component:
    return trail(
        above(_("Patients"), routes.STAFF_PATIENTS),
        above(rx.cond(Link.loaded, Link.one_full, _("Patient")), Link.back_href),
        rx.el.span(words),
    )


def _when_loaded(*content: Any) -> rx.Component:
    return fresh(
        rx.cond(
            Link.loaded, rx.fragment(*content), rx.cond(Link.answered, rx.fragment(), waiting())
        ),
        Link.shown_for,
    )


def _select(patient: Any) -> rx.Component:
    to = routes.STAFF_LINK + "?id=" + Link.one_id + "&with=" + patient["id"].to(str)
    return rx.cond(
        (patient["id"] == Link.one_id) | (patient["joined"] != ""),
        rx.el.p(patient["name"], class_name="text-lg leading-snug wrap-anywhere"),
        row_link(patient["name"], to),
    )


def _new_form() -> rx.Component:
    return form(
        rx.el.div(
            field("first_name", _("First name"), autocomplete="off"),
            field("last_name", _("Last name"), autocomplete="off"),
            class_name="grid gap-5 sm:grid-cols-2",
        ),
        rx.el.div(
            label_fields("member_is", _("The new person is") + " " + Link.one + _("’s…"), "", ""),
            label_fields("patient_is", Link.one + " " + _("is the new person’s…"), "", ""),
            propose("member_is", "patient_is", PAIRS),
            class_name="grid gap-5 sm:grid-cols-2",
        ),
        birth_date("birth_on", _("Birth date"), optional=True),
        rx.el.div(
            field(
                "email",
                _("Email"),
                type="email",
                optional=True,
                autocomplete="off",
                hint=_("Their own, to claim the profile with"),
            ),
            field("phone", _("Phone"), type="tel", optional=True, autocomplete="off"),
            class_name="grid gap-5 sm:grid-cols-2",
        ),
        checkbox(
            "decides",
            Link.one + " " + _("decides for the new profile"),
            hint=_(
                "They may then do all six things for it, and say who else may act for it. "
                "Without this the clinic decides."
            ),
        ),
        name="new-relative",
        fixed={"patient_id": Link.one_id},
        on_submit=Link.add_new,
        answered=Link.answered,
        errors=Link.errors,
        message=Link.message,
        submit=_("Make the profile"),
        class_name="mt-6 grid max-w-read gap-6",
    )
