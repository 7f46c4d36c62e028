"""What a profile has goes to another: its visits, and what it and others may do for each other."""

from collections.abc import Mapping, Sequence
from typing import TypedDict

from sqlalchemy import delete, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from portal import clock
from portal.booking.rules import unit_of
from portal.family.labels import Label
from portal.models import (
    Block,
    ClaimedUnit,
    Gathering,
    Grant,
    PatientGroupMember,
    RelationshipSide,
    Visit,
    WaitRequest,
)
from portal.permissions import Action, Actor, Permission
from portal.sharing.change import held, write_grants
from portal.sharing.relate import Side, end_relationship, write_relationship
from portal.upsert import add_missing


class Bond(TypedDict):
    """One relationship of the profile that went over to the person it was joined to, by ids."""

    other: str
    ended: str
    ended_grants: list[str]
    now: str  # the relationship of the person and the other one
    made: bool  # it was made by the move, for the two had none
    made_grants: list[str]
    opened: list[str]  # what the other one may do for the person, new by the move
    reaches: list[str]  # what the person may do for the other one, new by the move
    lost: list[str]  # what the other one could do for the profile, and not for the person


def first_clash(session: Session, from_id: str, into_id: str) -> Visit | None:
    """Return the first coming visit of the profile at a time when the person has one too."""
    theirs, mine = aliased(ClaimedUnit), aliased(ClaimedUnit)
    return session.exec(
        select(Visit)
        .join(theirs, col(theirs.held_by) == col(Visit.id))
        .join(mine, col(mine.unit) == col(theirs.unit))
        .where(
            theirs.resource_id == from_id,
            mine.resource_id == into_id,
            col(theirs.unit) >= unit_of(clock.now()),
        )
        .order_by(col(Visit.starts_at))
        .limit(1)
    ).first()


def move_visits(session: Session, visits: Sequence[str], from_id: str, into_id: str) -> list[str]:
    """Let visits be those of another person, with the time they take; return which were moved.

    Cancelled ones go too. Where both were somewhere at one time in the past, only one of the two
    can still hold that time; nobody asks for it any more.
    """
    moved = session.exec(
        update(Visit)
        .where(col(Visit.id).in_(visits), col(Visit.patient_id) == from_id)
        .values(patient_id=into_id, sequence=Visit.sequence + 1)
        .returning(col(Visit.id))
    ).scalars()
    ids = list(moved)
    theirs_to_pay = select(Visit.gathering_id).where(col(Visit.id).in_(ids))
    session.exec(
        update(Gathering)
        .where(col(Gathering.primary_id) == from_id, col(Gathering.id).in_(theirs_to_pay))
        .values(primary_id=into_id)
    )
    taken = select(ClaimedUnit.unit).where(ClaimedUnit.resource_id == into_id)
    theirs = (col(ClaimedUnit.held_by).in_(ids), col(ClaimedUnit.resource_id) == from_id)
    session.exec(delete(ClaimedUnit).where(*theirs, col(ClaimedUnit.unit).in_(taken)))
    session.exec(update(ClaimedUnit).where(*theirs).values(resource_id=into_id))
    return ids


def move_waiting(
    session: Session, from_id: str, into_id: str, requests: Sequence[str] | None = None
) -> list[str]:
    """Let wait-list requests be another person's, all or only these; return which were moved."""
    query = update(WaitRequest).where(col(WaitRequest.patient_id) == from_id)
    if requests is not None:
        query = query.where(col(WaitRequest.id).in_(requests))
    moved = query.values(patient_id=into_id).returning(col(WaitRequest.id))
    return list(session.exec(moved).scalars())


def move_memberships(session: Session, from_id: str, into_id: str) -> None:
    """Let the person stand on staff's lists instead of the profile; parting leaves them there."""
    lists = select(PatientGroupMember.group_id).where(PatientGroupMember.patient_id == into_id)
    there = (col(PatientGroupMember.patient_id) == from_id,)
    twice = col(PatientGroupMember.group_id).in_(lists)
    session.exec(delete(PatientGroupMember).where(*there, twice))
    session.exec(update(PatientGroupMember).where(*there).values(patient_id=into_id))


def move_bonds(
    session: Session,
    actor: Actor,
    from_id: str,
    into_id: str,
    accepted: Mapping[str, Sequence[Permission]],
) -> list[Bond]:
    """Move every relationship of the profile to the person; only what was accepted is given."""
    sides = session.exec(
        select(RelationshipSide).where(
            RelationshipSide.patient_id == from_id, col(RelationshipSide.ended_at).is_(None)
        )
    ).all()
    order = sorted(sides, key=lambda side: side.member_id)
    return [_move_bond(session, actor, side, into_id, accepted) for side in order]


def _move_bond(
    session: Session,
    actor: Actor,
    side: RelationshipSide,
    into_id: str,
    accepted: Mapping[str, Sequence[Permission]],
) -> Bond:
    from_id, other_id = side.patient_id, side.member_id
    back = session.exec(
        select(RelationshipSide).where(
            RelationshipSide.relationship_id == side.relationship_id,
            RelationshipSide.patient_id == other_id,
        )
    ).one()
    grants = session.exec(
        select(Grant).where(
            Grant.relationship_id == side.relationship_id, col(Grant.ended_at).is_(None)
        )
    ).all()
    reached = [Permission(g.permission) for g in grants if g.holder_id == from_id]
    could = [Permission(g.permission) for g in grants if g.holder_id == other_id]
    end_relationship(session, actor, other_id, from_id, action=Action.PROFILE_JOIN)
    there = _live_between(session, into_id, other_id)
    now = there or write_relationship(
        session,
        actor,
        Side(into_id, Label(side.label), side.label_text or ""),
        # The profile is no more on the other one's screens, so its colour stays with the person.
        Side(other_id, Label(back.label), back.label_text or "", back.colour),
        action=Action.PROFILE_JOIN,
    )
    keep = list(accepted.get(other_id, ()))
    if session.get(Block, (other_id, from_id)):  # whoever it is, they are the person blocked
        at = clock.now()
        add_missing(session, Block, patient_id=other_id, blocked_id=into_id, at=at)
    blocked = session.get(Block, (other_id, into_id)) is not None
    opened = _missing(session, into_id, other_id, keep)
    reaches = [] if blocked else _missing(session, other_id, into_id, reached)
    how = {"action": Action.PROFILE_JOIN}
    made = write_grants(session, actor, now, into_id, other_id, opened, **how)
    made += write_grants(session, actor, now, other_id, into_id, reaches, **how)
    session.flush()
    return Bond(
        other=other_id,
        ended=side.relationship_id,
        ended_grants=[grant.id for grant in grants],
        now=now,
        made=there is None,
        made_grants=made,
        opened=list(opened),
        reaches=list(reaches),
        lost=[p for p in Permission if p in could and p not in keep],
    )


def _missing(
    session: Session, owner_id: str, holder_id: str, wanted: Sequence[Permission]
) -> list[Permission]:
    there = held(session, owner_id, [holder_id])[holder_id]
    return [p for p in Permission if p in wanted and p not in there]


def _live_between(session: Session, one_id: str, other_id: str) -> str | None:
    return session.exec(
        select(RelationshipSide.relationship_id).where(
            RelationshipSide.patient_id == one_id,
            RelationshipSide.member_id == other_id,
            col(RelationshipSide.ended_at).is_(None),
        )
    ).first()
