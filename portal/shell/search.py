"""A search field that answers while somebody types, with arrow keys to what was found."""

from typing import Any

import reflex as rx

Text = str | rx.Var[str]


def _typed(text: rx.Var[str]) -> tuple[rx.Var[str]]:
    return (text,)


class _Search(rx.Component):
    library = "$/public/kit/search.jsx"
    tag = "Search"
    alias = "KitSearch"

    field_id: rx.Var[str]
    label: rx.Var[str]
    hint: rx.Var[str]
    typed: rx.Var[str]
    searched: rx.Var[str]
    said: rx.Var[str]
    auto: rx.Var[bool]
    on_search: rx.EventHandler[_typed]


def search(
    *found: Any,
    name: str,
    label: Text,
    hint: Text,
    searched: Any,
    said: Any,
    on_search: Any,
    auto: bool = False,
) -> rx.Component:
    """Ask ``on_search`` for what is typed; ``found`` are links or buttons for the answers.

    ``searched`` is the text that the answers are for, ``said`` tells a screen reader how many there
    are. ``auto`` puts the focus here when the page opens: only where searching is what a page is
    for. Enter and the arrow keys go to the answers.
    """
    return _Search.create(
        *found,
        field_id=name,
        label=label,
        hint=hint,
        typed=searched,
        searched=searched,
        said=said,
        auto=auto,
        on_search=on_search,
    )
