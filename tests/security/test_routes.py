"""The plain HTTP routes of a served portal: what they refuse, and what they must not tell."""

import json
import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from sqlmodel import select

from portal import routes
from portal.account.passwords import hash_password
from portal.db import reading
from portal.ids import new_id
from portal.models import OutboxMessage
from tests.security.doors import ROUTES, PlainRoute
from tests.security.posting import (
    OTHER,
    PASSWORD,
    add_account,
    cookie_of,
    cookies_of,
    post,
    signed_in_as,
)
from tests.security.wire import inside
from tests.security.world import changed, dump
from tests.servers.portal import Portal

CHANGING = [route for route in ROUTES if route.changes]
# Fewer than the tries that are free.
TIMED, TIMES_SLOWER = 5, 1.6


@pytest.fixture(scope="module")
def portal(serve: Callable[..., Portal]) -> Iterator[Portal]:
    """Serve the portal."""
    served = serve()
    with inside(served):
        yield served
    served.stop()


@pytest.fixture
def strict(serve: Callable[..., Portal]) -> Iterator[Portal]:
    """Serve the portal with the limits that people get."""
    served = serve(PORTAL_RATE_FACTOR="1")
    with inside(served):
        yield served
    served.stop()


@pytest.fixture(scope="module")
def password_hash() -> str:
    """Hash the password once."""
    return hash_password(PASSWORD)


@pytest.mark.parametrize("route", CHANGING, ids=lambda route: route.path)
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
    ],
    ids=str,
)
def test_another_site_changes_nothing(
    headers: dict[str, str], route: PlainRoute, portal: Portal
) -> None:
    before = dump()
    answer = post(portal, route.path, route.body, headers=headers)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    assert changed(before) == []


def test_a_request_that_does_not_say_where_it_comes_from_is_refused(portal: Portal) -> None:
    for route in CHANGING:
        assert httpx.post(portal.url + route.path, json=route.body).status_code == 403


@pytest.mark.parametrize(
    "sent",
    [
        {"data": {"email": "a@family.example"}},
        {"content": b'{"email":"a@family.example"}', "headers": {"Content-Type": "text/plain"}},
        {"content": b'{"email":"a@family.example"}'},
        {"files": {"email": b"a"}},
        {"json": None},
        {"json": []},
        {"json": "text"},
        {"content": b"", "headers": {"Content-Type": "application/json"}},
        {"content": b"{", "headers": {"Content-Type": "application/json"}},
        {"content": b"\xff\xfe", "headers": {"Content-Type": "application/json"}},
        {"content": b"[" * 60_000, "headers": {"Content-Type": "application/json"}},
        {"content": b'{"a":' * 9_000, "headers": {"Content-Type": "application/json"}},
        {
            "content": b'{"a":' + b"9" * 50_000 + b"}",
            "headers": {"Content-Type": "application/json"},
        },
    ],
    ids=lambda sent: repr(sent)[:40],
)
def test_only_a_json_object_is_read(sent: dict[str, Any], portal: Portal) -> None:
    before = dump()
    for route in (route for route in CHANGING if route.body):
        headers = {"Origin": portal.url, **sent.get("headers", {})}
        answer = httpx.post(portal.url + route.path, **{**sent, "headers": headers})
        assert answer.status_code in {403, 422}, f"{route.path} {answer.status_code}"
        assert "Traceback" not in answer.text
    assert changed(before) == []


HOSTILE = (None, 5, 1.5, True, [], {}, ["x"], "", "x" * 50_000, "a\x00b", "\ud800", {"a": [[]]})


@pytest.mark.parametrize("route", [r for r in CHANGING if r.body], ids=lambda route: route.path)
def test_what_no_form_of_ours_sends_is_refused_calmly(route: PlainRoute, portal: Portal) -> None:
    before = dump()
    assert route.body is not None
    bodies: list[dict[str, Any]] = [{**route.body, "actor": "x"}, {**route.body, "\ud800": 1}, {}]
    bodies += [{**route.body, name: value} for name in route.body for value in HOSTILE]
    bodies += [{**route.body, "request_key": value} for value in HOSTILE]
    headers = {"Origin": portal.url, "Content-Type": "application/json"}
    with httpx.Client(headers=headers) as client:
        for body in bodies:
            # Half a character survives JSON only when it is written as an escape.
            answer = client.post(portal.url + route.path, content=json.dumps(body))
            assert answer.status_code < 500, f"{route.path}: {str(body)[:80]}"
            assert "Traceback" not in answer.text
    names = set(changed(before))
    assert names <= _OWN.get(route.path, set())


# What even a strange body may write: a sign-up with an odd optional field is still a sign-up.
_OWN: dict[str, set[str]] = {
    routes.AUTH_SIGNUP: {
        *("patient", "account", "login_session", "outbox_message", "done_request", "known_device"),
        "search_word",
    },
    routes.AUTH_PASSKEY: {"challenge"},
    routes.AUTH_RESET: {"outbox_message"},
    routes.AUTH_LOGIN: {"outbox_message"},
}


def test_a_large_body_is_not_read(portal: Portal) -> None:
    def endless() -> Iterator[bytes]:
        for _part in range(300):
            yield b" " * 1024

    for route in CHANGING:
        headers = {"Origin": portal.url, "Content-Type": "application/json"}
        url = portal.url + route.path
        assert httpx.post(url, content=b" " * 70_000, headers=headers).status_code == 413
        if route.body:
            try:
                answer = httpx.post(url, content=endless(), headers=headers)
            except httpx.TransportError:
                continue  # cut off while it was still sending
            assert answer.status_code in {403, 413}, route.path
    assert "rror" not in portal.log()


def test_other_methods_and_hosts_get_nowhere(portal: Portal) -> None:
    for route in CHANGING:
        for method in ("GET", "PUT", "DELETE", "PATCH"):
            answer = httpx.request(method, portal.url + route.path)
            assert answer.status_code in {404, 405}, (method, route.path)
        answer = post(portal, route.path, route.body, headers={"Host": "evil.example"})
        assert answer.status_code == 421
    assert httpx.get(portal.url, headers={"Host": "127.0.0.1.evil.example"}).status_code == 421
    assert httpx.get(portal.url, headers={"X-Forwarded-Host": "evil.example"}).status_code == 200


def test_another_site_may_not_read_any_answer(portal: Portal) -> None:
    for path in (routes.HOME, routes.HEALTH, "/ping"):
        answer = httpx.get(portal.url + path, headers={"Origin": "https://evil.example"})
        assert answer.headers.get("access-control-allow-origin") is None


def test_a_preflight_of_another_site_gets_no_permission(portal: Portal) -> None:
    headers = {
        "Origin": "https://evil.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    answer = httpx.options(portal.url + routes.AUTH_LOGIN, headers=headers)
    assert answer.headers.get("access-control-allow-origin") is None


def test_wrong_passwords_hold_up_that_name_from_that_address_only(
    portal: Portal, password_hash: str
) -> None:
    _actor, email = add_account(password_hash)
    _other, other_email = add_account(password_hash)
    wrong = [post(portal, routes.AUTH_LOGIN, {"email": email, "password": "x"}) for _ in range(5)]
    assert {answer.status_code for answer in wrong} == {422}
    right = {"email": email, "password": PASSWORD}
    held = post(portal, routes.AUTH_LOGIN, right)
    assert held.status_code == 429
    assert re.search(r"Wait 1\d seconds, then try again", held.json()["message"])
    assert "set-cookie" not in held.headers
    # A header that anybody can send makes no other address of it.
    forged = {"X-Forwarded-For": "198.51.100.1", "X-Real-Ip": "198.51.100.1"}
    assert post(portal, routes.AUTH_LOGIN, right, headers=forged).status_code == 429
    other = {"email": other_email, "password": PASSWORD}
    assert post(portal, routes.AUTH_LOGIN, other).status_code == 200
    # An unknown name is held up alike, so that a delay tells nothing.
    unknown = {"email": f"nobody-{new_id()}@family.example".lower(), "password": "x"}
    answers = [post(portal, routes.AUTH_LOGIN, unknown).status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]


def test_rate_limits_hold(strict: Portal) -> None:
    reset = {"email": "flooded@family.example"}
    answers = [post(strict, routes.AUTH_RESET, reset) for _ in range(12)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429] * 2
    # Per address there are fewer, and nobody is told: it would say that somebody else has asked.
    assert len({answer.text for answer in answers[:10]}) == 1
    with reading() as session:
        assert len(session.exec(select(OutboxMessage.id)).all()) == 3
    login = {"email": "a@family.example", "password": "x"}
    tried = [
        post(strict, routes.AUTH_LOGIN, {**login, "email": f"a{n}@family.example"}).status_code
        for n in range(32)
    ]
    assert tried == [422] * 30 + [429] * 2
    links = [post(strict, routes.AUTH_NOT_ME, {"token": "x"}).status_code for _ in range(32)]
    assert links == [422] * 30 + [429] * 2
    signups = [post(strict, routes.AUTH_SIGNUP, {}).status_code for _ in range(22)]
    assert signups == [422] * 20 + [429] * 2


def test_no_answer_tells_whether_an_address_is_known(portal: Portal, password_hash: str) -> None:
    """The same words, headers and time for known, unverified and unknown addresses."""
    _known, known = add_account(password_hash)
    _new, unverified = add_account(password_hash, verified=False)
    asked = {"known": known, "unverified": unverified, "unknown": "nobody@family.example"}
    for path, body in (
        (routes.AUTH_LOGIN, {"password": OTHER}),
        (routes.AUTH_RESET, {}),
        (routes.AUTH_SIGNUP, {**_signup(), "email": ""}),
    ):
        seen: dict[str, tuple[Any, ...]] = {}
        took: dict[str, list[float]] = {who: [] for who in asked}
        for _time in range(TIMED):
            for who, email in asked.items():
                started = time.perf_counter()
                answer = post(portal, path, {**body, "email": email})
                took[who].append(time.perf_counter() - started)
                seen[who] = (answer.status_code, answer.text, _headers(answer))
        assert len(set(seen.values())) == 1, path
        # The fastest of each: what else the machine does makes tries slower, never faster.
        fastest = {who: min(times) for who, times in took.items()}
        assert max(fastest.values()) < min(fastest.values()) * TIMES_SLOWER + 0.01, (path, fastest)


def test_the_right_password_before_the_address_is_confirmed_tells_nothing(
    portal: Portal, password_hash: str
) -> None:
    _actor, email = add_account(password_hash, verified=False)
    right = post(portal, routes.AUTH_LOGIN, {"email": email, "password": PASSWORD})
    wrong = post(portal, routes.AUTH_LOGIN, {"email": email, "password": OTHER})
    assert (right.status_code, right.text) == (wrong.status_code, wrong.text)
    assert _headers(right) == _headers(wrong)


def _headers(answer: httpx.Response) -> tuple[tuple[str, str], ...]:
    changing = {"date", "set-cookie", "content-length"}
    cookies = [str(len(answer.headers.get("set-cookie", "")))]
    same = [(k, v) for k, v in answer.headers.items() if k not in changing]
    return (*sorted(same), ("cookie", cookies[0]))


def _signup() -> dict[str, str]:
    return {
        "first_name": "Sten",
        "last_name": "Strand",
        "phone": "604 555 0140",
        "password": PASSWORD,
    }


def test_signing_in_and_up_gives_a_new_cookie_and_ends_the_old_session(
    portal: Portal, password_hash: str
) -> None:
    _actor, email = add_account(password_hash)
    planted = {"Cookie": "kindred=planted-by-somebody"}
    body = {"email": email, "password": PASSWORD}
    first = cookie_of(post(portal, routes.AUTH_LOGIN, body, headers=planted))
    assert first != "planted-by-somebody"
    assert not signed_in_as(portal, "planted-by-somebody")
    second = cookie_of(
        post(portal, routes.AUTH_LOGIN, body, headers={"Cookie": f"kindred={first}"})
    )
    assert second != first
    assert signed_in_as(portal, second)
    assert not signed_in_as(portal, first)
    email = f"new-{new_id().strip('-_').lower()}@family.example"
    third = cookie_of(
        post(
            portal,
            routes.AUTH_SIGNUP,
            {**_signup(), "email": email},
            headers={"Cookie": f"kindred={second}"},
        )
    )
    assert third not in {first, second}
    assert not signed_in_as(portal, second)


def test_the_cookie_cannot_be_read_by_scripts_or_sent_by_other_sites(
    portal: Portal, password_hash: str
) -> None:
    _actor, email = add_account(password_hash)
    answer = post(portal, routes.AUTH_LOGIN, {"email": email, "password": PASSWORD})
    session, device, step = cookies_of(answer)
    assert session[0].startswith("kindred=")
    assert session[1] == {"httponly", "samesite=lax", "path=/"}
    assert device[0].startswith("kindred-device=")
    assert device[1] == {"httponly", "samesite=lax", "path=/", "max-age=31536000"}
    assert step[0] == 'kindred-step=""'
    left = post(portal, routes.AUTH_LOGOUT, headers={"Cookie": f"kindred={cookie_of(answer)}"})
    assert left.status_code == 303
    assert left.headers["location"] == routes.LOGIN
    assert left.headers["clear-site-data"] == '"storage"'
    assert not signed_in_as(portal, cookie_of(answer))


def test_on_tls_the_cookie_is_secure_and_bound_to_the_host(
    serve: Callable[..., Portal], password_hash: str
) -> None:
    served = serve(
        PORTAL_MODE="production",
        PORTAL_ORIGIN="https://portal.clinic.example",
        SMTP_URL="smtp://127.0.0.1:9",
    )
    with inside(served):
        _actor, email = add_account(password_hash)
        answer = post(
            served,
            routes.AUTH_LOGIN,
            {"email": email, "password": PASSWORD},
            headers={"Host": "portal.clinic.example", "Origin": "https://portal.clinic.example"},
        )
        assert answer.status_code == 200
        (name, flags), (device, device_flags), _step = cookies_of(answer)
        assert name.startswith("__Host-kindred=")
        assert flags == {"httponly", "samesite=lax", "path=/", "secure"}
        assert device.startswith("__Host-kindred-device=")
        assert device_flags == {*flags, "max-age=31536000"}
        assert answer.headers["strict-transport-security"].startswith("max-age=")
        # Under the name that it has without TLS it is nothing.
        there = {"Host": "portal.clinic.example", "Origin": "https://portal.clinic.example"}
        token = name.partition("=")[2]
        for cookie, status in ((f"kindred={token}", 403), (name, 422)):
            again = post(
                served,
                routes.AUTH_PASSWORD,
                {"current": "x", "password": "y"},
                headers={**there, "Cookie": cookie},
            )
            assert again.status_code == status, cookie
        # In production this machine's own names are no hosts of the portal.
        assert httpx.get(served.url + routes.LOGIN).status_code == 421
    served.stop()


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/account/../../evil",
        "/account@evil.example",
        "/account\r\nLocation: https://evil.example",
        "",
    ],
)
def test_signing_in_leads_nowhere_outside(wanted: str, portal: Portal, password_hash: str) -> None:
    _actor, email = add_account(password_hash)
    body = {"email": email, "password": PASSWORD, "next": wanted}
    assert post(portal, routes.AUTH_LOGIN, body).json() == {"next": routes.BOOK}
