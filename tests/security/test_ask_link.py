"""The link in a mail that asks, and the download of one's activity, sent by hand."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from sqlmodel import select

from portal import audit, clock, routes
from portal.account.links import NO_LONGER_WORKS, Purpose, make_link
from portal.account.passwords import hash_password
from portal.db import reading, writing
from portal.family.labels import Label
from portal.models import Account, Ask, Authenticator, Grant, LoginSession
from portal.permissions import Action, Actor, Permission
from tests import builders
from tests.security.wire import inside
from tests.security.world import changed, dump, sign_in
from tests.servers.portal import Portal

PASSWORD = "wary otter lantern 9"


@dataclass(frozen=True)
class Asked:
    """Somebody who is asked for two things, with the link from the mail."""

    owner: Actor
    holder: Actor
    book: str
    pay: str
    token: str

    def answers(self, book: str, pay: str) -> dict[str, Any]:
        """Return the form with both answers and no password."""
        return {"token": self.token, "answers": {self.book: book, self.pay: pay}}

    def held(self) -> set[str]:
        """Return what the holder holds now."""
        with reading() as session:
            found = select(Grant.permission).where(
                Grant.owner_id == self.owner.me, Grant.holder_id == self.holder.me
            )
            return set(session.exec(found))


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


@pytest.fixture
def asked(portal: Portal, password_hash: str) -> Asked:
    """Let a relative ask somebody for two things in one mail."""
    with writing() as session:
        owner, holder = builders.add_person(session, "Ola"), builders.add_person(session, "Hal")
        session.get_one(Account, owner.account_id).password_hash = password_hash
        relationship = builders.relate(session, owner.me, holder.me, Label.FRIEND)
        book, pay = (
            builders.add_ask(session, relationship, owner.me, holder.me, permission)
            for permission in (Permission.BOOK, Permission.VIEW_AND_PAY)
        )
        request = session.get_one(Ask, book).request_id
        session.get_one(Ask, pay).request_id = request
        link = {"account_id": owner.account_id, "patient_id": owner.me, "about": request}
        token = make_link(session, Purpose.ASK, **link)
    return Asked(owner, holder, book, pay, token)


def post(portal: Portal, body: Any, cookie: str = "") -> httpx.Response:
    """Answer as the page does."""
    headers = {"Origin": portal.url}
    cookies = {"kindred": cookie} if cookie else None
    return httpx.post(
        portal.url + routes.AUTH_ASK, json=body, headers=headers, cookies=cookies, timeout=20
    )


def cookie_of(actor: Actor, *, stale: bool = False) -> str:
    """Sign somebody in; ``stale`` is a proof of long ago."""
    with writing() as session:
        cookie, session_id = sign_in(session, actor)
        if stale:
            session.get_one(LoginSession, session_id).proved_at = clock.now().replace(year=2020)
    return cookie


def test_no_needs_the_link_alone_and_uses_it_up(portal: Portal, asked: Asked) -> None:
    assert post(portal, asked.answers("no", "no")).json() == {"next": f"{routes.ASK}?said=done"}
    again = post(portal, asked.answers("no", "no"))
    assert (again.status_code, again.json()["errors"]) == (422, {"": NO_LONGER_WORKS})
    assert asked.held() == set()


def test_yes_takes_the_password_and_changes_nothing_before(portal: Portal, asked: Asked) -> None:
    before = dump()
    for password in ("", "not the password 1"):
        answer = post(portal, {**asked.answers("yes", "no"), "password": password})
        assert answer.status_code == 422
        assert list(answer.json()["errors"]) == ["password"]
    assert changed(before) == []
    assert post(portal, {**asked.answers("yes", "no"), "password": PASSWORD}).status_code == 200
    assert asked.held() == {Permission.BOOK}


def test_passwords_beside_a_link_are_held_up_like_all_others(portal: Portal, asked: Asked) -> None:
    body = {**asked.answers("yes", "yes"), "password": "not the password 1"}
    codes = [post(portal, body).status_code for _try in range(8)]
    assert codes[0] == 422
    assert codes[-1] == 429
    assert post(portal, {**body, "password": PASSWORD}).status_code == 429
    assert asked.held() == set()


def test_every_question_has_to_be_answered(portal: Portal, asked: Asked) -> None:
    before = dump()
    answer = post(portal, {**asked.answers("yes", ""), "password": PASSWORD})
    assert list(answer.json()["errors"]) == [f"answers.{asked.pay}"]
    assert post(portal, {"token": asked.token, "password": PASSWORD}).status_code == 422
    assert changed(before) == []


def test_somebody_else_who_is_signed_in_changes_nothing(portal: Portal, asked: Asked) -> None:
    cookie, before = cookie_of(asked.holder), dump()
    for answers in (asked.answers("no", "no"), asked.answers("yes", "yes")):
        assert post(portal, {**answers, "password": PASSWORD}, cookie).status_code == 422
    assert changed(before) == []


def test_a_fresh_session_of_the_owner_is_as_good_as_the_password(
    portal: Portal, asked: Asked
) -> None:
    stale = cookie_of(asked.owner, stale=True)
    assert post(portal, asked.answers("yes", "yes"), stale).status_code == 422
    assert asked.held() == set()
    assert post(portal, asked.answers("yes", "yes"), cookie_of(asked.owner)).status_code == 200
    assert asked.held() == {Permission.BOOK, Permission.VIEW_AND_PAY}


def test_what_others_were_asked_cannot_be_answered_with_it(portal: Portal, asked: Asked) -> None:
    with writing() as session:
        other = builders.add_person(session, "Ona")
        relationship = builders.relate(session, other.me, asked.holder.me, Label.FRIEND)
        theirs = builders.add_ask(session, relationship, other.me, asked.holder.me, Permission.BOOK)
    before = dump()
    body = asked.answers("no", "no")
    forged = {**body, "answers": {**body["answers"], theirs: "yes"}, "password": PASSWORD}
    assert post(portal, forged).status_code == 403
    for wrong in ({"answers": ["x"]}, {"answers": {asked.book: True}}, {"answers": {"../": "no"}}):
        assert post(portal, {**body, **wrong}).status_code == 422
    assert changed(before) == []


def test_with_a_second_step_the_password_alone_says_no_yes(portal: Portal, asked: Asked) -> None:
    with writing() as session:
        row = Authenticator(
            account_id=asked.owner.account_id or "", secret="x", created_at=clock.now()
        )
        row.confirmed_at = clock.now()
        session.add(row)
    answer = post(portal, {**asked.answers("yes", "yes"), "password": PASSWORD})
    assert "code" in answer.json()["errors"]["password"]
    assert asked.held() == set()
    assert post(portal, asked.answers("no", "no")).status_code == 200


def test_the_page_behind_the_link_tells_nothing_without_it(portal: Portal) -> None:
    answer = post(portal, {"token": "x" * 43, "answers": {}, "password": PASSWORD})
    assert (answer.status_code, answer.json()["errors"]) == (422, {"": NO_LONGER_WORKS})


def test_the_download_is_ones_own_or_nothing(portal: Portal, asked: Asked) -> None:
    with writing() as session:
        audit.record(session, asked.holder, Action.VISIT_BOOK, asked.owner.me)

    def get(cookie: str, **query: str) -> httpx.Response:
        cookies = {"kindred": cookie}
        return httpx.get(portal.url + routes.ACTIVITY_CSV, params=query, cookies=cookies)

    assert get("").headers["location"].startswith(routes.LOGIN)
    mine = get(cookie_of(asked.owner), who=asked.holder.me)
    assert mine.headers["content-type"] == "text/csv; charset=utf-8"
    assert "no-store" in mine.headers["cache-control"]
    assert "Hal booked a visit for you." in mine.text
    for id_ in (asked.owner.me, asked.holder.me, asked.owner.account_id):
        assert str(id_) not in mine.text
    with writing() as session:
        stranger = builders.add_person(session, "Mallory")
    cookie = cookie_of(stranger)
    assert "Hal" not in get(cookie).text
    assert get(cookie, who=asked.owner.me).status_code == 403
    assert get(cookie, who="../../etc").status_code == 403
