"""The dialogs of the Family Members page: what I can do for one person, and removing them."""

from typing import Any

import reflex as rx

from portal.family.labels import LABEL_WORDS, LONGEST_OTHER, Label
from portal.family.state import Family
from portal.family.views import Ability
from portal.shell import icons
from portal.shell.dialog import dialog, stops_and_stays
from portal.shell.form import checkbox, field, form, submit_bar, submit_button, when
from portal.shell.links import link
from portal.shell.people import face
from portal.shell.press import press
from portal.shell.state import Shell
from portal.words import _


def dialogs() -> tuple[rx.Component, rx.Component]:
    """Return both; the state says which one is open."""
    return _edit_dialog(), _remove_dialog()


def _edit_dialog() -> rx.Component:
    chosen: Any = Family.chosen
    return dialog(
        _("What you can do for") + " " + chosen["first_name"].to(str),
        rx.el.p(
            rx.cond(
                chosen["managed_by_me"],
                _("You manage this profile: give something up or take it back, at once."),
                _("You can give something up at once. To get more, ask for it below."),
            ),
            class_name="mt-2 text-muted",
        ),
        rx.el.ul(
            rx.foreach(chosen["abilities"].to(list[Ability]), _full_ability),
            class_name="mt-4 divide-y divide-base-300 rounded-box border border-base-300",
        ),
        _refused(),
        rx.cond(chosen["managed_by_me"], _own_profile()),
        rx.cond(chosen["may_ask"] & Shell.verified, _ask_form()),
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


def _own_profile() -> rx.Component:
    """Offer what belongs to a profile that I manage: who else may act, and its own account."""
    chosen: Any = Family.chosen
    return rx.el.div(
        rx.el.h3(_("Who else can act, and an account of their own"), class_name="text-base"),
        rx.el.p(
            _(
                "With the link we send by email they can make this profile their own. From then "
                "on they decide."
            ),
            class_name="mt-1 text-sm text-muted",
        ),
        rx.el.div(
            link(
                _("Who can act for"),
                " ",
                chosen["first_name"],
                to=chosen["sharing_href"].to(str),
                class_name="btn",
            ),
            press(
                _("Send the link again"),
                on_press=Family.send_link(chosen["id"]),
                answered=Family.answered,
            ),
            class_name="mt-3 flex flex-wrap gap-2",
        ),
        class_name="mt-4 rounded-box bg-base-200 p-4",
    )


def _refused() -> rx.Component:
    """Say why a press did not work: the notice on the page is behind the dialog."""
    return rx.cond(
        # A form says itself what was wrong with it; its answers begin with its key.
        (Family.message != "") & Family.answered.startswith(":"),
        rx.el.p(icons.alert("size-4"), rx.el.span(Family.message), class_name="field-error mt-2"),
    )


def _ask_form() -> rx.Component:
    """Ask for what I do not have."""
    chosen: Any = Family.chosen
    name = chosen["first_name"].to(str)
    return form(
        rx.el.h3(_("Ask for more:") + " " + name, class_name="text-base"),
        rx.el.p(
            _("They get an email and say yes or no. Nothing changes until then."),
            class_name="-mt-3 text-sm text-muted",
        ),
        rx.el.div(
            rx.foreach(chosen["abilities"].to(list[Ability]), _ask_box), class_name="grid gap-1"
        ),
        # One filled button in a dialog: that is Save.
        submit_button(_("Ask") + " " + name, class_name="btn-outline w-full sm:w-auto"),
        name="ask",
        fixed={"member_id": chosen["id"]},
        on_submit=Family.ask,
        answered=Family.answered,
        errors=Family.errors,
        message=Family.message,
        class_name="mt-4 grid gap-5 rounded-box bg-base-200 p-4",
    )


def _ask_box(ability: Any) -> rx.Component:
    box = checkbox(ability["key"], ability["label"], plain=True)
    return rx.cond(ability["may_ask"], rx.fragment(box), rx.fragment())


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
                rx.el.p(
                    rx.cond(ability["asked"] != "", ability["asked"], _("You do not have this.")),
                    class_name="mt-1 text-sm text-muted",
                ),
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
