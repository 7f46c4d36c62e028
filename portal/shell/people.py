"""People on screen: the same face, in the same colour, beside the name, everywhere."""

from typing import Any, Literal

import reflex as rx

from portal.shell.links import link
from portal.words import _

Text = str | rx.Var[str]
Number = int | rx.Var[int]
Size = Literal["sm", "md", "lg"]

_SIZES = {"sm": "face face-sm", "md": "face", "lg": "face face-lg"}


def person_class(colour: Number) -> Text:
    """Return the class that sets a person's colours (1 to 8) for everything inside."""
    if isinstance(colour, rx.Var):
        return "person-" + colour.to(str)
    return f"person-{colour}"


def face(initials: Text, colour: Number, size: Size = "md") -> rx.Component:
    """Show initials on a disc; put the name beside it, because screen readers skip this."""
    return rx.el.span(
        initials,
        class_name=[_SIZES[size], person_class(colour)],
        custom_attrs={"aria-hidden": "true"},
    )


def person_row(
    name: Text,
    initials: Text,
    colour: Number,
    relation: Text,
    *details: rx.Component,
    actions: tuple[rx.Component, ...] = (),
    key: Any = None,
) -> rx.Component:
    """Show one person as an item of ``people_list``: face, name, relation, details, actions.

    ``key`` is the person's id in a list that changes: focus stays with the person then.
    """
    extra = {"key": key} if key is not None else {}
    return rx.el.li(
        rx.el.div(
            face(initials, colour, "lg"),
            rx.el.div(
                rx.el.h2(name, class_name="text-lg leading-snug wrap-anywhere"),
                rx.el.p(relation, class_name="text-sm text-muted wrap-anywhere"),
                class_name="min-w-0 self-center",
            ),
            rx.el.div(*details, class_name="col-span-2 sm:col-start-2")
            if details
            else rx.fragment(),
            rx.el.div(
                *actions,
                class_name="col-span-2 flex flex-wrap gap-2 "
                "sm:col-span-1 sm:col-start-3 sm:row-start-1 sm:self-center",
            )
            if actions
            else rx.fragment(),
            class_name="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-3 "
            "sm:grid-cols-[auto_minmax(0,1fr)_auto]",
        ),
        class_name="print-whole p-4 sm:p-6",
        **extra,
    )


def people_list(*rows: Any, class_name: str = "mt-6") -> rx.Component:
    """Hold person rows; give it rows or one ``rx.foreach``."""
    return rx.el.ul(
        *rows,
        class_name=f"{class_name} divide-y divide-base-300 rounded-box border border-base-300 "
        "bg-base-100",
    )


def for_banner(
    verb: Text,
    name: Text,
    initials: Text,
    colour: Number,
    change_to: Text | None = None,
    on_change: Any = None,
) -> rx.Component:
    """Say on every step whose matter this is: ``verb`` is "Booking for", "Filling in for".

    With ``change_to`` (an address) or ``on_change`` (a handler) it offers to choose somebody else.
    """
    words = (_("Change"), rx.el.span(" " + _("who this is for"), class_name="sr-only"))
    change = rx.fragment()
    if change_to is not None:
        change = link(*words, to=change_to, class_name="btn btn-ghost px-2")
    elif on_change is not None:
        change = rx.el.button(
            *words, type="button", on_click=on_change, class_name="btn btn-ghost px-2"
        )
    return rx.el.section(
        rx.el.div(
            rx.el.p(
                face(initials, colour),
                rx.el.span(verb, " ", rx.el.strong(name), class_name="min-w-0 wrap-anywhere"),
                class_name="flex min-w-0 items-center gap-3 text-lg leading-tight",
            ),
            change,
            class_name="mx-auto flex min-h-14 max-w-page items-center justify-between gap-3 "
            "px-4 py-1.5 sm:px-6",
        ),
        class_name=["for-banner sticky top-0 z-20", person_class(colour)],
        custom_attrs={"aria-label": _("Who this is for")},
    )
