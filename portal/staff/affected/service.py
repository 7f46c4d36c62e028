"""Which visits to come a change leaves without a working time, a place, a room or an offer.

The change is written, what it leaves behind is counted by the same rules that offer times, and all
is taken back unless somebody has seen the list. Visits that lacked something before are not its
doing, and no visit is ever cancelled by a change.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from portal import clock
from portal.booking.hours import working_spans
from portal.booking.offered import lock_practitioners
from portal.booking.policy import read_policy
from portal.booking.units import unit_of
from portal.errors import PortalError
from portal.models import (
    ClaimedUnit,
    Location,
    Offer,
    Patient,
    Practitioner,
    Room,
    Service,
    ServiceNeed,
    Visit,
)
from portal.staff.patients.service import full_name
from portal.words import ngettext

LISTED = 50  # more are counted, not shown
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class AffectedVisit:
    """One visit to come that a change affects, as staff see it."""

    id: str
    patient_id: str
    patient_name: str
    practitioner_id: str
    practitioner_name: str
    service_id: str
    service_name: str
    location_name: str
    zone: str
    starts_at: datetime  # UTC
    ends_at: datetime

    @property
    def starts_local(self) -> datetime:
        """Return the start on the wall clock of the place."""
        return self.starts_at.astimezone(ZoneInfo(self.zone))


@dataclass(frozen=True)
class Scope:
    """Which visits a change can concern at all; nothing means all of them."""

    practitioner_id: str | None = None
    service_id: str | None = None
    location_id: str | None = None
    # Instants between which they begin; a day more on each side does no harm.
    after: datetime | None = None
    before: datetime | None = None


class Affects(PortalError):
    """A change affects visits that nobody has looked at yet; nothing has changed."""

    def __init__(self, visits: tuple[AffectedVisit, ...], count: int, fingerprint: str) -> None:
        """Keep the first visits, the number of all, and what confirms exactly these."""
        super().__init__(
            ngettext(
                "Not saved yet: this affects {n} visit. Look at it below, then save once more.",
                "Not saved yet: this affects {n} visits. Look at them below, then save once more.",
                count,
            ).format(n=count)
        )
        self.visits = visits
        self.count = count
        self.fingerprint = fingerprint


@contextmanager
def carefully(session: Session, scope: Scope, confirmed: str) -> Iterator[None]:
    """Let the block change something, unless it affects visits that ``confirmed`` does not name.

    ``confirmed`` is the fingerprint of the list that was shown, or empty. A booking with the same
    practitioners waits meanwhile, so that none slips in between the list and the change.

    Raises:
        Affects: with the list to show; what the block wrote is taken back.
    """
    _lock(session, scope)
    lacked = {visit.id for visit in _lacking(session, scope)}
    with session.begin_nested():
        yield
        session.flush()
        new = [visit for visit in _lacking(session, scope) if visit.id not in lacked]
        fingerprint = fingerprint_of(new)
        if new and fingerprint != confirmed:
            shown = _named(session, [visit.id for visit in new[:LISTED]])
            raise Affects(shown, len(new), fingerprint)


def affected_by_time_off(
    session: Session, practitioner_id: str, starts_at: datetime, ends_at: datetime
) -> tuple[AffectedVisit, ...]:
    """Return the visits to come with a practitioner that touch a time, in order; all of them."""
    found = session.exec(
        select(Visit.id)
        .where(
            *_to_come(Scope(practitioner_id=practitioner_id)),
            Visit.starts_at < ends_at,
            Visit.ends_at > starts_at,
        )
        .order_by(col(Visit.starts_at), col(Visit.id))
    ).all()
    return _named(session, found)


def visits_lacking(session: Session, scope: Scope) -> tuple[AffectedVisit, ...]:
    """Return the visits to come that lack something now, the first `LISTED` in order of time."""
    return _named(session, [visit.id for visit in _lacking(session, scope)[:LISTED]])


def fingerprint_of(visits: Iterable[Any]) -> str:
    """Return what stays the same only while the same visits are at the same times."""
    lines = sorted(f"{visit.id} {visit.starts_at.astimezone(UTC).isoformat()}" for visit in visits)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:32]


def _lock(session: Session, scope: Scope) -> None:
    query = select(Practitioner.id)
    if scope.practitioner_id is not None:
        query = query.where(Practitioner.id == scope.practitioner_id)
    lock_practitioners(session, set(session.exec(query).all()))


def _to_come(scope: Scope) -> list[ColumnElement[bool]]:
    where = [col(Visit.cancelled_at).is_(None), col(Visit.starts_at) > clock.now()]
    where += [
        col(getattr(Visit, name)) == value
        for name in ("practitioner_id", "service_id", "location_id")
        if (value := getattr(scope, name)) is not None
    ]
    if scope.after is not None:
        where.append(col(Visit.starts_at) >= scope.after - ONE_DAY)
    if scope.before is not None:
        where.append(col(Visit.starts_at) < scope.before + ONE_DAY)
    return where


def _lacking(session: Session, scope: Scope) -> list[Any]:
    """Return the visits to come that lack something, in order of time."""
    visits = session.execute(
        select_columns(
            col(Visit.id),
            col(Visit.practitioner_id),
            col(Visit.service_id),
            col(Visit.location_id),
            col(Visit.starts_at),
            col(Visit.ends_at),
            (
                col(Practitioner.ended) | col(Service.ended) | col(Location.ended)
            ).label("ended"),
            col(Offer.practitioner_id).is_not(None).label("offered"),
            col(Offer.location_id).label("only_at"),
        )
        .join(Practitioner, col(Practitioner.id) == col(Visit.practitioner_id))
        .join(Service, col(Service.id) == col(Visit.service_id))
        .join(Location, col(Location.id) == col(Visit.location_id))
        .join(
            Offer,
            (col(Offer.practitioner_id) == col(Visit.practitioner_id))
            & (col(Offer.service_id) == col(Visit.service_id)),
            isouter=True,
        )
        .where(*_to_come(scope))
        .order_by(col(Visit.starts_at), col(Visit.id))
    ).all()  # fmt: skip
    if not visits:
        return []
    hours = _hours(session, visits)
    without_room = _without_room(session, scope)
    return [
        visit
        for visit in visits
        if visit.ended
        or not visit.offered
        or visit.only_at not in (None, visit.location_id)
        or visit.id in without_room
        or not _inside(visit, hours[visit.practitioner_id, visit.location_id])
    ]


def _hours(session: Session, visits: Sequence[Any]) -> dict[tuple[str, str], list[list[int]]]:
    """Return when practitioners of these visits work at each place, as units; touching ones as one.

    A shift that is split in two without a gap leaves no visit outside.
    """
    spans = working_spans(
        session,
        sorted({visit.practitioner_id for visit in visits}),
        session.exec(select(Location)).all(),
        visits[0].starts_at.date() - ONE_DAY,
        visits[-1].ends_at.date() + ONE_DAY,
        read_policy(session),
        staff=True,
    )
    hours: dict[tuple[str, str], list[list[int]]] = defaultdict(list)
    for span in sorted(spans, key=lambda span: span.start):
        known = hours[span.practitioner_id, span.location_id]
        if known and span.start <= known[-1][1]:
            known[-1][1] = max(known[-1][1], span.end)
        else:
            known.append([span.start, span.end])
    return hours


def _inside(visit: Any, hours: list[list[int]]) -> bool:
    first, end = unit_of(visit.starts_at), unit_of(visit.ends_at)
    return any(start <= first and end <= stop for start, stop in hours)


def _without_room(session: Session, scope: Scope) -> set[str]:
    """Return the visits to come for which no room of some kind that they need is kept."""
    to_come = _to_come(scope)
    needs = session.execute(
        select_columns(col(Visit.id), col(ServiceNeed.kind))
        .join(ServiceNeed, col(ServiceNeed.service_id) == col(Visit.service_id))
        .where(*to_come)
    ).all()
    if not needs:
        return set()
    has = session.execute(
        select_columns(col(Visit.id), col(Room.kind))
        .join(
            ClaimedUnit,
            # The room of a group visit or a class is kept by it, not by the visits in it.
            col(ClaimedUnit.held_by) == func.coalesce(col(Visit.gathering_id), col(Visit.id)),
        )
        .join(
            Room,
            (col(Room.id) == col(ClaimedUnit.resource_id))
            & (col(Room.location_id) == col(Visit.location_id))
            & col(Room.ended).is_(False),
        )
        .where(*to_come)
        .distinct()
    ).all()
    return {visit_id for visit_id, _kind in {tuple(row) for row in needs} - {tuple(r) for r in has}}


def _named(session: Session, ids: Sequence[str]) -> tuple[AffectedVisit, ...]:
    rows = session.execute(
        select_columns(Visit, Patient, Practitioner, Service)
        .add_columns(Location)
        .join(Patient, col(Patient.id) == col(Visit.patient_id))
        .join(Practitioner, col(Practitioner.id) == col(Visit.practitioner_id))
        .join(Service, col(Service.id) == col(Visit.service_id))
        .join(Location, col(Location.id) == col(Visit.location_id))
        .where(col(Visit.id).in_(ids))
        .order_by(col(Visit.starts_at), col(Visit.id))
    ).all()
    return tuple(
        AffectedVisit(
            id=visit.id,
            patient_id=visit.patient_id,
            patient_name=full_name(patient),
            practitioner_id=practitioner.id,
            practitioner_name=practitioner.short_name,
            service_id=service.id,
            service_name=service.name,
            location_name=place.name,
            zone=place.zone,
            starts_at=visit.starts_at,
            ends_at=visit.ends_at,
        )
        for visit, patient, practitioner, service, place in rows
    )
