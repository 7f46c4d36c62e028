"""Fixtures for every suite: real servers, fresh databases, the served portal.

Nothing starts before a test asks for it. What is not on the machine and cannot be installed skips
the tests that need it, and says so in capitals at the end of the run.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings as hypothesis_settings

from portal import config, db
from scripts import front_end as front_end_build
from tests.servers.databases import (
    Databases,
    PostgresDatabases,
    SqliteDatabases,
    new_database,
)
from tests.servers.mail import MailServer, mail_server
from tests.servers.portal import OURS, Portal, make_portal
from tests.servers.postgres import postgres_server
from tests.servers.programs import Missing, chromium
from tests.servers.redis import redis_server

NOT_TESTED = "NOTHING WAS TESTED"

# Whoever runs the tests may have a clinic in their environment; no test may ever reach it. A test
# without the fixture `database` finds no tables.
for name in [name for name in os.environ if OURS.fullmatch(name)]:
    del os.environ[name]
os.environ.update(PORTAL_MODE="test", DATABASE_URL="sqlite:///:memory:")
# A machine that runs other things besides is slow now and then; a slow example is no failure.
hypothesis_settings.register_profile("kindred", deadline=None)
hypothesis_settings.load_profile("kindred")


@contextmanager
def _or_skip() -> Iterator[None]:
    """Skip the test when a program is missing."""
    try:
        yield
    except Missing as error:
        pytest.skip(str(error))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Repeat, once each and in red, what could not be tested on this machine."""
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = {str(report.longrepr[-1]) for report in skipped if isinstance(report.longrepr, tuple)}
    for reason in sorted(r for r in reasons if NOT_TESTED in r):
        terminalreporter.write_line(reason.removeprefix("Skipped: "), red=True, bold=True)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Run a PostgreSQL server for this run; give the address of its database ``postgres``."""
    with _or_skip(), postgres_server() as url:
        yield url


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """Run a Redis server for this run; give the address of its database 0."""
    with _or_skip(), redis_server() as url:
        yield url


@pytest.fixture(scope="session")
def _mail_server() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
def smtp_server(_mail_server: MailServer) -> Iterator[MailServer]:
    """Give a real mail server, on a port that stays for this run, with an empty mailbox."""
    _mail_server.clear()
    yield _mail_server
    _mail_server.clear()


@pytest.fixture(scope="session")
def chromium_path() -> Path:
    """Return the Chromium to test with."""
    with _or_skip():
        return chromium()


@pytest.fixture(scope="session")
def front_end() -> Path:
    """Return the folder of the front-end build of the present sources."""
    return front_end_build.build()


@pytest.fixture(scope="session")
def sqlite_databases(tmp_path_factory: pytest.TempPathFactory) -> Databases:
    """Return the maker of SQLite databases."""
    return SqliteDatabases(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres_databases(postgres_url: str) -> Databases:
    """Return the maker of PostgreSQL databases."""
    return PostgresDatabases(postgres_url)


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """Give the address of a fresh migrated database; the test runs once on each kind."""
    databases: Databases = request.getfixturevalue(f"{request.param}_databases")
    with new_database(databases) as url:
        yield url


@pytest.fixture
def database(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Let ``portal.db`` work on a fresh migrated database; the test runs once on each kind."""
    monkeypatch.setenv("PORTAL_MODE", "test")
    monkeypatch.setenv("DATABASE_URL", database_url)
    _forget_settings()
    yield database_url
    _forget_settings()


def _forget_settings() -> None:
    if db.engine.cache_info().currsize:
        db.engine().dispose()
    db.engine.cache_clear()
    config.settings.cache_clear()


@pytest.fixture(scope="session")
def portal_server(
    front_end: Path, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., Portal]]:
    """Give a function that serves the portal on a free port, with a fresh database of its own.

    ``portal_server(worker=False, database="sqlite", database_url=None, **env)``: ``database`` is
    the kind to make, ``database_url`` takes an existing one instead, ``env`` overrides settings.
    Everything stops at the end of the run, or before by ``Portal.stop()``.
    """
    folder = tmp_path_factory.mktemp("portal")
    with ExitStack() as stack:

        def serve(
            *,
            worker: bool = False,
            database: str = "sqlite",
            database_url: str | None = None,
            **env: str,
        ) -> Portal:
            if database_url is None:
                databases: Databases = request.getfixturevalue(f"{database}_databases")
                database_url = stack.enter_context(new_database(databases))
            portal = make_portal(front_end, database_url, folder, **env)
            stack.callback(portal.stop)
            portal.start_web()
            if worker:
                portal.start_worker()
            return portal

        yield serve


def pytest_collection_modifyitems(items: list[Any]) -> None:
    """Refuse browser tests beside others: they cannot share a process with asyncio's."""
    browser = [item for item in items if "e2e" in item.path.parts]
    if browser and len(browser) < len(items):
        raise pytest.UsageError(
            "Run tests/e2e in a pytest of its own: make test does, and make e2e."
        )
