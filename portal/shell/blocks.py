"""A repeated group of fields, such as one for each family member."""

from typing import Any

import reflex as rx

from portal.shell.parts import Blocks
from portal.words import _

MAX_BLOCKS = 12


def blocks(
    name: str,
    *template: Any,
    title: str | None = None,
    add_label: str | None = None,
    remove_label: str | None = None,
    max: int = MAX_BLOCKS,  # noqa: A002
    min: int = 1,  # noqa: A002
    first_colour: Any = 2,
) -> rx.Component:
    """Repeat the fields of ``template`` for each person on a list kept in the browser.

    Sent as a list under ``name``. Fields ``first_name`` and ``last_name`` give each block its face
    and heading. ``title`` names a block by its number ("Family member {n}"); ``first_colour`` is
    the colour (1 to 8) the first of them will get.
    """
    return Blocks.create(
        *template,
        blocks_name=name,
        min=min,
        max=max,
        first_colour=first_colour,
        texts={
            "title": title or _("Family member {n}"),
            "add": add_label or _("Add Another Family Member"),
            "remove": remove_label or _("Take off list"),
            "added": _("{title} added. Fill in the fields."),
            "removed": _("{who} is off the list."),
            "undo": _("Undo"),
            "back": _("{who} is back on the list."),
            "full": _("You can add {n} people here. Add more later in My Account."),
        },
    )
