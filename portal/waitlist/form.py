"""The fields that say with whom and when somebody can come; patients and staff fill in the same."""

from typing import Any

import reflex as rx

from portal.shell.form import checkbox, field
from portal.waitlist.ask import DAYS
from portal.waitlist.views import WEEKDAYS, hour_choices
from portal.words import _


def when_fields(first_on: Any, until_on: Any) -> tuple[rx.Component, ...]:
    """Ask for days of the week, hours, dates and a note."""
    hours = hour_choices()
    return (
        rx.el.fieldset(
            rx.el.legend(_("Which days would work?"), class_name="fieldset-legend text-base"),
            rx.el.div(
                *(
                    checkbox(name, words, default=True, plain=True)
                    for name, words in zip(DAYS, WEEKDAYS, strict=True)
                ),
                class_name="grid grid-cols-2 gap-x-4 sm:grid-cols-3",
            ),
        ),
        _pair(
            field("from_time", _("Not before"), options=hours, placeholder=_("Any time"),
                  optional=True),
            field("until_time", _("Over by"), options=hours, placeholder=_("Any time"),
                  optional=True),
        ),
        _pair(
            field("from_on", _("From this day"), type="date", default=first_on),
            field("until_on", _("Until this day"), type="date", default=until_on),
        ),
        field("note", _("A note for the clinic"), maxlength=100, optional=True),
    )  # fmt: skip


def with_field(practitioners: Any, chosen: Any) -> rx.Component:
    """Ask with whom; nobody chosen means anyone."""
    return field(
        "practitioner_id",
        _("With whom?"),
        options=practitioners,
        placeholder=_("Anyone, the first time free"),
        default=chosen,
        optional=True,
    )


def _pair(*fields: rx.Component) -> rx.Component:
    return rx.el.div(*fields, class_name="grid gap-5 sm:grid-cols-2")
