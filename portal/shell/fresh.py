"""Content that belongs to one address: what the page showed for another one is never seen again.

States outlive a change of page, so on the way to a page it would show, until its `load` answers,
what it showed last time: somebody else's name, or a time that was chosen for another visit.
"""

from typing import Any

import reflex as rx


class _Fresh(rx.Component):
    library = "$/public/kit/shell.jsx"
    tag = "Fresh"
    alias = "KitFresh"

    address: rx.Var[str]
    ready: rx.Var[bool]
    skeleton: rx.Var[bool]


class _IfSaid(rx.Component):
    library = "$/public/kit/shell.jsx"
    tag = "IfSaid"
    alias = "KitIfSaid"

    value: rx.Var[str]


def here(state: rx.State) -> str:
    """Return the address that the tab shows, for a state's ``shown_for``; `load` sets it first."""
    url = state.router.url
    return f"{url.path.rstrip('/')}?{url.query}".rstrip("?")


def fresh(content: rx.Component, shown_for: Any, *, skeleton: bool = True) -> rx.Component:
    """Show ``content`` once it is loaded for the address shown; until then grey bars, or nothing."""
    return _Fresh.create(content, address=shown_for, ready=rx.State.is_hydrated, skeleton=skeleton)


def if_said(value: str, then: rx.Component, otherwise: rx.Component) -> rx.Component:
    """Show ``then`` where the address ends in ``?said=<value>``, else ``otherwise``.

    The browser decides: a state var would still hold, for a moment, what an earlier visit to the
    page set, and a form that goes and comes back has lost what was typed.
    """
    return _IfSaid.create(rx.el.div(then), rx.el.div(otherwise), value=value)
