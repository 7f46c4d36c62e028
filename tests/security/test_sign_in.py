"""Signing in over plain HTTP, as an attacker would try it: half-way, with another's, once more."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from pyotp.totp import TOTP
from sqlalchemy import update
from sqlmodel import col, select

from portal import clock, routes
from portal.account.fresh import FRESH
from portal.account.links import Purpose, make_link
from portal.account.passwords import hash_password
from portal.db import reading, writing
from portal.ids import new_id
from portal.models import Account, LoginSession, OutboxMessage
from portal.permissions import Actor, StaffRole
from tests import builders
from tests.passkeys import SoftKey
from tests.security.wire import inside
from tests.security.world import changed, dump
from tests.servers.portal import Portal

PASSWORD, OTHER = "wary otter lantern 9", "brisk pebble canyon 4"
TIMED, TIMES_SLOWER = 5, 1.6


@pytest.fixture(scope="module")
def portal(serve: Callable[..., Portal]) -> Iterator[Portal]:
    """Serve the portal."""
    served = serve()
    with inside(served):
        yield served
    served.stop()


@pytest.fixture(scope="module")
def password_hash() -> str:
    """Hash the password once."""
    return hash_password(PASSWORD)


class Browser:
    """One browser that keeps its cookies and speaks to the plain routes."""

    def __init__(self, portal: Portal) -> None:
        """Open it."""
        self.portal = portal
        self.http = httpx.Client(base_url=portal.url, headers={"Origin": portal.url}, timeout=20)

    def post(self, path: str, **body: Any) -> httpx.Response:
        """Send a form."""
        return self.http.post(path, json=body)

    def sign_in(self, email: str, *, staff: bool = False, password: str = PASSWORD) -> str:
        """Give the password; return the page it leads to."""
        answer = self.post(routes.AUTH_LOGIN, email=email, password=password, staff=staff)
        assert answer.status_code == 200, answer.text
        return answer.json()["next"]

    def turn_codes_on(self) -> tuple[TOTP, list[str]]:
        """Set an app up; return it and the recovery codes."""
        shown = self.post(routes.AUTH_APP)
        app = TOTP(shown.json()["key"].replace(" ", ""))
        answer = self.post(routes.AUTH_APP_CONFIRM, code=app.at(clock.now()))
        assert answer.status_code == 200, answer.text
        return app, answer.json()["codes"]


def add_patient(password_hash: str) -> tuple[Actor, str]:
    email = f"sten-{new_id().strip('-_').lower()}@family.example"
    with writing() as session:
        patient = builders.add_patient(session, "Sten", "Strand", email=email)
        actor = builders.add_account(session, patient, email=email, password_hash=password_hash)
    return actor, email


def add_staff(password_hash: str) -> tuple[Actor, str]:
    email = f"sam-{new_id().strip('-_').lower()}@clinic.example"
    with writing() as session:
        staff = builders.add_staff(session, StaffRole.FULL_ACCESS)
        actor = builders.add_staff_account(session, staff, email=email, password_hash=password_hash)
    return actor, email


def after(app: TOTP) -> str:
    """Return a code that comes after the one that turned them on."""
    return app.at(clock.now(), counter_offset=1)


def with_codes(portal: Portal, password_hash: str) -> tuple[str, TOTP, list[str]]:
    """Add somebody whose codes are on."""
    _actor, email = add_patient(password_hash)
    browser = Browser(portal)
    browser.sign_in(email)
    return email, *browser.turn_codes_on()


def test_a_half_finished_log_in_opens_nothing(portal: Portal, password_hash: str) -> None:
    email, app, _codes = with_codes(portal, password_hash)
    browser = Browser(portal)
    assert browser.sign_in(email) == routes.SIGN_IN_CODE
    assert "kindred" not in browser.http.cookies
    half = browser.http.cookies["kindred-step"]
    browser.http.cookies.set("kindred", half)
    before = dump()
    for path in (routes.AUTH_PROVE, routes.AUTH_PASSWORD, routes.AUTH_APP, routes.AUTH_PASSKEY_NEW):
        answer = browser.post(path, **_body(path))
        assert answer.status_code == 403, path
        assert "signed out" in answer.text
    assert changed(before) == []
    del browser.http.cookies["kindred"]
    assert browser.post(routes.AUTH_CODE, code=after(app)).status_code == 200
    assert "kindred" in browser.http.cookies
    assert "kindred-step" not in browser.http.cookies


def _body(path: str) -> dict[str, str]:
    bodies = {
        routes.AUTH_PROVE: {"password": PASSWORD},
        routes.AUTH_PASSWORD: {"current": PASSWORD, "password": OTHER},
    }
    return bodies.get(path, {})


def test_the_step_of_one_browser_is_nothing_in_another(portal: Portal, password_hash: str) -> None:
    email, app, codes = with_codes(portal, password_hash)
    Browser(portal).sign_in(email)
    stranger = Browser(portal)
    for code in (after(app), codes[0]):
        answer = stranger.post(routes.AUTH_CODE, code=code)
        assert answer.status_code == 403
        assert "begin again" in answer.text
    _other, other_email = add_patient(password_hash)
    other = Browser(portal)
    other.sign_in(other_email)
    other_app, other_codes = other.turn_codes_on()
    half = Browser(portal)
    half.sign_in(email)
    for code in (after(other_app), other_codes[0]):
        assert half.post(routes.AUTH_CODE, code=code).status_code == 422


def test_a_code_and_a_recovery_code_work_once(portal: Portal, password_hash: str) -> None:
    email, app, codes = with_codes(portal, password_hash)
    for code in (after(app), codes[3]):
        for expected in (200, 422):
            browser = Browser(portal)
            browser.sign_in(email)
            assert browser.post(routes.AUTH_CODE, code=code).status_code == expected


def test_a_wrong_password_tells_nothing_about_a_second_step(
    portal: Portal, password_hash: str
) -> None:
    with_one, _app, _codes = with_codes(portal, password_hash)
    _actor, without = add_patient(password_hash)
    _staff, at_the_other_door = add_staff(password_hash)
    seen: dict[str, tuple[Any, ...]] = {}
    took: dict[str, list[float]] = {}
    for _time in range(TIMED):
        for email in (with_one, without, at_the_other_door, "nobody@family.example"):
            started = time.perf_counter()
            answer = Browser(portal).post(routes.AUTH_LOGIN, email=email, password=OTHER)
            took.setdefault(email, []).append(time.perf_counter() - started)
            seen[email] = (answer.status_code, answer.text, "set-cookie" in answer.headers)
    assert len(set(seen.values())) == 1
    # The fastest of each: what else the machine does makes tries slower, never faster.
    fastest = [min(times) for times in took.values()]
    assert max(fastest) < min(fastest) * TIMES_SLOWER + 0.01, fastest


def test_a_reset_leaves_the_second_step_on(portal: Portal, password_hash: str) -> None:
    email, app, _codes = with_codes(portal, password_hash)
    with writing() as session:
        account = session.exec(select(Account).where(Account.email == email)).one()
        token = make_link(session, Purpose.RESET, account_id=account.id)
    browser = Browser(portal)
    assert browser.post(routes.AUTH_RESET_NEW, token=token, password=OTHER).status_code == 200
    assert browser.sign_in(email, password=OTHER) == routes.SIGN_IN_CODE
    assert browser.post(routes.AUTH_CODE, code=after(app)).status_code == 200


def test_a_proof_counts_for_the_session_that_gave_it_only(
    portal: Portal, password_hash: str
) -> None:
    actor, email = add_patient(password_hash)
    _other, other_email = add_patient(password_hash)
    here, there, other = Browser(portal), Browser(portal), Browser(portal)
    here.sign_in(email)
    there.sign_in(email)
    other.sign_in(other_email)
    with writing() as session:
        stale = clock.now() - FRESH - timedelta(seconds=1)
        session.execute(update(LoginSession).values(proved_at=stale))
    for browser in (here, there, other):
        answer = browser.post(routes.AUTH_APP)
        assert answer.status_code == 403
        assert "enter your password again" in answer.text
    assert here.post(routes.AUTH_PROVE, password=OTHER).status_code == 422
    assert here.post(routes.AUTH_APP).status_code == 403
    assert here.post(routes.AUTH_PROVE, password=PASSWORD).json() == {"proved": True}
    assert here.post(routes.AUTH_APP).status_code == 200
    for browser in (there, other):
        assert browser.post(routes.AUTH_APP).status_code == 403
    assert Browser(portal).post(routes.AUTH_PROVE, password=PASSWORD).status_code == 403
    with reading() as session:
        fresh = session.exec(
            select(LoginSession.account_id).where(col(LoginSession.proved_at) > stale)
        ).all()
    assert list(fresh) == [actor.account_id]


def test_guessing_a_proof_is_held_up(portal: Portal, password_hash: str) -> None:
    _actor, email = add_patient(password_hash)
    browser = Browser(portal)
    browser.sign_in(email)
    guesses = [browser.post(routes.AUTH_PROVE, password="x").status_code for _ in range(6)]
    assert guesses == [422] * 5 + [429]
    change = {"current": PASSWORD, "password": OTHER}
    assert browser.post(routes.AUTH_PASSWORD, **change).status_code == 429


def test_patients_and_staff_have_doors_of_their_own(portal: Portal, password_hash: str) -> None:
    _patient, patient_email = add_patient(password_hash)
    _staff, staff_email = add_staff(password_hash)
    for email, staff in ((patient_email, True), (staff_email, False)):
        answer = Browser(portal).post(
            routes.AUTH_LOGIN, email=email, password=PASSWORD, staff=staff
        )
        assert answer.status_code == 422
    browser = Browser(portal)
    assert browser.sign_in(staff_email, staff=True) == routes.STAFF_SET_UP
    assert "kindred" not in browser.http.cookies
    shown = browser.post(routes.AUTH_APP, signing_in=True).json()
    app = TOTP(shown["key"].replace(" ", ""))
    assert shown["picture"].startswith("data:image/svg+xml")
    wrong = browser.post(routes.AUTH_APP_CONFIRM, signing_in=True, code="000000")
    assert wrong.status_code == 422
    answer = browser.post(
        routes.AUTH_APP_CONFIRM, signing_in=True, code=app.at(clock.now()), next="//evil.example"
    )
    assert answer.json()["next"] == routes.STAFF
    assert len(answer.json()["codes"]) == 10
    assert "kindred" in browser.http.cookies
    again = Browser(portal)
    assert again.sign_in(staff_email, staff=True) == routes.SIGN_IN_CODE
    answer = again.post(routes.AUTH_CODE, code=after(app), next=routes.STAFF_PEOPLE)
    assert answer.json()["next"] == routes.STAFF_PEOPLE


def test_setting_up_takes_a_session_or_a_half_finished_log_in(
    portal: Portal, password_hash: str
) -> None:
    for signing_in in (True, False):
        for path in (routes.AUTH_APP, routes.AUTH_APP_CONFIRM):
            answer = Browser(portal).post(path, signing_in=signing_in, code="000000")
            assert answer.status_code == 403, path
    # A patient half-way has an app already: there is nothing to set up.
    email, _app, _codes = with_codes(portal, password_hash)
    browser = Browser(portal)
    browser.sign_in(email)
    assert browser.post(routes.AUTH_APP, signing_in=True).status_code == 403


def test_a_passkey_signs_in_and_only_in_the_browser_that_asked(
    portal: Portal, password_hash: str
) -> None:
    _actor, email = add_patient(password_hash)
    browser = Browser(portal)
    browser.sign_in(email)
    key = SoftKey(portal.url, "127.0.0.1")
    made = key.make(browser.post(routes.AUTH_PASSKEY_NEW).json()["options"])
    assert browser.post(routes.AUTH_PASSKEY_ADD, credential=made).json() == {"added": True}
    assert browser.post(routes.AUTH_PASSKEY_ADD, credential=made).status_code == 403

    asked, thief = Browser(portal), Browser(portal)
    used = key.use(asked.post(routes.AUTH_PASSKEY).json()["options"])
    assert thief.post(routes.AUTH_PASSKEY_SIGN_IN, credential=used).status_code == 403
    thief.post(routes.AUTH_PASSKEY)
    assert thief.post(routes.AUTH_PASSKEY_SIGN_IN, credential=used).status_code == 422
    assert "kindred" not in thief.http.cookies
    answer = asked.post(routes.AUTH_PASSKEY_SIGN_IN, credential=used, next=routes.ACCOUNT)
    assert answer.json() == {"next": routes.ACCOUNT}
    assert "kindred" in asked.http.cookies
    assert asked.post(routes.AUTH_PASSKEY_SIGN_IN, credential=used).status_code == 403


def test_every_change_of_the_locks_is_told_once(portal: Portal, password_hash: str) -> None:
    actor, email = add_patient(password_hash)
    browser = Browser(portal)
    browser.sign_in(email)
    _app, codes = browser.turn_codes_on()
    key = SoftKey(portal.url, "127.0.0.1")
    made = key.make(browser.post(routes.AUTH_PASSKEY_NEW).json()["options"])
    browser.post(routes.AUTH_PASSKEY_ADD, credential=made)
    elsewhere = Browser(portal)
    elsewhere.sign_in(email)
    elsewhere.post(routes.AUTH_CODE, code=codes[0])
    with reading() as session:
        queued = session.exec(select(OutboxMessage)).all()
    mine = [one.kind for one in queued if one.payload.get("account_id") == actor.account_id]
    assert sorted(mine) == ["new_device", "passkey_added", "recovery_code_used", "second_step_on"]
    assert not any(code in str(one.payload) for one in queued for code in codes)


def test_a_repeated_sign_up_does_not_go_past_the_second_step(portal: Portal) -> None:
    email = f"mira-{new_id().strip('-_').lower()}@family.example"
    form = {
        "first_name": "Mira",
        "last_name": "Strand",
        "email": email,
        "phone": "604 555 0140",
        "password": PASSWORD,
        "request_key": new_id(),
    }
    first, again = Browser(portal), Browser(portal)
    assert first.post(routes.AUTH_SIGNUP, **form).status_code == 200
    assert again.post(routes.AUTH_SIGNUP, **form).status_code == 200
    with writing() as session:
        (account,) = session.exec(select(Account).where(Account.email == email)).all()
        account.verified_at = clock.now()
        session.add(account)
    first.turn_codes_on()
    late = Browser(portal)
    assert late.post(routes.AUTH_SIGNUP, **form).status_code == 422
    assert "kindred" not in late.http.cookies
