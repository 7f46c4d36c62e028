"""Classes: when they are, who comes; making new ones and calling one off."""

from typing import Any

import reflex as rx

from portal import routes
from portal.shell import icons
from portal.shell.dialog import dialog
from portal.shell.form import field, form, submit_bar
from portal.shell.frame import heading
from portal.shell.links import link
from portal.shell.screen import title, waiting
from portal.staff.classes.state import Courses
from portal.staff.frame import staff_screen
from portal.words import _


@rx.page(routes.STAFF_CLASSES, title=title(_("Classes")), on_load=Courses.load)
def classes() -> rx.Component:
    """List the classes to come."""
    new = rx.el.button(
        icons.calendar_add(),
        _("Make classes"),
        type="button",
        on_click=Courses.ask_new,
        class_name="btn btn-primary w-full sm:w-auto",
    )
    return staff_screen(
        heading(
            _("Classes"),
            _("Times with several places, for people who need not know each other."),
            rx.cond(Courses.may_edit & (rx.Var.create(Courses.services).length() > 0), new),
        ),
        rx.cond(
            Courses.loaded,
            rx.cond(
                Courses.classes,
                rx.el.ul(rx.foreach(Courses.classes, _class), class_name="mt-6 grid gap-4"),
                _nothing(),
            ),
            rx.cond(Courses.answered, rx.fragment(), waiting()),
        ),
        _new_dialog(),
        _call_off_dialog(),
        current="classes",
    )


def _nothing() -> rx.Component:
    return rx.cond(
        rx.Var.create(Courses.services).length() > 0,
        rx.el.p(
            _("No classes to come. Make some, then people can book a place."), class_name="mt-6"
        ),
        rx.el.p(
            _(
                "No service is a class yet. Somebody with full access can make one in Settings, "
                "under Services."
            ),
            class_name="mt-6",
        ),
    )


def _class(one: Any) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.div(
                rx.el.h2(one["when"], class_name="text-lg leading-snug"),
                rx.el.p(rx.el.strong(one["name"]), ", ", one["detail"], class_name="wrap-anywhere"),
                rx.el.p(one["seats"], class_name="text-muted"),
                class_name="min-w-0",
            ),
            rx.el.div(
                rx.cond(
                    ~(one["full"].to(bool) | one["begun"].to(bool)),
                    link(
                        icons.calendar_add(),
                        _("Book a place"),
                        _of(one),
                        to=one["book_href"],
                        class_name="btn",
                    ),
                ),
                rx.cond(
                    Courses.may_edit & ~one["begun"].to(bool),
                    rx.el.button(
                        _("Call off"),
                        _of(one),
                        type="button",
                        on_click=Courses.ask_call_off(one["id"]),
                        class_name="btn btn-outline btn-error",
                    ),
                ),
                class_name="flex flex-wrap gap-2",
            ),
            class_name="flex flex-col gap-3 sm:flex-row sm:items-start sm:justify-between",
        ),
        rx.el.details(
            rx.el.summary(
                _("Who comes"),
                _of(one),
                class_name="inline-flex min-h-11 cursor-pointer items-center text-primary underline",
            ),
            rx.el.ul(
                rx.foreach(one["guests"].to(list[dict[str, str]]), _guest),
                class_name="divide-y divide-base-300",
            ),
            rx.cond(one["others"] != "", rx.el.p(one["others"], class_name="text-muted")),
            rx.cond(
                (one["guests"].to(list[Any]).length() == 0) & (one["others"] == ""),
                rx.el.p(_("Nobody has booked a place yet."), class_name="text-muted"),
            ),
            open=one["open"],
        ),
        key=one["id"],
        class_name="rounded-box border border-base-300 bg-base-100 p-4 sm:px-6",
    )


def _of(one: Any) -> rx.Component:
    return rx.el.span(": ", one["name"], ", ", one["when"], class_name="sr-only")


def _guest(guest: Any) -> rx.Component:
    return rx.el.li(
        link(
            guest["name"],
            to=guest["href"],
            class_name="link link-hover inline-flex min-h-11 items-center wrap-anywhere",
        ),
        rx.cond(guest["mark"] != "", rx.el.span(guest["mark"], class_name="badge")),
        key=guest["id"],
        class_name="flex items-center justify-between gap-3",
    )


def _new_dialog() -> rx.Component:
    return dialog(
        _("Make classes"),
        form(
            field("service_id", _("Class"), options=Courses.services),
            field("practitioner_id", _("Practitioner"), options=Courses.practitioners),
            field("place_id", _("Place"), options=Courses.places, default=Courses.one_place),
            rx.el.div(
                field("on", _("First day"), type="date"),
                field("at", _("Begins at"), type="time"),
                class_name="grid gap-5 sm:grid-cols-2",
            ),
            rx.el.div(
                field(
                    "weeks",
                    _("How many weeks"),
                    hint=_("1 is only the first day"),
                    inputmode="numeric",
                    default="1",
                ),
                field(
                    "seats",
                    _("Places"),
                    hint=_("Blank: as the service says"),
                    optional=True,
                    inputmode="numeric",
                ),
                class_name="grid items-end gap-5 sm:grid-cols-2",
            ),
            submit_bar(_("Make classes"), _cancel(), place="dialog"),
            name="classes",
            on_submit=Courses.make,
            answered=Courses.answered,
            errors=Courses.errors,
            message=Courses.message,
            class_name="mt-5 grid gap-5",
        ),
        open=Courses.dialog == "new",
        on_close=Courses.close,
    )


def _call_off_dialog() -> rx.Component:
    chosen: Any = Courses.chosen
    return dialog(
        _("Call this class off?"),
        rx.el.p(chosen["name"], ", ", chosen["when"], class_name="mt-3 font-bold"),
        rx.el.p(
            _("Everybody who booked a place gets one email with the reason and other times."),
            class_name="mt-2",
        ),
        form(
            field("reason", _("Reason, for everybody to read"), optional=True, rows=3),
            submit_bar(_("Call it off"), _cancel(), place="dialog", tone="error"),
            name="call-off",
            fixed={"gathering_id": chosen["id"]},
            on_submit=Courses.call_off,
            answered=Courses.answered,
            errors=Courses.errors,
            message=Courses.message,
            class_name="mt-5 grid gap-5",
        ),
        open=Courses.dialog == "call off",
        on_close=Courses.close,
    )


def _cancel() -> rx.Component:
    return rx.el.button(_("Cancel"), type="button", class_name="btn", on_click=Courses.close)
