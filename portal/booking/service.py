"""Booking, as pages may use it; each use case has its own file."""

from sqlmodel import Session

from portal.booking.book import book_visit as book_visit
from portal.booking.catalogue import list_practitioners as list_practitioners
from portal.booking.catalogue import list_services as list_services
from portal.booking.rows import Day as Day
from portal.booking.rows import PractitionerRow as PractitionerRow
from portal.booking.rows import ServiceGroup as ServiceGroup
from portal.booking.rows import ServiceRow as ServiceRow
from portal.booking.rows import Slot as Slot
from portal.booking.rows import Window as Window
from portal.booking.times import booking_window as booking_window
from portal.booking.times import find_soonest as find_soonest
from portal.booking.times import find_times as find_times
from portal.permissions import Action, Actor
from portal.visits.people import people
from portal.visits.rows import PersonRow as PersonRow
from portal.visits.rows import VisitRow as VisitRow


def list_bookable_people(session: Session, actor: Actor) -> tuple[PersonRow, ...]:
    """List for whom the actor may book: themselves first, then the family as added."""
    return people(session, actor, Action.VISIT_BOOK)
