"""Book straight away, without keeping the time first, as staff do."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from portal.booking.limits import refuse_limits
from portal.booking.offered import lock_practitioners, offered
from portal.booking.policy import MOST_IN_GROUP
from portal.booking.rows import ServiceKind
from portal.booking.write import write_visits
from portal.errors import Invalid, NotFound
from portal.ids import is_id, new_id
from portal.models import Visit
from portal.permissions import Action, Actor, require
from portal.visits.rows import VisitRow
from portal.visits.service import get_visit, touch_readers
from portal.visits.tell import tell_booked
from portal.words import _


def book_visit(
    session: Session,
    actor: Actor,
    patient_id: str,
    service_id: str,
    practitioner_id: str,
    starts_at: datetime,
    request_key: str,
    *,
    shown_price_cents: int | None = None,
    gathering_id: str | None = None,
    note: str = "",
) -> VisitRow:
    """Book one visit, or a seat of a class, for one patient and queue its mails.

    ``request_key`` is random and belongs to one page: sent again, it answers with the visit that it
    made. ``shown_price_cents`` is the price that the person agreed to.

    Raises:
        NotFound, NotAllowed: the actor may not book for that patient, or holds as many visits as
            an account may before its address is confirmed.
        Invalid: that time is not offered, its price has changed, or the patient has another visit
            then, too many to come, or may not be booked online.
        SlotTaken: somebody else has just booked it.
    """
    people = [patient_id]
    return _book(
        session,
        actor,
        people,
        service_id,
        practitioner_id,
        starts_at,
        request_key,
        shown_price_cents=shown_price_cents,
        gathering_id=gathering_id,
        note=note,
    )[0]


def book_group(
    session: Session,
    actor: Actor,
    people: Sequence[str],
    service_id: str,
    practitioner_id: str,
    starts_at: datetime,
    request_key: str,
    *,
    note: str = "",
) -> tuple[VisitRow, ...]:
    """Book a group visit for people who know each other; the first one pays and may change it.

    Raises:
        As `book_visit`, and
        Invalid: it is not a group visit, too few or too many people, or somebody named twice.
    """
    return _book(
        session,
        actor,
        people,
        service_id,
        practitioner_id,
        starts_at,
        request_key,
        group=True,
        note=note,
    )


def _book(
    session: Session,
    actor: Actor,
    people: Sequence[str],
    service_id: str,
    practitioner_id: str,
    starts_at: datetime,
    request_key: str,
    *,
    shown_price_cents: int | None = None,
    gathering_id: str | None = None,
    group: bool = False,
    note: str = "",
) -> tuple[VisitRow, ...]:
    ids = (*people, service_id, practitioner_id, request_key, gathering_id or "none")
    if not people or not all(is_id(value) for value in ids):
        raise NotFound
    if len(set(people)) != len(people) or len(people) > MOST_IN_GROUP:
        raise Invalid({"people": _("Choose at most 12 people, each once.")})
    for person in people:
        require(session, actor, Action.VISIT_BOOK, person)
    lock_practitioners(session, {practitioner_id})
    keys = [request_key, *(f"{request_key}.{number}" for number in range(1, len(people)))]
    done = _same_request(session, actor, keys)
    if done:
        return _answer_again(session, actor, done, (people, service_id, practitioner_id, starts_at))
    wanted = offered(
        session, actor, service_id, practitioner_id, starts_at, gathering_id=gathering_id
    )
    if shown_price_cents not in (None, wanted.service.price_cents):
        raise Invalid({"": _("The price has changed. Nothing was booked. Look again, please.")})
    is_group = wanted.service.kind == ServiceKind.GROUP
    if is_group and not 2 <= len(people) <= wanted.service.capacity:
        words = _("This visit is for 2 to {most} people. Choose who comes.")
        raise Invalid({"people": words.format(most=wanted.service.capacity)})
    if group and not is_group:
        raise NotFound
    refuse_limits(session, actor, people)
    order_id = new_id() if len(people) > 1 else None
    visits = write_visits(session, actor, wanted, people, keys, order_id=order_id, note=note)
    tell_booked(session, visits)
    for person in people:
        touch_readers(session, person)
    return tuple(get_visit(session, actor, visit.id) for visit in visits)


def _same_request(session: Session, actor: Actor, keys: Sequence[str]) -> list[Visit]:
    """Return the visits that this very request has made already."""
    rows = select(Visit).where(Visit.booked_by == actor.name, col(Visit.request_key).in_(keys))
    found = {visit.request_key: visit for visit in session.exec(rows).all()}
    return [found[key] for key in keys if key in found]


def _answer_again(
    session: Session,
    actor: Actor,
    done: Sequence[Visit],
    asked: tuple[Sequence[str], str, str, datetime],
) -> tuple[VisitRow, ...]:
    """Give the same answer to the same request."""
    first = done[0]
    people = [visit.patient_id for visit in done]
    made = (people, first.service_id, first.practitioner_id, first.starts_at)
    if (list(asked[0]), *asked[1:]) != made:
        raise Invalid({"": _("This page was used already. Please start again from the times.")})
    if first.cancelled_at:
        raise Invalid({"": _("This visit was cancelled. To book it again, choose a time again.")})
    return tuple(get_visit(session, actor, visit.id) for visit in done)
