"""What a page remembers of a change that was not saved yet because of visits it affects."""

from collections.abc import Callable
from typing import Any, TypedDict

import reflex as rx

from portal import db, routes, say
from portal.permissions import Actor
from portal.shell.live import put
from portal.staff.affected.service import AffectedVisit, Affects
from portal.words import ngettext


class AffectedView(TypedDict):
    """One visit that a change affects."""

    id: str
    when: str
    who: str
    what: str
    href: str


class AffectedList(rx.State, mixin=True):
    """The list that a change has to be confirmed with; a mixin beside `PageState`."""

    affected: list[AffectedView] = []
    affected_more: str = ""
    confirm: str = ""  # the fingerprint of the list shown


def show_affected(state: Any, error: Affects) -> None:
    """Show what an unconfirmed change affects."""
    more = error.count - len(error.visits)
    put(
        state,
        affected=[view_of(visit) for visit in error.visits],
        affected_more=ngettext("And {n} more.", "And {n} more.", more).format(n=more)
        if more
        else "",
        confirm=error.fingerprint,
        message=error.message,
    )


def forget_affected(state: Any) -> None:
    """Forget the list: another change begins, or this one is saved."""
    put(state, affected=[], affected_more="", confirm="")


async def change(state: Any, use_case: Callable[..., Any], actor: Actor, *given: Any) -> Any:
    """Run a change; where it has to be confirmed first, show the list and return None.

    What a use case returns must not be None.
    """
    try:
        done = await db.write(use_case, actor, *given)
    except Affects as error:
        show_affected(state, error)
        return None
    forget_affected(state)
    return done


def view_of(visit: AffectedVisit) -> AffectedView:
    """Return one visit in words."""
    at = visit.starts_local
    day = at.date()
    what = (visit.service_name, visit.practitioner_name, visit.location_name)
    return AffectedView(
        id=visit.id,
        when=f"{say.weekday(day)} {say.day_year(day)}, {say.clock_time(at)}",
        who=visit.patient_name,
        what=", ".join(what),
        href=routes.with_query(routes.STAFF_VISIT, id=visit.id),
    )
