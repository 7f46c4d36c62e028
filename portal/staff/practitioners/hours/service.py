"""All hours of a practitioner: weekly shifts, other hours on single days, time off."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from portal import audit, clock
from portal.errors import NotFound
from portal.forms import Form
from portal.live import touch_everybody
from portal.models import DayHours, Location, Practitioner, Shift, TimeOff
from portal.once import first_time
from portal.permissions import Action, Actor
from portal.staff.affected.service import AffectedVisit, Scope, visits_lacking
from portal.staff.rights import require_at_clinic

MOST = 300


@dataclass(frozen=True)
class ShiftLine:
    """Weekly hours on one day of the week."""

    id: str
    weekday: int  # Monday is 0
    starts: time
    ends: time
    place_id: str
    place_name: str
    from_on: date | None
    until_on: date | None


@dataclass(frozen=True)
class DayLine:
    """Other hours on one day; without times they do not work then."""

    id: str
    on_date: date
    starts: time | None
    ends: time | None
    place_name: str


@dataclass(frozen=True)
class TimeOffLine:
    """A time in which they are away, on the clock of `HoursFile.zone`."""

    id: str
    starts_at: datetime
    ends_at: datetime
    reason: str


@dataclass(frozen=True)
class HoursFile:
    """All hours of a practitioner that matter from today on."""

    shifts: tuple[ShiftLine, ...]
    days: tuple[DayLine, ...]
    time_off: tuple[TimeOffLine, ...]
    zone: str  # where they work most
    places: tuple[tuple[str, str], ...]
    lacking: tuple[AffectedVisit, ...]  # visits to come without a working time, place or room


def read_hours(session: Session, actor: Actor, practitioner_id: str) -> HoursFile:
    """Return the hours of a practitioner; at most `MOST` of each kind.

    Raises:
        NotAllowed: the actor is not at the front desk.
    """
    require_at_clinic(session, actor, Action.SCHEDULE_EDIT)
    places = session.exec(select(Location).order_by(col(Location.position), col(Location.id))).all()
    names = {place.id: place.name for place in places}
    zone = zone_of(session, practitioner_id)
    today = clock.today(zone)
    return HoursFile(
        shifts=tuple(
            _shift_line(shift, names) for shift in weekly_shifts(session, practitioner_id)
        ),
        days=tuple(
            DayLine(day.id, day.on_date, day.starts, day.ends, names.get(day.location_id or "", ""))
            for day in session.exec(
                select(DayHours)
                .where(DayHours.practitioner_id == practitioner_id, DayHours.on_date >= today)
                .order_by(col(DayHours.on_date), col(DayHours.starts), col(DayHours.id))
                .limit(MOST)
            ).all()
        ),
        time_off=tuple(
            TimeOffLine(
                off.id, off.starts_at.astimezone(zone), off.ends_at.astimezone(zone), off.reason
            )
            for off in session.exec(
                select(TimeOff)
                .where(TimeOff.practitioner_id == practitioner_id, TimeOff.ends_at > clock.now())
                .order_by(col(TimeOff.starts_at), col(TimeOff.id))
                .limit(MOST)
            ).all()
        ),
        zone=zone.key,
        places=tuple((place.id, place.name) for place in places if not place.ended),
        lacking=visits_lacking(session, Scope(practitioner_id=practitioner_id)),
    )


def zone_of(session: Session, practitioner_id: str) -> ZoneInfo:
    """Return the zone where a practitioner works most, or that of the clinic's first place."""
    zones = session.exec(
        select(Location.zone)
        .join(Shift, col(Shift.location_id) == col(Location.id))
        .where(Shift.practitioner_id == practitioner_id)
        .order_by(col(Location.position), col(Location.id))
    ).all()
    if zones:
        return ZoneInfo(max(zones, key=zones.count))
    first = session.exec(
        select(Location.zone).order_by(
            col(Location.ended), col(Location.position), col(Location.id)
        )
    ).first()
    return ZoneInfo(first or "UTC")


def weekly_shifts(session: Session, practitioner_id: str, *, every: bool = False) -> list[Shift]:
    """Return weekly hours in the order of the week, without those that were over a month ago."""
    query = select(Shift).where(Shift.practitioner_id == practitioner_id)
    if not every:
        old = clock.now().date() - timedelta(days=31)
        query = query.where(col(Shift.until_on).is_(None) | (col(Shift.until_on) >= old))
    order = (col(Shift.weekday), col(Shift.starts), col(Shift.from_on), col(Shift.id))
    return list(session.exec(query.order_by(*order).limit(MOST)).all())


def _shift_line(shift: Shift, names: dict[str, str]) -> ShiftLine:
    return ShiftLine(
        id=shift.id,
        weekday=shift.weekday,
        starts=shift.starts,
        ends=shift.ends,
        place_id=shift.location_id,
        place_name=names.get(shift.location_id, ""),
        from_on=shift.from_on,
        until_on=shift.until_on,
    )


def require_there(session: Session, practitioner_id: str, place_id: str = "") -> None:
    """Refuse a practitioner, or a place, that is not there.

    Raises:
        NotFound: one of them is not.
    """
    if session.get(Practitioner, practitioner_id) is None:
        raise NotFound
    place = session.get(Location, place_id) if place_id else None
    if place_id and (place is None or place.ended):
        raise NotFound


def is_first(session: Session, actor: Actor, form: Form) -> bool:
    """Tell whether a form came for the first time."""
    return not form.request_key or first_time(session, actor, form.request_key, form)


def note_saved(session: Session, actor: Actor, what: str, practitioner_id: str) -> bool:
    """Note on the trail, and to all open pages, that the hours have changed."""
    audit.record(session, actor, "catalogue.save", None, what=what, id=practitioner_id)
    touch_everybody(session)
    return True
