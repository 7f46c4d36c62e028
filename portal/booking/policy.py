"""The clinic's rules of online booking, and the limits that no clinic changes."""

from datetime import timedelta

from sqlmodel import Session

from portal.models import BookingPolicy

HOLD_FOR = timedelta(minutes=10)  # a chosen time is kept so long, and once more on request
UNDO_FOR = timedelta(minutes=3)  # a booking can be undone so long, whatever the policy
MOST_IN_GROUP = 12  # people in one group visit


def read_policy(session: Session) -> BookingPolicy:
    """Return the rules as they are now; a clinic that has set none has the defaults."""
    return session.get(BookingPolicy, "clinic") or BookingPolicy()
