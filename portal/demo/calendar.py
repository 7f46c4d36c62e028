"""The demo's calendar: everything in it that is more than a visit of one person.

A group visit and the list it was booked from, a class with its guests, a series, a holiday, time
off with visits inside it, a visit that is too near to cancel, a video call, and people who wait,
one of whom is offered a time.
"""

from datetime import date, datetime, time, timedelta

from sqlmodel import Session, col, select

from portal import clock
from portal.demo.clinic_data import HARBOUR
from portal.demo.visits import (
    TREATMENTS,
    ZONES,
    Diary,
    add_known_visits,
    add_other_visits,
    working_day,
)
from portal.ids import new_id
from portal.models import (
    Gathering,
    Hold,
    Holiday,
    PatientGroup,
    PatientGroupMember,
    TimeOff,
    Visit,
    WaitOffer,
    WaitRequest,
)
from portal.permissions import SYSTEM

ZONE = ZONES[HARBOUR]
HOLIDAY_IN, AWAY_IN = 17, 3  # working days from today
SERIES_IN, SERIES = 10, 4  # working days until the first, number of weeks
CLASSES_IN, CLASSES = 3, 6
GUESTS = ("rosa", "daniela", "grete", "hazel", "yusuf")
MARLOWS = ("rosa", "idris", "theo", "mina")
FAMILY_TALK = ("rosa", "idris", "theo")
# Long enough to be found by whoever looks around in the demo.
OFFERED_FOR = timedelta(hours=20)
OFFERED_IN = 3  # working days
EVERY_DAY = 0b0011111  # Monday to Friday


class NoTime(Exception):
    """The demo's calendar has no time where it needs one."""


def add_calendar(session: Session, people: dict[str, str]) -> None:
    """Add all visits, and what is around them."""
    today = clock.today(ZONE)
    closed = working_day(today, HOLIDAY_IN)
    session.add(Holiday(id=new_id(), on_date=closed, name="Harbour Day"))
    diary = Diary(session, people, [closed])
    add_known_visits(diary)
    _add_near_visit(diary, today)
    _add_video_call(diary, today)
    _add_family_talk(diary, today)
    _add_classes(diary, today, closed)
    _add_series(diary, today, closed)
    _add_waiting(diary, today)
    add_other_visits(diary)
    _add_time_off(diary, today)
    _mark_the_past(session)
    session.flush()


def _first(
    diary: Diary, who: tuple[str, ...], practitioner_id: str, service_id: str, from_on: date
) -> tuple[datetime, str]:
    """Return the first time from a day on at which all of them can come, and where."""
    for on in (from_on + timedelta(days=later) for later in range(14)):
        now = clock.now()
        starts = diary.starts(who, practitioner_id, service_id, on)
        if found := next((at for at in starts if at > now + timedelta(hours=2)), None):
            return found, diary.spans(practitioner_id, on, service_id)[0].location_id
    raise NoTime(service_id)


def _add_near_visit(diary: Diary, today: date) -> None:
    """Let June come so soon that only the clinic can cancel it."""
    at, place_id = _first(diary, ("june",), "lindqvist", "prescription", today)
    diary.add("june", "lindqvist", "prescription", at, place_id=place_id, booked_by="rosa")


def _add_video_call(diary: Diary, today: date) -> None:
    at, place_id = _first(diary, ("idris",), "ferran", "talk-video", working_day(today, 1))
    diary.add("idris", "ferran", "talk-video", at, place_id=place_id, booked_by="idris")


def _add_family_talk(diary: Diary, today: date) -> None:
    """Let three Marlows come together; the desk keeps the list of all four."""
    at, place_id = _first(diary, FAMILY_TALK, "ferran", "talk-family", working_day(today, 6))
    rosa = diary.people["rosa"]
    by, made_at = f"patient:{rosa}", clock.now() - timedelta(days=6)
    talk = _gathering("talk-family", "ferran", place_id, at, by, made_at)
    talk.primary_id = rosa
    diary.session.add(talk)
    diary.session.flush()
    diary.take(talk.id, "ferran", "talk-family", place_id, at)
    order_id = new_id()
    for who in FAMILY_TALK:
        diary.add(
            who,
            "ferran",
            "talk-family",
            at,
            place_id=place_id,
            booked_by="rosa",
            order_id=order_id,
            gathering=talk,
        )
    group = PatientGroup(id=new_id(), name="The Marlows", made_by=SYSTEM.name, made_at=made_at)
    diary.session.add(group)
    diary.session.flush()
    diary.session.add_all(
        PatientGroupMember(group_id=group.id, patient_id=diary.people[key], position=position)
        for position, key in enumerate(MARLOWS)
    )


def _add_classes(diary: Diary, today: date, closed: date) -> None:
    """Add a class every week; the first one has guests already."""
    first, place_id = _first(diary, GUESTS, "brandt", "back-class", working_day(today, CLASSES_IN))
    for number in range(CLASSES):
        on = first.astimezone(ZONE).date() + timedelta(weeks=number)
        # At the same time on the wall, also after the clocks change.
        at = first.astimezone(ZONE).replace(year=on.year, month=on.month, day=on.day)
        if on == closed or at not in diary.starts((), "brandt", "back-class", on):
            continue
        free = [one for one in GUESTS if at in diary.starts((one,), "brandt", "back-class", on)]
        made_at = clock.now() - timedelta(days=20)
        lesson = _gathering("back-class", "brandt", place_id, at, SYSTEM.name, made_at)
        diary.session.add(lesson)
        diary.session.flush()
        diary.take(lesson.id, "brandt", "back-class", place_id, at)
        guests = GUESTS if not number else GUESTS[:1]
        for seat, who in enumerate(one for one in guests if one in free):
            visit = diary.add(
                who,
                "brandt",
                "back-class",
                lesson.starts_at,
                place_id=place_id,
                booked_by=who,
                gathering=lesson,
            )
            diary.claim(visit.id, lesson.id, [seat])


def _add_series(diary: Diary, today: date, closed: date) -> None:
    """Let Anton come every week at the same time; Rosa booked it in one go."""
    first, place_id = _first(
        diary, ("anton",), "brandt", "physio-follow-up", working_day(today, SERIES_IN)
    )
    order_id = new_id()
    for number in range(SERIES):
        on = first.astimezone(ZONE).date() + timedelta(weeks=number)
        at = first.astimezone(ZONE).replace(year=on.year, month=on.month, day=on.day)
        if on != closed and at in diary.starts(("anton",), "brandt", "physio-follow-up", on):
            diary.add(
                "anton",
                "brandt",
                "physio-follow-up",
                at,
                place_id=place_id,
                booked_by="rosa",
                order_id=order_id,
            )


def _add_waiting(diary: Diary, today: date) -> None:
    """Let June and Casper wait, and offer Theo an earlier time for the visit that he has."""
    _add_request(diary, "june", "rosa", "blood-test", today, until_time=time(12))
    _add_request(diary, "casper", "casper", "talk-one", today, practitioner_id="ferran")
    later, place_id = _first(diary, ("theo",), "nand", "vaccination", working_day(today, 20))
    visit = diary.add("theo", "nand", "vaccination", later, place_id=place_id, booked_by="rosa")
    request = _add_request(diary, "theo", "rosa", "vaccination", today, visit=visit)
    at, place_id = _first(diary, ("theo",), "nand", "vaccination", working_day(today, OFFERED_IN))
    now = clock.now()
    expires_at = now + OFFERED_FOR
    one = TREATMENTS["vaccination"]
    kept = Hold(
        id=new_id(),
        order_id=new_id(),
        held_by=SYSTEM.name,
        people=[diary.people["theo"]],
        service_id=one.id,
        practitioner_id="nand",
        location_id=place_id,
        starts_at=at,
        ends_at=at + timedelta(minutes=one.minutes),
        moves_id=visit.id,
        price_cents=one.price_cents,
        made_at=now,
        expires_at=expires_at,
    )
    diary.take(kept.id, "nand", one.id, place_id, at, expires_at)
    offer = WaitOffer(
        id=new_id(),
        request_id=request.id,
        hold_id=kept.id,
        practitioner_id="nand",
        location_id=place_id,
        starts_at=at,
        ends_at=kept.ends_at,
        offered_at=now,
        tell_at=now,
        expires_at=expires_at,
    )
    diary.session.add_all([kept, offer])


def _add_request(
    diary: Diary,
    who: str,
    by: str,
    service_id: str,
    today: date,
    *,
    practitioner_id: str | None = None,
    until_time: time = time(18),
    visit: Visit | None = None,
) -> WaitRequest:
    request = WaitRequest(
        id=new_id(),
        patient_id=diary.people[who],
        service_id=service_id,
        practitioner_id=practitioner_id,
        weekdays=EVERY_DAY,
        from_time=time(8),
        until_time=until_time,
        from_on=today,
        until_on=today + timedelta(days=30),
        visit_id=visit.id if visit else None,
        asked_by=f"patient:{diary.people[by]}",
        asked_at=clock.now() - timedelta(days=2),
    )
    diary.session.add(request)
    diary.session.flush()
    return request


def _add_time_off(diary: Diary, today: date) -> None:
    """Let the dietitian be away on the next day on which somebody is to come."""
    after = datetime.combine(working_day(today, AWAY_IN), time(), ZONE)
    visit = diary.session.exec(
        select(Visit)
        .where(
            Visit.practitioner_id == "okafor",
            col(Visit.starts_at) > after,
            col(Visit.cancelled_at).is_(None),
        )
        .order_by(col(Visit.starts_at))
    ).first()
    if visit is None:
        raise NoTime("okafor")
    on = visit.starts_at.astimezone(ZONE).date()
    begins = datetime.combine(on, time(), ZONE)
    away = TimeOff(
        id=new_id(),
        practitioner_id="okafor",
        starts_at=begins,
        ends_at=begins + timedelta(days=1),
        reason="Training",
    )
    diary.session.add(away)


def _mark_the_past(session: Session) -> None:
    """Most people came; now and then somebody did not."""
    past = session.exec(
        select(Visit)
        .where(col(Visit.ends_at) < clock.now(), col(Visit.cancelled_at).is_(None))
        .order_by(col(Visit.starts_at), col(Visit.patient_id))
    ).all()
    for number, visit in enumerate(past):
        if number % 23 == 11:
            visit.no_show_at = visit.ends_at
        else:
            visit.arrived_at = visit.starts_at - timedelta(minutes=5)


def _gathering(
    service_id: str,
    practitioner_id: str,
    place_id: str,
    starts_at: datetime,
    by: str,
    made_at: datetime,
) -> Gathering:
    one = TREATMENTS[service_id]
    return Gathering(
        id=new_id(),
        kind=one.kind,
        service_id=one.id,
        practitioner_id=practitioner_id,
        location_id=place_id,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=one.minutes),
        capacity=one.capacity,
        made_by=by,
        made_at=made_at,
    )
