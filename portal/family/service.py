"""My family members: what I may do for each, giving it up, and removing somebody."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import Field
from sqlmodel import Session, col, select

from portal.account.fresh import require_fresh
from portal.errors import NotFound
from portal.family.labels import LONGEST_OTHER, Label
from portal.forms import Form, ShortText
from portal.ids import Id
from portal.models import Grant, Patient, RelationshipSide
from portal.permissions import SIX, Action, Actor, Permission, require, visible
from portal.sharing import change, relate
from portal.sharing.setting import require_own_sharing

# A page shows at most this many; `portal.family.add.MOST_IN_ALL` keeps a family below it.
PAGE = 50

# The others shape mails and feeds and open nothing here (product.md, section 2).
SHOWN_IN_PORTAL = {Permission.BOOK, Permission.INTAKE, Permission.VIEW_AND_PAY}


@dataclass(frozen=True)
class MemberRow:
    """One family member as the actor may see them.

    ``last_name`` is there only where the actor holds something that shows the member in the portal;
    otherwise a relationship shows the first name and the label (product.md, section 2).
    """

    id: str
    first_name: str
    last_name: str
    label: str
    label_text: str | None
    colour: int
    managed_by_me: bool
    held: tuple[Permission, ...]


class LabelForm(Form):
    """What the actor calls a family member."""

    member_id: Id
    label: Label
    label_text: ShortText = Field(default="", max_length=LONGEST_OTHER)


class RemovalForm(Form):
    """The answer to the question before a removal."""

    member_id: Id
    quiet: bool = False


def list_members(
    session: Session, actor: Actor, member_id: str | None = None
) -> Sequence[MemberRow]:
    """List the actor's family, in the order in which it was added; or the one member asked for.

    What they may do for the actor is not part of it: the client's description keeps that off
    this page.
    """
    require(session, actor, Action.FAMILY_LIST, actor.me)
    query = (
        select(RelationshipSide, Patient)
        .join(Patient, col(Patient.id) == col(RelationshipSide.member_id))
        .where(RelationshipSide.patient_id == actor.me, col(RelationshipSide.ended_at).is_(None))
        .order_by(col(Patient.created_at), col(Patient.id))
        .limit(PAGE)
    )
    if member_id is not None:
        query = query.where(RelationshipSide.member_id == member_id)
    rows = session.exec(query).all()
    grants = session.exec(
        select(Grant.owner_id, Grant.permission).where(
            Grant.holder_id == actor.me,
            col(Grant.ended_at).is_(None),
            col(Grant.owner_id).in_([patient.id for _side, patient in rows]),
        )
    ).all()
    managed = set(session.scalars(visible(actor, Action.GRANT_GIVE)))
    return [
        _row(side, patient, {p for owner_id, p in grants if owner_id == patient.id}, managed)
        for side, patient in rows
    ]


def find_member(session: Session, actor: Actor, member_id: str) -> MemberRow:
    """Return one member of the actor's family.

    Raises:
        NotFound: the actor has no relationship with that patient.
    """
    found = list_members(session, actor, member_id)
    if not found:
        raise NotFound
    return found[0]


def give_up(session: Session, actor: Actor, member_id: str, permission: Permission) -> MemberRow:
    """Drop one permission that the actor holds on a family member, at once.

    Raises:
        NotFound: the actor has no relationship with that patient.
    """
    change.give_up(session, actor, member_id, [permission])
    return find_member(session, actor, member_id)


def take_back(session: Session, actor: Actor, member_id: str, permission: Permission) -> MemberRow:
    """Take one of the six on a profile that the actor manages; its address is told.

    Raises:
        NotFound, NotAllowed: the actor does not decide for that patient, or the clinic makes such
            changes itself.
        PasswordNeeded: who is at the keys has to be proved anew.
    """
    if permission not in SIX:
        raise NotFound(action=Action.GRANT_GIVE, subject_id=member_id)
    require(session, actor, Action.GRANT_GIVE, member_id)
    require_own_sharing(session, actor)
    require_fresh(session, actor)
    change.give(session, actor, member_id, {actor.me: [permission]})
    return find_member(session, actor, member_id)


def set_label(session: Session, actor: Actor, form: LabelForm) -> MemberRow:
    """Set what the actor calls a family member; what the member calls the actor stays.

    Raises:
        NotFound: the actor has no relationship with that patient.
    """
    mine = relate.Side(actor.me, form.label, form.label_text)
    relate.set_label(session, actor, mine, form.member_id)
    return find_member(session, actor, form.member_id)


def remove_member(session: Session, actor: Actor, form: RemovalForm) -> None:
    """End the relationship and every permission in both directions, at once.

    Removing somebody who is already gone is fine: a browser that reconnects asks again.
    """
    if list_members(session, actor, form.member_id):
        relate.remove(session, actor, form.member_id, quiet=form.quiet)


def _row(side: RelationshipSide, patient: Patient, held: set[str], managed: set[str]) -> MemberRow:
    return MemberRow(
        id=patient.id,
        first_name=patient.called,
        last_name=patient.last_name if held & SHOWN_IN_PORTAL else "",
        label=side.label,
        label_text=side.label_text,
        colour=side.colour,
        managed_by_me=patient.id in managed,
        held=tuple(p for p in SIX if p in held),
    )
