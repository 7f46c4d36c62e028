"""Write the visits of one time, and let them have what they need: the practitioner, a room, seats.

The database, not this code, decides which of two at once gets it.
"""

from collections.abc import Sequence

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from portal import audit, clock
from portal.booking.offered import Offered
from portal.booking.rows import ServiceKind
from portal.booking.take import settle, take, take_people, take_seats
from portal.errors import SlotTaken
from portal.ids import new_id
from portal.models import Gathering, Hold, Visit
from portal.permissions import Action, Actor


def write_visits(
    session: Session,
    actor: Actor,
    wanted: Offered,
    people: Sequence[str],
    request_keys: Sequence[str],
    *,
    kept: Hold | None = None,
    order_id: str | None = None,
    note: str = "",
) -> list[Visit]:
    """Write one visit for each of ``people``, who all come at that time; the first one pays.

    ``kept`` is a live hold, locked by the caller, whose claims they take over.

    Raises:
        SlotTaken: the time, the rooms or the seats are gone.
        Invalid: one of the people has another visit then.
    """
    gathering = _gathering(actor, wanted, people)
    price = kept.price_cents if kept else wanted.service.price_cents
    now = clock.now()
    visits = [
        Visit(
            id=new_id(),
            patient_id=person,
            practitioner_id=wanted.practitioner_id,
            service_id=wanted.service.id,
            location_id=wanted.location_id,
            starts_at=wanted.starts_at,
            ends_at=wanted.ends_at,
            # Whoever comes along to a group visit pays nothing: the first one does.
            price_cents=0 if number and wanted.service.kind == ServiceKind.GROUP else price,
            currency=wanted.currency,
            booked_by=actor.name,
            booked_at=now,
            request_key=key,
            order_id=order_id,
            gathering_id=gathering.id if gathering else None,
            note=note,
        )
        for number, (person, key) in enumerate(zip(people, request_keys, strict=True))
    ]
    with session.begin_nested():  # whoever catches a refusal has not half a visit
        # Units first: they know whose time is taken, PostgreSQL's second guard does not.
        claim_for(session, wanted, visits, kept)
        save_visits(session, visits, gathering)
    for visit in visits:
        audit.record(session, actor, Action.VISIT_BOOK, visit.patient_id, visit=visit.id)
    return visits


def save_visits(session: Session, visits: Sequence[Visit], gathering: Gathering | None) -> None:
    """Insert the rows.

    Raises:
        SlotTaken: PostgreSQL's second guard, or another request with the same key, was quicker.
    """
    try:
        with session.begin_nested():
            if gathering is not None:
                session.add(gathering)
                session.flush()
            session.add_all(visits)
            session.flush()
    except IntegrityError:
        raise SlotTaken from None


def claim_for(
    session: Session, wanted: Offered, visits: Sequence[Visit], kept: Hold | None = None
) -> None:
    """Claim what the visits of one time need, or take it over from a hold.

    Raises:
        SlotTaken: it is gone.
        Invalid: one of the patients has another visit then.
    """
    people = {visit.patient_id: visit.id for visit in visits}
    first = visits[0]
    in_group = wanted.service.kind == ServiceKind.GROUP
    holder = (first.gathering_id or first.id) if in_group else first.id
    if kept is not None:
        if settle(session, kept.id, holder) < needed(wanted):
            # It ran out just now, and somebody else was there.
            raise SlotTaken
        take_people(session, wanted.units, people)
    elif wanted.gathering is not None:
        take_seats(session, wanted.gathering.id, wanted.gathering.capacity, 1, first.id)
        take_people(session, wanted.units, people)
    else:
        take(session, wanted, holder, people=people)


def needed(wanted: Offered) -> int:
    """Return how many units a hold of that time has claimed."""
    if wanted.gathering is not None:
        return 1
    return len(wanted.blocked) * (1 + len(wanted.rooms))


def _gathering(actor: Actor, wanted: Offered, people: Sequence[str]) -> Gathering | None:
    """Return the class they come to, or a new gathering for people who come together."""
    if wanted.service.kind != ServiceKind.GROUP:
        return wanted.gathering
    return Gathering(
        id=new_id(),
        kind=ServiceKind.GROUP,
        service_id=wanted.service.id,
        practitioner_id=wanted.practitioner_id,
        location_id=wanted.location_id,
        starts_at=wanted.starts_at,
        ends_at=wanted.ends_at,
        capacity=wanted.service.capacity,
        primary_id=people[0],
        made_by=actor.name,
        made_at=clock.now(),
    )
