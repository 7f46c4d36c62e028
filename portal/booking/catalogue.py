"""What can be booked, and who gives it."""

from collections.abc import Sequence
from itertools import groupby

from sqlalchemy import ColumnElement, exists
from sqlmodel import Session, col, select

from portal.booking.held import service_row
from portal.booking.policy import read_policy
from portal.booking.rows import PractitionerRow, ServiceGroup, ServiceKind
from portal.errors import NotFound
from portal.ids import is_id
from portal.models import BookingPolicy, Clinic, Offer, Practitioner, Service
from portal.permissions import Actor

# More services or practitioners than this are not a list that anybody can choose from.
MOST_SERVICES = 200
MOST_PRACTITIONERS = 100


def is_bound(actor: Actor | None) -> bool:
    """Say whether the rules of online booking bind whoever asks: patients and visitors, not staff.

    The worker books by itself for nobody; what it looks for on the wait list is not bound either.
    """
    return actor is None or actor.kind == "patient"


def list_services(session: Session, actor: Actor | None) -> tuple[ServiceGroup, ...]:
    """List what can be booked, by category, in the clinic's order; open to everyone.

    Staff see also what patients cannot book themselves.
    """
    policy = read_policy(session)
    given = exists().where(
        col(Offer.service_id) == col(Service.id),
        col(Practitioner.id) == col(Offer.practitioner_id),
        *_practitioner_open(actor),
    )
    services = session.exec(
        select(Service, Clinic.currency)
        .join(Clinic, col(Clinic.id) == "clinic")
        .where(*_service_open(actor, policy), given)
        .order_by(col(Service.position), col(Service.name), col(Service.id))
        .limit(MOST_SERVICES)
    ).all()
    # A category stands where its first service does.
    first = {service.category: at for at, (service, _c) in reversed(list(enumerate(services)))}
    ordered = sorted(services, key=lambda pair: first[pair[0].category])
    return tuple(
        ServiceGroup(category, tuple(service_row(service, c) for service, c in rows))
        for category, rows in groupby(ordered, key=lambda pair: pair[0].category)
    )


def list_practitioners(
    session: Session, actor: Actor | None, service_id: str
) -> tuple[PractitionerRow, ...]:
    """List who gives a service, in the clinic's order; open to everyone.

    Raises:
        NotFound: nobody does, or there is no such service.
    """
    practitioners = offered_by(session, actor, service_id)
    if not practitioners:
        raise NotFound
    return tuple(PractitionerRow(p.id, p.name, p.short_name, p.role) for p in practitioners)


def offered_by(
    session: Session,
    actor: Actor | None,
    service_id: str,
    practitioner_id: str | None = None,
    *,
    policy: BookingPolicy | None = None,
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
            *_service_open(actor, policy or read_policy(session)),
            *_practitioner_open(actor),
        )
        .order_by(col(Practitioner.position), col(Practitioner.id))
        .limit(MOST_PRACTITIONERS)
    )
    if practitioner_id is not None:
        query = query.where(Practitioner.id == practitioner_id)
    return list(session.exec(query).all())


def _service_open(actor: Actor | None, policy: BookingPolicy) -> Sequence[ColumnElement[bool]]:
    """Return the conditions under which a service can be booked by whoever asks."""
    open_: list[ColumnElement[bool]] = [col(Service.ended).is_(False)]
    if is_bound(actor):
        open_.append(col(Service.online).is_(True))
        if not policy.group_visits:
            open_.append(col(Service.kind) != ServiceKind.GROUP)
        if not policy.classes:
            open_.append(col(Service.kind) != ServiceKind.CLASS)
    return open_


def _practitioner_open(actor: Actor | None) -> Sequence[ColumnElement[bool]]:
    """Return the conditions under which a practitioner can be booked by whoever asks."""
    open_ = col(Practitioner.ended).is_(False)
    return (open_, col(Practitioner.online).is_(True)) if is_bound(actor) else (open_,)
