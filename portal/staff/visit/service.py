"""One visit as staff see it, and noting who came."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from portal import audit, clock
from portal.booking.rows import ServiceKind
from portal.errors import Invalid, NotFound
from portal.ids import is_id
from portal.live import touch
from portal.models import (
    Account,
    Gathering,
    Location,
    Patient,
    Practitioner,
    RelationshipSide,
    Service,
    Staff,
    Visit,
)
from portal.permissions import Action, Actor, can, require_row
from portal.staff.patients.service import full_name
from portal.staff.rights import reaches, require_staff
from portal.visits.service import touch_readers
from portal.words import _

Mark = Literal["arrived", "no_show", ""]
MOST = 50


@dataclass(frozen=True)
class Other:
    """Somebody whom the one who looks may know: in the same group visit, or a relative."""

    id: str  # of their visit, or of the relative
    name: str


@dataclass(frozen=True)
class VisitFile:
    """Everything that the page of one visit shows."""

    id: str
    patient_id: str
    patient_name: str
    phone: str
    unconfirmed: bool
    service_id: str
    service_name: str
    practitioner_id: str
    practitioner_name: str
    place: str
    zone: str
    starts_at: datetime  # UTC
    ends_at: datetime
    first_starts_at: datetime | None
    price_cents: int
    currency: str
    note: str
    flag: str
    booked_by: str  # by name
    booked_at: datetime
    cancelled_by: str
    cancelled_at: datetime | None
    cancel_reason: str
    mark: Mark
    kind: ServiceKind
    others: tuple[Other, ...]  # in the same group visit or class
    unnamed: int
    pays: bool  # for a group visit
    relatives: tuple[Other, ...]  # for whom the visit may have been meant
    may_cancel: bool  # and move
    may_edit: bool
    can_arrive: bool
    can_miss: bool


def read_visit(session: Session, actor: Actor, visit_id: str) -> VisitFile:
    """Return one visit.

    Raises:
        NotFound: there is none, or a practitioner has never seen the patient.
    """
    require_staff(actor)
    row = None
    if is_id(visit_id):
        row = session.exec(
            select(Visit, Patient, Service, Location).where(
                Visit.id == visit_id,
                Patient.id == Visit.patient_id,
                Service.id == Visit.service_id,
                Location.id == Visit.location_id,
            )
        ).first()
    if row is None or not can(session, actor, Action.VISIT_READ, row[0].patient_id):
        raise NotFound
    visit, patient, service, place = row
    account = session.exec(select(Account).where(Account.patient_id == patient.id)).first()
    gathering = session.get(Gathering, visit.gathering_id) if visit.gathering_id else None
    others, unnamed = _others(session, actor, visit)
    now = clock.now()
    here = visit.cancelled_at is None
    to_come = here and visit.starts_at > now
    return VisitFile(
        id=visit.id,
        patient_id=patient.id,
        patient_name=full_name(patient),
        phone=patient.phone or "",
        unconfirmed=account is not None and account.verified_at is None,
        service_id=service.id,
        service_name=service.name,
        practitioner_id=visit.practitioner_id,
        practitioner_name=session.get_one(Practitioner, visit.practitioner_id).name,
        place=place.name,
        zone=place.zone,
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        first_starts_at=visit.first_starts_at,
        price_cents=visit.price_cents,
        currency=visit.currency,
        note=visit.note,
        flag=visit.flag or "",
        booked_by=_name_of(session, actor, visit.booked_by),
        booked_at=visit.booked_at,
        cancelled_by=_name_of(session, actor, visit.cancelled_by or ""),
        cancelled_at=visit.cancelled_at,
        cancel_reason=visit.cancel_reason or "",
        mark="arrived" if visit.arrived_at else "no_show" if visit.no_show_at else "",
        kind=ServiceKind(gathering.kind) if gathering else ServiceKind.INDIVIDUAL,
        others=others,
        unnamed=unnamed,
        pays=gathering is not None and gathering.primary_id == patient.id,
        relatives=_relatives(session, actor, patient.id),
        may_cancel=to_come and can(session, actor, Action.VISIT_CANCEL, patient.id),
        may_edit=can(session, actor, Action.PROFILE_EDIT, patient.id),
        can_arrive=here and is_day_of(visit, place, now),
        can_miss=here and visit.starts_at <= now,
    )


def is_day_of(visit: Visit, place: Location, now: datetime) -> bool:
    """Tell whether the day of a visit has come, on the calendar of its place."""
    zone = ZoneInfo(place.zone)
    return visit.starts_at.astimezone(zone).date() <= now.astimezone(zone).date()


def mark_visit(session: Session, actor: Actor, visit_id: str, mark: Mark) -> None:
    """Note that somebody arrived, or did not come; or take such a note back.

    Raises:
        NotFound: there is no such visit, or the actor may not mark it.
        Invalid: it was cancelled, its day has not come, or it has not begun.
    """
    visit = require_row(session, actor, Action.VISIT_MARK, Visit, visit_id)
    place, now = session.get_one(Location, visit.location_id), clock.now()
    if visit.cancelled_at:
        raise Invalid({"": _("This visit was cancelled. Reload the page.")})
    if mark == "arrived" and not is_day_of(visit, place, now):
        raise Invalid({"": _("This visit is on another day. Mark it when the day has come.")})
    if mark == "no_show" and visit.starts_at > now:
        raise Invalid({"": _("This visit has not begun yet. Mark it after its start.")})
    visit.arrived_at = (visit.arrived_at or now) if mark == "arrived" else None
    visit.no_show_at = (visit.no_show_at or now) if mark == "no_show" else None
    session.add(visit)
    audit.record(session, actor, Action.VISIT_MARK, visit.patient_id, visit=visit.id, mark=mark)
    touch(session, visit.practitioner_id)
    touch_readers(session, visit.patient_id)


def _others(session: Session, actor: Actor, visit: Visit) -> tuple[tuple[Other, ...], int]:
    """Return who else comes to the same group visit or class, and how many are not named."""
    if visit.gathering_id is None:
        return (), 0
    who = aliased(Patient)
    rows = session.exec(
        select(Visit.id, who, reaches(actor, Action.VISIT_READ, col(Visit.patient_id)))
        .join(who, col(who.id) == col(Visit.patient_id))
        .where(
            Visit.gathering_id == visit.gathering_id,
            Visit.id != visit.id,
            col(Visit.cancelled_at).is_(None),
        )
        .order_by(col(who.first_name), col(who.id))
        .limit(MOST)
    ).all()
    known = tuple(Other(id_, full_name(patient)) for id_, patient, may_know in rows if may_know)
    return known, len(rows) - len(known)


def _relatives(session: Session, actor: Actor, patient_id: str) -> tuple[Other, ...]:
    """Return the relatives for whom the actor could book."""
    who = aliased(Patient)
    rows = session.exec(
        select(who)
        .join(RelationshipSide, col(RelationshipSide.member_id) == col(who.id))
        .where(
            RelationshipSide.patient_id == patient_id,
            col(RelationshipSide.ended_at).is_(None),
            reaches(actor, Action.VISIT_BOOK, col(who.id)),
        )
        .order_by(col(who.first_name), col(who.id))
        .limit(MOST)
    ).all()
    return tuple(Other(one.id, full_name(one)) for one in rows)


def _name_of(session: Session, actor: Actor, name: str) -> str:
    """Return who stands behind an actor's name, as far as the one who looks may know them."""
    kind, _colon, id_ = name.partition(":")
    if kind == "staff":
        staff = session.get(Staff, id_)
        return staff.name if staff else ""
    if kind == "patient" and can(session, actor, Action.VISIT_READ, id_):
        return full_name(session.get_one(Patient, id_))
    return _("A family member") if kind == "patient" else ""
