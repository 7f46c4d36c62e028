"""The wait list: who wants a time that is taken, and what became free for them."""

from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from portal.models.columns import UtcDateTime

_OPEN = text("ended_at IS NULL")
_UNANSWERED = text("answered_at IS NULL")


class WaitRequest(SQLModel, table=True):
    """A patient's wish to come sooner, or at all; days and hours are those of the place."""

    __tablename__ = "wait_request"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint("weekdays between 1 and 127", name="weekdays"),
        CheckConstraint("from_on <= until_on", name="dates"),
        CheckConstraint("from_time < until_time", name="hours"),
        Index(
            "ix_wait_request_open",
            "service_id",
            "asked_at",
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index("ix_wait_request_until_on", "until_on", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_wait_request_patient_id", "patient_id", "asked_at"),
    )

    id: str = Field(primary_key=True)
    patient_id: str = Field(foreign_key="patient.id")
    service_id: str = Field(foreign_key="service.id")
    practitioner_id: str | None = Field(default=None, foreign_key="practitioner.id")  # or anyone
    weekdays: int  # bit 0 is Monday
    from_time: time
    until_time: time  # a visit ends by then
    from_on: date
    until_on: date  # the last day
    note: str = ""
    # A later visit that is given up, and only then, when an offer is accepted.
    visit_id: str | None = Field(default=None, foreign_key="visit.id", index=True)
    asked_by: str  # `Actor.name`
    asked_at: datetime = Field(sa_type=UtcDateTime)
    ended_by: str | None = None
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_why: str | None = None  # `portal.waitlist.rows.Ended`


class WaitOffer(SQLModel, table=True):
    """A time that became free, kept for one request until it is answered or the time is up."""

    __tablename__ = "wait_offer"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        # Nobody is offered one time twice; `portal.waitlist.find.was_offered` asks for more.
        UniqueConstraint("request_id", "practitioner_id", "starts_at"),
        Index(
            "ix_wait_offer_open",
            "expires_at",
            sqlite_where=_UNANSWERED,
            postgresql_where=_UNANSWERED,
        ),
    )

    id: str = Field(primary_key=True)
    request_id: str = Field(foreign_key="wait_request.id", index=True)
    hold_id: str | None = None  # no foreign key: a hold that is over is deleted
    practitioner_id: str = Field(foreign_key="practitioner.id")
    location_id: str = Field(foreign_key="location.id")
    starts_at: datetime = Field(sa_type=UtcDateTime)
    ends_at: datetime = Field(sa_type=UtcDateTime)
    offered_at: datetime = Field(sa_type=UtcDateTime)
    tell_at: datetime = Field(sa_type=UtcDateTime)  # not at night
    expires_at: datetime = Field(sa_type=UtcDateTime)
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    answered_by: str | None = None
    answer: str | None = None  # `portal.waitlist.rows.Answer`
    visit_id: str | None = Field(default=None, foreign_key="visit.id", index=True)  # what it became
