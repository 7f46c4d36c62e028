"""The two ways to run the portal: one process with SQLite, many with PostgreSQL and Redis."""

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import pytest
from redis.asyncio import Redis
from reflex.istate.manager.memory import StateManagerMemory
from reflex.istate.manager.redis import StateManagerRedis
from reflex_base.event.processor import BaseStateEventProcessor
from sqlmodel import Session

from portal import config, db
from portal.portal import app, on_backend_error
from portal.shell.tabs import TABS
from portal.web import limits
from tests import builders
from tests.security.browser import Browser, Outlet
from tests.security.world import World, make_world
from tests.servers.databases import Databases, new_database
from tests.servers.portal import Portal

Open = Callable[..., Browser]


@pytest.fixture(params=["embedded", "chain"])
def way(request: pytest.FixtureRequest) -> str:
    """Name the way the portal is run; the test runs once in each."""
    return request.param


@pytest.fixture
def redis_of_way(way: str, request: pytest.FixtureRequest) -> str | None:
    """Give the address of Redis where there is one."""
    return request.getfixturevalue("redis_url") if way == "chain" else None


@pytest.fixture
def settled(
    way: str,
    redis_of_way: str | None,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[None]:
    """Let the portal's own modules work on a fresh database, and on Redis in a chain."""
    kind = "postgres_databases" if way == "chain" else "sqlite_databases"
    databases: Databases = request.getfixturevalue(kind)
    with new_database(databases) as url:
        monkeypatch.setenv("DATABASE_URL", url)
        # A test asks more in a second than a person in an hour.
        monkeypatch.setenv("PORTAL_RATE_FACTOR", "100000")
        if redis_of_way:
            monkeypatch.setenv("REDIS_URL", redis_of_way)
        _forget()
        yield
        _forget()


@pytest.fixture
def world(settled: None) -> World:
    """Give two families who have nothing to do with each other."""
    return make_world()


@pytest.fixture
async def browsers(world: World, redis_of_way: str | None) -> AsyncIterator[Open]:
    """Give a function that opens a tab: ``browsers(cookie="", token=None)``."""
    outlet = Outlet()
    manager: Any = StateManagerMemory()
    redis = None
    if redis_of_way:
        redis = Redis.from_url(redis_of_way)
        await redis.flushdb()
        manager = StateManagerRedis(redis=redis)
    processor = BaseStateEventProcessor(middleware=app, backend_exception_handler=on_backend_error)
    namespace: Any = outlet
    processor.configure(state_manager=manager, event_namespace=namespace)

    def open_tab(cookie: str = "", token: str | None = None) -> Browser:
        return Browser(processor, outlet, token or secrets.token_hex(8), cookie)

    async with processor:
        yield open_tab
    await _close(manager, redis)


async def _close(manager: Any, redis: Redis | None) -> None:
    closing: Callable[[], Awaitable[None]] = manager.close
    await closing()
    if redis is not None:
        await redis.aclose()


@pytest.fixture(scope="session")
def serve(
    portal_server: Callable[..., Portal], sqlite_databases: Databases
) -> Callable[..., Portal]:
    """Give a function that serves a clinic nobody has come to yet; it takes settings."""

    def with_clinic(**settings: Any) -> Portal:
        url = sqlite_databases.new()
        engine = db.make_engine(url)
        with Session(engine.execution_options(writes=True)) as session, session.begin():
            builders.add_clinic(session)
        engine.dispose()
        return portal_server(database_url=url, **settings)

    return with_clinic


def _forget() -> None:
    """Forget what the portal keeps for the life of a process."""
    if db.engine.cache_info().currsize:
        db.engine().dispose()
    for kept in (
        db.engine,
        config.settings,
        limits._item,
        limits._in_memory,
        limits._in_redis,
    ):
        kept.cache_clear()
    TABS.clear()
