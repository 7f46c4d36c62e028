"""What is kept becomes visits: all of an order in one transaction, once, and never twice."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlmodel import col, select

from portal.booking.book import book_visit
from portal.booking.hold import HoldLost, choose_people, hold
from portal.booking.order import book_order
from portal.booking.rows import OrderRow
from portal.db import reading, writing
from portal.errors import Invalid, NotAllowed, NotFound, PortalError, SlotTaken
from portal.ids import new_id
from portal.models import ClaimedUnit, Hold, OutboxMessage, Patient, Service, Shift, Visit
from portal.outbox.kinds import Kind
from portal.permissions import Actor, Permission
from portal.sharing.change import withdraw
from portal.visits.rows import VisitRow
from tests import builders
from tests.booking_family import NOW, TUESDAY, Family, add_family, everything


@pytest.fixture(autouse=True)
def travel() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def family(database: str) -> Family:
    return add_family(database)


def keep(family: Family, *wishes: Any, actor: Actor | None = None, **more: str) -> OrderRow:
    with writing() as session:
        return hold(session, actor or family.rosa, wishes, **more)


def book(
    family: Family, order: OrderRow, key: str = "", actor: Actor | None = None, **more: Any
) -> tuple[VisitRow, ...]:
    with writing() as session:
        return book_order(session, actor or family.rosa, order.id, key or new_id(), **more)


def refused(error: type[PortalError], family: Family, order: OrderRow, **more: Any) -> str:
    before = everything()
    with pytest.raises(error) as caught:
        book(family, order, **more)
    assert everything() == before
    return caught.value.message


def test_two_children_at_the_same_time_with_different_people(family: Family) -> None:
    order = keep(
        family,
        family.wish(9, 0, family.theo),
        family.wish(9, 0, family.mina, practitioner_id=family.lindqvist),
    )
    visits = book(family, order)
    assert {visit.person.id for visit in visits} == {family.theo, family.mina}
    with reading() as session:
        claims = session.exec(select(ClaimedUnit)).all()
        assert all(one.until_at is None for one in claims)
        assert len(claims) == 2 * 2 * 6
        assert {one.held_by for one in claims} == {visit.id for visit in visits}
        mails = session.exec(select(OutboxMessage.kind)).all()
    assert mails == [Kind.VISITS_BOOKED]


def test_one_person_twice_at_one_time_is_refused_and_nothing_is_booked(family: Family) -> None:
    order = keep(
        family,
        family.wish(9, 0, family.theo),
        family.wish(9, 10, family.theo, practitioner_id=family.lindqvist),
        family.wish(11, 0, family.mina),
    )
    assert "already has a visit" in refused(Invalid, family, order)


def test_the_same_press_twice_books_once(family: Family) -> None:
    order, key = keep(family, family.wish(9, 0, family.theo)), new_id()
    first = book(family, order, key)
    again = book(family, order, key)
    other_tab = book(family, order)
    assert [one.id for one in first] == [one.id for one in again] == [one.id for one in other_tab]
    with reading() as session:
        assert len(session.exec(select(Visit)).all()) == 1


def test_what_was_kept_for_nobody_yet_is_not_booked(family: Family) -> None:
    order = keep(family, family.wish(9), family.wish(10, 0, family.theo))
    assert "for whom" in refused(Invalid, family, order)
    with writing() as session:
        choose_people(session, family.rosa, order.items[0].id, [family.mina])
    assert len(book(family, order)) == 2


def test_a_hold_that_ran_out_while_confirming_books_nothing(
    family: Family, travel: time_machine.Traveller
) -> None:
    order = keep(family, family.wish(9, 0, family.theo), family.wish(10, 0, family.mina))
    travel.shift(timedelta(minutes=10))
    assert "could not keep" in refused(HoldLost, family, order)


def test_a_grant_that_ended_in_between_books_nothing(family: Family) -> None:
    order = keep(family, family.wish(9, 0, family.theo), actor=family.idris)
    with writing() as session:
        withdraw(session, family.rosa, family.theo, family.idris.me, [Permission.BOOK])
    refused(NotFound, family, order, actor=family.idris)  # what was kept is let go with the grant


def test_a_stranger_cannot_book_somebody_elses_order(family: Family) -> None:
    order = keep(family, family.wish(9, 0, family.theo))
    for actor in (family.stranger, family.idris):
        refused(NotFound, family, order, actor=actor)
    assert refused(Invalid, family, order, shown_cents=1)


def test_a_shift_that_was_shortened_under_a_kept_time(family: Family) -> None:
    order = keep(family, family.wish(16, 30, family.theo))
    with writing() as session:
        for shift in session.exec(select(Shift)):
            shift.ends = shift.ends.replace(hour=16)
            session.add(shift)
    assert "not offered" in refused(Invalid, family, order)


def test_a_price_that_was_agreed_to_stays(family: Family) -> None:
    order = keep(family, family.wish(9, 0, family.theo))
    with writing() as session:
        session.get_one(Service, family.check_up).price_cents = 99_00
    assert book(family, order, shown_cents=85_00)[0].price_cents == 85_00


def test_the_limit_counts_the_attendee_whoever_books(family: Family) -> None:
    with writing() as session:
        builders.set_policy(session, most_upcoming=1)
    book(
        family, keep(family, family.wish(9, 0, family.theo), actor=family.idris), actor=family.idris
    )
    with pytest.raises(Invalid, match="visits to come"):
        keep(family, family.wish(10, 0, family.theo))
    assert book(family, keep(family, family.wish(10, 0, family.mina)))


def test_somebody_who_cannot_be_booked_online(family: Family) -> None:
    order = keep(family, family.wish(9, 0, family.theo))
    with writing() as session:
        session.get_one(Patient, family.theo).online_barred = True
    assert "555-0100" in refused(Invalid, family, order)
    with writing() as session:
        staff = builders.add_staff(session)
        visit = book_visit(
            session,
            staff,
            family.theo,
            family.check_up,
            family.lindqvist,
            builders.local(TUESDAY, 9),
            new_id(),
        )
    assert visit.person.id == family.theo


class TestMoving:
    """The old time is kept until the new one is certain."""

    @pytest.fixture
    def visit(self, family: Family) -> VisitRow:
        return book(family, keep(family, family.wish(9, 0, family.theo)))[0]

    def move(self, family: Family, visit: VisitRow, hour: int, **more: Any) -> OrderRow:
        wish = family.wish(hour, starts_at=builders.local(builders.in_days(3), hour))
        changed = {**wish.__dict__, "moves_id": visit.id}
        return keep(family, type(wish)(**changed), **more)

    def test_it_moves_and_stays_the_same_visit(self, family: Family, visit: VisitRow) -> None:
        order = self.move(family, visit, 10)
        with pytest.raises(SlotTaken), writing() as session:
            book_visit(
                session,
                family.stranger,
                family.stranger.me,
                family.check_up,
                family.calloway,
                builders.local(TUESDAY, 9),
                new_id(),
            )
        moved = book(family, order)[0]
        assert moved.id == visit.id
        assert moved.starts_at == builders.local(builders.in_days(3), 10)
        with reading() as session:
            row = session.get_one(Visit, visit.id)
            assert row.first_starts_at == visit.starts_at
            assert row.sequence == 1
            assert {one.unit for one in session.exec(select(ClaimedUnit))} == set(
                range(
                    int(moved.starts_at.timestamp()) // 300, int(moved.ends_at.timestamp()) // 300
                )
            )
        assert book(family, order)[0].id == visit.id  # pressed again

    def test_the_old_time_stays_when_the_new_one_is_lost(
        self, family: Family, visit: VisitRow, travel: time_machine.Traveller
    ) -> None:
        order = self.move(family, visit, 10)
        travel.shift(timedelta(minutes=10))
        refused(HoldLost, family, order)
        with reading() as session:
            assert session.get_one(Visit, visit.id).starts_at == visit.starts_at

    def test_within_the_late_period_only_the_clinic_moves_it(
        self, family: Family, visit: VisitRow, travel: time_machine.Traveller
    ) -> None:
        travel.move_to(visit.starts_at - timedelta(hours=23))
        with pytest.raises(Invalid, match="555-0100"):
            self.move(family, visit, 10)
        with writing() as session:
            staff = builders.add_staff(session)
        moved = book(family, self.move(family, visit, 10, actor=staff), actor=staff)[0]
        assert moved.id == visit.id

    def test_the_late_period_goes_on_counting_from_the_first_time(
        self, family: Family, visit: VisitRow, travel: time_machine.Traveller
    ) -> None:
        book(family, self.move(family, visit, 10))
        travel.move_to(visit.starts_at - timedelta(hours=23))
        with pytest.raises(Invalid, match="555-0100"):
            self.move(family, visit, 12)

    def test_the_clinic_may_switch_it_off(self, family: Family, visit: VisitRow) -> None:
        with writing() as session:
            builders.set_policy(session, patients_reschedule=False)
        with pytest.raises(Invalid, match="555-0100"):
            self.move(family, visit, 10)

    def test_nobody_moves_a_strangers_visit_or_one_they_may_not_book(
        self, family: Family, visit: VisitRow
    ) -> None:
        with pytest.raises(NotFound):
            self.move(family, visit, 10, actor=family.stranger)
        own = book(family, keep(family, family.wish(12, 0, family.rosa.me)))[0]
        with pytest.raises((NotFound, NotAllowed)):
            self.move(family, own, 10, actor=family.idris)

    def test_another_service_is_another_visit(self, family: Family, visit: VisitRow) -> None:
        wish = family.wish(10, service_id=family.ultrasound, moves_id=visit.id)
        with pytest.raises(NotFound):
            keep(family, wish)


class TestRooms:
    """One machine, two practitioners."""

    def test_one_machine_serves_one_visit_at_a_time(self, family: Family) -> None:
        first = family.wish(9, 0, family.theo, service_id=family.ultrasound)
        second = family.wish(
            9, 0, family.mina, service_id=family.ultrasound, practitioner_id=family.lindqvist
        )
        order = keep(family, first)
        with pytest.raises(SlotTaken):
            keep(family, second)
        book(family, order)
        with pytest.raises(SlotTaken):
            keep(family, second)
        with writing() as session:
            builders.add_room(session, "Machine", name="Second machine")
        assert book(family, keep(family, second))

    def test_buffers_keep_the_practitioner_and_the_room_free(self, family: Family) -> None:
        with writing() as session:
            session.get_one(Service, family.ultrasound).buffer_after = 15
        book(family, keep(family, family.wish(9, 0, family.theo, service_id=family.ultrasound)))
        with pytest.raises(SlotTaken):
            keep(family, family.wish(9, 40, family.mina))
        # The patient is free as soon as the visit is over.
        other = family.wish(9, 30, family.theo, practitioner_id=family.lindqvist)
        assert book(family, keep(family, other))
        assert book(family, keep(family, family.wish(9, 50, family.mina)))


class TestGroups:
    """Several people in one visit."""

    def wish(self, family: Family, *people: str, hour: int = 9) -> Any:
        return family.wish(hour, 0, *people, service_id=family.counselling)

    def test_one_time_three_people_one_payer(self, family: Family) -> None:
        people = (family.rosa.me, family.theo, family.mina)
        visits = book(family, keep(family, self.wish(family, *people)))
        assert [visit.person.id for visit in visits] == list(people)
        with reading() as session:
            rows = session.exec(select(Visit).order_by(col(Visit.price_cents).desc())).all()
            assert [row.price_cents for row in rows] == [85_00, 0, 0]
            assert len({row.gathering_id for row in rows}) == 1
        with pytest.raises(SlotTaken):
            keep(family, self.wish(family, family.idris.me, family.theo))

    def test_only_people_one_may_book_for_and_not_too_many(self, family: Family) -> None:
        with pytest.raises(NotFound):
            keep(family, self.wish(family, family.rosa.me, family.stranger.me))
        with pytest.raises(NotAllowed):
            keep(family, self.wish(family, family.idris.me, family.rosa.me), actor=family.idris)
        with pytest.raises(Invalid):
            keep(family, self.wish(family, family.rosa.me))
        with pytest.raises(Invalid):
            keep(family, self.wish(family, family.rosa.me, family.theo, family.theo))
        with writing() as session:
            session.get_one(Service, family.counselling).capacity = 200
            more = [
                builders.add_family_member(session, family.rosa, f"Child {n}", Permission.BOOK)
                for n in range(12)
            ]
        with pytest.raises(Invalid, match="12 people"):
            keep(family, self.wish(family, family.rosa.me, *more))
        assert len(book(family, keep(family, self.wish(family, *more)))) == 12

    def test_somebody_busy_means_nobody_is_booked(self, family: Family) -> None:
        wish = family.wish(9, 30, family.theo, practitioner_id=family.lindqvist)
        book(family, keep(family, wish))
        order = keep(family, self.wish(family, family.rosa.me, family.theo))
        assert "One of these people" in refused(Invalid, family, order)

    def test_moving_it_moves_everybody(self, family: Family) -> None:
        people = (family.rosa.me, family.theo)
        visits = book(family, keep(family, self.wish(family, *people)))
        wish = type(self.wish(family))(
            family.counselling,
            family.lindqvist,
            builders.local(builders.in_days(3), 10),
            moves_id=visits[0].id,
        )
        moved = book(family, keep(family, wish))
        assert {one.id for one in moved} == {one.id for one in visits}
        with reading() as session:
            claims = session.exec(select(ClaimedUnit)).all()
        assert len(claims) == 12 * 3
        assert {one.resource_id for one in claims} == {family.lindqvist, *people}


class TestClasses:
    """Seats for people who do not know each other."""

    @pytest.fixture
    def yoga(self, family: Family) -> str:
        with writing() as session:
            at = builders.local(TUESDAY, 13)
            return builders.add_class(session, family.yoga, family.calloway, at)

    def wish(self, family: Family, *people: str) -> Any:
        return family.wish(13, 0, *people, service_id=family.yoga)

    @pytest.mark.usefixtures("yoga")
    def test_seats_run_out(self, family: Family) -> None:
        order = keep(family, self.wish(family, family.theo))
        stranger = keep(family, self.wish(family, family.stranger.me), actor=family.stranger)
        with pytest.raises(SlotTaken, match="last place"):
            keep(family, self.wish(family, family.mina))
        book(family, order)
        book(family, stranger, actor=family.stranger)
        with pytest.raises(SlotTaken, match="last place"):
            keep(family, self.wish(family, family.mina))

    @pytest.mark.usefixtures("yoga")
    def test_the_same_person_has_one_seat(self, family: Family) -> None:
        book(family, keep(family, self.wish(family, family.theo)))
        order = keep(family, self.wish(family, family.theo))
        refused(Invalid, family, order)

    def test_there_is_no_class_at_another_time(self, family: Family, yoga: str) -> None:
        wish = family.wish(14, 0, family.theo, service_id=family.yoga)
        with pytest.raises(Invalid):
            keep(family, wish)
        with pytest.raises(Invalid):
            keep(family, type(wish)(**{**self.wish(family).__dict__, "gathering_id": new_id()}))
        assert keep(family, type(wish)(**{**self.wish(family).__dict__, "gathering_id": yoga}))


def test_no_hold_is_left_with_units_after_booking(family: Family) -> None:
    book(family, keep(family, family.wish(9, 0, family.theo)))
    with reading() as session:
        kept = session.exec(select(Hold)).one()
        assert kept.used_at is not None
        held = session.exec(select(ClaimedUnit).where(ClaimedUnit.held_by == kept.id)).all()
    assert held == []
