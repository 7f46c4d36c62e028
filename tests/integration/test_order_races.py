"""Kept times, rooms, seats, groups and moves, wanted by many at once: one of them gets each."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from sqlmodel import col, select

from portal.booking.hold import Wish, hold
from portal.booking.order import book_order
from portal.db import reading, writing
from portal.errors import PortalError
from portal.ids import new_id
from portal.models import ClaimedUnit, Gathering, OutboxMessage, Service, Visit
from portal.permissions import Actor
from tests import builders
from tests.booking_family import Family, add_family

CLIENTS = 8


@pytest.fixture
def family(database: str) -> Family:
    return add_family(database)


def at_once(attempts: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run each in a thread, all from the same moment on; return what came of it."""
    outcomes: list[Any] = [None] * len(attempts)
    barrier = threading.Barrier(len(attempts))

    def run(number: int) -> None:
        barrier.wait()
        try:
            outcomes[number] = attempts[number]()
        except PortalError as error:
            outcomes[number] = type(error).__name__
        except Exception as error:  # noqa: BLE001 - a crash is an outcome too, and fails the test
            outcomes[number] = f"crashed: {error!r}"

    threads = [threading.Thread(target=run, args=(n,)) for n in range(len(attempts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def clients(count: int = CLIENTS) -> list[Actor]:
    with writing() as session:
        return [builders.add_person(session, f"Client {n}") for n in range(count)]


def wish(family: Family, hour: int, *people: str, **changes: Any) -> Wish:
    starts_at = builders.local(builders.in_days(5), hour)
    return family.wish(hour, 0, *people, **{"starts_at": starts_at, **changes})


def keep_and_book(actor: Actor, *wishes: Wish) -> Callable[[], str]:
    def attempt() -> str:
        with writing() as session:
            order = hold(session, actor, wishes)
        with writing() as session:
            book_order(session, actor, order.id, new_id())
        return "booked"

    return attempt


def live() -> list[Visit]:
    with reading() as session:
        return list(session.exec(select(Visit).where(col(Visit.cancelled_at).is_(None))))


def test_one_of_many_keeps_a_time_and_books_it(family: Family) -> None:
    everybody = clients()
    outcomes = at_once([keep_and_book(one, wish(family, 9, one.me)) for one in everybody])
    assert Counter(outcomes) == {"booked": 1, "SlotTaken": CLIENTS - 1}
    assert len(live()) == 1
    with reading() as session:
        assert len(session.exec(select(OutboxMessage)).all()) == 1


def test_the_last_seat_of_a_class_goes_to_one(family: Family) -> None:
    starts_at = builders.local(builders.in_days(5), 9)
    with writing() as session:
        builders.add_class(session, family.yoga, family.calloway, starts_at, capacity=3)
    everybody = clients()
    outcomes = at_once(
        [keep_and_book(one, wish(family, 9, one.me, service_id=family.yoga)) for one in everybody]
    )
    assert Counter(outcomes) == {"booked": 3, "SlotTaken": CLIENTS - 3}
    assert len(live()) == 3
    with reading() as session:
        there = session.exec(select(Gathering)).one()
        seats = session.exec(select(ClaimedUnit.unit).where(ClaimedUnit.resource_id == there.id))
        assert sorted(seats) == [0, 1, 2]


def test_one_machine_and_two_practitioners(family: Family) -> None:
    everybody = clients()
    outcomes = at_once(
        [
            keep_and_book(
                one,
                wish(
                    family,
                    9,
                    one.me,
                    service_id=family.ultrasound,
                    practitioner_id=(family.calloway, family.lindqvist)[number % 2],
                ),
            )
            for number, one in enumerate(everybody)
        ]
    )
    assert Counter(outcomes) == {"booked": 1, "SlotTaken": CLIENTS - 1}, outcomes


def test_two_relatives_book_the_same_child_at_one_time(family: Family) -> None:
    with writing() as session:
        session.get_one(Service, family.check_up).capacity = 1
    outcomes = at_once(
        [
            keep_and_book(family.rosa, wish(family, 9, family.theo)),
            keep_and_book(
                family.idris, wish(family, 9, family.theo, practitioner_id=family.lindqvist)
            ),
        ]
    )
    assert sorted(outcomes) == ["Invalid", "booked"]
    assert len(live()) == 1


def test_crossing_orders_never_wait_in_a_circle(family: Family) -> None:
    """Each wants both practitioners, in the other order: all or nothing for each."""
    everybody = clients(6)

    def both(number: int, one: Actor) -> Callable[[], str]:
        first, second = (family.calloway, family.lindqvist)[:: 1 if number % 2 else -1]
        return keep_and_book(
            one,
            wish(family, 9, one.me, practitioner_id=first),
            wish(family, 11, one.me, practitioner_id=second),
        )

    outcomes = at_once([both(number, one) for number, one in enumerate(everybody)])
    assert set(outcomes) == {"booked", "SlotTaken"}, outcomes
    assert len(live()) == 2 * outcomes.count("booked")


def test_one_press_that_arrives_many_times_books_once(family: Family) -> None:
    with writing() as session:
        order = hold(session, family.rosa, [wish(family, 9, family.theo)])

    def press() -> str:
        with writing() as session:
            return book_order(session, family.rosa, order.id, "k" * 16)[0].id

    assert len(set(at_once([press] * 5))) == 1
    assert len(live()) == 1


def test_two_tabs_move_one_visit_to_two_times(family: Family) -> None:
    keep_and_book(family.rosa, wish(family, 9, family.theo))()
    visit = live()[0]
    outcomes = at_once(
        [keep_and_book(family.rosa, wish(family, hour, moves_id=visit.id)) for hour in (11, 13, 15)]
    )
    assert set(outcomes) == {"booked"}, outcomes  # one after the other; the last one counts
    moved = live()[0]
    with reading() as session:
        claims = session.exec(select(ClaimedUnit)).all()
    assert {one.unit for one in claims} == set(
        range(int(moved.starts_at.timestamp()) // 300, int(moved.ends_at.timestamp()) // 300)
    )


def test_a_group_and_single_visits_for_the_same_time(family: Family) -> None:
    everybody = clients(4)
    group = wish(family, 9, family.rosa.me, family.theo, service_id=family.counselling)
    attempts = [keep_and_book(family.rosa, group)]
    attempts += [keep_and_book(one, wish(family, 9, one.me)) for one in everybody]
    outcomes = at_once(attempts)
    assert Counter(outcomes)["booked"] == 1, outcomes
    assert set(outcomes) == {"booked", "SlotTaken"}
