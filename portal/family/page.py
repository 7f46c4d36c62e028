"""My Account > Family Members: what I can do for each person."""

from typing import Any

import reflex as rx

from portal import routes
from portal.family.form import member_fields
from portal.family.labels import LABEL_WORDS, LONGEST_OTHER, Label
from portal.family.state import Ability, Family
from portal.shell import icons
from portal.shell.dialog import dialog, stops_and_stays
from portal.shell.form import blocks, checkbox, field, form, submit_bar, when
from portal.shell.frame import heading
from portal.shell.links import link
from portal.shell.people import face, people_list, person_row
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
                _("See that in the emails we sent you, or ask the clinic on"),
                " ",
                Shell.clinic_phone,
                ".",
            ),
            class_name="mt-5 flex max-w-read gap-2.5",
        ),
        _edit_dialog(),
        _remove_dialog(),
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
        close_to=routes.ACCOUNT_FAMILY,
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


def _edit_dialog() -> rx.Component:
    chosen: Any = Family.chosen
    return dialog(
        _("What you can do for") + " " + chosen["first_name"].to(str),
        rx.el.p(
            rx.cond(
                chosen["managed_by_me"],
                _("You manage this profile: give something up or take it back, at once."),
                _("You can give something up at once. Only they or the clinic can give it back."),
            ),
            class_name="mt-2 text-muted",
        ),
        rx.el.ul(
            rx.foreach(chosen["abilities"].to(list[Ability]), _full_ability),
            class_name="mt-4 divide-y divide-base-300 rounded-box border border-base-300",
        ),
        form(
            field(
                "label",
                _("Relationship to you"),
                options=[(label.value, words) for label, words in LABEL_WORDS.items()],
                default=chosen["label"],
            ),
            when(
                "label",
                Label.OTHER.value,
                field(
                    "label_text",
                    _("In your words"),
                    optional=True,
                    maxlength=LONGEST_OTHER,
                    default=chosen["label_text"],
                ),
            ),
            submit_bar(_("Save"), _close_button(_("Close")), place="dialog"),
            name="label",
            fixed={"member_id": chosen["id"]},
            on_submit=Family.save_label,
            answered=Family.answered,
            errors=Family.errors,
            message=Family.message,
            class_name="mt-6 grid gap-5",
        ),
        open=Family.dialog == "edit",
        on_close=Family.close,
        face=face(chosen["initials"], chosen["colour"].to(int), "lg"),
    )


def _full_ability(ability: Any) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.h3(ability["label"], class_name="text-base"),
            rx.cond(
                ability["held"],
                rx.fragment(
                    rx.el.p(ability["opens"], class_name="mt-1"),
                    rx.el.p(ability["does_not_open"], class_name="mt-1 text-sm text-muted"),
                ),
                rx.el.p(_("You do not have this."), class_name="mt-1 text-sm text-muted"),
            ),
            class_name="min-w-0",
        ),
        rx.cond(
            ability["held"],
            _ability_button(_("Give up"), ability, Family.give_up),
            rx.cond(
                Family.chosen["managed_by_me"],
                _ability_button(_("Take back"), ability, Family.take_back),
            ),
        ),
        class_name="flex flex-col items-start gap-3 p-4 sm:flex-row sm:justify-between sm:gap-4",
    )


def _ability_button(words: str, ability: Any, handler: Any) -> rx.Component:
    return press(
        words,
        rx.el.span(": ", ability["label"], class_name="sr-only"),
        on_press=handler(Family.chosen["id"], ability["key"]),
        answered=Family.answered,
        class_name="btn shrink-0",
    )


def _remove_dialog() -> rx.Component:
    chosen: Any = Family.chosen
    return dialog(
        _("Remove this family member:") + " " + chosen["name"].to(str),
        stops_and_stays(Family.stops, Family.stays, _("This stops now, for you both")),
        form(
            checkbox(
                "quiet",
                _("Do not send them an email about this"),
                hint=_("They will still notice when they next sign in."),
            ),
            submit_bar(
                _("Remove") + " " + chosen["first_name"].to(str),
                _close_button(_("Keep") + " " + chosen["first_name"].to(str)),
                place="dialog",
                tone="error",
            ),
            name="remove",
            fixed={"member_id": chosen["id"]},
            on_submit=Family.remove,
            answered=Family.answered,
            errors=Family.errors,
            message=Family.message,
            class_name="mt-5 grid gap-5",
        ),
        open=Family.dialog == "remove",
        on_close=Family.close,
        face=face(chosen["initials"], chosen["colour"].to(int), "lg"),
    )


def _close_button(words: Any) -> rx.Component:
    return rx.el.button(words, type="button", class_name="btn", on_click=Family.close)
