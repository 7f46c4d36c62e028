"""What somebody has chosen so far on the way to a booking, looked up again at each step."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlmodel import Session

from portal.booking.catalogue import list_practitioners, list_services
from portal.booking.rows import PractitionerRow, ServiceRow, Slot
from portal.booking.times import find_times
from portal.errors import NotFound, SlotTaken
from portal.family.faces import family_faces
from portal.permissions import Action, Actor
from portal.visits.people import people
from portal.visits.rows import PersonRow
from portal.words import _


@dataclass(frozen=True)
class Offered:
    """A service and who gives it."""

    service: ServiceRow
    practitioners: tuple[PractitionerRow, ...]


@dataclass(frozen=True)
class Choice:
    """A service at a free time, and the people it may be booked for."""

    service: ServiceRow
    slot: Slot
    people: tuple[PersonRow, ...]
    letters: dict[str, str]  # patient id -> initials

    def person(self, patient_id: str) -> PersonRow:
        """Return the person chosen.

        Raises:
            NotFound: it is nobody whom the actor may book for.
        """
        found = next((one for one in self.people if one.id == patient_id), None)
        if found is None:
            raise NotFound(action=Action.VISIT_BOOK, subject_id=patient_id)
        return found


def look_up_service(session: Session, actor: Actor, service_id: str) -> Offered:
    """Return the service chosen.

    Raises:
        NotFound: the clinic does not offer it.
    """
    groups = list_services(session, actor)
    found = next((one for group in groups for one in group.services if one.id == service_id), None)
    if found is None:
        raise NotFound
    return Offered(found, list_practitioners(session, actor, service_id))


def look_up_choice(
    session: Session, actor: Actor, service_id: str, practitioner_id: str, starts_at: datetime
) -> Choice:
    """Return the service and time chosen, if the time is still free.

    Raises:
        NotFound: the clinic does not offer it.
        SlotTaken: the time is gone.
    """
    offered = look_up_service(session, actor, service_id)
    # The day before too: the place may be ahead of or behind UTC.
    first_day = starts_at.astimezone(UTC).date() - timedelta(days=1)
    days = find_times(session, actor, service_id, practitioner_id, first_day, 3, every_start=True)
    slots = (slot for one in days for slot in one.slots)
    slot = next((slot for slot in slots if slot.starts_at == starts_at), None)
    if slot is None:
        # Perhaps by this very person, who has come back to the page that booked it.
        raise SlotTaken(
            _(
                "This time is not free any more. If you have just booked it, you find it in "
                "Appointments. If not, choose another time."
            )
        )
    bookable = people(session, actor, Action.VISIT_BOOK)
    return Choice(offered.service, slot, bookable, family_faces(session, actor))
