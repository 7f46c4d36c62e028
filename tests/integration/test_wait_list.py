"""The wait list: asking, being offered what becomes free, answering; on both databases."""

from collections.abc import Iterator
from datetime import time, timedelta
from typing import Any

import pytest
import time_machine
from sqlmodel import select

from portal import clock
from portal.booking.service import book_visit
from portal.claim.move import move_waiting
from portal.db import reading, writing
from portal.errors import Invalid, NotAllowed, NotFound, SlotTaken
from portal.family.removal import stays
from portal.housekeeping import keep_wait_list
from portal.ids import new_id
from portal.models import Grant, Patient, WaitRequest
from portal.permissions import Permission, StaffRole
from portal.sharing.relate import remove
from portal.sharing.removal import about_removal
from portal.visits.cancel import cancel_visit
from portal.waitlist.answer import accept, decline
from portal.waitlist.ask import ask, withdraw
from portal.waitlist.offer import time_freed
from portal.waitlist.pass_on import end_requests
from portal.waitlist.rows import Answer, Ended
from portal.waitlist.service import list_requests
from tests import builders
from tests.builders import HERE, in_days, local
from tests.waiting import (
    NOON,
    SOON,
    Clinic,
    cancel,
    form,
    held_by_nobody,
    mails,
    make_clinic,
    offers,
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


def test_whoever_asked_first_is_offered_what_becomes_free_and_books_it(clinic: Clinic) -> None:
    first, second, _third = clinic.people
    wait_in_turn(clinic, [first, second])
    assert mails() == []
    cancel(clinic)
    offer = the_offer()
    assert offer.starts_at == clinic.at_nine
    assert offer.expires_at - offer.tell_at == timedelta(hours=2)
    (mail,) = mails()
    assert mail.payload["to_ids"] == [first.me]
    with writing() as session:
        visit = accept(session, first, offer.id)
    assert visit.starts_at == clinic.at_nine
    assert [one.starts_at for one in visits_of(first.me)] == [clinic.at_nine]
    assert requests_open() == [second.me]
    assert held_by_nobody()


def test_a_kept_time_is_nobody_elses(clinic: Clinic) -> None:
    first, _second, third = clinic.people
    wait(clinic, first)
    cancel(clinic)
    with pytest.raises(SlotTaken), writing() as session:
        book_visit(
            session,
            third,
            third.me,
            clinic.service_id,
            clinic.practitioner_id,
            clinic.at_nine,
            new_id(),
        )
    assert visits_of(third.me) == []


def test_a_no_passes_the_time_on_and_keeps_the_place_in_the_line(clinic: Clinic) -> None:
    first, second, _third = clinic.people
    wait_in_turn(clinic, [first, second])
    cancel(clinic)
    offer = the_offer()
    with writing() as session:
        decline(session, first, offer.id)
        decline(session, first, offer.id)  # a press that arrives twice
    passed_on = the_offer()
    assert passed_on.starts_at == clinic.at_nine
    assert [mail.payload["to_ids"] for mail in mails()] == [[first.me], [second.me]]
    assert requests_open() == sorted([first.me, second.me])
    with writing() as session:
        decline(session, second, passed_on.id)
    with reading() as session:
        assert {one.answer for one in offers(session)} == {Answer.DECLINED}
    # Nobody is asked twice, so the time is open to everybody.
    with writing() as session:
        book_visit(
            session,
            second,
            second.me,
            clinic.service_id,
            clinic.practitioner_id,
            clinic.at_nine,
            new_id(),
        )


def test_what_nobody_answers_goes_down_the_line_until_it_ends(clinic: Clinic, at_noon) -> None:
    wait_in_turn(clinic, clinic.people)
    cancel(clinic)
    told = []
    for _person in clinic.people:
        offer = the_offer()
        told.append(mails()[-1].payload["to_ids"][0])
        keep_wait_list()
        assert the_offer().id == offer.id  # not before its time
        at_noon.move_to(offer.expires_at + timedelta(seconds=1))
        with pytest.raises(SlotTaken), writing() as session:
            accept(session, next(one for one in clinic.people if one.me == told[-1]), offer.id)
        keep_wait_list()
        keep_wait_list()
    assert told == [one.me for one in clinic.people]
    with reading() as session:
        assert [one.answer for one in offers(session)] == [Answer.EXPIRED] * 3
    assert held_by_nobody()


def test_between_two_offers_nobody_slips_in(clinic: Clinic, at_noon) -> None:
    first, second, third = clinic.people
    wait_in_turn(clinic, [first, second])
    cancel(clinic)
    at_noon.move_to(the_offer().expires_at + timedelta(seconds=1))
    with pytest.raises(SlotTaken), writing() as session:
        book_visit(
            session,
            third,
            third.me,
            clinic.service_id,
            clinic.practitioner_id,
            clinic.at_nine,
            new_id(),
        )
    keep_wait_list()
    assert mails()[-1].payload["to_ids"] == [second.me]


def test_without_a_worker_a_kept_time_becomes_free_by_itself(clinic: Clinic, at_noon) -> None:
    first, _second, third = clinic.people
    wait(clinic, first)
    cancel(clinic)
    at_noon.move_to(the_offer().expires_at + timedelta(minutes=2))
    with writing() as session:
        book_visit(
            session,
            third,
            third.me,
            clinic.service_id,
            clinic.practitioner_id,
            clinic.at_nine,
            new_id(),
        )
    keep_wait_list()
    with reading() as session:
        assert [one.answer for one in offers(session)] == [Answer.EXPIRED]
    assert held_by_nobody()


@pytest.mark.parametrize(
    ("wish", "offered"),
    [
        ({}, True),
        ({"from_time": "10:00"}, False),
        ({"until_time": "09:30"}, True),
        ({"until_time": "09:15"}, False),
        ({f"day_{SOON.weekday()}": False}, False),
        ({"from_on": (SOON + timedelta(days=1)).isoformat()}, False),
        ({"until_on": (SOON - timedelta(days=1)).isoformat()}, False),
    ],
)
def test_only_what_was_asked_for_is_offered(
    clinic: Clinic, wish: dict[str, Any], offered: bool
) -> None:
    wait(clinic, clinic.people[0], **wish)
    cancel(clinic)
    assert bool(mails()) is offered


def test_who_wants_another_practitioner_is_passed_over(clinic: Clinic) -> None:
    with writing() as session:
        other = builders.add_practitioner(session, [clinic.service_id], name="Dr Noor Haddad")
    first, second, _third = clinic.people
    wait(clinic, first, practitioner_id=other)
    wait(clinic, second, practitioner_id=clinic.practitioner_id)
    cancel(clinic)
    (mail,) = mails()
    assert mail.payload["to_ids"] == [second.me]


def test_who_is_busy_or_barred_or_has_enough_is_passed_over(clinic: Clinic) -> None:
    busy, barred, third = clinic.people
    wait_in_turn(clinic, clinic.people)
    with writing() as session:
        other = builders.add_practitioner(session, [clinic.service_id], name="Dr Noor Haddad")
        builders.add_visit(session, busy.me, other, clinic.service_id, clinic.at_nine)
        session.get_one(Patient, barred.me).online_barred = True
    cancel(clinic)
    assert mails()[-1].payload["to_ids"] == [third.me]
    with writing() as session:
        offer = the_offer()
        builders.set_policy(session, most_upcoming=1)
        builders.add_visit(session, third.me, other, clinic.service_id, local(SOON, 15))
    with pytest.raises(Invalid, match="visits to come"), writing() as session:
        accept(session, third, offer.id)
    assert the_offer().id == offer.id


def test_the_rest_of_a_freed_hour_goes_to_the_next(clinic: Clinic) -> None:
    first, second, _third = clinic.people
    with writing() as session:
        long = builders.add_visit(
            session,
            clinic.owner.me,
            clinic.practitioner_id,
            clinic.service_id,
            local(SOON, 13),
            minutes=60,
        )
    afternoon = {"from_time": "13:00", "until_time": "14:00"}
    wait_in_turn(clinic, [first, second], **afternoon)
    with writing() as session:
        cancel_visit(session, clinic.owner, long)
    with reading() as session:
        starts = [one.starts_at for one in offers(session)]
    assert starts == [local(SOON, 13), local(SOON, 13, 30)]
    assert [mail.payload["to_ids"] for mail in mails()] == [[first.me], [second.me]]


def test_at_night_nobody_is_told_before_the_morning(clinic: Clinic, at_noon) -> None:
    first = clinic.people[0]
    wait(clinic, first)
    night = local(in_days(1), 23)
    morning = local(in_days(2), 7)
    at_noon.move_to(night)
    cancel(clinic)
    offer = the_offer()
    assert (offer.tell_at, offer.expires_at) == (morning, morning + timedelta(hours=2))
    assert [mail.run_at for mail in mails()] == [morning]
    with reading() as session:
        (row,) = list_requests(session, first)
        assert row.offer is None
    at_noon.move_to(morning)
    with reading() as session:
        (row,) = list_requests(session, first)
        assert row.offer
        assert row.offer.id == offer.id


def test_a_near_time_is_kept_for_less_and_a_very_near_one_for_nobody(
    clinic: Clinic, at_noon
) -> None:
    wait(clinic, clinic.people[0], until_time="09:30")
    at_noon.move_to(clinic.at_nine - timedelta(hours=1, minutes=15))
    with writing() as session:
        builders.set_policy(session, night_from=time(0), night_until=time(0), late_cancel_hours=0)
    cancel(clinic)
    assert mails() == []
    assert held_by_nobody()


def test_an_earlier_time_moves_the_visit_only_when_it_is_accepted(clinic: Clinic) -> None:
    first = clinic.people[0]
    with writing() as session:
        later = builders.add_visit(
            session,
            first.me,
            clinic.practitioner_id,
            clinic.service_id,
            local(in_days(10), 11),
            booked_by=first.name,
        )
    wait(clinic, first, visit_id=later, until_on="")
    cancel(clinic)
    assert [one.starts_at for one in visits_of(first.me)] == [local(in_days(10), 11)]
    with writing() as session:
        visit = accept(session, first, the_offer().id)
    assert visit.id == later
    assert [one.starts_at for one in visits_of(first.me)] == [clinic.at_nine]
    assert held_by_nobody()


def test_a_later_time_is_no_earlier_one(clinic: Clinic) -> None:
    first = clinic.people[0]
    with writing() as session:
        sooner = builders.add_visit(
            session,
            first.me,
            clinic.practitioner_id,
            clinic.service_id,
            local(in_days(3), 11),
        )
    wait(clinic, first, visit_id=sooner, until_on=in_days(20).isoformat())
    cancel(clinic)
    assert mails() == []


def test_the_time_of_a_visit_that_moved_goes_to_the_next_in_line(clinic: Clinic) -> None:
    first, second, _third = clinic.people
    with writing() as session:
        later = builders.add_visit(
            session, first.me, clinic.practitioner_id, clinic.service_id, local(in_days(10), 11)
        )
    wait(clinic, first, visit_id=later, until_on="")
    wait(clinic, second, from_on=in_days(9).isoformat())
    cancel(clinic)
    with writing() as session:
        accept(session, first, the_offer().id)
    passed_on = the_offer()
    assert passed_on.starts_at == local(in_days(10), 11)
    assert mails()[-1].payload["to_ids"] == [second.me]


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


def test_a_freed_seat_of_a_class_is_offered(clinic: Clinic) -> None:
    first, second, third = clinic.people
    with writing() as session:
        course = builders.add_service(session, "Back class", kind="class", capacity=1)
        teacher = builders.add_practitioner(session, [course], name="Dr Noor Haddad")
        builders.add_class(session, course, teacher, local(SOON, 10), capacity=1)
        taken = book_visit(session, first, first.me, course, teacher, local(SOON, 10), new_id())
    wait(clinic, second, service_id=course)
    with writing() as session:
        cancel_visit(session, first, taken.id)
    with pytest.raises(SlotTaken), writing() as session:
        book_visit(session, third, third.me, course, teacher, local(SOON, 10), new_id())
    with writing() as session:
        visit = accept(session, second, the_offer().id)
    assert visit.starts_at == local(SOON, 10)
    assert held_by_nobody()


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


def test_time_freed_for_nobody_changes_nothing(clinic: Clinic) -> None:
    with writing() as session:
        assert (
            time_freed(session, clinic.practitioner_id, HERE, local(SOON, 11), local(SOON, 12)) == 0
        )
        assert time_freed(session, clinic.practitioner_id, "nowhere", NOON, NOON) == 0
        assert offers(session) == []


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
