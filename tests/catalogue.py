"""What staff type about services, practitioners, places and hours, with what is usual filled in."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, select

from portal.booking.hours import working_spans
from portal.booking.policy import read_policy
from portal.booking.units import instant_of
from portal.models import Location
from portal.permissions import StaffRole
from portal.staff.practitioners.edit.service import PractitionerForm
from portal.staff.practitioners.hours.forms import DayForm, ShiftForm, TimeOffForm
from portal.staff.services.edit.service import ServiceForm
from tests.builders import HERE, VANCOUVER, in_days

FULL, DESK, DOCTOR = StaffRole.FULL_ACCESS, StaffRole.FRONT_DESK, StaffRole.PRACTITIONER
SOON = in_days(9)


def service_form(**typed: Any) -> ServiceForm:
    """Return the form of a service of half an hour."""
    usual = {
        "name": "Massage",
        "category": "Body",
        "minutes": "30",
        "price": "85.50",
        "buffer_before": "0",
        "buffer_after": "0",
        "kind": "individual",
        "online": True,
    }
    return ServiceForm.model_validate({**usual, **typed})


def practitioner_form(**typed: Any) -> PractitionerForm:
    """Return the form of a practitioner who gives nothing yet."""
    usual = {"name": "Dr Ada Berg", "role": "Family doctor", "online": True}
    return PractitionerForm.model_validate({**usual, **typed})


def shift_form(practitioner_id: str, *weekdays: int, **typed: Any) -> ShiftForm:
    """Return the form of weekly hours from 9 to 17; every day of the week unless days are given."""
    days = {str(day): True for day in weekdays or range(7)}
    usual = {"starts": "09:00", "ends": "17:00", "place_id": HERE, "days": days}
    return ShiftForm.model_validate({"practitioner_id": practitioner_id, **usual, **typed})


def day_form(practitioner_id: str, on: date, **typed: Any) -> DayForm:
    """Return the form that takes a day off, or gives it other hours."""
    return DayForm.model_validate(
        {"practitioner_id": practitioner_id, "on_date": on.isoformat(), **typed}
    )


def time_off_form(practitioner_id: str, on: date, **typed: Any) -> TimeOffForm:
    """Return the form of time off, one whole day unless more is typed."""
    return TimeOffForm.model_validate(
        {"practitioner_id": practitioner_id, "from_on": on.isoformat(), **typed}
    )


def working(session: Session, practitioner_id: str) -> list[tuple[int, int]]:
    """Return from which hour to which somebody works on `SOON`, on the clock of the place."""
    spans = working_spans(
        session,
        [practitioner_id],
        session.exec(select(Location)).all(),
        SOON,
        SOON,
        read_policy(session),
        staff=True,
    )
    zone = ZoneInfo(VANCOUVER)
    hours = [
        tuple(instant_of(unit).astimezone(zone).hour for unit in (one.start, one.end))
        for one in spans
    ]
    return [(start, end) for start, end in hours]
