"""What is booked or being booked in a schedule: visits, group visits, classes, held times."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import select as select_columns
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from portal import clock
from portal.models import Account, Gathering, Hold, Location, Patient, Service, Visit
from portal.permissions import Action, Actor, visible
from portal.staff.patients.service import full_name
from portal.staff.rights import reaches
from portal.staff.schedule.hours import Key, around
from portal.staff.schedule.rows import Block, Booked, Kind

MOST = 5000


@dataclass(frozen=True)
class _Range:
    """Whose days, and the places they can be at."""

    practitioner_ids: Sequence[str]
    where: dict[str, Location]
    first_on: date
    last_on: date


def read_items(
    session: Session,
    actor: Actor,
    practitioner_ids: Sequence[str],
    where: dict[str, Location],
    first_on: date,
    last_on: date,
) -> dict[Key, list[Block]]:
    """Return what fills these days, by practitioner and day."""
    days = _Range(practitioner_ids, where, first_on, last_on)
    found: dict[Key, list[Block]] = defaultdict(list)
    gatherings = _gatherings(session, days)
    people: dict[str, list[Booked | None]] = defaultdict(list)
    for visit, service, who in _visits(session, actor, days):
        if visit.gathering_id in gatherings:
            people[visit.gathering_id or ""].append(who)
        else:
            one = _block(Kind.VISIT, visit, service, where)
            _put(found, days, visit.practitioner_id, _with(one, [who]))
    for gathering, one in gatherings.values():
        _put(found, days, gathering.practitioner_id, _with(one, people[gathering.id]))
    for hold, service in _holds(session, actor, days):
        one = _block(Kind.HELD, hold, service, where)
        _put(found, days, hold.practitioner_id, one)
    return found


def _put(found: dict[Key, list[Block]], days: _Range, who: str, block: Block) -> None:
    on = block.starts_at.astimezone(ZoneInfo(block.zone)).date()
    if days.first_on <= on <= days.last_on:
        found[who, on].append(block)


def _with(block: Block, people: Sequence[Booked | None]) -> Block:
    """Add who comes; where none of them is known, not even what for is said."""
    known = tuple(sorted((one for one in people if one), key=lambda one: one.name.casefold()))
    service = block.service if known or block.kind is Kind.CLASS else ""
    others = len(people) - len(known)
    return replace(block, people=known, others=others, service=service)


def _block(
    kind: Kind, row: Visit | Gathering | Hold, service: str, where: dict[str, Location]
) -> Block:
    place = where[row.location_id]
    return Block(
        kind=kind,
        id=row.id,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        zone=place.zone,
        place=place.name,
        place_id=place.id,
        service=service,
        capacity=row.capacity if isinstance(row, Gathering) else 0,
    )


def _visits(session: Session, actor: Actor, days: _Range) -> list[tuple[Visit, str, Booked | None]]:
    who = aliased(Patient)
    start, end = around(days.first_on, days.last_on)
    rows = session.execute(
        select_columns(
            Visit,
            col(Service.name),
            who,
            Account,
            reaches(actor, Action.VISIT_READ, col(Visit.patient_id)),
        )
        .join(who, col(who.id) == col(Visit.patient_id))
        .join(Service, col(Service.id) == col(Visit.service_id))
        .join(Account, col(Account.patient_id) == col(Visit.patient_id), isouter=True)
        .where(
            col(Visit.practitioner_id).in_(days.practitioner_ids),
            col(Visit.starts_at) >= start,
            col(Visit.starts_at) < end,
            col(Visit.cancelled_at).is_(None),
        )
        .limit(MOST)
    ).all()
    return [
        (visit, service, _booked(visit, patient, account) if may_know else None)
        for visit, service, patient, account, may_know in rows
    ]


def _booked(visit: Visit, patient: Patient, account: Account | None) -> Booked:
    return Booked(
        visit_id=visit.id,
        patient_id=patient.id,
        name=full_name(patient),
        arrived=visit.arrived_at is not None,
        no_show=visit.no_show_at is not None,
        flag=visit.flag or "",
        unconfirmed=account is not None and account.verified_at is None,
    )


def _gatherings(session: Session, days: _Range) -> dict[str, tuple[Gathering, Block]]:
    start, end = around(days.first_on, days.last_on)
    rows = session.exec(
        select(Gathering, col(Service.name))
        .join(Service, col(Service.id) == col(Gathering.service_id))
        .where(
            col(Gathering.practitioner_id).in_(days.practitioner_ids),
            col(Gathering.starts_at) >= start,
            col(Gathering.starts_at) < end,
            col(Gathering.cancelled_at).is_(None),
        )
        .limit(MOST)
    ).all()
    return {row.id: (row, _block(Kind(row.kind), row, name, days.where)) for row, name in rows}


def _holds(session: Session, actor: Actor, days: _Range) -> list[tuple[Hold, str]]:
    """Return what is kept for somebody; a seat that is kept is a part of its class.

    Of people whom the actor may not know of it is not said what for.
    """
    start, end = around(days.first_on, days.last_on)
    rows = session.exec(
        select(Hold, col(Service.name))
        .join(Service, col(Service.id) == col(Hold.service_id))
        .where(
            col(Hold.practitioner_id).in_(days.practitioner_ids),
            col(Hold.starts_at) >= start,
            col(Hold.starts_at) < end,
            col(Hold.expires_at) > clock.now(),
            col(Hold.used_at).is_(None),  # a visit by now
            col(Hold.gathering_id).is_(None),
        )
        .limit(MOST)
    ).all()
    people = {id_ for hold, _service in rows for id_ in hold.people}
    mine = visible(actor, Action.VISIT_READ).where(col(Patient.id).in_(people))
    known = set(session.scalars(mine).all()) if people else set()
    return [(hold, service if known.issuperset(hold.people) else "") for hold, service in rows]
