"""One service: its form."""

from typing import Any

import reflex as rx

from portal import routes
from portal.shell.form import checkbox, choice, choices, field, form, when
from portal.shell.fresh import fresh
from portal.shell.notice import alert_box
from portal.shell.screen import title, waiting
from portal.staff.affected.page import confirming, save_bar
from portal.staff.frame import above, trail
from portal.staff.services.edit.state import EditService
from portal.staff.settings.menu import settings_screen
from portal.words import _

PART = "grid gap-5 rounded-box border border-base-300 bg-base-100 p-4 sm:p-6"


@rx.page(routes.STAFF_SERVICE, title=title(_("Service")), on_load=EditService.load)
def service() -> rx.Component:
    """Show the form of one service."""
    return settings_screen(
        trail(above(_("Services"), routes.STAFF_SERVICES), rx.el.span(EditService.heading)),
        fresh(
            rx.fragment(
                rx.el.h1(
                    rx.cond(EditService.loaded, EditService.heading, _("Service")),
                    class_name="text-2xl sm:text-3xl wrap-anywhere",
                    tab_index=-1,
                ),
                rx.cond(
                    EditService.loaded,
                    _form(),
                    rx.cond(EditService.answered, rx.fragment(), waiting()),
                ),
            ),
            EditService.shown_for,
        ),
        current="services",
    )


def _form() -> rx.Component:
    return form(
        rx.cond(
            EditService.ended,
            alert_box("info", rx.el.p(_("This service has ended. Nobody can book it."))),
        ),
        _part(_("What it is"), *_what()),
        _part(_("Who comes"), *_who()),
        _part(_("How long, and what it needs"), *_how()),
        _part(_("Who gives it"), _givers()),
        save_bar(EditService, _("Save")),
        name="service",
        fixed=confirming(EditService, service_id=EditService.service_id),
        on_submit=EditService.save,
        answered=EditService.answered,
        errors=EditService.errors,
        message=EditService.message,
        class_name="mt-6 grid max-w-read gap-6",
    )


def _part(heading: str, *fields: Any) -> rx.Component:
    return rx.el.section(rx.el.h2(heading, class_name="text-xl"), *fields, class_name=PART)


def _saved(name: str) -> Any:
    return EditService.saved[name]


def _number(name: str, label: str, **more: Any) -> rx.Component:
    return field(
        name,
        label,
        inputmode="numeric",
        autocomplete="off",
        maxlength=6,
        default=_saved(name),
        **more,
    )


def _what() -> tuple[rx.Component, ...]:
    return (
        field("name", _("Name"), autocomplete="off", default=_saved("name")),
        field(
            "category",
            _("Category"),
            hint=_("Services of one category stand together, such as “Physiotherapy”."),
            autocomplete="off",
            default=_saved("category"),
        ),
        field(
            "about",
            _("A sentence for whoever chooses"),
            optional=True,
            rows=2,
            maxlength=300,
            default=_saved("about"),
        ),
        field(
            "price",
            _("Price") + " (" + EditService.currency + ")",
            hint=_("Leave it empty where there is no charge."),
            inputmode="decimal",
            autocomplete="off",
            optional=True,
            default=_saved("price"),
        ),
        checkbox(
            "online",
            _("Patients can book it online"),
            hint=_("Without it only staff book it."),
            default=EditService.online,
        ),
    )


def _who() -> tuple[rx.Component, ...]:
    return (
        choices(
            "kind",
            _("Who comes to one visit"),
            choice("individual", _("One person")),
            choice(
                "group",
                _("A group visit"),
                _("People who know each other, up to 12. Nobody else can join them."),
            ),
            choice(
                "class",
                _("A class"),
                _("Each person books a place. You make its dates under Classes."),
            ),
            default=_saved("kind"),
            big=False,
        ),
        when("kind", "group", _number("capacity", _("People at most"))),
        when(
            "kind",
            "class",
            _number(
                "capacity",
                _("Places"),
                hint=_("Dates that are made already keep the places they have."),
            ),
        ),
    )


def _how() -> tuple[rx.Component, ...]:
    return (
        _number(
            "minutes",
            _("Minutes"),
            hint=_("In steps of five. Visits that are booked keep their length and price."),
        ),
        rx.el.div(
            _number("buffer_before", _("Break before (minutes)")),
            _number("buffer_after", _("Break after (minutes)")),
            class_name="grid gap-4 sm:grid-cols-2",
        ),
        rx.el.p(
            _("In a break nobody is booked with the practitioner or in the room."),
            class_name="-mt-3 text-sm text-muted",
        ),
        rx.el.fieldset(
            rx.el.legend(_("Room and equipment"), class_name="font-bold"),
            rx.cond(
                EditService.needs,
                rx.el.div(rx.foreach(EditService.needs, _need), class_name="mt-1 grid gap-1"),
                rx.el.p(
                    _("There are none yet. Add them under Places and rooms."),
                    class_name="text-sm text-muted",
                ),
            ),
        ),
    )


def _need(tick: Any) -> rx.Component:
    return checkbox("needs." + tick["id"].to(str), tick["name"], default=tick["on"], plain=True)


def _givers() -> rx.Component:
    return rx.cond(
        EditService.given_by,
        rx.el.fieldset(
            rx.el.legend(
                _("Tick everybody who gives it. Where they do is on their own page."),
                class_name="text-sm text-muted",
            ),
            rx.foreach(EditService.given_by, _giver),
            class_name="grid gap-1",
        ),
        rx.el.p(_("There is no practitioner yet. Add one under Practitioners.")),
    )


def _giver(tick: Any) -> rx.Component:
    return checkbox("given_by." + tick["id"].to(str), tick["name"], default=tick["on"], plain=True)
