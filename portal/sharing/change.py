"""Give and end permissions. Each change writes its audit rows and queues its mail with it.

Nothing else writes `Grant` rows or ends a relationship.
"""

from collections.abc import Iterable, Mapping

from sqlalchemy import exists, update
from sqlmodel import Session, col, select

from portal import audit, clock
from portal.errors import NotAllowed, NotFound
from portal.ids import PatientId, new_id
from portal.models import Account, Grant, Patient, Relationship, RelationshipSide
from portal.outbox.kinds import Kind
from portal.outbox.queue import queue
from portal.permissions.actor import Actor
from portal.permissions.check import require
from portal.permissions.permission import Permission
from portal.permissions.policy import Action
from portal.words import _


def held(session: Session, owner_id: str, holder_ids: Iterable[str]) -> dict[str, list[Permission]]:
    """Return what each holder holds on the owner, in the order of the enumeration."""
    rows = session.exec(
        select(Grant.holder_id, Grant.permission).where(
            Grant.owner_id == owner_id,
            col(Grant.holder_id).in_(holder_ids := list(holder_ids)),
            col(Grant.ended_at).is_(None),
        )
    ).all()
    found = {holder_id: {p for h, p in rows if h == holder_id} for holder_id in holder_ids}
    return {h: [p for p in Permission if p in permissions] for h, permissions in found.items()}


def give(
    session: Session,
    actor: Actor,
    owner_id: str,
    wanted: Mapping[PatientId, Iterable[Permission]],
) -> None:
    """Let holders act for the owner; one change, so one mail to the owner, however many holders.

    What a holder has already is left as it is. The owner gets no mail where nothing is new.

    Raises:
        NotFound, NotAllowed: the actor may not give, there is no relationship, or the holder's
            address is not confirmed yet (product.md, section 4).
    """
    require(session, actor, Action.GRANT_GIVE, owner_id)
    asked = {h: {Permission(p) for p in permissions} for h, permissions in wanted.items()}
    # Locked before anything is compared, so that the same change sent twice at once is one change;
    # in one order, so that two changes never wait for each other.
    relationships = {h: _relationship(session, owner_id, h) for h in sorted(asked)}
    before = held(session, owner_id, asked)
    new = {h: [p for p in Permission if p in asked[h] - set(before[h])] for h in asked}
    new = {h: permissions for h, permissions in new.items() if permissions}
    now = clock.now()
    for holder_id, permissions in new.items():
        _refuse_unverified(session, owner_id, holder_id)
        for permission in permissions:
            session.add(
                Grant(
                    id=new_id(),
                    relationship_id=relationships[holder_id],
                    owner_id=owner_id,
                    holder_id=holder_id,
                    permission=permission,
                    given_by=actor.name,
                    given_at=now,
                )
            )
            audit.record(
                session, actor, Action.GRANT_GIVE, owner_id, holder=holder_id, permission=permission
            )
    if new:
        queue(session, Kind.ACCESS_GAINED, owner_id=owner_id, new=new, before=before, by=actor.name)


def withdraw(
    session: Session, actor: Actor, owner_id: str, holder_id: str, permissions: Iterable[Permission]
) -> None:
    """End permissions for the owner; the holder is told, without a reason.

    Raises:
        NotFound, NotAllowed: the actor does not decide for the owner.
    """
    require(session, actor, Action.GRANT_WITHDRAW, owner_id)
    ended = _end(session, actor, Action.GRANT_WITHDRAW, owner_id, holder_id, permissions)
    if ended:
        queue(session, Kind.ACCESS_LOST, owner_id=owner_id, holder_id=holder_id, permissions=ended)


def give_up(
    session: Session, actor: Actor, owner_id: str, permissions: Iterable[Permission]
) -> None:
    """Drop permissions that the actor holds on somebody; the owner is told.

    Raises:
        NotFound: the actor has no relationship with that patient.
    """
    require(session, actor, Action.GRANT_GIVE_UP, owner_id)
    ended = _end(session, actor, Action.GRANT_GIVE_UP, owner_id, actor.me, permissions)
    if ended:
        queue(
            session, Kind.ACCESS_GIVEN_UP, owner_id=owner_id, holder_id=actor.me, permissions=ended
        )


def remove(
    session: Session, actor: Actor, member_id: str, *, of: str | None = None, quiet: bool = False
) -> None:
    """End a relationship with a family member: every permission, both ways, at once.

    A patient ends their own; staff say ``of`` whom.

    Visits, paid invoices and sent forms stay. A managed profile keeps nobody who decides for it:
    from then on the clinic does. ``quiet`` sends no mail.

    Raises:
        NotFound: there is no such relationship, or it is not the actor's to end.
    """
    require(session, actor, Action.RELATIONSHIP_REMOVE, member_id)
    patient_id = of if actor.staff_id and of else actor.me
    relationship_id = _relationship(session, member_id, patient_id)
    now = clock.now()
    for owner_id, holder_id in ((patient_id, member_id), (member_id, patient_id)):
        _end(session, actor, Action.RELATIONSHIP_REMOVE, owner_id, holder_id, Permission)
    session.exec(
        update(RelationshipSide)
        .where(col(RelationshipSide.relationship_id) == relationship_id)
        .values(ended_at=now)
    )
    session.exec(
        update(Relationship)
        .where(col(Relationship.id) == relationship_id)
        .values(ended_at=now, ended_by=actor.name)
    )
    pair = (patient_id, member_id)
    session.exec(
        update(Patient)
        .where(col(Patient.id).in_(pair), col(Patient.manager_id).in_(pair))
        .values(manager_id=None)
    )
    audit.record(session, actor, Action.RELATIONSHIP_REMOVE, member_id)
    if not quiet:
        queue(session, Kind.RELATIONSHIP_ENDED, told_id=member_id, other_id=patient_id)


def _end(
    session: Session,
    actor: Actor,
    action: Action,
    owner_id: str,
    holder_id: str,
    permissions: Iterable[Permission],
) -> list[Permission]:
    """End what is live of ``permissions``; return what was ended."""
    ended = (
        session.exec(
            update(Grant)
            .where(
                col(Grant.owner_id) == owner_id,
                col(Grant.holder_id) == holder_id,
                col(Grant.permission).in_(list(permissions)),
                col(Grant.ended_at).is_(None),
            )
            .values(ended_at=clock.now(), ended_by=actor.name)
            .returning(col(Grant.permission))
        )
        .scalars()
        .all()
    )
    for permission in ended:
        audit.record(session, actor, action, owner_id, holder=holder_id, permission=permission)
    return [p for p in Permission if p in ended]


def _relationship(session: Session, owner_id: str, holder_id: str) -> str:
    """Return the id of the live relationship, locked so that giving and removing queue."""
    id_ = session.exec(
        select(Relationship.id)
        .join(RelationshipSide, col(RelationshipSide.relationship_id) == col(Relationship.id))
        .where(
            RelationshipSide.patient_id == holder_id,
            RelationshipSide.member_id == owner_id,
            col(RelationshipSide.ended_at).is_(None),
            col(Relationship.ended_at).is_(None),
        )
        # The row that both directions share: its two sides would be two different locks.
        .with_for_update(of=Relationship)
    ).first()
    if id_ is None:
        raise NotFound
    return id_


def _refuse_unverified(session: Session, owner_id: str, holder_id: str) -> None:
    """Refuse a holder whose address is not confirmed, unless they added the profile themselves."""
    unverified = session.exec(
        select(Account.id).where(
            Account.patient_id == holder_id,
            col(Account.verified_at).is_(None),
            ~exists().where(col(Patient.id) == owner_id, col(Patient.manager_id) == holder_id),
        )
    ).first()
    if unverified:
        raise NotAllowed(
            _("This person has not confirmed their email yet. Ask them to, then try again.")
        )
