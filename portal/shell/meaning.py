"""What a permission opens and what it does not, in two lines that look the same everywhere."""

from typing import Any

import reflex as rx

from portal.shell import icons


def meaning_lines(opens: Any, does_not_open: Any) -> tuple[rx.Component, rx.Component]:
    """Return a line with a tick and a paler one with a dash."""
    return (
        _line(icons.check("mt-0.5 size-5", "text-success"), opens, "flex gap-2"),
        _line(icons.dash("mt-0.5 size-5"), does_not_open, "flex gap-2 text-muted"),
    )


def _line(icon: rx.Component, words: Any, class_name: str) -> rx.Component:
    return rx.el.p(icon, rx.el.span(words), class_name=class_name)
