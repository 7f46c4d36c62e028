"""Visits as a calendar entry (RFC 5545), for any calendar program.

Times are in UTC: some programs misread the definition of a time zone by an hour. An entry names
the clinic, never the patient's phone, address or notes.
"""

from datetime import UTC, datetime
from urllib.parse import urlsplit

from icalendar import Calendar, Event

from portal import routes
from portal.config import settings
from portal.visits.rows import VisitRow
from portal.words import _

PRODUCT = "-//Kindred//Visits//EN"


def to_ics(
    row: VisitRow, *, clinic: str, sequence: int, changed_at: datetime, hide_service: bool
) -> bytes:
    """Write one visit as the actor who looks sees it; downloaded again it replaces the entry."""
    origin = settings().origin
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODUCT)
    calendar.add("method", "PUBLISH")
    event = Event()
    event.add("uid", f"{row.id}@{urlsplit(origin).hostname}")
    event.add("sequence", sequence)
    event.add("dtstamp", changed_at.astimezone(UTC))
    event.add("last-modified", changed_at.astimezone(UTC))
    event.add("dtstart", row.starts_at.astimezone(UTC))
    event.add("dtend", row.ends_at.astimezone(UTC))
    event.add("status", "CANCELLED" if row.is_cancelled else "CONFIRMED")
    event.add("summary", _summary(row, clinic, hide_service=hide_service))
    event.add("location", ", ".join(filter(None, (row.location_name, row.location_address))))
    event.add("description", _("With {name}").format(name=row.practitioner_name))
    event.add("url", origin + routes.with_query(routes.VISIT, id=row.id))
    event.add("class", "PRIVATE")
    calendar.add_component(event)
    return calendar.to_ical()


def _summary(row: VisitRow, clinic: str, *, hide_service: bool) -> str:
    """Say what it is; whose only where it is not the viewer's own."""
    what = _("Visit at {clinic}").format(clinic=clinic)
    if not hide_service:
        what = _("{service}, {clinic}").format(service=row.service_name, clinic=clinic)
    return what if row.person.is_me else f"{row.person.first_name}: {what}"
