"""The wait list: being offered what becomes free, and answering; on both databases."""

from collections.abc import Iterator
from datetime import time, timedelta
from typing import Any

import pytest
import time_machine

from portal.booking.service import book_visit
from portal.db import reading, writing
from portal.errors import Invalid, SlotTaken
from portal.housekeeping import keep_wait_list
from portal.ids import new_id
from portal.models import Patient
from portal.visits.cancel import cancel_visit
from portal.waitlist.answer import accept, decline
from portal.waitlist.offer import time_freed
from portal.waitlist.rows import Answer
from portal.waitlist.service import list_requests
from tests import builders
from tests.builders import HERE, in_days, local
from tests.waiting import (
    NOON,
    SOON,
    Clinic,
    cancel,
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


def test_time_freed_for_nobody_changes_nothing(clinic: Clinic) -> None:
    with writing() as session:
        assert (
            time_freed(session, clinic.practitioner_id, HERE, local(SOON, 11), local(SOON, 12)) == 0
        )
        assert time_freed(session, clinic.practitioner_id, "nowhere", NOON, NOON) == 0
        assert offers(session) == []
