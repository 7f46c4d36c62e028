"""Staff: who works here, with which role; inviting, changing, ending."""

from typing import Any

import reflex as rx

from portal import routes
from portal.shell import icons
from portal.shell.dialog import dialog, dialog_actions
from portal.shell.form import choice, choices, field, form, submit_bar, when
from portal.shell.frame import heading
from portal.shell.press import press
from portal.shell.screen import title, waiting
from portal.staff.frame import staff_screen
from portal.staff.people.state import Colleagues
from portal.staff.wording import role_meaning, role_words
from portal.words import _

ROLES = ("full_access", "front_desk", "practitioner")


@rx.page(routes.STAFF_PEOPLE, title=title(_("Staff")), on_load=Colleagues.load)
def people() -> rx.Component:
    """List the people who work here."""
    invite = rx.el.button(
        icons.person_add(),
        _("Invite somebody"),
        type="button",
        on_click=Colleagues.ask_new,
        class_name="btn btn-primary w-full sm:w-auto",
    )
    return staff_screen(
        heading(
            _("Staff"), _("Who signs in on the clinic’s side."), rx.cond(Colleagues.loaded, invite)
        ),
        rx.cond(
            Colleagues.loaded,
            rx.el.ul(
                rx.foreach(Colleagues.people, _person),
                class_name="mt-6 divide-y divide-base-300 rounded-box border border-base-300 "
                "bg-base-100",
            ),
            rx.cond(Colleagues.answered, rx.fragment(), waiting()),
        ),
        _invite_dialog(),
        _role_dialog(),
        _end_dialog(),
        current="people",
    )


def _person(person: Any) -> rx.Component:
    working = person["log_in"] != "ended"
    return rx.el.li(
        rx.el.div(
            rx.el.h2(
                person["name"],
                rx.cond(person["is_me"], rx.el.span(" (", _("you"), ")")),
                class_name="text-lg leading-snug wrap-anywhere",
            ),
            rx.el.p(person["role_words"]),
            rx.el.p(person["detail"], class_name="text-sm text-muted wrap-anywhere"),
            rx.cond(
                person["log_in_words"] != "",
                rx.el.p(person["log_in_words"], class_name="mt-1 text-sm"),
            ),
            class_name="min-w-0",
        ),
        rx.cond(working, _actions(person)),
        key=person["id"],
        class_name="flex flex-col gap-3 p-4 sm:px-6 lg:flex-row lg:items-center lg:justify-between",
    )


def _actions(person: Any) -> rx.Component:
    of = rx.el.span(" ", person["name"], class_name="sr-only")
    again = press(
        _("Invite again"),
        of,
        on_press=Colleagues.invite_again(person["id"]),
        answered=Colleagues.answered,
    )
    app = press(
        _("New app for codes"),
        rx.el.span(": ", person["name"], class_name="sr-only"),
        on_press=Colleagues.new_app(person["id"]),
        answered=Colleagues.answered,
    )
    others = rx.fragment(
        rx.cond(person["log_in"] == "invited", again),
        rx.cond(person["log_in"] == "open", app),
        rx.el.button(
            _("End access"),
            rx.el.span(": ", person["name"], class_name="sr-only"),
            type="button",
            on_click=Colleagues.ask_end(person["id"]),
            class_name="btn btn-outline btn-error",
        ),
    )
    return rx.el.div(
        rx.el.button(
            icons.pencil("size-4", "text-info"),
            _("Role"),
            rx.el.span(": ", person["name"], class_name="sr-only"),
            type="button",
            on_click=Colleagues.edit(person["id"]),
            class_name="btn",
        ),
        rx.cond(~person["is_me"].to(bool), others),
        class_name="flex flex-wrap gap-2",
    )


def _role_fields(role: Any, practitioner: Any) -> tuple[rx.Component, ...]:
    return (
        choices(
            "role",
            _("Role"),
            *(choice(one, role_words(one), role_meaning(one)) for one in ROLES),
            default=role,
            big=False,
        ),
        when(
            "role",
            "practitioner",
            field(
                "practitioner_id",
                _("Who they are in the diary"),
                options=Colleagues.practitioners,
                default=practitioner,
            ),
        ),
    )


def _invite_dialog() -> rx.Component:
    return dialog(
        _("Invite somebody"),
        form(
            field("name", _("Name"), autocomplete="off"),
            field("email", _("Email"), type="email", autocomplete="off"),
            *_role_fields("front_desk", ""),
            submit_bar(_("Send the invitation"), _cancel(), place="dialog"),
            name="invite",
            on_submit=Colleagues.invite,
            answered=Colleagues.answered,
            errors=Colleagues.errors,
            message=Colleagues.message,
            class_name="mt-5 grid gap-5",
        ),
        open=Colleagues.dialog == "invite",
        on_close=Colleagues.close,
    )


def _role_dialog() -> rx.Component:
    chosen: Any = Colleagues.chosen
    return dialog(
        _("What may they do?") + " " + chosen["name"].to(str),
        form(
            *_role_fields(chosen["role"], chosen["practitioner_id"]),
            submit_bar(_("Save"), _cancel(), place="dialog"),
            name="role",
            fixed={"staff_id": chosen["id"]},
            on_submit=Colleagues.save,
            answered=Colleagues.answered,
            errors=Colleagues.errors,
            message=Colleagues.message,
            class_name="mt-5 grid gap-5",
        ),
        open=Colleagues.dialog == "edit",
        on_close=Colleagues.close,
    )


def _end_dialog() -> rx.Component:
    chosen: Any = Colleagues.chosen
    return dialog(
        _("End the access of") + " " + chosen["name"].to(str),
        rx.el.p(
            _(
                "They are signed out at once, on every device. What they did stays on the trail. "
                "To work here again, they are invited anew."
            ),
            class_name="mt-3",
        ),
        dialog_actions(
            _cancel(),
            press(
                _("End access"),
                on_press=Colleagues.end(chosen["id"]),
                answered=Colleagues.answered,
                class_name="btn btn-error",
            ),
        ),
        open=Colleagues.dialog == "end",
        on_close=Colleagues.close,
    )


def _cancel() -> rx.Component:
    return rx.el.button(_("Cancel"), type="button", class_name="btn", on_click=Colleagues.close)
