"""Queue a message in the caller's transaction."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from portal import clock
from portal.ids import new_id
from portal.models import OutboxMessage
from portal.outbox.kinds import Kind


def queue(
    session: Session,
    kind: Kind,
    *,
    dedup: str | None = None,
    run_at: datetime | None = None,
    **payload: Any,
) -> None:
    """Add one message; it exists exactly if the transaction commits.

    ``dedup`` names the effect where two transactions could cause the same one: the second fails.
    """
    now = clock.now()
    id_ = new_id()
    session.add(
        OutboxMessage(
            id=id_,
            kind=kind,
            payload=payload,
            dedup=dedup or f"{kind}:{id_}",
            created_at=now,
            run_at=run_at or now,
        )
    )
