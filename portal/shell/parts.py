"""The browser halves of the form parts in ``assets/kit/``, as Reflex sees them."""

from typing import Any

import reflex as rx


def given(**props: Any) -> dict[str, Any]:
    """Leave out what was not given: a missing prop and an empty one differ in the browser."""
    return {name: value for name, value in props.items() if value is not None}


class Form(rx.Component):
    """The form itself."""

    library = "$/public/kit/form.jsx"
    tag = "Form"
    alias = "KitForm"

    form_name: rx.Var[str]
    action: rx.Var[str]
    answered: rx.Var[Any]
    errors: rx.Var[dict[str, str]]
    message: rx.Var[str]
    draft: rx.Var[str]
    draft_owner: rx.Var[str]
    reset: rx.Var[bool]
    carry: rx.Var[list[str]]
    fixed: rx.Var[dict[str, Any]]
    texts: rx.Var[dict[str, Any]]
    on_submit: rx.EventHandler[rx.event.passthrough_event_spec(dict[str, Any])]


class Submit(rx.Component):
    """The button that sends it."""

    library = "$/public/kit/form.jsx"
    tag = "Submit"
    alias = "KitSubmit"

    label: rx.Var[str]
    described_by: rx.Var[str]


class FieldPart(rx.Component):
    """What all fields have."""

    library = "$/public/kit/fields.jsx"

    field_name: rx.Var[str]
    initial: rx.Var[Any]
    hint: rx.Var[str]
    optional: rx.Var[str]


class Field(FieldPart):
    """A labelled control."""

    tag = "Field"
    alias = "KitField"

    label: rx.Var[str]
    named_label: rx.Var[str]
    named_hint: rx.Var[str]
    type: rx.Var[str]
    options: rx.Var[list[Any]]
    placeholder: rx.Var[str]
    rows: rx.Var[int]
    required: rx.Var[bool]
    auto_complete: rx.Var[str]
    input_mode: rx.Var[str]
    max_length: rx.Var[int]
    reveal: rx.Var[str]


class Checkbox(FieldPart):
    """A box to tick."""

    library = "$/public/kit/choices.jsx"
    tag = "Checkbox"
    alias = "KitCheckbox"

    label: rx.Var[str]
    plain: rx.Var[bool]


class Choices(FieldPart):
    """A question."""

    library = "$/public/kit/choices.jsx"
    tag = "Choices"
    alias = "KitChoices"

    legend: rx.Var[str]
    wrap: rx.Var[bool]
    big: rx.Var[bool]


class Choice(rx.Component):
    """One of its answers."""

    library = "$/public/kit/choices.jsx"
    tag = "Choice"
    alias = "KitChoice"

    value: rx.Var[str]
    label: rx.Var[str]
    detail: rx.Var[str]


class When(rx.Component):
    """A part that comes and goes."""

    library = "$/public/kit/choices.jsx"
    tag = "When"
    alias = "KitWhen"

    field_name: rx.Var[str]
    value: rx.Var[Any]


class DateParts(FieldPart):
    """Day, month and year."""

    tag = "DateParts"
    alias = "KitDateParts"

    label: rx.Var[str]
    own: rx.Var[bool]
    texts: rx.Var[dict[str, str]]


class CopyInto(rx.Component):
    """A button that fills a field."""

    library = "$/public/kit/fields.jsx"
    tag = "CopyInto"
    alias = "KitCopyInto"

    into: rx.Var[str]
    value: rx.Var[str]
    label: rx.Var[str]
    said: rx.Var[str]
    named_said: rx.Var[str]


class Blocks(rx.Component):
    """A repeated group of fields."""

    library = "$/public/kit/blocks.jsx"
    tag = "Blocks"
    alias = "KitBlocks"

    blocks_name: rx.Var[str]
    min: rx.Var[int]
    max: rx.Var[int]
    first_colour: rx.Var[int]
    texts: rx.Var[dict[str, str]]
