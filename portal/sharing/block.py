"""Blocking somebody: they can do nothing for me any more, and I hear no more asks of theirs."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from portal import audit, clock
from portal.live import touch
from portal.models import Ask, Block, Patient
from portal.permissions import Action, Actor, Permission, require
from portal.sharing.change import end_grants, find_relationship
from portal.sharing.setting import require_own_sharing

MOST = 50  # families have at most 40 members


@dataclass(frozen=True)
class BlockedRow:
    """Somebody I have blocked."""

    id: str
    first_name: str


def block(session: Session, actor: Actor, person_id: str) -> None:
    """End all that a relative may do for the actor, and hear nothing more from them.

    The relationship stays, and what the actor may do for them; they are not told. Whoever blocks
    and wants to part removes them besides.

    Raises:
        NotFound: the actor has no relationship with that person.
        NotAllowed: the clinic makes such changes itself.
    """
    require(session, actor, Action.PERSON_BLOCK, actor.me)
    require(session, actor, Action.RELATIONSHIP_LABEL, person_id)
    require_own_sharing(session, actor)
    # Locked as giving locks it: nothing is given while this ends what was.
    find_relationship(session, actor.me, person_id)
    if session.get(Block, (actor.me, person_id)):
        return  # pressed twice
    session.add(Block(patient_id=actor.me, blocked_id=person_id, at=clock.now()))
    end_grants(session, actor, Action.GRANT_WITHDRAW, actor.me, person_id, Permission)
    # What they asked for goes on waiting on their page, and is on mine no more.
    session.exec(
        update(Ask)
        .where(
            col(Ask.owner_id) == actor.me,
            col(Ask.holder_id) == person_id,
            col(Ask.answered_at).is_(None),
        )
        .values(unheard=True)
    )
    audit.record(session, actor, Action.PERSON_BLOCK, actor.me, person=person_id)
    # Not theirs: what they lose tells them, and where they had nothing, nothing may.
    touch(session, actor.me)


def unblock(session: Session, actor: Actor, person_id: str) -> None:
    """Let somebody ask again; what they could do before does not come back by itself.

    Raises:
        NotAllowed: the clinic makes such changes itself.
    """
    require(session, actor, Action.PERSON_BLOCK, actor.me)
    require_own_sharing(session, actor)
    gone = session.exec(
        delete(Block).where(col(Block.patient_id) == actor.me, col(Block.blocked_id) == person_id)
    ).rowcount
    if gone:
        audit.record(session, actor, "person.unblock", actor.me, person=person_id)
        touch(session, actor.me)


def list_blocked(session: Session, actor: Actor) -> Sequence[BlockedRow]:
    """List whom the actor has blocked, also those who are no longer related."""
    require(session, actor, Action.PERSON_BLOCK, actor.me)
    rows = session.exec(
        select(Patient.id, Patient.preferred_name, Patient.first_name)
        .join(Block, col(Block.blocked_id) == col(Patient.id))
        .where(Block.patient_id == actor.me)
        .order_by(col(Block.at))
        .limit(MOST)
    ).all()
    return [BlockedRow(id_, preferred or first) for id_, preferred, first in rows]
