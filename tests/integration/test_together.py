"""Several people in one search: what is offered can be kept and booked, all of it or nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlmodel import func, select

from portal.booking.hold import Wish, hold, let_go
from portal.booking.order import book_order
from portal.booking.together.rows import Asked, TogetherRow
from portal.booking.together.rules import Kind
from portal.booking.together.service import find_together, read_setting
from portal.db import reading, writing
from portal.errors import Invalid, NotAllowed, NotFound, PortalError
from portal.ids import new_id
from portal.models import Hold, Patient, Room, Visit
from portal.permissions import Actor, Permission
from tests import builders

# A Monday morning in Vancouver, before anybody works.
NOW = datetime(2030, 1, 7, 14, tzinfo=UTC)
MONDAY, TUESDAY = date(2030, 1, 7), date(2030, 1, 8)


@dataclass(frozen=True)
class Clinic:
    """A cleaning, given by two practitioners from 9:00 to 17:00, and somebody with two children."""

    cleaning: str
    check_up: str
    calloway: str
    lindqvist: str
    rosa: Actor
    theo: str
    mina: str
    stranger: Actor

    def find(
        self,
        kind: Kind,
        people: Sequence[str] = (),
        *,
        days: int = 1,
        service_id: str = "",
        **more: str | None,
    ) -> tuple[TogetherRow, ...]:
        """Look for times for the two children, on Tuesday unless said otherwise."""
        asked = [Asked(one, service_id or self.cleaning) for one in people or self.children]
        with reading() as session:
            return find_together(session, self.rosa, asked, kind, TUESDAY, days, **more)  # pyright: ignore[reportArgumentType]

    @property
    def children(self) -> tuple[str, str]:
        """Return both children, the older first."""
        return self.theo, self.mina


@pytest.fixture
def clinic(database: str) -> Iterator[Clinic]:
    """Fill a fresh database of each kind."""
    with time_machine.travel(NOW, tick=False):
        with writing() as session:
            builders.add_clinic(session)
            cleaning = builders.add_service(
                session, "Cleaning", buffers=(0, 10), needs=["Chair"], price_cents=7000
            )
            check_up = builders.add_service(session, "Check-up", minutes=40)
            for name in ("One", "Two"):
                builders.add_room(session, "Chair", name=name)
            givers = [
                builders.add_practitioner(session, [cleaning, check_up], name=name, position=n)
                for n, name in enumerate(("Dr Ines Calloway", "Dr Åsa Lindqvist"))
            ]
            rosa = builders.add_person(session)
            children = [
                builders.add_family_member(session, rosa, name, Permission.BOOK)
                for name in ("Theo", "Mina")
            ]
            stranger = builders.add_person(session, "Stella")
        theo, mina = children
        yield Clinic(cleaning, check_up, givers[0], givers[1], rosa, theo, mina, stranger)


def clock_times(found: TogetherRow) -> list[str]:
    """Return when each visit begins, on the clock of the place."""
    return [f"{found.shown(turn.starts_at):%H:%M}" for turn in found.turns]


def test_two_children_one_after_the_other_with_their_buffer(clinic: Clinic) -> None:
    found = clinic.find(Kind.BACK_TO_BACK)
    assert clock_times(found[0]) == ["09:00", "09:40"]
    assert [turn.patient_id for turn in found[0].turns] == [clinic.theo, clinic.mina]
    assert {len({turn.practitioner_id for turn in one.turns}) for one in found} == {1}
    assert {one.on for one in found} == {TUESDAY}


def test_two_children_at_the_same_time_with_different_practitioners(clinic: Clinic) -> None:
    found = clinic.find(Kind.SAME_TIME)
    assert clock_times(found[0]) == ["09:00", "09:00"]
    assert {len({turn.practitioner_id for turn in one.turns}) for one in found} == {2}


def test_on_one_day_the_three_of_them_wait_little(clinic: Clinic) -> None:
    found = clinic.find(Kind.SAME_DAY, [clinic.rosa.me, *clinic.children])
    assert clock_times(found[0]) == ["09:00", "09:00", "09:40"]


@pytest.mark.parametrize("kind", Kind)
def test_whatever_is_offered_can_be_kept_and_booked(clinic: Clinic, kind: Kind) -> None:
    with writing() as session:
        for hour, who in ((10, clinic.calloway), (13, clinic.lindqvist), (15, clinic.calloway)):
            at = builders.local(TUESDAY, hour)
            builders.add_visit(session, clinic.stranger.me, who, clinic.cleaning, at)
    for found in clinic.find(kind, days=2):
        with writing() as session:
            order = hold(session, clinic.rosa, found.wishes)
            assert {one.starts_at for one in order.items} == {t.starts_at for t in found.turns}
            let_go(session, clinic.rosa, order.id)
    last = clinic.find(kind, days=2)[-1]
    with writing() as session:
        order = hold(session, clinic.rosa, last.wishes)
        visits = book_order(session, clinic.rosa, order.id, new_id())
    assert {visit.person.id for visit in visits} == set(clinic.children)


def test_one_of_them_is_gone_so_none_is_kept(clinic: Clinic) -> None:
    found = clinic.find(Kind.SAME_TIME)[0]
    with writing() as session:
        last = found.turns[1]
        builders.add_visit(
            session, clinic.stranger.me, last.practitioner_id, clinic.cleaning, last.starts_at
        )
    with pytest.raises(PortalError), writing() as session:
        hold(session, clinic.rosa, found.wishes)
    with reading() as session:
        assert session.exec(select(func.count()).select_from(Hold)).one() == 0
        assert session.exec(select(func.count()).select_from(Visit)).one() == 1


def test_one_chair_for_two_is_not_offered_at_once(clinic: Clinic) -> None:
    with writing() as session:
        session.exec(select(Room)).all()[0].ended = True
    assert not clinic.find(Kind.SAME_TIME)
    assert clinic.find(Kind.SAME_DAY)
    assert clinic.find(Kind.SAME_TIME, service_id=clinic.check_up)


def test_nobody_is_offered_a_time_at_which_they_have_a_visit(clinic: Clinic) -> None:
    with writing() as session:
        at = builders.local(TUESDAY, 9)
        builders.add_visit(session, clinic.theo, clinic.calloway, clinic.cleaning, at)
    found = clinic.find(Kind.SAME_TIME)
    assert clock_times(found[0]) == ["09:30", "09:30"]
    with_lindqvist = clinic.find(Kind.BACK_TO_BACK, practitioner_id=clinic.lindqvist)
    assert [turn.patient_id for turn in with_lindqvist[0].turns] == [clinic.mina, clinic.theo]


def test_each_of_them_may_need_something_else(clinic: Clinic) -> None:
    asked = [Asked(clinic.theo, clinic.check_up), Asked(clinic.mina, clinic.cleaning)]
    with reading() as session:
        found = find_together(session, clinic.rosa, asked, Kind.BACK_TO_BACK, TUESDAY, 1)
    assert clock_times(found[0]) == ["09:00", "09:40"]
    assert [turn.price_cents for turn in found[0].turns] == [8500, 7000]


def test_what_is_kept_in_the_order_is_free_when_it_makes_room(clinic: Clinic) -> None:
    first = clinic.find(Kind.SAME_TIME)[0]
    with writing() as session:
        order = hold(session, clinic.rosa, first.wishes)
    assert clinic.find(Kind.SAME_TIME)[0].starts_at > first.starts_at
    assert clinic.find(Kind.SAME_TIME, mine=order.id)[0] == first


def test_nobody_is_offered_a_time_that_the_order_keeps_for_them(clinic: Clinic) -> None:
    with writing() as session:
        at = builders.local(TUESDAY, 9)
        wish = Wish(clinic.check_up, clinic.calloway, at, (clinic.theo,))
        order = hold(session, clinic.rosa, [wish])
    found = clinic.find(Kind.SAME_DAY, beside=order.id)
    for one in found:
        theirs = next(turn for turn in one.turns if turn.patient_id == clinic.theo)
        assert theirs.starts_at >= at + timedelta(minutes=40)


def test_a_part_of_the_day_is_that_of_who_looks(clinic: Clinic) -> None:
    evening = clinic.find(Kind.SAME_TIME, part="evening")
    assert not evening
    with writing() as session:
        session.get_one(Patient, clinic.rosa.me).zone = "Europe/Berlin"
    evening = clinic.find(Kind.SAME_TIME, part="evening")
    assert f"{evening[0].shown(evening[0].starts_at):%H:%M}" == "18:00"


def test_more_people_than_fit_or_one_twice_are_refused(clinic: Clinic) -> None:
    for people in ([clinic.theo], [clinic.theo, clinic.theo], [clinic.theo] * 7):
        with pytest.raises(Invalid):
            clinic.find(Kind.SAME_DAY, people)


def test_a_stranger_cannot_be_looked_for(clinic: Clinic) -> None:
    with pytest.raises(NotFound):
        clinic.find(Kind.SAME_DAY, [clinic.theo, clinic.stranger.me])
    with pytest.raises(NotFound):
        replace(clinic, rosa=clinic.stranger).find(Kind.SAME_DAY)
    with pytest.raises(NotFound), reading() as session:
        read_setting(session, clinic.stranger, clinic.children)


def test_a_clinic_that_does_not_offer_it_says_so(clinic: Clinic) -> None:
    with writing() as session:
        builders.set_policy(session, several_people=False)
    with pytest.raises(NotAllowed, match="one person at a time"):
        clinic.find(Kind.SAME_DAY)
    with pytest.raises(NotAllowed), reading() as session:
        read_setting(session, clinic.rosa, clinic.children)


def test_a_class_is_not_looked_for_like_this(clinic: Clinic) -> None:
    with writing() as session:
        yoga = builders.add_service(session, "Yoga", kind="class", capacity=8)
        builders.add_practitioner(session, [yoga])
    with pytest.raises(Invalid):
        clinic.find(Kind.SAME_DAY, service_id=yoga)


def test_days_far_away_are_refused(clinic: Clinic) -> None:
    for days in (0, 15):
        with pytest.raises(Invalid):
            clinic.find(Kind.SAME_DAY, days=days)
    asked = [Asked(one, clinic.cleaning) for one in clinic.children]
    with pytest.raises(Invalid), reading() as session:
        find_together(session, clinic.rosa, asked, Kind.SAME_DAY, date(2031, 1, 1), 7)
