"""Queue what is said by mail about visits: one call is one mail for each mailbox."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session, col, exists, select

from portal import clock
from portal.booking.policy import UNDO_FOR
from portal.models import OutboxMessage, Visit
from portal.outbox.kinds import Kind
from portal.outbox.queue import queue
from portal.permissions import Actor


def tell_booked(session: Session, visits: Sequence[Visit]) -> None:
    """Tell of visits that were booked in one go, once they can no longer be undone.

    More than one have an order's id in common.
    """
    for together in _by_order(visits):
        ours, its_own = _names(together[0])
        queue(
            session,
            Kind.VISITS_BOOKED,
            # Handed to somebody else later, a visit is still of its order, and told on its own.
            dedup=its_own if _is_queued(session, ours) else ours,
            run_at=max(visit.booked_at for visit in together) + UNDO_FOR,
            visits=_named(together),
        )


def tell_cancelled(session: Session, visits: Sequence[Visit], *, offer: bool = False) -> None:
    """Tell of visits that were cancelled in one go; ``offer``: and where to choose another time.

    Of a visit that is undone before anybody was told nothing is said at all. The caller has locked
    the visits.
    """
    told = [visit for visit in visits if not _is_undone(session, visit)]
    if told:
        _queue_now(session, Kind.VISITS_CANCELLED, told, offer=offer)


def tell_moved(
    session: Session,
    visits: Sequence[Visit],
    *,
    by: Actor | None = None,
    was: Mapping[str, datetime] | None = None,
) -> None:
    """Tell of visits that were moved in one go; ``was`` has the time before, by visit.

    Where the mail of the booking still waits it says the new time, and that is enough. The caller
    has locked the visits.
    """
    told = [visit for visit in visits if not booking_waits(session, visit)]
    if told:
        before = {id_: at.astimezone(UTC).isoformat() for id_, at in (was or {}).items()}
        _queue_now(session, Kind.VISITS_MOVED, told, by=by.name if by else "", was=before)


def booking_waits(session: Session, visit: Visit) -> bool:
    """Tell whether nobody was told yet that this visit is booked."""
    return _is_queued(session, *_names(visit), waiting=True)


def _is_undone(session: Session, visit: Visit) -> bool:
    """Tell whether the visit was cancelled within the first minutes, before anybody was told.

    The clock alone does not decide: the worker's may be ahead of this one. What somebody else takes
    back is told: whoever booked it has seen that it is booked. The clinic counts as one.
    """
    by, booked_by = visit.cancelled_by or "", visit.booked_by
    if by != booked_by and not (by.startswith("staff:") and booked_by.startswith("staff:")):
        return False
    soon = (visit.cancelled_at or clock.now()) < visit.booked_at + UNDO_FOR
    return soon and booking_waits(session, visit)


def _queue_now(session: Session, kind: Kind, visits: Sequence[Visit], **more: Any) -> None:
    first = min(visits, key=lambda visit: visit.id)
    dedup = f"{kind}:{first.id}:{first.sequence}"
    queue(session, kind, dedup=dedup, visits=_named(visits), **more)


def _named(visits: Sequence[Visit]) -> list[list[str | int]]:
    order = sorted(visits, key=lambda visit: (visit.starts_at, visit.id))
    return [[visit.id, visit.sequence] for visit in order]


def _by_order(visits: Sequence[Visit]) -> Iterable[list[Visit]]:
    found: dict[str, list[Visit]] = {}
    for visit in visits:
        found.setdefault(visit.order_id or visit.id, []).append(visit)
    return found.values()


def _names(visit: Visit) -> tuple[str, str]:
    """Return what the mail of a visit's booking is queued as: with its order, or on its own."""
    kind = Kind.VISITS_BOOKED
    return f"{kind}:{visit.order_id or visit.id}", f"{kind}:{visit.id}"


def _is_queued(session: Session, *names: str, waiting: bool = False) -> bool:
    query = exists().where(col(OutboxMessage.dedup).in_(names))
    if waiting:
        query = query.where(col(OutboxMessage.done_at).is_(None))
    return session.exec(select(query)).one()
