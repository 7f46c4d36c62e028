"""The parts of the schedule that need the browser: rows of a grid, keys, the day picker."""

from typing import Any

import reflex as rx

Text = str | rx.Var[str]


def _text(text: rx.Var[str]) -> tuple[rx.Var[str]]:
    return (text,)


class _Kit(rx.Component):
    library = "$/public/kit/schedule.jsx"


class _Placed(_Kit):
    tag = "Placed"
    alias = "KitPlaced"

    element: rx.Var[str]
    from_row: rx.Var[int]
    to_row: rx.Var[int]


class _Diary(_Kit):
    tag = "Diary"
    alias = "KitDiary"


class _DayPicker(_Kit):
    tag = "DayPicker"
    alias = "KitDayPicker"

    value: rx.Var[str]
    label: rx.Var[str]
    on_pick: rx.EventHandler[_text]


def placed(
    *children: Any, rows: tuple[Any, Any], element: str = "div", **props: Any
) -> rx.Component:
    """Put something into the rows of a grid, from the first up to but not the second."""
    return _Placed.create(*children, element=element, from_row=rows[0], to_row=rows[1], **props)


def diary(*children: Any, class_name: str = "") -> rx.Component:
    """Hold a schedule: arrow keys go through its cells, Page Up, Page Down and T turn the day."""
    return _Diary.create(*children, class_name=class_name)


def day_picker(value: Any, label: Text, on_pick: Any) -> rx.Component:
    """Let somebody choose a day; ``on_pick`` gets it as ISO text."""
    return _DayPicker.create(value=value, label=label, on_pick=on_pick)
