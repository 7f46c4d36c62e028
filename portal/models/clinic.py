"""The clinic: its settings, places, people and what it offers."""

from datetime import date, time

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel


class Clinic(SQLModel, table=True):
    """The one clinic of this portal and its settings; always one row, id ``clinic``."""

    __table_args__ = (CheckConstraint("id = 'clinic'", name="one_row"),)

    id: str = Field(default="clinic", primary_key=True)
    name: str
    phone: str
    opening: str  # as printed in the footer: "Monday to Friday, 8:00 to 18:00"
    region: str  # ISO 3166 code; phone numbers without a country code are read as from here
    currency: str  # ISO 4217 code of every price
    allow_related_profiles: bool = True  # "Allow Patients to add related profiles"
    patients_manage_sharing: bool = True  # "Patients manage their own sharing"
    is_demo: bool = False  # filled by the demo; production refuses such a database


class Location(SQLModel, table=True):
    """A place where the clinic sees people."""

    id: str = Field(primary_key=True)
    name: str
    address: str
    zone: str  # IANA name; times are shown in it


class Practitioner(SQLModel, table=True):
    """Somebody who sees patients."""

    id: str = Field(primary_key=True)
    name: str  # as patients say it: "Dr Ines Calloway"
    short_name: str  # "Dr Calloway"
    role: str
    position: int = 0
    ended: bool = False


class Service(SQLModel, table=True):
    """A treatment that can be booked."""

    __table_args__ = (
        # Every visit claims whole units of five minutes.
        CheckConstraint("minutes > 0 and minutes % 5 = 0", name="whole_units"),
        CheckConstraint("price_cents >= 0", name="price"),
    )

    id: str = Field(primary_key=True)
    name: str
    category: str
    minutes: int
    price_cents: int
    position: int = 0
    ended: bool = False


class Offer(SQLModel, table=True):
    """A practitioner who gives a service."""

    practitioner_id: str = Field(foreign_key="practitioner.id", primary_key=True)
    service_id: str = Field(foreign_key="service.id", primary_key=True, index=True)


class Shift(SQLModel, table=True):
    """A weekly working time, in the wall-clock time of its location."""

    __table_args__ = (
        CheckConstraint("weekday between 0 and 6", name="weekday"),
        CheckConstraint("starts < ends", name="order"),
        Index("ix_shift_practitioner_id_weekday", "practitioner_id", "weekday"),
    )

    id: str = Field(primary_key=True)
    practitioner_id: str = Field(foreign_key="practitioner.id")
    location_id: str = Field(foreign_key="location.id")
    weekday: int  # Monday is 0
    starts: time
    ends: time
    from_on: date | None = None
    until_on: date | None = None  # the last day it holds
