"""One concrete time: whether it is offered at all, and what has to be free for it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from portal import clock
from portal.booking.hours import bookable_days, list_places, working_spans
from portal.booking.policy import read_policy
from portal.booking.rows import ServiceKind
from portal.booking.seats import at_work
from portal.booking.units import UNIT_MINUTES, instant_of, unit_of
from portal.errors import Invalid, NotFound
from portal.live import touch
from portal.models import (
    BookingPolicy,
    Clinic,
    Gathering,
    Location,
    Offer,
    Practitioner,
    Room,
    Service,
    ServiceNeed,
)
from portal.permissions import Actor
from portal.words import _

ONE_DAY = timedelta(days=1)
FARTHEST = timedelta(days=2 * 366)  # from now, for staff too


@dataclass(frozen=True)
class Offered:
    """A service as one practitioner gives it at one time, and which rooms would do."""

    service: Service
    practitioner_id: str
    location_id: str
    starts_at: datetime  # UTC
    currency: str
    rooms: tuple[tuple[str, ...], ...]  # for each kind that is needed, the rooms of that kind
    gathering: Gathering | None = None  # a class that is there already

    @property
    def units(self) -> range:
        """Return the units of the visit itself, which its patient has to have free."""
        first = unit_of(self.starts_at)
        return range(first, first + self.service.minutes // UNIT_MINUTES)

    @property
    def blocked(self) -> range:
        """Return the units that practitioner and room have to have free, buffers included."""
        return blocked(self.units, self.service)

    @property
    def ends_at(self) -> datetime:
        """Return when the visit ends."""
        return instant_of(self.units.stop)


def blocked(units: range, service: Service) -> range:
    """Return the units of a visit with the service's buffers around them."""
    before, after = service.buffer_before, service.buffer_after
    return range(units.start - before // UNIT_MINUTES, units.stop + after // UNIT_MINUTES)


def lock_practitioners(session: Session, practitioner_ids: set[str]) -> None:
    """Let whoever else books with these practitioners wait, in one order for everybody.

    On PostgreSQL two who insert overlapping visits at once would each wait for the other, and one
    would be thrown out as a deadlock. On SQLite writers queue anyway. Open schedules of theirs
    hear of it.
    """
    touch(session, *practitioner_ids)
    if session.get_bind().dialect.name == "sqlite":
        return
    rows = select(Practitioner.id).where(col(Practitioner.id).in_(practitioner_ids))
    session.exec(rows.order_by(col(Practitioner.id)).with_for_update(key_share=True)).all()


def offered(
    session: Session,
    actor: Actor,
    service_id: str,
    practitioner_id: str,
    starts_at: datetime,
    *,
    gathering_id: str | None = None,
    kept: bool = False,
) -> Offered:
    """Return what a time needs, whether or not it is free.

    Staff are bound by the shifts only. A time that was ``kept`` for the actor was in time when it
    was chosen, so the lead time does not count any more.

    Raises:
        NotFound: nobody offers that service, or not to patients.
        Invalid: it is not a time that `find_times` could have offered, were everything free.
    """
    policy = read_policy(session)
    is_staff = actor.kind != "patient"
    row = session.exec(
        select(Service, Clinic.currency)
        .join(Offer, col(Offer.service_id) == col(Service.id))
        .join(Practitioner, col(Practitioner.id) == col(Offer.practitioner_id))
        .join(Clinic, col(Clinic.id) == "clinic")
        .where(
            Service.id == service_id,
            Practitioner.id == practitioner_id,
            col(Service.ended).is_(False),
            col(Practitioner.ended).is_(False),
        )
    ).first()
    if row is None:
        raise NotFound
    service, currency = row
    if not is_staff:
        _refuse_switched_off(session, service, practitioner_id, policy)
    _refuse_when(policy, starts_at, is_staff=is_staff, kept=kept)
    if service.kind == ServiceKind.CLASS:
        there = _class_at(session, service_id, practitioner_id, starts_at, gathering_id)
        if not at_work(session, [there], list_places(session), policy):
            raise Invalid({"starts_at": NOT_OFFERED})
        if not is_staff:
            _refuse_day(session, policy, there)
        return Offered(service, practitioner_id, there.location_id, starts_at, currency, (), there)
    place = _place(session, service, practitioner_id, starts_at, policy, is_staff=is_staff)
    rooms = _rooms(session, service_id, place)
    return Offered(service, practitioner_id, place, starts_at.astimezone(UTC), currency, rooms)


def new_class(
    session: Session, actor: Actor, service: Service, practitioner_id: str, starts_at: datetime
) -> Offered:
    """Return what a class that is not there yet needs; staff set it, bound by the shifts only.

    Raises:
        Invalid: the practitioner does not work then, or does not give it there.
    """
    place = _place(
        session,
        service,
        practitioner_id,
        starts_at,
        read_policy(session),
        is_staff=actor.kind == "staff",
    )
    currency = session.exec(select(Clinic.currency)).one()
    rooms = _rooms(session, service.id, place)
    return Offered(service, practitioner_id, place, starts_at.astimezone(UTC), currency, rooms)


def _refuse_switched_off(
    session: Session, service: Service, practitioner_id: str, policy: BookingPolicy
) -> None:
    """Refuse what patients cannot book themselves; it looks like what is not there."""
    with_them = session.exec(
        select(Practitioner.online).where(Practitioner.id == practitioner_id)
    ).one()
    switched = {ServiceKind.GROUP: policy.group_visits, ServiceKind.CLASS: policy.classes}
    if not (service.online and with_them and switched.get(ServiceKind(service.kind), True)):
        raise NotFound


def _refuse_when(policy: BookingPolicy, starts_at: datetime, *, is_staff: bool, kept: bool) -> None:
    """Refuse a time by the clock alone.

    Notice is computed in instants, so it is right when the clocks change; the last day of the
    horizon is a day of the place, and `working_spans` cuts it exactly.
    """
    now = clock.now()
    if starts_at.tzinfo is None or abs(starts_at - now) > FARTHEST:
        raise Invalid({"starts_at": NOT_OFFERED})
    if is_staff:
        return
    if starts_at > now + timedelta(days=policy.horizon_days + 2):
        raise Invalid({"starts_at": NOT_OFFERED})
    if starts_at <= now or (not kept and starts_at < now + timedelta(minutes=policy.lead_minutes)):
        raise Invalid({"starts_at": _("This time is too soon to book here. Choose a later one.")})


def _class_at(
    session: Session,
    service_id: str,
    practitioner_id: str,
    starts_at: datetime,
    gathering_id: str | None,
) -> Gathering:
    """Return the class that is held then."""
    found = session.exec(
        select(Gathering).where(
            Gathering.service_id == service_id,
            Gathering.practitioner_id == practitioner_id,
            Gathering.starts_at == starts_at,
            col(Gathering.cancelled_at).is_(None),
        )
    ).first()
    if found is None or gathering_id not in (None, found.id) or found.starts_at <= clock.now():
        raise Invalid({"starts_at": NOT_OFFERED})
    return found


def _refuse_day(session: Session, policy: BookingPolicy, there: Gathering) -> None:
    """Refuse a class on a day that patients cannot book, by the calendar of its place."""
    zone = ZoneInfo(session.get_one(Location, there.location_id).zone)
    first, last = bookable_days(policy, zone)
    if not first <= there.starts_at.astimezone(zone).date() <= last:
        raise Invalid({"starts_at": NOT_OFFERED})


def _place(
    session: Session,
    service: Service,
    practitioner_id: str,
    starts_at: datetime,
    policy: BookingPolicy,
    *,
    is_staff: bool,
) -> str:
    """Return where the practitioner works then, in a shift that has room for the whole visit."""
    # The calendar of the place may be a day ahead of or behind UTC.
    day = starts_at.astimezone(UTC).date()
    spans = working_spans(
        session,
        [practitioner_id],
        list_places(session),
        day - ONE_DAY,
        day + ONE_DAY,
        policy,
        service_id=service.id,
        staff=is_staff,
    )
    first = unit_of(starts_at)
    end = first + service.minutes // UNIT_MINUTES
    for span in spans:
        inside = span.start <= first and end <= span.end
        on_grid = (first - span.start) % span.step == 0
        if inside and on_grid and instant_of(first) == starts_at:
            return span.location_id
    raise Invalid({"starts_at": NOT_OFFERED})


def _rooms(session: Session, service_id: str, location_id: str) -> tuple[tuple[str, ...], ...]:
    """Return, for each kind of room that the service needs, which there are at that place."""
    rows = session.exec(
        select(ServiceNeed.kind, Room.id)
        .join(
            Room,
            (col(Room.kind) == col(ServiceNeed.kind))
            & (col(Room.location_id) == location_id)
            & col(Room.ended).is_(False),
            isouter=True,
        )
        .where(ServiceNeed.service_id == service_id)
        .order_by(col(ServiceNeed.kind), col(Room.id))
    ).all()
    kinds: dict[str, list[str]] = {}
    for kind, room_id in rows:
        kinds.setdefault(kind, []).extend([room_id] if room_id else [])
    return tuple(tuple(ids) for ids in kinds.values())


NOT_OFFERED = _("This time is not offered. Choose one of the times shown.")
