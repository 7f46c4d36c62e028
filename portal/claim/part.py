"""Part two profiles again that were joined, for 30 days: by staff, when it was the wrong person."""

from collections.abc import Iterable
from datetime import timedelta
from typing import TypedDict

from sqlalchemy import update
from sqlmodel import Session, col, select

from portal import audit, clock
from portal.account.closing import flag_visits
from portal.claim.lock import lock_pairs, lock_people
from portal.claim.move import Bond, move_visits, move_waiting
from portal.errors import Invalid, NotFound
from portal.forms import email_key
from portal.live import touch
from portal.models import Account, Block, Grant, Patient, ProfileJoin, Relationship
from portal.outbox.kinds import Kind
from portal.outbox.queue import queue
from portal.permissions import Action, Actor, Permission, require
from portal.sharing.change import end_grants, held, revive_grants
from portal.sharing.relate import end_relationship, revive_relationship
from portal.words import _

WITHIN = timedelta(days=30)


class Parted(TypedDict):
    """What parting changed between the two profiles and one other person, for the mails."""

    other: str
    ended: list[str]  # what the other one could do for the person
    ended_back: list[str]  # what the person could do for the other one
    again: list[str]  # what the other one may do for the profile again
    again_back: list[str]


def undo_join(session: Session, actor: Actor, join_id: str) -> None:
    """Give a joined profile back what it had; what was made since stays with the person.

    Visits that moved go back. What the join gave ends, and what it ended lives again as it was,
    but what one of the two has taken away since, by parting, blocking or withdrawing. The
    account of a second sign-up stays closed, so staff are shown what it had booked.

    Raises:
        NotFound, NotAllowed: there is no such join, or it is not the actor's to undo.
        Invalid: it was undone, or is too long ago.
    """
    join = session.get(ProfileJoin, join_id)
    if join is None:
        raise NotFound(action=Action.PROFILE_PART)
    require(session, actor, Action.PROFILE_PART, join.from_id)
    others = [bond["other"] for bond in join.moved["bonds"]]
    lock_pairs(session, {(other, join.into_id) for other in others})
    lock_people(session, {join.from_id, join.into_id, *others})
    # Last: another join of the same people, when it is undone, hands on to this one.
    session.refresh(join, with_for_update=True)
    if join.undone_at:
        raise Invalid({"": _("This was undone already. Reload the page to see it.")})
    if join.at <= clock.now() - WITHIN:
        raise Invalid({"": _("This is more than 30 days ago, so it can no longer be undone.")})
    bonds: list[Bond] = join.moved["bonds"]
    # Before anything ends: afterwards everybody has parted.
    back = {bond["other"] for bond in bonds if _lives_again(session, join, bond)}
    profile = _give_back(session, join, back)
    parted = [_part(session, actor, join, bond, again=bond["other"] in back) for bond in bonds]
    join.undone_at, join.undone_by = clock.now(), actor.name
    session.add_all([join, profile])
    for subject_id in (join.from_id, join.into_id):
        audit.record(session, actor, Action.PROFILE_PART, subject_id, join=join.id)
    queue(session, Kind.PARTED, join_id=join.id, parted=parted)
    for one in parted:
        queue(session, Kind.PARTED_TOLD, join_id=join.id, parted=one)
    _tell_address(session, actor, join, profile, parted)
    if closed := closed_account(session, join):
        flag_visits(session, [closed])
    touch(session, join.from_id, join.into_id, *others)


def closed_account(session: Session, join: ProfileJoin) -> Account | None:
    """Return the account of the second sign-up that was joined; ``None`` for managed profiles."""
    return session.get(Account, join.moved.get("closed_account") or "")


def _lives_again(session: Session, join: ProfileJoin, bond: Bond) -> bool:
    """Tell whether the two have neither parted nor blocked each other since."""
    relationship = session.get_one(Relationship, bond["now"], populate_existing=True)
    pair = (join.into_id, bond["other"])
    blocks = [session.get(Block, pair), session.get(Block, pair[::-1])]
    since = any(block and block.at > join.at for block in blocks)
    return relationship.ended_at is None and not since


def _give_back(session: Session, join: ProfileJoin, back: Iterable[str]) -> Patient:
    """Make the profile one of its own again, with its visits, address and who decides for it."""
    profile = session.get_one(Patient, join.from_id)
    moved = join.moved
    profile.joined_into_id = None
    profile.contact_email = moved["contact_email"]
    profile.manager_id = moved["manager_id"] if moved["manager_id"] in back else None
    move_visits(session, moved["visits"], join.into_id, join.from_id)
    move_waiting(session, join.into_id, join.from_id, moved.get("requests", []))
    session.exec(
        update(Patient)
        .where(
            col(Patient.id).in_(set(moved["manages"]) & set(back)),
            col(Patient.manager_id) == join.into_id,
        )
        .values(manager_id=join.from_id)
    )
    return profile


def _part(session: Session, actor: Actor, join: ProfileJoin, bond: Bond, *, again: bool) -> Parted:
    """End what the join gave between two people; let what it ended live again."""
    pair = (join.into_id, bond["other"])
    back = _not_taken_since(session, join, bond) if again else []
    live = select(Grant).where(Grant.relationship_id == bond["now"], col(Grant.ended_at).is_(None))
    heir = _other_join(session, join, bond)
    alone = bond["made"] and heir is None
    if not alone:
        live = live.where(col(Grant.id).in_(bond["made_grants"]))
    going = session.exec(live).all()
    kept = _kept_by(session, heir, bond["now"]) if heir else set()
    ended = [grant for grant in going if (grant.owner_id, grant.permission) not in kept]
    if alone and session.get_one(Relationship, bond["now"]).ended_at is None:
        end_relationship(session, actor, *pair, action=Action.PROFILE_PART)
    else:
        for owner_id, holder_id in (pair, pair[::-1]):
            gone = [Permission(g.permission) for g in ended if g.owner_id == owner_id]
            end_grants(session, actor, Action.PROFILE_PART, owner_id, holder_id, gone)
    if heir is not None:
        _inherit(session, heir, bond, [grant.id for grant in going if grant not in ended])
    revived: list[Grant] = []
    if again:
        revive_relationship(session, bond["ended"])
        revived = revive_grants(session, back)
    return Parted(
        other=bond["other"],
        ended=_on(join.into_id, ended),
        ended_back=_on(bond["other"], ended),
        again=_on(join.from_id, revived),
        again_back=_on(bond["other"], revived),
    )


def _not_taken_since(session: Session, join: ProfileJoin, bond: Bond) -> list[str]:
    """Return what the join ended and nobody has taken away since: that is not undone with it."""
    me, other = join.into_id, bond["other"]
    on_me, on_other = held(session, me, [other])[other], held(session, other, [me])[me]
    # Whoever had blocked the person before let nothing go over that could be taken away.
    nothing_went_over = session.get(Block, (other, me)) is not None
    return [
        grant.id
        for grant in session.exec(select(Grant).where(col(Grant.id).in_(bond["ended_grants"])))
        if (
            nothing_went_over or grant.permission in on_other
            if grant.owner_id == other
            else grant.permission in bond["lost"] or grant.permission in on_me
        )
    ]


def _on(owner_id: str, grants: Iterable[Grant]) -> list[str]:
    there = {grant.permission for grant in grants if grant.owner_id == owner_id}
    return [p for p in Permission if p in there]


def _tell_address(
    session: Session, actor: Actor, join: ProfileJoin, profile: Patient, parted: list[Parted]
) -> None:
    """Tell the profile's own address who may act for it again, where the person's is another."""
    own = session.exec(select(Account.email_key).where(Account.patient_id == join.into_id)).first()
    new = {one["other"]: one["again"] for one in parted if one["again"]}
    if new and email_key(profile.contact_email or "") != own:
        gained = {"owner_id": profile.id, "new": new, "before": {}, "by": actor.name}
        queue(session, Kind.ACCESS_GAINED, **gained)


def _other_join(session: Session, join: ProfileJoin, bond: Bond) -> ProfileJoin | None:
    """Return another join into the same person that goes on using the relationship made here."""
    others = session.exec(
        select(ProfileJoin).where(
            ProfileJoin.into_id == join.into_id,
            ProfileJoin.id != join.id,
            col(ProfileJoin.undone_at).is_(None),
        )
    ).all()
    used = (one for one in others if any(b["now"] == bond["now"] for b in one.moved["bonds"]))
    return next(used, None)


def _kept_by(session: Session, join: ProfileJoin, now: str) -> set[tuple[str, str]]:
    """Return (owner, permission) of what another join carried over into the same relationship."""
    bond: Bond = next(one for one in join.moved["bonds"] if one["now"] == now)
    before = session.exec(select(Grant).where(col(Grant.id).in_(bond["ended_grants"]))).all()
    return {
        (join.into_id if grant.owner_id == join.from_id else grant.owner_id, grant.permission)
        for grant in before
        if grant.owner_id != join.from_id or grant.permission not in bond["lost"]
    }


def _inherit(session: Session, heir: ProfileJoin, left: Bond, grant_ids: list[str]) -> None:
    """Let the other join end the relationship and these grants, should it be undone as well."""
    bonds = [
        {
            **bond,
            "made": bond["made"] or left["made"],
            "made_grants": [*bond["made_grants"], *grant_ids],
        }
        if bond["now"] == left["now"]
        else bond
        for bond in heir.moved["bonds"]
    ]
    heir.moved = {**heir.moved, "bonds": bonds}
    session.add(heir)
