"""The engine and the only two ways into the database: a reading and a writing transaction.

Nothing else commits. Services get the session as their first argument and never end it.
"""

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from contextvars import copy_context
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from portal import live
from portal import search_words as search_words  # keeps every patient findable
from portal.config import settings

P = ParamSpec("P")
T = TypeVar("T")

# FULL: a visit once confirmed survives a power cut. The time-out is in milliseconds.
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000")

DEADLOCK = "40P01"  # SQLSTATE of "deadlock_detected"

# SQLite lets one writer in at a time and others poll for it; a lock makes them queue instead.
_sqlite_writer = threading.Lock()
# Events queue for one thread: in asyncio's few, those who wait to write would keep out all readers.
_sqlite_writer_thread = ThreadPoolExecutor(1, "sqlite-writer")
# SQLite answers within the process: more threads would only wait for Python's lock, and for longer.
_sqlite_reader_threads = ThreadPoolExecutor(2, "sqlite-reader")


def make_engine(url: str) -> Engine:
    """Create an engine for SQLite or PostgreSQL with the settings the portal relies on."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(
            parsed, pool_size=10, max_overflow=10, pool_pre_ping=True, hide_parameters=True
        )
    if parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        parsed, pool_size=16, connect_args={"check_same_thread": False}, hide_parameters=True
    )

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        # Off: the driver would begin transactions by itself, after the first read.
        connection.isolation_level = None
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        # A writer takes its lock before it reads: what it checked is still true when it writes.
        if connection.get_execution_options().get("writes", False):
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:  # it never waits for anybody, so it needs nothing of what SQLAlchemy puts around it
            connection.connection.dbapi_connection.execute("BEGIN")

    return engine


@cache
def engine() -> Engine:
    """Return the engine of this process."""
    return make_engine(settings().database_url)


@lru_cache(maxsize=2)
def _prepared(engine: Engine, *, writes: bool) -> Engine:
    """Return the engine with what a transaction asks for: put together once, not for each."""
    if writes:
        return engine.execution_options(writes=True)
    return engine.execution_options(postgresql_readonly=True)


@contextmanager
def writing() -> Iterator[Session]:
    """Open a transaction that may write; it commits at the end and rolls back on any error.

    After the commit, and only then, open pages hear of what changed.
    """
    with (
        _sqlite_writer if _is_sqlite() else nullcontext(),
        Session(_prepared(engine(), writes=True), expire_on_commit=False) as session,
        session.begin(),
    ):
        yield session
    live.tell(session)


@contextmanager
def reading() -> Iterator[Session]:
    """Open a transaction that only reads; PostgreSQL refuses a write in it."""
    with (
        Session(_prepared(engine(), writes=False), expire_on_commit=False) as session,
        session.begin(),
    ):
        yield session


async def write(
    use_case: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
) -> T:
    """Run one use case off the event loop in one writing transaction and return its answer.

    PostgreSQL ends one of two transactions that wait for each other; that one is run anew.
    """

    def once() -> T:
        with writing() as session:
            return use_case(session, *args, **kwargs)

    def work() -> T:
        try:
            return once()
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", "") != DEADLOCK:
                raise
        return once()

    thread = _sqlite_writer_thread if _is_sqlite() else None
    return await asyncio.get_running_loop().run_in_executor(thread, copy_context().run, work)


async def read(
    use_case: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
) -> T:
    """Run one use case off the event loop in one reading transaction and return its answer."""

    def work() -> T:
        with reading() as session:
            return use_case(session, *args, **kwargs)

    threads = _sqlite_reader_threads if _is_sqlite() else None
    return await asyncio.get_running_loop().run_in_executor(threads, copy_context().run, work)


def _is_sqlite() -> bool:
    return engine().dialect.name == "sqlite"
