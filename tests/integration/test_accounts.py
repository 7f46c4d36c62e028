"""Accounts below the doors: links, passwords, and what a second account with one address may do."""

from contextlib import suppress
from datetime import timedelta

import pytest
import time_machine
from sqlmodel import select

from portal import clock, db
from portal.account import links, log_in, service
from portal.account.challenges import Step, begin_step
from portal.account.known_devices import note_device
from portal.account.links import Purpose
from portal.account.log_in import Admitted, Caller
from portal.account.passwords import hash_password
from portal.account.sessions import (
    STAFF_ABSOLUTE,
    STAFF_IDLE,
    find_session,
    start_session,
    touch_session,
)
from portal.config import settings
from portal.errors import Invalid, NotFound, TooMany
from portal.housekeeping import KEEP_DEVICES, forget_challenges, forget_devices
from portal.models import Account, Challenge, Clinic, KnownDevice, OutboxMessage, Staff
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


def sign_in(
    email: str, *, password_ok: bool, address: str = "1.2.3.4", device: str = ""
) -> Admitted | None:
    """Go through the door with a right or wrong password; nobody here has a second step."""
    who = Caller(address, "Firefox on Android", device)
    with db.writing() as session:
        candidate = log_in.find_candidate(session, email, who)
    with db.writing() as session:
        came = log_in.finish_password(session, candidate, who, password_ok=password_ok)
    assert not isinstance(came, log_in.HalfWay)
    return came


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
    assert sign_in(EMAIL, password_ok=True) is None
    with db.reading() as session:
        assert session.exec(select(OutboxMessage.kind)).all() == [Kind.LOGIN_UNVERIFIED]


def test_wrong_tries_hold_this_address_up_and_nobody_else(rosa: Actor) -> None:
    for email in (EMAIL, "nobody@example.com"):
        for _try in range(5):
            assert sign_in(email, password_ok=False) is None
        with pytest.raises(TooMany, match="Wait 15 seconds"):
            sign_in(email, password_ok=True)
    assert sign_in(EMAIL, password_ok=True, address="5.6.7.8")


def test_a_browser_known_to_the_owner_gets_in_while_others_guess(rosa: Actor) -> None:
    first = sign_in(EMAIL, password_ok=True)
    assert first
    for number in range(30):
        with suppress(TooMany):
            sign_in(EMAIL, password_ok=False, address=f"10.0.0.{number}")
    with pytest.raises(TooMany):
        sign_in(EMAIL, password_ok=True, address="192.0.2.1")
    assert sign_in(EMAIL, password_ok=True, device=first.device)


def test_a_browser_known_to_somebody_else_is_no_key(rosa: Actor) -> None:
    """The cookie counts for the account it signed in to, and not for any other."""
    with db.writing() as session:
        other = builders.add_person(session, "Idris", email="idris@example.com")
        device = note_device(session, session.get_one(Account, other.account_id), "", "")
    for number in range(30):
        with suppress(TooMany):
            sign_in(EMAIL, password_ok=False, address=f"10.0.0.{number}", device=device)
    with pytest.raises(TooMany):
        sign_in(EMAIL, password_ok=True, address="192.0.2.1", device=device)


def test_a_new_browser_is_told_by_mail_but_for_the_first_and_known_ones(rosa: Actor) -> None:
    first = sign_in(EMAIL, password_ok=True)
    assert first
    assert kinds() == []
    assert sign_in(EMAIL, password_ok=True, device=first.device) is not None
    assert kinds() == []
    for forged in ("", "x" * 43, "\x00" * 43, "a" * 5000):
        assert sign_in(EMAIL, password_ok=True, device=forged)
    assert kinds() == [Kind.NEW_DEVICE] * 4


def test_a_password_changed_between_checking_and_signing_in_opens_nothing(rosa: Actor) -> None:
    who = Caller("1.2.3.4")
    with db.writing() as session:
        candidate = log_in.find_candidate(session, EMAIL, who)
        service.change_password(session, rosa, HASH, "new")
    with db.writing() as session:
        assert log_in.finish_password(session, candidate, who, password_ok=True) is None


def kinds() -> list[str]:
    """Return the kinds of all queued mails."""
    with db.reading() as session:
        return list(session.exec(select(OutboxMessage.kind)).all())


def test_an_idle_session_of_staff_is_over_sooner(rosa: Actor) -> None:
    with db.writing() as session:
        sam = builders.add_staff_account(session, builders.add_staff(session))
        account = session.get_one(Account, sam.account_id)
        cookie, idle = (start_session(session, account, "") for _n in range(2))
        theirs = start_session(session, session.get_one(Account, rosa.account_id), "")
    begun = clock.now()
    later = begun + STAFF_IDLE + timedelta(seconds=1)
    with time_machine.travel(later, tick=False), db.reading() as session:
        assert find_session(session, idle) is None
        assert find_session(session, theirs) is not None
    for passed in range(int(STAFF_ABSOLUTE / timedelta(minutes=20))):
        later = begun + timedelta(minutes=20) * passed
        with time_machine.travel(later, tick=False), db.writing() as session:
            found = find_session(session, cookie)
            assert found is not None
            touch_session(session, found.session_id)
    with time_machine.travel(begun + STAFF_ABSOLUTE, tick=False), db.reading() as session:
        assert find_session(session, cookie) is None


def test_a_session_of_staff_ends_with_their_work_here(rosa: Actor) -> None:
    with db.writing() as session:
        staff = builders.add_staff(session)
        sam = builders.add_staff_account(session, staff)
        cookie = start_session(session, session.get_one(Account, sam.account_id), "")
    with db.writing() as session:
        assert find_session(session, cookie) is not None
        session.get_one(Staff, staff.staff_id).ended_at = clock.now()
    with db.reading() as session:
        assert find_session(session, cookie) is None


def test_an_idle_session_is_over(rosa: Actor) -> None:
    with db.writing() as session:
        cookie = start_session(session, session.get_one(Account, rosa.account_id), "")
    later = clock.now().timestamp() + 2 * 3600 + 1
    with time_machine.travel(later, tick=False), db.reading() as session:
        assert find_session(session, cookie) is None


def test_half_finished_log_ins_and_forgotten_browsers_are_cleared_away(rosa: Actor) -> None:
    assert sign_in(EMAIL, password_ok=True)
    with db.writing() as session:
        begin_step(session, Step.CODE, account_id=rosa.account_id)
        assert (forget_challenges(session), forget_devices(session)) == (0, 0)
    later = clock.now() + KEEP_DEVICES + timedelta(days=1)
    with time_machine.travel(later, tick=False), db.writing() as session:
        assert (forget_challenges(session), forget_devices(session)) == (1, 1)
        assert session.exec(select(Challenge)).all() == []
        assert session.exec(select(KnownDevice)).all() == []


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
            sign_in(EMAIL, password_ok=True)
    finally:
        monkeypatch.undo()
        settings.cache_clear()
