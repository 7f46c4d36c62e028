"""Classes to come with who comes, and calling one off."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from sqlalchemy import func, or_
from sqlalchemy import select as select_columns
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from portal import clock
from portal.booking.rows import ServiceKind
from portal.errors import NotFound
from portal.forms import Form
from portal.ids import Id
from portal.live import touch
from portal.models import (
    ClaimedUnit,
    Gathering,
    Location,
    Offer,
    Patient,
    Practitioner,
    Service,
    Visit,
)
from portal.permissions import Action, Actor, may_at_clinic
from portal.staff.patients.service import full_name
from portal.staff.rights import reaches, require_at_clinic
from portal.staff.typed import long_text
from portal.visits.cancel import MOST_REASON, cancel_gathering

MOST = 300
MOST_PEOPLE = 5000
STILL_SHOWN = timedelta(hours=12)  # after its beginning, to mark who came


class CallOffForm(Form):
    """Which class does not take place, and what everybody is told."""

    gathering_id: Id
    reason: Annotated[str, long_text(MOST_REASON)] = ""


@dataclass(frozen=True)
class Guest:
    """Somebody who comes to a class."""

    visit_id: str
    patient_id: str
    name: str
    arrived: bool
    no_show: bool


@dataclass(frozen=True)
class ClassRow:
    """One class to come."""

    id: str
    service_name: str
    practitioner_id: str
    practitioner_name: str
    place: str
    zone: str
    starts_at: datetime  # UTC
    ends_at: datetime
    capacity: int
    taken: int  # seats that are booked or held
    guests: tuple[Guest, ...]  # whom the one who looks may know
    has_begun: bool


@dataclass(frozen=True)
class ClassChoice:
    """A service that is a class, and who gives it."""

    id: str
    name: str
    capacity: int
    practitioners: tuple[tuple[str, str], ...]  # id and name


@dataclass(frozen=True)
class Classes:
    """The classes to come, and what a new one could be."""

    classes: tuple[ClassRow, ...]
    services: tuple[ClassChoice, ...]
    places: tuple[tuple[str, str], ...]
    may_edit: bool


def list_classes(session: Session, actor: Actor) -> Classes:
    """List the classes to come with who comes, as far as the actor may know.

    Raises:
        NotFound: the actor does not work here.
    """
    if actor.kind != "staff":
        raise NotFound
    rows = session.execute(
        select_columns(Gathering, col(Service.name), col(Practitioner.name), Location)
        .join(Service, col(Service.id) == col(Gathering.service_id))
        .join(Practitioner, col(Practitioner.id) == col(Gathering.practitioner_id))
        .join(Location, col(Location.id) == col(Gathering.location_id))
        .where(
            col(Gathering.kind) == ServiceKind.CLASS,
            col(Gathering.cancelled_at).is_(None),
            col(Gathering.starts_at) > clock.now() - STILL_SHOWN,
        )
        .order_by(col(Gathering.starts_at), col(Gathering.id))
        .limit(MOST)
    ).all()
    ids = [row[0].id for row in rows]
    guests, taken = _guests(session, actor, ids), _taken(session, ids)
    now = clock.now()
    places = select(Location.id, Location.name).where(col(Location.ended).is_(False))
    return Classes(
        classes=tuple(
            ClassRow(
                id=one.id,
                service_name=service,
                practitioner_id=one.practitioner_id,
                practitioner_name=who,
                place=place.name,
                zone=place.zone,
                starts_at=one.starts_at,
                ends_at=one.ends_at,
                capacity=one.capacity,
                taken=taken.get(one.id, 0),
                guests=tuple(guests[one.id]),
                has_begun=one.starts_at <= now,
            )
            for one, service, who, place in rows
        ),
        services=_choices(session),
        places=tuple((id_, name) for id_, name in session.exec(places.order_by(col(Location.id)))),
        may_edit=may_at_clinic(session, actor, Action.SCHEDULE_EDIT),
    )


def call_off(session: Session, actor: Actor, form: CallOffForm) -> int:
    """Call a class off and tell everybody who would have come; return how many those were.

    Raises:
        NotAllowed: the actor does not look after the schedule.
        NotFound: there is no such class.
        Invalid: it has begun.
    """
    require_at_clinic(session, actor, Action.SCHEDULE_EDIT)
    gathering = session.get(Gathering, form.gathering_id)
    if gathering is None or gathering.kind != ServiceKind.CLASS:
        raise NotFound
    touch(session, gathering.practitioner_id)
    return cancel_gathering(session, actor, gathering.id, form.reason)


def _guests(session: Session, actor: Actor, ids: Sequence[str]) -> dict[str, list[Guest]]:
    who = aliased(Patient)
    rows = session.execute(
        select_columns(Visit, who)
        .join(who, col(who.id) == col(Visit.patient_id))
        .where(
            col(Visit.gathering_id).in_(ids),
            col(Visit.cancelled_at).is_(None),
            reaches(actor, Action.VISIT_READ, col(Visit.patient_id)),
        )
        .order_by(func.lower(who.first_name), col(who.last_name), col(who.id))
        .limit(MOST_PEOPLE)
    ).all()
    found: dict[str, list[Guest]] = defaultdict(list)
    for visit, patient in rows:
        found[visit.gathering_id or ""].append(
            Guest(
                visit.id,
                patient.id,
                full_name(patient),
                arrived=visit.arrived_at is not None,
                no_show=visit.no_show_at is not None,
            )
        )
    return found


def _taken(session: Session, ids: Sequence[str]) -> dict[str, int]:
    live = or_(col(ClaimedUnit.until_at).is_(None), col(ClaimedUnit.until_at) > clock.now())
    rows = session.execute(
        select_columns(col(ClaimedUnit.resource_id), func.count())
        .where(col(ClaimedUnit.resource_id).in_(ids), live)
        .group_by(col(ClaimedUnit.resource_id))
    ).all()
    return {id_: count for id_, count in rows}  # noqa: C416 - rows are not pairs to a type checker


def _choices(session: Session) -> tuple[ClassChoice, ...]:
    rows = session.exec(
        select(Service, Practitioner.id, Practitioner.name)
        .join(Offer, col(Offer.service_id) == col(Service.id))
        .join(Practitioner, col(Practitioner.id) == col(Offer.practitioner_id))
        .where(
            Service.kind == ServiceKind.CLASS,
            col(Service.ended).is_(False),
            col(Practitioner.ended).is_(False),
        )
        .order_by(col(Service.position), col(Service.id), col(Practitioner.position))
        .limit(MOST)
    ).all()
    services = {service.id: service for service, _id, _name in rows}
    who: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for service, id_, name in rows:
        who[service.id].append((id_, name))
    return tuple(
        ClassChoice(id_, one.name, one.capacity, tuple(who[id_])) for id_, one in services.items()
    )
