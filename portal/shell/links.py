"""Links: inside the portal without loading a new document, to plain routes with one."""

from typing import Any

import reflex as rx
from reflex_components_core.el.elements.base import BaseHTML
from reflex_components_core.react_router import link as _router_link

Text = str | rx.Var[str]


class _Anchor(BaseHTML):
    """The browser's own link: ``rx.el.a`` hands every address to the router."""

    tag = "a"

    href: rx.Var[str]
    download: rx.Var[str | bool]
    target: rx.Var[str]
    rel: rx.Var[str]


def link(
    *children: Any, to: Text, class_name: str = "link", current: bool = False, **props: Any
) -> rx.Component:
    """Link to a page of the portal; ``current`` marks the page we are on."""
    attributes = {**props.pop("custom_attrs", {})}
    if current:
        attributes["aria-current"] = "page"
    return _router_link(*children, to=to, class_name=class_name, custom_attrs=attributes, **props)


def plain_link(*children: Any, to: Text, class_name: str = "link", **props: Any) -> rx.Component:
    """Link to something that is no page: a download, a place on this page, a telephone number."""
    return _Anchor.create(*children, href=to, class_name=class_name, **props)
