"""People on the pages of booking: cards to choose them by, the banner, the form for one more."""

from typing import Any

import reflex as rx

from portal.booking.views import FaceView
from portal.family.form import member_fields
from portal.shell.dialog import dialog
from portal.shell.form import blocks, form, submit_bar
from portal.shell.links import link
from portal.shell.people import face, person_class
from portal.shell.pick import check_box, radio
from portal.shell.state import Shell
from portal.words import _

CARDS = "grid grid-cols-2 gap-2.5"
CARD = "choice h-full flex-col items-start gap-2 px-3 sm:flex-row sm:items-center sm:px-4"


def one_of(people: Any, on_choose: Any, *, later: Any = None) -> rx.Component:
    """Choose one person; ``later`` is a var: nobody is chosen, and that may stay so for now."""

    def card(person: Any) -> rx.Component:
        chosen = person["chosen"]
        control = radio("who", person["id"], checked=chosen, on_pick=on_choose(person["id"]))
        return _person(person, control)

    decide = rx.fragment()
    if later is not None:
        decide = rx.el.label(
            radio("who", "", checked=later, on_pick=on_choose("")),
            rx.el.span(
                rx.el.span(_("Decide later"), class_name="block font-bold leading-snug"),
                rx.el.span(_("Find a time first"), class_name="block text-sm"),
            ),
            class_name="choice h-full items-center px-3 sm:px-4",
        )
    return rx.el.div(rx.foreach(people, card), decide, class_name=CARDS)


def some_of(people: Any, on_toggle: Any) -> rx.Component:
    """Choose several people."""

    def card(person: Any) -> rx.Component:
        control = check_box(
            "who",
            person["id"],
            checked=person["chosen"],
            on_pick=lambda on: on_toggle(person["id"], on),
        )
        return _person(person, control)

    return rx.el.div(rx.foreach(people, card), class_name=CARDS)


def _person(person: Any, control: rx.Component) -> rx.Component:
    return rx.el.label(
        rx.el.span(
            face(person["initials"], person["colour"]),
            control,
            class_name="flex w-full items-center justify-between gap-3 "
            "sm:w-auto sm:flex-row-reverse",
        ),
        person_words(person),
        class_name=CARD,
        key=person["id"],
    )


def person_words(person: Any) -> rx.Component:
    """Say who somebody is, and what they are to me."""
    return rx.el.span(
        rx.el.span(
            rx.cond(person["is_me"], _("Me, ") + person["first_name"].to(str), person["name"]),
            class_name="block font-bold leading-snug wrap-anywhere",
        ),
        rx.el.span(person["relation"], class_name="block text-sm"),
        class_name="min-w-0",
    )


def faces(people: Any, size: Any = "md") -> rx.Component:
    """Show several faces side by side."""
    return rx.el.span(
        rx.foreach(
            people,
            lambda one: rx.fragment(face(one["initials"], one["colour"], size), key=one["id"]),
        ),
        class_name="flex shrink-0 flex-wrap gap-1",
    )


def booking_banner(people: Any, name: Any, change_to: Any = None, verb: Any = None) -> rx.Component:
    """Say on every step for whom this is: one person, or several in the colour of the first."""
    change = rx.fragment()
    if change_to is not None:
        change = rx.cond(
            change_to,
            link(
                _("Change"),
                rx.el.span(" " + _("who this is for"), class_name="sr-only"),
                to=change_to,
                class_name="btn btn-ghost px-2",
            ),
        )
    colour = rx.Var.create(people).to(list[FaceView])[0]["colour"].to(int)
    return rx.el.section(
        rx.el.div(
            rx.el.p(
                faces(people),
                rx.el.span(
                    verb if verb is not None else _("Booking for"),
                    " ",
                    rx.el.strong(name),
                    class_name="min-w-0 wrap-anywhere",
                ),
                class_name="flex min-w-0 items-center gap-3 text-lg leading-tight",
            ),
            change,
            class_name="mx-auto flex min-h-14 max-w-page items-center justify-between gap-3 "
            "px-4 py-1.5 sm:px-6",
        ),
        class_name=["for-banner sticky top-0 z-20", person_class(colour)],
        custom_attrs={"aria-label": _("Who this is for")},
    )


def new_member_dialog(state: Any, draft: str) -> rx.Component:
    """Ask for somebody new, in place; ``state`` has ``add``, ``close`` and ``adding``."""
    return dialog(
        _("Add a family member"),
        form(
            blocks("members", *member_fields(), max=1),
            submit_bar(
                _("Add and go on"),
                rx.el.button(_("Close"), type="button", class_name="btn", on_click=state.close),
                place="dialog",
            ),
            name="member",
            on_submit=state.add,
            answered=state.answered,
            errors=state.errors,
            message=state.message,
            draft=draft,
            draft_owner=Shell.my_id,
        ),
        open=state.adding,
        on_close=state.close,
    )
