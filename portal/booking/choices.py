"""What somebody has chosen so far, as the address carries it from step to step; none is trusted.

So a reload, the back button or a lost connection never loses it; each step checks it anew.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from portal import routes
from portal.ids import is_id

MOST_PEOPLE = 12


@dataclass(frozen=True)
class Choices:
    """The parameters of booking's addresses; what is not chosen is empty."""

    service: str = ""
    practitioner: str = ""
    people: tuple[str, ...] = ()
    several: bool = False  # more than one person may be chosen
    order: str = ""  # what is kept already
    instead: str = ""  # the kept time that is to be changed
    move: str = ""  # the visit that is to be moved
    view: str = ""  # "month", or a week
    back: bool = False  # somebody new is added on the way: then back to booking

    def href(self, path: str, **changes: Any) -> str:
        """Return the address of a step with these choices, some of them changed."""
        one = replace(self, **changes)
        return routes.with_query(
            path,
            service=one.service,
            several="yes" if one.several and len(one.people) < 2 else "",
            order=one.order,
            instead=one.instead,
            move=one.move,
            view=one.view,
            back="book" if one.back else "",
            **{"with": one.practitioner, "for": ".".join(one.people)},
        )


def read_choices(query: Mapping[str, str]) -> Choices:
    """Read the parameters of an address; what cannot be one is as if it were not there."""
    people = tuple(dict.fromkeys(filter(is_id, query.get("for", "").split("."))))[:MOST_PEOPLE]
    ids = ("service", "with", "order", "instead", "move")
    service, practitioner, order, instead, move = (
        value if is_id(value := query.get(name, "")) else "" for name in ids
    )
    return Choices(
        service=service,
        practitioner=practitioner,
        people=people,
        several=len(people) > 1 or query.get("several") == "yes",
        order=order,
        instead=instead,
        move=move,
        view="month" if query.get("view") == "month" else "",
        back=query.get("back") == "book",
    )
