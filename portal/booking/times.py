"""Free times of a service: read shifts and taken units, ask the rules."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import String, cast, func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from portal import clock
from portal.booking.catalogue import offered_by
from portal.booking.rows import Day, Slot, Window
from portal.booking.rules import (
    HORIZON_DAYS,
    NOTICE,
    UNIT_MINUTES,
    Span,
    TakenUnits,
    WeeklyShift,
    expand_shifts,
    first_unit_from,
    instant_of,
    share_out,
    spread,
)
from portal.errors import Invalid, NotFound
from portal.models import ClaimedUnit, Location, Practitioner, Service, Shift
from portal.permissions import Actor
from portal.words import _

MOST_DAYS = 31
SOONEST_DAYS = 14
# What a clinic has of each; they bound the answers.
MOST_SHIFTS = 5_000
MOST_LOCATIONS = 50


def booking_window(session: Session, _actor: Actor | None) -> Window:
    """Return the first and the last day that can be booked anywhere in the clinic."""
    return _window(list_places(session))


def find_times(
    session: Session,
    _actor: Actor | None,
    service_id: str,
    practitioner_id: str | None,
    first_day: date,
    days: int,
    *,
    every_start: bool = False,
) -> tuple[Day, ...]:
    """Return the free starts of each day from ``first_day`` on, also of days without any.

    Without a practitioner each start comes once for each place, with whom it would be. Starts close
    together are left out, as `spread` says, unless ``every_start`` is asked for. Open to everyone:
    it says when the clinic has time, and nothing about who has taken the rest.

    Raises:
        NotFound: no such service, or that practitioner does not give it.
        Invalid: the days are far from those that can be booked.
    """
    places = list_places(session)
    window = _window(places)
    near = window.first_on - timedelta(days=MOST_DAYS) <= first_day <= window.last_on
    if not near or not 1 <= days <= MOST_DAYS:
        raise Invalid({"first_day": _("Choose a day in the next eight weeks.")})
    practitioners = _required(offered_by(session, service_id, practitioner_id))
    last_day = first_day + timedelta(days=days - 1)
    found: dict[date, list[Slot]] = defaultdict(list)
    free = _free(
        session,
        service_id,
        practitioners,
        places,
        first_day,
        last_day,
        spread_out=not every_start,
    )
    for slot, on in free:
        found[on].append(slot)
    all_days = (first_day + timedelta(days=number) for number in range(days))
    return tuple(Day(on, tuple(sorted(found[on], key=_by_time))) for on in all_days)


def find_soonest(session: Session, _actor: Actor | None, service_id: str) -> dict[str, Slot]:
    """Return each practitioner's first free start in the coming two weeks, by practitioner id.

    Raises:
        NotFound: no such service.
    """
    places = list_places(session)
    first_day = _window(places).first_on
    last_day = first_day + timedelta(days=SOONEST_DAYS)
    practitioners = _required(offered_by(session, service_id))
    free = _free(session, service_id, practitioners, places, first_day, last_day, soonest_only=True)
    return {slot.practitioner_id: slot for slot, _on in free}


def working_spans(
    session: Session,
    practitioner_ids: Sequence[str],
    places: Sequence[Location],
    first_day: date,
    last_day: date,
) -> list[Span]:
    """Return the working times of practitioners on the days that can be booked, in order of time.

    Today and the horizon are those of each place.
    """
    rows = session.execute(
        select_columns(
            col(Shift.practitioner_id),
            col(Shift.location_id),
            col(Shift.weekday),
            col(Shift.starts),
            col(Shift.ends),
            col(Shift.from_on),
            col(Shift.until_on),
        )
        .where(col(Shift.practitioner_id).in_(practitioner_ids))
        .limit(MOST_SHIFTS)
    ).all()
    shifts: dict[str, list[WeeklyShift]] = defaultdict(list)
    for row in rows:
        shift = WeeklyShift(*row)
        shifts[shift.location_id].append(shift)
    spans: list[Span] = []
    for place in places:
        zone = ZoneInfo(place.zone)
        today = clock.today(zone)
        last = min(last_day, today + timedelta(days=HORIZON_DAYS))
        spans += expand_shifts(shifts[place.id], max(first_day, today), last, zone)
    spans.sort(key=lambda span: (span.start, span.end, span.practitioner_id, span.location_id))
    return spans


def _free(
    session: Session,
    service_id: str,
    practitioners: Sequence[Practitioner],
    places: Sequence[Location],
    first_day: date,
    last_day: date,
    *,
    soonest_only: bool = False,
    spread_out: bool = False,
) -> Iterator[tuple[Slot, date]]:
    """Yield free starts with their day, each once for a place; or each practitioner's soonest."""
    who = {practitioner.id: practitioner for practitioner in practitioners}
    where = {place.id: place for place in places}
    order = {practitioner.id: at for at, practitioner in enumerate(practitioners)}
    spans = working_spans(session, list(who), places, first_day, last_day)
    taken = _taken(session, spans)
    minutes = session.exec(select(Service.minutes).where(Service.id == service_id)).one()
    not_before = first_unit_from(clock.now() + NOTICE)
    groups: dict[tuple[date, str, str], list[Span]] = defaultdict(list)
    for span in spans:
        groups[span.on, span.location_id, span.practitioner_id if soonest_only else ""].append(span)
    done: set[str] = set()
    for (on, location_id, practitioner_id), group in groups.items():  # in the order of time
        if practitioner_id in done:
            continue
        free = share_out(group, taken, order, minutes // UNIT_MINUTES, not_before)
        if soonest_only and free:
            done.add(practitioner_id)
            free = free[:1]
        if spread_out:
            free = spread(free, minutes // UNIT_MINUTES)
        for unit, span in free:
            yield _slot(unit, who[span.practitioner_id], where[location_id]), on


def _slot(unit: int, practitioner: Practitioner, place: Location) -> Slot:
    return Slot(
        starts_at=instant_of(unit),
        practitioner_id=practitioner.id,
        practitioner_name=practitioner.name,
        practitioner_short_name=practitioner.short_name,
        location_id=place.id,
        location_name=place.name,
        zone=place.zone,
    )


def _taken(session: Session, spans: Sequence[Span]) -> dict[str, TakenUnits]:
    """Return what is taken of each practitioner's time, by one walk along the primary key."""
    if not spans:
        return {}
    start, end = min(span.start for span in spans), max(span.end for span in spans)
    rows = session.execute(
        select_columns(
            col(ClaimedUnit.resource_id),
            # One row for each of them instead of one for each unit: half the time in all.
            func.aggregate_strings(cast(col(ClaimedUnit.unit), String), ","),
        )
        .where(
            col(ClaimedUnit.resource_id).in_({span.practitioner_id for span in spans}),
            col(ClaimedUnit.unit) >= start,
            col(ClaimedUnit.unit) < end,
        )
        .group_by(col(ClaimedUnit.resource_id))
    )
    return {id_: TakenUnits.of(map(int, units.split(",")), start, end) for id_, units in rows}


def list_places(session: Session) -> Sequence[Location]:
    """Return the places of the clinic."""
    return session.exec(select(Location).order_by(col(Location.id)).limit(MOST_LOCATIONS)).all()


def _window(places: Sequence[Location]) -> Window:
    days = [clock.today(ZoneInfo(place.zone)) for place in places] or [clock.now().date()]
    return Window(min(days), max(days) + timedelta(days=HORIZON_DAYS))


def _required(practitioners: list[Practitioner]) -> list[Practitioner]:
    if not practitioners:
        raise NotFound
    return practitioners


def _by_time(slot: Slot) -> tuple[object, ...]:
    return slot.starts_at, slot.location_name, slot.practitioner_id
