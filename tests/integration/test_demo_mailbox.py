"""The demo's mailbox exists in the demo and nowhere else."""

import asyncio
import base64
import hashlib
import re
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
from bs4 import BeautifulSoup
from pyotp.totp import TOTP
from starlette.applications import Starlette

from portal import clock, config, routes
from portal.db import writing
from portal.demo.logins import APP_KEY
from portal.demo.mailbox import mailbox_routes
from portal.models import Clinic
from portal.notifications.post import DemoPost, SmtpPost, open_post
from portal.outbox.kinds import Kind
from portal.outbox.queue import queue
from tests.builders import add_clinic, add_person
from tests.outbox import deliver_all

Open = Callable[[str], httpx.Response]


@pytest.fixture
def demo(database: str, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Give what opens a page of the mailbox of a demo clinic that sent two mails."""
    monkeypatch.setenv("PORTAL_MODE", "demo")
    config.settings.cache_clear()
    with writing() as session:
        add_clinic(session)
        session.get_one(Clinic, "clinic").is_demo = True
        rosa = add_person(session, "Rosa<b>", email="rosa@example.test")
        queue(session, Kind.WELCOME, account_id=rosa.account_id)
    deliver_all(open_post(config.settings()))
    with writing() as session:
        queue(session, Kind.PASSWORD_CHANGED, account_id=rosa.account_id)
    deliver_all(open_post(config.settings()))
    app = Starlette(routes=mailbox_routes())

    async def get(path: str) -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as browser:
            return await browser.get(path)

    return lambda path: asyncio.run(get(path))


def test_the_mailbox_lists_the_newest_mail_first_and_shows_each(demo: Open) -> None:
    answer = demo(routes.DEMO_MAILBOX)
    page = BeautifulSoup(answer.text, "html.parser")
    assert [h2.text for h2 in page.find_all("h2")] == [
        "Your password was changed",
        "Your email is confirmed",
    ]
    assert page.find("b") is None
    link = page.find_all("h2")[1].find("a")
    assert link is not None
    mail = demo(str(link["href"]))
    assert "Welcome, Rosa&lt;b&gt;" in mail.text


def test_every_style_of_a_shown_mail_is_allowed_by_its_hash_and_nothing_else(
    demo: Open,
) -> None:
    page = BeautifulSoup(demo(routes.DEMO_MAILBOX).text, "html.parser")
    for path in (routes.DEMO_MAILBOX, *(str(a["href"]) for a in page.select("h2 a"))):
        answer = demo(path)
        policy = answer.headers["content-security-policy"]
        assert "unsafe-inline" not in policy
        assert "unsafe-eval" not in policy
        soup = BeautifulSoup(answer.text, "html.parser")
        styles = [str(tag["style"]) for tag in soup.find_all(style=True)]
        styles += re.findall("<style>(.*?)</style>", answer.text, re.DOTALL)
        assert styles
        for style in styles:
            digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
            assert f"'sha256-{digest}'" in policy


@pytest.mark.parametrize("query", ["", "?id=", "?id=x"])
def test_an_unknown_mail_is_not_found(demo: Open, query: str) -> None:
    assert demo(f"{routes.DEMO_MAILBOX}/mail{query}").status_code == 404


def test_the_codes_of_staff_are_shown_and_renew_themselves(demo: Open) -> None:
    answer = demo(routes.DEMO_CODES)
    codes = {TOTP(APP_KEY).at(clock.now() - timedelta(seconds=ago)) for ago in (0, 5)}
    assert [code for code in codes if f"{code[:3]} {code[3:]}" in answer.text]
    assert 1 <= int(answer.headers["refresh"]) <= 30
    assert answer.headers["cache-control"] == "no-store"


def test_a_clinic_that_is_no_demo_has_no_mailbox(demo: Open) -> None:
    with writing() as session:
        session.get_one(Clinic, "clinic").is_demo = False
    assert demo(routes.DEMO_MAILBOX).status_code == 404
    assert demo(routes.DEMO_CODES).status_code == 404


@pytest.mark.parametrize("mode", ["test", "production"])
def test_no_other_mode_has_the_route(mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_MODE", mode)
    monkeypatch.setenv("PORTAL_ORIGIN", "https://portal.example.test")
    monkeypatch.setenv("SMTP_URL", "smtp://localhost:25")
    monkeypatch.setenv("PORTAL_SECRET_KEY", "only-for-tests-" * 4)
    config.settings.cache_clear()
    assert mailbox_routes() == []
    config.settings.cache_clear()


def test_mail_goes_to_the_mail_server_where_there_is_one() -> None:
    with_server = config.read_settings({"PORTAL_MODE": "demo", "SMTP_URL": "smtp://localhost:25"})
    assert isinstance(open_post(with_server), SmtpPost)
    assert isinstance(open_post(config.read_settings({"PORTAL_MODE": "demo"})), DemoPost)
