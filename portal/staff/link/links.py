"""How two patients are related, both ways side by side."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from portal import clock
from portal.errors import Invalid, NotAllowed, NotFound
from portal.family.add import MOST_IN_ALL
from portal.ids import keyed_hash
from portal.models import Ask, Grant, Patient, RelationshipSide
from portal.permissions import Action, Actor, Permission, require, visible
from portal.staff.briefs import Brief, find_people
from portal.words import _

NEW = "new"
"""What a form has "seen" of two people who are not related yet."""


@dataclass(frozen=True)
class Calls:
    """What somebody is to somebody else."""

    label: str
    text: str


@dataclass(frozen=True)
class LinkRow:
    """A patient and one relative: both labels, both directions."""

    patient: Brief
    member: Brief
    colour: int  # the relative's, on the patient's screens
    member_is: Calls | None  # what the relative is to the patient; None before they are related
    patient_is: Calls | None
    patient_may: tuple[Permission, ...]  # for the relative
    member_may: tuple[Permission, ...]  # for the patient
    patient_asks: tuple[Permission, ...]
    member_asks: tuple[Permission, ...]
    may_edit: bool  # both are the actor's patients
    seen: str  # changes with anything of the above that can be saved


def list_links(session: Session, actor: Actor, patient_id: str) -> Sequence[LinkRow]:
    """List a patient's relatives, in the order in which they came; at most `MOST_IN_ALL`.

    Raises:
        NotFound: the patient is not the actor's to see.
    """
    require(session, actor, Action.FAMILY_LIST, patient_id)
    require(session, actor, Action.GRANT_READ, patient_id)
    return _links(session, actor, patient_id)


def find_link(session: Session, actor: Actor, patient_id: str, member_id: str) -> LinkRow:
    """Return how two patients are related, or two strangers as they would be.

    Raises:
        NotFound, NotAllowed: not both are the actor's patients.
        Invalid: they are one person, or one of the profiles is part of another by now.
    """
    require_both(session, actor, patient_id, member_id)
    if found := _links(session, actor, patient_id, member_id):
        return found[0]
    if patient_id == member_id:
        raise Invalid({"": _("These are the same person. Choose somebody else.")})
    people = find_people(session, [patient_id, member_id])
    if any(one.joined_into for one in people.values()):
        raise Invalid({"": _("One of these profiles was joined to another. Choose that one.")})
    nothing = ((), (), (), ())
    return LinkRow(
        people[patient_id], people[member_id], 2, None, None, *nothing, may_edit=True, seen=NEW
    )


def require_both(session: Session, actor: Actor, patient_id: str, member_id: str) -> None:
    """Refuse unless both are the actor's patients.

    Raises:
        NotFound, NotAllowed: they are not; in words where the two are known to be related.
    """
    require(session, actor, Action.GRANT_GIVE, patient_id)
    reached = visible(actor, Action.GRANT_GIVE).where(col(Patient.id) == member_id)
    if not session.exec(select(reached.exists())).one():
        if _links(session, actor, patient_id, member_id):
            raise NotAllowed(
                _("Only the front desk can change this link: the other person is not your patient.")
            )
        raise NotFound(action=Action.GRANT_GIVE, subject_id=member_id)


def _links(
    session: Session, actor: Actor, patient_id: str, member_id: str | None = None
) -> list[LinkRow]:
    """Return the live links of a patient, or the one with ``member_id``."""
    query = (
        select(RelationshipSide)
        .join(Patient, col(Patient.id) == col(RelationshipSide.member_id))
        .where(RelationshipSide.patient_id == patient_id, col(RelationshipSide.ended_at).is_(None))
        .order_by(col(Patient.created_at), col(Patient.id))
        .limit(MOST_IN_ALL)
    )
    if member_id is not None:
        query = query.where(RelationshipSide.member_id == member_id)
    mine = session.exec(query).all()
    ids = [side.member_id for side in mine]
    theirs = {
        side.patient_id: side
        for side in session.exec(
            select(RelationshipSide).where(
                RelationshipSide.member_id == patient_id,
                col(RelationshipSide.patient_id).in_(ids),
                col(RelationshipSide.ended_at).is_(None),
            )
        )
    }
    given = _given(session, patient_id, ids)
    asked = _asked(session, patient_id, ids)
    people = find_people(session, [patient_id, *ids])
    reached = visible(actor, Action.GRANT_GIVE).where(col(Patient.id).in_(ids))
    editable = set(session.scalars(reached).all())
    return [
        LinkRow(
            patient=people[patient_id],
            member=people[side.member_id],
            colour=side.colour,
            member_is=Calls(side.label, side.label_text or ""),
            patient_is=Calls(other.label, other.label_text or ""),
            patient_may=_permissions(given, side.member_id, patient_id),
            member_may=_permissions(given, patient_id, side.member_id),
            patient_asks=_permissions(asked, side.member_id, patient_id),
            member_asks=_permissions(asked, patient_id, side.member_id),
            may_edit=side.member_id in editable,
            seen=_seen(side, other, given),
        )
        for side in mine
        for other in [theirs[side.member_id]]
    ]


Given = dict[tuple[str, str], dict[str, str]]
"""(owner, holder) -> permission -> id."""


def _given(session: Session, patient_id: str, ids: list[str]) -> Given:
    rows = session.exec(
        select(Grant).where(
            (col(Grant.owner_id) == patient_id) & col(Grant.holder_id).in_(ids)
            | (col(Grant.holder_id) == patient_id) & col(Grant.owner_id).in_(ids),
            col(Grant.ended_at).is_(None),
        )
    ).all()
    return _by_direction(rows)


def _asked(session: Session, patient_id: str, ids: list[str]) -> Given:
    rows = session.exec(
        select(Ask).where(
            (col(Ask.owner_id) == patient_id) & col(Ask.holder_id).in_(ids)
            | (col(Ask.holder_id) == patient_id) & col(Ask.owner_id).in_(ids),
            col(Ask.answered_at).is_(None),
            col(Ask.expires_at) > clock.now(),
            # What a person blocked does not exist for them, so it is nothing to remind them of.
            col(Ask.unheard).is_(False),
        )
    ).all()
    return _by_direction(rows)


def _by_direction(rows: Sequence[Grant] | Sequence[Ask]) -> Given:
    found: Given = {}
    for row in rows:
        found.setdefault((row.owner_id, row.holder_id), {})[row.permission] = row.id
    return found


def _permissions(given: Given, owner_id: str, holder_id: str) -> tuple[Permission, ...]:
    there = given.get((owner_id, holder_id), {})
    return tuple(permission for permission in Permission if permission in there)


def _seen(side: RelationshipSide, other: RelationshipSide, given: Given) -> str:
    pair = side.patient_id, side.member_id
    back = side.member_id, side.patient_id
    grants = sorted([*given.get(pair, {}).values(), *given.get(back, {}).values()])
    labels = [side.label, side.label_text or "", other.label, other.label_text or ""]
    return keyed_hash("link", "\0".join([side.relationship_id, *labels, *grants]))
