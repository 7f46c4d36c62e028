"""Patients, their accounts, and the clinic's own people."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from portal.models.columns import UtcDateTime

_FLAGGED = text("flag IS NOT NULL")


class Patient(SQLModel, table=True):
    """A person the clinic may treat: a profile. It may or may not have an account."""

    __table_args__ = (
        Index("ix_patient_flag", "flag", sqlite_where=_FLAGGED, postgresql_where=_FLAGGED),
    )

    id: str = Field(primary_key=True)
    first_name: str
    last_name: str
    preferred_name: str | None = None
    pronouns: str | None = None
    birth_on: date | None = None
    phone: str | None = None  # E.164
    contact_email: str | None = None  # as typed; several patients may share one
    # A managed profile: who decides for it until it is claimed (product.md, section 3).
    manager_id: str | None = Field(default=None, foreign_key="patient.id", index=True)
    # A profile that was joined to another one: what it had is there, and it opens nothing itself.
    joined_into_id: str | None = Field(default=None, foreign_key="patient.id", index=True)
    flag: str | None = None  # why staff should look at it, such as `portal.account.not_me.FLAG`
    created_at: datetime = Field(sa_type=UtcDateTime)
    zone: str | None = None  # IANA name: times are shown in it; without one in that of the place
    online_barred: bool = False  # nobody books online for them; staff do

    @property
    def called(self) -> str:
        """Return what the person wants to be called: on every screen and in every mail."""
        return self.preferred_name or self.first_name


_VERIFIED = "verified_at IS NOT NULL AND closed_at IS NULL"
_PATIENT = text(f"{_VERIFIED} AND staff_id IS NULL")
_STAFF = text(f"{_VERIFIED} AND staff_id IS NOT NULL")


class Account(SQLModel, table=True):
    """A log-in; it belongs to exactly one patient, or to one member of staff."""

    __table_args__ = (
        CheckConstraint("(patient_id IS NULL) <> (staff_id IS NULL)", name="one_person"),
        # An address is unique among verified accounts only: an unverified sign-up must look the
        # same whether or not the address is known (product.md, section 4).
        Index(
            "uq_account_verified_email",
            "email_key",
            unique=True,
            sqlite_where=_PATIENT,
            postgresql_where=_PATIENT,
        ),
        # Staff sign in at a door of their own, so they may be patients here with the same address.
        Index(
            "uq_account_staff_email",
            "email_key",
            unique=True,
            sqlite_where=_STAFF,
            postgresql_where=_STAFF,
        ),
        # For closing the accounts that were never verified.
        Index(
            "ix_account_unverified_created_at",
            "created_at",
            sqlite_where=text("verified_at IS NULL AND closed_at IS NULL"),
            postgresql_where=text("verified_at IS NULL AND closed_at IS NULL"),
        ),
    )

    id: str = Field(primary_key=True)
    patient_id: str | None = Field(default=None, foreign_key="patient.id", unique=True)
    staff_id: str | None = Field(default=None, foreign_key="staff.id", unique=True)
    email: str  # as typed, for display and for the envelope
    email_key: str = Field(index=True)  # case-folded, for finding
    password_hash: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    verified_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Staff(SQLModel, table=True):
    """Somebody who works at the clinic; the role is a `portal.permissions.actor.StaffRole`."""

    id: str = Field(primary_key=True)
    name: str
    role: str
    practitioner_id: str | None = Field(default=None, foreign_key="practitioner.id")
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
