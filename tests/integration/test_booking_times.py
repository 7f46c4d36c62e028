"""What is offered, and when: the catalogue and free times, as they are read from the tables."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine

from portal.booking.service import (
    Slot,
    booking_window,
    find_soonest,
    find_times,
    list_practitioners,
    list_services,
)
from portal.db import reading, writing
from portal.errors import Invalid, NotFound
from portal.permissions import Permission
from portal.visits.cancel import cancel_visit
from tests import builders
from tests.booking_clinic import (
    ANYTHING_ELSE,
    MONDAY,
    NOW,
    TUESDAY,
    Clinic,
    shown,
)


@pytest.fixture(autouse=True)
def _monday_morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def clinic(database: str) -> Clinic:
    with writing() as session:
        builders.add_clinic(session)
        service_id = builders.add_service(session)
        rosa = builders.add_person(session)
        return Clinic(
            service_id=service_id,
            calloway=builders.add_practitioner(session, [service_id]),
            lindqvist=builders.add_practitioner(
                session, [service_id], name="Dr Wen Lindqvist", position=1
            ),
            rosa=rosa,
            theo=builders.add_family_member(session, rosa, "Theo", Permission.BOOK),
            stranger=builders.add_person(session, "Stranger", "Danger"),
        )


class TestTheCatalogue:
    """Services and who gives them."""

    @pytest.mark.usefixtures("clinic")
    def test_services_come_by_category_in_the_clinics_order(self) -> None:
        with writing() as session:
            for position, (name, category) in enumerate(
                [("Follow-up", "Physiotherapy"), ("A new worry", "Family doctor")], start=1
            ):
                service_id = builders.add_service(
                    session, name, category=category, position=position
                )
                builders.add_practitioner(session, [service_id])
        with reading() as session:
            groups = list_services(session, None)
        assert [(g.category, [s.name for s in g.services]) for g in groups] == [
            ("Family doctor", ["Check-up", "A new worry"]),
            ("Physiotherapy", ["Follow-up"]),
        ]
        check_up = groups[0].services[0]
        assert (check_up.minutes, check_up.price_cents, check_up.currency) == (30, 8500, "CAD")

    @pytest.mark.usefixtures("clinic")
    def test_a_service_that_nobody_gives_is_not_listed(self) -> None:
        with writing() as session:
            builders.add_service(session, "Nobody's")
            ended = builders.add_service(session, "Ended", ended=True)
            left = builders.add_service(session, "Left")
            builders.add_practitioner(session, [ended])
            builders.add_practitioner(session, [left], ended=True)
        with reading() as session:
            (group,) = list_services(session, None)
            assert [service.name for service in group.services] == ["Check-up"]
            for service_id in (ended, left, *ANYTHING_ELSE):
                with pytest.raises(NotFound):
                    list_practitioners(session, None, service_id)  # pyright: ignore[reportArgumentType]

    def test_practitioners_come_in_the_clinics_order(self, clinic: Clinic) -> None:
        with reading() as session:
            names = [one.name for one in list_practitioners(session, None, clinic.service_id)]
        assert names == ["Dr Ines Calloway", "Dr Wen Lindqvist"]


class TestFreeTimes:
    """What can be chosen."""

    def test_times_shown_are_half_an_hour_apart_and_begin_where_a_gap_does(
        self, clinic: Clinic
    ) -> None:
        clinic.book()  # 9:30 to 10:00
        with reading() as session:
            (day,) = find_times(session, None, clinic.service_id, clinic.calloway, TUESDAY, 1)
        assert shown(day)[:4] == ["09:00", "10:00", "10:30", "11:00"]

    def test_a_day_can_be_had_in_steps_of_ten_minutes(self, clinic: Clinic) -> None:
        times = shown(clinic.times(clinic.calloway))
        assert times[:4] == ["09:00", "09:10", "09:20", "09:30"]
        assert times[-1] == "16:30"
        assert len(times) == 46

    def test_every_day_of_the_range_comes_also_an_empty_one(self, clinic: Clinic) -> None:
        with writing() as session:
            sundays = builders.add_practitioner(session, [clinic.service_id], weekdays=[6])
        with reading() as session:
            days = find_times(session, None, clinic.service_id, sundays, MONDAY, 7)
        assert [day.on for day in days] == [MONDAY + timedelta(n) for n in range(7)]
        assert [bool(day.slots) for day in days] == [False] * 6 + [True]

    def test_what_is_booked_is_gone_and_comes_back_when_cancelled(self, clinic: Clinic) -> None:
        visit = clinic.book()
        times = shown(clinic.times(clinic.calloway))
        assert not {"09:10", "09:20", "09:30", "09:40", "09:50"} & set(times)
        assert {"09:00", "10:00"} <= set(times)
        with writing() as session:
            cancel_visit(session, clinic.rosa, visit.id)
        assert "09:30" in shown(clinic.times(clinic.calloway))

    def test_anyone_means_the_one_who_is_free_and_has_least_to_do(self, clinic: Clinic) -> None:
        assert {slot.practitioner_id for slot in clinic.times().slots} == {clinic.calloway}
        clinic.book()
        slots = {f"{slot.starts_local:%H:%M}": slot for slot in clinic.times().slots}
        assert len(slots) == 46
        assert {slot.practitioner_id for slot in slots.values()} == {clinic.lindqvist}
        clinic.book(
            actor=clinic.stranger,
            patient_id=clinic.stranger.me,
            practitioner_id=clinic.lindqvist,
            starts_at=builders.local(TUESDAY, 9, 30),
        )
        assert "09:30" not in shown(clinic.times())

    def test_nothing_sooner_than_an_hour_is_offered(self, clinic: Clinic) -> None:
        with time_machine.travel(builders.local(MONDAY, 10, 1), tick=False):
            assert shown(clinic.times(first_day=MONDAY))[0] == "11:10"
        with time_machine.travel(builders.local(MONDAY, 10, 0), tick=False):
            assert shown(clinic.times(first_day=MONDAY))[0] == "11:00"
        with time_machine.travel(builders.local(MONDAY, 15, 31), tick=False):
            assert shown(clinic.times(first_day=MONDAY)) == []

    def test_eight_weeks_ahead_is_the_last_day(self, clinic: Clinic) -> None:
        with reading() as session:
            window = booking_window(session, None)
        assert window.last_on == MONDAY + timedelta(days=56)
        assert clinic.times(first_day=window.last_on).slots
        with reading() as session:
            days = find_times(session, None, clinic.service_id, None, window.last_on, 7)
        assert [bool(day.slots) for day in days] == [True] + [False] * 6

    @pytest.mark.parametrize(
        ("first_day", "days"),
        [
            (date.min, 1),
            (date.max, 31),
            (date(2029, 11, 1), 7),
            (date(2030, 5, 1), 7),
            (MONDAY, 0),
            (MONDAY, -5),
            (MONDAY, 32),
            (MONDAY, 10**9),
        ],
    )
    def test_days_far_from_the_bookable_ones_are_refused(
        self, clinic: Clinic, first_day: date, days: int
    ) -> None:
        with reading() as session, pytest.raises(Invalid) as caught:
            find_times(session, None, clinic.service_id, None, first_day, days)
        assert set(caught.value.errors) == {"first_day"}

    def test_yesterday_is_an_empty_day(self, clinic: Clinic) -> None:
        assert clinic.times(first_day=MONDAY - timedelta(1)).slots == ()

    def test_an_unknown_service_or_practitioner_is_not_found(self, clinic: Clinic) -> None:
        with reading() as session:
            for wrong in ANYTHING_ELSE:
                with pytest.raises(NotFound):
                    find_times(session, None, wrong, None, MONDAY, 7)  # pyright: ignore[reportArgumentType]
                with pytest.raises(NotFound):
                    find_soonest(session, None, wrong)  # pyright: ignore[reportArgumentType]
                if wrong is not None:
                    with pytest.raises(NotFound):
                        find_times(session, None, clinic.service_id, wrong, MONDAY, 7)  # pyright: ignore[reportArgumentType]

    def test_each_practitioners_soonest_time_is_found(self, clinic: Clinic) -> None:
        with writing() as session:
            never = builders.add_practitioner(session, [clinic.service_id], weekdays=[])
        clinic.book(starts_at=builders.local(MONDAY, 9))
        with reading() as session:
            soonest = find_soonest(session, None, clinic.service_id)
        assert never not in soonest
        assert {who: f"{slot.starts_local:%a %H:%M}" for who, slot in soonest.items()} == {
            clinic.calloway: "Mon 09:30",
            clinic.lindqvist: "Mon 09:00",
        }

    def test_each_place_has_its_own_clock_and_its_own_list(self, clinic: Clinic) -> None:
        with writing() as session:
            builders.add_place(session, "prairie", zone="America/Edmonton")
            builders.add_practitioner(session, [clinic.service_id], place_id="prairie")
        nine: list[Slot] = [s for s in clinic.times().slots if f"{s.starts_local:%H:%M}" == "09:00"]
        assert [(slot.location_id, slot.zone) for slot in nine] == [
            ("prairie", "America/Edmonton"),
            (builders.HERE, builders.VANCOUVER),
        ]
        assert nine[1].starts_at - nine[0].starts_at == timedelta(hours=1)

    def test_a_far_eastern_place_has_its_own_today(self, clinic: Clinic) -> None:
        with writing() as session:
            builders.add_place(session, "auckland", zone="Pacific/Auckland")
            east = builders.add_practitioner(session, [clinic.service_id], place_id="auckland")
        tuesday = clinic.times(east)
        assert shown(tuesday)[0] == "09:00"
        assert tuesday.slots[0].starts_at.date() == MONDAY  # by UTC
        booked = clinic.book(practitioner_id=east, starts_at=tuesday.slots[0].starts_at)
        assert booked.starts_local.date() == TUESDAY
        assert booked.zone == "Pacific/Auckland"
