"""A button for one event: shows at once that it was pressed and sends it once."""

from typing import Any

import reflex as rx

from portal.words import _

Text = str | rx.Var[str]


class _Press(rx.Component):
    library = "$/public/kit/shell.jsx"
    tag = "Press"
    alias = "KitPress"

    answered: rx.Var[Any]
    label: rx.Var[str]
    described_by: rx.Var[str]
    pressed: rx.Var[bool]
    checked: rx.Var[bool]
    waiting: rx.Var[str]
    on_press: rx.EventHandler[rx.event.no_args_event_spec]


def press(
    *children: Any,
    on_press: Any,
    answered: Any,
    class_name: str = "btn",
    label: Text | None = None,
    pressed: Any = None,
    described_by: Text | None = None,
) -> rx.Component:
    """Call ``on_press`` once, and stay busy until ``answered`` (a counter var) changes.

    ``label`` replaces the words for screen readers where they need more than is seen; ``pressed``
    makes it a button that is on or off.
    """
    extra = {"label": label, "pressed": pressed, "described_by": described_by}
    return _Press.create(
        *children,
        on_press=on_press,
        answered=answered,
        class_name=class_name,
        waiting=_("Working. Please wait."),
        **{name: value for name, value in extra.items() if value is not None},
    )


def switch(
    *,
    on_press: Any,
    answered: Any,
    on: Any,
    id: Any,  # noqa: A002 - as HTML calls it
    described_by: Any,
) -> rx.Component:
    """Show something that is on or off; a ``label`` for its ``id`` names it and presses it too."""
    return _Press.create(
        on_press=on_press,
        answered=answered,
        checked=on,
        id=id,
        described_by=described_by,
        class_name="toggle toggle-lg",
        waiting=_("Working. Please wait."),
    )
