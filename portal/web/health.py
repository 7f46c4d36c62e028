"""``GET /healthz``: the process answers. ``GET /readyz``: it can also do its work.

Strangers may ask both, so they are told one word for each part that fails and nothing more.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import cache

from alembic.script import ScriptDirectory
from redis.asyncio import Redis
from sqlalchemy import text
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import JSONResponse

from portal import db
from portal.config import settings
from portal.migrate import alembic_config
from portal.models import Clinic
from portal.web.door import NO_STORE

log = logging.getLogger("portal.web")

PATIENCE = 3.0  # seconds for one part; a probe gives up soon after


async def healthz(_request: Request) -> JSONResponse:
    """Answer that the process is alive; a supervisor starts one anew that does not answer."""
    return JSONResponse({"ok": True}, headers=NO_STORE)


async def readyz(_request: Request) -> JSONResponse:
    """Answer whether people may be sent here; a proxy leaves a process out that is not ready."""
    failing = [name for name, ask in parts().items() if not await _works(name, ask)]
    if failing:
        return JSONResponse({"ok": False, "failing": failing}, 503, NO_STORE)
    return JSONResponse({"ok": True}, headers=NO_STORE)


def parts() -> dict[str, Callable[[], Awaitable[bool]]]:
    """Return what the portal needs, by the word that says it is missing."""
    asked: dict[str, Callable[[], Awaitable[bool]]] = {
        "database": lambda: db.read(_answers),
        "migrations": lambda: db.read(_is_migrated),
        # Without the clinic's own row no page can be filled; `portal.operate` makes it.
        "clinic": lambda: db.read(_has_clinic),
    }
    if settings().redis_url:
        asked["redis"] = _redis_answers
    return asked


async def _works(name: str, ask: Callable[[], Awaitable[bool]]) -> bool:
    try:
        async with asyncio.timeout(PATIENCE):
            return await ask()
    except Exception as error:  # noqa: BLE001  whatever it is, it is not ready
        log.warning("not ready: %s (%s)", name, type(error).__name__)
        return False


def _answers(session: Session) -> bool:
    return session.connection().scalar(text("SELECT 1")) == 1


def _is_migrated(session: Session) -> bool:
    """Tell whether no migration of ours is missing.

    A revision that is unknown here was made by a newer Kindred, which is just being started beside
    this one: its migrations leave to the old one what it needs.
    """
    there = session.connection().scalar(text("SELECT version_num FROM alembic_version"))
    known, head = _revisions()
    return there == head or (there is not None and there not in known)


def _has_clinic(session: Session) -> bool:
    return session.get(Clinic, "clinic") is not None


@cache
def _revisions() -> tuple[frozenset[str], str | None]:
    """Return every migration of this version of Kindred, and the last one."""
    scripts = ScriptDirectory.from_config(alembic_config())
    known = frozenset(script.revision for script in scripts.walk_revisions())
    return known, scripts.get_current_head()


async def _redis_answers() -> bool:
    async with Redis.from_url(settings().redis_url or "") as redis:
        return bool(await redis.ping())  # pyright: ignore[reportGeneralTypeIssues]
