"""What ending a relationship stops and what stays, counted from what is there."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from portal import clock
from portal.errors import NotFound
from portal.models import Ask, Visit, WaitRequest
from portal.permissions import Action, Actor, Permission, can, require
from portal.sharing.change import held
from portal.sharing.relate import linked


@dataclass(frozen=True)
class Coming:
    """Visits to come that one person booked for the other."""

    count: int = 0
    first_at: datetime | None = None


@dataclass(frozen=True)
class Removal:
    """What the question before a removal lists, seen from one of the two."""

    i_lose: tuple[Permission, ...]
    they_lose: tuple[Permission, ...]
    their_visits: int  # all of theirs to come that I may see now and will not see any more
    booked_by_me: Coming  # of those, the ones I booked: they stay, but I cannot change them
    booked_by_them: Coming  # mine that they booked: they stay mine
    asks: int  # open ones, in both directions
    their_requests: int = 0  # theirs on the wait list that I may see now
    requests_by_them: int = 0  # mine on it that they put there


def about_removal(session: Session, actor: Actor, member_id: str, *, of: str = "") -> Removal:
    """Return what ends and what stays when ``of`` (a patient: oneself) and the member part.

    Raises:
        NotFound: there is no such relationship, or it is not the actor's to end.
    """
    require(session, actor, Action.RELATIONSHIP_REMOVE, member_id)
    me = of if actor.staff_id else actor.me
    if not linked(session, me, member_id):
        raise NotFound(action=Action.RELATIONSHIP_REMOVE, subject_id=member_id)
    sees = bool(actor.staff_id) or can(session, actor, Action.VISIT_READ, member_id)
    theirs = _coming(session, member_id) if sees else Coming()
    by_me = _coming(session, member_id, booked_by=f"patient:{me}") if sees else Coming()
    return Removal(
        i_lose=tuple(held(session, member_id, [me])[me]),
        they_lose=tuple(held(session, me, [member_id])[member_id]),
        their_visits=theirs.count,
        booked_by_me=by_me,
        booked_by_them=_coming(session, me, booked_by=f"patient:{member_id}"),
        asks=_open_asks(session, me, member_id),
        their_requests=_waiting(session, member_id) if sees else 0,
        requests_by_them=_waiting(session, me, asked_by=f"patient:{member_id}"),
    )


def _coming(session: Session, patient_id: str, booked_by: str | None = None) -> Coming:
    query = select(func.count(), func.min(col(Visit.starts_at))).where(
        Visit.patient_id == patient_id,
        col(Visit.starts_at) > clock.now(),
        col(Visit.cancelled_at).is_(None),
    )
    if booked_by is not None:
        query = query.where(Visit.booked_by == booked_by)
    return Coming(*session.exec(query).one())


def _waiting(session: Session, patient_id: str, asked_by: str | None = None) -> int:
    """Count what somebody waits for: it stays, whoever has put them on the list."""
    open_ = (WaitRequest.patient_id == patient_id, col(WaitRequest.ended_at).is_(None))
    query = select(func.count()).select_from(WaitRequest).where(*open_)
    if asked_by is not None:
        query = query.where(WaitRequest.asked_by == asked_by)
    return session.exec(query).one()


def _open_asks(session: Session, me: str, member_id: str) -> int:
    """Count what is open between the two; one that the actor does not hear is not counted."""
    heard = col(Ask.unheard).is_(False) | (col(Ask.holder_id) == me)
    pairs = (Ask.owner_id == member_id) & (Ask.holder_id == me)
    pairs |= (Ask.owner_id == me) & (Ask.holder_id == member_id)
    still = col(Ask.answered_at).is_(None) & (col(Ask.expires_at) > clock.now())
    return session.exec(select(func.count()).select_from(Ask).where(pairs, still, heard)).one()
