"""Who can act for a patient: the Sharing page's list, and its switches."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from portal.account.fresh import require_fresh
from portal.ids import PatientId
from portal.models import AuditEntry, Block, Grant, Patient, RelationshipSide, Staff
from portal.permissions import Action, Actor, Permission, require
from portal.permissions.policy import POLICY
from portal.sharing import change
from portal.sharing.setting import require_own_sharing
from portal.words import _

# `portal.family.add.MOST_IN_ALL` keeps a family below it.
MOST = 50


@dataclass(frozen=True)
class GrantRow:
    """One permission as its owner sees it; a part that is off has no dates."""

    permission: Permission
    on: bool
    since: datetime | None = None
    given_by: str = ""  # in words: "you", "Theo", "Sam at our clinic"
    used_at: datetime | None = None
    used_for: str = ""  # the `Action` of the last use, as the trail names it


@dataclass(frozen=True)
class HolderRow:
    """One relative of the owner and what they may do; whoever holds nothing is listed too."""

    id: str
    first_name: str
    last_name: str
    label: str  # what they are to the owner
    label_text: str | None
    colour: int
    blocked: bool
    grants: tuple[GrantRow, ...]

    @property
    def can_act(self) -> bool:
        """Tell whether they may do anything at all."""
        return any(grant.on for grant in self.grants)


def people_who_act(session: Session, actor: Actor, owner_id: str) -> Sequence[HolderRow]:
    """List the owner's relatives with what each may do for the owner, in the order they came.

    Raises:
        NotFound, NotAllowed: the actor does not decide for the owner.
    """
    require(session, actor, Action.GRANT_READ, owner_id)
    people = session.exec(
        select(RelationshipSide, Patient, Block)
        .join(Patient, col(Patient.id) == col(RelationshipSide.member_id))
        .join(
            Block,
            (col(Block.patient_id) == owner_id) & (col(Block.blocked_id) == col(Patient.id)),
            isouter=True,
        )
        .where(RelationshipSide.patient_id == owner_id, col(RelationshipSide.ended_at).is_(None))
        .order_by(col(Patient.created_at), col(Patient.id))
        .limit(MOST)
    ).all()
    names = {patient.id: patient.called for _side, patient, _block in people}
    grants = session.exec(
        select(Grant).where(
            Grant.owner_id == owner_id,
            col(Grant.holder_id).in_(list(names)),
            col(Grant.ended_at).is_(None),
        )
    ).all()
    givers = _givers(session, actor, owner_id, names, {grant.given_by for grant in grants})
    used = _last_uses(session, owner_id, names)
    return [
        HolderRow(
            id=patient.id,
            first_name=patient.called,
            last_name=patient.last_name,
            label=side.label,
            label_text=side.label_text,
            colour=side.colour,
            blocked=block is not None,
            grants=_rows(patient.id, grants, givers, used),
        )
        for side, patient, block in people
    ]


def switch_on(
    session: Session, actor: Actor, owner_id: str, holder_id: str, permission: Permission
) -> None:
    """Let a relative do one thing more, at once.

    Raises:
        NotFound, NotAllowed: the actor does not decide for the owner, the clinic makes such changes
            itself, or nothing can be given to this person.
        PasswordNeeded: who is at the keys has to be proved anew.
    """
    require(session, actor, Action.GRANT_GIVE, owner_id)
    require_own_sharing(session, actor)
    require_fresh(session, actor)
    change.give(session, actor, owner_id, {PatientId(holder_id): [permission]})


def switch_off(
    session: Session, actor: Actor, owner_id: str, holder_id: str, permission: Permission
) -> None:
    """End one thing that a relative may do, at once; it takes no password.

    Raises:
        NotFound, NotAllowed: the actor does not decide for the owner, or the clinic makes such
            changes itself.
    """
    require(session, actor, Action.GRANT_WITHDRAW, owner_id)
    require_own_sharing(session, actor)
    change.withdraw(session, actor, owner_id, holder_id, [permission])


def switch_all_off(session: Session, actor: Actor, owner_id: str, holder_id: str) -> None:
    """End all that a relative may do, at once; they are told once.

    Raises:
        NotFound, NotAllowed: the actor does not decide for the owner, or the clinic makes such
            changes itself.
    """
    require(session, actor, Action.GRANT_WITHDRAW, owner_id)
    require_own_sharing(session, actor)
    change.withdraw(session, actor, owner_id, holder_id, Permission)


def _rows(
    holder_id: str,
    grants: Iterable[Grant],
    givers: Mapping[str, str],
    used: Mapping[tuple[str, str], datetime],
) -> tuple[GrantRow, ...]:
    mine = {grant.permission: grant for grant in grants if grant.holder_id == holder_id}
    return tuple(
        _row(mine[permission], givers, used) if permission in mine else GrantRow(permission, False)
        for permission in Permission
    )


def _row(
    grant: Grant, givers: Mapping[str, str], used: Mapping[tuple[str, str], datetime]
) -> GrantRow:
    permission = Permission(grant.permission)
    uses = [
        (at, action)
        for (holder_id, action), at in used.items()
        if holder_id == grant.holder_id and at >= grant.given_at and permission in _opens(action)
    ]
    used_at, used_for = max(uses, default=(None, ""))
    return GrantRow(
        permission, True, grant.given_at, givers.get(grant.given_by, ""), used_at, used_for
    )


def _opens(action: str) -> frozenset[str]:
    return frozenset(POLICY.get(Action(action), ())) if action in list(Action) else frozenset()


def _last_uses(
    session: Session, owner_id: str, holder_ids: Iterable[str]
) -> dict[tuple[str, str], datetime]:
    """Return when each holder last did each thing for the owner, by (holder, action)."""
    using = [a for a in Action if any(p in POLICY[a] for p in Permission)]
    actors = {f"patient:{id_}": id_ for id_ in holder_ids}
    rows = session.exec(
        select(AuditEntry.actor, AuditEntry.action, func.max(col(AuditEntry.at)))
        .where(
            AuditEntry.subject_id == owner_id,
            col(AuditEntry.actor).in_(list(actors)),
            col(AuditEntry.action).in_(using),
            col(AuditEntry.allowed).is_(True),
        )
        .group_by(col(AuditEntry.actor), col(AuditEntry.action))
    ).all()
    return {(actors[actor], action): at for actor, action, at in rows}


def _givers(
    session: Session,
    actor: Actor,
    owner_id: str,
    names: Mapping[str, str],
    makers: Iterable[str],
) -> dict[str, str]:
    """Say who gave something (`Actor.name`), without naming anybody the reader may not know."""
    found: dict[str, str] = {}
    staff_ids = [name.removeprefix("staff:") for name in makers if name.startswith("staff:")]
    staff = dict(
        session.exec(select(Staff.id, Staff.name).where(col(Staff.id).in_(staff_ids))).all()
    )
    for maker in makers:
        kind, _colon, id_ = maker.partition(":")
        if maker == actor.name:
            found[maker] = _("you")
        elif kind == "staff":
            found[maker] = _("{name} at our clinic").format(name=staff.get(id_, _("somebody")))
        elif kind == "patient" and (id_ == owner_id or id_ in names):
            found[maker] = names.get(id_, _("themselves"))
        else:
            found[maker] = _("a family member") if kind == "patient" else _("our clinic")
    return found
