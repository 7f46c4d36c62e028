"""Who is told of visits: one mail for each mailbox, asked again when it is sent."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session, col, select

from portal.forms import email_key
from portal.ids import PatientId
from portal.models import OutboxMessage, Visit
from portal.notifications.facts import Person, find_person
from portal.outbox.claim import Claimed
from portal.outbox.kinds import Kind
from portal.outbox.queue import queue
from portal.permissions import Action, Actor, can, who_can


class About(StrEnum):
    """What happened to the visits."""

    BOOKED = "booked"
    CANCELLED = "cancelled"
    MOVED = "moved"


ABOUT = {
    Kind.VISITS_BOOKED: About.BOOKED,
    Kind.VISITS_CANCELLED: About.CANCELLED,
    Kind.VISITS_MOVED: About.MOVED,
}
"""The messages that are fanned out."""


def fan_out(session: Session, message: Claimed) -> None:
    """Queue one mail for each mailbox; doing it again queues nothing twice.

    Relatives never share a mail, and two of them with one mailbox get one mail. The visits stay
    locked: whoever cancels one meanwhile waits, and then knows whether anybody was told.
    """
    about = ABOUT[Kind(message.kind)]
    ids = [id_ for id_, _sequence in message.payload["visits"]]
    locked = select(Visit).where(col(Visit.id).in_(ids)).order_by(col(Visit.id)).with_for_update()
    found = {visit.id: visit for visit in session.exec(locked)}
    visits = [
        found[id_] for id_ in ids if id_ in found and stands(found[id_], about, message.created_at)
    ]
    first, sequence = message.payload["visits"][0]
    for to_ids in _mailboxes(session, visits, message.payload.get("by", "")):
        dedup = f"{Kind.VISIT_MAIL}:{first}:{sequence}:{about}:{to_ids[0]}"
        queued = select(OutboxMessage.id).where(OutboxMessage.dedup == dedup)
        if session.exec(queued).first() is None:
            payload = message.payload | {"about": about, "to_ids": to_ids}
            queue(session, Kind.VISIT_MAIL, dedup=dedup, **payload)


def stands(visit: Visit, about: About, said_at: datetime | None = None) -> bool:
    """Tell whether it is still true; if not there is, or will be, a newer mail."""
    if about is About.CANCELLED:
        return visit.cancelled_at is not None
    moved_again = about is About.MOVED and said_at and visit.moved_at and visit.moved_at > said_at
    return visit.cancelled_at is None and not moved_again


def may_know(session: Session, visit: Visit, reader_id: str, by: str = "") -> bool:
    """Ask whether this reader may be told of the visit now; ``by`` has moved it (`Actor.name`)."""
    if reader_id == visit.patient_id:
        return True
    reader = Actor(patient_id=PatientId(reader_id))
    if can(session, reader, Action.BOOKING_MAIL_COPY, visit.patient_id):
        return True
    # Whoever booked, moved or cancelled it gets an answer, as long as they may see it at all.
    acted = reader.name in (visit.booked_by, visit.cancelled_by, by)
    return acted and can(session, reader, Action.VISIT_READ, visit.patient_id)


def readers_now(session: Session, to_ids: Iterable[str]) -> list[Person]:
    """Return whom a queued mail goes to: those who still share the mailbox of the first."""
    found = (find_person(session, id_) for id_ in to_ids)
    people = [person for person in found if person and person.address]
    return [person for person in people if person.shares_mailbox(people[0])]


def _mailboxes(session: Session, visits: Sequence[Visit], by: str) -> list[list[str]]:
    """Return the patients to tell, grouped by mailbox, a visit's own patient first."""
    boxes: dict[str, list[str]] = {}
    for visit in visits:
        for id_ in _concerned(session, visit, by):
            person = find_person(session, id_)
            if person and person.address and may_know(session, visit, id_, by):
                box = boxes.setdefault(email_key(person.address), [])
                if id_ not in box:
                    box.append(id_)
    return list(boxes.values())


def _concerned(session: Session, visit: Visit, by: str) -> list[str]:
    """List the patient, those with a copy, and who had a hand in it."""
    ids = [visit.patient_id, *who_can(session, Action.BOOKING_MAIL_COPY, visit.patient_id)]
    for actor in (visit.booked_by, visit.cancelled_by or "", by):
        kind, _colon, id_ = actor.partition(":")
        if kind == "patient":
            ids.append(id_)
    return list(dict.fromkeys(ids))
