"""What somebody sees who begins to book: for whom they may, what there is, what is kept already."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from portal.booking.catalogue import list_services
from portal.booking.hold import HoldLost, read_order
from portal.booking.rows import OrderRow, ServiceGroup
from portal.booking.terms import Terms, read_terms
from portal.errors import NotFound
from portal.family.faces import family_faces
from portal.permissions import Action, Actor
from portal.visits.people import people
from portal.visits.rows import PersonRow


@dataclass(frozen=True)
class Party:
    """The people whom the actor may book for, with the initials on their faces."""

    people: tuple[PersonRow, ...]
    letters: dict[str, str]  # patient id -> initials

    def chosen(self, ids: Sequence[str]) -> tuple[PersonRow, ...]:
        """Return these people, in this order.

        Raises:
            NotFound: one of them is nobody whom the actor may book for.
        """
        found = {one.id: one for one in self.people}
        missing = next((id_ for id_ in ids if id_ not in found), None)
        if missing is not None:
            raise NotFound(action=Action.VISIT_BOOK, subject_id=missing)
        return tuple(found[id_] for id_ in ids)


@dataclass(frozen=True)
class Start:
    """Everything on the first page of booking."""

    party: Party
    groups: tuple[ServiceGroup, ...]
    terms: Terms
    order: OrderRow | None  # what more is to be added to


def read_party(session: Session, actor: Actor) -> Party:
    """Return whom the actor may book for: themselves first, then the family as added."""
    return Party(people(session, actor, Action.VISIT_BOOK), family_faces(session, actor))


def read_start(session: Session, actor: Actor, order_id: str = "") -> Start:
    """Return what the first page shows, all as it is at one moment."""
    return Start(
        read_party(session, actor),
        list_services(session, actor),
        read_terms(session, actor),
        still_kept(session, actor, order_id),
    )


def still_kept(session: Session, actor: Actor, order_id: str) -> OrderRow | None:
    """Return an order of the actor's that has not run out; whatever else it is, there is none."""
    if not order_id:
        return None
    try:
        return read_order(session, actor, order_id)
    except (NotFound, HoldLost):
        return None
