"""Fields of a form: a label, its hint, the control and its error, tied together."""

from typing import Any

import reflex as rx

from portal.shell.parts import Checkbox, Choice, Choices, CopyInto, DateParts, Field, When, given
from portal.words import _

Text = str | rx.Var[str]


def _optional(optional: bool) -> str | None:
    return _("(if you like)") if optional else None


def field(
    name: str,
    label: Text,
    *below: rx.Component,
    type: str = "text",  # noqa: A002 - as HTML calls it
    hint: Text | None = None,
    optional: bool = False,
    autocomplete: str | None = None,
    options: Any = None,
    placeholder: str | None = None,
    default: Any = None,
    rows: int | None = None,
    inputmode: str | None = None,
    maxlength: int | None = None,
    named_label: str | None = None,
    named_hint: str | None = None,
    class_name: str | None = None,
) -> rx.Component:
    """Show one labelled control.

    ``type`` is an HTML input type; ``options`` (pairs of value and text, or a var of such) makes
    it a list, with ``placeholder`` as its empty choice; ``rows`` a box of several lines.
    ``default`` may be a var: it fills the field until the person types. ``named_label`` and
    ``named_hint`` are used once the fields they name are filled: "{first_name} is your…".
    """
    if options is not None and placeholder is None:
        placeholder = _("Choose")
    return Field.create(
        *below,
        field_name=name,
        label=label,
        type=type,
        required=not optional,
        **given(
            hint=hint,
            optional=_optional(optional),
            auto_complete=autocomplete,
            options=options,
            placeholder=placeholder,
            initial=default,
            rows=rows,
            input_mode=inputmode,
            max_length=maxlength,
            named_label=named_label,
            named_hint=named_hint,
            class_name=class_name,
        ),
    )


def password_field(
    name: str,
    label: Text,
    *below: rx.Component,
    hint: Text | None = None,
    autocomplete: str = "current-password",
) -> rx.Component:
    """Ask for a password, with a box that shows it; never kept in a draft."""
    return Field.create(
        *below,
        field_name=name,
        label=label,
        type="password",
        required=True,
        auto_complete=autocomplete,
        reveal=_("Show the password"),
        **given(hint=hint),
    )


def checkbox(
    name: str, label: Text, hint: Text | None = None, default: Any = None, plain: bool = False
) -> rx.Component:
    """Show a box to tick; ``plain`` leaves out the tinted row around it."""
    return Checkbox.create(
        field_name=name, label=label, plain=plain, **given(hint=hint, initial=default)
    )


def choices(
    name: str,
    legend: Text,
    *answers: Any,
    hint: Text | None = None,
    default: Any = None,
    wrap: bool = False,
    big: bool = True,
) -> rx.Component:
    """Ask a question with a few answers, each a ``choice`` (or one ``rx.foreach`` of them).

    ``wrap`` puts short answers side by side on a phone; ``big`` makes the question as large as a
    section's heading.
    """
    return Choices.create(
        *answers,
        field_name=name,
        legend=legend,
        wrap=wrap,
        big=big,
        **given(hint=hint, initial=default),
    )


def choice(
    value: Text, title: Text, detail: Text | None = None, *before: rx.Component
) -> rx.Component:
    """Show one answer as a whole row; ``before`` (a face) stands in front of the words."""
    return Choice.create(*before, value=value, label=title, **given(detail=detail))


def when(name: str, value: Any, *children: Any) -> rx.Component:
    """Show a part only while field ``name`` of the same form or block has this value.

    A hidden part is not sent; what was typed in it comes back with it.
    """
    return When.create(*children, field_name=name, value=value)


def birth_date(
    name: str,
    label: Text,
    hint: Text | None = None,
    optional: bool = False,
    default: Any = None,
    own: bool = False,
) -> rx.Component:
    """Ask for a date as day, month and year.

    Sent as three texts, ``<name>_day``, ``<name>_month``, ``<name>_year``; its error is named
    ``<name>``. ``default`` is ISO ("2017-09-03"). ``own`` lets the browser offer the person's own.
    """
    return DateParts.create(
        field_name=name,
        label=label,
        own=own,
        texts={"day": _("Day"), "month": _("Month"), "year": _("Year")},
        **given(
            hint=_("For example 27 3 1986") if hint is None else hint,
            optional=_optional(optional),
            initial=default,
        ),
    )


def copy_button(
    into: str, value: Text, label: Text, said: Text, named_said: str | None = None
) -> rx.Component:
    """Offer to put ``value`` into field ``into``, and say ``said`` while it stands there."""
    return CopyInto.create(
        into=into, value=value, label=label, said=said, **given(named_said=named_said)
    )


def own_email_button(own_email: Text, into: str = "email") -> rx.Component:
    """Offer the adder's own address for somebody without one; goes below the e-mail field."""
    return copy_button(
        into,
        own_email,
        _("No email? Use mine"),
        _("This is your own address. Emails about this person will come to you."),
        _("This is your own address. Emails about {first_name} will come to you."),
    )
