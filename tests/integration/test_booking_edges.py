"""What goes wrong with bookings in the field, on both databases; see docs/edge-cases.md."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from sqlmodel import col, delete, select

from portal.booking.hold import Wish, hold
from portal.booking.order import book_order
from portal.booking.policy import UNDO_FOR
from portal.booking.service import book_visit, find_times
from portal.db import reading, writing
from portal.errors import Invalid, SlotTaken
from portal.ids import new_id
from portal.models import ClaimedUnit, Offer, Visit
from portal.permissions import Actor
from portal.visits.cancel import cancel_visit
from portal.visits.rows import VisitRow
from portal.waitlist.ask import DAYS, AskForm, ask
from tests import builders
from tests.bench.stress.check import faults, overlaps
from tests.booking_family import NOW, TUESDAY, Family, add_family, everything
from tests.integration.test_order_races import at_once, clients, keep_and_book, wish

ROUNDS = 12


@pytest.fixture
def family(database: str) -> Family:
    return add_family(database)


def booked(
    family: Family, starts_at: datetime, *, who: str = "", by: Actor | None = None
) -> VisitRow:
    by = by or family.rosa
    wanted = (family.check_up, who or family.calloway, starts_at, new_id())
    with writing() as session:
        return book_visit(session, by, by.me, *wanted)


def nothing_wrong() -> bool:
    with reading() as session:
        return not faults(session) and not overlaps(session)


class TestMoving:
    """A visit gets another time."""

    def test_a_visit_that_is_cancelled_while_its_new_time_is_kept_stays_cancelled(
        self, family: Family
    ) -> None:
        at = builders.local(builders.in_days(5), 9)
        visit = booked(family, at)
        move = Wish(family.check_up, family.calloway, at + timedelta(hours=2), moves_id=visit.id)
        with writing() as session:
            order = hold(session, family.rosa, [move])
        with writing() as session:
            cancel_visit(session, family.rosa, visit.id)
        before = everything()
        with pytest.raises(Invalid, match="cannot be moved any more"), writing() as session:
            book_order(session, family.rosa, order.id, new_id())
        assert everything() == before
        assert nothing_wrong()

    def test_two_who_change_practitioners_never_wait_in_a_circle(self, family: Family) -> None:
        """Each gives up a time with the practitioner whom the other one wants.

        Somebody waits, so whoever moves has to look at the time that becomes free, too.
        """
        one, other = clients(2)
        wait(family, *clients(1))
        for number in range(ROUNDS):
            at = builders.local(builders.in_days(5 + number), 9)
            first = booked(family, at, by=one)
            second = booked(family, at, who=family.lindqvist, by=other)
            later = at + timedelta(hours=3)
            outcomes = at_once(
                [
                    moved(family, one, first.id, family.lindqvist, later),
                    moved(family, other, second.id, family.calloway, later),
                ]
            )
            assert outcomes == ["moved", "moved"]
        assert nothing_wrong()


def wait(family: Family, who: Actor) -> None:
    """Let somebody wait for a visit that nobody can give up: every freed time is looked at."""
    typed = {"patient_id": who.me, "service_id": family.check_up, "request_key": new_id()}
    until = {"until_on": builders.in_days(40).isoformat(), "until_time": "08:30"}
    with writing() as session:
        ask(session, who, AskForm.model_validate(typed | until | dict.fromkeys(DAYS, True)))


def moved(
    family: Family, actor: Actor, visit_id: str, to: str, starts_at: datetime
) -> Callable[[], str]:
    with writing() as session:
        order = hold(session, actor, [Wish(family.check_up, to, starts_at, moves_id=visit_id)])

    def attempt() -> str:
        with writing() as session:
            book_order(session, actor, order.id, new_id())
        return "moved"

    return attempt


def test_anyone_is_as_many_people_as_are_free(family: Family) -> None:
    """Eight see nine o'clock with anyone; there are two practitioners, so two of them come."""
    day = builders.in_days(5)
    at = builders.local(day, 9)
    everybody = clients()

    def attempt(one: Actor) -> str:
        for _try in range(2):
            with reading() as session:
                (found,) = find_times(session, one, family.check_up, None, day, 1)
            slot = next((slot for slot in found.slots if slot.starts_at == at), None)
            if slot is None:
                return "gone"
            try:
                wanted = wish(family, 9, one.me, practitioner_id=slot.practitioner_id)
                return keep_and_book(one, wanted)()
            except SlotTaken:
                continue
        return "gone"

    outcomes = at_once([lambda one=one: attempt(one) for one in everybody])
    assert Counter(outcomes) == {"booked": 2, "gone": len(everybody) - 2}
    assert nothing_wrong()


def test_one_patient_is_not_at_two_places_at_once(family: Family) -> None:
    with writing() as session:
        builders.add_place(session, "prairie", zone="America/Edmonton")
        there = builders.add_practitioner(session, [family.check_up], place_id="prairie")
    day = builders.in_days(5)
    booked(family, builders.local(day, 10))
    before = everything()
    # Eleven in Edmonton is ten in Vancouver.
    with pytest.raises(Invalid, match="already has a visit"):
        booked(family, builders.local(day, 11, zone="America/Edmonton"), who=there)
    assert everything() == before
    booked(family, builders.local(day, 10, zone="America/Edmonton"), who=there)


class TestWhenTheClocksChange:
    """On 10 March 2030 the clocks of Vancouver go from two to three."""

    JUMP = datetime(2030, 3, 10, 10, tzinfo=UTC)
    AT_HALF_PAST_THREE = JUMP + timedelta(minutes=30)

    @pytest.fixture
    def night(self, family: Family) -> str:
        with writing() as session:
            who = builders.add_practitioner(session, starts=time(0), ends=time(6))
            session.add(Offer(practitioner_id=who, service_id=family.check_up))
        return who

    @pytest.mark.parametrize(("lead", "is_offered"), [(60, True), (65, False)])
    def test_notice_is_counted_in_hours_that_pass(
        self, family: Family, night: str, lead: int, is_offered: bool
    ) -> None:
        """From half past one to half past three it is one hour in that night, not two."""
        with writing() as session:
            builders.set_policy(session, lead_minutes=lead)
        with time_machine.travel(self.JUMP - timedelta(minutes=30), tick=False):
            if is_offered:
                assert booked(family, self.AT_HALF_PAST_THREE, who=night).starts_local.hour == 3
            else:
                with pytest.raises(Invalid, match="too soon"):
                    booked(family, self.AT_HALF_PAST_THREE, who=night)

    @pytest.mark.parametrize(("hours", "works"), [(24, False), (23, True)])
    def test_the_late_period_is_counted_in_hours_that_pass(
        self, family: Family, hours: int, works: bool
    ) -> None:
        """From nine on Saturday to nine on Sunday there are 23 hours."""
        with writing() as session:
            builders.set_policy(session, late_cancel_hours=hours, horizon_days=366)
        sunday = builders.local(self.JUMP.date(), 9)
        with time_machine.travel(NOW, tick=False):
            visit = booked(family, sunday)
        saturday = builders.local(self.JUMP.date() - timedelta(days=1), 9)
        with time_machine.travel(saturday - timedelta(seconds=1), tick=False):
            if works:
                with writing() as session:
                    assert cancel_visit(session, family.rosa, visit.id).is_cancelled
            else:
                with pytest.raises(Invalid, match="555-0100"), writing() as session:
                    cancel_visit(session, family.rosa, visit.id)

    def test_nine_stays_nine_on_both_sides(self, family: Family) -> None:
        with time_machine.travel(self.JUMP - timedelta(days=3), tick=False):
            for day in (9, 10, 11):
                on = self.JUMP.date().replace(day=day)
                visit = booked(family, builders.local(on, 9))
                assert (visit.starts_local.hour, visit.starts_local.date()) == (9, on)


class TestTheFirstThreeMinutes:
    """What was just booked can be taken back, whatever the policy."""

    @pytest.fixture
    def travel(self):
        with time_machine.travel(NOW, tick=False) as traveller:
            yield traveller

    def test_a_visit_booked_inside_the_late_period_can_be_taken_back_for_three_minutes(
        self, family: Family, travel: time_machine.Traveller
    ) -> None:
        near = builders.local(TUESDAY - timedelta(days=1), 12)
        first, second = booked(family, near), booked(family, near + timedelta(hours=1))
        travel.shift(UNDO_FOR - timedelta(seconds=1))
        with writing() as session:
            assert cancel_visit(session, family.rosa, first.id).is_cancelled
        travel.shift(timedelta(seconds=1))
        before = everything()
        with pytest.raises(Invalid, match="555-0100"), writing() as session:
            cancel_visit(session, family.rosa, second.id)
        assert everything() == before

    def test_moving_does_not_open_what_the_late_period_has_closed(
        self, family: Family, travel: time_machine.Traveller
    ) -> None:
        """Booked for Tuesday, moved to next week in time, cancelled on the Tuesday: too late."""
        with writing() as session:
            builders.set_policy(session, late_cancel_hours=24)
        at = builders.local(TUESDAY + timedelta(days=1), 12)
        visit = booked(family, at)
        moved(family, family.rosa, visit.id, family.calloway, at + timedelta(days=7))()
        travel.move_to(at - timedelta(hours=23))
        with pytest.raises(Invalid, match="555-0100"), writing() as session:
            cancel_visit(session, family.rosa, visit.id)


def test_the_look_at_the_calendar_sees_what_is_wrong(family: Family) -> None:
    """The stress test is worth as much as this."""
    at = builders.local(builders.in_days(5), 9)
    visit = booked(family, at)
    assert nothing_wrong()
    with writing() as session:
        session.exec(
            delete(ClaimedUnit).where(
                col(ClaimedUnit.held_by) == visit.id,
                col(ClaimedUnit.resource_id) == family.calloway,
            )
        )
    assert not nothing_wrong()
    other = clients(1)[0]
    with writing() as session:
        builders.add_visit(session, other.me, family.lindqvist, family.check_up, at)
        there = session.exec(select(Visit).where(Visit.patient_id == other.me)).one()
        there.patient_id = family.rosa.me
    with reading() as session:
        assert overlaps(session) == 1
        assert any("mails of its booking" in line for line in faults(session))
