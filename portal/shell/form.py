"""The one form of the portal, in parts: fields, choices, repeated blocks, the button.

The browser half is ``assets/kit/``. What every form does, so that no page has to: keeps what was
typed, sends once, says what has to be fixed above the form and beside each field, offers another
try when the connection is gone. What is sent:

- one JSON object: text by field name, check boxes true or false, radios their value or "",
  each block group a list of objects, and ``request_key``, the same for replays of one try;
- with ``action`` it is POSTed there as ``application/json``; the answer is
  200 ``{"next": "/path"}`` or 422 ``{"errors": {field: sentence}, "message": sentence}``;
  other refusals may carry ``message``;
- with ``on_submit`` the handler gets the object as its one argument, sets ``errors`` and
  ``message`` (empty ones mean success) and changes ``answered`` in any case: a number that only
  goes up, or the text "<request_key>:<number>", which no other event's answer can be taken for.

Fields of a block are named ``family.0.email`` in ``errors``, counted from 0 in page order.
"""

from typing import Any, Literal

import reflex as rx

from portal.shell.blocks import blocks
from portal.shell.fields import (
    birth_date,
    checkbox,
    choice,
    choices,
    copy_button,
    field,
    own_email_button,
    password_field,
    when,
)
from portal.shell.parts import Form, Submit, given
from portal.words import _

__all__ = [
    "birth_date",
    "blocks",
    "checkbox",
    "choice",
    "choices",
    "copy_button",
    "field",
    "form",
    "form_texts",
    "own_email_button",
    "password_field",
    "submit_bar",
    "submit_button",
    "when",
]

Text = str | rx.Var[str]
Tone = Literal["primary", "error"]
Place = Literal["bar", "dialog", "inline"]


def form_texts() -> dict[str, Any]:
    """Return what a form says by itself; its browser half has no words of its own."""
    return {
        "counts": [
            _("One thing to fix"),
            _("Two things to fix"),
            _("Three things to fix"),
            _("Four things to fix"),
            _("Five things to fix"),
            _("Six things to fix"),
            _("Seven things to fix"),
            _("Eight things to fix"),
            _("Nine things to fix"),
        ],
        "many": _("{n} things to fix"),
        "kept": _("Everything you typed is still here."),
        "restored": _("We kept what you typed before."),
        "busy": _("Sending. Please wait."),
        "offline": _("No connection. What you typed is still here. Please try again in a moment."),
        "slow": _("No answer yet. What you typed is still here. Please try again."),
        "tooMany": _("That was a lot of tries. Please wait a few minutes, then try again."),
        "refused": _("That did not work, and nothing has changed. Reload the page and try again."),
        "failed": _(
            "Something went wrong on our side. What you typed is still here. Please try again."
        ),
    }


def form(
    *children: Any,
    name: str,
    action: Text | None = None,
    on_submit: Any = None,
    answered: Any = None,
    errors: Any = None,
    message: Any = None,
    submit: Text | None = None,
    place: Place = "bar",
    tone: Tone = "primary",
    draft: str | None = None,
    draft_owner: Text = "",
    reset: bool = False,
    carry: list[str] | None = None,
    fixed: dict[str, Any] | None = None,
    class_name: str = "mt-6 grid gap-6",
) -> rx.Component:
    """Build a form that posts to ``action`` or calls ``on_submit``.

    ``name`` is its id and unique on the page. With ``on_submit``, ``answered`` is a state var that
    changes with every answer, failed ones too (a counter). Without ``submit`` place ``submit_bar``
    yourself. ``draft`` keeps what is typed in this tab under the owner's marker ``draft_owner``
    (nothing is kept while that is empty). ``reset`` empties the form after a success.
    ``carry`` names values that are sent from the page's address, such as the secret of a link;
    ``fixed`` are values sent with what was typed, such as whom the form is about.

    Raises:
        ValueError: not exactly one of ``action`` and ``on_submit``, or the latter without
            ``answered``.
    """
    if (action is None) == (on_submit is None):
        raise ValueError("A form has either an action or on_submit.")
    if on_submit is not None and answered is None:
        raise ValueError("A form with on_submit needs answered, or its button would stay busy.")
    button = (submit_bar(submit, place=place, tone=tone),) if submit is not None else ()
    return Form.create(
        *children,
        *button,
        form_name=name,
        class_name=class_name,
        texts=form_texts(),
        reset=reset,
        draft_owner=draft_owner,
        **given(
            action=action,
            on_submit=on_submit,
            answered=answered,
            errors=errors,
            message=message,
            draft=draft,
            carry=carry,
            fixed=fixed,
        ),
    )


def submit_button(
    label: Text, tone: Tone = "primary", class_name: str = "", described_by: str | None = None
) -> rx.Component:
    """Show the button that sends the form around it; it says by itself that it is busy."""
    return Submit.create(
        label=label,
        class_name=f"btn btn-{tone} {class_name}".strip(),
        **given(described_by=described_by),
    )


def submit_bar(
    label: Text,
    *others: rx.Component,
    place: Place = "bar",
    tone: Tone = "primary",
    note: Text | None = None,
    note_id: str = "submit-note",
) -> rx.Component:
    """Show the main button where it belongs: under the thumb, at a dialog's end, or in the text.

    ``others`` (a Cancel button) stand beside it, except in the bar, which has one button only;
    ``note`` is a line under it.
    """
    described = note_id if note is not None else None
    if place == "dialog":
        return rx.el.div(
            *others,
            submit_button(label, tone, described_by=described),
            class_name="modal-action mt-6 flex-col-reverse gap-3 sm:flex-row",
        )
    if place == "inline":
        return rx.el.div(
            submit_button(label, tone, "w-full sm:w-auto sm:px-8", described),
            *others,
            class_name="flex flex-wrap gap-3",
        )
    line = (
        rx.el.p(note, id=note_id, class_name="mt-2 text-sm text-muted")
        if note is not None
        else rx.fragment()
    )
    return rx.el.div(
        submit_button(label, tone, "btn-block lg:w-auto lg:px-10", described),
        line,
        class_name="action-bar action-bar-tall" if note is not None else "action-bar",
    )
