"""Growing delays after wrong passwords and codes, counted in the database for all processes.

A try is counted before it is judged, so that twenty at once never get more than they are allowed;
a right one is taken off again. Three counters run beside each other: one for the name tried
together with where it came from, one for the name alone, one for the network address alone.
Whoever knows the name of an account can hold others up at it for a minute, no longer; and not at
all a browser its owner has signed in from before: that one has a counter of its own.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Session, col, select

from portal import clock, say
from portal.config import settings
from portal.errors import TooMany
from portal.ids import keyed_hash
from portal.models import Lockout
from portal.upsert import add_missing
from portal.words import _


class What(StrEnum):
    """What is being guessed; each is counted by itself."""

    PASSWORD = "password"  # noqa: S105  at the log-in; the name is the e-mail
    CODE = "code"  # the second step, recovery codes too; from here on the name is an account
    PROOF = "proof"  # the password of somebody signed in
    LINK = "link"  # the password beside a link from a mail


class By(StrEnum):
    """What a counter counts for."""

    PAIR = "pair"  # the name from one place: a known browser, else a network address
    NAME = "name"
    ADDRESS = "address"


@dataclass(frozen=True)
class Delay:
    """Free tries, the delay after the last of them, which doubles with each more, and its cap."""

    free: int
    first: timedelta
    longest: timedelta


def _seconds(free: int, first: int, longest: int) -> Delay:
    return Delay(free, timedelta(seconds=first), timedelta(seconds=longest))


DELAYS: dict[What, dict[By, Delay]] = {
    What.PASSWORD: {
        By.PAIR: _seconds(5, 15, 15 * 60),
        # Short: it holds up the owner on a new device too, while somebody else is guessing.
        By.NAME: _seconds(20, 5, 60),
        By.ADDRESS: _seconds(40, 15, 15 * 60),
    },
    # A code has a million values, and only who knows the password gets to try any.
    What.CODE: {
        By.PAIR: _seconds(5, 15, 15 * 60),
        By.NAME: _seconds(10, 30, 15 * 60),
        By.ADDRESS: _seconds(40, 15, 15 * 60),
    },
    # Only a browser that is signed in gets here: the account's own, or one that was stolen.
    What.PROOF: {By.PAIR: _seconds(5, 15, 15 * 60), By.NAME: _seconds(10, 30, 15 * 60)},
    What.LINK: {By.PAIR: _seconds(5, 15, 15 * 60), By.NAME: _seconds(10, 30, 15 * 60)},
}
FORGOTTEN_AFTER = timedelta(hours=1)
"""A counter without a wrong try for so long begins anew; it is longer than every delay."""


@dataclass(frozen=True)
class Try:
    """One try that was let through and counted; `succeeded` takes it off again."""

    what: What
    keys: tuple[tuple[By, str], ...]


def begin_try(
    session: Session, what: What, name: str, *, address: str, known_device: str = ""
) -> Try:
    """Count one try before it is judged.

    ``name`` is what is being opened: the key of an e-mail address, or the id of an account. Names
    that nobody has are counted alike, so a delay tells nothing. ``known_device`` is the hash of a
    browser that its owner signed in from before.

    Raises:
        TooMany: a delay is running; says how long it still is.
    """
    place = f"device\0{known_device}" if known_device else f"address\0{address}"
    names = {By.PAIR: f"{name}\0{place}", By.NAME: name, By.ADDRESS: address}
    held_by = [By.PAIR] if known_device else [by for by in By if by in DELAYS[what]]
    keys = sorted(((by, _key(what, by, names[by])) for by in held_by), key=lambda one: one[1])
    now = clock.now()
    # All in the same order, so that two tries never wait for each other.
    rows = [(by, _locked_row(session, key, now)) for by, key in keys]
    until = max((row.locked_until for _by, row in rows if row.locked_until), default=now)
    if until > now:
        raise TooMany(
            _("That was a lot of tries. Wait {time}, then try again. Nothing is lost.").format(
                time=say.duration(until - now)
            )
        )
    for by, row in rows:
        if row.since < now - FORGOTTEN_AFTER:
            row.failures = 0
        row.failures += 1
        row.since = now
        delay = _delay_after(row.failures, what, by)
        row.locked_until = now + delay if delay else None
        session.add(row)
    return Try(what, tuple(keys))


def succeeded(session: Session, this: Try) -> None:
    """Take a try off again that was right; at this name and place counting begins anew."""
    for by, key in this.keys:
        row = session.get(Lockout, key, with_for_update=True)
        if row is None:
            continue
        if by is By.PAIR:
            session.delete(row)
            continue
        row.failures = max(0, row.failures - 1)
        if _delay_after(row.failures, this.what, by) is None:
            row.locked_until = None
        session.add(row)


def _delay_after(failures: int, what: What, by: By) -> timedelta | None:
    """Return how long to wait after so many failures."""
    delay = DELAYS[what][by]
    # Everybody behind one address is counted together; tests all come from one.
    free = delay.free * settings().rate_factor if by is By.ADDRESS else delay.free
    over = failures - free
    if over < 0:
        return None
    return min(delay.first * 2 ** min(over, 20), delay.longest)


def _locked_row(session: Session, key: str, now: datetime) -> Lockout:
    """Return the counter, made where it is missing and locked until the transaction ends."""
    add_missing(session, Lockout, key=key, failures=0, since=now)
    return session.exec(
        select(Lockout)
        .where(col(Lockout.key) == key)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def _key(what: What, by: By, name: str) -> str:
    return keyed_hash("lockout", f"{what}\0{by}\0{name}")
