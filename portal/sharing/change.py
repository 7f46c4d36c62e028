"""Give and end permissions. Each change writes its audit rows and queues its mail with it.

Nothing else writes `Grant` rows; the links between people are `portal.sharing.relate`'s.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from sqlalchemy import exists, update
from sqlmodel import Session, col, select

from portal import audit, clock
from portal.booking.release import release_for
from portal.errors import NotAllowed, NotFound
from portal.ids import PatientId, new_id
from portal.live import touch
from portal.models import Account, Ask, Block, Grant, Patient, Relationship, RelationshipSide
from portal.outbox.kinds import Kind
from portal.outbox.queue import queue
from portal.permissions.actor import Actor
from portal.permissions.check import require
from portal.permissions.permission import Permission
from portal.permissions.policy import Action
from portal.words import _


class Answer(StrEnum):
    """What became of an ask."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    TAKEN_BACK = "taken_back"
    ENDED = "ended"  # the relationship ended first


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

    What a holder has already is left as it is. The owner gets no mail where nothing is new. An ask
    for what is given is answered with it.

    Raises:
        NotFound, NotAllowed: the actor may not give, there is no relationship, the owner has
            blocked the holder, or the holder's address is not confirmed (product.md, section 4).
    """
    require(session, actor, Action.GRANT_GIVE, owner_id)
    asked = {h: {Permission(p) for p in permissions} for h, permissions in wanted.items()}
    # Locked before anything is compared, so that the same change sent twice at once is one change;
    # in one order, so that two changes never wait for each other.
    relationships = {h: find_relationship(session, owner_id, h) for h in sorted(asked)}
    # Whoever waited may decide no more: the profile was claimed meanwhile.
    require(session, actor, Action.GRANT_GIVE, owner_id)
    before = held(session, owner_id, asked)
    new = {h: [p for p in Permission if p in asked[h] - set(before[h])] for h in asked}
    new = {h: permissions for h, permissions in new.items() if permissions}
    for holder_id, permissions in new.items():
        _refuse_unverified(session, owner_id, holder_id)
        _refuse_blocked(session, owner_id, holder_id)
        write_grants(session, actor, relationships[holder_id], owner_id, holder_id, permissions)
        end_asks(session, actor, owner_id, holder_id, permissions, answer=Answer.ACCEPTED)
    if new:
        touch(session, owner_id, *new)
        queue(session, Kind.ACCESS_GAINED, owner_id=owner_id, new=new, before=before, by=actor.name)


def withdraw(
    session: Session,
    actor: Actor,
    owner_id: str,
    holder_id: str,
    permissions: Iterable[Permission],
    *,
    quiet: bool = False,
) -> None:
    """End permissions for the owner; the holder is told, without a reason, unless ``quiet``.

    Raises:
        NotFound, NotAllowed: the actor does not decide for the owner.
    """
    require(session, actor, Action.GRANT_WITHDRAW, owner_id)
    ended = end_grants(session, actor, Action.GRANT_WITHDRAW, owner_id, holder_id, permissions)
    if ended and not quiet:
        queue(session, Kind.ACCESS_LOST, owner_id=owner_id, holder_id=holder_id, permissions=ended)


def give_up(
    session: Session, actor: Actor, owner_id: str, permissions: Iterable[Permission]
) -> None:
    """Drop permissions that the actor holds on somebody; the owner is told.

    Raises:
        NotFound: the actor has no relationship with that patient.
    """
    require(session, actor, Action.GRANT_GIVE_UP, owner_id)
    ended = end_grants(session, actor, Action.GRANT_GIVE_UP, owner_id, actor.me, permissions)
    if ended:
        queue(
            session, Kind.ACCESS_GIVEN_UP, owner_id=owner_id, holder_id=actor.me, permissions=ended
        )


def write_grants(
    session: Session,
    actor: Actor,
    relationship_id: str,
    owner_id: str,
    holder_id: str,
    permissions: Iterable[Permission],
    *,
    action: Action = Action.GRANT_GIVE,
) -> list[str]:
    """Write grants that are not there yet and return their ids; whoever calls has decided it."""
    now, ids = clock.now(), []
    for permission in permissions:
        grant = Grant(
            id=new_id(),
            relationship_id=relationship_id,
            owner_id=owner_id,
            holder_id=holder_id,
            permission=permission,
            given_by=actor.name,
            given_at=now,
        )
        session.add(grant)
        ids.append(grant.id)
        audit.record(session, actor, action, owner_id, holder=holder_id, permission=permission)
    return ids


def revive_grants(session: Session, grant_ids: Iterable[str]) -> list[Grant]:
    """Let grants live again as they were, and return them; whoever calls has decided it."""
    session.exec(
        update(Grant)
        .where(col(Grant.id).in_(grant_ids := list(grant_ids)), col(Grant.ended_at).is_not(None))
        .values(ended_at=None, ended_by=None)
        .execution_options(synchronize_session=False)
    )
    return list(
        session.exec(
            select(Grant)
            .where(col(Grant.id).in_(grant_ids))
            .execution_options(populate_existing=True)
        )
    )


def end_grants(
    session: Session,
    actor: Actor,
    action: Action,
    owner_id: str,
    holder_id: str,
    permissions: Iterable[Permission],
) -> list[Permission]:
    """End what is live of ``permissions`` and return it; whoever calls has asked permission."""
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
    if ended:
        touch(session, owner_id, holder_id)
    if Permission.BOOK in ended:
        release_for(session, holder_id, owner_id)
    return [p for p in Permission if p in ended]


def end_asks(
    session: Session,
    actor: Actor,
    owner_id: str,
    holder_id: str,
    permissions: Iterable[Permission],
    *,
    answer: Answer,
) -> None:
    """Close the open asks for ``permissions``: they were answered, or there is nobody to answer."""
    session.exec(
        update(Ask)
        .where(
            col(Ask.owner_id) == owner_id,
            col(Ask.holder_id) == holder_id,
            col(Ask.permission).in_(list(permissions)),
            col(Ask.answered_at).is_(None),
        )
        .values(answered_at=clock.now(), answered_by=actor.name, answer=answer)
    )


def find_relationship(session: Session, owner_id: str, holder_id: str) -> str:
    """Return the id of the live relationship, locked so that all changes inside it queue.

    Raises:
        NotFound: there is none.
    """
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


def _refuse_blocked(session: Session, owner_id: str, holder_id: str) -> None:
    """Refuse a holder whom the owner has blocked: unblocking comes first, and is the owner's."""
    if session.get(Block, (owner_id, holder_id)):
        raise NotAllowed(
            _("This person is blocked. Nothing can be given to them until that is taken back.")
        )


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
