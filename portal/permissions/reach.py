"""Every pair (actor, subject) that the policy lets through, as one SQL relation per action.

`portal.permissions.check` asks it three ways: for one pair, for one actor, for one subject. As it
is one relation, the three answers cannot disagree.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, aliased
from sqlmodel import col

from portal.models import Account, Grant, Patient, RelationshipSide, Staff, Visit
from portal.permissions import policy
from portal.permissions.actor import StaffRole
from portal.permissions.permission import Permission
from portal.permissions.policy import POLICY, Action, Standing

Id = sa.BindParameter[str]
Pairs = sa.Select[str, str]


def patient_pairs(action: Action, actor: Id | None, subject: Id | None) -> sa.CompoundSelect:
    """Select (actor, subject) for signed-in patients, narrowed to one actor, one subject or both.

    An actor needs an open account, and a confirmed address for all but what `UNVERIFIED_MAY` lists;
    a grant counts only inside its own live relationship, so that neither alone opens anything.
    """
    allowed = POLICY.get(action, frozenset())
    # Log-ins of staff have no patient, so they are never an actor here.
    me: Mapped[str] = col(Account.patient_id)  # pyright: ignore[reportAssignmentType]
    member = col(RelationshipSide.member_id)
    theirs, added = aliased(Account), aliased(Patient)
    parts: list[Pairs] = []

    def part(query: Pairs, subject_column: Mapped[str]) -> None:
        confirmed = col(Account.verified_at).is_not(None)
        if action in policy.UNVERIFIED_MAY:
            mine = (col(added.id) == subject_column) & (col(added.manager_id) == me)
            confirmed |= (subject_column == me) | sa.exists().where(mine)
        query = query.where(col(Account.closed_at).is_(None), confirmed)
        if actor is not None:
            query = query.where(me == actor)
        parts.append(query if subject is None else query.where(subject_column == subject))

    own = sa.select(me.label("actor"), me.label("subject"))
    part(own if Standing.SELF in allowed else own.where(sa.false()), me)
    related = (
        sa.select(me.label("actor"), member.label("subject"))
        .join(RelationshipSide, col(RelationshipSide.patient_id) == me)
        .where(col(RelationshipSide.ended_at).is_(None))
    )
    if action in policy.NEEDS_OWNER_ACCOUNT:
        open_account = (col(theirs.verified_at).is_not(None), col(theirs.closed_at).is_(None))
        related = related.where(sa.exists().where(col(theirs.patient_id) == member, *open_account))
    if Standing.RELATIVE in allowed:
        part(related, member)
    if Standing.MANAGER in allowed:
        managed = related.join(Patient, col(Patient.id) == member)
        claimed = sa.exists().where(col(theirs.patient_id) == member)
        part(managed.where(col(Patient.manager_id) == me, ~claimed), member)
    if permissions := [p for p in Permission if p in allowed]:
        inside = col(Grant.relationship_id) == col(RelationshipSide.relationship_id)
        held = inside & (col(Grant.holder_id) == me) & (col(Grant.owner_id) == member)
        granted = related.join(Grant, held).where(col(Grant.ended_at).is_(None))
        part(granted.where(col(Grant.permission).in_(permissions)), member)
    return sa.union_all(*parts)


def staff_subjects(action: Action, actor: Id) -> sa.Select[str]:
    """Select every patient to whom the staff member ``actor`` may do ``action``.

    A practitioner reaches those who have or had a visit with them that was not cancelled.
    """
    allowed = POLICY.get(action, frozenset())
    on_duty = sa.exists().where(col(Staff.id) == actor, col(Staff.ended_at).is_(None))
    desk = policy.DESK & allowed
    reached = on_duty.where(col(Staff.role).in_(sorted(desk)))
    if StaffRole.PRACTITIONER in allowed:
        reached |= on_duty.where(
            col(Staff.role) == StaffRole.PRACTITIONER,
            col(Visit.practitioner_id) == col(Staff.practitioner_id),
            col(Visit.patient_id) == col(Patient.id),
            col(Visit.cancelled_at).is_(None),
        )
    return sa.select(col(Patient.id)).where(reached)
