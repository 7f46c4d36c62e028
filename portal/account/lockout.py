"""Lock-out after failed tries, counted in the database so that every process counts together."""

from datetime import timedelta

from sqlmodel import Session

from portal import clock
from portal.errors import TooMany
from portal.ids import keyed_hash
from portal.models import Lockout
from portal.words import _

TRIES = 10
WINDOW = timedelta(minutes=15)


def refuse_locked(session: Session, email_key: str, address: str) -> None:
    """Refuse while the pair of account name and network address is locked.

    Counting the pair keeps a stranger from locking somebody out of their own account. Unknown
    names are counted the same, so a lock tells nothing.

    Raises:
        TooMany: with what to do next.
    """
    row = session.get(Lockout, _key(email_key, address))
    if row and row.locked_until and row.locked_until > clock.now():
        raise TooMany(
            _("That was a lot of tries. Wait 15 minutes, or use “Forgot your password?”.")
        )


def count_failure(session: Session, email_key: str, address: str) -> None:
    """Count one failed try; the tenth within 15 minutes locks for 15 minutes."""
    now = clock.now()
    key = _key(email_key, address)
    row = session.get(Lockout, key, with_for_update=True)
    if row is None or row.since < now - WINDOW:
        row = row or Lockout(key=key, failures=0, since=now)
        row.failures, row.since, row.locked_until = 0, now, None
    row.failures += 1
    if row.failures >= TRIES:
        row.locked_until = now + WINDOW
    session.add(row)


def forget_failures(session: Session, email_key: str, address: str) -> None:
    """Start counting anew after a success."""
    row = session.get(Lockout, _key(email_key, address))
    if row is not None:
        session.delete(row)


def _key(email_key: str, address: str) -> str:
    return keyed_hash("lockout", f"{email_key}\0{address}")
