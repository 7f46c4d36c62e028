"""My Account > Family Members: what I can do for each person."""

from typing import Any

import reflex as rx

from portal import routes
from portal.family.dialogs_page import dialogs
from portal.family.form import member_fields
from portal.family.state import Family
from portal.family.views import Ability, Waiting
from portal.shell import icons
from portal.shell.form import blocks, form
from portal.shell.frame import heading
from portal.shell.links import link
from portal.shell.people import people_list, person_row
from portal.shell.press import press
from portal.shell.screen import account_screen, step_screen, title, waiting
from portal.shell.state import Shell
from portal.words import _


@rx.page(routes.ACCOUNT_FAMILY, title=title(_("Family Members")), on_load=Family.load)
def family_members() -> rx.Component:
    """List my family."""
    return account_screen(
        heading(
            _("Family Members"),
            _("What you can do for each person."),
            rx.cond(
                Shell.may_add_family,
                link(
                    icons.person_add(),
                    _("Add Family Member"),
                    to=routes.ACCOUNT_FAMILY_ADD,
                    class_name="btn btn-primary w-full sm:w-auto",
                ),
            ),
        ),
        rx.cond(
            Family.loaded,
            rx.cond(Family.members, people_list(rx.foreach(Family.members, _row)), _nobody()),
            waiting(),
        ),
        rx.el.p(
            icons.info("mt-0.5 size-5"),
            rx.el.span(
                _("This page does not show what your family can do for"),
                " ",
                rx.el.strong(_("you")),
                ". ",
                _("See it under"),
                " ",
                link(
                    _("Sharing"),
                    to=routes.ACCOUNT_SHARING,
                    class_name="link link-primary font-bold",
                ),
                _(", in the emails we sent you, or ask the clinic on"),
                " ",
                Shell.clinic_phone,
                ".",
            ),
            class_name="mt-5 flex max-w-read gap-2.5",
        ),
        *dialogs(),
        current="family",
    )


@rx.page(
    routes.ACCOUNT_FAMILY_ADD,
    title=title(_("Add Family Member")),
    on_load=Family.load_add,
)
def add_family_member() -> rx.Component:
    """Ask for one or more family members."""
    return step_screen(
        form(
            blocks("members", *member_fields()),
            name="family-add",
            on_submit=Family.add,
            answered=Family.answered,
            errors=Family.errors,
            message=Family.message,
            submit=_("Add to my family"),
            draft="family-add",
            draft_owner=Shell.my_id,
        ),
        title=_("Add Family Member"),
        lead=_(
            "You can book for them as soon as you have added them. We send each person one email "
            "that says what you can do, and how to change it."
        ),
        close_to=Family.close_href,
    )


def _nobody() -> rx.Component:
    return rx.el.div(
        rx.el.h2(_("Nobody here yet"), class_name="text-lg"),
        rx.el.p(
            rx.cond(
                Shell.may_add_family,
                _("Add your child, partner or parent, and book for them from your own page."),
                _("To book for somebody else, call the clinic. They can link your profiles."),
            ),
            class_name="mt-1 text-muted",
        ),
        class_name="mt-6 rounded-box border border-base-300 bg-base-100 p-6",
    )


def _row(member: Any) -> rx.Component:
    return person_row(
        member["name"],
        member["initials"],
        member["colour"],
        member["relation"],
        rx.el.ul(
            rx.foreach(member["abilities"].to(list[Ability]), _short_ability),
            class_name="grid grid-cols-2 gap-x-4 gap-y-1.5 sm:grid-cols-3",
        ),
        rx.cond(
            member["waiting"],
            rx.el.ul(
                rx.foreach(member["waiting"].to(list[Waiting]), lambda one: _waiting(member, one)),
                class_name="mt-3 grid gap-2",
            ),
        ),
        actions=(
            rx.el.button(
                icons.pencil("size-4", "text-primary"),
                _("Edit"),
                rx.el.span(
                    " ", _("what you can do for"), " ", member["name"], class_name="sr-only"
                ),
                type="button",
                on_click=Family.edit(member["id"]),
                class_name="btn flex-1 sm:flex-none",
            ),
            rx.el.button(
                _("Remove"),
                rx.el.span(" ", member["name"], class_name="sr-only"),
                type="button",
                on_click=Family.ask_removal(member["id"]),
                class_name="btn btn-outline btn-error flex-1 sm:flex-none",
            ),
        ),
        key=member["id"],
    )


def _waiting(member: Any, ask: Any) -> rx.Component:
    return rx.el.li(
        rx.el.p(
            icons.clock("mt-0.5 size-5", "text-accent-ink"),
            rx.el.span(
                rx.el.strong(_("Waiting for"), " ", member["first_name"], "."), " ", ask["text"]
            ),
            class_name="flex gap-2",
        ),
        press(
            _("Take back"),
            rx.el.span(": ", ask["text"], class_name="sr-only"),
            on_press=Family.take_back_ask(ask["id"]),
            answered=Family.answered,
            class_name="btn btn-ghost ms-4 px-3 text-primary sm:ms-0",
        ),
        class_name="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 rounded-field "
        "bg-base-200 py-2 ps-4 pe-2",
        key=ask["id"],
    )


def _short_ability(ability: Any) -> rx.Component:
    held, lacking = (
        icons.check("mt-0.5 size-5", "text-success"),
        icons.dash("mt-0.5 size-5", "text-muted"),
    )
    return rx.el.li(
        rx.cond(ability["held"], held, lacking),
        rx.el.span(
            ability["short"],
            rx.cond(
                ability["held"],
                rx.fragment(),
                rx.el.span(": ", _("no"), class_name="sr-only"),
            ),
            class_name=rx.cond(ability["held"], "", "text-muted"),
        ),
        class_name="flex gap-2",
    )
