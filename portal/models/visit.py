"""Visits and the units of time they claim."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from portal.models.columns import UtcDateTime

_FLAGGED = text("flag IS NOT NULL")


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
    cancelled_by: str | None = None
    cancelled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    flag: str | None = (
        None  # why staff should look at it, such as `portal.account.closing.FLAG_UNCONFIRMED`
    )
    sequence: int = 0  # grows with each change, for mail and calendar entries


class ClaimedUnit(SQLModel, table=True):
    """Five minutes of somebody's time, taken by a visit: the guard against double booking.

    The primary key lets one visit have a unit. Practitioner and patient both are resources, so
    nobody is in two places at once.
    """

    __tablename__ = "claimed_unit"  # pyright: ignore[reportAssignmentType]

    resource_id: str = Field(primary_key=True)  # a practitioner's or a patient's id
    unit: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    visit_id: str = Field(foreign_key="visit.id", index=True)
