"""Past and coming visits of the demo's patients, relative to today, at times that were free."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

from sqlmodel import Session

from portal import clock
from portal.booking.rules import (
    UNIT_MINUTES,
    Length,
    Span,
    TakenUnits,
    WeeklyShift,
    expand_shifts,
    free_slots,
    instant_of,
    unit_of,
    wall_clock_instant,
)
from portal.demo.clinic_data import CLINIC, COLLEAGUES, ONLY_AT, PLACES, SERVICES, VIDEO
from portal.demo.family_data import FAMILIES, KNOWN_VISITS, Person
from portal.ids import new_id
from portal.models import AuditEntry, ClaimedUnit, Gathering, Visit
from portal.permissions import Action

PAST_DAYS, COMING_DAYS = 160, 60
SERVICES_FOR_CHILDREN = ("check-up", "new-worry", "vaccination", "physio-follow-up")
SERVICES_FOR_ADULTS = (
    "check-up",
    "physio-follow-up",
    "blood-test",
    "talk-one",
    "food-first",
    "prescription",
    "physio-first",
    "new-worry",
    "food-follow-up",
)
ADULT_AGE = 16
# How many days from today each patient's visits lie; small shifts spread them out.
DISTANCES = (-140, -90, -50, -20, 1, 4, 9, 18, 31)

ZONES = {place.id: ZoneInfo(place.zone) for place in PLACES}
TREATMENTS = {one.id: one for one in SERVICES}
# Which rooms of a kind a place has.
ROOMS = {
    (place.id, kind): f"{place.id}-{number}"
    for place in PLACES
    for number, (_name, kind) in enumerate(place.rooms)
}


class Diary:
    """Who is taken when, while visits are being added."""

    def __init__(self, session: Session, people: dict[str, str], closed: Collection[date]) -> None:
        """Begin empty; ``people`` leads from a person's key to the patient's id."""
        self.session = session
        self.people = people
        self._spans = _spans_by_day(closed)
        self._taken: dict[str, set[int]] = defaultdict(set)

    def spans(self, practitioner_id: str, on: date, service_id: str) -> list[Span]:
        """Return when a practitioner gives a service on a day."""
        only_at = ONLY_AT.get(service_id)
        there = self._spans.get((practitioner_id, on), [])
        # Nobody sees somebody by video who has not asked for it.
        if only_at:
            return [span for span in there if span.location_id == only_at]
        return [span for span in there if span.location_id != VIDEO]

    def starts(
        self, who: Collection[str], practitioner_id: str, service_id: str, on: date
    ) -> list[datetime]:
        """Return when the practitioner, the room and all of these people are free on a day."""
        spans = self.spans(practitioner_id, on, service_id)
        if not spans:
            return []
        first, end = spans[0].start, spans[-1].end
        one = TREATMENTS[service_id]
        room = ROOMS.get((spans[0].location_id, one.needs), "")
        resources = (practitioner_id, room, *(self.people[key] for key in who))
        busy = chain.from_iterable(self._taken[id_] for id_ in resources)
        length = Length(one.minutes // UNIT_MINUTES, after=one.after // UNIT_MINUTES)
        units = free_slots(spans, TakenUnits.of(busy, first, end), length, first)
        return [instant_of(unit) for unit in units]

    def add(
        self,
        who: str,
        practitioner_id: str,
        service_id: str,
        starts_at: datetime,
        *,
        place_id: str,
        booked_by: str,
        cancelled: bool = False,
        order_id: str | None = None,
        gathering: Gathering | None = None,
    ) -> Visit:
        """Add a visit; one that was not cancelled claims what it needs, or its part of it."""
        booked_at = min(clock.now(), starts_at) - timedelta(days=6)
        by = f"patient:{self.people[booked_by]}"
        one = TREATMENTS[service_id]
        pays = gathering is None or gathering.primary_id in (None, self.people[who])
        visit = Visit(
            id=new_id(),
            patient_id=self.people[who],
            practitioner_id=practitioner_id,
            service_id=service_id,
            location_id=place_id,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=one.minutes),
            price_cents=one.price_cents if pays else 0,
            currency=CLINIC["currency"],
            booked_by=by,
            booked_at=booked_at,
            request_key=new_id(),
            order_id=order_id,
            gathering_id=gathering.id if gathering else None,
            cancelled_by=by if cancelled else None,
            cancelled_at=booked_at + timedelta(days=1) if cancelled else None,
            sequence=int(cancelled),
        )
        self.session.add(visit)
        self.session.flush()
        self._note(Action.VISIT_BOOK, visit, visit.booked_at)
        if visit.cancelled_at:
            self._note(Action.VISIT_CANCEL, visit, visit.cancelled_at)
            return visit
        if gathering is None:
            self.take(visit.id, practitioner_id, service_id, place_id, starts_at)
        self.claim(visit.id, visit.patient_id, _units(starts_at, one.minutes))
        return visit

    def take(
        self,
        held_by: str,
        practitioner_id: str,
        service_id: str,
        place_id: str,
        starts_at: datetime,
        until_at: datetime | None = None,
    ) -> None:
        """Claim the practitioner and the room, for good or for a while."""
        one = TREATMENTS[service_id]
        units = _units(starts_at, one.minutes + one.after)
        self.claim(held_by, practitioner_id, units, until_at)
        if one.needs:
            self.claim(held_by, ROOMS[place_id, one.needs], units, until_at)

    def claim(
        self, held_by: str, resource_id: str, units: Iterable[int], until_at: datetime | None = None
    ) -> None:
        """Claim units of one resource; a seat is one too."""
        units = list(units)
        self._taken[resource_id].update(units)
        self.session.add_all(
            ClaimedUnit(resource_id=resource_id, unit=unit, held_by=held_by, until_at=until_at)
            for unit in units
        )

    def _note(self, action: Action, visit: Visit, at: datetime) -> None:
        """Write what the Activity page tells of a visit."""
        self.session.add(
            AuditEntry(
                id=new_id(),
                at=at,
                actor=visit.booked_by,
                subject_id=visit.patient_id,
                action=action,
                allowed=True,
                detail={"visit": visit.id},
            )
        )


def add_other_visits(diary: Diary) -> None:
    """Add some visits for everybody who is on no page of the design."""
    others = [person for family in FAMILIES[1:] for person in family.people]
    for number, person in enumerate(others):
        for at, distance in enumerate(DISTANCES):
            # No chance in it, so that two demos filled on one day look the same.
            _add_near(diary, person, number * 7 + at * 3, distance + (number * 5 + at) % 8)
    diary.session.flush()


def add_known_visits(diary: Diary) -> None:
    """Add the visits of the design's pages."""
    places = {one.id: one.weeks[0].place_id for one in COLLEAGUES}
    orders = {known.order: new_id() for known in KNOWN_VISITS if known.order}
    for known in KNOWN_VISITS:
        place_id = places[known.practitioner_id]
        zone = ZONES[place_id]
        on = working_day(clock.today(zone), known.working_days)
        diary.add(
            known.who,
            known.practitioner_id,
            known.service_id,
            wall_clock_instant(on, known.at, zone),
            place_id=place_id,
            booked_by=known.booked_by,
            cancelled=known.cancelled,
            order_id=orders.get(known.order),
        )


def _add_near(diary: Diary, person: Person, choice: int, distance: int) -> None:
    """Add a visit within a week from the day that lies ``distance`` days from today."""
    services = SERVICES_FOR_ADULTS if person.age >= ADULT_AGE else SERVICES_FOR_CHILDREN
    service_id = services[choice % len(services)]
    givers = [one.id for one in COLLEAGUES if service_id in one.services]
    practitioner_id = givers[choice % len(givers)]
    first = clock.now().date() + timedelta(days=distance)
    for on in (first + timedelta(days=later) for later in range(7)):
        starts = diary.starts([person.key], practitioner_id, service_id, on)
        if starts:
            diary.add(
                person.key,
                practitioner_id,
                service_id,
                starts[choice * 13 % len(starts)],
                place_id=diary.spans(practitioner_id, on, service_id)[0].location_id,
                booked_by=person.manager or person.key,
            )
            return


def _spans_by_day(closed: Collection[date]) -> dict[tuple[str, date], list[Span]]:
    """Return when everybody works, by practitioner and day."""
    found: dict[tuple[str, date], list[Span]] = defaultdict(list)
    for place_id, zone in ZONES.items():
        shifts = [
            WeeklyShift(one.id, place_id, weekday, starts, ends)
            for one in COLLEAGUES
            for week in one.weeks
            if week.place_id == place_id
            for weekday in week.weekdays
            for starts, ends in week.times
        ]
        today = clock.today(zone)
        first, last = today - timedelta(days=PAST_DAYS), today + timedelta(days=COMING_DAYS)
        for span in expand_shifts(shifts, first, last, zone, closed=closed):
            found[span.practitioner_id, span.on].append(span)
    return found


def _units(starts_at: datetime, minutes: int) -> range:
    first = unit_of(starts_at)
    return range(first, first + minutes // UNIT_MINUTES)


def working_day(today: date, number: int) -> date:
    """Return the ``number``-th working day after today, or before it."""
    step = timedelta(days=1 if number > 0 else -1)
    day = today
    for _each in range(abs(number)):
        day += step
        while day.weekday() >= 5:
            day += step
    return day
