"""Take due messages under a lease, and note what became of them.

A lease is a promise with an end: whoever dies with a message loses it to the next worker. Any
number of workers on any number of hosts may claim at once. Each function is one short
transaction's work.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, or_, update
from sqlmodel import Session, col, exists, select

from portal import clock
from portal.models import OutboxMessage

BATCH = 50
# Longer than the slowest mail server may take over one message; it is renewed before each.
LEASE = timedelta(minutes=2)
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=3)
# With the pauses above, a message is tried for a good day before it is parked.
TRIES = 16
# The other side said "never": a few more tries in case it was the set-up that was wrong.
TRIES_WHEN_REFUSED = 3

OPEN = and_(col(OutboxMessage.done_at).is_(None), col(OutboxMessage.dead_at).is_(None))
"""Messages still to be carried out."""
PARKED = and_(col(OutboxMessage.done_at).is_(None), col(OutboxMessage.dead_at).is_not(None))
"""Messages that failed too often; somebody has to see to them."""


@dataclass(frozen=True)
class Claimed:
    """A message that this worker holds."""

    id: str
    kind: str
    payload: dict[str, Any]
    created_at: datetime
    attempts: int


def is_due(session: Session) -> bool:
    """Tell whether there is anything to claim; it takes no lock, so an idle worker costs little."""
    return session.exec(select(exists().where(_due()))).one()


def claim(session: Session, worker: str, limit: int = BATCH) -> list[Claimed]:
    """Take the lease on up to ``limit`` due messages, the longest waiting first."""
    rows = session.exec(
        select(OutboxMessage)
        .where(_due())
        .order_by(col(OutboxMessage.run_at), col(OutboxMessage.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    _set(
        session,
        col(OutboxMessage.id).in_([row.id for row in rows]),
        lease_until=clock.now() + LEASE,
        lease_owner=worker,
    )
    return [Claimed(r.id, r.kind, r.payload, r.created_at, r.attempts) for r in rows]


def renew(session: Session, worker: str, message: Claimed) -> bool:
    """Keep the lease; return False where it ran out and somebody else has the message.

    A lease with half of its time left stays as it is: writing nothing saves waiting for the disk.
    """
    mine = {"message_id": message.id, "worker": worker}
    until = session.exec(_LEASE_UNTIL, params=mine).one_or_none()
    if until is not None and until - clock.now() > LEASE / 2:
        return True
    return bool(_set(session, _mine(worker, message), lease_until=clock.now() + LEASE))


def finish(session: Session, message: Claimed) -> None:
    """Note that the effect has happened, whoever holds the lease by now."""
    session.exec(_FINISH, params={"message_id": message.id, "now": clock.now()})


def put_back(
    session: Session, worker: str, message: Claimed, error: str, *, refused: bool = False
) -> None:
    """Note a failed try: wait longer each time, and park the message after the last one.

    ``error`` is the name of an exception class, never its text, which may hold an address.
    """
    attempts = message.attempts + 1
    now = clock.now()
    last = attempts >= (TRIES_WHEN_REFUSED if refused else TRIES)
    _set(
        session,
        _mine(worker, message),
        attempts=attempts,
        error=error,
        run_at=now + pause_after(attempts),
        dead_at=now if last else None,
        lease_until=None,
        lease_owner=None,
    )


def release(session: Session, worker: str, error: str | None = None) -> None:
    """Let go of every message this worker still holds, as if it had never taken them."""
    _set(
        session,
        and_(col(OutboxMessage.lease_owner) == worker, OPEN),
        lease_until=None,
        lease_owner=None,
        **({"error": error} if error else {}),
    )


def pause_after(attempts: int) -> timedelta:
    """Return how long to wait after the given number of failed tries."""
    return min(FIRST_PAUSE * 2 ** (attempts - 1), LONGEST_PAUSE)


def _due() -> ColumnElement[bool]:
    now = clock.now()
    lease = col(OutboxMessage.lease_until)
    return and_(OPEN, col(OutboxMessage.run_at) <= now, or_(lease.is_(None), lease <= now))


# Asked for every message. They are put together once, because that takes longer than SQLite takes
# to answer them.
_LEASE_UNTIL = select(OutboxMessage.lease_until).where(
    col(OutboxMessage.id) == bindparam("message_id"),
    col(OutboxMessage.lease_owner) == bindparam("worker"),
    OPEN,
)
_FINISH = (
    update(OutboxMessage)
    .where(col(OutboxMessage.id) == bindparam("message_id"), col(OutboxMessage.done_at).is_(None))
    .values(done_at=bindparam("now"), lease_until=None, lease_owner=None)
    .execution_options(synchronize_session=False)
)


def _mine(worker: str, message: Claimed) -> ColumnElement[bool]:
    return and_(col(OutboxMessage.id) == message.id, col(OutboxMessage.lease_owner) == worker, OPEN)


def _set(session: Session, which: ColumnElement[bool], **values: Any) -> int:
    """Update the rows and return how many there were."""
    return session.exec(
        update(OutboxMessage)
        .where(which)
        .values(**values)
        .execution_options(synchronize_session=False)
    ).rowcount
