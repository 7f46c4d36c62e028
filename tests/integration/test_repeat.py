"""A series: every date is looked at before anything is booked, then all are kept or none."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from sqlmodel import func, select

from portal.booking.hold import Wish, hold
from portal.booking.order import book_order
from portal.booking.repeat.rows import Chosen, Date, Series
from portal.booking.repeat.service import hold_all, preview, read_start
from portal.booking.rows import OrderRow
from portal.db import reading, writing
from portal.errors import Invalid, NotAllowed, NotFound, SlotTaken
from portal.ids import new_id
from portal.models import DayHours, Grant, Hold, Holiday, Visit
from portal.permissions import Actor, Permission
from tests import builders

# A Monday morning in Vancouver; the clocks go forward on Sunday 10 March.
NOW = datetime(2030, 2, 18, 14, tzinfo=UTC)
TUESDAY = date(2030, 2, 19)


@dataclass(frozen=True)
class Clinic:
    """Somebody who keeps the first of several visits for a child: Tuesday at 9:00."""

    service_id: str
    calloway: str
    lindqvist: str
    rosa: Actor
    theo: str
    stranger: Actor
    order: OrderRow

    def look(self, every: int = 1, **end: int | date) -> Series:
        """Look at the dates of a series."""
        with reading() as session:
            return preview(session, self.rosa, self.order.id, every, **end)  # pyright: ignore[reportArgumentType]

    def at(self, weeks: int, hour: int = 9, minute: int = 0) -> datetime:
        """Return a time so many weeks later."""
        return builders.local(TUESDAY + timedelta(weeks=weeks), hour, minute)


@pytest.fixture
def clinic(database: str) -> Iterator[Clinic]:
    """Fill a fresh database of each kind."""
    with time_machine.travel(NOW, tick=False):
        with writing() as session:
            builders.add_clinic(session)
            service_id = builders.add_service(session, "Physiotherapy")
            givers = [
                builders.add_practitioner(session, [service_id], name=name, position=n)
                for n, name in enumerate(("Dr Ines Calloway", "Dr Åsa Lindqvist"))
            ]
            rosa = builders.add_person(session)
            theo = builders.add_family_member(session, rosa, "Theo", Permission.BOOK)
            stranger = builders.add_person(session, "Stella")
            wish = Wish(service_id, givers[0], builders.local(TUESDAY, 9), (theo,))
            order = hold(session, rosa, [wish])
        yield Clinic(service_id, givers[0], givers[1], rosa, theo, stranger, order)


def test_every_week_at_nine_also_after_the_clocks_change(clinic: Clinic) -> None:
    series = clinic.look(times=5)
    assert [one.state for one in series.dates] == [Date.KEPT] + [Date.FREE] * 4
    slots = [one.slot for one in series.dates[1:]]
    assert [slot.starts_local.time() for slot in slots if slot] == [time(9)] * 4
    assert len({one.starts_at.time() for one in series.dates if one.starts_at}) == 2


def test_each_date_says_why_it_is_not_free(clinic: Clinic) -> None:
    with writing() as session:
        builders.add_visit(
            session, clinic.stranger.me, clinic.calloway, clinic.service_id, clinic.at(1)
        )
        builders.add_visit(session, clinic.theo, clinic.lindqvist, clinic.service_id, clinic.at(2))
        third, fourth = (TUESDAY + timedelta(weeks=weeks) for weeks in (3, 4))
        session.add(Holiday(id=new_id(), on_date=third, name="Spring day"))
        session.add(DayHours(id=new_id(), practitioner_id=clinic.calloway, on_date=fourth))
    series = clinic.look(times=10)
    states = [Date.KEPT, Date.TAKEN, Date.BUSY, Date.CLOSED, Date.AWAY]
    assert [one.state for one in series.dates[:5]] == states
    assert [one.state for one in series.dates[-1:]] == [Date.TOO_FAR]
    assert series.dates[3].holiday == "Spring day"
    assert [len(one.others) for one in series.dates[1:5]] == [3, 3, 3, 3]
    assert not series.dates[-1].others


def test_other_times_lie_near_and_can_be_kept(clinic: Clinic) -> None:
    with writing() as session:
        builders.add_visit(
            session, clinic.stranger.me, clinic.calloway, clinic.service_id, clinic.at(1)
        )
    taken = clinic.look(times=2).dates[1]
    assert clinic.at(1) in {one.starts_at for one in taken.others}  # with somebody else
    for other in taken.others:
        assert abs(other.starts_at - clinic.at(1)) <= timedelta(days=3)
        with writing() as session:
            chosen = [Chosen(other.practitioner_id, other.starts_at)]
            order = hold_all(session, clinic.rosa, clinic.order.id, chosen)
        assert len(order.items) == 2


def test_a_series_is_kept_and_booked_in_one_go(clinic: Clinic) -> None:
    slots = [one.slot for one in clinic.look(2, times=3).dates if one.slot]
    chosen = [Chosen(slot.practitioner_id, slot.starts_at) for slot in slots]
    with writing() as session:
        order = hold_all(session, clinic.rosa, clinic.order.id, chosen)
        assert [one.starts_at for one in order.items] == [clinic.at(n) for n in (0, 2, 4)]
    with writing() as session:
        visits = book_order(session, clinic.rosa, order.id, new_id())
    assert {visit.person.id for visit in visits} == {clinic.theo}
    assert len(visits) == 3


def test_to_choose_anew_lets_the_earlier_choice_go(clinic: Clinic) -> None:
    for weeks in (1, 2):
        with writing() as session:
            chosen = [Chosen(clinic.calloway, clinic.at(weeks))]
            order = hold_all(session, clinic.rosa, clinic.order.id, chosen)
    assert [one.starts_at for one in order.items] == [clinic.at(0), clinic.at(2)]
    assert [one.state for one in clinic.look(times=3).dates][1:] == [Date.FREE] * 2


def test_one_of_the_dates_is_gone_so_none_is_kept(clinic: Clinic) -> None:
    with writing() as session:
        builders.add_visit(
            session, clinic.stranger.me, clinic.calloway, clinic.service_id, clinic.at(2)
        )
    chosen = [Chosen(clinic.calloway, clinic.at(weeks)) for weeks in (1, 2)]
    with pytest.raises(SlotTaken), writing() as session:
        hold_all(session, clinic.rosa, clinic.order.id, chosen)
    with reading() as session:
        assert session.exec(select(func.count()).select_from(Hold)).one() == 1


def test_until_a_day_says_when_there_would_be_more(clinic: Clinic) -> None:
    assert len(clinic.look(until=TUESDAY + timedelta(weeks=3)).dates) == 4
    long = clinic.look(until=TUESDAY + timedelta(weeks=30))
    assert (len(long.dates), long.is_cut) == (12, True)
    assert not clinic.look(until=TUESDAY + timedelta(weeks=11)).is_cut
    with pytest.raises(Invalid):
        clinic.look(until=TUESDAY)


def test_a_stranger_sees_and_keeps_nothing(clinic: Clinic) -> None:
    with pytest.raises(NotFound), reading() as session:
        preview(session, clinic.stranger, clinic.order.id, 1, times=2)
    with pytest.raises(NotFound), writing() as session:
        hold_all(session, clinic.stranger, clinic.order.id, [Chosen(clinic.calloway, clinic.at(1))])


def test_what_makes_no_series_is_refused(clinic: Clinic) -> None:
    for every, times in ((0, 2), (13, 2), (1, 1), (1, 13), (10**9, 2)):
        with pytest.raises(Invalid):
            clinic.look(every, times=times)
    for count in (0, 12):
        chosen = [Chosen(clinic.calloway, clinic.at(n + 1)) for n in range(count)]
        with pytest.raises(Invalid), writing() as session:
            hold_all(session, clinic.rosa, clinic.order.id, chosen)


def test_a_clinic_that_does_not_offer_it_says_so(clinic: Clinic) -> None:
    with writing() as session:
        builders.set_policy(session, recurring=False)
    with pytest.raises(NotAllowed, match="each visit by itself"):
        clinic.look(times=2)


def test_two_different_visits_cannot_be_repeated(clinic: Clinic) -> None:
    with writing() as session:
        wish = Wish(clinic.service_id, clinic.lindqvist, clinic.at(0), (clinic.rosa.me,))
        hold(session, clinic.rosa, [wish], order_id=clinic.order.id)
    with pytest.raises(Invalid), reading() as session:
        read_start(session, clinic.rosa, clinic.order.id)


def test_a_grant_that_ended_keeps_nothing(clinic: Clinic) -> None:
    with writing() as session:
        for grant in session.exec(select(Grant).where(Grant.owner_id == clinic.theo)).all():
            grant.ended_at = NOW
    with pytest.raises((NotFound, NotAllowed, Invalid)), writing() as session:
        hold_all(session, clinic.rosa, clinic.order.id, [Chosen(clinic.calloway, clinic.at(1))])
    with reading() as session:
        assert session.exec(select(func.count()).select_from(Visit)).one() == 0
