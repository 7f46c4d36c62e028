"""Visits in somebody's time off, cancelled a few at a time: what is done stays done."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from sqlmodel import Session, col, select

from portal import clock
from portal.errors import NotFound
from portal.forms import Form
from portal.ids import Id, is_id
from portal.models import Gathering, Practitioner, TimeOff, Visit
from portal.permissions import Action, Actor
from portal.staff.affected.service import AffectedVisit, affected_by_time_off
from portal.staff.rights import require_at_clinic
from portal.staff.typed import long_text
from portal.visits.cancel import MOST_REASON, cancel_gathering, cancel_visit

AT_ONCE = 20  # visits in one transaction: nobody else waits long for it


class TellForm(Form):
    """Which time off, and what everybody is told."""

    time_off_id: Id
    reason: Annotated[str, long_text(MOST_REASON)] = ""


@dataclass(frozen=True)
class AwayFile:
    """Time off, and the visits to come that lie in it."""

    id: str
    practitioner_name: str
    starts_at: datetime  # UTC
    ends_at: datetime
    reason: str  # for colleagues
    visits: tuple[AffectedVisit, ...]


def read_time_off(session: Session, actor: Actor, time_off_id: str) -> AwayFile:
    """Return time off with the visits in it.

    Raises:
        NotAllowed: the actor does not look after the schedule.
        NotFound: there is no such time off any more.
    """
    require_at_clinic(session, actor, Action.SCHEDULE_EDIT)
    off = session.get(TimeOff, time_off_id) if is_id(time_off_id) else None
    if off is None:
        raise NotFound
    return AwayFile(
        id=off.id,
        practitioner_name=session.get_one(Practitioner, off.practitioner_id).name,
        starts_at=off.starts_at,
        ends_at=off.ends_at,
        reason=off.reason,
        visits=affected_by_time_off(session, off.practitioner_id, off.starts_at, off.ends_at),
    )


def cancel_some(session: Session, actor: Actor, form: TellForm) -> int:
    """Cancel the next visits in a time off, each with a mail that offers other times.

    Group visits and classes go as a whole. Return how many visits are left; called again it goes on
    with those.

    Raises:
        NotAllowed, NotFound: as `read_time_off`.
    """
    file = read_time_off(session, actor, form.time_off_id)
    for one in file.visits[:AT_ONCE]:
        visit = session.get_one(Visit, one.id)
        if visit.cancelled_at:  # with its group, a moment ago
            continue
        if visit.gathering_id:
            cancel_gathering(session, actor, visit.gathering_id, form.reason)
        else:
            cancel_visit(session, actor, visit.id, reason=form.reason)
    session.flush()
    left = len(read_time_off(session, actor, form.time_off_id).visits)
    if not left:
        _call_off_empty(session, actor, form)
    return left


def _call_off_empty(session: Session, actor: Actor, form: TellForm) -> None:
    """Call off classes to which nobody has booked yet, so that nobody does."""
    off = session.get_one(TimeOff, form.time_off_id)
    ids = session.exec(
        select(Gathering.id).where(
            Gathering.practitioner_id == off.practitioner_id,
            Gathering.starts_at < off.ends_at,
            Gathering.ends_at > off.starts_at,
            Gathering.starts_at > clock.now(),
            col(Gathering.cancelled_at).is_(None),
        )
    ).all()
    for id_ in ids:
        cancel_gathering(session, actor, id_, form.reason)
