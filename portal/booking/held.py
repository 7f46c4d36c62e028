"""Kept times as a screen shows them."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from portal.booking.rows import HeldRow, ServiceKind, ServiceRow
from portal.models import Clinic, Hold, Location, Patient, Practitioner, Service
from portal.permissions import Action, Actor
from portal.visits.people import people
from portal.visits.rows import PersonRow


def shortest(holds: Sequence[Hold]) -> datetime:
    """Return when the first of several kept times is let go."""
    return min(one.expires_at for one in holds)


def read_items(session: Session, actor: Actor, holds: Sequence[Hold]) -> tuple[HeldRow, ...]:
    """Show holds of the actor, in the order given.

    Somebody for whom the actor may not book any more is left out of the people.
    """
    known = {one.id: one for one in _people(session, actor, holds)}
    zone = session.exec(select(Patient.zone).where(Patient.id == actor.id)).first()
    services = {one.id: one for one in _named(session, Service, {h.service_id for h in holds})}
    who = {one.id: one for one in _named(session, Practitioner, {h.practitioner_id for h in holds})}
    places = {one.id: one for one in _named(session, Location, {h.location_id for h in holds})}
    currency = session.exec(select(Clinic.currency)).one()
    return tuple(
        HeldRow(
            id=one.id,
            service=service_row(services[one.service_id], currency),
            practitioner_id=one.practitioner_id,
            practitioner_name=who[one.practitioner_id].name,
            location_id=one.location_id,
            location_name=places[one.location_id].name,
            location_address=places[one.location_id].address,
            zone=places[one.location_id].zone,
            starts_at=one.starts_at,
            ends_at=one.ends_at,
            people=tuple(known[id_] for id_ in one.people if id_ in known),
            gathering_id=one.gathering_id,
            moves_id=one.moves_id,
            price_cents=one.price_cents,
            shown_zone=zone,
        )
        for one in holds
    )


def service_row(service: Service, currency: str) -> ServiceRow:
    """Show a service."""
    return ServiceRow(
        service.id,
        service.name,
        service.minutes,
        service.price_cents,
        currency,
        ServiceKind(service.kind),
        service.capacity,
        service.about,
    )


def _people(session: Session, actor: Actor, holds: Sequence[Hold]) -> tuple[PersonRow, ...]:
    chosen = {id_ for one in holds for id_ in one.people}
    return people(session, actor, Action.VISIT_BOOK, among=chosen) if chosen else ()


def _named(session: Session, table: type, ids: set[str]):
    return session.exec(select(table).where(col(table.id).in_(ids))).all()
