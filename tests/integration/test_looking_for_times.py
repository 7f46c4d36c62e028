"""Looking for times: by month, the next one, the nearest, for whom; and classes."""

from collections.abc import Iterator
from datetime import date, time, timedelta

import pytest
import time_machine
from sqlmodel import Session

from portal.booking.book import book_visit
from portal.booking.hold import Wish, hold
from portal.booking.service import (
    Slot,
    find_soonest,
    find_times,
    list_practitioners,
    list_services,
)
from portal.booking.times import month, nearest, next_available
from portal.db import reading, writing
from portal.errors import Invalid, NotAllowed, NotFound
from portal.ids import new_id
from portal.models import Practitioner
from portal.permissions import Actor
from tests import builders
from tests.booking_family import NOW, TUESDAY, Family, add_family
from tests.looking import Looking

MONDAY = TUESDAY - timedelta(days=1)


@pytest.fixture(autouse=True)
def travel() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def family(database: str) -> Family:
    return add_family(database)


@pytest.fixture
def rosa(family: Family) -> Looking:
    return Looking(family, family.rosa)


def book(family: Family, *times: tuple[int, int], actor: Actor | None = None) -> None:
    for hour, minute in times:
        with writing() as session:
            patient_id = builders.add_patient(session)
            book_visit(
                session,
                actor or builders.add_staff(session),
                patient_id,
                family.check_up,
                family.calloway,
                builders.local(TUESDAY, hour, minute),
                new_id(),
            )


def seen(slots: tuple[Slot, ...]) -> list[str]:
    return [f"{slot.starts_local:%d %H:%M}" for slot in slots]


class TestTheNextOne:
    """Next available, nearest, and the month."""

    def test_each_practitioners_soonest(self, family: Family) -> None:
        with reading() as session:
            soonest = find_soonest(session, family.rosa, family.check_up)
        assert {f"{slot.starts_local:%d %H:%M}" for slot in soonest.values()} == {"07 09:00"}

    def test_the_next_time_may_be_weeks_away(self, family: Family) -> None:
        with writing() as session:
            # Only from a day in the sixth week on.
            rare = builders.add_practitioner(session, [family.check_up], weekdays=[])
            begins = MONDAY + timedelta(days=38)
            builders.add_shift(session, rare, begins.weekday(), time(10), time(11), from_on=begins)
        with reading() as session:
            found = next_available(session, family.rosa, family.check_up, rare, NOW)
            assert found is not None
            assert found.starts_at == builders.local(begins, 10)
            evening = next_available(
                session, family.rosa, family.check_up, rare, NOW, part="evening"
            )
            assert evening is None

    def test_the_next_time_is_not_before_the_moment_asked_for(self, family: Family) -> None:
        book(family, (9, 30))
        after = builders.local(TUESDAY, 9, 1)
        with reading() as session:
            found = next_available(session, None, family.check_up, family.calloway, after)
        assert found is not None
        assert found.starts_at == builders.local(TUESDAY, 10)

    def test_the_nearest_times_are_free_and_not_all_the_same(self, family: Family) -> None:
        book(family, (10, 0), (10, 30))
        with reading() as session:
            near = nearest(
                session,
                family.rosa,
                family.check_up,
                family.calloway,
                builders.local(TUESDAY, 10),
            )
            there = nearest(
                session, None, family.check_up, family.calloway, builders.local(TUESDAY, 14)
            )
        assert seen(near) == ["08 09:00", "08 09:30", "08 11:00"]
        assert seen(there) == ["08 13:30", "08 14:00", "08 14:30"]

    @pytest.mark.parametrize("days", [-400, -3, 56, 500])
    def test_the_nearest_times_to_one_that_nobody_can_have(self, family: Family, days: int) -> None:
        at = NOW + timedelta(days=days)
        with reading() as session:
            near = nearest(session, family.rosa, family.check_up, family.calloway, at)
        assert len(near) == 3
        assert all(slot.starts_at > NOW for slot in near)

    def test_a_month_counts_what_each_day_shows(self, family: Family, rosa: Looking) -> None:
        book(family, (9, 0))
        with reading() as session:
            found = dict(month(session, family.rosa, family.check_up, family.calloway, TUESDAY))
        assert len(found) == 31
        assert found[MONDAY - timedelta(days=1)] == 0
        assert found[TUESDAY] == len(rosa.shown()) == 15
        with reading() as session, pytest.raises(Invalid):
            month(session, family.rosa, family.check_up, None, date(2031, 1, 1))

    @pytest.mark.parametrize("wrong", ["", "no", "x" * 5_000, "\0"])
    def test_an_unknown_service_is_not_found(self, family: Family, wrong: str) -> None:
        with reading() as session:
            with pytest.raises(NotFound):
                next_available(session, family.rosa, wrong, None, NOW)
            with pytest.raises(NotFound):
                nearest(session, family.rosa, wrong, None, NOW)
            with pytest.raises(NotFound):
                month(session, family.rosa, wrong, None, TUESDAY)


class TestWhoIsToCome:
    """Times at which the people themselves are busy, and what is held."""

    def test_a_person_who_has_a_visit_then_is_not_offered_it(
        self, family: Family, rosa: Looking
    ) -> None:
        with writing() as session:
            book_visit(
                session,
                family.rosa,
                family.theo,
                family.check_up,
                family.lindqvist,
                builders.local(TUESDAY, 10),
                new_id(),
            )
        assert "08 10:00" in rosa.shown(every_start=True)
        for people in ([family.theo], [family.mina, family.theo]):
            shown = rosa.shown(every_start=True, people=people)
            assert not {"08 09:40", "08 10:00", "08 10:20"} & set(shown)
            assert {"08 09:30", "08 10:30"} <= set(shown)
        assert "08 10:00" in rosa.shown(every_start=True, people=[family.mina])

    def test_when_somebody_else_is_busy_is_not_told(self, family: Family) -> None:
        stranger = Looking(family, family.stranger)
        with pytest.raises((NotFound, NotAllowed)):
            stranger.shown(people=[family.theo])
        assert Looking(family, None).shown(people=[family.theo])  # visitors: it is left out

    def test_another_persons_order_opens_nothing(self, family: Family, rosa: Looking) -> None:
        at = builders.local(TUESDAY, 10)
        with writing() as session:
            order = hold(session, family.rosa, [Wish(family.check_up, family.calloway, at)])
        assert "08 10:00" not in rosa.shown(every_start=True)
        assert "08 10:00" in rosa.shown(every_start=True, mine=order.id)
        stranger = Looking(family, family.stranger)
        assert "08 10:00" not in stranger.shown(every_start=True, mine=order.id)
        assert "08 10:00" not in Looking(family, None).shown(every_start=True, mine=order.id)

    def test_a_time_that_was_held_too_long_is_offered_again(
        self, rosa: Looking, family: Family, travel: time_machine.Traveller
    ) -> None:
        at = builders.local(TUESDAY, 10)
        with writing() as session:
            hold(session, family.stranger, [Wish(family.check_up, family.calloway, at)])
        travel.shift(timedelta(minutes=9, seconds=59))
        assert "08 10:00" not in rosa.shown(every_start=True)
        travel.shift(timedelta(seconds=1))
        assert "08 10:00" in rosa.shown(every_start=True)


class TestClasses:
    """A class is offered at its own time, while seats are left."""

    def test_seats_count_down_and_a_full_class_is_gone(self, family: Family) -> None:
        at = builders.local(TUESDAY, 12)
        with writing() as session:
            builders.add_class(session, family.yoga, family.calloway, at, capacity=2)
        for seats_left, actor in ((2, family.rosa), (1, family.idris)):
            (slot,) = self.classes(family)
            assert (slot.starts_at, slot.seats_left) == (at, seats_left)
            assert slot.gathering_id
            with writing() as session:
                book_visit(
                    session,
                    actor,
                    actor.me,
                    family.yoga,
                    family.calloway,
                    at,
                    new_id(),
                    gathering_id=slot.gathering_id,
                )
        assert self.classes(family) == []
        with reading() as session:
            assert find_soonest(session, None, family.yoga) == {}
            assert next_available(session, None, family.yoga, None, NOW) is None

    def test_one_too_soon_too_far_or_today_is_not_offered(self, family: Family) -> None:
        today = builders.local(MONDAY, 12)
        with writing() as session:
            for at in (
                NOW + timedelta(minutes=30),
                today,
                builders.local(MONDAY + timedelta(days=57), 12),
            ):
                builders.add_class(session, family.yoga, family.calloway, at)
        assert [slot.starts_at for slot in self.classes(family, MONDAY)] == [today]
        with reading() as session:
            staff_sees = find_times(
                session, _desk(), family.yoga, None, MONDAY + timedelta(days=57), 1
            )
            assert staff_sees[0].slots
        with writing() as session:
            builders.set_policy(session, same_day=False)
        assert self.classes(family, MONDAY) == []

    def classes(self, family: Family, on: date = TUESDAY) -> list[Slot]:
        with reading() as session:
            (day,) = find_times(session, None, family.yoga, None, on, 1)
        return list(day.slots)


class TestSwitches:
    """What patients cannot book themselves, staff can."""

    def test_a_switched_off_kind_is_not_listed_for_patients(self, family: Family) -> None:
        with writing() as session:
            builders.set_policy(session, group_visits=False, classes=False)
        with reading() as session:
            assert self.listed(session, family.rosa) == {"individual"}
            assert self.listed(session, _desk()) == {"individual", "group", "class"}
            for service_id in (family.counselling, family.yoga):
                with pytest.raises(NotFound):
                    find_times(session, family.rosa, service_id, None, TUESDAY, 1)
                assert find_times(session, _desk(), service_id, None, TUESDAY, 1)

    def test_a_practitioner_or_service_for_staff_only(self, family: Family) -> None:
        with writing() as session:
            session.get_one(Practitioner, family.calloway).online = False
            hidden = builders.add_service(session, "Hidden", online=False)
            builders.add_practitioner(session, [hidden])
        with reading() as session:
            for actor, expected in ((family.rosa, False), (None, False), (_desk(), True)):
                names = list_practitioners(session, actor, family.check_up)
                assert (family.calloway in {one.id for one in names}) == expected
                services = [
                    one for group in list_services(session, actor) for one in group.services
                ]
                assert (hidden in {one.id for one in services}) == expected
            with pytest.raises(NotFound):
                find_times(session, family.rosa, family.check_up, family.calloway, TUESDAY, 1)

    def listed(self, session: Session, actor: Actor) -> set[str]:
        return {str(one.kind) for group in list_services(session, actor) for one in group.services}


def _desk() -> Actor:
    return Actor(staff_id="desk")
