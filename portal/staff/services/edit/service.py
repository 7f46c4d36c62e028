"""Make a service or change one. What is booked keeps its length, price and breaks."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field
from sqlmodel import Session, col, delete, select

from portal import audit, clock
from portal.booking.policy import MOST_IN_GROUP
from portal.booking.rows import ServiceKind
from portal.errors import Invalid, NotFound
from portal.forms import Form, ShortText, required
from portal.ids import Id, IdOrNone, new_id
from portal.live import touch_everybody
from portal.models import Clinic, Gathering, Offer, Practitioner, Room, Service, ServiceNeed, Visit
from portal.once import first_time
from portal.permissions import Action, Actor
from portal.staff.affected.service import Scope, carefully
from portal.staff.rights import require_at_clinic
from portal.staff.services.service import MOST
from portal.staff.typed import long_text, read_price, whole, write_price
from portal.words import _

MOST_SEATS = 200
MOST_KINDS = 50


class ServiceForm(Form):
    """A service, new where it has no id; all of it, as the form shows it."""

    service_id: IdOrNone = ""
    confirmed: IdOrNone = ""
    name: ShortText = required(_("Enter a name."))
    category: ShortText = required(_("Enter a category, such as “Physiotherapy”."))
    about: Annotated[str, long_text(300)] = ""
    minutes: Annotated[int, whole(5, 720, step=5)]
    price: ShortText = ""
    buffer_before: Annotated[int, whole(0, 240, step=5)]
    buffer_after: Annotated[int, whole(0, 240, step=5)]
    kind: ServiceKind = required(_("Choose who comes."))
    capacity: Annotated[int, whole(1, MOST_SEATS)] = 1
    online: bool
    needs: dict[Id, bool] = Field(default_factory=dict)  # by `key_of` a kind of room
    given_by: dict[Id, bool] = Field(default_factory=dict)  # by the id of a practitioner


@dataclass(frozen=True)
class ServiceFile:
    """A service with everything that it can be given."""

    id: str
    name: str
    category: str
    about: str
    minutes: int
    price: str  # as it is typed
    currency: str
    buffer_before: int
    buffer_after: int
    kind: ServiceKind
    capacity: int
    online: bool
    ended: bool
    needs: tuple[tuple[str, str, bool], ...]  # each kind of room: key, words, whether it needs one
    given_by: tuple[tuple[str, str, bool], ...]  # each practitioner: id, name, whether they do


def read_service(session: Session, actor: Actor, service_id: str) -> ServiceFile:
    """Return a service; without an id a new one, half an hour long.

    Raises:
        NotAllowed: the actor has no full access.
        NotFound: there is no such service.
    """
    require_at_clinic(session, actor, Action.SETTINGS_EDIT)
    service = session.get(Service, service_id) if service_id else _new()
    if service is None:
        raise NotFound
    currency = session.exec(select(Clinic.currency)).one()
    needed = set(_needed(session, service.id))
    givers = set(
        session.exec(select(Offer.practitioner_id).where(Offer.service_id == service.id)).all()
    )
    return ServiceFile(
        id=service.id,
        name=service.name,
        category=service.category,
        about=service.about,
        minutes=service.minutes,
        price=write_price(service.price_cents, currency),
        currency=currency,
        buffer_before=service.buffer_before,
        buffer_after=service.buffer_after,
        kind=ServiceKind(service.kind),
        capacity=service.capacity,
        online=service.online,
        ended=service.ended,
        needs=tuple((key_of(k), k, k in needed) for k in room_kinds(session, needed)),
        given_by=tuple((id_, name, id_ in givers) for id_, name in _practitioners(session)),
    )


def save_service(session: Session, actor: Actor, form: ServiceForm) -> str:
    """Save all of a service and return its id. Of two who save at once the last one wins.

    Raises:
        NotAllowed: the actor has no full access.
        NotFound: there is no such service.
        Invalid: the price is none, or the kind cannot change any more.
        Affects: visits to come would be with somebody who no longer gives it, or without a room.
    """
    require_at_clinic(session, actor, Action.SETTINGS_EDIT)
    service = session.get(Service, form.service_id) if form.service_id else _new()
    if service is None:
        raise NotFound
    values = _values(session, form)
    if form.service_id and form.kind != service.kind:
        _refuse_new_kind(session, service.id)
    is_new = not form.service_id
    if is_new:
        if form.request_key and not first_time(session, actor, form.request_key, form):
            return ""
        service.id = new_id()
        service.position = MOST  # at the end, until somebody moves it
    with carefully(session, Scope(service_id=service.id), form.confirmed):
        service.sqlmodel_update(values)
        session.add(service)
        session.flush()
        _set_needs(session, service.id, form.needs)
        _set_givers(session, service.id, form.given_by)
    audit.record(
        session, actor, "catalogue.save", None, what="service", id=service.id, is_new=is_new
    )
    touch_everybody(session)
    return service.id


def room_kinds(session: Session, besides: Iterable[str] = ()) -> list[str]:
    """Return what kinds of rooms and equipment the clinic has, by name."""
    kinds = session.exec(
        select(Room.kind).where(col(Room.ended).is_(False)).distinct().limit(MOST_KINDS)
    ).all()
    return sorted({*kinds, *besides}, key=str.casefold)


def key_of(kind: str) -> str:
    """Return what a form calls a kind of room: it is a text of the clinic's own."""
    return hashlib.sha256(kind.encode()).hexdigest()[:16]


def _new() -> Service:
    return Service(id="", name="", category="", minutes=30, price_cents=0)


def _values(session: Session, form: ServiceForm) -> dict[str, object]:
    currency = session.exec(select(Clinic.currency)).one()
    try:
        cents = read_price(form.price, currency)
    except ValueError as error:
        raise Invalid({"price": str(error)}) from None
    capacity = 1 if form.kind is ServiceKind.INDIVIDUAL else form.capacity
    if form.kind is ServiceKind.GROUP and not 2 <= capacity <= MOST_IN_GROUP:
        most = _("A group visit is for 2 to {n} people.").format(n=MOST_IN_GROUP)
        raise Invalid({"capacity": most})
    names = ("name", "category", "about", "minutes", "buffer_before", "buffer_after", "online")
    values: dict[str, object] = {name: getattr(form, name) for name in names}
    return {**values, "price_cents": cents, "kind": str(form.kind), "capacity": capacity}


def _refuse_new_kind(session: Session, service_id: str) -> None:
    """Refuse to make a class of what single people have booked, or the other way round."""
    now = clock.now()
    for table in (Visit, Gathering):
        query = select(table.id).where(
            table.service_id == service_id,
            col(table.cancelled_at).is_(None),
            col(table.starts_at) > now,
        )
        if session.exec(query.limit(1)).first():
            raise Invalid(
                {
                    "kind": _(
                        "There are visits of this service to come, so this cannot change. Make a "
                        "new service and end this one."
                    )
                }
            )


def _set_needs(session: Session, service_id: str, needs: dict[str, bool]) -> None:
    there = set(_needed(session, service_id))
    known = room_kinds(session, there)
    wanted = {kind for kind in known if needs.get(key_of(kind))}
    gone = sorted(there - wanted)
    session.exec(
        delete(ServiceNeed).where(
            col(ServiceNeed.service_id) == service_id, col(ServiceNeed.kind).in_(gone)
        )
    )
    session.add_all(ServiceNeed(service_id=service_id, kind=kind) for kind in wanted - there)
    session.flush()


def _set_givers(session: Session, service_id: str, given_by: dict[str, bool]) -> None:
    """Add and take away practitioners; where one of them gives it is kept."""
    there = set(
        session.exec(select(Offer.practitioner_id).where(Offer.service_id == service_id)).all()
    )
    known = {id_ for id_, _name in _practitioners(session)}
    wanted = {id_ for id_ in known if given_by.get(id_)}
    gone = sorted((there & known) - wanted)
    session.exec(
        delete(Offer).where(
            col(Offer.service_id) == service_id, col(Offer.practitioner_id).in_(gone)
        )
    )
    session.add_all(Offer(practitioner_id=id_, service_id=service_id) for id_ in wanted - there)
    session.flush()


def _needed(session: Session, service_id: str) -> list[str]:
    return list(
        session.exec(select(ServiceNeed.kind).where(ServiceNeed.service_id == service_id)).all()
    )


def _practitioners(session: Session) -> list[tuple[str, str]]:
    return list(
        session.exec(
            select(Practitioner.id, Practitioner.name)
            .where(col(Practitioner.ended).is_(False))
            .order_by(col(Practitioner.position), col(Practitioner.name), col(Practitioner.id))
            .limit(MOST)
        ).all()
    )
