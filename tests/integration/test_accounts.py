"""Accounts below the doors: links, passwords, and what a second account with one address may do."""

import pytest
import time_machine
from sqlmodel import select

from portal import clock, db
from portal.account import links, service
from portal.account.links import Purpose
from portal.account.passwords import hash_password
from portal.account.sessions import find_session, start_session
from portal.config import settings
from portal.errors import Invalid, NotFound, TooMany
from portal.models import Account, Clinic, OutboxMessage
from portal.outbox.kinds import Kind
from portal.permissions import Actor
from tests import builders

EMAIL = "rosa@example.com"
HASH = hash_password("three quiet otters")
PRODUCTION = {
    "PORTAL_MODE": "production",
    "PORTAL_ORIGIN": "https://portal.clinic.example",
    "PORTAL_SECRET_KEY": "k" * 32,
    "SMTP_URL": "smtp://mail.clinic.example:587",
}


@pytest.fixture
def rosa(database: str) -> Actor:
    with db.writing() as session:
        builders.add_clinic(session)
        patient = builders.add_patient(session, email=EMAIL)
        return builders.add_account(session, patient, email=EMAIL, password_hash=HASH)


def log_in(email: str, *, password_ok: bool, address: str = "1.2.3.4") -> str | None:
    with db.writing() as session:
        candidate = service.find_candidate(session, email, address)
        return service.finish_login(
            session,
            candidate,
            email=email,
            password_ok=password_ok,
            address=address,
            user_agent="Firefox on Android",
        )


def test_a_reset_link_ends_when_the_password_is_changed_otherwise(rosa: Actor) -> None:
    with db.writing() as session:
        token = links.make_link(session, Purpose.RESET, account_id=rosa.account_id)
        service.change_password(session, rosa, HASH, "new")
    with db.writing() as session, pytest.raises(Invalid, match="does not work any more"):
        service.set_password_by_link(session, token, "theirs")
    with db.reading() as session:
        assert session.get_one(Account, rosa.account_id).password_hash == "new"


def test_a_new_password_ends_every_session(rosa: Actor) -> None:
    with db.writing() as session:
        account = session.get_one(Account, rosa.account_id)
        cookies = [start_session(session, account, "") for _device in range(2)]
        token = links.make_link(session, Purpose.RESET, account_id=rosa.account_id)
    with db.writing() as session:
        assert len(service.set_password_by_link(session, token, "new")) == 2
    with db.reading() as session:
        assert [find_session(session, cookie) for cookie in cookies] == [None, None]


def test_of_two_accounts_with_one_address_only_the_first_is_confirmed(rosa: Actor) -> None:
    with db.writing() as session:
        second = builders.add_account(
            session, builders.add_patient(session), email=EMAIL, verified=False
        )
        token = links.make_link(session, Purpose.VERIFY, account_id=second.account_id)
    with db.writing() as session, pytest.raises(Invalid, match="already an account"):
        service.verify_email(session, second, token, password_ok=False)
    with db.reading() as session:
        assert session.get_one(Account, second.account_id).verified_at is None


def test_a_link_alone_does_not_confirm_an_address(rosa: Actor) -> None:
    with db.writing() as session:
        stranger = builders.add_account(
            session, builders.add_patient(session), email="new@example.com", verified=False
        )
        token = links.make_link(session, Purpose.VERIFY, account_id=stranger.account_id)
    for actor in (None, rosa):
        with db.writing() as session, pytest.raises(Invalid):
            service.verify_email(session, actor, token, password_ok=False)
    with db.writing() as session:
        service.verify_email(session, None, token, password_ok=True)
    with db.reading() as session:
        assert session.get_one(Account, stranger.account_id).verified_at is not None
        assert Kind.WELCOME in session.exec(select(OutboxMessage.kind)).all()


def test_the_right_password_before_confirming_gets_a_mail_and_no_session(rosa: Actor) -> None:
    with db.writing() as session:
        session.get_one(Account, rosa.account_id).verified_at = None
    assert log_in(EMAIL, password_ok=True) is None
    with db.reading() as session:
        assert session.exec(select(OutboxMessage.kind)).all() == [Kind.LOGIN_UNVERIFIED]


def test_ten_failures_lock_this_address_out_and_nobody_else(rosa: Actor) -> None:
    for _try in range(10):
        assert log_in(EMAIL, password_ok=False) is None
    with pytest.raises(TooMany):
        log_in(EMAIL, password_ok=True)
    assert log_in(EMAIL, password_ok=True, address="5.6.7.8")


def test_an_unknown_address_is_locked_out_just_the_same(rosa: Actor) -> None:
    for _try in range(10):
        assert log_in("nobody@example.com", password_ok=False) is None
    with pytest.raises(TooMany):
        log_in("nobody@example.com", password_ok=False)


def test_an_idle_session_is_over(rosa: Actor) -> None:
    with db.writing() as session:
        cookie = start_session(session, session.get_one(Account, rosa.account_id), "")
    later = clock.now().timestamp() + 2 * 3600 + 1
    with time_machine.travel(later, tick=False), db.reading() as session:
        assert find_session(session, cookie) is None


def test_the_demos_log_ins_open_nothing_in_production(
    rosa: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    with db.writing() as session:
        session.get_one(Clinic, "clinic").is_demo = True
    for name, value in PRODUCTION.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    try:
        with pytest.raises(NotFound):
            log_in(EMAIL, password_ok=True)
    finally:
        monkeypatch.undo()
        settings.cache_clear()
