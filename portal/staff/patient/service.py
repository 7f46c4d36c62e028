"""One patient as staff see them: details, visits, what is flagged. Each opening is on the trail."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from portal import audit, clock
from portal.errors import NotFound
from portal.live import touch
from portal.models import Location, Patient, Practitioner, Service, Visit
from portal.permissions import Action, Actor, can, require, require_row
from portal.staff.briefs import Brief, find_people

OPENED = "profile.open"
SEEN_TO = "profile.seen_to"
MOST_VISITS = 10  # of those to come, and of those past


@dataclass(frozen=True)
class VisitLine:
    """One visit of the patient."""

    id: str
    starts_at: datetime  # on the wall clock of its place
    service_name: str
    practitioner_name: str
    location_name: str
    is_cancelled: bool
    flag: str


@dataclass(frozen=True)
class PatientFile:
    """What the page of one patient shows, relationships apart."""

    who: Brief
    first_name: str  # as in papers
    preferred_name: str
    pronouns: str
    phone: str
    flag: str
    mailbox_with: str  # whose mailbox it is too, by name
    joined_name: str
    may_edit: bool
    online_barred: bool
    coming: tuple[VisitLine, ...]
    past: tuple[VisitLine, ...]


def open_patient(session: Session, actor: Actor, patient_id: str) -> PatientFile:
    """Return a patient's page and note who opened it, for the patient to see.

    Raises:
        NotFound: there is no such patient, or a practitioner has never seen them.
    """
    file = read_patient(session, actor, patient_id)
    audit.record(session, actor, OPENED, patient_id)
    return file


def read_patient(session: Session, actor: Actor, patient_id: str) -> PatientFile:
    """Return the page of a patient that is open already, as it is now.

    Raises:
        NotFound: likewise.
    """
    require(session, actor, Action.PROFILE_READ, patient_id)
    patient = session.get_one(Patient, patient_id)
    who = find_people(session, [patient_id])[patient_id]
    others = find_people(session, {who.manager_id, who.joined_into} - {""})
    manager, joined = others.get(who.manager_id), others.get(who.joined_into)
    shared = manager is not None and who.shares_mailbox(manager)
    return PatientFile(
        who=who,
        first_name=patient.first_name,
        preferred_name=patient.preferred_name or "",
        pronouns=patient.pronouns or "",
        phone=patient.phone or "",
        flag=patient.flag or "",
        mailbox_with=manager.full_name if manager and shared else "",
        joined_name=joined.full_name if joined else "",
        may_edit=can(session, actor, Action.PROFILE_EDIT, patient_id),
        online_barred=patient.online_barred,
        coming=_visits(session, patient_id, coming=True),
        past=_visits(session, patient_id, coming=False),
    )


def clear_flag(session: Session, actor: Actor, patient_id: str) -> None:
    """Note that somebody has looked at what a profile is flagged for.

    Raises:
        NotFound, NotAllowed: the actor may not change this profile.
    """
    require(session, actor, Action.PROFILE_EDIT, patient_id)
    patient = session.get(Patient, patient_id, with_for_update=True)
    if patient is None:
        raise NotFound
    if patient.flag:
        audit.record(session, actor, SEEN_TO, patient_id, flag=patient.flag)
        patient.flag = None
        session.add(patient)
        touch(session, patient_id)


def clear_visit_flag(session: Session, actor: Actor, visit_id: str) -> None:
    """Note that somebody has looked at what a visit is flagged for.

    Raises:
        NotFound: there is no such visit, or it is not this actor's to see to.
    """
    visit = require_row(session, actor, Action.PROFILE_EDIT, Visit, visit_id)
    if visit.flag:
        audit.record(session, actor, SEEN_TO, visit.patient_id, flag=visit.flag, visit=visit.id)
        visit.flag = None
        session.add(visit)
        touch(session, visit.patient_id)


def _visits(session: Session, patient_id: str, *, coming: bool) -> tuple[VisitLine, ...]:
    starts, now = col(Visit.starts_at), clock.now()
    rows = session.exec(
        select(Visit, Service, Practitioner, Location)
        .join(Service, col(Service.id) == col(Visit.service_id))
        .join(Practitioner, col(Practitioner.id) == col(Visit.practitioner_id))
        .join(Location, col(Location.id) == col(Visit.location_id))
        .where(Visit.patient_id == patient_id, starts > now if coming else starts <= now)
        .order_by(starts if coming else starts.desc())
        .limit(MOST_VISITS)
    ).all()
    return tuple(
        VisitLine(
            id=visit.id,
            starts_at=visit.starts_at.astimezone(ZoneInfo(location.zone)),
            service_name=service.name,
            practitioner_name=practitioner.short_name,
            location_name=location.name,
            is_cancelled=visit.cancelled_at is not None,
            flag=visit.flag or "",
        )
        for visit, service, practitioner, location in rows
    )
