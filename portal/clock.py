"""The only place that reads the clock, so that everything else takes time as a value."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """Return the present instant, aware, in UTC."""
    return datetime.now(UTC)


def today(zone: ZoneInfo) -> date:
    """Return the calendar day it is now in ``zone``."""
    return now().astimezone(zone).date()
