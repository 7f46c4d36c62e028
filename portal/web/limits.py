"""Rate limits, in memory or (for several processes) in Redis."""

from functools import cache

from limits import RateLimitItem, parse
from limits.aio.strategies import MovingWindowRateLimiter
from limits.storage import storage_from_string

from portal.config import settings
from portal.errors import TooMany

# What a person in a hurry never reaches and a script does at once.
LIMITS: dict[str, str] = {
    "event": "120 per 10 second",  # per session, or per address when signed out
    "connect": "60 per minute",  # new pages per address
    "login": "30 per 5 minute",  # per address
    "signup": "20 per hour",
    "reset": "10 per hour",
    "reset_email": "3 per hour",  # per e-mail address, so that nobody floods a mailbox
    "link": "30 per 5 minute",
    "verify_again": "5 per hour",  # per account
    # Each of these sends mail to somebody else, so an account has only so many.
    "family_add": "8 per hour",  # forms, of up to twelve people each
    "book": "30 per hour",
    "access": "40 per hour",  # giving up, taking back, removing
}


async def take(name: str, who: str) -> None:
    """Count one use of limit ``name`` by ``who``.

    Raises:
        TooMany: it was one too many.
    """
    if not await _limiter().hit(_item(name), name, who):
        raise TooMany


@cache
def _item(name: str) -> RateLimitItem:
    item = parse(LIMITS[name])
    return type(item)(item.amount * settings().rate_factor, item.multiples, item.namespace)


@cache
def _limiter() -> MovingWindowRateLimiter:
    redis = settings().redis_url
    if not redis:
        return MovingWindowRateLimiter(storage_from_string("async+memory://"))  # pyright: ignore[reportArgumentType]
    storage = storage_from_string(f"async+{redis}", implementation="redispy")
    return MovingWindowRateLimiter(storage)  # pyright: ignore[reportArgumentType]
