"""Units of somebody's time, of a room and seats: taken by whoever writes them first.

The primary key of `ClaimedUnit` decides between two at once, not this code. What a hold has claimed
is free again when the hold is over, whether or not somebody has tidied up by then.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, delete, insert, or_, tuple_
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from portal import clock
from portal.models import ClaimedUnit


@dataclass(frozen=True)
class Claim:
    """Units of one resource for one holder (a visit, a gathering or a hold)."""

    held_by: str
    resource_id: str
    units: range
    until_at: datetime | None = None  # a hold's end


class Taken(Exception):
    """Somebody else has some of the units; nothing was claimed."""

    def __init__(self, resource_ids: Iterable[str]) -> None:
        """Keep whose time, or which room, is taken."""
        super().__init__()
        self.resource_ids = frozenset(resource_ids)


def claim(session: Session, claims: Sequence[Claim]) -> None:
    """Claim everything, or nothing.

    Units of holds that have run out make room. What is collided with may be let go before it is
    looked at; then the units are free again, and another try gets them.

    Raises:
        Taken: somebody else has some of them.
    """
    for last in (False, False, True):
        try:
            with session.begin_nested():
                _insert(session, claims)
        except IntegrityError:
            _delete_run_out(session, claims)
            taken = taken_of(session, claims)
            if taken:
                raise Taken(taken) from None
            if last:
                raise
        else:
            return


def release(session: Session, *held_by: str) -> None:
    """Let go of everything that these hold."""
    if held_by:
        session.exec(
            delete(ClaimedUnit)
            .where(col(ClaimedUnit.held_by).in_(held_by))
            .execution_options(synchronize_session=False)
        )


def taken_of(session: Session, claims: Sequence[Claim]) -> set[str]:
    """Return the resources of which some unit is taken now, by anybody."""
    now = clock.now()
    live = or_(col(ClaimedUnit.until_at).is_(None), col(ClaimedUnit.until_at) > now)
    query = select(ClaimedUnit.resource_id).where(_overlapping(claims), live).distinct()
    return set(session.exec(query).all())


def _insert(session: Session, claims: Sequence[Claim]) -> None:
    """Write all units in one statement and in one order for everybody: no two wait in a circle."""
    rows = [
        {
            "resource_id": one.resource_id,
            "unit": unit,
            "held_by": one.held_by,
            "until_at": one.until_at,
        }
        for one in sorted(claims, key=lambda one: (one.resource_id, one.units.start))
        for unit in one.units
    ]
    # Only with RETURNING does SQLAlchemy write them as one statement that it can keep compiled.
    session.execute(insert(ClaimedUnit).returning(col(ClaimedUnit.unit)), rows).all()


def _delete_run_out(session: Session, claims: Sequence[Claim]) -> None:
    """Take away what holds that have run out still have there."""
    keys = (
        select(ClaimedUnit.resource_id, ClaimedUnit.unit)
        .where(_overlapping(claims), col(ClaimedUnit.until_at) <= clock.now())
        .order_by(col(ClaimedUnit.resource_id), col(ClaimedUnit.unit))
        .with_for_update()
    )
    session.exec(
        delete(ClaimedUnit)
        .where(
            tuple_(col(ClaimedUnit.resource_id), col(ClaimedUnit.unit)).in_(
                session.exec(keys).all()
            )
        )
        .execution_options(synchronize_session=False)
    )


def _overlapping(claims: Sequence[Claim]):
    return or_(
        *(
            and_(
                col(ClaimedUnit.resource_id) == one.resource_id,
                col(ClaimedUnit.unit) >= one.units.start,
                col(ClaimedUnit.unit) < one.units.stop,
            )
            for one in claims
        )
    )
