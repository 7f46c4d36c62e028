"""Let go of kept times: somebody signs out, may not book any more, or the ten minutes are over."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, delete
from sqlmodel import Session, col, select

from portal import clock
from portal.booking.claims import release
from portal.booking.policy import HOLD_FOR
from portal.live import touch
from portal.models import Hold

BATCH = 500


def drop(session: Session, holds: Collection[Hold]) -> None:
    """Let go of these, and let the schedules of their practitioners hear of it."""
    _drop_ids(session, [one.id for one in holds])
    touch(session, *{one.practitioner_id for one in holds})


def release_sessions(session: Session, session_ids: Collection[str]) -> None:
    """Let go of what was kept for log-in sessions that end."""
    if session_ids:
        drop(session, _unused(session, col(Hold.session_id).in_(session_ids)))


def release_for(session: Session, holder_id: str, owner_id: str) -> None:
    """Let go of what one patient keeps for another, for whom they may not book any more."""
    mine = select(Hold).where(Hold.held_by == f"patient:{holder_id}", col(Hold.used_at).is_(None))
    kept = session.exec(mine.order_by(col(Hold.id)).with_for_update()).all()
    drop(session, [one for one in kept if owner_id in one.people])


def release_expired(session: Session) -> int:
    """Forget what ran out, and what was booked a while ago; return how many there were."""
    old = session.exec(
        select(Hold)
        .where(col(Hold.expires_at) < clock.now() - HOLD_FOR)
        .order_by(col(Hold.expires_at))
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    ).all()
    drop(session, old)
    return len(old)


def _unused(session: Session, which: ColumnElement[bool]) -> Sequence[Hold]:
    rows = select(Hold).where(which, col(Hold.used_at).is_(None))
    return session.exec(rows.order_by(col(Hold.id)).with_for_update()).all()


def _drop_ids(session: Session, ids: Sequence[str]) -> None:
    if not ids:
        return
    # What became a visit holds its units under the visit's name by now.
    release(session, *ids)
    session.exec(
        delete(Hold).where(col(Hold.id).in_(ids)).execution_options(synchronize_session="fetch")
    )
