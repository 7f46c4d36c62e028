"""What a hostile look at the calendar found: each fault with the test that showed it."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from sqlmodel import col, select

from portal.booking.book import book_visit
from portal.booking.hold import Wish, extend, hold
from portal.booking.order import book_order
from portal.booking.rows import Slot
from portal.booking.times import find_times
from portal.db import reading, writing
from portal.errors import Invalid, PortalError, SlotTaken
from portal.ids import new_id
from portal.models import (
    Holiday,
    OutboxMessage,
    Patient,
    Service,
    TimeOff,
    Visit,
    WaitOffer,
    WaitRequest,
)
from portal.outbox.kinds import Kind
from portal.permissions import Actor
from portal.visits.cancel import cancel_visit, undo
from portal.visits.hand_over import HandOverForm, hand_over
from portal.waitlist.answer import accept
from tests import builders
from tests.booking_family import NOW, TUESDAY, Family, add_family

NINE = builders.local(TUESDAY, 9)
TEN = builders.local(TUESDAY, 10)


@pytest.fixture(autouse=True)
def travel() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def family(database: str) -> Family:
    return add_family(database)


@pytest.fixture
def desk(family: Family) -> Actor:
    with writing() as session:
        return builders.add_staff(session)


def book(family: Family, who: str, at: datetime = NINE, service_id: str = "") -> str:
    """Book one visit with Dr Calloway, by Rosa."""
    with writing() as session:
        what = (service_id or family.check_up, family.calloway, at, new_id())
        return book_visit(session, family.rosa, who, *what).id


def order(family: Family, *wishes: Wish) -> list[str]:
    with writing() as session:
        kept = hold(session, family.rosa, wishes)
        return [one.id for one in book_order(session, family.rosa, kept.id, new_id())]


def queued(kind: Kind) -> list[str]:
    """Return the visits that mails of a kind are about."""
    with reading() as session:
        found = session.exec(select(OutboxMessage).where(OutboxMessage.kind == kind)).all()
        return [id_ for one in found for id_, _sequence in one.payload["visits"]]


def standing() -> set[str]:
    with reading() as session:
        rows = select(Visit.id).where(col(Visit.cancelled_at).is_(None))
        return set(session.exec(rows).all())


class TestUndo:
    """What is taken back in the first minutes, and who hears of it."""

    def test_the_clinics_cancelling_is_told_even_in_the_first_minutes(
        self, family: Family, desk: Actor, travel: time_machine.Traveller
    ) -> None:
        visit = book(family, family.rosa.me)
        travel.shift(timedelta(minutes=1))
        with writing() as session:
            cancel_visit(session, desk, visit, reason="Dr Calloway is ill.")
        assert queued(Kind.VISITS_CANCELLED) == [visit]

    def test_what_the_clinic_booked_and_took_back_at_once_is_not_told(
        self, family: Family, desk: Actor
    ) -> None:
        what = (family.rosa.me, family.check_up, family.calloway, NINE, new_id())
        with writing() as session:
            cancel_visit(session, desk, book_visit(session, desk, *what).id)
        assert queued(Kind.VISITS_CANCELLED) == []

    def test_handed_over_later_it_does_not_take_back_the_whole_order(
        self, family: Family, desk: Actor, travel: time_machine.Traveller
    ) -> None:
        first, second = order(
            family, family.wish(9, 0, family.theo), family.wish(10, 0, family.rosa.me)
        )
        travel.shift(timedelta(hours=1))
        with writing() as session:
            form = HandOverForm(visit_id=first, to_id=family.mina)
            right = hand_over(session, desk, form).id
        with writing() as session:
            undo(session, family.rosa, right)
        assert standing() == {second}


class TestClasses:
    """A seat is offered where somebody can come, and somebody is there."""

    def seats(self, family: Family, *people: str) -> list[Slot]:
        with reading() as session:
            [day] = find_times(session, family.rosa, family.yoga, None, TUESDAY, 1, people=people)
        return list(day.slots)

    def open(self, family: Family, at: datetime = NINE) -> str:
        with writing() as session:
            return builders.add_class(session, family.yoga, family.calloway, at)

    def away(self, family: Family, how: str) -> None:
        rows = {
            "time off": TimeOff(
                id=new_id(),
                practitioner_id=family.calloway,
                starts_at=NINE - timedelta(hours=1),
                ends_at=NINE + timedelta(minutes=10),
            ),
            "holiday": Holiday(id=new_id(), on_date=TUESDAY, name="Feast"),
        }
        with writing() as session:
            session.add(rows[how])

    @pytest.mark.parametrize("how", ["time off", "holiday"])
    def test_no_seat_where_the_practitioner_is_away(self, family: Family, how: str) -> None:
        self.open(family)
        assert len(self.seats(family)) == 1
        self.away(family, how)
        assert self.seats(family) == []
        with pytest.raises(Invalid, match="not offered"):
            book(family, family.theo, service_id=family.yoga)

    @pytest.mark.parametrize("how", ["time off", "holiday"])
    def test_a_kept_seat_is_not_booked_either(self, family: Family, how: str) -> None:
        self.open(family)
        wish = family.wish(9, 0, family.theo, service_id=family.yoga)
        with writing() as session:
            kept = hold(session, family.rosa, [wish])
        self.away(family, how)
        with pytest.raises(PortalError), writing() as session:
            book_order(session, family.rosa, kept.id, new_id())
        assert standing() == set()

    def test_none_at_a_time_when_whoever_comes_has_a_visit(self, family: Family) -> None:
        self.open(family)
        self.open(family, TEN)
        assert len(self.seats(family, family.theo)) == 2
        book(family, family.theo, service_id=family.yoga)
        assert [one.starts_at for one in self.seats(family, family.theo)] == [TEN]
        assert [one.starts_at for one in self.seats(family, family.mina)] == [NINE, TEN]


class TestWaitList:
    """What is offered to whom, and what accepting it may change."""

    def ask(self, family: Family, patient: str, visit_id: str | None = None) -> str:
        with writing() as session:
            request = builders.add_request(session, patient, family.check_up)
            session.get_one(WaitRequest, request).visit_id = visit_id
        return request

    def offers(self) -> list[WaitOffer]:
        with reading() as session:
            return list(session.exec(select(WaitOffer)).all())

    def test_nobody_is_offered_what_they_have_just_given_up(self, family: Family) -> None:
        visit = book(family, family.theo)
        self.ask(family, family.theo, visit)
        with writing() as session:
            cancel_visit(session, family.rosa, visit)
        assert self.offers() == []
        other = book(family, family.mina)  # and it is not kept from anybody else
        assert standing() == {other}

    def test_whoever_was_barred_meanwhile_is_not_moved_either(self, family: Family) -> None:
        later = book(family, family.theo, NINE + timedelta(days=3))
        taken = book(family, family.mina)
        self.ask(family, family.theo, later)
        with writing() as session:
            cancel_visit(session, family.rosa, taken)
        [offer] = self.offers()
        with writing() as session:
            session.get_one(Patient, family.theo).online_barred = True
        with pytest.raises(Invalid, match="Online booking is not open"), writing() as session:
            accept(session, family.rosa, offer.id)
        with reading() as session:
            assert session.get_one(Visit, later).starts_at == NINE + timedelta(days=3)

    def test_it_never_moves_the_visit_of_somebody_else(self, family: Family) -> None:
        minas = book(family, family.mina, NINE + timedelta(days=3))
        taken = book(family, family.rosa.me)
        self.ask(family, family.theo, minas)  # as when two profiles were parted again
        with writing() as session:
            cancel_visit(session, family.rosa, taken)
        [offer] = self.offers()
        with writing() as session:
            assert accept(session, family.rosa, offer.id).person.id == family.theo
        with reading() as session:
            assert session.get_one(Visit, minas).starts_at == NINE + timedelta(days=3)


def test_a_barred_patient_is_not_moved_online(family: Family) -> None:
    visit = book(family, family.theo, NINE + timedelta(days=3))
    with writing() as session:
        session.get_one(Patient, family.theo).online_barred = True
    with pytest.raises(Invalid, match="Online booking is not open"), writing() as session:
        hold(session, family.rosa, [family.wish(9, moves_id=visit)])


def test_a_time_is_kept_longer_once_whatever_is_added(family: Family) -> None:
    with writing() as session:
        kept = hold(session, family.rosa, [family.wish(9, 0, family.theo)])
    with writing() as session:
        extend(session, family.rosa, kept.id)
    with writing() as session:
        more = hold(session, family.rosa, [family.wish(11, 0, family.mina)], order_id=kept.id)
    assert not more.can_extend
    with pytest.raises(Invalid), writing() as session:
        extend(session, family.rosa, kept.id)


@pytest.mark.parametrize("switch", ["ended", "online"])
def test_a_kept_time_of_what_the_clinic_gave_up_is_refused_with_what_to_do(
    family: Family, switch: str
) -> None:
    with writing() as session:
        kept = hold(session, family.rosa, [family.wish(9, 0, family.theo)])
    with writing() as session:
        setattr(session.get_one(Service, family.check_up), switch, switch == "ended")
    with pytest.raises(SlotTaken, match="Choose another"), writing() as session:
        book_order(session, family.rosa, kept.id, new_id())
    assert standing() == set()
