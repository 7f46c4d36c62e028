"""Rate limits, in memory or (for several processes) in Redis."""

from functools import cache
from ipaddress import IPv6Address, ip_address

from limits import RateLimitItem, parse
from limits.aio import strategies as aio
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import MovingWindowRateLimiter

from portal.config import settings
from portal.errors import TooMany

# What a person in a hurry never reaches and a script does at once.
LIMITS: dict[str, str] = {
    "event": "120 per 10 second",  # per session, or per address when signed out
    "refresh": "120 per 10 second",  # pushed by ourselves, so that a tab has at most two a second
    "connect": "60 per minute",  # new pages per address
    "login": "30 per 5 minute",  # per address
    "signup": "20 per hour",
    "reset": "10 per hour",
    "reset_email": "3 per hour",  # per e-mail address, so that nobody floods a mailbox
    "link": "30 per 5 minute",
    "verify_again": "5 per hour",  # per account
    "new_email": "5 per hour",  # per account: each try sends mail to any address
    # Each of these sends mail to somebody else, so an account has only so many.
    "family_add": "8 per hour",  # forms, of up to twelve people each
    "invite": "20 per hour",  # links to claim a profile with
    "book": "30 per hour",
    "wait": "30 per hour",  # requests for the wait list, answers to its offers
    "hold": "120 per hour",  # times kept while somebody chooses
    "download": "20 per hour",
    "ask": "20 per hour",
    "sharing": "100 per hour",  # switches, answers
    "access": "40 per hour",  # giving up, taking back, removing, blocking, joining
    "desk": "300 per hour",  # the same by one member of staff, who does it for everybody
    "colleague": "30 per hour",  # invitations to the clinic's side, by one member of staff
}


# A household or a rented server has a network of this size, and all of its addresses to itself.
IPV6_NETWORK = 64  # bits


def network_of(address: str) -> str:
    """Return what tries from a network address are counted under: of IPv6, its network."""
    try:
        known = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(known, IPv6Address):
        return str(known)
    if known.ipv4_mapped:
        return str(known.ipv4_mapped)
    host_bits = known.max_prefixlen - IPV6_NETWORK
    return str(IPv6Address(int(known) >> host_bits << host_bits))


async def take(name: str, who: str) -> None:
    """Count one use of limit ``name`` by ``who``.

    Raises:
        TooMany: it was one too many.
    """
    item, redis = _item(name), settings().redis_url
    if redis:
        free = await _in_redis(redis).hit(item, name, who)
    else:
        free = _in_memory().hit(item, name, who)
    if not free:
        raise TooMany


@cache
def _item(name: str) -> RateLimitItem:
    item = parse(LIMITS[name])
    return type(item)(item.amount * settings().rate_factor, item.multiples, item.namespace)


@cache
def _in_memory() -> MovingWindowRateLimiter:
    # The library's asynchronous memory looks through all its keys at every use; this one does not.
    return MovingWindowRateLimiter(MemoryStorage())


@cache
def _in_redis(url: str) -> aio.MovingWindowRateLimiter:
    storage = storage_from_string(f"async+{url}", implementation="redispy")
    return aio.MovingWindowRateLimiter(storage)  # pyright: ignore[reportArgumentType]
