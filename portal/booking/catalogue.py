"""What can be booked, and who gives it."""

from itertools import groupby

from sqlalchemy import exists
from sqlmodel import Session, col, select

from portal.booking.rows import PractitionerRow, ServiceGroup, ServiceRow
from portal.errors import NotFound
from portal.ids import is_id
from portal.models import Clinic, Offer, Practitioner, Service
from portal.permissions import Actor

# More services or practitioners than this are not a list that anybody can choose from.
MOST_SERVICES = 200
MOST_PRACTITIONERS = 100


def list_services(session: Session, _actor: Actor | None) -> tuple[ServiceGroup, ...]:
    """List what can be booked, by category, in the clinic's order; open to everyone."""
    given = exists().where(
        col(Offer.service_id) == col(Service.id),
        col(Practitioner.id) == col(Offer.practitioner_id),
        col(Practitioner.ended).is_(False),
    )
    services = session.exec(
        select(Service, Clinic.currency)
        .join(Clinic, col(Clinic.id) == "clinic")
        .where(col(Service.ended).is_(False), given)
        .order_by(col(Service.position), col(Service.name), col(Service.id))
        .limit(MOST_SERVICES)
    ).all()
    # A category stands where its first service does.
    first = {service.category: at for at, (service, _c) in reversed(list(enumerate(services)))}
    ordered = sorted(services, key=lambda pair: first[pair[0].category])
    return tuple(
        ServiceGroup(
            category,
            tuple(ServiceRow(s.id, s.name, s.minutes, s.price_cents, c) for s, c in rows),
        )
        for category, rows in groupby(ordered, key=lambda pair: pair[0].category)
    )


def list_practitioners(
    session: Session, _actor: Actor | None, service_id: str
) -> tuple[PractitionerRow, ...]:
    """List who gives a service, in the clinic's order; open to everyone.

    Raises:
        NotFound: nobody does, or there is no such service.
    """
    practitioners = offered_by(session, service_id)
    if not practitioners:
        raise NotFound
    return tuple(PractitionerRow(p.id, p.name, p.short_name, p.role) for p in practitioners)


def offered_by(
    session: Session, service_id: str, practitioner_id: str | None = None
) -> list[Practitioner]:
    """Return the practitioners who give a service that is offered; or the one of them asked for."""
    if not is_id(service_id) or not (practitioner_id is None or is_id(practitioner_id)):
        return []
    query = (
        select(Practitioner)
        .join(Offer, col(Offer.practitioner_id) == col(Practitioner.id))
        .join(Service, col(Service.id) == col(Offer.service_id))
        .where(
            Service.id == service_id,
            col(Service.ended).is_(False),
            col(Practitioner.ended).is_(False),
        )
        .order_by(col(Practitioner.position), col(Practitioner.id))
        .limit(MOST_PRACTITIONERS)
    )
    if practitioner_id is not None:
        query = query.where(Practitioner.id == practitioner_id)
    return list(session.exec(query).all())
