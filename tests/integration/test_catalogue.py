"""Staff pages of what is offered: services, practitioners with their hours, places, holidays."""

from collections.abc import Callable
from contextlib import suppress
from datetime import time, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from portal import clock
from portal.booking.hours import working_spans
from portal.booking.policy import read_policy
from portal.booking.rows import ServiceKind
from portal.booking.units import instant_of
from portal.db import reading, writing
from portal.errors import Invalid, NotAllowed, NotFound
from portal.ids import new_id
from portal.models import (
    AuditEntry,
    DayHours,
    Holiday,
    Location,
    Offer,
    Patient,
    Practitioner,
    Room,
    Service,
    ServiceNeed,
    Shift,
    TimeOff,
)
from portal.permissions import Actor, StaffRole
from portal.staff.holidays import service as holidays
from portal.staff.patient.online import bar_online
from portal.staff.places import service as places
from portal.staff.practitioners import service as practitioners
from portal.staff.practitioners.edit.service import read_practitioner, save_practitioner
from portal.staff.practitioners.hours import away, week
from portal.staff.practitioners.hours.service import read_hours
from portal.staff.services import service as services
from portal.staff.services.edit.service import key_of, read_service, save_service
from tests import builders
from tests.catalogue import day_form, practitioner_form, service_form, shift_form, time_off_form

FULL, DESK, DOCTOR = StaffRole.FULL_ACCESS, StaffRole.FRONT_DESK, StaffRole.PRACTITIONER
SOON = builders.in_days(9)


@pytest.fixture
def staff(database: str) -> dict[str, Actor]:
    """Open a clinic with a colleague of each kind, by role."""
    with writing() as session:
        builders.add_clinic(session)
        return {
            role: builders.add_staff_account(session, builders.add_staff(session, role))
            for role in StaffRole
        }


def add_room(session: Session, kind: str = "Treatment room") -> str:
    id_ = new_id()
    session.add(Room(id=id_, location_id=builders.HERE, name="Room", kind=kind))
    session.flush()
    return id_


# Services


def test_a_service_is_made_with_breaks_and_a_room_and_changed(staff: dict[str, Actor]) -> None:
    with writing() as session:
        add_room(session)
        ada = builders.add_practitioner(session, [])
        need = {key_of("Treatment room"): True}
        form = service_form(buffer_before="5", buffer_after="10", needs=need, given_by={ada: True})
        id_ = save_service(session, staff[FULL], form)
    with writing() as session:
        file = read_service(session, staff[FULL], id_)
        assert (file.price, file.buffer_before, file.buffer_after) == ("85.50", 5, 10)
        assert [(name, on) for _key, name, on in file.needs] == [("Treatment room", True)]
        assert [(name, on) for _id, name, on in file.given_by] == [("Dr Ines Calloway", True)]
        (line,) = services.list_all(session, staff[FULL])
        assert (line.name, line.given_by, line.online) == ("Massage", 1, True)
        changed = service_form(service_id=id_, name="Long massage", minutes="60", price="")
        save_service(session, staff[FULL], changed)
    with reading() as session:
        row = session.get_one(Service, id_)
        assert (row.name, row.minutes, row.price_cents) == ("Long massage", 60, 0)
        assert session.exec(select(ServiceNeed)).all() == []
        assert session.exec(select(Offer)).all() == []


def test_where_somebody_gives_a_service_outlives_its_form(staff: dict[str, Actor]) -> None:
    with writing() as session:
        service = builders.add_service(session)
        ada = builders.add_practitioner(session, [service])
        session.get_one(Offer, (ada, service)).location_id = builders.HERE
        save_service(session, staff[FULL], service_form(service_id=service, given_by={ada: True}))
        assert session.get_one(Offer, (ada, service)).location_id == builders.HERE


def test_a_group_is_small_and_single_visits_are_for_one(staff: dict[str, Actor]) -> None:
    with writing() as session:
        for people in ("1", "13"):
            with pytest.raises(Invalid) as refused:
                save_service(session, staff[FULL], service_form(kind="group", capacity=people))
            assert "2 to 12 people" in refused.value.errors["capacity"]
        id_ = save_service(session, staff[FULL], service_form(kind="class", capacity="20"))
        assert session.get_one(Service, id_).capacity == 20
        form = service_form(service_id=id_, kind="individual", capacity="20")
        save_service(session, staff[FULL], form)
        row = session.get_one(Service, id_)
        assert (row.kind, row.capacity) == (ServiceKind.INDIVIDUAL, 1)


def test_what_people_have_booked_is_never_turned_into_a_class(staff: dict[str, Actor]) -> None:
    with writing() as session:
        service = builders.add_service(session)
        ada = builders.add_practitioner(session, [service])
        patient = builders.add_patient(session)
        builders.add_visit(session, patient, ada, service, builders.local(SOON, 10))
        form = service_form(service_id=service, kind="class", capacity="5", given_by={ada: True})
        with pytest.raises(Invalid) as refused:
            save_service(session, staff[FULL], form)
        assert "visits of this service to come" in refused.value.errors["kind"]


@pytest.mark.parametrize("price", ["-1", "8,5,0", "free", "1.234", "NaN", "Infinity", "1e9"])
def test_a_price_is_a_number_of_cents(staff: dict[str, Actor], price: str) -> None:
    with writing() as session, pytest.raises(Invalid) as refused:
        save_service(session, staff[FULL], service_form(price=price))
    assert "such as 85 or 85.50" in refused.value.errors["price"]


def test_the_same_click_twice_makes_one_service(staff: dict[str, Actor]) -> None:
    form = service_form(request_key=new_id())
    for _time in range(2):
        with writing() as session:
            save_service(session, staff[FULL], form)
    with reading() as session:
        assert len(session.exec(select(Service)).all()) == 1


def test_services_move_inside_their_category_and_take_it_along(staff: dict[str, Actor]) -> None:
    with writing() as session:
        ids = {
            name: builders.add_service(session, name, category=name[0], position=n)
            for n, name in enumerate(("a1", "a2", "b1"))
        }

        def order() -> list[str]:
            return [line.name for line in services.list_all(session, staff[FULL])]

        services.move_service(session, staff[FULL], ids["a2"], up=True)
        assert order() == ["a2", "a1", "b1"]
        services.move_service(session, staff[FULL], ids["b1"], up=True)
        assert order() == ["b1", "a2", "a1"]
        services.move_service(session, staff[FULL], ids["b1"], up=True)
        assert order() == ["b1", "a2", "a1"]
        services.end_service(session, staff[FULL], ids["b1"])
        with pytest.raises(NotFound):
            services.move_service(session, staff[FULL], ids["b1"], up=True)
        services.bring_back_service(session, staff[FULL], ids["b1"])
        assert order()[0] == "b1"


# Practitioners


def test_a_practitioner_is_made_and_gives_services_at_places(staff: dict[str, Actor]) -> None:
    with writing() as session:
        builders.add_place(session, "there")
        one, two = builders.add_service(session, "One"), builders.add_service(session, "Two")
        offers = {one: {"given": True, "place": "there"}, two: {"given": False}}
        form = practitioner_form(offers=offers, step_minutes="15", online=False)
        id_ = save_practitioner(session, staff[FULL], form)
        row = session.get_one(Practitioner, id_)
        assert (row.short_name, row.step_minutes, row.online) == ("Dr Ada Berg", 15, False)
        assert session.get_one(Offer, (id_, one)).location_id == "there"
        assert session.get(Offer, (id_, two)) is None
        offers = {one: {"given": False}, two: {"given": True, "place": ""}}
        form = practitioner_form(practitioner_id=id_, short_name="Ada", offers=offers)
        save_practitioner(session, staff[FULL], form)
        assert session.get(Offer, (id_, one)) is None
        assert session.get_one(Offer, (id_, two)).location_id is None
        file = read_practitioner(session, staff[FULL], id_)
        assert (file.short_name, file.step_minutes, file.may_edit) == ("Ada", None, True)


def test_a_place_that_is_none_of_the_clinics_is_refused(staff: dict[str, Actor]) -> None:
    with writing() as session:
        one = builders.add_service(session)
        offers = {one: {"given": True, "place": "moon"}}
        with pytest.raises(Invalid) as refused:
            save_practitioner(session, staff[FULL], practitioner_form(offers=offers))
        assert set(refused.value.errors) == {f"offers.{one}.place"}


def test_weekly_hours_from_a_day_on_take_the_place_of_others(staff: dict[str, Actor]) -> None:
    with writing() as session:
        ada = builders.add_practitioner(session, [], weekdays=())
        until = (SOON - timedelta(days=1)).isoformat()
        week.save_shift(session, staff[FULL], shift_form(ada, 0, 1, until_on=until))
        later = shift_form(ada, 0, starts="12:00", ends="20:00", from_on=SOON.isoformat())
        week.save_shift(session, staff[FULL], later)
        with pytest.raises(Invalid) as refused:
            week.save_shift(session, staff[FULL], shift_form(ada, 0, 4, starts="16:00"))
        assert "Monday from 9:00 to 17:00" in refused.value.errors["starts"]
        shifts = read_hours(session, staff[FULL], ada).shifts
        assert [(line.weekday, line.starts.hour) for line in shifts] == [(0, 9), (0, 12), (1, 9)]
        # Edited: the one row becomes two.
        form = shift_form(ada, 2, 3, shift_id=shifts[2].id, starts="10:00")
        week.save_shift(session, staff[FULL], form)
        shifts = read_hours(session, staff[FULL], ada).shifts
        assert [line.weekday for line in shifts] == [0, 0, 2, 3]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"starts": "17:00"}, "ends"),
        ({"from_on": "2027-05-02", "until_on": "2027-05-01"}, "until_on"),
    ],
)
def test_hours_that_fit_nowhere(staff: dict[str, Actor], typed: dict[str, Any], field: str) -> None:
    with writing() as session:
        ada = builders.add_practitioner(session, [], weekdays=())
        with pytest.raises(Invalid) as refused:
            week.save_shift(session, staff[FULL], shift_form(ada, **typed))
        assert set(refused.value.errors) == {field}


def working(session: Session, practitioner_id: str) -> list[tuple[int, int]]:
    """Return from which hour to which somebody works on `SOON`, on the clock of the place."""
    spans = working_spans(
        session,
        [practitioner_id],
        session.exec(select(Location)).all(),
        SOON,
        SOON,
        read_policy(session),
        staff=True,
    )
    zone = builders.ZoneInfo(builders.VANCOUVER)
    hours = [
        tuple(instant_of(unit).astimezone(zone).hour for unit in (one.start, one.end))
        for one in spans
    ]
    return [(start, end) for start, end in hours]


def test_one_day_has_other_hours_or_none(staff: dict[str, Actor]) -> None:
    with writing() as session:
        ada = builders.add_practitioner(session, [])
        other = {"works": "yes", "place_id": builders.HERE}
        for starts, ends in (("07:00", "08:00"), ("18:00", "20:00")):
            form = day_form(ada, SOON, starts=starts, ends=ends, **other)
            week.add_day(session, staff[FULL], form)
        assert working(session, ada) == [(7, 8), (18, 20)]
        form = day_form(ada, SOON, starts="19:00", ends="21:00", **other)
        with pytest.raises(Invalid) as refused:
            week.add_day(session, staff[FULL], form)
        assert "at that time already" in refused.value.errors["starts"]
        with pytest.raises(Invalid) as refused:
            week.add_day(session, staff[FULL], day_form(ada, SOON))
        assert "Remove those first" in refused.value.errors["on_date"]
        for line in read_hours(session, staff[FULL], ada).days:
            week.remove_day(session, staff[FULL], line.id)
        assert working(session, ada) == [(9, 17)]
        week.add_day(session, staff[FULL], day_form(ada, SOON))
        assert working(session, ada) == []
        with pytest.raises(Invalid) as refused:
            week.add_day(session, staff[FULL], day_form(ada, SOON, works="yes"))
        assert set(refused.value.errors) == {"starts", "ends", "place_id"}


def test_time_off_is_whole_days_or_by_the_clock(staff: dict[str, Actor]) -> None:
    with writing() as session:
        ada = builders.add_practitioner(session, [])
        form = time_off_form(ada, SOON, from_time="12:00", until_time="13:00", reason="Dentist")
        away.add_time_off(session, staff[DESK], form)
        assert working(session, ada) == [(9, 12), (13, 17)]
        (line,) = read_hours(session, staff[DESK], ada).time_off
        assert (line.starts_at.hour, line.ends_at.hour, line.reason) == (12, 13, "Dentist")
        away.remove_time_off(session, staff[DESK], line.id)
        assert working(session, ada) == [(9, 17)]
        until = (SOON + timedelta(days=2)).isoformat()
        away.add_time_off(session, staff[DESK], time_off_form(ada, SOON, until_on=until))
        assert working(session, ada) == []
        off = session.exec(select(TimeOff)).one()
        assert off.starts_at == builders.local(SOON, 0)
        assert off.ends_at == builders.local(SOON + timedelta(days=3), 0)


def test_time_off_that_cannot_be(staff: dict[str, Actor]) -> None:
    with writing() as session:
        ada = builders.add_practitioner(session, [])
        for typed, words in (
            ({"until_on": (SOON - timedelta(days=1)).isoformat()}, "later than the start"),
            ({"until_on": (SOON + timedelta(days=800)).isoformat()}, "Two years at most"),
        ):
            with pytest.raises(Invalid) as refused:
                away.add_time_off(session, staff[DESK], time_off_form(ada, SOON, **typed))
            assert words in refused.value.errors["until_on"]
        with pytest.raises(Invalid) as refused:
            away.add_time_off(session, staff[DESK], time_off_form(ada, builders.in_days(-3)))
        assert "over" in refused.value.errors["until_on"]


# Places and holidays


def test_places_and_rooms(staff: dict[str, Actor]) -> None:
    with writing() as session:
        typed = {"name": "Video", "zone": "America/Edmonton"}
        with pytest.raises(Invalid) as refused:
            places.save_place(session, staff[FULL], places.PlaceForm.model_validate(typed))
        assert "video room" in refused.value.errors["address"]
        link = {"join_url": "https://video.example/room"}
        places.save_place(session, staff[FULL], places.PlaceForm.model_validate(typed | link))
        video = session.exec(select(Location).where(Location.name == "Video")).one()
        room = {"place_id": video.id, "name": "Probe", "kind": "Ultrasound"}
        places.save_room(session, staff[FULL], places.RoomForm.model_validate(room))
        rows = {place.name: place for place in places.list_places(session, staff[FULL])}
        assert [room.kind for room in rows["Video"].rooms] == ["Ultrasound"]
        places.end_place(session, staff[FULL], video.id)
        with pytest.raises(Invalid, match="only place"):
            places.end_place(session, staff[FULL], builders.HERE)
        places.bring_back_place(session, staff[FULL], video.id)
        room_id = rows["Video"].rooms[0].id
        places.end_room(session, staff[FULL], room_id)
        assert session.get_one(Room, room_id).ended
        places.bring_back_room(session, staff[FULL], room_id)
        other = places.RoomForm.model_validate(
            {**room, "room_id": room_id, "place_id": builders.HERE}
        )
        with pytest.raises(NotFound):
            places.save_room(session, staff[FULL], other)


@pytest.mark.parametrize("typed", [{"zone": "Moon/Base"}, {"join_url": "javascript:alert(1)"}])
def test_a_place_is_in_a_zone_and_links_are_links(typed: dict[str, str]) -> None:
    usual = {"name": "Here", "address": "1 Road", "zone": "America/Vancouver"}
    with pytest.raises(ValueError, match=r"list|https"):
        places.PlaceForm.model_validate(usual | typed)


def test_a_holiday_closes_a_day_once(staff: dict[str, Actor]) -> None:
    with writing() as session:
        builders.add_place(session, "there")
        ada = builders.add_practitioner(session, [])
        form = holidays.HolidayForm.model_validate({"on_date": str(SOON), "name": "Feast"})
        there = form.model_copy(update={"place_id": "there"})
        holidays.add_holiday(session, staff[FULL], there)
        assert working(session, ada) == [(9, 17)]
        holidays.add_holiday(session, staff[FULL], form)
        assert working(session, ada) == []
        with pytest.raises(Invalid, match="closed already"):
            holidays.add_holiday(session, staff[FULL], form)
        lines = holidays.list_holidays(session, staff[FULL])
        assert {line.place_name for line in lines} == {"", "There"}
        for line in lines:
            holidays.remove_holiday(session, staff[FULL], line.id)
        assert working(session, ada) == [(9, 17)]
        assert session.exec(select(Holiday)).all() == []


# Who may


def _cases() -> dict[str, tuple[StaffRole, Callable[[Session, Actor], Any]]]:
    ada, one = "ada", "one"
    room = places.RoomForm.model_validate({"place_id": builders.HERE, "name": "R", "kind": "R"})
    place = places.PlaceForm.model_validate(
        {"name": "H", "address": "1", "zone": "America/Vancouver"}
    )
    feast = holidays.HolidayForm.model_validate({"on_date": str(SOON), "name": "Feast"})
    return {
        "list services": (FULL, services.list_all),
        "read a service": (FULL, lambda s, a: read_service(s, a, one)),
        "save a service": (FULL, lambda s, a: save_service(s, a, service_form())),
        "move a service": (FULL, lambda s, a: services.move_service(s, a, one, up=True)),
        "end a service": (FULL, lambda s, a: services.end_service(s, a, one)),
        "bring a service back": (FULL, lambda s, a: services.bring_back_service(s, a, one)),
        "list practitioners": (DESK, practitioners.list_all),
        "read a practitioner": (DESK, lambda s, a: read_practitioner(s, a, ada)),
        "begin a practitioner": (FULL, lambda s, a: read_practitioner(s, a, "")),
        "save one": (FULL, lambda s, a: save_practitioner(s, a, practitioner_form())),
        "move one": (FULL, lambda s, a: practitioners.move_practitioner(s, a, ada, up=True)),
        "end one": (FULL, lambda s, a: practitioners.end_practitioner(s, a, ada)),
        "back": (FULL, lambda s, a: practitioners.bring_back_practitioner(s, a, ada)),
        "read hours": (DESK, lambda s, a: read_hours(s, a, ada)),
        "save hours": (FULL, lambda s, a: week.save_shift(s, a, shift_form(ada))),
        "remove hours": (FULL, lambda s, a: week.remove_shift(s, a, "shift")),
        "add a day": (FULL, lambda s, a: week.add_day(s, a, day_form(ada, SOON))),
        "remove a day": (FULL, lambda s, a: week.remove_day(s, a, "day")),
        "add time off": (DESK, lambda s, a: away.add_time_off(s, a, time_off_form(ada, SOON))),
        "remove time off": (DESK, lambda s, a: away.remove_time_off(s, a, "off")),
        "list places": (FULL, places.list_places),
        "save a place": (FULL, lambda s, a: places.save_place(s, a, place)),
        "end a place": (FULL, lambda s, a: places.end_place(s, a, "there")),
        "bring a place back": (FULL, lambda s, a: places.bring_back_place(s, a, "there")),
        "save a room": (FULL, lambda s, a: places.save_room(s, a, room)),
        "end a room": (FULL, lambda s, a: places.end_room(s, a, "room")),
        "bring a room back": (FULL, lambda s, a: places.bring_back_room(s, a, "room")),
        "list holidays": (FULL, holidays.list_holidays),
        "names of places": (FULL, holidays.place_names),
        "add a holiday": (FULL, lambda s, a: holidays.add_holiday(s, a, feast)),
        "remove a holiday": (FULL, lambda s, a: holidays.remove_holiday(s, a, "holiday")),
    }


def test_each_takes_its_role(staff: dict[str, Actor]) -> None:
    with writing() as session:
        builders.add_place(session, "there")
        session.add_all(
            [
                Service(id="one", name="One", category="C", minutes=30, price_cents=0),
                Practitioner(id="ada", name="Ada", short_name="Ada", role="Nurse"),
                Room(id="room", location_id=builders.HERE, name="R", kind="K"),
                Holiday(id="holiday", on_date=SOON, name="Day", location_id="there"),
            ]
        )
        session.flush()
        session.add_all(
            [
                Shift(
                    id="shift",
                    practitioner_id="ada",
                    location_id="there",
                    weekday=0,
                    starts=time(1),
                    ends=time(2),
                ),
                DayHours(id="day", practitioner_id="ada", on_date=builders.in_days(20)),
                TimeOff(
                    id="off",
                    practitioner_id="ada",
                    starts_at=clock.now(),
                    ends_at=clock.now() + timedelta(hours=1),
                ),
            ]
        )
    may = {FULL: {FULL}, DESK: {FULL, DESK}}
    for name, (needs, call) in _cases().items():
        for role in (DOCTOR, DESK, FULL):
            with suppress(TakenBack), writing() as session:
                if role in may[needs]:
                    call(session, staff[role])
                    raise TakenBack(name)
                with pytest.raises(NotAllowed):
                    call(session, staff[role])
                assert not session.dirty | session.new, name


class TakenBack(Exception):
    """Rolls a transaction back whose use case was let through."""


def test_a_bar_is_the_clinics_own_note(staff: dict[str, Actor]) -> None:
    with writing() as session:
        rosa = builders.add_person(session)
        for barred in (True, True, False):
            bar_online(session, staff[DESK], rosa.me, barred=barred)
            session.flush()
            assert session.get_one(Patient, rosa.me).online_barred is barred
        rows = session.exec(
            select(AuditEntry).where(AuditEntry.action == "patient.bar_online")
        ).all()
        assert [row.subject_id for row in rows] == [None, None]
        with pytest.raises((NotFound, NotAllowed)):
            bar_online(session, staff[DOCTOR], rosa.me, barred=True)
        with pytest.raises(NotAllowed):
            bar_online(session, rosa, rosa.me, barred=False)
