"""Relationships between patients and the permissions given inside them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, Index, text
from sqlmodel import Field, SQLModel

from portal.models.columns import UtcDateTime

_LIVE = text("ended_at IS NULL")
_OPEN = text("answered_at IS NULL")


class Relationship(SQLModel, table=True):
    """The link between two patients; its two directions are `RelationshipSide` rows."""

    id: str = Field(primary_key=True)
    made_by: str  # `Actor.name` of who made it
    made_at: datetime = Field(sa_type=UtcDateTime)
    ended_by: str | None = None
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class RelationshipSide(SQLModel, table=True):
    """What one patient calls the other, and the colour the other has on their screen."""

    __tablename__ = "relationship_side"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint("patient_id <> member_id", name="two_people"),
        CheckConstraint("colour between 1 and 8", name="colour"),
        # One live relationship between two people. It is also the way to "my family".
        Index(
            "uq_relationship_side_live",
            "patient_id",
            "member_id",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
    )

    relationship_id: str = Field(foreign_key="relationship.id", primary_key=True)
    patient_id: str = Field(foreign_key="patient.id", primary_key=True)
    member_id: str = Field(foreign_key="patient.id", index=True)
    label: str  # what the member is to the patient: `portal.family.labels.Label`
    label_text: str | None = None  # free text where the label is "other"
    colour: int
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Grant(SQLModel, table=True):
    """One permission in one direction: the owner gives, the holder may act."""

    __tablename__ = "permission_grant"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint("owner_id <> holder_id", name="two_people"),
        Index(
            "uq_permission_grant_live",
            "holder_id",
            "owner_id",
            "permission",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        # Who may act for an owner: copies of mail, the Sharing page.
        Index(
            "ix_permission_grant_owner_live",
            "owner_id",
            "permission",
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
    )

    id: str = Field(primary_key=True)
    relationship_id: str = Field(foreign_key="relationship.id", index=True)
    owner_id: str = Field(foreign_key="patient.id")
    holder_id: str = Field(foreign_key="patient.id")
    permission: str  # `portal.permissions.Permission`
    given_by: str
    given_at: datetime = Field(sa_type=UtcDateTime)
    ended_by: str | None = None
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Ask(SQLModel, table=True):
    """A holder's wish for one more permission; the owner answers it, or it runs out."""

    __table_args__ = (
        CheckConstraint("owner_id <> holder_id", name="two_people"),
        # At most one open ask for a pair and a permission. It is also the holder's list.
        Index(
            "uq_ask_open",
            "holder_id",
            "owner_id",
            "permission",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index("ix_ask_owner_open", "owner_id", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_ask_open_expires_at", "expires_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: str = Field(primary_key=True)
    request_id: str = Field(index=True)  # what was asked for together is answered from one mail
    relationship_id: str = Field(foreign_key="relationship.id", index=True)
    owner_id: str = Field(foreign_key="patient.id")
    holder_id: str = Field(foreign_key="patient.id")
    permission: str  # `portal.permissions.Permission`
    asked_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    unheard: bool = False  # the owner has blocked the holder, who sees it wait and run out
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    answered_by: str | None = None
    answer: str | None = None  # `portal.sharing.change.Answer`


class Block(SQLModel, table=True):
    """Somebody whose asks a patient does not want to hear, and to whom nothing can be given."""

    patient_id: str = Field(foreign_key="patient.id", primary_key=True)
    blocked_id: str = Field(foreign_key="patient.id", primary_key=True, index=True)
    at: datetime = Field(sa_type=UtcDateTime)


class ProfileJoin(SQLModel, table=True):
    """Two profiles that became one, and what it takes to part them again."""

    __tablename__ = "profile_join"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (CheckConstraint("from_id <> into_id", name="two_profiles"),)

    id: str = Field(primary_key=True)
    from_id: str = Field(foreign_key="patient.id", index=True)
    into_id: str = Field(foreign_key="patient.id", index=True)
    by: str  # `Actor.name`
    at: datetime = Field(sa_type=UtcDateTime)
    # Ids of what was moved, ended and made, and who managed the profile before.
    moved: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    undone_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    undone_by: str | None = None
