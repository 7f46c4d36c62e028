"""Mails about a visit: to the patient, those with a copy, and whoever booked or cancelled it."""

from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from portal import routes, say
from portal.config import settings
from portal.forms import email_key
from portal.ids import PatientId
from portal.models import Location, OutboxMessage, Practitioner, Service, Visit
from portal.notifications.facts import Person, face_of, find_person, maker
from portal.notifications.letter import Item, Letter, Link, Part
from portal.outbox.claim import Claimed
from portal.outbox.kinds import Kind
from portal.outbox.queue import queue
from portal.permissions import Action, Actor, can, who_can
from portal.words import _

Booked = tuple[Visit, Service, Practitioner, Location]
_BOOKED = (
    select(Visit, Service, Practitioner, Location)
    .join(Service, col(Service.id) == col(Visit.service_id))
    .join(Practitioner, col(Practitioner.id) == col(Visit.practitioner_id))
    .join(Location, col(Location.id) == col(Visit.location_id))
    .where(Visit.id == bindparam("visit_id"))
)
_QUEUED = select(OutboxMessage.id).where(OutboxMessage.dedup == bindparam("dedup"))


class About(StrEnum):
    """What happened to the visit."""

    BOOKED = "booked"
    CANCELLED = "cancelled"


def fan_out(session: Session, message: Claimed) -> None:
    """Queue one mail for each mailbox; doing it again queues nothing twice.

    Relatives never share a mail, and two of them with one mailbox get one mail.
    """
    visit = session.get(Visit, message.payload["visit_id"])
    if visit is None:
        return
    about = About.BOOKED if message.kind == Kind.VISIT_BOOKED else About.CANCELLED
    sequence = message.payload["sequence"]
    for to_ids in _mailboxes(session, visit):
        dedup = f"{Kind.VISIT_MAIL}:{visit.id}:{sequence}:{about}:{to_ids[0]}"
        if session.exec(_QUEUED, params={"dedup": dedup}).first() is None:
            queue(
                session,
                Kind.VISIT_MAIL,
                dedup=dedup,
                visit_id=visit.id,
                sequence=sequence,
                about=about,
                to_ids=to_ids,
            )


def visit_mail(session: Session, message: Claimed) -> Letter | None:
    """Write to one mailbox, if somebody there may still know; the address is today's."""
    booked = session.exec(_BOOKED, params={"visit_id": message.payload["visit_id"]}).first()
    about = About(message.payload["about"])
    if booked is None or (about is About.CANCELLED) != (booked[0].cancelled_at is not None):
        # Undone or cancelled meanwhile: there is, or will be, a newer mail.
        return None
    visit = booked[0]
    patient = find_person(session, visit.patient_id)
    found = (
        patient if id_ == visit.patient_id else find_person(session, id_)
        for id_ in message.payload["to_ids"]
        if _may_know(session, visit, id_)
    )
    readers = [person for person in found if person and person.address]
    if patient is None or not readers:
        return None
    own = [reader.id for reader in readers] == [patient.id] and patient.has_account
    return _letter(session, booked, about, patient, readers[0], own=own)


def _mailboxes(session: Session, visit: Visit) -> list[list[str]]:
    """Return the patients to tell, grouped by mailbox, the visit's own patient first."""
    ids = [visit.patient_id, *who_can(session, Action.BOOKING_MAIL_COPY, visit.patient_id)]
    for actor in (visit.booked_by, visit.cancelled_by or ""):
        kind, _colon, id_ = actor.partition(":")
        if kind == "patient":
            ids.append(id_)
    boxes: dict[str, list[str]] = {}
    for id_ in dict.fromkeys(ids):
        person = find_person(session, id_)
        if person and person.address and _may_know(session, visit, id_):
            boxes.setdefault(email_key(person.address), []).append(id_)
    return list(boxes.values())


def _may_know(session: Session, visit: Visit, reader_id: str) -> bool:
    """Ask whether this reader may be told of the visit now."""
    if reader_id == visit.patient_id:
        return True
    reader = Actor(patient_id=PatientId(reader_id))
    if can(session, reader, Action.BOOKING_MAIL_COPY, visit.patient_id):
        return True
    # Whoever booked or cancelled it gets an answer, as long as they may see the visit at all.
    acted = reader.name in (visit.booked_by, visit.cancelled_by)
    return acted and can(session, reader, Action.VISIT_READ, visit.patient_id)


def _letter(
    session: Session, booked: Booked, about: About, patient: Person, reader: Person, *, own: bool
) -> Letter:
    visit, service, practitioner, location = booked
    when = say.day_time(visit.starts_at.astimezone(ZoneInfo(location.zone)))
    seen_by = Actor(patient_id=PatientId(reader.id))
    may_see = can(session, seen_by, Action.VISIT_READ, visit.patient_id)
    whose = (
        _("Hello {first}, this email is about your own visit, {name}.").format(
            first=patient.first, name=patient.full
        )
        if own
        else _("This email is about a visit of {name}.").format(name=patient.full)
    )
    stands = about is About.BOOKED
    words = {
        (True, True): _("Your visit is booked"),
        (True, False): _("The visit for {name} is booked"),
        (False, True): _("Your visit is cancelled"),
        (False, False): _("The visit for {name} is cancelled"),
    }[stands, own]
    by = visit.booked_by if stands else visit.cancelled_by or ""
    details = (
        Item(f"{when} ({say.zone(location.zone)})", _("When")),
        Item(practitioner.name, _("With")),
        Item(service.name, _("What for")),
        Item(f"{location.name}, {location.address}", _("Where")),
        Item(
            maker(session, by, reader.id, patient.id),
            _("Booked by") if stands else _("Cancelled by"),
        ),
    )
    return Letter(
        to=reader.address or "",
        subject=(_("Visit booked: {when}") if stands else _("Visit cancelled: {when}")).format(
            when=when
        ),
        heading=words.format(name=patient.full),
        opening=(whose,),
        parts=(
            Part(patient.full, items=details, face=face_of(session, patient, reader.id)),
        ),
        button=Link(_("See the visits"), settings().origin + routes.APPOINTMENTS)
        if may_see and reader.has_account
        else None,
        closing=(_("To cancel it, sign in or call us."),) if stands and may_see else (),
        why=_(
            "You get this email because the visit is yours, because you booked or cancelled it, or "
            "because you get a copy."
        ),
    )  # fmt: skip
