"""Many people after one time, on real SQLite and real PostgreSQL: the database lets one through."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import event
from sqlmodel import Session, col, select

from portal.booking.rules import unit_of
from portal.booking.service import book_visit
from portal.db import engine, reading, writing
from portal.ids import PatientId, new_id
from portal.models import AuditEntry, ClaimedUnit, OutboxMessage, Visit
from portal.permissions import Actor, Permission
from tests import builders
from tests.outbox import let_undo_pass
from tests.racing import Attempt, Racers, racers, run, run_at_once

ROUNDS = 10
FEW_ROUNDS = 3
CLIENTS = 20
PROCESSES = 4

AtOnce = Callable[[Sequence[Attempt]], list[str]]


@dataclass
class Clinic:
    """A clinic with two practitioners, and clients of whom each has an account."""

    service_id: str
    practitioners: tuple[str, str]
    clients: list[str]

    def attempts(self, starts_at: datetime) -> list[Attempt]:
        """Let every client want the first practitioner at one time."""
        return [self.attempt(client, starts_at) for client in self.clients]

    def attempt(self, client: str, starts_at: datetime, practitioner: int = 0) -> Attempt:
        """Let one client want a time for themselves."""
        return Attempt(
            actor_id=client,
            patient_id=client,
            service_id=self.service_id,
            practitioner_id=self.practitioners[practitioner],
            starts_at=starts_at.isoformat(),
            request_key=new_id(),
        )


@pytest.fixture
def clinic(database: str) -> Clinic:
    with writing() as session:
        builders.add_clinic(session)
        service_id = builders.add_service(session)
        first = builders.add_practitioner(session, [service_id])
        second = builders.add_practitioner(session, [service_id], position=1)
        clients = [builders.add_person(session, f"Client {n}").me for n in range(CLIENTS)]
    return Clinic(service_id, (first, second), list(clients))


@pytest.fixture(scope="module")
def several_processes() -> Iterator[Racers]:
    with racers(PROCESSES) as several:
        yield several


@pytest.fixture(params=["threads", "processes"])
def at_once(clinic: Clinic, request: pytest.FixtureRequest) -> AtOnce:
    """Run attempts at the same moment: in one web process, or spread over several."""
    if request.param == "threads":
        return run_at_once
    return request.getfixturevalue("several_processes").run_at_once


def start_of(number: int) -> datetime:
    """Return a time that can be booked, another one for each round."""
    return builders.local(builders.in_days(3 + number // 8), 9 + number % 8)


def visits(outcomes: Sequence[str]) -> list[str]:
    """Return the ids of the visits among the outcomes."""
    return [outcome for outcome in outcomes if " " not in outcome and not outcome.endswith("!")]


def check_diary(session: Session) -> None:
    """Check that nobody is in two places, and that units and visits say the same."""
    live = session.exec(select(Visit).where(col(Visit.cancelled_at).is_(None))).all()
    for who in ("practitioner_id", "patient_id"):
        in_order = sorted(live, key=lambda visit: (getattr(visit, who), visit.starts_at))
        for one, following in pairwise(in_order):
            same = getattr(one, who) == getattr(following, who)
            assert not same or one.ends_at <= following.starts_at
    wanted = {
        (resource_id, unit, visit.id)
        for visit in live
        for unit in range(unit_of(visit.starts_at), unit_of(visit.ends_at))
        for resource_id in (visit.practitioner_id, visit.patient_id)
    }
    claimed = session.exec(select(ClaimedUnit)).all()
    assert {(one.resource_id, one.unit, one.held_by) for one in claimed} == wanted


def test_of_twenty_clients_for_one_time_exactly_one_gets_it(
    clinic: Clinic, at_once: AtOnce
) -> None:
    for number in range(ROUNDS):
        outcomes = at_once(clinic.attempts(start_of(number)))
        assert Counter(outcomes)["SlotTaken!"] == CLIENTS - 1, outcomes
        assert len(visits(outcomes)) == 1
    with reading() as session:
        check_diary(session)
        assert len(session.exec(select(OutboxMessage)).all()) == ROUNDS
        assert len(session.exec(select(AuditEntry)).all()) == ROUNDS


def test_nobody_is_booked_with_two_practitioners_at_once(clinic: Clinic, at_once: AtOnce) -> None:
    client = clinic.clients[0]
    for number in range(ROUNDS):
        outcomes = at_once([clinic.attempt(client, start_of(number), which) for which in (0, 1)])
        assert len(visits(outcomes)) == 1, outcomes
        assert Counter(outcomes)["Invalid!"] == 1
    with reading() as session:
        check_diary(session)


def test_visits_that_overlap_in_part_race_just_the_same(clinic: Clinic, at_once: AtOnce) -> None:
    for number in range(FEW_ROUNDS):
        outcomes = at_once(
            [
                clinic.attempt(client, start_of(number) + timedelta(minutes=10 * (n % 3)))
                for n, client in enumerate(clinic.clients)
            ]
        )
        assert len(visits(outcomes)) == 1, outcomes
        assert Counter(outcomes)["SlotTaken!"] == CLIENTS - 1
    with reading() as session:
        check_diary(session)


def test_the_same_request_sent_at_once_makes_one_visit(clinic: Clinic, at_once: AtOnce) -> None:
    for number in range(FEW_ROUNDS):
        attempt = clinic.attempt(clinic.clients[0], start_of(number))
        outcomes = at_once([attempt] * 8)
        assert len(set(visits(outcomes))) == 1, outcomes
        assert len(visits(outcomes)) == 8
    with reading() as session:
        check_diary(session)
        assert len(session.exec(select(OutboxMessage)).all()) == FEW_ROUNDS


def test_a_time_that_is_given_back_is_taken_by_one(clinic: Clinic, at_once: AtOnce) -> None:
    for number in range(FEW_ROUNDS):
        holder, *others = clinic.attempts(start_of(number))[:8]
        held = run(holder)
        let_undo_pass()
        outcomes = at_once([replace(holder, cancels=held), *others, replace(holder, cancels=held)])
        got_it = [visit for visit in visits(outcomes) if visit != held]
        assert len(got_it) <= 1, outcomes
        assert set(outcomes) <= {held, "SlotTaken!", *got_it}
        if not got_it:
            assert visits([run(replace(others[0], request_key=new_id()))])
    with reading() as session:
        check_diary(session)
        cancelled = [m for m in session.exec(select(OutboxMessage)) if m.kind == "visits_cancelled"]
        assert len(cancelled) == FEW_ROUNDS


def test_a_time_given_back_just_after_the_collision_is_taken_after_all(clinic: Clinic) -> None:
    if engine().dialect.name == "sqlite":
        return  # one writer at a time: nothing can come between
    # Whoever cancels locks the practitioner too, so only another one's can come between.
    client = clinic.clients[0]
    holder, other = (clinic.attempt(client, start_of(0), number) for number in (1, 0))
    held = run(holder)
    cancels = [replace(holder, cancels=held)]
    with writing() as session:

        @event.listens_for(session, "after_soft_rollback")
        def cancel_meanwhile(_session: Session, _transaction: object) -> None:
            if cancels:
                assert run(cancels.pop()) == held

        visit = book_visit(
            session,
            Actor(patient_id=PatientId(other.actor_id)),
            other.patient_id,
            other.service_id,
            other.practitioner_id,
            datetime.fromisoformat(other.starts_at),
            other.request_key,
        )
    assert not cancels
    with reading() as session:
        check_diary(session)
        assert session.get_one(Visit, visit.id).cancelled_at is None


def test_an_unverified_account_cannot_race_past_its_three_visits(
    clinic: Clinic, at_once: AtOnce
) -> None:
    with writing() as session:
        newcomer = builders.add_person(session, "Newcomer", verified=False)
        family = [
            builders.add_family_member(session, newcomer, f"Child {n}", Permission.BOOK)
            for n in range(8)
        ]
    outcomes = at_once(
        [
            replace(
                clinic.attempt(newcomer.me, start_of(n), n % 2), patient_id=member, request_key=key
            )
            for n, (member, key) in enumerate((member, new_id()) for member in family)
        ]
    )
    assert len(visits(outcomes)) == 3, outcomes
    assert Counter(outcomes)["NotAllowed!"] == 5


def test_a_reader_never_waits_for_a_writer(clinic: Clinic) -> None:
    free = threading.Event()

    def read() -> None:
        with reading() as session:
            session.exec(select(Visit)).all()
        free.set()

    with writing() as session:
        builders.add_visit(
            session,
            clinic.clients[0],
            clinic.practitioners[0],
            clinic.service_id,
            start_of(0),
        )
        threading.Thread(target=read, daemon=True).start()
        assert free.wait(5)
