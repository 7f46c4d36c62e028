"""Run the worker's own loop inside a test, until nothing is due."""

from threading import Event

from sqlmodel import col, select

from portal.db import reading
from portal.models import OutboxMessage
from portal.notifications.post import Post
from portal.outbox.deliver import deliver_batch


def deliver_all(post: Post, worker: str = "test") -> None:
    """Deliver what is due, and what that makes due."""
    while deliver_batch(post, worker, Event()):
        pass
    post.close()


def rows() -> list[OutboxMessage]:
    """Return every row of the outbox, the oldest first."""
    with reading() as session:
        return list(
            session.exec(
                select(OutboxMessage).order_by(col(OutboxMessage.created_at), col(OutboxMessage.id))
            ).all()
        )
