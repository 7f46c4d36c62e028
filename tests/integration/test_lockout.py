"""Growing delays: who is held up, for how long, and that nobody else is."""

import threading
from datetime import timedelta

import pytest
import time_machine
from sqlmodel import select

from portal import clock, db
from portal.account.lockout import DELAYS, FORGOTTEN_AFTER, By, Try, What, begin_try, succeeded
from portal.errors import TooMany
from portal.models import Lockout

HERE, ELSEWHERE = "1.2.3.4", "5.6.7.8"
ROSA = "rosa@example.com"


def tried(name: str = ROSA, *, address: str = HERE, known: str = "") -> Try | None:
    """Make one wrong try; return nothing where it was refused."""
    try:
        with db.writing() as session:
            return begin_try(session, What.PASSWORD, name, address=address, known_device=known)
    except TooMany:
        return None


def free(by: By) -> int:
    return DELAYS[What.PASSWORD][by].free


def test_after_the_free_tries_each_more_doubles_the_delay_up_to_a_cap(database: str) -> None:
    rule = DELAYS[What.PASSWORD][By.PAIR]
    with time_machine.travel(clock.now(), tick=False) as now:
        assert all(tried() for _try in range(rule.free))
        delays: list[timedelta] = []
        for _round in range(8):
            waited = timedelta()
            while not tried():
                now.shift(timedelta(seconds=5))
                waited += timedelta(seconds=5)
            delays.append(waited)
    doubled = [min(rule.first * 2**n, rule.longest) for n in range(8)]
    assert delays == doubled
    assert delays[-1] == rule.longest


def test_the_sentence_says_how_long_to_wait(database: str) -> None:
    with time_machine.travel(clock.now(), tick=False):
        for _try in range(free(By.PAIR)):
            assert tried()
        with db.writing() as session, pytest.raises(TooMany, match="Wait 15 seconds, then"):
            begin_try(session, What.PASSWORD, ROSA, address=HERE)


def test_one_address_does_not_hold_up_the_same_name_elsewhere(database: str) -> None:
    for _try in range(free(By.PAIR)):
        assert tried()
    assert tried() is None
    assert tried(address=ELSEWHERE)
    assert tried("idris@example.com")


def test_many_addresses_hold_a_name_up_for_a_minute_at_most(database: str) -> None:
    with time_machine.travel(clock.now(), tick=False) as now:
        for number in range(300):
            tried(address=f"10.0.{number // 250}.{number % 250}")
            now.shift(timedelta(seconds=7))
        assert tried(address="192.0.2.1") is None
        now.shift(timedelta(seconds=61))
        assert tried(address="192.0.2.1")


def test_a_browser_the_owner_has_used_is_not_held_up_by_others(database: str) -> None:
    for number in range(40):
        tried(address=f"10.0.0.{number}")
    for _try in range(10):
        tried()
    assert tried() is None
    assert all(tried(known="hash of a cookie") for _try in range(free(By.PAIR)))
    # It is held by its own counter all the same.
    assert tried(known="hash of a cookie") is None


def test_many_names_from_one_address_hold_that_address_up(database: str) -> None:
    for number in range(free(By.ADDRESS)):
        assert tried(f"patient-{number}@example.com")
    assert tried("one-more@example.com") is None
    assert tried("one-more@example.com", address=ELSEWHERE)


def test_names_that_nobody_has_are_counted_alike(database: str) -> None:
    for name in (ROSA, "nobody@example.com"):
        assert [bool(tried(name)) for _try in range(free(By.PAIR) + 1)] == [True] * 5 + [False]


def test_a_right_try_is_taken_off_again(database: str) -> None:
    for _round in range(4):
        for _try in range(free(By.PAIR) - 1):
            assert tried()
        right = tried()
        assert right
        with db.writing() as session:
            succeeded(session, right)
    with db.reading() as session:
        assert sorted(session.exec(select(Lockout.failures)).all()) == [16, 16]


def test_what_is_long_ago_counts_no_more(database: str) -> None:
    with time_machine.travel(clock.now(), tick=False) as now:
        for _try in range(free(By.PAIR)):
            assert tried()
        now.shift(FORGOTTEN_AFTER + timedelta(seconds=1))
        assert all(tried() for _try in range(free(By.PAIR)))


def test_each_thing_that_is_guessed_is_counted_by_itself(database: str) -> None:
    for what in What:
        with db.writing() as session:
            for _try in range(DELAYS[what][By.PAIR].free):
                begin_try(session, what, "account", address=HERE)
            with pytest.raises(TooMany):
                begin_try(session, what, "account", address=HERE)


def test_every_delay_ends_before_its_counter_is_forgotten() -> None:
    for rules in DELAYS.values():
        for rule in rules.values():
            assert rule.longest < FORGOTTEN_AFTER
            assert rule.first <= rule.longest


def test_twenty_at_once_get_no_more_than_they_are_allowed(database: str) -> None:
    outcomes: list[bool] = []
    barrier = threading.Barrier(20)

    def guess() -> None:
        with db.reading() as session:  # the connection is open before the race begins
            session.connection()
        barrier.wait()
        outcomes.append(tried() is not None)

    threads = [threading.Thread(target=guess) for _n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 20
    assert sum(outcomes) == free(By.PAIR)
