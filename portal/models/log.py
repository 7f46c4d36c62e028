"""The outbox, the audit trail, and the demo's mailbox."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, text
from sqlmodel import Field, SQLModel

from portal.models.columns import UtcDateTime

_OPEN = text("done_at IS NULL AND dead_at IS NULL")
_DEAD = text("dead_at IS NOT NULL AND done_at IS NULL")


class OutboxMessage(SQLModel, table=True):
    """An effect outside the database, written in the transaction that causes it."""

    __tablename__ = "outbox_message"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        Index("ix_outbox_message_open", "run_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_outbox_message_dead", "dead_at", sqlite_where=_DEAD, postgresql_where=_DEAD),
    )

    id: str = Field(primary_key=True)
    kind: str  # `portal.outbox.kinds.Kind`
    payload: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))  # ids, never a body
    dedup: str = Field(unique=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    run_at: datetime = Field(sa_type=UtcDateTime)
    attempts: int = 0
    lease_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    lease_owner: str | None = None
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    dead_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    error: str | None = None  # the name of the last error, never its text


class AuditEntry(SQLModel, table=True):
    """Who did what for whom, and whether it was allowed. Rows are only ever added."""

    __tablename__ = "audit_entry"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        Index("ix_audit_entry_subject_id_at", "subject_id", "at"),
        Index("ix_audit_entry_actor_at", "actor", "at"),
        # What one person did for another: filtering the Activity page, "last used" on Sharing.
        Index("ix_audit_entry_subject_id_actor_at", "subject_id", "actor", "at"),
    )

    id: str = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    actor: str  # `Actor.name`: "patient:<id>", "staff:<id>" or "system"
    subject_id: str | None = None  # no foreign key: a forged id is recorded too
    action: str
    allowed: bool
    session_id: str | None = None
    detail: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


class DemoMail(SQLModel, table=True):
    """A mail of the demo clinic, which has no mail server."""

    __tablename__ = "demo_mail"  # pyright: ignore[reportAssignmentType]

    message_id: str = Field(primary_key=True)
    to: str
    subject: str
    text: str
    html: str
    sent_at: datetime = Field(sa_type=UtcDateTime, index=True)
