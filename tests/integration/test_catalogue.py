"""Staff pages of what is offered: services, places, holidays, and who may change them."""

from collections.abc import Callable
from contextlib import suppress
from datetime import time, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from portal import clock
from portal.booking.rows import ServiceKind
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
from tests.catalogue import (
    DESK,
    DOCTOR,
    FULL,
    SOON,
    day_form,
    practitioner_form,
    service_form,
    shift_form,
    time_off_form,
    working,
)


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
