"""Past and coming visits of the demo's patients, relative to today, at times that were free."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

from sqlmodel import Session

from portal import clock
from portal.booking.rules import (
    STEP,
    UNIT_MINUTES,
    Span,
    TakenUnits,
    WeeklyShift,
    expand_shifts,
    free_slots,
    instant_of,
    unit_of,
    wall_clock_instant,
)
from portal.demo.clinic_data import CLINIC, COLLEAGUES, PLACES, SERVICES
from portal.demo.family_data import FAMILIES, KNOWN_VISITS, Person
from portal.ids import new_id
from portal.models import AuditEntry, ClaimedUnit, Visit
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

ZONES = {id_: ZoneInfo(zone) for id_, _name, _address, zone in PLACES}
MINUTES = {id_: minutes for id_, _category, _name, minutes, _price in SERVICES}
PRICE_CENTS = {id_: price_cents for id_, _category, _name, _minutes, price_cents in SERVICES}


class Diary:
    """Who is taken when, while visits are being added."""

    def __init__(self, session: Session, people: dict[str, str]) -> None:
        """Begin with an empty diary; ``people`` leads from a person's key to the patient's id."""
        self._session = session
        self._people = people
        self._spans = _spans_by_day()
        self._taken: dict[str, set[int]] = defaultdict(set)

    def spans(self, practitioner_id: str, on: date) -> list[Span]:
        """Return when a practitioner works on a day."""
        return self._spans.get((practitioner_id, on), [])

    def starts(self, who: str, practitioner_id: str, service_id: str, on: date) -> list[datetime]:
        """Return when both are free on a day."""
        spans = self.spans(practitioner_id, on)
        if not spans:
            return []
        first, end = spans[0].start, spans[-1].end
        busy = chain(self._taken[practitioner_id], self._taken[self._people[who]])
        taken = TakenUnits.of(busy, first, end)
        units = free_slots(spans, taken, MINUTES[service_id] // UNIT_MINUTES, STEP, first)
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
    ) -> None:
        """Add a visit; one that was not cancelled claims its units."""
        booked_at = min(clock.now(), starts_at) - timedelta(days=6)
        by = f"patient:{self._people[booked_by]}"
        visit = Visit(
            id=new_id(),
            patient_id=self._people[who],
            practitioner_id=practitioner_id,
            service_id=service_id,
            location_id=place_id,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=MINUTES[service_id]),
            price_cents=PRICE_CENTS[service_id],
            currency=CLINIC["currency"],
            booked_by=by,
            booked_at=booked_at,
            request_key=new_id(),
            cancelled_by=by if cancelled else None,
            cancelled_at=booked_at + timedelta(days=1) if cancelled else None,
            sequence=int(cancelled),
        )
        self._session.add(visit)
        self._session.flush()
        self._note(Action.VISIT_BOOK, visit, visit.booked_at)
        if visit.cancelled_at:
            self._note(Action.VISIT_CANCEL, visit, visit.cancelled_at)
            return
        first = unit_of(starts_at)
        units = range(first, first + MINUTES[service_id] // UNIT_MINUTES)
        for resource_id in (practitioner_id, visit.patient_id):
            self._taken[resource_id].update(units)
            self._session.add_all(
                ClaimedUnit(resource_id=resource_id, unit=unit, visit_id=visit.id) for unit in units
            )

    def _note(self, action: Action, visit: Visit, at: datetime) -> None:
        """Write what the Activity page tells of a visit."""
        self._session.add(
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


def add_visits(session: Session, people: dict[str, str]) -> None:
    """Add the visits of the design's pages, then some for everybody else."""
    diary = Diary(session, people)
    _add_known_visits(diary)
    others = [person for family in FAMILIES[1:] for person in family.people]
    for number, person in enumerate(others):
        for at, distance in enumerate(DISTANCES):
            # No chance in it, so that two demos filled on one day look the same.
            _add_near(diary, person, number * 7 + at * 3, distance + (number * 5 + at) % 8)
    session.flush()


def _add_known_visits(diary: Diary) -> None:
    places = {one.id: one.weeks[0].place_id for one in COLLEAGUES}
    for known in KNOWN_VISITS:
        place_id = places[known.practitioner_id]
        zone = ZONES[place_id]
        on = _working_day(clock.today(zone), known.working_days)
        diary.add(
            known.who,
            known.practitioner_id,
            known.service_id,
            wall_clock_instant(on, known.at, zone),
            place_id=place_id,
            booked_by=known.booked_by,
            cancelled=known.cancelled,
        )


def _add_near(diary: Diary, person: Person, choice: int, distance: int) -> None:
    """Add a visit within a week from the day that lies ``distance`` days from today."""
    services = SERVICES_FOR_ADULTS if person.age >= ADULT_AGE else SERVICES_FOR_CHILDREN
    service_id = services[choice % len(services)]
    givers = [one.id for one in COLLEAGUES if service_id in one.services]
    practitioner_id = givers[choice % len(givers)]
    first = clock.now().date() + timedelta(days=distance)
    for on in (first + timedelta(days=later) for later in range(7)):
        starts = diary.starts(person.key, practitioner_id, service_id, on)
        if starts:
            diary.add(
                person.key,
                practitioner_id,
                service_id,
                starts[choice * 13 % len(starts)],
                place_id=diary.spans(practitioner_id, on)[0].location_id,
                booked_by=person.manager or person.key,
            )
            return


def _spans_by_day() -> dict[tuple[str, date], list[Span]]:
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
        for span in expand_shifts(shifts, first, last, zone):
            found[span.practitioner_id, span.on].append(span)
    return found


def _working_day(today: date, number: int) -> date:
    """Return the ``number``-th working day after today, or before it."""
    step = timedelta(days=1 if number > 0 else -1)
    day = today
    for _each in range(abs(number)):
        day += step
        while day.weekday() >= 5:
            day += step
    return day
