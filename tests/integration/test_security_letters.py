"""Mails about the locks of an account: to whom, about what, and what to do if it was not them."""

from typing import Any

import pytest

from portal import db, routes
from portal.models import Account
from portal.notifications.compose import compose
from portal.notifications.letter import Letter
from portal.outbox.claim import claim, finish
from portal.outbox.kinds import Kind
from portal.outbox.queue import queue
from portal.permissions import Actor
from tests import builders

ABOUT_LOCKS: dict[Kind, dict[str, Any]] = {
    Kind.NEW_DEVICE: {"device": "Firefox on Android"},
    Kind.SECOND_STEP_ON: {},
    Kind.SECOND_STEP_OFF: {"by": "system"},
    Kind.RECOVERY_CODE_USED: {"left": 1},
    Kind.PASSKEY_ADDED: {"name": "Chrome on Mac"},
}


@pytest.fixture
def rosa(database: str) -> Actor:
    with db.writing() as session:
        builders.add_clinic(session)
        return builders.add_person(session, email="rosa@example.com")


def letters(actor: Actor, kind: Kind, **payload: Any) -> list[Letter]:
    """Queue one message about an account; return what it becomes."""
    with db.writing() as session:
        queue(session, kind, account_id=actor.account_id, **payload)
    with db.writing() as session:
        found = claim(session, "worker")
        for one in found:
            finish(session, one)
        return [letter for one in found if (letter := compose(session, one))]


@pytest.mark.parametrize("kind", ABOUT_LOCKS)
def test_it_goes_to_the_account_itself_and_says_how_to_stop_it(rosa: Actor, kind: Kind) -> None:
    (letter,) = letters(rosa, kind, **ABOUT_LOCKS[kind])
    assert letter.to == "rosa@example.com"
    assert letter.opening[0] == "This email is about your own account."
    assert "{" not in " ".join(letter.opening)
    assert letter.button
    assert letter.button.url.endswith(routes.RESET)


@pytest.mark.parametrize("kind", ABOUT_LOCKS)
def test_staff_are_led_to_their_own_door(rosa: Actor, kind: Kind) -> None:
    with db.writing() as session:
        sam = builders.add_staff_account(session, builders.add_staff(session))
    (letter,) = letters(sam, kind, **ABOUT_LOCKS[kind])
    assert letter.button
    assert letter.button.url.endswith(routes.STAFF_RESET)


@pytest.mark.parametrize("kind", [*ABOUT_LOCKS, Kind.STAFF_INVITED])
def test_a_closed_account_gets_none(rosa: Actor, kind: Kind) -> None:
    with db.writing() as session:
        account = session.get_one(Account, rosa.account_id)
        account.closed_at = account.created_at
    assert letters(rosa, kind, **ABOUT_LOCKS.get(kind, {})) == []


def test_it_says_who_turned_the_codes_off(rosa: Actor) -> None:
    for by, who in ((rosa.name, "You turned"), ("staff:x", "Our clinic turned")):
        (letter,) = letters(rosa, Kind.SECOND_STEP_OFF, by=by)
        assert letter.opening[1].startswith(who)


def test_a_device_cannot_carry_an_advertisement(rosa: Actor) -> None:
    (letter,) = letters(rosa, Kind.NEW_DEVICE, device="Win\r\nBcc: a@b https://evil.example")
    assert "https://" not in letter.opening[1]
    assert "\n" not in letter.opening[1]


def test_a_reset_at_the_staff_door_finds_staff_only_and_never_without_a_password(
    rosa: Actor,
) -> None:
    with db.writing() as session:
        sam = builders.add_staff_account(
            session, builders.add_staff(session), email="sam@clinic.example"
        )
    for key, staff, to in (
        ("rosa@example.com", False, ["rosa@example.com"]),
        ("rosa@example.com", True, []),
        ("sam@clinic.example", True, ["sam@clinic.example"]),
        ("sam@clinic.example", False, []),
    ):
        found = letters(rosa, Kind.RESET_ASKED, email_key=key, email=key, staff=staff)
        assert [letter.to for letter in found] == to
    with db.writing() as session:
        session.get_one(Account, sam.account_id).verified_at = None
    key = "sam@clinic.example"
    assert letters(rosa, Kind.RESET_ASKED, email_key=key, email=key, staff=True) == []
