"""Booking, as pages may use it; each use case has its own file."""

from sqlmodel import Session

from portal.booking.board import Board as Board
from portal.booking.board import Look as Look
from portal.booking.board import Period as Period
from portal.booking.board import read_board as read_board
from portal.booking.board import read_period as read_period
from portal.booking.book import book_visit as book_visit
from portal.booking.catalogue import list_practitioners as list_practitioners
from portal.booking.catalogue import list_services as list_services
from portal.booking.hold import HoldLost as HoldLost
from portal.booking.hold import Wish as Wish
from portal.booking.hold import choose_people as choose_people
from portal.booking.hold import extend as extend
from portal.booking.hold import let_go as let_go
from portal.booking.hold import read_order as read_order
from portal.booking.kept import Kept as Kept
from portal.booking.kept import Lost as Lost
from portal.booking.kept import keep as keep
from portal.booking.kept import keep_again as keep_again
from portal.booking.kept import read_kept as read_kept
from portal.booking.kept import read_lost as read_lost
from portal.booking.kept import take_off as take_off
from portal.booking.order import book_order as book_order
from portal.booking.rows import Day as Day
from portal.booking.rows import PractitionerRow as PractitionerRow
from portal.booking.rows import ServiceGroup as ServiceGroup
from portal.booking.rows import ServiceRow as ServiceRow
from portal.booking.rows import Slot as Slot
from portal.booking.rows import Window as Window
from portal.booking.start import read_start as read_start
from portal.booking.times import booking_window as booking_window
from portal.booking.times import find_soonest as find_soonest
from portal.booking.times import find_times as find_times
from portal.booking.times import month as month
from portal.booking.times import nearest as nearest
from portal.booking.times import next_available as next_available
from portal.permissions import Action, Actor
from portal.visits.people import people
from portal.visits.rows import PersonRow as PersonRow
from portal.visits.rows import VisitRow as VisitRow


def list_bookable_people(session: Session, actor: Actor) -> tuple[PersonRow, ...]:
    """List for whom the actor may book: themselves first, then the family as added."""
    return people(session, actor, Action.VISIT_BOOK)
