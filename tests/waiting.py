"""People who wait for a time that is taken, and what they are offered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from portal.db import reading, writing
from portal.forms import read_form
from portal.ids import new_id
from portal.models import (
    ClaimedUnit,
    Gathering,
    Hold,
    OutboxMessage,
    Visit,
    WaitOffer,
    WaitRequest,
)
from portal.outbox.kinds import Kind
from portal.permissions import Actor
from portal.visits.cancel import cancel_visit
from portal.waitlist.ask import AskForm, ask
from tests import builders
from tests.builders import in_days, local

SOON = in_days(4)
NOON = local(in_days(0), 12)
"""Nobody sleeps: the tests begin at noon, unless they are about the night."""


@dataclass
class Clinic:
    """A clinic whose one practitioner is busy at nine, and people who would like to come then."""

    service_id: str
    practitioner_id: str
    busy_id: str
    owner: Actor  # of the visit at nine
    people: list[Actor]

    @property
    def at_nine(self) -> datetime:
        return local(SOON, 9)


def make_clinic() -> Clinic:
    """Open the clinic."""
    with writing() as session:
        builders.add_clinic(session)
        service_id = builders.add_service(session)
        practitioner_id = builders.add_practitioner(session, [service_id])
        owner = builders.add_person(session, "Olga", email="olga@example.test")
        busy_id = builders.add_visit(
            session,
            owner.me,
            practitioner_id,
            service_id,
            local(SOON, 9),
            booked_by=owner.name,
        )
        people = [
            builders.add_person(session, f"Person {n}", email=f"person{n}@example.test")
            for n in range(3)
        ]
    return Clinic(service_id, practitioner_id, busy_id, owner, people)


def form(clinic: Clinic, whose: str, **more: Any) -> AskForm:
    """Ask for any time of the coming days."""
    data = {
        "patient_id": whose,
        "service_id": clinic.service_id,
        "until_on": in_days(20).isoformat(),
        "request_key": new_id(),
        **{f"day_{n}": True for n in range(7)},
        **more,
    }
    return read_form(AskForm, data, region="CA", today=in_days(0))


def wait(clinic: Clinic, actor: Actor, patient_id: str | None = None, **more: Any) -> str:
    """Put somebody on the list."""
    with writing() as session:
        return ask(session, actor, form(clinic, patient_id or actor.me, **more))


def wait_in_turn(clinic: Clinic, actors: Sequence[Actor], **more: Any) -> list[str]:
    """Put several on the list, a second apart."""
    ids = []
    for actor in actors:
        ids.append(wait(clinic, actor, **more))
        _tick(session_ids=ids)
    return ids


def _tick(session_ids: Sequence[str]) -> None:
    """Let the clock move on between two who ask, whatever the machine's own does."""
    with writing() as session:
        for number, id_ in enumerate(session_ids):
            request = session.get_one(WaitRequest, id_)
            request.asked_at = NOON - timedelta(seconds=100 - number)
            session.add(request)


def cancel(clinic: Clinic) -> None:
    """Let nine o'clock become free."""
    with writing() as session:
        cancel_visit(session, clinic.owner, clinic.busy_id)


def offers(session: Session) -> list[WaitOffer]:
    """Return all offers, the first made first."""
    query = select(WaitOffer).order_by(col(WaitOffer.offered_at), col(WaitOffer.id))
    return list(session.exec(query).all())


def the_offer(**where: object) -> WaitOffer:
    """Return the one offer that waits for an answer."""
    with reading() as session:
        (one,) = [offer for offer in offers(session) if offer.answered_at is None]
    return one


def requests_open() -> list[str]:
    """Return whose requests are open."""
    with reading() as session:
        query = select(WaitRequest).where(col(WaitRequest.ended_at).is_(None))
        return sorted(request.patient_id for request in session.exec(query).all())


def mails() -> list[OutboxMessage]:
    """Return the mails queued for offers."""
    with reading() as session:
        query = select(OutboxMessage).where(OutboxMessage.kind == Kind.WAIT_OFFERED)
        return list(session.exec(query.order_by(col(OutboxMessage.created_at))).all())


def visits_of(patient_id: str) -> list[Visit]:
    """Return what somebody has booked, not cancelled."""
    with reading() as session:
        query = select(Visit).where(
            Visit.patient_id == patient_id, col(Visit.cancelled_at).is_(None)
        )
        return list(session.exec(query.order_by(col(Visit.starts_at))).all())


def held_by_nobody() -> bool:
    """Tell whether no claim is left over."""
    with reading() as session:
        live = {one.id for one in session.exec(select(Visit)) if one.cancelled_at is None}
        live |= {one.id for one in session.exec(select(Hold))}
        live |= {one.id for one in session.exec(select(Gathering))}
        units = session.exec(select(ClaimedUnit.held_by)).all()
    return set(units) <= live
