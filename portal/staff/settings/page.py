"""Settings > Online Booking > Booking, Cancelling & Relationships."""

from typing import Any

import reflex as rx

from portal import routes, say
from portal.shell.form import checkbox, field, form
from portal.shell.screen import title, waiting
from portal.staff.settings.menu import settings_screen
from portal.staff.settings.state import STEPS, Settings
from portal.words import _


@rx.page(routes.STAFF_SETTINGS, title=title(_("Settings")), on_load=Settings.load)
def settings() -> rx.Component:
    """Show the settings of online booking."""
    return settings_screen(
        rx.el.p(_("Settings, Online Booking"), class_name="text-sm text-muted"),
        rx.el.h1(
            _("Booking, Cancelling & Relationships"),
            class_name="text-2xl sm:text-3xl",
            tab_index=-1,
        ),
        rx.cond(Settings.loaded, _form(), rx.cond(Settings.answered, rx.fragment(), waiting())),
        current="settings",
    )


def _form() -> rx.Component:
    return form(
        _group(_("When people can book"), *_when()),
        _group(_("How much"), *_how_much()),
        _group(_("Changing and cancelling"), *_changing()),
        _group(_("Several people, groups and classes"), *_together()),
        _group(_("Wait list"), *_wait_list()),
        _group(_("Privacy"), *_privacy()),
        _group(_("Relationships"), *_relationships()),
        name="settings",
        on_submit=Settings.save,
        answered=Settings.answered,
        errors=Settings.errors,
        message=Settings.message,
        submit=_("Save"),
        place="inline",
        class_name="mt-6 grid max-w-read gap-6",
    )


def _group(heading: str, *fields: rx.Component) -> rx.Component:
    return rx.el.section(
        rx.el.h2(heading, class_name="text-xl"),
        *fields,
        class_name="grid gap-6 rounded-box border border-base-300 bg-base-100 p-4 sm:p-6",
    )


def _saved(name: str) -> Any:
    return Settings.saved[name]


def _number(name: str, label: str, hint: str, **more: Any) -> rx.Component:
    return field(
        name,
        label,
        hint=hint,
        inputmode="numeric",
        autocomplete="off",
        default=_saved(name).to(str),
        maxlength=6,
        **more,
    )


def _switch(name: str, label: str, hint: str) -> rx.Component:
    return checkbox(name, label, hint=hint, default=_saved(name))


def _when() -> tuple[rx.Component, ...]:
    return (
        _number(
            "lead_minutes",
            _("Do not allow booking within (minutes)"),
            _("How long before a visit online booking ends. 60 means: not in the next hour."),
        ),
        _switch(
            "same_day",
            _("Visits today can be booked"),
            _("Without it the first day that people can book is tomorrow."),
        ),
        _number(
            "horizon_days",
            _("How far ahead people can book (days)"),
            _("56 means eight weeks from today. Staff can book any day."),
        ),
        field(
            "step_minutes",
            _("Visits can start every"),
            hint=_(
                "Counted from the start of a shift. A practitioner can have another one of "
                "their own."
            ),
            options=[(str(step), say.minutes(step)) for step in STEPS],
            default=_saved("step_minutes").to(str),
        ),
    )


def _how_much() -> tuple[rx.Component, ...]:
    return (
        _number(
            "most_upcoming",
            _("Visits to come that one patient may have"),
            _(
                "It counts for the person who is seen, whoever books. Leave it empty for no limit. "
                "Staff can always book."
            ),
            optional=True,
        ),
    )


def _changing() -> tuple[rx.Component, ...]:
    return (
        _switch(
            "patients_cancel",
            _("Patients cancel online"),
            _("Without it they read that they should call the clinic."),
        ),
        _switch(
            "patients_reschedule",
            _("Patients move visits online"),
            _("Their old time is kept until the new one is certain."),
        ),
        _number(
            "late_cancel_hours",
            _("Late-cancel period (hours)"),
            _(
                "This close to a visit nobody cancels or moves it online: they read “Contact to "
                "Cancel” with your phone number. Three minutes of undo after booking always stay."
            ),
        ),
        field(
            "policy_text",
            _("What people read before they confirm"),
            hint=_("Your rules for cancelling and fees, in your own words."),
            rows=4,
            maxlength=2000,
            optional=True,
            default=_saved("policy_text").to(str),
        ),
    )


def _together() -> tuple[rx.Component, ...]:
    return (
        _switch(
            "several_people",
            _("Several people in one search"),
            _(
                "A parent looks for two children’s visits at once: one after the other, or together."
            ),
        ),
        _switch(
            "group_visits",
            _("Group visits"),
            _("People who know each other share one visit, and one of them pays."),
        ),
        _switch(
            "classes",
            _("Classes"),
            _("People who do not know each other each book a place."),
        ),
        _switch(
            "recurring",
            _("Repeated visits"),
            _("People book the same visit every week, or every few weeks, in one go."),
        ),
    )


def _wait_list() -> tuple[rx.Component, ...]:
    return (
        _switch(
            "wait_list",
            _("Wait list"),
            _("People ask for an earlier time, and get an email when one is free."),
        ),
        _number(
            "wait_offer_minutes",
            _("How long a free time is kept for one person (minutes)"),
            _("Then the next person is asked. When the visit is near, it is kept for less."),
        ),
        rx.el.div(
            field(
                "night_from",
                _("No offers from"),
                type="time",
                default=_saved("night_from").to(str),
            ),
            field(
                "night_until",
                _("until"),
                type="time",
                default=_saved("night_until").to(str),
            ),
            class_name="grid grid-cols-2 gap-4",
        ),
        rx.el.p(
            _("At night nobody gets an offer from the wait list; it waits for the morning."),
            class_name="-mt-4 text-sm text-muted",
        ),
    )


def _privacy() -> tuple[rx.Component, ...]:
    return (
        _switch(
            "hide_services",
            _("Leave out what a visit is for"),
            _("Emails and calendar entries then say “Visit”, with whom, where and when."),
        ),
    )


def _relationships() -> tuple[rx.Component, ...]:
    return (
        _switch(
            "allow_related_profiles",
            _("Allow Patients to add related profiles"),
            _(
                "Patients add children, partners and others themselves, when they sign up, in My "
                "Account and while booking. Without it only staff link patients."
            ),
        ),
        _switch(
            "patients_manage_sharing",
            _("Patients manage their own sharing"),
            _(
                "Patients say on the Sharing page who may act for them. Without it the page only "
                "shows it, and changes go through the front desk."
            ),
        ),
    )
