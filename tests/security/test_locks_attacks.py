"""Links and codes of accounts over plain HTTP, from a mailbox or screen that is not theirs."""

from collections.abc import Callable, Iterator

import pytest
from sqlmodel import select

from portal import routes
from portal.account.links import Purpose, make_link
from portal.account.passwords import hash_password
from portal.db import reading, writing
from portal.models import Account
from tests.security.test_sign_in import OTHER, PASSWORD, Browser, add_patient, with_codes
from tests.security.wire import inside
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


def test_the_right_password_does_not_buy_more_guesses_of_the_code(
    portal: Portal, password_hash: str
) -> None:
    email, _app, codes = with_codes(portal, password_hash)
    browser = Browser(portal)
    browser.sign_in(email)
    assert browser.post(routes.AUTH_CODE, code=codes[0]).status_code == 200
    answers: list[int] = []
    for _try in range(6):
        guess = browser.post(routes.AUTH_PROVE, password=PASSWORD, code="000000")
        answers.append(guess.status_code)
        # A right password, and a new one that is refused: as often as one likes.
        weak = browser.post(routes.AUTH_PASSWORD, current=PASSWORD, password="password")
        assert "password" in weak.json()["errors"]
    assert answers == [422] * 5 + [429]


def test_a_link_for_a_new_address_takes_who_asked_for_it(
    portal: Portal, password_hash: str
) -> None:
    actor, email = add_patient(password_hash)
    _other, other_email = add_patient(password_hash)
    victim = f"new-{email}"
    with writing() as session:
        token = make_link(session, Purpose.NEW_EMAIL, account_id=actor.account_id, about=victim)
    stranger, other = Browser(portal), Browser(portal)
    other.sign_in(other_email)
    for browser in (stranger, other):
        for sent in ({}, {"password": OTHER}):
            answer = browser.post(routes.AUTH_NEW_EMAIL, token=token, **sent)
            assert answer.status_code == 422
            assert "password" in answer.json()["errors"]
    assert _email(actor.account_id or "") == email
    answer = stranger.post(routes.AUTH_NEW_EMAIL, token=token, password=PASSWORD)
    assert answer.status_code == 200
    assert "kindred" not in stranger.http.cookies
    assert _email(actor.account_id or "") == victim


def test_guessing_the_password_beside_a_link_is_held_up(portal: Portal, password_hash: str) -> None:
    actor, email = add_patient(password_hash)
    with writing() as session:
        token = make_link(
            session, Purpose.NEW_EMAIL, account_id=actor.account_id, about=f"new-{email}"
        )
    sent = [
        Browser(portal).post(routes.AUTH_NEW_EMAIL, token=token, password=f"wrong {n}").status_code
        for n in range(6)
    ]
    assert sent == [422] * 5 + [429]


def _email(account_id: str) -> str:
    with reading() as session:
        return session.exec(select(Account.email).where(Account.id == account_id)).one()
