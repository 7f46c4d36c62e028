"""Radios and check boxes outside of forms: what is chosen is told to the server at once."""

from typing import Any

import reflex as rx

from portal.shell.parts import given


class _Pick(rx.Component):
    library = "$/public/kit/pick.jsx"
    tag = "Pick"
    alias = "KitPick"

    type: rx.Var[str]
    name: rx.Var[str]
    value: rx.Var[str]
    checked: rx.Var[bool]
    on_pick: rx.EventHandler[rx.event.passthrough_event_spec(bool)]


def radio(name: Any, value: Any, *, checked: Any, on_pick: Any) -> rx.Component:
    """Show one of several answers; ``on_pick`` is the event for choosing it."""
    return _pick("radio", name=name, value=value, checked=checked, on_pick=on_pick)


def check_box(name: Any, value: Any, *, checked: Any, on_pick: Any) -> rx.Component:
    """Show something to tick; ``on_pick`` gets whether it is ticked now."""
    return _pick("checkbox", name=name, value=value, checked=checked, on_pick=on_pick)


def _pick(kind: str, **props: Any) -> rx.Component:
    return _Pick.create(type=kind, class_name=kind, **given(**props))
