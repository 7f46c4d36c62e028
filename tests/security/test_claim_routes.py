"""The plain route behind the claim page: whom it signs in, and what it must not tell."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlmodel import Session, select

from portal import clock, routes
from portal.account.links import NO_LONGER_WORKS
from portal.account.passwords import hash_password
from portal.db import reading, writing
from portal.ids import AccountId, PatientId, new_id
from portal.models import Account, KnownDevice, LoginSession, MailLink, OutboxMessage
from portal.permissions import Permission
from tests import builders
from tests.claiming import add_profile, answers, held_by, link_to, patient
from tests.security.wire import inside
from tests.security.world import changed, dump, sign_in
from tests.servers.portal import Portal

PASSWORD = "wary otter lantern 9"


@pytest.fixture(scope="module")
def portal(serve: Callable[..., Portal]) -> Iterator[Portal]:
    """Serve the portal."""
    served = serve()
    with inside(served):
        yield served
    served.stop()


def make_profile() -> tuple[PatientId, str, str]:
    """Add a profile; return it, its adder's id and its address."""
    email = f"idris-{new_id().strip('-_').lower()}@family.example"
    with writing() as session:
        rosa = builders.add_person(session, "Rosa")
        return add_profile(session, rosa, email=email), rosa.me, email


def body(profile: str, token: str, **more: Any) -> dict[str, Any]:
    """Return what the page sends: bookings are kept, all else is dropped."""
    given = answers(profile, Permission.BOOK)
    return {
        "token": token,
        "answers": given,
        "password": PASSWORD,
        "request_key": new_id(),
        **more,
    }


def post(portal: Portal, data: dict[str, Any], **headers: str) -> httpx.Response:
    """Send it."""
    url, headers = portal.url + routes.AUTH_CLAIM, {"Origin": portal.url, **headers}
    return httpx.post(url, json=data, headers=headers, timeout=20)


def accounts_of(profile: str) -> list[Account]:
    with reading() as session:
        return list(session.exec(select(Account).where(Account.patient_id == profile)))


def test_claiming_signs_in_and_confirms_the_address_of_the_link(portal: Portal) -> None:
    profile, rosa, email = make_profile()
    answer = post(portal, body(profile, link_to(profile)))
    assert answer.json() == {"next": f"{routes.ACCOUNT_SHARING}?said=claimed"}
    assert answer.headers["cache-control"] == "no-store"
    assert "HttpOnly" in answer.headers["set-cookie"]
    (account,) = accounts_of(profile)
    assert (account.email, account.verified_at is not None) == (email, True)
    assert held_by(rosa, profile) == {Permission.BOOK}
    with reading() as session:
        mine = select(LoginSession).where(LoginSession.account_id == account.id)
        assert len(session.exec(mine).all()) == 1
        devices = select(KnownDevice).where(KnownDevice.account_id == account.id)
        assert len(session.exec(devices).all()) == 1
        told = session.exec(select(OutboxMessage.kind)).all()
    assert "new_device" not in told


def test_the_address_cannot_be_chosen(portal: Portal) -> None:
    profile, _rosa, _email = make_profile()
    token = link_to(profile)
    before = dump()
    answer = post(portal, body(profile, token, email="mallory@family.example"))
    assert answer.status_code == 422
    assert changed(before) == []


def test_a_lost_answer_is_given_again_and_only_with_the_password(portal: Portal) -> None:
    profile, _rosa, _email = make_profile()
    data = body(profile, link_to(profile), request_key="a" * 32)
    assert post(portal, data).status_code == 200
    again = post(portal, data)
    assert again.json() == {"next": f"{routes.ACCOUNT_SHARING}?said=claimed"}
    assert "kindred" in again.cookies
    for other in ({"password": "brisk pebble canyon 4"}, {"request_key": "b" * 32}):
        refused = post(portal, {**data, **other})
        assert refused.json() == {"errors": {"": NO_LONGER_WORKS}}
        assert "set-cookie" not in refused.headers
    assert len(accounts_of(profile)) == 1


def test_unknown_used_and_expired_links_are_answered_alike(portal: Portal) -> None:
    profile, _rosa, _email = make_profile()
    used, old = link_to(profile), link_to(profile)
    with writing() as session:
        for link in session.exec(select(MailLink).where(MailLink.patient_id == profile)):
            link.expires_at = clock.now() - timedelta(seconds=1)
    good = link_to(profile)
    data = body(profile, good)
    assert post(portal, data).status_code == 200
    found = [post(portal, body(profile, token)) for token in (used, old, good, "x" * 43, "")]
    assert {(one.status_code, one.text) for one in found} == {(422, found[0].text)}
    assert found[0].json() == {"errors": {"": NO_LONGER_WORKS}}


def test_everything_that_is_missing_is_said_at_once(portal: Portal) -> None:
    profile, rosa, _email = make_profile()
    given = answers(profile, Permission.BOOK)
    given[rosa][Permission.CALENDAR] = ""
    data = {"token": link_to(profile), "answers": given, "password": "idris marlow"}
    errors = post(portal, data).json()["errors"]
    assert set(errors) == {f"answers.{rosa}.calendar", "password"}
    assert accounts_of(profile) == []


@pytest.mark.parametrize("who", ["patient", "relative", "staff"])
def test_nobody_claims_while_somebody_is_signed_in(portal: Portal, who: str) -> None:
    profile, rosa, _email = make_profile()
    token = link_to(profile)
    with writing() as session:
        if who == "staff":
            cookie = _sign_staff_in(session)
        else:
            person = builders.add_person(session, "Mina")
            if who == "relative":
                builders.relate(session, person.me, profile)
            cookie, _id = sign_in(session, person)
    answer = post(portal, body(profile, token), Cookie=f"kindred={cookie}")
    assert answer.status_code == 422
    assert "Sign out first" in answer.text
    assert "set-cookie" not in answer.headers
    assert patient(profile).manager_id == rosa
    assert accounts_of(profile) == []


def _sign_staff_in(session: Session) -> str:
    staff = builders.add_staff(session)
    account = Account(
        id=new_id(),
        staff_id=staff.staff_id,
        email="sam@clinic.example",
        email_key="sam@clinic.example",
        password_hash="",
        created_at=clock.now(),
        verified_at=clock.now(),
    )
    session.add(account)
    session.flush()
    return sign_in(session, replace(staff, account_id=AccountId(account.id)))[0]


def test_signing_in_leads_back_to_the_link_and_to_nothing_like_it(portal: Portal) -> None:
    hashed = hash_password(PASSWORD)
    for wanted, to in (
        ("/claim?token=abc_DEF-1", "/claim?token=abc_DEF-1"),
        ("/claim", routes.BOOK),
        ("/claim?token=", routes.BOOK),
        ("/claim?token=a&next=//evil.example", routes.BOOK),
        ("/claim?token=a\r\nLocation: https://evil.example", routes.BOOK),
        ("/claim?token=" + "a" * 101, routes.BOOK),
        ("//claim?token=a", routes.BOOK),
        ("https://evil.example/claim?token=a", routes.BOOK),
    ):
        email = f"sten-{new_id().strip('-_').lower()}@family.example"
        with writing() as session:
            patient_id = builders.add_patient(session, "Sten", email=email)
            builders.add_account(session, patient_id, email=email, password_hash=hashed)
        data = {"email": email, "password": PASSWORD, "next": wanted}
        url = portal.url + routes.AUTH_LOGIN
        answer = httpx.post(url, json=data, headers={"Origin": portal.url}, timeout=20)
        assert answer.json() == {"next": to}, wanted
