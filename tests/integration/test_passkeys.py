"""Passkeys below the doors: what a browser may send, and what opens nothing."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlmodel import select

from portal import clock, db
from portal.account.challenges import LIFETIME, TooLate
from portal.account.fresh import FRESH, PasswordNeeded
from portal.account.log_in import Admitted, Caller
from portal.account.passkeys import (
    MOST,
    begin_adding,
    begin_sign_in,
    finish_adding,
    finish_sign_in,
    list_passkeys,
    remove_passkey,
)
from portal.account.sessions import find_session, start_session
from portal.errors import Invalid, NotAllowed, NotFound
from portal.models import Account, OutboxMessage, Staff
from portal.outbox.kinds import Kind
from portal.permissions import Actor
from tests import builders
from tests.passkeys import PRESENT, SoftKey

HERE = Caller("1.2.3.4", "Firefox on Android")
ORIGIN, HOST = "http://localhost:3000", "localhost"


def signed_in(actor: Actor) -> Actor:
    with db.writing() as session:
        token = start_session(session, session.get_one(Account, actor.account_id), "")
        live = find_session(session, token)
    assert live
    return live.actor


@pytest.fixture
def rosa(database: str) -> Actor:
    with db.writing() as session:
        builders.add_clinic(session)
        actor = builders.add_person(session, email="rosa@example.com")
    return signed_in(actor)


@pytest.fixture
def idris(rosa: Actor) -> Actor:
    with db.writing() as session:
        actor = builders.add_person(session, "Idris", email="idris@example.com")
    return signed_in(actor)


@pytest.fixture
def key(rosa: Actor) -> SoftKey:
    """Return a passkey that Rosa has added."""
    return add(rosa, SoftKey(ORIGIN, HOST))


def add(actor: Actor, key: SoftKey) -> SoftKey:
    with db.writing() as session:
        token, options = begin_adding(session, actor)
        finish_adding(session, actor, token, key.make(json.loads(options)), HERE.user_agent)
    return key


def ask() -> tuple[str, dict[str, Any]]:
    with db.writing() as session:
        token, options = begin_sign_in(session)
    return token, json.loads(options)


def come(token: str, sent: dict[str, Any], *, staff: bool = False) -> Admitted | None:
    with db.writing() as session:
        return finish_sign_in(session, token, sent, HERE, staff=staff)


def sign_in(key: SoftKey, **kwargs: Any) -> Admitted | None:
    token, options = ask()
    return come(token, key.use(options), **kwargs)


def test_a_passkey_signs_in_by_itself_and_is_told_of_by_mail(rosa: Actor, key: SoftKey) -> None:
    admitted = sign_in(key)
    assert admitted
    with db.reading() as session:
        live = find_session(session, admitted.session)
        assert live
        assert live.account_id == rosa.account_id
        assert Kind.PASSKEY_ADDED in session.exec(select(OutboxMessage.kind)).all()
        (row,) = list_passkeys(session, rosa)
    assert (row.name, row.last_used_at is not None) == ("Firefox on Android", True)


def test_the_answer_to_a_challenge_works_once(key: SoftKey) -> None:
    token, options = ask()
    sent = key.use(options)
    assert come(token, sent)
    with pytest.raises(TooLate):
        come(token, sent)


def test_a_refused_answer_uses_the_challenge_up_too(key: SoftKey) -> None:
    token, options = ask()
    assert come(token, {}) is None
    with pytest.raises(TooLate):
        come(token, key.use(options))


def test_the_challenge_of_another_browser_is_none(key: SoftKey) -> None:
    mine, _options = ask()
    _theirs, their_options = ask()
    assert come(mine, key.use(their_options)) is None
    for token in ("", "x", "a" * 43):
        with pytest.raises(TooLate):
            come(token, key.use(their_options))


def test_a_challenge_does_not_wait_for_long(key: SoftKey) -> None:
    token, options = ask()
    with time_machine.travel(clock.now() + LIFETIME, tick=False), pytest.raises(TooLate):
        come(token, key.use(options))


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://localhost:3001"},
        {"rp_id": "evil.example"},
        {"flags": PRESENT},
        {"flags": 0},
        {"user": "c29tZWJvZHk"},
        {"user": ""},
    ],
    ids=str,
)
def test_what_was_signed_elsewhere_or_without_the_finger_opens_nothing(
    key: SoftKey, wrong: dict[str, Any]
) -> None:
    assert sign_in(replace(key, **wrong)) is None
    assert sign_in(key)


def test_a_copy_of_a_key_is_found_out_by_its_count(key: SoftKey) -> None:
    key.count = 7
    assert sign_in(key)
    copy = replace(key, count=3)
    assert sign_in(copy) is None
    token, options = ask()
    assert come(token, key.use(options, grow=0)) is None
    assert sign_in(key)


def test_a_key_says_whose_it_is_and_cannot_be_anothers(
    key: SoftKey, rosa: Actor, idris: Actor
) -> None:
    other = add(idris, SoftKey(ORIGIN, HOST))
    assert sign_in(replace(key, user=other.user)) is None
    # With another key under the name of Rosa's.
    assert sign_in(replace(other, id=key.id, user=key.user)) is None


def test_adding_takes_the_browser_and_person_that_began(rosa: Actor, idris: Actor) -> None:
    key = SoftKey(ORIGIN, HOST)
    with db.writing() as session:
        token, options = begin_adding(session, rosa)
    sent = key.make(json.loads(options))
    with db.writing() as session, pytest.raises(NotFound):
        finish_adding(session, idris, token, sent, "")
    other, _options = ask()
    for stolen in (other, "", "x" * 43):
        with db.writing() as session, pytest.raises(TooLate):
            finish_adding(session, rosa, stolen, sent, "")
    with db.reading() as session:
        assert list_passkeys(session, idris) == []


@pytest.mark.parametrize(
    "wrong", [{"origin": "https://evil.example"}, {"rp_id": "evil.example"}, {"flags": PRESENT}]
)
def test_a_key_for_another_place_is_not_added(rosa: Actor, wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid, match="could not be added"):
        add(rosa, replace(SoftKey(ORIGIN, HOST), **wrong))


def test_the_same_key_is_added_once_and_for_one_person(
    rosa: Actor, idris: Actor, key: SoftKey
) -> None:
    for actor in (rosa, idris):
        with pytest.raises(Invalid, match="could not be added"):
            add(actor, replace(key))


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"id": None},
        {"id": 5, "response": {}},
        {"id": "\x00", "response": {"userHandle": "x"}},
        {"id": "x", "response": []},
        {"id": "x" * 60_000, "response": {"userHandle": "x"}},
    ],
    ids=lambda sent: repr(sent)[:40],
)
def test_strange_answers_are_refused_calmly(rosa: Actor, sent: dict[str, Any]) -> None:
    token, _options = ask()
    assert come(token, sent) is None
    with db.writing() as session:
        token, _text = begin_adding(session, rosa)
    with db.writing() as session, pytest.raises(Invalid):
        finish_adding(session, rosa, token, sent, "")


@pytest.mark.parametrize("part", ["clientDataJSON", "authenticatorData", "signature", "userHandle"])
@pytest.mark.parametrize("value", [None, 5, "", "!!!", "AAAA", "é", "\x00", [], {}], ids=repr)
def test_every_part_of_an_answer_may_be_nonsense(key: SoftKey, part: str, value: object) -> None:
    token, options = ask()
    sent = key.use(options)
    sent["response"][part] = value
    assert come(token, sent) is None


def test_changing_passkeys_takes_a_fresh_proof(rosa: Actor, key: SoftKey) -> None:
    with db.reading() as session:
        (row,) = list_passkeys(session, rosa)
    with time_machine.travel(clock.now() + FRESH + timedelta(seconds=1), tick=False):
        with db.writing() as session, pytest.raises(PasswordNeeded):
            begin_adding(session, rosa)
        with db.writing() as session, pytest.raises(PasswordNeeded):
            remove_passkey(session, rosa, row.id)


def test_one_removes_ones_own_passkeys_only(rosa: Actor, idris: Actor, key: SoftKey) -> None:
    with db.reading() as session:
        (row,) = list_passkeys(session, rosa)
    with db.writing() as session:
        remove_passkey(session, idris, row.id)
    assert sign_in(key)
    for _twice in range(2):
        with db.writing() as session:
            remove_passkey(session, rosa, row.id)
    assert sign_in(key) is None


def test_ten_passkeys_are_enough(rosa: Actor) -> None:
    for _n in range(MOST):
        add(rosa, SoftKey(ORIGIN, HOST))
    with db.writing() as session, pytest.raises(Invalid, match="ten passkeys"):
        begin_adding(session, rosa)


def test_an_account_that_is_not_confirmed_gets_no_passkey(rosa: Actor, key: SoftKey) -> None:
    with db.writing() as session:
        session.get_one(Account, rosa.account_id).verified_at = None
    with db.writing() as session, pytest.raises(NotAllowed):
        begin_adding(session, rosa)
    assert sign_in(key) is None


def test_patients_and_staff_keep_to_their_own_doors(rosa: Actor, key: SoftKey) -> None:
    with db.writing() as session:
        staff = builders.add_staff(session)
        sam = builders.add_staff_account(session, staff)
    theirs = add(signed_in(sam), SoftKey(ORIGIN, HOST))
    assert sign_in(key, staff=True) is None
    assert sign_in(theirs) is None
    admitted = sign_in(theirs, staff=True)
    assert admitted
    assert admitted.staff
    with db.writing() as session:
        session.get_one(Staff, staff.staff_id).ended_at = clock.now()
    assert sign_in(theirs, staff=True) is None


def test_a_closed_account_is_closed_to_its_passkeys(rosa: Actor, key: SoftKey) -> None:
    with db.writing() as session:
        session.get_one(Account, rosa.account_id).closed_at = clock.now()
    assert sign_in(key) is None
