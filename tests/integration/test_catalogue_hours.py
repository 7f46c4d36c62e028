"""Practitioners with their hours and time off, as the staff pages change them."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from portal.db import writing
from portal.errors import Invalid
from portal.models import (
    Offer,
    Practitioner,
    TimeOff,
)
from portal.permissions import Actor, StaffRole
from portal.staff.practitioners.edit.service import read_practitioner, save_practitioner
from portal.staff.practitioners.hours import away, week
from portal.staff.practitioners.hours.service import read_hours
from tests import builders
from tests.catalogue import (
    DESK,
    FULL,
    SOON,
    day_form,
    practitioner_form,
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
