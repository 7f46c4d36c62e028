"""A change never breaks booked visits: it says first which ones it affects."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from portal.booking.units import unit_of
from portal.db import reading, writing
from portal.ids import new_id
from portal.models import ClaimedUnit, DayHours, Room, ServiceNeed, Shift, TimeOff, Visit
from portal.permissions import Actor, StaffRole
from portal.staff.affected import Affects, affected_by_time_off
from portal.staff.affected.service import Scope, visits_lacking
from portal.staff.holidays.service import HolidayForm, add_holiday
from portal.staff.places.service import (
    PlaceForm,
    RoomForm,
    end_place,
    end_room,
    save_place,
    save_room,
)
from portal.staff.practitioners.edit.service import save_practitioner
from portal.staff.practitioners.hours.away import add_time_off
from portal.staff.practitioners.hours.week import add_day, remove_shift, save_shift
from portal.staff.practitioners.service import end_practitioner
from portal.staff.services.edit.service import key_of, save_service
from portal.staff.services.service import end_service
from tests import builders
from tests.catalogue import day_form, practitioner_form, service_form, shift_form, time_off_form

DAY = builders.in_days(9)


@dataclass(frozen=True)
class Desk:
    """A clinic with one visit to come, at 10 in nine days, in its only treatment room."""

    actor: Actor
    service_id: str
    practitioner_id: str
    shift_ids: list[str]
    room_id: str
    visit_id: str


@pytest.fixture
def desk(database: str) -> Desk:
    """Open the clinic."""
    with writing() as session:
        builders.add_clinic(session)
        builders.add_place(session, "there")
        service_id = builders.add_service(session, "Massage")
        practitioner_id = builders.add_practitioner(session, [service_id])
        room = Room(id=new_id(), location_id=builders.HERE, name="Room 1", kind="Treatment room")
        session.add_all([room, ServiceNeed(service_id=service_id, kind=room.kind)])
        person = builders.add_patient(session, "Theo")
        starts_at = builders.local(DAY, 10)
        visit_id = builders.add_visit(session, person, practitioner_id, service_id, starts_at)
        for n in range(6):
            unit = unit_of(starts_at) + n
            session.add(ClaimedUnit(resource_id=room.id, unit=unit, held_by=visit_id))
        shifts = session.exec(select(Shift.id).where(Shift.practitioner_id == practitioner_id))
        return Desk(
            builders.add_staff(session, StaffRole.FULL_ACCESS),
            service_id,
            practitioner_id,
            list(shifts.all()),
            room.id,
            visit_id,
        )


Change = Callable[[Session, Desk, str], Any]


def _shorter(session: Session, desk: Desk, confirmed: str) -> None:
    for id_ in desk.shift_ids:
        shift = session.get_one(Shift, id_)
        if shift.weekday == DAY.weekday():
            more = {"shift_id": id_, "starts": "10:10", "confirmed": confirmed}
            form = shift_form(desk.practitioner_id, shift.weekday, **more)
            save_shift(session, desk.actor, form)


def _no_shift(session: Session, desk: Desk, confirmed: str) -> None:
    for id_ in desk.shift_ids:
        if session.get_one(Shift, id_).weekday == DAY.weekday():
            remove_shift(session, desk.actor, id_, confirmed)


def _elsewhere(session: Session, desk: Desk, confirmed: str) -> None:
    offers = {desk.service_id: {"given": True, "place": "there"}}
    more = {"practitioner_id": desk.practitioner_id, "offers": offers, "confirmed": confirmed}
    save_practitioner(session, desk.actor, practitioner_form(**more))


def _not_given(session: Session, desk: Desk, confirmed: str) -> None:
    form = service_form(
        service_id=desk.service_id, needs={key_of("Treatment room"): True}, confirmed=confirmed
    )
    save_service(session, desk.actor, form)


def _needs_more(session: Session, desk: Desk, confirmed: str) -> None:
    kind = "Ultrasound"
    session.add(Room(id=new_id(), location_id=builders.HERE, name="U", kind=kind))
    session.flush()
    form = service_form(
        service_id=desk.service_id,
        given_by={desk.practitioner_id: True},
        needs={key_of(kind): True},
        confirmed=confirmed,
    )
    save_service(session, desk.actor, form)


def _other_zone(session: Session, desk: Desk, confirmed: str) -> None:
    more = {"place_id": builders.HERE, "name": "Here", "address": "1 Road", "confirmed": confirmed}
    form = PlaceForm.model_validate({**more, "zone": "Asia/Tokyo"})
    save_place(session, desk.actor, form)


def _other_kind(session: Session, desk: Desk, confirmed: str) -> None:
    more = {"room_id": desk.room_id, "place_id": builders.HERE, "confirmed": confirmed}
    form = RoomForm.model_validate({**more, "name": "Room 1", "kind": "Store"})
    save_room(session, desk.actor, form)


CHANGES: dict[str, Change] = {
    "shorter hours": _shorter,
    "no hours": _no_shift,
    "a day off": lambda s, d, c: add_day(
        s, d.actor, day_form(d.practitioner_id, DAY, confirmed=c)
    ),
    "time off": lambda s, d, c: add_time_off(
        s,
        d.actor,
        time_off_form(d.practitioner_id, DAY, from_time="10:20", until_time="12:00", confirmed=c),
    ),
    "a holiday": lambda s, d, c: add_holiday(
        s,
        d.actor,
        HolidayForm.model_validate({"on_date": str(DAY), "name": "Feast", "confirmed": c}),
    ),
    "a holiday there": lambda s, d, c: add_holiday(
        s,
        d.actor,
        HolidayForm.model_validate(
            {"on_date": str(DAY), "name": "Feast", "place_id": builders.HERE, "confirmed": c}
        ),
    ),
    "only elsewhere": _elsewhere,
    "not given": _not_given,
    "another room needed": _needs_more,
    "another zone": _other_zone,
    "another kind of room": _other_kind,
    "the practitioner leaves": lambda s, d, c: end_practitioner(s, d.actor, d.practitioner_id, c),
    "the service ends": lambda s, d, c: end_service(s, d.actor, d.service_id, c),
    "the place ends": lambda s, d, c: end_place(s, d.actor, builders.HERE, c),
    "the room ends": lambda s, d, c: end_room(s, d.actor, d.room_id, c),
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_says_what_it_affects_and_is_saved_once_that_was_seen(
    desk: Desk, what: str
) -> None:
    change = CHANGES[what]
    with pytest.raises(Affects) as refused, writing() as session:
        change(session, desk, "")
    error = refused.value
    assert (error.count, [visit.id for visit in error.visits]) == (1, [desk.visit_id])
    (shown,) = error.visits
    assert (shown.patient_name, shown.service_name) == ("Theo Marlow", "Massage")
    assert "1 visit" in error.message
    with reading() as session:
        # Nothing was changed by the try.
        assert visits_lacking(session, Scope()) == ()
    with writing() as session:
        change(session, desk, error.fingerprint)
    with reading() as session:
        assert session.get_one(Visit, desk.visit_id).cancelled_at is None
        assert [visit.id for visit in visits_lacking(session, Scope())] == [desk.visit_id]


def test_a_list_that_grew_is_shown_again(desk: Desk) -> None:
    with pytest.raises(Affects) as refused, writing() as session:
        CHANGES["a day off"](session, desk, "")
    with writing() as session:
        tara = builders.add_patient(session, "Tara")
        at = builders.local(DAY, 14)
        builders.add_visit(session, tara, desk.practitioner_id, plain(session, desk), at)
    with pytest.raises(Affects) as again, writing() as session:
        CHANGES["a day off"](session, desk, refused.value.fingerprint)
    assert again.value.count == 2
    with writing() as session:
        CHANGES["a day off"](session, desk, again.value.fingerprint)


def plain(session: Session, desk: Desk) -> str:
    """Add a service without a room that the practitioner gives."""
    form = service_form(name="Talk", given_by={desk.practitioner_id: True})
    return save_service(session, desk.actor, form)


def test_a_visit_that_lacked_something_before_is_no_news(desk: Desk) -> None:
    with pytest.raises(Affects) as refused, writing() as session:
        CHANGES["a holiday"](session, desk, "")
    with writing() as session:
        CHANGES["a holiday"](session, desk, refused.value.fingerprint)
    with writing() as session:
        CHANGES["time off"](session, desk, "")


def test_a_change_that_affects_nobody_is_saved_at_once(desk: Desk) -> None:
    other = DAY + timedelta(days=1)
    with writing() as session:
        add_time_off(session, desk.actor, time_off_form(desk.practitioner_id, other))
        add_day(session, desk.actor, day_form(desk.practitioner_id, other))
        # The same hours in two parts leave nobody outside.
        for id_ in desk.shift_ids:
            shift = session.get_one(Shift, id_)
            if shift.weekday == DAY.weekday():
                shift.ends = time(10, 15)
                builders.add_shift(
                    session, desk.practitioner_id, shift.weekday, time(10, 15), time(17)
                )
        assert visits_lacking(session, Scope()) == ()
    with reading() as session:
        assert session.exec(select(TimeOff)).one().practitioner_id == desk.practitioner_id
        assert session.exec(select(DayHours)).one().on_date == other


def test_cancelled_and_past_visits_are_not_listed(desk: Desk) -> None:
    with writing() as session:
        session.get_one(Visit, desk.visit_id).cancelled_at = builders.local(DAY, 1)
        person = builders.add_patient(session, "Tara")
        past = builders.local(builders.in_days(-9), 10)
        builders.add_visit(session, person, desk.practitioner_id, desk.service_id, past)
        end_practitioner(session, desk.actor, desk.practitioner_id)


def test_time_off_names_every_visit_that_it_touches(desk: Desk) -> None:
    with writing() as session:
        tara = builders.add_patient(session, "Tara")
        for hour in (9, 11):
            at = builders.local(DAY, hour, 30)
            builders.add_visit(session, tara, desk.practitioner_id, desk.service_id, at)
        ten, twelve = builders.local(DAY, 10), builders.local(DAY, 12)
        found = affected_by_time_off(session, desk.practitioner_id, ten, twelve)
        assert [visit.starts_local.strftime("%H:%M") for visit in found] == ["10:00", "11:30"]
        assert affected_by_time_off(session, new_id(), ten, twelve) == ()
