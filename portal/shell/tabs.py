"""Which browser tabs a log-in session has open, so that signing out reaches them at once.

A tab is known by Reflex's client token. Only names of events are pushed, never data: what the tab
may see is decided when it asks.
"""

from collections import OrderedDict
from collections.abc import Iterable
from functools import cache

from redis.asyncio import Redis
from reflex.state import StateUpdate
from reflex_base.event import Event

from portal import routes
from portal.account.sessions import ABSOLUTE
from portal.config import settings

MOST_SESSIONS = 20_000
MOST_TABS = 30

BACK_TO_LOGIN = Event(
    name="_redirect",
    payload={"path": routes.LOGIN, "external": False, "popup": False, "replace": True},
)

# One process: in memory, the least recently used sessions fall out. Several: in Redis.
_tabs: OrderedDict[str, dict[str, None]] = OrderedDict()


async def remember_tab(session_id: str, client_token: str) -> None:
    """Note that a tab belongs to a session."""
    known = _tabs.setdefault(session_id, {})
    _tabs.move_to_end(session_id)
    if client_token in known:
        return
    known[client_token] = None
    while len(known) > MOST_TABS:
        known.pop(next(iter(known)))
    while len(_tabs) > MOST_SESSIONS:
        _tabs.popitem(last=False)
    if settings().redis_url:
        redis, key = _redis(), _key(session_id)
        await redis.sadd(key, client_token)  # pyright: ignore[reportGeneralTypeIssues]
        await redis.expire(key, ABSOLUTE)


async def close_tabs(session_ids: Iterable[str]) -> None:
    """Send every tab of the ended sessions to the log-in page."""
    from portal.portal import app  # the app imports every page, and pages lead here

    if app.event_namespace is None:
        return
    update = StateUpdate(events=[BACK_TO_LOGIN])
    for session_id in session_ids:
        for token in await _forget(session_id):
            await app.event_namespace.emit_update(update, token)


async def _forget(session_id: str) -> set[str]:
    tokens = set(_tabs.pop(session_id, {}))
    if settings().redis_url:
        found = await _redis().smembers(_key(session_id))  # pyright: ignore[reportGeneralTypeIssues]
        tokens |= {token.decode() for token in found}
        await _redis().delete(_key(session_id))
    return tokens


def _key(session_id: str) -> str:
    return f"kindred:tabs:{session_id}"


@cache
def _redis() -> Redis:
    return Redis.from_url(settings().redis_url or "")
