"""The few icons of the portal, drawn from Lucide (ISC, see ``assets/LICENCES.txt``).

Icons say nothing to a screen reader: the words beside them do.
"""

from collections.abc import Callable
from typing import Any

import reflex as rx

Icon = Callable[..., rx.Component]

_svg = rx.el.svg

# As attributes: rx.el would turn them into styles, which the CSP refuses.
_PEN = {
    "aria-hidden": "true",
    "fill": "none",
    "stroke": "currentColor",
    "strokeWidth": "2",
    "strokeLinecap": "round",
    "strokeLinejoin": "round",
}


def _icon(*shapes: tuple[str, dict[str, Any]]) -> Icon:
    """Return a function that draws these shapes, in a size given by Tailwind classes."""

    def draw(size: str = "size-5", colour: str = "") -> rx.Component:
        """Draw the icon; ``size`` and ``colour`` are Tailwind classes."""
        return rx.el.svg(
            *(getattr(_svg, shape)(**sizes) for shape, sizes in shapes),
            class_name=f"{size} {colour} shrink-0".replace("  ", " "),
            view_box="0 0 24 24",
            custom_attrs=_PEN,
        )

    return draw


def _path(*lines: str) -> list[tuple[str, dict[str, Any]]]:
    return [("path", {"d": line}) for line in lines]


def _circle(x: int, y: int, radius: int) -> tuple[str, dict[str, Any]]:
    return ("circle", {"cx": str(x), "cy": str(y), "r": str(radius)})


def _rect(x: int, y: int, width: int, height: int, radius: int) -> tuple[str, dict[str, Any]]:
    size = {"x": str(x), "y": str(y), "width": str(width), "height": str(height)}
    return ("rect", {**size, "rx": str(radius)})


check = _icon(*_path("M20 6 9 17l-5-5"))
pencil = _icon(
    *_path(
        "M21.174 6.812a1 1 0 0 0-3.986-3.987L3.842 16.174a2 2 0 0 0-.5.83l-1.321 4.352"
        "a.5.5 0 0 0 .623.622l4.353-1.32a2 2 0 0 0 .83-.497z",
        "m15 5 4 4",
    )
)
dash = _icon(*_path("M5 12h14"))
cross = _icon(*_path("M18 6 6 18", "m6 6 12 12"))
chevron_down = _icon(*_path("m6 9 6 6 6-6"))
chevron_right = _icon(*_path("m9 18 6-6-6-6"))
chevron_left = _icon(*_path("m15 18-6-6 6-6"))
alert = _icon(_circle(12, 12, 10), *_path("M12 8v4", "M12 16h.01"))
info = _icon(_circle(12, 12, 10), *_path("M12 16v-4", "M12 8h.01"))
stops = _icon(_circle(12, 12, 10), *_path("m15 9-6 6", "m9 9 6 6"))
stays = _icon(_circle(12, 12, 10), *_path("m16 9-5.5 5.5L8 12"))
clock = _icon(_circle(12, 12, 10), *_path("M12 6v6l4 2"))
mail = _icon(
    *_path("m22 7-8.991 5.727a2 2 0 0 1-2.009 0L2 7"),
    _rect(2, 4, 20, 16, 2),
)
person = _icon(_circle(12, 8, 5), *_path("M20 21a8 8 0 0 0-16 0"))
person_add = _icon(
    *_path("M16 21v-2a4 4 0 0 0-4-4H6a4 4 0 0 0-4 4v2", "M19 8v6", "M22 11h-6"),
    _circle(9, 7, 4),
)
people = _icon(
    *_path(
        "M16 21v-2a4 4 0 0 0-4-4H6a4 4 0 0 0-4 4v2",
        "M16 3.128a4 4 0 0 1 0 7.744",
        "M22 21v-2a4 4 0 0 0-3-3.87",
    ),
    _circle(9, 7, 4),
)
bell = _icon(
    *_path(
        "M10.268 21a2 2 0 0 0 3.464 0",
        "M3.262 15.326A1 1 0 0 0 4 17h16a1 1 0 0 0 .74-1.673C19.41 13.956 18 12.499 18 8"
        "A6 6 0 0 0 6 8c0 4.499-1.411 5.956-2.738 7.326",
    )
)
repeat = _icon(
    *_path(
        "m17 2 4 4-4 4", "M3 11v-1a4 4 0 0 1 4-4h14", "m7 22-4-4 4-4", "M21 13v1a4 4 0 0 1-4 4H3"
    )
)
calendar = _icon(
    *_path(
        "M8 2v3",
        "M16 2v3",
        "M3 9h18",
        "M8 13h.01",
        "M12 13h.01",
        "M16 13h.01",
        "M8 17h.01",
        "M12 17h.01",
        "M16 17h.01",
    ),
    _rect(3, 3, 18, 18, 2),
)
calendar_add = _icon(
    *_path(
        "M16 18h6",
        "M16 2v3",
        "M19 15v6",
        "M21 11.5V5a2 2 0 0 0-2-2H5a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h8.3",
        "M3 9h18",
        "M8 2v3",
    )
)
place = _icon(
    *_path(
        "M20 10c0 4.993-5.539 10.193-7.399 11.799a1 1 0 0 1-1.202 0"
        "C9.539 20.193 4 14.993 4 10a8 8 0 0 1 16 0"
    ),
    _circle(12, 10, 3),
)
undo = _icon(
    *_path("M9 14 4 9l5-5", "M4 9h10.5a5.5 5.5 0 0 1 5.5 5.5a5.5 5.5 0 0 1-5.5 5.5H11"),
)
phone = _icon(
    *_path(
        "M13.832 16.568a1 1 0 0 0 1.213-.303l.355-.465A2 2 0 0 1 17 15h3a2 2 0 0 1 2 2v3a2 2 0 0 1"
        "-2 2A18 18 0 0 1 2 4a2 2 0 0 1 2-2h3a2 2 0 0 1 2 2v3a2 2 0 0 1-.8 1.6l-.468.351a1 1 0 0 0"
        "-.292 1.233 14 14 0 0 0 6.392 6.384",
    )
)
emergency = _icon(
    *_path(
        "M7 18v-6a5 5 0 1 1 10 0v6",
        "M5 21a1 1 0 0 0 1 1h12a1 1 0 0 0 1-1v-1a2 2 0 0 0-2-2H7a2 2 0 0 0-2 2z",
        "M21 12h1",
        "M18.5 4.5 18 5",
        "M2 12h1",
        "M12 2v1",
        "m4.929 4.929.707.707",
        "M12 12v6",
    )
)


def logo() -> rx.Component:
    """Draw the clinic's two circles: one beside another."""
    return rx.el.svg(
        _svg.circle(cx="15", cy="16", r="14", class_name="fill-primary"),
        _svg.circle(
            cx="32",
            cy="20.5",
            r="10",
            class_name="fill-accent stroke-base-100",
            custom_attrs={"strokeWidth": "2.5"},
        ),
        class_name="h-8 w-11 shrink-0",
        view_box="0 0 44 32",
        custom_attrs={"aria-hidden": "true"},
    )
