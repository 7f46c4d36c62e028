"""Tell of an offer: by mail to the patient and to whoever asked, and on their open pages."""

from sqlmodel import Session

from portal import clock
from portal.forms import email_key
from portal.ids import PatientId
from portal.live import touch
from portal.models import WaitOffer, WaitRequest
from portal.notifications.facts import find_person
from portal.outbox.kinds import Kind
from portal.outbox.queue import queue
from portal.permissions import Action, Actor, can, who_can


def tell_offered(session: Session, request: WaitRequest, offer: WaitOffer) -> None:
    """Queue one mail for each mailbox, and at night none before the morning.

    Whether they may still know is asked again when it is sent, and so are their addresses.
    """
    for to_ids in _mailboxes(session, request):
        queue(
            session,
            Kind.WAIT_OFFERED,
            dedup=f"{Kind.WAIT_OFFERED}:{offer.id}:{to_ids[0]}",
            run_at=offer.tell_at,
            offer_id=offer.id,
            to_ids=to_ids,
        )
    if offer.tell_at <= clock.now():
        touch_watchers(session, request.patient_id)


def may_hear(session: Session, request: WaitRequest, reader_id: str) -> bool:
    """Tell whether a patient may be told of what is offered: it is theirs, or they may book it."""
    if reader_id == request.patient_id:
        return True
    reader = Actor(patient_id=PatientId(reader_id))
    return can(session, reader, Action.VISIT_BOOK, request.patient_id)


def touch_watchers(session: Session, patient_id: str) -> None:
    """Let the open pages of everyone who may see somebody's requests hear of a change."""
    touch(session, patient_id, *who_can(session, Action.VISIT_READ, patient_id))


def _mailboxes(session: Session, request: WaitRequest) -> list[list[str]]:
    """Return whom to tell, grouped by mailbox, the patient first."""
    kind, _colon, asker = request.asked_by.partition(":")
    ids = [request.patient_id, *([asker] if kind == "patient" else [])]
    boxes: dict[str, list[str]] = {}
    for id_ in dict.fromkeys(ids):
        person = find_person(session, id_)
        if person and person.address and may_hear(session, request, id_):
            boxes.setdefault(email_key(person.address), []).append(id_)
    return list(boxes.values())
