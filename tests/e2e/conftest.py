"""A served portal with its worker and a mail server, and browsers that notice every error."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    ViewportSize,
    expect,
    sync_playwright,
)

from tests.e2e.clinic import ClinicBook, Colleague, Person
from tests.servers.databases import Databases, new_database
from tests.servers.mail import MailServer
from tests.servers.portal import SECRET_KEY, Portal

SLOW_MS = 10_000
PHONE: ViewportSize = {"width": 390, "height": 844}
# A refusal with words is an answer; only the browser calls it an error.
REFUSALS = ("status of 422", "status of 403")
NO_CONNECTION = ("ERR_INTERNET_DISCONNECTED", "ERR_CONNECTION_REFUSED", "WebSocket connection")

expect.set_options(timeout=SLOW_MS)
# The clinic's database is written beside the portal that serves it: both seal with one key.
os.environ["PORTAL_SECRET_KEY"] = SECRET_KEY


class Visitor:
    """Opens browsers for the people of a walk and keeps what their consoles complain about."""

    def __init__(self, browser: Browser, portal: Portal) -> None:
        """Begin without a window."""
        self._browser, self._portal = browser, portal
        self._contexts: list[BrowserContext] = []
        self.complaints: list[str] = []
        self.allowed: tuple[str, ...] = REFUSALS

    def browser(self, **options: Any) -> Page:
        """Open a browser of its own, with no cookies; ``options`` are Playwright's."""
        context = self._browser.new_context(
            **{
                "base_url": self._portal.url,
                "viewport": PHONE,
                "reduced_motion": "reduce",
                "locale": "en-CA",
                **options,
            }
        )
        context.set_default_timeout(SLOW_MS)
        context.on("console", self._heard)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        self._contexts.append(context)
        return context.new_page()

    def signed_in(self, person: Person, **options: Any) -> Page:
        """Open a browser in which somebody has signed in before."""
        page = self.browser(**options)
        answer = page.request.post(
            "/auth/login",
            data={"email": person.email, "password": person.password},
            headers={"Origin": self._portal.url, "Accept": "application/json"},
        )
        assert answer.ok, answer.text()
        return page

    def at_desk(self, colleague: Colleague, **options: Any) -> Page:
        """Open a browser in which a member of staff has signed in, with password and code."""
        page = self.browser(**options)
        for path, data in (
            (
                "/auth/login",
                {"email": colleague.email, "password": colleague.password, "staff": True},
            ),
            ("/auth/login/code", {"code": colleague.code}),
        ):
            answer = page.request.post(
                path,
                data=data,
                headers={"Origin": self._portal.url, "Accept": "application/json"},
            )
            assert answer.ok, answer.text()
        return page

    def expects_no_connection(self) -> None:
        """Let the consoles say that requests fail: this walk cuts the connection."""
        self.allowed = (*REFUSALS, *NO_CONNECTION)

    def close(self) -> None:
        """Close every window."""
        for context in self._contexts:
            with suppress(Error):
                context.close()

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(words in message.text for words in self.allowed):
            self.complaints.append(message.text)


@pytest.fixture(scope="session")
def chromium(chromium_path: Path) -> Iterator[Browser]:
    """Start the browser."""
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(chromium_path), args=arguments)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def new_clinic(sqlite_databases: Databases) -> Iterator[Callable[[], ClinicBook]]:
    """Give a function that opens a clinic in a database of its own."""
    with ExitStack() as stack:
        yield lambda: ClinicBook(stack.enter_context(new_database(sqlite_databases)))


@pytest.fixture(scope="session")
def shared_clinic(new_clinic: Callable[[], ClinicBook]) -> ClinicBook:
    """Open the clinic of all walks that disturb nobody."""
    return new_clinic()


@pytest.fixture(scope="session")
def shared_portal(
    portal_server: Callable[..., Portal], shared_clinic: ClinicBook, _mail_server: MailServer
) -> Portal:
    """Serve that clinic's portal and its worker."""
    return portal_server(
        worker=True, database_url=shared_clinic.database_url, SMTP_URL=_mail_server.url
    )


@pytest.fixture
def portal(shared_portal: Portal) -> Portal:
    """Return the portal to walk through; a module that stops or changes it has its own."""
    return shared_portal


@pytest.fixture
def clinic(shared_clinic: ClinicBook) -> ClinicBook:
    """Return the clinic behind `portal`."""
    return shared_clinic


@pytest.fixture
def visitor(chromium: Browser, portal: Portal) -> Iterator[Visitor]:
    """Open browsers; afterwards none of their consoles may have shown an error."""
    one = Visitor(chromium, portal)
    yield one
    one.close()
    assert not one.complaints


@pytest.fixture
def mail(smtp_server: MailServer) -> MailServer:
    """Return the mail server, with an empty mailbox."""
    return smtp_server
