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
    skeleton: rx.Var[bool]


def here(state: rx.State) -> str:
    """Return the address that the tab shows, for a state's ``shown_for``; `load` sets it first."""
    url = state.router.url
    return f"{url.path.rstrip('/')}?{url.query}".rstrip("?")


def fresh(content: rx.Component, shown_for: Any, *, skeleton: bool = True) -> rx.Component:
    """Show ``content`` only at the address it was loaded for; until then grey bars, or nothing."""
    return _Fresh.create(content, address=shown_for, skeleton=skeleton)
