"""Groups: lists of people whom staff book together."""

from typing import Any

import reflex as rx

from portal import routes
from portal.shell import icons
from portal.shell.dialog import dialog, dialog_actions
from portal.shell.form import field, form, submit_bar
from portal.shell.frame import heading
from portal.shell.links import link
from portal.shell.press import press
from portal.shell.screen import title, waiting
from portal.staff.frame import staff_screen
from portal.staff.groups.state import Groups
from portal.staff.patients.page import patient_search
from portal.words import _


@rx.page(routes.STAFF_GROUPS, title=title(_("Groups")), on_load=Groups.load)
def groups() -> rx.Component:
    """List the groups."""
    new = rx.el.button(
        icons.person_add(),
        _("Make a group"),
        type="button",
        on_click=Groups.ask_new,
        class_name="btn btn-primary w-full sm:w-auto",
    )
    return staff_screen(
        heading(
            _("Groups"),
            _(
                "People whom you book together, such as “The Smiths”. Being on a list gives nobody "
                "a permission."
            ),
            rx.cond(Groups.loaded, new),
        ),
        rx.cond(
            Groups.loaded,
            rx.cond(
                Groups.groups,
                rx.el.ul(
                    rx.foreach(Groups.groups, _group),
                    class_name="mt-6 grid gap-4 lg:grid-cols-2",
                ),
                rx.el.p(
                    _("No groups yet. Make one to book several people in one go."),
                    class_name="mt-6",
                ),
            ),
            rx.cond(Groups.answered, rx.fragment(), waiting()),
        ),
        _name_dialog(),
        _add_dialog(),
        _end_dialog(),
        current="groups",
    )


def _group(group: Any) -> rx.Component:
    return rx.el.li(
        rx.el.h2(group["name"], class_name="text-lg leading-snug wrap-anywhere"),
        rx.el.ul(
            rx.foreach(group["members"].to(list[tuple[str, str]]), lambda one: _member(group, one)),
            class_name="mt-2 divide-y divide-base-300",
        ),
        rx.cond(
            group["members"].to(list[Any]).length() == 0,
            rx.el.p(_("Nobody is on this list yet."), class_name="mt-2 text-muted"),
        ),
        rx.el.div(
            rx.cond(
                group["members"].to(list[Any]).length() > 0,
                link(
                    icons.calendar_add(),
                    _("Book"),
                    _of(group),
                    to=group["book_href"],
                    class_name="btn",
                ),
            ),
            _button(_("Add somebody"), group, Groups.ask_add),
            _button(_("Rename"), group, Groups.rename),
            _button(_("End"), group, Groups.ask_end, "btn btn-outline btn-error"),
            class_name="mt-4 flex flex-wrap gap-2",
        ),
        key=group["id"],
        class_name="rounded-box border border-base-300 bg-base-100 p-4 sm:px-6",
    )


def _of(group: Any) -> rx.Component:
    return rx.el.span(": ", group["name"], class_name="sr-only")


def _button(words: str, group: Any, handler: Any, class_name: str = "btn") -> rx.Component:
    return rx.el.button(
        words, _of(group), type="button", on_click=handler(group["id"]), class_name=class_name
    )


def _member(group: Any, member: Any) -> rx.Component:
    return rx.el.li(
        link(
            member[1],
            to=routes.STAFF_PATIENT + "?id=" + member[0].to(str),
            class_name="link link-hover inline-flex min-h-11 items-center wrap-anywhere",
        ),
        press(
            icons.cross(),
            on_press=Groups.remove(group["id"], member[0]),
            answered=Groups.answered,
            label=_("Take off the list:") + " " + member[1].to(str),
            class_name="btn btn-square btn-ghost shrink-0",
        ),
        key=member[0],
        class_name="flex items-center justify-between gap-3",
    )


def _name_dialog() -> rx.Component:
    chosen: Any = Groups.chosen
    return dialog(
        rx.cond(chosen["id"] == "", _("Make a group"), _("Rename the group")),
        form(
            field("name", _("Name"), autocomplete="off", default=chosen["name"]),
            submit_bar(_("Save"), _cancel(), place="dialog"),
            name="group",
            fixed={"group_id": chosen["id"]},
            on_submit=Groups.save,
            answered=Groups.answered,
            errors=Groups.errors,
            message=Groups.message,
            class_name="mt-5 grid gap-5",
        ),
        open=Groups.dialog == "name",
        on_close=Groups.close,
    )


def _add_dialog() -> rx.Component:
    chosen: Any = Groups.chosen
    return dialog(
        _("Who belongs to") + " " + chosen["name"].to(str) + "?",
        rx.el.div(patient_search(_choose, auto=False), class_name="mt-5"),
        dialog_actions(_cancel()),
        open=Groups.dialog == "add",
        on_close=Groups.close,
    )


def _choose(patient: Any) -> rx.Component:
    return rx.cond(
        patient["joined"] != "",
        rx.el.p(patient["name"], class_name="text-lg leading-snug wrap-anywhere"),
        press(
            patient["name"],
            on_press=Groups.add(Groups.chosen["id"], patient["id"]),
            answered=Groups.answered,
            class_name="text-start text-lg font-bold leading-snug wrap-anywhere after:absolute "
            "after:inset-0",
        ),
    )


def _end_dialog() -> rx.Component:
    chosen: Any = Groups.chosen
    return dialog(
        _("End this group?") + " " + chosen["name"].to(str),
        rx.el.p(
            _("The list is gone afterwards. Visits that were booked by it stay booked."),
            class_name="mt-3",
        ),
        dialog_actions(
            _cancel(),
            press(
                _("End the group"),
                on_press=Groups.end(Groups.chosen["id"]),
                answered=Groups.answered,
                class_name="btn btn-error",
            ),
        ),
        open=Groups.dialog == "end",
        on_close=Groups.close,
    )


def _cancel() -> rx.Component:
    return rx.el.button(_("Cancel"), type="button", class_name="btn", on_click=Groups.close)
