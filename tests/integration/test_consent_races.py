"""Changes of who may act for whom that meet in the middle of one another, made to meet there."""

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest
from sqlmodel import Session

from portal import clock, db
from portal.claim.service import ClaimForm, claim_profile, undo_join
from portal.db import writing
from portal.errors import PortalError
from portal.family import service as family_service
from portal.family.labels import Label
from portal.ids import PatientId
from portal.models import Patient
from portal.notifications.claim_letters import claim_link
from portal.outbox.claim import Claimed
from portal.outbox.kinds import Kind
from portal.permissions import SIX, Actor, Permission
from portal.sharing import service
from portal.sharing.change import find_relationship, give
from tests import builders
from tests.claiming import (
    CALLER,
    PASSWORD_HASH,
    add_profile,
    answers,
    held_by,
    join,
    link_to,
    patient,
    signed_in,
)

BOOK, BILL = Permission.BOOK, Permission.BILL_TO_ACCOUNT
MOMENT = 0.4  # seconds; enough for another thread to run into a lock
Work = Callable[[Session], object]


def meeting(hold: Work, *others: Work) -> list[str]:
    """Begin ``hold``, let the others run into it one after the other, then let all go on.

    Returns what became of the others: "done", or the name of the refusal.
    """
    outcomes = [""] * len(others)

    def run(number: int) -> None:
        try:
            with writing() as session:
                others[number](session)
            outcomes[number] = "done"
        except PortalError as error:
            outcomes[number] = type(error).__name__
        except Exception as error:  # noqa: BLE001 - a crash is an outcome too, and fails the test
            outcomes[number] = f"crashed: {error!r}"

    threads = [threading.Thread(target=run, args=[n]) for n in range(len(others))]
    with ExitStack() as stack:
        hold(stack.enter_context(writing()))
        for thread in threads:
            thread.start()
            time.sleep(MOMENT)
    for thread in threads:
        thread.join()
    assert not [one for one in outcomes if one.startswith("crashed")], outcomes
    return outcomes


@pytest.fixture
def rosa(database: str) -> Actor:
    with writing() as session:
        builders.add_clinic(session)
        return signed_in(session, builders.add_person(session, "Rosa"))


def claiming(profile: str, *keep: Permission) -> Work:
    """Claim a profile with a new account and keep only these."""
    form = ClaimForm(token=link_to(profile), password="any", answers=answers(profile, *keep))

    def work(session: Session) -> None:
        claim_profile(session, form, password_hash=PASSWORD_HASH, caller=CALLER)

    return work


def test_who_managed_takes_nothing_back_while_the_profile_is_claimed(rosa: Actor) -> None:
    """She pressed before the claim was through; it was through when her turn came."""
    with writing() as session:
        idris = add_profile(session, rosa, "Idris", BOOK)
        mina = builders.add_person(session, "Mina")
        builders.relate(session, idris, mina.me, Label.FRIEND)

    def to_me(session: Session) -> None:
        family_service.take_back(session, rosa, idris, Permission.VIEW_AND_PAY)

    def to_others(session: Session) -> None:
        service.switch_on(session, rosa, idris, mina.me, BOOK)

    def at_heart(session: Session) -> None:
        give(session, rosa, idris, {rosa.me: SIX})

    outcomes = meeting(claiming(idris), to_me, to_others, at_heart)
    assert outcomes == ["NotAllowed"] * 3
    assert held_by(rosa.me, idris) == held_by(mina.me, idris) == set()


def test_two_joins_of_one_family_are_undone_at_once(rosa: Actor) -> None:
    """Each hands the relationship that both use on to the other."""
    with writing() as session:
        staff = builders.add_staff(session)
        idris = builders.add_person(session, "Idris")
        profiles = [
            add_profile(session, rosa, name, email=f"{name}@family.example")
            for name in ("one", "two")
        ]
    joins = [join(profile, idris, BOOK) for profile in profiles]

    def stand_between(session: Session) -> None:
        find_relationship(session, rosa.me, idris.me)

    def undoing(join_id: str) -> Work:
        return lambda session: undo_join(session, staff, join_id)

    assert meeting(stand_between, *map(undoing, joins)) == ["done", "done"]
    assert held_by(rosa.me, idris.me) == set()
    for profile in profiles:
        assert held_by(rosa.me, profile) == set(SIX)


def test_a_new_link_is_written_while_the_profile_is_claimed(rosa: Actor) -> None:
    """The worker writes the mail with the link just as an older link is used."""
    with writing() as session:
        idris = add_profile(session, rosa)
    claim = claiming(idris)
    payload = {"profile_id": idris, "by": rosa.name}
    message = Claimed("m1", Kind.CLAIM_LINK, payload, clock.now(), 0)
    letters: list[Any] = []

    def stand_between(session: Session) -> None:
        session.get(Patient, idris, with_for_update=True)

    def write(session: Session) -> None:
        letters.append(claim_link(session, message))

    assert meeting(stand_between, claim, write) == ["done", "done"]
    assert letters == [None], "nobody gets a link to what is somebody's own by now"


async def test_changes_that_stand_in_each_others_way_are_tried_again(rosa: Actor) -> None:
    """PostgreSQL stops one of two that wait for each other; nobody hears of it."""
    with writing() as session:
        others = [builders.add_person(session, name).me for name in ("Ann", "Bea")]
    both_hold = threading.Barrier(2)
    tries: list[int] = []

    def rename(session: Session, first: PatientId, then: PatientId) -> None:
        tries.append(1)
        session.get_one(Patient, first, with_for_update=True).pronouns = "she"
        session.flush()
        if not db._is_sqlite() and len(tries) <= 2:
            both_hold.wait(10)
        session.get_one(Patient, then, with_for_update=True).pronouns = "they"

    await asyncio.gather(
        db.write(rename, others[0], others[1]), db.write(rename, others[1], others[0])
    )
    assert {patient(id_).pronouns for id_ in others} == {"she", "they"}
    assert len(tries) == (2 if db._is_sqlite() else 3)
