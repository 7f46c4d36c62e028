"""Mails of the wait list: a time has become free, and is kept for whoever waits for one."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlmodel import Session, col

from portal import clock, routes, say
from portal.booking.policy import read_policy
from portal.config import settings
from portal.ids import PatientId
from portal.models import Location, Practitioner, Service, WaitOffer, WaitRequest
from portal.notifications.facts import Person, face_of, find_person
from portal.notifications.letter import Item, Letter, Link, Part
from portal.notifications.visit_readers import readers_now
from portal.outbox.claim import Claimed
from portal.permissions import Action, Actor, can
from portal.waitlist.find import visit_to_move
from portal.waitlist.tell import may_hear, touch_watchers
from portal.words import _


@dataclass(frozen=True)
class _Kept:
    """A time that is kept, with what a mail says of it."""

    offer: WaitOffer
    request: WaitRequest
    service: Service
    practitioner: Practitioner
    place: Location

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.place.zone)

    @property
    def when(self) -> str:
        return say.day_time(self.offer.starts_at.astimezone(self.zone))

    @property
    def until(self) -> str:
        """Say until when it is kept; the day too, where that is not today."""
        at = self.offer.expires_at.astimezone(self.zone)
        same_day = at.date() == clock.today(self.zone)
        return say.clock_time(at) if same_day else say.day_time(at)


def offered(session: Session, message: Claimed) -> Letter | None:
    """Tell one mailbox that a time is kept; not once it is answered, over, or theirs to know."""
    kept = _find(session, message.payload["offer_id"])
    if kept is None:
        return None
    patient_id = kept.request.patient_id
    # At night nobody's page was told either.
    touch_watchers(session, patient_id)
    patient = find_person(session, patient_id)
    knowing = [
        one
        for one in readers_now(session, message.payload["to_ids"])
        if may_hear(session, kept.request, one.id)
    ]
    if patient is None or not knowing:
        return None
    return _letter(session, kept, patient, knowing)


def _find(session: Session, offer_id: str) -> _Kept | None:
    """Return an offer that still waits for its answer."""
    row = session.execute(
        select(WaitOffer, WaitRequest, Service, Practitioner, Location)
        .join(WaitRequest, col(WaitRequest.id) == col(WaitOffer.request_id))
        .join(Service, col(Service.id) == col(WaitRequest.service_id))
        .join(Practitioner, col(Practitioner.id) == col(WaitOffer.practitioner_id))
        .join(Location, col(Location.id) == col(WaitOffer.location_id))
        .where(
            col(WaitOffer.id) == offer_id,
            col(WaitOffer.answered_at).is_(None),
            col(WaitOffer.expires_at) > clock.now(),
        )
    ).first()
    return _Kept(*row) if row else None


def _letter(session: Session, kept: _Kept, patient: Person, knowing: list[Person]) -> Letter:
    reader = knowing[0]
    own = [one.id for one in knowing] == [patient.id] and patient.has_account
    answers = [one for one in knowing if one.has_account and _may_answer(session, one, patient.id)]
    whose = (
        _("Hello {first}, this email is about your own place on the wait list, {name}.")
        if own
        else _("This email is about the place of {name} on the wait list.")
    ).format(first=patient.first, name=patient.full)
    heading = (
        _("A time has become free for you")
        if own
        else _("A time has become free for {name}").format(name=patient.full)
    )
    how = (
        _("Sign in and say yes or no. If you say nothing, the time goes to the next person.")
        if answers
        else _("To take it, call us. If nobody does, the time goes to the next person.")
    )
    return Letter(
        to=reader.address or "",
        subject=_("A time has become free: {when}").format(when=kept.when),
        heading=heading,
        opening=(whose, _("We keep this time until {until}.").format(until=kept.until), how),
        parts=(
            Part(
                patient.full,
                items=_items(session, kept),
                face=face_of(session, patient, reader.id),
            ),
        ),
        button=Link(_("Answer"), settings().origin + routes.WAIT_LIST) if answers else None,
        closing=(_("You stay on the wait list if you say no. You can leave it there at any time."),)
        if answers
        else (),
        why=_("You get this email because you are on the wait list, or put somebody on it."),
    )


def _items(session: Session, kept: _Kept) -> tuple[Item, ...]:
    hidden = read_policy(session).hide_services
    moves = visit_to_move(session, kept.request)
    before = say.day_time(moves.starts_at.astimezone(kept.zone)) if moves else ""
    items = (
        Item(f"{kept.when} ({say.zone(kept.place.zone)})", _("When")),
        Item(kept.practitioner.name, _("With")),
        Item("" if hidden else kept.service.name, _("What for")),
        Item(", ".join(filter(None, (kept.place.name, kept.place.address))), _("Where")),
        Item(before, _("In the place of")),
        Item(kept.until, _("Kept until")),
    )
    return tuple(item for item in items if item.text)


def _may_answer(session: Session, reader: Person, patient_id: str) -> bool:
    return can(session, Actor(patient_id=PatientId(reader.id)), Action.VISIT_BOOK, patient_id)
