"""Take a time for a holder: the practitioner's, a room's, seats and the patients'."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from portal import clock
from portal.booking.claims import Claim, Taken, claim, taken_of
from portal.booking.offered import Offered
from portal.errors import Invalid, SlotTaken
from portal.models import ClaimedUnit
from portal.words import _

# Somebody else may get each room that looked free; so often another one is tried.
TRIES = 5
NOBODY: Mapping[str, str] = MappingProxyType({})


def take(
    session: Session,
    wanted: Offered,
    held_by: str,
    until_at: datetime | None = None,
    *,
    people: Mapping[str, str] = NOBODY,
) -> None:
    """Take the practitioner's time, a room of each kind that is needed, and the patients' time.

    ``people`` names the visit of each patient.

    Raises:
        SlotTaken: the practitioner or the rooms are not free any more.
        Invalid: one of the patients has another visit then.
    """
    practitioner = wanted.practitioner_id
    theirs = [Claim(visit, person, wanted.units) for person, visit in people.items()]
    for _try in range(TRIES):
        holders = (practitioner, *_free_rooms(session, wanted))
        ours = [Claim(held_by, id_, wanted.blocked, until_at) for id_ in holders]
        try:
            claim(session, [*ours, *theirs])
        except Taken as taken:
            if taken.resource_ids & people.keys():
                raise _busy(people) from None
            if practitioner in taken.resource_ids:
                raise SlotTaken from None
        else:
            return
    raise SlotTaken


def take_seats(
    session: Session,
    gathering_id: str,
    capacity: int,
    count: int,
    held_by: str,
    until_at: datetime | None = None,
) -> None:
    """Take seats of a class.

    Raises:
        SlotTaken: there are not so many left.
    """
    for _try in range(TRIES):
        now = clock.now()
        seats = session.exec(
            select(ClaimedUnit.unit, ClaimedUnit.until_at).where(
                ClaimedUnit.resource_id == gathering_id
            )
        ).all()
        taken = {unit for unit, until in seats if until is None or until > now}
        free = [seat for seat in range(capacity) if seat not in taken][:count]
        if len(free) < count:
            raise SlotTaken(NO_SEAT)
        try:
            claim(
                session,
                [Claim(held_by, gathering_id, range(n, n + 1), until_at) for n in free],
            )
        except Taken:
            continue
        return
    raise SlotTaken(NO_SEAT)


def take_people(session: Session, units: range, people: Mapping[str, str]) -> None:
    """Take the time of patients; ``people`` names each one's visit.

    Raises:
        Invalid: one of them has another visit then.
    """
    try:
        claim(session, [Claim(visit, person, units) for person, visit in people.items()])
    except Taken:
        raise _busy(people) from None


def pass_on(session: Session, visit_id: str, to_visit_id: str, *, besides: str) -> None:
    """Let what one visit has claimed belong to another, but for the time of one patient."""
    mine = col(ClaimedUnit.held_by) == visit_id
    theirs = mine & (col(ClaimedUnit.resource_id) == besides)
    without = {"synchronize_session": False}
    session.exec(delete(ClaimedUnit).where(theirs).execution_options(**without))
    session.exec(
        update(ClaimedUnit).where(mine).values(held_by=to_visit_id).execution_options(**without)
    )


def settle(session: Session, hold_id: str, held_by: str) -> int:
    """Let what a hold has claimed belong to a visit or a gathering for good; return how much."""
    return session.exec(
        update(ClaimedUnit)
        .where(col(ClaimedUnit.held_by) == hold_id)
        .values(held_by=held_by, until_at=None)
        .execution_options(synchronize_session=False)
    ).rowcount


def _free_rooms(session: Session, wanted: Offered) -> Sequence[str]:
    """Return one room of each kind that is needed, all free then."""
    every = [id_ for ids in wanted.rooms for id_ in ids]
    busy = taken_of(session, [Claim("", id_, wanted.blocked) for id_ in every]) if every else set()
    chosen: list[str] = []
    for ids in wanted.rooms:
        room = next((id_ for id_ in ids if id_ not in busy), None)
        if room is None:
            raise SlotTaken
        chosen.append(room)
    return chosen


def _busy(people: Mapping[str, str]) -> Invalid:
    return Invalid({"patient_id": BUSY if len(people) == 1 else SOMEBODY_BUSY})


BUSY = _("This person already has a visit at that time.")
SOMEBODY_BUSY = _("One of these people already has a visit at that time.")
NO_SEAT = _("The last place has just been taken. Nothing was booked. Choose another day, please.")
