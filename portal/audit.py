"""The audit trail: who did what for whom, when, from which session, allowed or refused."""

from typing import Any

from sqlmodel import Session

from portal import clock
from portal.ids import new_id
from portal.models import AuditEntry
from portal.permissions.actor import Actor


def record(
    session: Session,
    actor: Actor,
    action: str,
    subject_id: str | None,
    *,
    allowed: bool = True,
    **detail: Any,
) -> None:
    """Add one entry in the caller's transaction; ``detail`` holds ids and names of things only."""
    session.add(
        AuditEntry(
            id=new_id(),
            at=clock.now(),
            actor=actor.name,
            subject_id=subject_id,
            action=action,
            allowed=allowed,
            session_id=actor.session_id,
            detail=detail,
        )
    )
