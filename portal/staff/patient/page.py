"""A patient's page: who it is, what is flagged, how they are related, visits, contact."""

from typing import Any

import reflex as rx

from portal import routes
from portal.shell import icons
from portal.shell.fresh import fresh
from portal.shell.links import link
from portal.shell.notice import alert_box
from portal.shell.people import face
from portal.shell.press import press, switch
from portal.shell.screen import title, waiting
from portal.staff.frame import above, box, box_rows, empty, staff_screen, trail
from portal.staff.patient.dialogs_page import dialogs
from portal.staff.patient.state import File
from portal.words import _


@rx.page(routes.STAFF_PATIENT, title=title(_("Patient")), on_load=File.load)
def patient() -> rx.Component:
    """Show one patient."""
    return staff_screen(
        trail(above(_("Patients"), routes.STAFF_PATIENTS), rx.el.span(File.file["name"])),
        fresh(
            rx.fragment(
                _who(),
                rx.cond(
                    File.loaded,
                    rx.fragment(_flags(), _relationship(), _contact(), _visits(), _online()),
                    rx.cond(File.answered, rx.fragment(), waiting()),
                ),
            ),
            File.shown_for,
        ),
        *dialogs(),
        current="patients",
    )


def _who() -> rx.Component:
    return rx.el.div(
        rx.cond(File.loaded, face(File.file["initials"], 1, "lg")),
        rx.el.div(
            rx.el.h1(
                rx.cond(File.loaded, File.file["name"], _("Patient")),
                class_name="text-2xl wrap-anywhere",
                tab_index=-1,
            ),
            rx.el.p(
                *(
                    rx.cond(File.file[part] != "", rx.el.span(File.file[part]))
                    for part in ("born", "email", "phone")
                ),
                class_name="flex flex-wrap gap-x-4 text-muted wrap-anywhere",
            ),
            class_name="min-w-0 flex-1",
        ),
        class_name="mt-1 flex flex-wrap items-center gap-4",
    )


def _flags() -> rx.Component:
    file: Any = File.file
    return rx.fragment(
        rx.cond(
            file["joined"] != "",
            alert_box(
                "info",
                rx.el.p(
                    _("This profile is a part of another one now:"),
                    " ",
                    link(file["joined"], to=file["joined_href"]),
                ),
                class_name="mt-4",
            ),
        ),
        rx.cond(
            file["flag"] != "",
            alert_box(
                "warning",
                rx.el.p(file["flag"]),
                action=rx.cond(
                    file["may_edit"],
                    press(_("Seen to"), on_press=File.seen(file["id"]), answered=File.answered),
                ),
                class_name="mt-4",
            ),
        ),
        rx.cond(
            file["mailbox"] != "",
            alert_box("info", rx.el.p(file["mailbox"]), class_name="mt-4"),
        ),
    )


def _relationship() -> rx.Component:
    add = link(
        icons.person_add(),
        _("Link another patient"),
        to=File.add_href,
        class_name="btn w-full sm:w-auto",
    )
    return box(
        _("Relationship"),
        rx.cond(
            File.links,
            box_rows(_column_heads(), rx.foreach(File.links, _link)),
            empty(_("Not related to any other patient. Link one to let them act for each other.")),
        ),
        beside=rx.cond(File.file["joined"] == "", add),
    )


_COLUMNS = "lg:grid-cols-[minmax(0,1.25fr)_minmax(0,1fr)_minmax(0,1fr)_auto]"


def _column_heads() -> rx.Component:
    first = File.file["first_name"]
    return rx.el.li(
        rx.el.span(_("Family member")),
        rx.el.span(first, " ", _("can do for them")),
        rx.el.span(_("They can do for"), " ", first),
        rx.el.span(class_name="w-11"),
        class_name=f"hidden gap-4 px-6 py-2.5 text-sm font-bold text-muted lg:grid {_COLUMNS}",
        custom_attrs={"aria-hidden": "true"},
    )


def _link(row: Any) -> rx.Component:
    first = File.file["first_name"]
    pencil = link(
        icons.pencil(),
        to=row["edit_href"],
        class_name="btn btn-square text-info",
        custom_attrs={"aria-label": _("Edit the relationship with") + " " + row["name"].to(str)},
    )
    name = rx.cond(
        row["href"] != "",
        link(row["name"], to=row["href"], class_name="link link-hover"),
        rx.el.span(row["name"]),
    )
    return rx.el.li(
        rx.el.div(
            face(row["initials"], row["colour"].to(int)),
            rx.el.div(
                rx.el.h3(name, class_name="text-base leading-snug wrap-anywhere"),
                rx.el.p(row["relation"], class_name="text-sm text-muted wrap-anywhere"),
                rx.cond(row["shares"], _same_mailbox()),
                class_name="min-w-0",
            ),
            class_name="flex min-w-0 items-center gap-3",
        ),
        _direction(first, row["first_name"], row["patient_may"]),
        _direction(row["first_name"], first, row["member_may"]),
        rx.cond(
            row["edit_href"] != "",
            rx.el.div(pencil, class_name="col-start-2 row-start-1 lg:col-start-4"),
        ),
        key=row["id"],
        class_name="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-3 p-4 sm:px-6 "
        f"lg:py-4 {_COLUMNS}",
    )


def _direction(one: Any, other: Any, held: Any) -> rx.Component:
    return rx.el.p(
        rx.el.span(
            one,
            " ",
            _("can do for"),
            " ",
            other,
            rx.el.span(": ", class_name="sr-only"),
            class_name="block text-sm font-bold lg:sr-only",
        ),
        held,
        class_name="col-span-2 lg:col-span-1",
    )


def _same_mailbox() -> rx.Component:
    return rx.el.p(
        icons.alert("size-4"),
        _("Same email as"),
        " ",
        File.file["first_name"],
        class_name="badge badge-soft badge-warning mt-2 gap-1.5",
    )


def _contact() -> rx.Component:
    file: Any = File.file
    pencil = rx.el.button(
        icons.pencil(),
        type="button",
        on_click=File.edit,
        class_name="btn btn-square text-info",
        custom_attrs={"aria-label": _("Edit contact details")},
    )
    return box(
        _("Contact"),
        rx.el.dl(
            _item(_("Email"), file["email"]),
            _item(_("Phone"), file["phone"]),
            _item(_("Pronouns"), file["pronouns"]),
            class_name="grid gap-x-8 gap-y-3 px-4 sm:grid-cols-3 sm:px-6",
        ),
        _log_in(),
        beside=rx.cond(file["may_edit"] & (file["joined"] == ""), pencil),
    )


def _item(words: str, value: Any) -> rx.Component:
    return rx.el.div(
        rx.el.dt(words, class_name="text-sm text-muted"),
        rx.el.dd(rx.cond(value != "", value, _("Not known")), class_name="wrap-anywhere"),
    )


def _log_in() -> rx.Component:
    file: Any = File.file
    return rx.cond(
        file["log_in"] != "",
        rx.el.div(
            rx.el.p(
                file["log_in"],
                " ",
                rx.cond(
                    ~file["has_account"].to(bool),
                    rx.cond(
                        file["manager_name"] != "",
                        rx.el.span(file["manager_name"], " ", _("decides for this profile.")),
                        rx.el.span(_("The clinic decides for this profile.")),
                    ),
                ),
            ),
            rx.cond(~file["has_account"].to(bool), _managed_buttons()),
            class_name="mt-4 flex flex-col gap-3 border-t border-base-300 p-4 sm:px-6 lg:flex-row "
            "lg:items-center lg:justify-between",
        ),
        rx.el.div(class_name="pb-5"),
    )


def _managed_buttons() -> rx.Component:
    file: Any = File.file
    guardian = rx.el.button(
        _("Change who decides"), type="button", on_click=File.choose_guardian, class_name="btn"
    )
    claim = press(
        _("Send a link to claim it"),
        on_press=File.send_claim(file["id"]),
        answered=File.answered,
    )
    return rx.el.div(
        guardian,
        rx.cond((file["email"] != "") & (file["mailbox"] == ""), claim),
        class_name="flex flex-wrap gap-3",
    )


def _online() -> rx.Component:
    file: Any = File.file
    words = rx.el.label(
        _("Cannot be booked online"), html_for="online-barred", class_name="font-bold"
    )
    hint = rx.el.p(
        _("Nobody books online for this patient, not even relatives: they read that they should "
          "call you. Visits that are booked stay, and staff can always book."),
        id="online-barred-hint",
        class_name="text-sm text-muted",
    )  # fmt: skip
    toggle = switch(
        on_press=File.bar_online(file["id"], ~file["online_barred"].to(bool)),
        answered=File.answered,
        on=file["online_barred"].to(bool),
        id="online-barred",
        described_by="online-barred-hint",
    )
    row = rx.el.div(
        rx.el.div(words, hint, class_name="min-w-0"),
        toggle,
        class_name="flex items-center justify-between gap-4 border-t border-base-300 p-4 sm:px-6",
    )
    return rx.cond(file["may_edit"], box(_("Online booking"), row))


def _visits() -> rx.Component:
    file: Any = File.file
    return rx.fragment(
        box(
            _("Coming visits"),
            rx.cond(
                File.coming,
                box_rows(rx.foreach(File.coming, _coming_visit)),
                empty(_("No visit is booked.")),
            ),
            beside=rx.cond(
                file["joined"] == "",
                link(
                    icons.calendar_add(),
                    _("Book a visit"),
                    to=routes.STAFF_BOOK + "?for=" + file["id"].to(str),
                    class_name="btn w-full sm:w-auto",
                ),
            ),
        ),
        rx.cond(File.past, box(_("Last visits"), box_rows(rx.foreach(File.past, _past_visit)))),
    )


def _coming_visit(visit: Any) -> rx.Component:
    return _visit(visit, ~visit["is_cancelled"] & (rx.Var.create(File.others).length() > 0))


def _past_visit(visit: Any) -> rx.Component:
    return _visit(visit)


def _visit(visit: Any, movable: Any = None) -> rx.Component:
    move = rx.el.button(
        _("For somebody else"),
        rx.el.span(": ", visit["when"], class_name="sr-only"),
        type="button",
        on_click=File.ask_hand_over(visit["id"]),
        class_name="btn",
    )
    seen = press(
        _("Seen to"),
        rx.el.span(": ", visit["when"], class_name="sr-only"),
        on_press=File.seen_visit(visit["id"]),
        answered=File.answered,
        class_name="btn shrink-0",
    )
    return rx.el.li(
        rx.el.div(
            rx.el.p(
                link(
                    visit["when"],
                    to=routes.STAFF_VISIT + "?id=" + visit["id"].to(str),
                    class_name="link link-hover font-bold",
                ),
                rx.cond(visit["is_cancelled"], rx.el.span(" ", _("Cancelled"), class_name="badge")),
            ),
            rx.el.p(visit["what"], class_name="text-muted"),
            rx.cond(
                visit["flag"] != "",
                rx.el.p(
                    icons.alert("size-4", "text-warning"), visit["flag"], class_name="flex gap-1.5"
                ),
            ),
            class_name="min-w-0",
        ),
        rx.el.div(
            rx.cond((visit["flag"] != "") & File.file["may_edit"], seen),
            rx.cond(movable, move) if movable is not None else rx.fragment(),
            class_name="flex flex-wrap gap-2",
        ),
        key=visit["id"],
        class_name="flex flex-col items-start gap-3 p-4 sm:flex-row sm:items-center "
        "sm:justify-between sm:px-6",
    )
