"""Arrow keys among many buttons, such as the times of a week; the Tab key still reaches each day."""

from typing import Any

import reflex as rx


class _Arrows(rx.Component):
    library = "$/public/kit/arrows.jsx"
    tag = "Arrows"
    alias = "KitArrows"


def arrows(*children: Any, class_name: str = "") -> rx.Component:
    """Hold groups of buttons: left and right go through all, up and down from group to group."""
    return _Arrows.create(*children, class_name=class_name)
