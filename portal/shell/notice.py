"""Notices: what just happened, said once, where eyes and screen readers find it."""

from typing import Any, Literal, TypedDict

import reflex as rx

from portal.shell import icons
from portal.shell.links import link

Kind = Literal["success", "info", "warning", "error"]


class Notice(TypedDict):
    """One message; ``label`` names its button, which leads to ``href`` or hands on ``key``."""

    kind: str
    text: str
    label: str
    href: str
    key: str


def notice(kind: Kind, text: str, label: str = "", href: str = "", key: str = "") -> Notice:
    """Write a notice for a state var of type ``list[Notice]``."""
    return Notice(kind=kind, text=text, label=label, href=href, key=key)


def notices(items: Any, on_press: Any = None, class_name: str = "") -> rx.Component:
    """Show a var of notices; ``on_press`` is the handler that gets the key of the button pressed.

    Errors interrupt a screen reader, all others wait for it; both regions are on the page before
    anything is said in them.
    """
    return rx.el.div(
        rx.el.div(
            rx.foreach(items, lambda item: rx.cond(item.kind == "error", _show(item, on_press))),
            role="alert",
        ),
        rx.el.div(
            rx.foreach(items, lambda item: rx.cond(item.kind != "error", _show(item, on_press))),
            role="status",
        ),
        class_name=class_name,
    )


def alert_box(
    kind: Kind, *children: Any, action: rx.Component | None = None, class_name: str = ""
) -> rx.Component:
    """Show a message that belongs to the page itself, in the same clothes."""
    icon = {
        "success": icons.check,
        "info": icons.info,
        "warning": icons.alert,
        "error": icons.alert,
    }[kind]
    colour = {
        "success": "text-success",
        "info": "text-info",
        "warning": "text-warning",
        "error": "text-error",
    }[kind]
    box = {
        "success": "alert alert-soft alert-success",
        "info": "alert alert-soft alert-info",
        "warning": "alert alert-soft alert-warning",
        "error": "alert alert-soft alert-error",
    }[kind]
    return rx.el.div(
        icon("size-6", colour),
        # On a phone the button goes below the words: beside them it would leave no room.
        rx.el.div(
            rx.el.div(*children, class_name="min-w-0 wrap-anywhere"),
            action if action is not None else rx.fragment(),
            class_name="flex w-full min-w-0 flex-col items-start gap-2 "
            "sm:flex-row sm:items-center sm:justify-between sm:gap-4",
        ),
        class_name=f"{box} {class_name}".strip(),
    )


def _show(item: Any, on_press: Any) -> rx.Component:
    kind = rx.match(
        item.kind,
        ("success", _box("success", item, on_press)),
        ("warning", _box("warning", item, on_press)),
        ("error", _box("error", item, on_press)),
        _box("info", item, on_press),
    )
    return rx.fragment(kind)


def _box(kind: Kind, item: Any, on_press: Any) -> rx.Component:
    button = rx.fragment()
    if on_press is not None:
        button = rx.cond(
            item.label != "",
            rx.el.button(item.label, type="button", class_name="btn", on_click=on_press(item.key)),
        )
    action = rx.cond(item.href != "", link(item.label, to=item.href, class_name="btn"), button)
    return alert_box(kind, rx.el.p(item.text), action=action, class_name="mb-4")
