"""Parts of a form that decides about several things at once, inside `portal.shell.form.form`."""

from typing import Any

import reflex as rx

from portal.shell.parts import given

Text = str | rx.Var[str]


class _SwitchRow(rx.Component):
    library = "$/public/kit/switches.jsx"
    tag = "SwitchRow"
    alias = "KitSwitchRow"

    field_name: rx.Var[str]
    label: rx.Var[str]
    hint: rx.Var[str]
    initial: rx.Var[bool]
    inner: rx.Var[bool]


class _Watch(rx.Component):
    library = "$/public/kit/switches.jsx"
    tag = "Watch"
    alias = "KitWatch"

    on_watch: rx.EventHandler[rx.event.passthrough_event_spec(dict[str, Any])]


class _Propose(rx.Component):
    library = "$/public/kit/switches.jsx"
    tag = "Propose"
    alias = "KitPropose"

    chosen: rx.Var[str]
    into: rx.Var[str]
    pairs: rx.Var[dict[str, str]]


def switch_row(
    name: str, label: Text, *, on: Any, hint: Text | None = None, inner: bool = False
) -> rx.Component:
    """Show one row of a list that is on or off; ``inner`` belongs to the row above."""
    return _SwitchRow.create(
        field_name=name, label=label, initial=on, inner=inner, **given(hint=hint)
    )


def watch_form(on_change: Any) -> rx.Component:
    """Call ``on_change`` with what the form would send, shortly after each change of it."""
    return _Watch.create(on_watch=on_change)


def propose(chosen: str, into: str, pairs: dict[str, str]) -> rx.Component:
    """Fill field ``into`` as ``pairs`` says when ``chosen`` is chosen, until somebody chose both."""
    return _Propose.create(chosen=chosen, into=into, pairs=pairs)
