"""Visits, times held for somebody who is choosing, and the units of time that both claim."""

from datetime import datetime

from sqlalchemy import JSON, BigInteger, CheckConstraint, Column, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from portal.models.columns import UtcDateTime

_FLAGGED = text("flag IS NOT NULL")
_KEPT = text("until_at IS NOT NULL")


class Visit(SQLModel, table=True):
    """One appointment of one patient."""

    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="order"),
        CheckConstraint("price_cents >= 0", name="price"),
        Index("ix_visit_patient_id_starts_at", "patient_id", "starts_at"),
        Index("ix_visit_practitioner_id_starts_at", "practitioner_id", "starts_at"),
        Index("ix_visit_flag", "starts_at", sqlite_where=_FLAGGED, postgresql_where=_FLAGGED),
        # A browser that reconnects sends "book" again: the second one finds the first.
        UniqueConstraint("booked_by", "request_key"),
    )

    id: str = Field(primary_key=True)
    patient_id: str = Field(foreign_key="patient.id")
    practitioner_id: str = Field(foreign_key="practitioner.id")
    service_id: str = Field(foreign_key="service.id", index=True)
    location_id: str = Field(foreign_key="location.id", index=True)
    starts_at: datetime = Field(sa_type=UtcDateTime)
    ends_at: datetime = Field(sa_type=UtcDateTime)
    price_cents: int
    currency: str
    booked_by: str
    booked_at: datetime = Field(sa_type=UtcDateTime)
    request_key: str
    order_id: str | None = Field(default=None, index=True)  # visits booked in one go
    # A group visit or a class; practitioner and room are claimed by it, not by the visit.
    gathering_id: str | None = Field(default=None, foreign_key="gathering.id", index=True)
    # Where it was rescheduled: its first time, which the late-cancel period goes on counting from.
    first_starts_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    moved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    note: str = ""  # what the booker wants the clinic to know
    cancel_reason: str | None = None  # staff's, told to the patient
    arrived_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    no_show_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    cancelled_by: str | None = None
    cancelled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    flag: str | None = (
        None  # why staff should look at it, such as `portal.account.closing.FLAG_UNCONFIRMED`
    )
    sequence: int = 0  # grows with each change, for mail and calendar entries


class Gathering(SQLModel, table=True):
    """One time with one practitioner for several patients: a group visit, or a class.

    Each of them has a visit of their own in it.
    """

    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="order"),
        CheckConstraint("capacity between 1 and 200", name="capacity"),
        Index("ix_gathering_practitioner_id_starts_at", "practitioner_id", "starts_at"),
        Index("ix_gathering_service_id_starts_at", "service_id", "starts_at"),
    )

    id: str = Field(primary_key=True)
    kind: str  # `portal.booking.rows.ServiceKind`: group or class
    service_id: str = Field(foreign_key="service.id")
    practitioner_id: str = Field(foreign_key="practitioner.id")
    location_id: str = Field(foreign_key="location.id")
    starts_at: datetime = Field(sa_type=UtcDateTime)
    ends_at: datetime = Field(sa_type=UtcDateTime)
    capacity: int
    # Who pays for a group visit, and may change it for all; a class has nobody like that.
    primary_id: str | None = Field(default=None, foreign_key="patient.id", index=True)
    made_by: str
    made_at: datetime = Field(sa_type=UtcDateTime)
    cancelled_by: str | None = None
    cancelled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Hold(SQLModel, table=True):
    """A time kept for somebody who is still choosing, or who was offered it from the wait list."""

    id: str = Field(primary_key=True)
    order_id: str = Field(index=True)  # what will be booked together
    position: int = 0  # as the people were named
    held_by: str = Field(index=True)  # `Actor.name`; "system" for an offer
    session_id: str | None = Field(default=None, index=True)  # signing out lets go
    people: list[str] = Field(sa_column=Column(JSON, nullable=False))  # patients; empty: not chosen
    service_id: str = Field(foreign_key="service.id")
    practitioner_id: str = Field(foreign_key="practitioner.id")
    location_id: str = Field(foreign_key="location.id")
    starts_at: datetime = Field(sa_type=UtcDateTime)
    ends_at: datetime = Field(sa_type=UtcDateTime)
    # A seat in a class that is there already.
    gathering_id: str | None = Field(default=None, foreign_key="gathering.id", index=True)
    # The visit that is to be moved to this time.
    moves_id: str | None = Field(default=None, foreign_key="visit.id", index=True)
    price_cents: int  # as it was shown
    made_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)
    extended: bool = False
    # It has become a visit; the row stays for a while, so that a repeated press is answered alike.
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ClaimedUnit(SQLModel, table=True):
    """Five minutes of somebody or something, taken: the guard against double booking.

    The primary key lets one holder have a unit. Practitioners, patients and rooms are resources, so
    nobody is in two places at once. A seat is one too: the resource is then the gathering, and the
    unit is the number of the seat.
    """

    __tablename__ = "claimed_unit"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        Index("ix_claimed_unit_until_at", "until_at", sqlite_where=_KEPT, postgresql_where=_KEPT),
    )

    resource_id: str = Field(primary_key=True)
    unit: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    held_by: str = Field(index=True)  # the id of a visit, a gathering or a hold
    # A hold's end: from then on the unit is free, whether or not somebody has tidied up.
    until_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
