"""Who may be on the wait list, for what, and what ends a request; on both databases."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlmodel import select

from portal import clock
from portal.claim.move import move_waiting
from portal.db import reading, writing
from portal.errors import Invalid, NotAllowed, NotFound
from portal.family.removal import stays
from portal.models import Grant, Patient, WaitRequest
from portal.permissions import Permission, StaffRole
from portal.sharing.relate import remove
from portal.sharing.removal import about_removal
from portal.waitlist.answer import accept, decline
from portal.waitlist.ask import ask, withdraw
from portal.waitlist.pass_on import end_requests
from portal.waitlist.rows import Ended
from portal.waitlist.service import list_requests
from tests import builders
from tests.builders import in_days
from tests.waiting import (
    NOON,
    Clinic,
    cancel,
    form,
    held_by_nobody,
    mails,
    make_clinic,
    requests_open,
    the_offer,
    visits_of,
    wait,
    wait_in_turn,
)


@pytest.fixture(autouse=True)
def at_noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON) as now:
        yield now


@pytest.fixture
def clinic(database: str) -> Clinic:
    return make_clinic()


def test_a_request_taken_off_the_list_lets_its_time_go_on(clinic: Clinic) -> None:
    first, second, _third = clinic.people
    ids = wait_in_turn(clinic, [first, second])
    cancel(clinic)
    offer = the_offer()
    with writing() as session:
        withdraw(session, first, ids[0])
        withdraw(session, first, ids[0])
    assert mails()[-1].payload["to_ids"] == [second.me]
    with pytest.raises(Invalid, match="taken off"), writing() as session:
        accept(session, first, offer.id)
    with reading() as session:
        assert session.get_one(WaitRequest, ids[0]).ended_why == Ended.WITHDRAWN


def test_a_family_member_asks_is_told_and_accepts_for_a_child(clinic: Clinic) -> None:
    rosa = clinic.people[0]
    with writing() as session:
        theo = builders.add_family_member(session, rosa, "Theo", Permission.BOOK)
        session.get_one(Patient, theo).contact_email = "theo@example.test"
    wait(clinic, rosa, theo)
    cancel(clinic)
    assert [mail.payload["to_ids"] for mail in mails()] == [[theo], [rosa.me]]
    with writing() as session:
        visit = accept(session, rosa, the_offer().id)
    assert visit.person.id == theo
    (booked,) = visits_of(theo)
    assert booked.booked_by == rosa.name


def test_whoever_may_not_book_any_more_neither_sees_nor_accepts(clinic: Clinic) -> None:
    rosa, other, _third = clinic.people
    with writing() as session:
        relationship = builders.relate(session, rosa.me, other.me)
        builders.give(session, relationship, other.me, rosa.me, Permission.BOOK)
    wait(clinic, rosa, other.me)
    cancel(clinic)
    offer = the_offer()
    with reading() as session:
        assert [row.offer is not None for row in list_requests(session, rosa)] == [True]
    with writing() as session:
        for grant in session.exec(select(Grant)):
            grant.ended_at = clock.now()
    with reading() as session:
        assert list_requests(session, rosa) == ()
        assert len(list_requests(session, other)) == 1
    for answer in (
        lambda s: accept(s, rosa, offer.id),
        lambda s: decline(s, rosa, offer.id),
    ):
        with pytest.raises(NotFound), writing() as session:
            answer(session)
    with pytest.raises(NotFound), writing() as session:
        withdraw(session, rosa, offer.request_id)
    with pytest.raises(NotAllowed), writing() as session:
        ask(session, rosa, form(clinic, other.me))
    with writing() as session:
        accept(session, other, offer.id)


def test_a_stranger_can_do_nothing_with_it(clinic: Clinic) -> None:
    first, stranger, _third = clinic.people
    request_id = wait(clinic, first)
    cancel(clinic)
    offer = the_offer()
    for answer in (
        lambda s: accept(s, stranger, offer.id),
        lambda s: decline(s, stranger, offer.id),
        lambda s: withdraw(s, stranger, request_id),
        lambda s: ask(s, stranger, form(clinic, first.me)),
        lambda s: accept(s, first, "no such offer"),
        lambda s: withdraw(s, first, "x' OR 1=1"),
    ):
        with pytest.raises(NotFound), writing() as session:
            answer(session)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"until_on": ""}, "until_on"),
        ({"patient_id": ""}, "patient_id"),
        ({"until_on": (in_days(0) - timedelta(days=3)).isoformat()}, "until_on"),
        ({"from_on": (in_days(0) - timedelta(days=3)).isoformat()}, "from_on"),
        ({"until_on": "2999-01-01"}, "until_on"),
        ({f"day_{n}": False for n in range(7)}, "day_0"),
        ({"from_time": "15:00", "until_time": "14:00"}, "until_time"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(
    clinic: Clinic, wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refusal, writing() as session:
        ask(session, clinic.people[0], form(clinic, clinic.people[0].me, **wrong))
    assert list(refusal.value.errors) == [field]
    assert requests_open() == []


def test_a_form_that_arrives_twice_asks_once(clinic: Clinic) -> None:
    one = form(clinic, clinic.people[0].me)
    for _time in range(2):
        with writing() as session:
            ask(session, clinic.people[0], one)
    assert requests_open() == [clinic.people[0].me]


def test_nobody_waits_for_more_than_ten_things(clinic: Clinic) -> None:
    for _number in range(10):
        wait(clinic, clinic.people[0])
    with pytest.raises(Invalid, match="10 things"):
        wait(clinic, clinic.people[0])


def test_a_closed_list_takes_no_requests_and_offers_nothing(clinic: Clinic) -> None:
    wait(clinic, clinic.people[0])
    with writing() as session:
        builders.set_policy(session, wait_list=False)
    with pytest.raises(Invalid, match="closed"):
        wait(clinic, clinic.people[1])
    cancel(clinic)
    assert mails() == []


def test_a_request_ends_when_its_last_day_has_gone_by(clinic: Clinic, at_noon) -> None:
    wait(clinic, clinic.people[0], until_on=in_days(2).isoformat())
    with writing() as session:
        assert end_requests(session) == 0
    at_noon.move_to(NOON + timedelta(days=4))
    with writing() as session:
        assert end_requests(session) == 1
    assert requests_open() == []


def test_staff_ask_and_accept_for_a_patient_who_calls(clinic: Clinic) -> None:
    first = clinic.people[0]
    with writing() as session:
        milo = builders.add_staff(session, StaffRole.FRONT_DESK)
        milo = builders.add_staff_account(session, milo)
        builders.set_policy(session, wait_list=False)
    wait(clinic, milo, first.me)
    with writing() as session:
        builders.set_policy(session, wait_list=True)
    cancel(clinic)
    with writing() as session:
        visit = accept(session, milo, the_offer().id)
    assert visit.person.id == first.me
    assert visits_of(first.me)[0].booked_by == milo.name


def test_parting_says_that_the_place_on_the_list_stays(clinic: Clinic) -> None:
    rosa, other, _third = clinic.people
    with writing() as session:
        relationship = builders.relate(session, rosa.me, other.me)
        builders.give(session, relationship, other.me, rosa.me, Permission.BOOK)
    wait(clinic, rosa, other.me)
    with reading() as session:
        mine, theirs = (
            stays(about_removal(session, me, member.me), "Sam")
            for me, member in ((rosa, other), (other, rosa))
        )
    assert "Sam stays on the wait list." in mine
    assert "You stay on the wait list where Sam put you on it." in theirs
    with writing() as session:
        remove(session, rosa, other.me)
    assert requests_open() == [other.me]


def test_a_joined_profile_brings_what_it_waits_for_and_what_is_kept(clinic: Clinic) -> None:
    rosa, other, _third = clinic.people
    with writing() as session:
        theo = builders.add_family_member(session, rosa, "Theo", Permission.BOOK)
    wait(clinic, rosa, theo)
    cancel(clinic)
    with writing() as session:
        move_waiting(session, theo, other.me)
    with writing() as session:
        visit = accept(session, other, the_offer().id)
    assert visit.person.id == other.me
    assert held_by_nobody()
