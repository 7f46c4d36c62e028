"""What every answer of a served portal carries, and that the pages keep to it."""

import base64
import hashlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from portal import routes
from portal.build import INLINE_SCRIPT
from portal.web.headers import PROBES
from tests.servers.portal import Portal

PAGES = sorted(
    value
    for name, value in vars(routes).items()
    if name.isupper()
    and isinstance(value, str)
    and not name.startswith(("AUTH_", "DEMO_"))
    and value not in PROBES
    and not value.endswith((".csv", ".ics"))
)
ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


@pytest.fixture(scope="module")
def portal(serve: Callable[..., Portal]) -> Iterator[Portal]:
    """Serve the portal."""
    served = serve()
    yield served
    served.stop()


def policy(answer: httpx.Response) -> dict[str, list[str]]:
    """Return an answer's Content-Security-Policy as directive -> sources."""
    parts = (part.split() for part in answer.headers["content-security-policy"].split(";"))
    return {name: sources for name, *sources in parts}


@pytest.mark.parametrize("path", [*PAGES, "/book/", "/no-such-page", "/account/no-such"])
def test_a_page_runs_its_own_scripts_and_nothing_else(path: str, portal: Portal) -> None:
    answer = httpx.get(portal.url + path)
    csp = policy(answer)
    assert csp["default-src"] == ["'none'"]
    assert csp["frame-ancestors"] == csp["base-uri"] == ["'none'"]
    assert csp["form-action"] == csp["connect-src"] == csp["style-src"] == ["'self'"]
    assert "unsafe" not in answer.headers["content-security-policy"]
    bodies = {
        match["body"]
        for match in INLINE_SCRIPT.finditer(answer.text)
        if "src=" not in match["attributes"]
    }
    digests = (hashlib.sha256(body.encode()).digest() for body in bodies if body)
    inline = {f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests}
    assert inline
    assert set(csp["script-src"]) == {"'self'", *inline}
    assert not re.search(r"""\s(?:on[a-z]+|style)=["']""", answer.text), (
        "an inline handler or style"
    )
    assert "javascript:" not in answer.text


@pytest.mark.parametrize("path", PAGES)
def test_a_page_comes_at_once_fresh_and_without_a_cookie(path: str, portal: Portal) -> None:
    answer = httpx.get(portal.url + path)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-cache"
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "path", [*PAGES, "/no-such-page", *sorted(PROBES), "/ping", "/_health", "/manifest.webmanifest"]
)
def test_every_answer_carries_the_security_headers(path: str, portal: Portal) -> None:
    answer = httpx.get(portal.url + path)
    assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS
    assert "content-security-policy" in answer.headers
    assert "strict-transport-security" not in answer.headers, "there is no TLS here"
    assert "x-powered-by" not in answer.headers
    assert "server" not in answer.headers or "/" not in answer.headers["server"]


def test_refusals_carry_them_too(portal: Portal) -> None:
    origin = {"Origin": portal.url, "Content-Type": "application/json"}
    login = portal.url + routes.AUTH_LOGIN
    answers = [
        httpx.post(login, headers={"Origin": "https://evil.example"}),
        httpx.post(login, content=b"x" * 70_000, headers=origin),
        httpx.get(portal.url, headers={"Host": "evil.example"}),
        httpx.get(login),
        httpx.get(f"{portal.url}/_event/?transport=polling"),
    ]
    for answer in answers:
        assert answer.status_code >= 400
        assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS, answer.status_code
        assert "content-security-policy" in answer.headers


def test_an_answer_about_somebody_is_never_kept(portal: Portal) -> None:
    headers = {"Origin": portal.url}
    for path in (routes.AUTH_LOGIN, routes.AUTH_RESET, routes.AUTH_NOT_ME, routes.AUTH_PASSWORD):
        answer = httpx.post(portal.url + path, json={}, headers=headers)
        assert answer.headers["cache-control"] == "no-store", path
    left = httpx.post(portal.url + routes.AUTH_LOGOUT, headers=headers)
    assert left.headers["cache-control"] == "no-store"


def test_files_named_by_their_content_are_kept_for_good(portal: Portal) -> None:
    page = httpx.get(portal.url).text
    names = re.findall(r'"(/assets/[^"]+)"', page)
    assert names
    for name in names[:5]:
        answer = httpx.get(portal.url + name)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_page_that_does_not_exist_is_a_404_that_looks_like_the_portal(portal: Portal) -> None:
    for path in ("/no-such-page", "/account/x/y", "/auth", "/demo/mailbox", "/.env"):
        answer = httpx.get(portal.url + path)
        assert answer.status_code == 404, path
        assert answer.text.startswith("<!DOCTYPE html>")


@pytest.mark.parametrize(
    "path",
    [
        "/../csp.json",
        "/%2e%2e/csp.json",
        "/..%2fcsp.json",
        "/....//csp.json",
        "/assets/../../csp.json",
        "/assets/%2e%2e/%2e%2e/csp.json",
        "//etc/passwd",
        "/%00",
        "/_upload",
        "/_all_routes",
        "/csp.json",
        "/theme.css.map",
        "/portal/config.py",
    ],
)
def test_nothing_but_the_front_end_is_served(path: str, portal: Portal) -> None:
    with httpx.Client() as client:
        request = client.build_request("GET", portal.url)
        request.url = request.url.copy_with(raw_path=path.encode())
        answer = client.send(request)
    assert answer.status_code in {400, 404}, answer.text[:80]
    assert "sha256-" not in answer.text or "<html" in answer.text
    assert "root:" not in answer.text


def test_the_build_has_no_source_and_no_secret_of_ours(front_end: Path, portal: Portal) -> None:
    files = [file for file in (front_end / "build" / "client").rglob("*") if file.is_file()]
    assert not [f.name for f in files if f.suffix in {".map", ".py", ".jsx", ".db", ".json"}]
    for file in files:
        if file.suffix in {".js", ".html", ".css"}:
            text = file.read_text()
            assert portal.env["PORTAL_SECRET_KEY"] not in text
            assert "/home/" not in text, file.name
