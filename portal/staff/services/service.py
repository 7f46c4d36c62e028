"""The services of the clinic in their order, those that have ended last."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from portal import audit
from portal.booking.rows import ServiceKind
from portal.errors import NotFound
from portal.live import touch_everybody
from portal.models import Clinic, Offer, Practitioner, Service
from portal.permissions import Action, Actor
from portal.staff.affected.service import Scope, carefully
from portal.staff.rights import require_at_clinic
from portal.staff.services.rules import moved

MOST = 300


@dataclass(frozen=True)
class ServiceLine:
    """A service as the list shows it."""

    id: str
    name: str
    category: str
    minutes: int
    price_cents: int
    currency: str
    kind: ServiceKind
    capacity: int
    online: bool
    ended: bool
    given_by: int  # practitioners


def list_all(session: Session, actor: Actor) -> Sequence[ServiceLine]:
    """List all services in the clinic's order; at most `MOST`.

    Raises:
        NotAllowed: the actor has no full access.
    """
    require_at_clinic(session, actor, Action.SETTINGS_EDIT)
    given = (
        select(Offer.service_id, func.count().label("count"))
        .join(Practitioner, col(Practitioner.id) == col(Offer.practitioner_id))
        .where(col(Practitioner.ended).is_(False))
        .group_by(col(Offer.service_id))
        .subquery()
    )
    rows = session.exec(
        select(Service, Clinic.currency, given.c.count)
        .select_from(Service)
        .join(Clinic, col(Clinic.id) == "clinic")
        .join(given, given.c.service_id == col(Service.id), isouter=True)
        .order_by(col(Service.ended), col(Service.position), col(Service.name), col(Service.id))
        .limit(MOST)
    ).all()
    return [
        ServiceLine(
            id=row.id,
            name=row.name,
            category=row.category,
            minutes=row.minutes,
            price_cents=row.price_cents,
            currency=currency,
            kind=ServiceKind(row.kind),
            capacity=row.capacity,
            online=row.online,
            ended=row.ended,
            given_by=count or 0,
        )
        for row, currency, count in rows
    ]


def move_service(session: Session, actor: Actor, service_id: str, *, up: bool) -> bool:
    """Move a service, or its whole category, by one place in the list that people choose from.

    Raises:
        NotAllowed: the actor has no full access.
        NotFound: there is no such service, or it has ended.
    """
    require_at_clinic(session, actor, Action.SETTINGS_EDIT)
    rows = session.exec(
        select(Service)
        .where(col(Service.ended).is_(False))
        .order_by(col(Service.position), col(Service.name), col(Service.id))
        .with_for_update()
    ).all()
    if service_id not in {row.id for row in rows}:
        raise NotFound
    order = moved([(row.id, row.category) for row in rows], service_id, up=up)
    for row in rows:
        row.position = order.index(row.id)
        session.add(row)
    audit.record(session, actor, "catalogue.save", None, what="service", id=service_id, up=up)
    touch_everybody(session)
    return True


def end_service(session: Session, actor: Actor, service_id: str, confirmed: str = "") -> bool:
    """Offer a service no longer; visits of it that are booked stay.

    Raises:
        NotAllowed: the actor has no full access.
        NotFound: there is no such service.
        Affects: visits to come are of this service, and ``confirmed`` does not name them.
    """
    return _set_ended(session, actor, service_id, ended=True, confirmed=confirmed)


def bring_back_service(session: Session, actor: Actor, service_id: str) -> bool:
    """Offer a service again that had ended.

    Raises:
        NotAllowed, NotFound: as `end_service`.
    """
    return _set_ended(session, actor, service_id, ended=False, confirmed="")


def _set_ended(
    session: Session, actor: Actor, service_id: str, *, ended: bool, confirmed: str
) -> bool:
    require_at_clinic(session, actor, Action.SETTINGS_EDIT)
    service = session.get(Service, service_id)
    if service is None:
        raise NotFound
    with carefully(session, Scope(service_id=service_id), confirmed):
        service.ended = ended
        session.add(service)
    action = {"what": "service", "id": service_id, "ended": ended}
    audit.record(session, actor, "catalogue.save", None, **action)
    touch_everybody(session)
    return True
