"""The clinic: its settings, places, people and what it offers."""

from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from portal.models.columns import UtcDateTime


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


class BookingPolicy(SQLModel, table=True):
    """The clinic's rules of online booking; one row at most, and without one these defaults."""

    __tablename__ = "booking_policy"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint("id = 'clinic'", name="one_row"),
        CheckConstraint("step_minutes > 0 and step_minutes % 5 = 0", name="step"),
        CheckConstraint("horizon_days between 1 and 366", name="horizon"),
    )

    id: str = Field(default="clinic", primary_key=True)
    lead_minutes: int = 60  # "do not allow booking within"
    horizon_days: int = 56  # nor on a day further away than this
    same_day: bool = True  # today may be booked at all
    step_minutes: int = 10  # starts lie this far apart, counted from the beginning of a shift
    most_upcoming: int | None = None  # visits to come that one patient may have
    late_cancel_hours: int = 24  # inside it "Contact to Cancel"
    patients_cancel: bool = True
    patients_reschedule: bool = True
    several_people: bool = True  # several people in one search
    group_visits: bool = True
    classes: bool = True
    recurring: bool = True
    wait_list: bool = True
    wait_offer_minutes: int = 120  # how long a freed time is kept for one person
    night_from: time = time(21)  # nothing is offered from the wait list at night
    night_until: time = time(7)
    hide_services: bool = False  # what a visit is for is left out of mails and calendar entries
    policy_text: str = ""  # shown before confirming


class Location(SQLModel, table=True):
    """A place where the clinic sees people."""

    id: str = Field(primary_key=True)
    name: str
    address: str  # empty for a place that is a video call
    zone: str  # IANA name; times are shown in it
    directions: str = ""  # "Second floor, ring at the blue door"
    join_url: str | None = None  # a video room, for visits that are calls
    position: int = 0
    ended: bool = False


class Room(SQLModel, table=True):
    """A room, or a piece of equipment, that one visit at a time can have."""

    id: str = Field(primary_key=True)
    location_id: str = Field(foreign_key="location.id", index=True)
    name: str
    kind: str  # what services ask for: "Treatment room", "Ultrasound"
    ended: bool = False


class ServiceNeed(SQLModel, table=True):
    """A kind of room or equipment without which a service cannot be given."""

    __tablename__ = "service_need"  # pyright: ignore[reportAssignmentType]

    service_id: str = Field(foreign_key="service.id", primary_key=True)
    kind: str = Field(primary_key=True)  # `Room.kind`


class Practitioner(SQLModel, table=True):
    """Somebody who sees patients."""

    id: str = Field(primary_key=True)
    name: str  # as patients say it: "Dr Ines Calloway"
    short_name: str  # "Dr Calloway"
    role: str
    position: int = 0
    ended: bool = False
    online: bool = True  # patients may book with them
    step_minutes: int | None = None  # their own distance between starts


class Service(SQLModel, table=True):
    """A treatment that can be booked."""

    __table_args__ = (
        # Every visit claims whole units of five minutes.
        CheckConstraint("minutes > 0 and minutes % 5 = 0", name="whole_units"),
        CheckConstraint("price_cents >= 0", name="price"),
        CheckConstraint("buffer_before >= 0 and buffer_before % 5 = 0", name="buffer_before"),
        CheckConstraint("buffer_after >= 0 and buffer_after % 5 = 0", name="buffer_after"),
        CheckConstraint("capacity between 1 and 200", name="capacity"),
    )

    id: str = Field(primary_key=True)
    name: str
    category: str
    minutes: int
    price_cents: int
    position: int = 0
    ended: bool = False
    kind: str = "individual"  # `portal.booking.rows.ServiceKind`: individual, group, class
    capacity: int = 1  # people in a group visit, seats of a class
    buffer_before: int = 0  # minutes that practitioner and room are kept free before
    buffer_after: int = 0
    online: bool = True  # patients may book it; otherwise only staff
    about: str = ""  # a sentence for whoever chooses


class Offer(SQLModel, table=True):
    """A practitioner who gives a service."""

    practitioner_id: str = Field(foreign_key="practitioner.id", primary_key=True)
    service_id: str = Field(foreign_key="service.id", primary_key=True, index=True)
    # Only there; without it wherever the practitioner works.
    location_id: str | None = Field(default=None, foreign_key="location.id")


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


class DayHours(SQLModel, table=True):
    """Other hours of one practitioner on one day: they take the place of the weekly shifts.

    A row without times says that they do not work that day.
    """

    __tablename__ = "day_hours"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint("(starts IS NULL) = (ends IS NULL)", name="both"),
        CheckConstraint("starts IS NULL OR starts < ends", name="order"),
        CheckConstraint("starts IS NULL OR location_id IS NOT NULL", name="place"),
        Index("ix_day_hours_practitioner_id_on_date", "practitioner_id", "on_date"),
    )

    id: str = Field(primary_key=True)
    practitioner_id: str = Field(foreign_key="practitioner.id")
    on_date: date
    location_id: str | None = Field(default=None, foreign_key="location.id")
    starts: time | None = None
    ends: time | None = None


class Holiday(SQLModel, table=True):
    """A day on which a place, or without one the whole clinic, is closed."""

    id: str = Field(primary_key=True)
    on_date: date = Field(index=True)
    name: str
    location_id: str | None = Field(default=None, foreign_key="location.id")


class TimeOff(SQLModel, table=True):
    """A time in which a practitioner is away, whatever their shifts say."""

    __tablename__ = "time_off"  # pyright: ignore[reportAssignmentType]
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="order"),
        Index("ix_time_off_practitioner_id_ends_at", "practitioner_id", "ends_at"),
    )

    id: str = Field(primary_key=True)
    practitioner_id: str = Field(foreign_key="practitioner.id")
    starts_at: datetime = Field(sa_type=UtcDateTime)
    ends_at: datetime = Field(sa_type=UtcDateTime)
    reason: str = ""  # for colleagues; never shown to patients
