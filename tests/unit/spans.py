"""Spans for tests, by their units alone."""

from datetime import date

from portal.booking.units import Span

DAY = date(2030, 1, 7)


def span(start: int, end: int, practitioner_id: str = "p", *, step: int = 1) -> Span:
    """Make a working time at one place on one day."""
    return Span(practitioner_id, "here", DAY, start, end, step)
