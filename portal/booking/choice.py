"""The service that somebody has chosen, looked up again at each step."""

from dataclasses import dataclass

from sqlmodel import Session

from portal.booking.catalogue import list_practitioners, list_services
from portal.booking.rows import PractitionerRow, ServiceRow
from portal.errors import NotFound
from portal.permissions import Actor


@dataclass(frozen=True)
class Offered:
    """A service and who gives it."""

    service: ServiceRow
    practitioners: tuple[PractitionerRow, ...]


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
