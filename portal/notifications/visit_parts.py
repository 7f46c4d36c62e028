"""One visit as a mail tells it: whose, when, with whom and where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from portal import say
from portal.ids import PatientId
from portal.models import Location, Patient, Practitioner, Service, Visit
from portal.notifications.facts import Person, face_of, find_person, maker, plain_name
from portal.notifications.letter import Item, Part
from portal.notifications.visit_readers import About, may_know, stands
from portal.permissions import Action, Actor, can
from portal.visits.companions import companions
from portal.words import _, ngettext

_BOOKED = (
    select(Visit, Service, Practitioner, Location)
    .join(Service, col(Service.id) == col(Visit.service_id))
    .join(Practitioner, col(Practitioner.id) == col(Visit.practitioner_id))
    .join(Location, col(Location.id) == col(Visit.location_id))
    .where(Visit.id == bindparam("visit_id"))
)
_ZONE = select(Patient.zone).where(Patient.id == bindparam("patient_id"))


@dataclass(frozen=True)
class Told:
    """One visit in a mail, and who of the mailbox may know of it."""

    visit: Visit
    service: Service
    practitioner: Practitioner
    place: Location
    patient: Person
    readers: tuple[Person, ...]  # at least one; the patient first, where they are among them

    @property
    def when(self) -> str:
        """Say the time on the wall clock of the place."""
        return say.day_time(self.visit.starts_at.astimezone(ZoneInfo(self.place.zone)))

    @property
    def is_own(self) -> bool:
        """Tell whether nobody but the patient reads of it here."""
        alone = [reader.id for reader in self.readers] == [self.patient.id]
        return alone and self.patient.has_account


def told_of(session: Session, payload: Mapping[str, Any], readers: Sequence[Person]) -> list[Told]:
    """Return the visits of a queued mail that are still true and that these may know of now."""
    told: list[Told] = []
    for visit_id, _sequence in payload["visits"]:
        row = session.exec(_BOOKED, params={"visit_id": visit_id}).first()
        if row is None or not stands(row[0], About(payload["about"])):
            continue
        patient_id = row[0].patient_id
        patient = find_person(session, patient_id)
        by = payload.get("by", "")
        knowing = [one for one in readers if may_know(session, row[0], one.id, by)]
        if patient and knowing:
            knowing.sort(key=lambda one: one.id != patient_id)
            told.append(Told(*row, patient, tuple(knowing)))
    return told


def part_of(
    session: Session,
    one: Told,
    payload: Mapping[str, Any],
    *,
    hide_service: bool,
    besides: Sequence[Told],
) -> Part:
    """Tell one visit, on its patient's colour; ``besides`` are all that the mail tells of."""
    visit, reader = one.visit, one.readers[0]
    about = About(payload["about"])
    by, words = {
        About.BOOKED: (visit.booked_by, _("Booked by")),
        About.CANCELLED: (visit.cancelled_by or "", _("Cancelled by")),
        About.MOVED: (payload.get("by", ""), _("Moved by")),
    }[about]
    cancelled = about is About.CANCELLED
    items = (
        Item(f"{one.when} ({say.zone(one.place.zone)})", _("When")),
        Item(_own_clock(session, one), _("On your clock")),
        Item(_before(one, payload.get("was") or {}), _("Before")),
        Item(one.practitioner.name, _("With")),
        Item("" if hide_service else one.service.name, _("What for")),
        Item(", ".join(filter(None, (one.place.name, one.place.address))), _("Where")),
        Item("" if cancelled else _others(session, one, besides), _("Together with")),
        Item(maker(session, by, reader.id, one.patient.id), words),
        Item((visit.cancel_reason or "") if cancelled else "", _("Reason")),
    )
    said = tuple(item for item in items if item.text)
    return Part(one.patient.full, items=said, face=face_of(session, one.patient, reader.id))


def may_see(session: Session, one: Told) -> bool:
    """Tell whether a reader has a log-in that shows the visit."""
    return any(
        reader.has_account
        and can(session, _as_actor(reader), Action.VISIT_READ, one.visit.patient_id)
        for reader in one.readers
    )


def _as_actor(reader: Person) -> Actor:
    return Actor(patient_id=PatientId(reader.id))


def _own_clock(session: Session, one: Told) -> str:
    """Say the time in the zone the reader has chosen, where its clocks show another."""
    zone = session.exec(_ZONE, params={"patient_id": one.readers[0].id}).first()
    if not zone:
        return ""
    own = one.visit.starts_at.astimezone(ZoneInfo(zone))
    there = one.visit.starts_at.astimezone(ZoneInfo(one.place.zone))
    same = own.utcoffset() == there.utcoffset()
    return "" if same else f"{say.day_time(own)} ({say.zone(zone)})"


def _before(one: Told, was: Mapping[str, str]) -> str:
    """Say the time that a visit was moved from."""
    if one.visit.id not in was:
        return ""
    at = datetime.fromisoformat(was[one.visit.id])
    return say.day_time(at.astimezone(ZoneInfo(one.place.zone)))


def _others(session: Session, one: Told, besides: Sequence[Told]) -> str:
    """Name who else comes along; those whom the mail tells of are named there."""
    readers = [reader.id for reader in one.readers]
    listed = {other.visit.id for other in besides}
    known, more = companions(session, one.visit, readers, besides=listed)
    names = [f"{plain_name(each.called)} {plain_name(each.last_name)}" for each in known]
    if more:
        names.append(ngettext("{n} more person", "{n} more people", more).format(n=more))
    return ", ".join(names)
