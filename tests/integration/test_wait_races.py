"""Offers from the wait list while several people, or several workers, are at them at once."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
import time_machine
from sqlmodel import Session, col, select

from portal.booking.service import book_visit
from portal.db import reading, write, writing
from portal.errors import PortalError
from portal.housekeeping import keep_wait_list
from portal.ids import new_id
from portal.models import WaitOffer, WaitRequest
from portal.permissions import Actor, Permission
from portal.waitlist.answer import accept, decline
from portal.waitlist.ask import withdraw
from portal.waitlist.pass_on import pass_on_offers
from portal.waitlist.rows import Answer
from tests import builders
from tests.waiting import (
    NOON,
    Clinic,
    cancel,
    held_by_nobody,
    mails,
    make_clinic,
    the_offer,
    visits_of,
    wait,
    wait_in_turn,
)

ROUNDS = 4
Try = Callable[[], object]


@pytest.fixture(autouse=True)
def at_noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON) as now:
        yield now


@pytest.fixture(params=range(ROUNDS))
def clinic(database: str) -> Clinic:
    return make_clinic()


def at_once(*tries: Try) -> list[str]:
    """Run all at the same moment; return "done" or the words of the refusal, in order."""
    outcomes = [""] * len(tries)
    barrier = threading.Barrier(len(tries))

    def run(number: int) -> None:
        with reading() as session:  # the connection is open before the race begins
            session.connection()
        barrier.wait()
        try:
            tries[number]()
            outcomes[number] = "done"
        except PortalError as error:
            outcomes[number] = error.message

    threads = [threading.Thread(target=run, args=[number]) for number in range(len(tries))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def writes(work: Callable[..., object], *args: object) -> Try:
    def once() -> None:
        with writing() as session:
            work(session, *args)

    return once


def test_of_two_relatives_who_accept_at_once_one_wins_and_the_other_is_told(
    clinic: Clinic,
) -> None:
    rosa, idris, _third = clinic.people
    with writing() as session:
        theo = builders.add_family_member(session, rosa, "Theo", Permission.BOOK)
        relationship = builders.relate(session, idris.me, theo)
        builders.give(session, relationship, theo, idris.me, Permission.BOOK)
    wait(clinic, rosa, theo)
    cancel(clinic)
    offer = the_offer()
    outcomes = at_once(writes(accept, rosa, offer.id), writes(accept, idris, offer.id))
    assert Counter(one == "done" for one in outcomes) == {True: 1, False: 1}
    (told,) = (one for one in outcomes if one != "done")
    assert "Somebody in the family has answered already" in told
    assert len(visits_of(theo)) == 1
    assert held_by_nobody()


def test_of_a_yes_and_a_no_at_once_one_counts(clinic: Clinic) -> None:
    rosa, other, _third = clinic.people
    with writing() as session:
        relationship = builders.relate(session, other.me, rosa.me)
        builders.give(session, relationship, rosa.me, other.me, Permission.BOOK)
    wait(clinic, rosa)
    cancel(clinic)
    offer = the_offer()
    yes, no = at_once(writes(accept, rosa, offer.id), writes(decline, other, offer.id))
    assert sorted([yes == "done", no == "done"]) == [False, True]
    assert len(visits_of(rosa.me)) == (1 if yes == "done" else 0)
    with reading() as session:
        answer = session.get_one(WaitOffer, offer.id).answer
    assert answer == (Answer.ACCEPTED if yes == "done" else Answer.DECLINED)
    assert held_by_nobody()


def test_of_a_yes_and_leaving_the_list_at_once_one_counts(clinic: Clinic) -> None:
    rosa = clinic.people[0]
    request_id = wait(clinic, rosa)
    cancel(clinic)
    offer = the_offer()
    at_once(writes(accept, rosa, offer.id), writes(withdraw, rosa, request_id))
    with reading() as session:
        answer = session.get_one(WaitOffer, offer.id).answer
        assert session.get_one(WaitRequest, request_id).ended_at
    assert len(visits_of(rosa.me)) == (1 if answer == Answer.ACCEPTED else 0)
    assert held_by_nobody()


def test_several_workers_pass_a_time_on_once(
    clinic: Clinic, at_noon: time_machine.Traveller
) -> None:
    first, second, third = clinic.people
    wait_in_turn(clinic, [first, second, third])
    cancel(clinic)
    at_noon.move_to(the_offer().expires_at)
    at_once(*[keep_wait_list] * 4)
    assert [mail.payload["to_ids"] for mail in mails()] == [[first.me], [second.me]]
    with reading() as session:
        open_ = col(WaitOffer.answered_at).is_(None)
        assert len(session.exec(select(WaitOffer).where(open_)).all()) == 1


def test_a_kept_time_is_booked_by_whoever_it_is_kept_for_alone(clinic: Clinic) -> None:
    first, second, third = clinic.people
    wait(clinic, first)
    cancel(clinic)
    offer = the_offer()

    def book(actor: Actor) -> Try:
        where = (clinic.service_id, clinic.practitioner_id, clinic.at_nine, new_id())
        return writes(book_visit, actor, actor.me, *where)

    outcomes = at_once(writes(accept, first, offer.id), book(second), book(third))
    assert [one == "done" for one in outcomes] == [True, False, False]


async def test_a_worker_that_dies_in_the_middle_leaves_nothing_half_done(
    clinic: Clinic, at_noon: time_machine.Traveller
) -> None:
    first, second, _third = clinic.people
    wait_in_turn(clinic, [first, second])
    cancel(clinic)
    offer = the_offer()
    at_noon.move_to(offer.expires_at)

    def die(session: Session) -> None:
        pass_on_offers(session)
        raise RuntimeError("killed")

    with pytest.raises(RuntimeError):
        await write(die)
    assert the_offer().id == offer.id
    assert len(mails()) == 1
    keep_wait_list()
    assert [mail.payload["to_ids"] for mail in mails()] == [[first.me], [second.me]]
