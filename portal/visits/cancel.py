"""Cancel visits, one or several at once, and undo what was booked a moment ago."""

from collections.abc import Sequence
from typing import Literal

from sqlmodel import Session, col, select

from portal import audit, clock
from portal.booking.claims import release
from portal.booking.offered import lock_practitioners
from portal.booking.rows import ServiceKind
from portal.errors import Invalid, NotAllowed, NotFound
from portal.ids import is_id
from portal.models import Gathering, Visit
from portal.permissions import Action, Actor, can, may_at_clinic, visible
from portal.visits.may import may_now, refusal
from portal.visits.rows import VisitRow
from portal.visits.rules import How
from portal.visits.service import get_visit, touch_readers
from portal.visits.tell import tell_cancelled
from portal.waitlist.offer import time_freed
from portal.words import _

AllOf = Literal["", "order", "gathering"]

MOST_REASON = 300  # characters


def cancel_visit(
    session: Session, actor: Actor, visit_id: str, *, reason: str = "", all_of: AllOf = ""
) -> VisitRow:
    """Cancel a visit, free its time and queue the mails; once more changes nothing.

    ``all_of``: everything of its order that the actor may cancel here now, or its whole group
    visit. ``reason`` is told to the patient; only staff give one.

    Raises:
        NotFound: there is no such visit, or the actor may not cancel it.
        NotAllowed: only whoever acts for the one who pays may cancel for the whole group.
        Invalid: it has begun, only the clinic can cancel it now, or it would leave a group visit
            without the one who pays.
    """
    visit = _find(session, actor, visit_id)
    if visit.cancelled_at is None:
        _cancel_all(session, actor, visit, _scope(session, actor, visit, all_of), reason)
    return get_visit(session, actor, visit_id)


def undo(session: Session, actor: Actor, visit_id: str, *, all_of: AllOf = "order") -> VisitRow:
    """Take back a booking of the last minutes, with all that was booked with it; nobody is told.

    Raises:
        NotFound, NotAllowed: as `cancel_visit`.
        Invalid: it is too late for that, or as `cancel_visit`.
    """
    visit = _find(session, actor, visit_id)
    if visit.cancelled_at is None:
        if may_now(session, actor, visit).undo_until is None:
            raise Invalid(
                {"": _("It is too late to undo this. You can still cancel the visit instead.")}
            )
        # One that was handed over is of an order whose others were booked long ago.
        scope = _scope(session, actor, visit, all_of)
        just_now = [one for one in scope if may_now(session, actor, one).undo_until]
        _cancel_all(session, actor, visit, just_now)
    return get_visit(session, actor, visit_id)


def cancel_gathering(session: Session, actor: Actor, gathering_id: str, reason: str = "") -> int:
    """Cancel a group visit or a class with everybody in it; return how many visits those were.

    Raises:
        NotFound: the actor does not look after the schedule, or there is no such gathering.
        Invalid: it has begun.
    """
    gathering = session.get(Gathering, gathering_id) if is_id(gathering_id) else None
    if gathering is None or not may_at_clinic(session, actor, Action.SCHEDULE_EDIT):
        raise NotFound(action=Action.SCHEDULE_EDIT)
    lock_practitioners(session, {gathering.practitioner_id})
    session.refresh(gathering, with_for_update=True)
    if gathering.cancelled_at is not None:
        return 0
    if gathering.starts_at <= clock.now():
        raise Invalid({"": _("It has begun, so it cannot be cancelled any more.")})
    visits = _lock(session, _members(session, gathering.id))
    _cancel(session, actor, visits, reason)
    _end(session, actor, gathering)
    return len(visits)


def _find(session: Session, actor: Actor, visit_id: str) -> Visit:
    visit = session.get(Visit, visit_id) if is_id(visit_id) else None
    may = visit is not None and can(session, actor, Action.VISIT_CANCEL, visit.patient_id)
    if visit is None or not may:
        subject_id = visit.patient_id if visit else None
        raise NotFound(action=Action.VISIT_CANCEL, subject_id=subject_id)
    return visit


def _scope(session: Session, actor: Actor, visit: Visit, all_of: AllOf) -> list[Visit]:
    """Return what is to be cancelled, as far as the actor may, nothing of it locked yet."""
    if all_of == "gathering" and (primary := _primary_of(session, visit)):
        if not can(session, actor, Action.VISIT_CANCEL, primary):
            raise NotAllowed(
                _("Only the person who pays for this group visit can cancel it for everyone.")
            )
        return _members(session, visit.gathering_id or "")
    if all_of != "order":
        return [visit]
    found = [visit]
    if visit.order_id:
        mine = col(Visit.patient_id).in_(visible(actor, Action.VISIT_CANCEL))
        rows = select(Visit).where(Visit.order_id == visit.order_id, mine)
        found = session.exec(rows.where(col(Visit.cancelled_at).is_(None))).all()
    # Whoever pays for a group visit takes everybody along.
    pays = [one for one in found if _primary_of(session, one) == one.patient_id]
    along = [member for one in pays for member in _members(session, one.gathering_id or "")]
    return list({one.id: one for one in (*found, *along)}.values())


def _cancel_all(
    session: Session, actor: Actor, asked: Visit, scope: Sequence[Visit], reason: str = ""
) -> None:
    """Cancel what can be of ``scope``, and let others have its time."""
    going = _cancellable(session, actor, asked, _lock(session, scope))
    _cancel(session, actor, going, reason)
    _free(session, actor, going)


def _lock(session: Session, visits: Sequence[Visit]) -> list[Visit]:
    """Lock the visits and read them anew, after their practitioners, as booking does."""
    lock_practitioners(session, {one.practitioner_id for one in visits})
    rows = (
        select(Visit)
        .where(col(Visit.id).in_([one.id for one in visits]), col(Visit.cancelled_at).is_(None))
        .order_by(col(Visit.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return list(session.exec(rows).all())


def _cancellable(
    session: Session, actor: Actor, asked: Visit, visits: Sequence[Visit]
) -> list[Visit]:
    """Return those that can be cancelled here now; the one asked for has to be one of them."""
    going: list[Visit] = []
    for visit in visits:
        may = may_now(session, actor, visit)
        if may.cancel is How.HERE:
            going.append(visit)
        elif visit.id == asked.id:
            raise Invalid({"": refusal(session, may.cancel)})
    ids = {visit.id for visit in going}
    for visit in going:
        if _primary_of(session, visit) == visit.patient_id:
            left = {one.id for one in _members(session, visit.gathering_id or "")} - ids
            if left:
                raise Invalid(
                    {
                        "": _(
                            "The group visit cannot go on without the person who pays for it. "
                            "Cancel it for everyone instead."
                        )
                    }
                )
    return going


def _cancel(session: Session, actor: Actor, visits: Sequence[Visit], reason: str) -> None:
    is_staff = actor.kind == "staff"
    now = clock.now()
    for visit in visits:
        visit.cancelled_at, visit.cancelled_by = now, actor.name
        visit.cancel_reason = (reason.strip()[:MOST_REASON] or None) if is_staff else None
        visit.sequence += 1
        session.add(visit)
        audit.record(session, actor, Action.VISIT_CANCEL, visit.patient_id, visit=visit.id)
    session.flush()
    release(session, *(visit.id for visit in visits))
    tell_cancelled(session, visits, offer=is_staff)
    for patient_id in dict.fromkeys(visit.patient_id for visit in visits):
        touch_readers(session, patient_id)


def _free(session: Session, actor: Actor, visits: Sequence[Visit]) -> None:
    """Offer to others what became free; the time of a group visit does when nobody is left."""
    groups = {visit.gathering_id for visit in visits if _primary_of(session, visit)}
    for gathering_id in sorted(id_ for id_ in groups if id_):
        if not _members(session, gathering_id):
            _end(session, actor, session.get_one(Gathering, gathering_id))
    times = (
        (one.practitioner_id, one.location_id, one.starts_at, one.ends_at)
        for one in visits
        if one.gathering_id is None or one.gathering_id not in groups
    )
    for one in dict.fromkeys(times):
        time_freed(session, *one)


def _end(session: Session, actor: Actor, gathering: Gathering) -> None:
    gathering.cancelled_at, gathering.cancelled_by = clock.now(), actor.name
    session.add(gathering)
    session.flush()
    release(session, gathering.id)
    where = (gathering.practitioner_id, gathering.location_id)
    time_freed(session, *where, gathering.starts_at, gathering.ends_at)


def _members(session: Session, gathering_id: str) -> list[Visit]:
    rows = select(Visit).where(
        Visit.gathering_id == gathering_id, col(Visit.cancelled_at).is_(None)
    )
    return list(session.exec(rows.order_by(col(Visit.id))).all())


def _primary_of(session: Session, visit: Visit) -> str | None:
    """Return who pays for the group visit that this is part of."""
    if visit.gathering_id is None:
        return None
    gathering = session.get_one(Gathering, visit.gathering_id)
    return gathering.primary_id if gathering.kind == ServiceKind.GROUP else None
