"""One Redis channel by which every process hears of changes that any of them has committed.

Messages carry ids only. What is published while nobody listens is lost on purpose: whoever connects
again reads everything anew.
"""

import asyncio
import json
import logging
from collections.abc import Callable
from threading import Lock

from redis import Redis, RedisError
from redis.asyncio import Redis as AsyncRedis
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff

from portal.live import News

log = logging.getLogger("portal.live")

CHANNEL = "kindred:live"
FIRST_WAIT, LONGEST_WAIT = 0.2, 5.0  # seconds, while Redis is away
PATIENCE = 1.0  # seconds; somebody waits for the answer whose change this is


class Publisher:
    """Tells every process; what could not be told is told with the next change."""

    def __init__(self, url: str) -> None:
        """Connect when there is something to tell."""
        self._redis = Redis.from_url(url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)
        self._lock = Lock()
        self._owes = False

    def __call__(self, news: News) -> None:
        """Publish one change; the change itself is committed and stays, whatever happens here."""
        with self._lock:
            owed, self._owes = self._owes, False
        if owed:
            news = News(ended=news.ended, everybody=True)
        try:
            self._redis.publish(CHANNEL, to_text(news))
        except (RedisError, OSError) as error:
            log.warning("a change was not told: %s", type(error).__name__)
            self._owes = True


async def subscribe(url: str, hear: Callable[[News], None]) -> None:
    """Hand every message to ``hear``, for good; after a lost connection that everything changed."""
    wait, missed = FIRST_WAIT, False
    # Redis' own retries would subscribe again without a word about what was missed meanwhile.
    once = AsyncRetry(NoBackoff(), 0)
    while True:
        try:
            async with (
                AsyncRedis.from_url(url, retry=once, socket_keepalive=True) as redis,
                redis.pubsub(ignore_subscribe_messages=True) as channel,
            ):
                await channel.subscribe(CHANNEL)
                if missed:
                    hear(News(everybody=True))
                wait, missed = FIRST_WAIT, True
                async for message in channel.listen():
                    hear(from_text(message["data"]))
        except (RedisError, OSError) as error:
            log.warning("changes of other processes are not heard: %s", type(error).__name__)
        await asyncio.sleep(wait)
        wait = min(wait * 2, LONGEST_WAIT)


def to_text(news: News) -> str:
    """Write news as a message."""
    return json.dumps([sorted(news.people), sorted(news.ended), news.everybody, news.besides])


def from_text(text: str | bytes) -> News:
    """Read a message; one of another version of the portal may mean anything."""
    try:
        people, ended, everybody, besides = json.loads(text)
        return News(frozenset(people), frozenset(ended), everybody is True, str(besides))
    except (ValueError, TypeError):
        return News(everybody=True)
