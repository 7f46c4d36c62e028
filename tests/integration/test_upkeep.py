"""What an operator does now and then, on both databases."""

from typing import Any

import pytest
from sqlmodel import Session, select

from portal import clock, config, db
from portal.account.sealing import seal
from portal.models import Account, Authenticator, LoginSession, OutboxMessage, RecoveryCode
from portal.operate import main
from portal.outbox.claim import claim
from tests import builders


def say(capsys: pytest.CaptureFixture[str], command: str) -> str:
    """Run one command and return what it prints."""
    assert main([command]) == 0
    return capsys.readouterr().out.strip()


def add_message(session: Session, number: int, **state: Any) -> None:
    """Put one message into the outbox."""
    now, name = clock.now(), f"message-{number}"
    session.add(
        OutboxMessage(
            id=name, kind="welcome", payload={}, dedup=name, created_at=now, run_at=now, **state
        )
    )


def test_parked_mails_are_told_and_tried_again(
    database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert say(capsys, "parked") == "None is parked."
    with db.writing() as session:
        add_message(session, 1, done_at=clock.now())
        for number in (2, 3):
            add_message(session, number, dead_at=clock.now(), attempts=16, error="Refused")
    assert say(capsys, "parked") == "2 welcome: Refused"
    assert say(capsys, "unpark") == "2 messages are tried again."
    assert say(capsys, "parked") == "None is parked."
    with db.writing() as session:
        claimed = claim(session, "worker")
    assert sorted(message.id for message in claimed) == ["message-2", "message-3"]
    assert {message.attempts for message in claimed} == {0}


def test_everybody_is_signed_out(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    with db.writing() as session:
        for name in ("Rosa", "Idris"):
            patient = builders.add_patient(session, name, "Marlow", email=f"{name}@mail.example")
            email = f"{name.lower()}@mail.example"
            builders.sign_in(session, builders.add_account(session, patient, email=email))
    assert say(capsys, "sign-everybody-out") == "2 sessions have ended."
    assert say(capsys, "sign-everybody-out") == "0 sessions have ended."
    with db.reading() as session:
        assert all(row.ended_at for row in session.exec(select(LoginSession)))


def test_after_a_new_secret_apps_that_cannot_be_read_are_forgotten_and_their_owners_told(
    database: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with db.writing() as session:
        builders.add_clinic(session)
        patient = builders.add_patient(session, "Rosa", "Marlow", email="rosa@mail.example")
        builders.add_account(session, patient, email="rosa@mail.example")
        (account,) = session.exec(select(Account)).all()
        session.add(
            Authenticator(account_id=account.id, secret=seal("ABC"), created_at=clock.now())
        )
        session.add(RecoveryCode(account_id=account.id, code_hash="x"))
    assert say(capsys, "forget-unreadable-apps") == "0 apps are forgotten."
    monkeypatch.setenv("PORTAL_SECRET_KEY", "another-secret-" * 3)
    config.settings.cache_clear()
    assert say(capsys, "forget-unreadable-apps") == "1 apps are forgotten."
    with db.reading() as session:
        assert session.exec(select(Authenticator)).all() == []
        assert session.exec(select(RecoveryCode)).all() == []
        assert session.exec(select(OutboxMessage.kind)).all() == ["second_step_off"]
