"""Run the worker's own loop inside a test, until nothing is due."""

from threading import Event

from sqlmodel import col, select, update

from portal import clock
from portal.booking.policy import UNDO_FOR
from portal.db import reading, writing
from portal.models import OutboxMessage, Visit
from portal.notifications.post import Post
from portal.outbox.deliver import deliver_batch
from portal.outbox.kinds import Kind


def deliver_all(post: Post, worker: str = "test") -> None:
    """Deliver what is due, and what that makes due."""
    while deliver_batch(post, worker, Event()):
        pass
    post.close()


def let_undo_pass() -> None:
    """Let the minutes go by in which a booking can be undone and its mail waits."""
    with writing() as session:
        session.exec(
            update(OutboxMessage)
            .where(
                col(OutboxMessage.kind) == Kind.VISITS_BOOKED,
                col(OutboxMessage.done_at).is_(None),
            )
            .values(run_at=clock.now())
        )
        for visit in session.exec(
            select(Visit).where(col(Visit.booked_at) > clock.now() - UNDO_FOR)
        ):
            visit.booked_at -= UNDO_FOR
            session.add(visit)


def rows() -> list[OutboxMessage]:
    """Return every row of the outbox, the oldest first."""
    with reading() as session:
        return list(
            session.exec(
                select(OutboxMessage).order_by(col(OutboxMessage.created_at), col(OutboxMessage.id))
            ).all()
        )
