"""The plain routes behind links in mails, and what a new password ends."""

from collections.abc import Callable, Iterator

import httpx
import pytest
from sqlalchemy import update
from sqlmodel import col, select

from portal import clock, routes
from portal.account.links import Purpose, make_link
from portal.account.passwords import hash_password
from portal.db import reading, writing
from portal.models import Account, LoginSession, MailLink
from portal.permissions import Actor
from tests.security.posting import OTHER, PASSWORD, add_account, post, signed_in_as
from tests.security.wire import connect, inside
from tests.security.world import sign_in
from tests.servers.portal import Portal


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


def test_a_link_works_once_and_only_for_its_purpose(portal: Portal, password_hash: str) -> None:
    actor, email = add_account(password_hash)
    with writing() as session:
        reset = make_link(session, Purpose.RESET, account_id=actor.account_id)
        verify = make_link(session, Purpose.VERIFY, account_id=actor.account_id)
        late = make_link(session, Purpose.RESET, account_id=actor.account_id)
    new = {"password": OTHER}
    gone = {"email": email, "password": PASSWORD}
    assert post(portal, routes.AUTH_RESET_NEW, {**new, "token": verify}).status_code == 422
    assert post(portal, routes.AUTH_NOT_ME, {"token": reset}).status_code == 422
    assert post(portal, routes.AUTH_LOGIN, gone).status_code == 200
    weak = post(portal, routes.AUTH_RESET_NEW, {"password": "password1234", "token": reset})
    assert weak.status_code == 422
    assert post(portal, routes.AUTH_RESET_NEW, {**new, "token": reset}).status_code == 200
    # The others of its kind end with it.
    for token in (reset, late):
        again = {"password": "yet another tulip 77", "token": token}
        assert post(portal, routes.AUTH_RESET_NEW, again).status_code == 422
    assert post(portal, routes.AUTH_LOGIN, gone).status_code == 422
    assert post(portal, routes.AUTH_LOGIN, {**gone, **new}).status_code == 200


def test_a_link_that_is_too_old_does_nothing(portal: Portal, password_hash: str) -> None:
    actor, email = add_account(password_hash)
    with writing() as session:
        token = make_link(session, Purpose.RESET, account_id=actor.account_id)
        session.flush()
        session.execute(
            update(MailLink)
            .where(col(MailLink.account_id) == actor.account_id)
            .values(expires_at=clock.now())
        )
    answer = post(portal, routes.AUTH_RESET_NEW, {"password": OTHER, "token": token})
    assert answer.status_code == 422
    body = {"email": email, "password": PASSWORD}
    assert post(portal, routes.AUTH_LOGIN, body).status_code == 200


def test_the_owner_of_an_address_does_not_confirm_what_somebody_else_signed_up_with(
    portal: Portal, password_hash: str
) -> None:
    """Else who signs up with a stranger's address waits for the stranger to open it for them."""
    attacker, _email = add_account(password_hash, verified=False)
    owner, _own = add_account(password_hash)
    with writing() as session:
        token = make_link(session, Purpose.VERIFY, account_id=attacker.account_id)
        owner_cookie, _id = sign_in(session, owner)
        attacker_cookie, _id = sign_in(session, attacker)
    for cookie in ("", owner_cookie):
        for password in ("", OTHER):
            answer = post(
                portal,
                routes.AUTH_VERIFY,
                {"token": token, "password": password},
                headers={"Cookie": f"kindred={cookie}"},
            )
            assert answer.status_code == 422
            assert not verified(attacker)
    answer = post(
        portal,
        routes.AUTH_VERIFY,
        {"token": token},
        headers={"Cookie": f"kindred={attacker_cookie}"},
    )
    assert answer.status_code == 200
    assert verified(attacker)


def test_confirming_with_the_password_signs_nobody_in(portal: Portal, password_hash: str) -> None:
    actor, _email = add_account(password_hash, verified=False)
    with writing() as session:
        token = make_link(session, Purpose.VERIFY, account_id=actor.account_id)
    answer = post(portal, routes.AUTH_VERIFY, {"token": token, "password": PASSWORD})
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    assert verified(actor)


async def test_a_reset_ends_every_session_and_reaches_its_tabs(
    portal: Portal, password_hash: str
) -> None:
    actor, _email = add_account(password_hash)
    with writing() as session:
        token = make_link(session, Purpose.RESET, account_id=actor.account_id)
        cookies = [sign_in(session, actor)[0] for _time in range(2)]
    async with connect(portal, cookies[0], page=routes.ACCOUNT) as wire:
        async with httpx.AsyncClient(headers={"Origin": portal.url}) as client:
            answer = await client.post(
                portal.url + routes.AUTH_RESET_NEW, json={"token": token, "password": OTHER}
            )
        assert answer.status_code == 200
        await wire.until("_redirect")
    assert not any(signed_in_as(portal, cookie) for cookie in cookies)
    with reading() as session:
        live = session.exec(
            select(LoginSession.id).where(
                LoginSession.account_id == actor.account_id, col(LoginSession.ended_at).is_(None)
            )
        ).all()
    assert live == []


def test_a_changed_password_ends_the_other_sessions_only(
    portal: Portal, password_hash: str
) -> None:
    actor, _email = add_account(password_hash)
    with writing() as session:
        here, there = (sign_in(session, actor)[0] for _time in range(2))
    answer = post(
        portal,
        routes.AUTH_PASSWORD,
        {"current": PASSWORD, "password": OTHER},
        headers={"Cookie": f"kindred={here}"},
    )
    assert answer.status_code == 200
    assert signed_in_as(portal, here)
    assert not signed_in_as(portal, there)


def verified(actor: Actor) -> bool:
    """Tell whether an account's address is confirmed."""
    with reading() as session:
        return session.get_one(Account, actor.account_id).verified_at is not None
