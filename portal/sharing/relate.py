"""Make, name and end the link between two patients. Nothing else writes relationships."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import update
from sqlmodel import Session, col, select

from portal import audit, clock
from portal.errors import Invalid, NotFound
from portal.family.labels import Label
from portal.ids import new_id
from portal.live import touch
from portal.models import Patient, Relationship, RelationshipSide
from portal.outbox.kinds import Kind
from portal.outbox.queue import queue
from portal.permissions import Action, Actor, Permission, require
from portal.sharing.change import Answer, end_asks, end_grants, find_relationship
from portal.words import _

COLOURS = 8
OWN_COLOUR = 1


@dataclass(frozen=True)
class Side:
    """What one of the two calls the other: ``text`` is free text where the label is "other".

    ``colour`` is the one the other gets on this one's screens, where somebody has chosen it.
    """

    patient_id: str
    label: Label
    text: str = ""
    colour: int | None = None


def relate(session: Session, actor: Actor, one: Side, other: Side) -> str:
    """Link two patients that there are, without any permission; return the relationship's id.

    Raises:
        NotFound, NotAllowed: the actor may not add family members to both: only staff may.
        Invalid: the two are one person, or are linked already.
    """
    pair = one.patient_id, other.patient_id
    for id_ in pair:
        require(session, actor, Action.FAMILY_ADD, id_)
    if len(set(pair)) == 1:
        raise Invalid({"": _("These are the same person. Choose somebody else.")})
    # Two members of staff who link the same two people queue here.
    found = session.exec(
        select(Patient).where(col(Patient.id).in_(pair)).order_by(col(Patient.id)).with_for_update()
    ).all()
    if any(patient.joined_into_id for patient in found):
        raise Invalid({"": _("One of these profiles was joined to another. Choose that one.")})
    if linked(session, *pair):
        raise Invalid({"": _("These two are linked already. Edit what is there.")})
    return write_relationship(session, actor, one, other)


def write_relationship(
    session: Session,
    actor: Actor,
    one: Side,
    other: Side,
    *,
    action: Action = Action.FAMILY_ADD,
) -> str:
    """Write the link and its two sides; whoever calls has decided that it may be."""
    now = clock.now()
    relationship = Relationship(id=new_id(), made_by=actor.name, made_at=now)
    session.add(relationship)
    session.flush()
    for side, member in ((one, other), (other, one)):
        session.add(
            RelationshipSide(
                relationship_id=relationship.id,
                patient_id=side.patient_id,
                member_id=member.patient_id,
                label=side.label,
                label_text=_other(side),
                colour=side.colour or free_colour(session, side.patient_id),
            )
        )
    session.flush()
    audit.record(session, actor, action, other.patient_id, member=one.patient_id)
    if actor.staff_id:  # it is in both people's trails then, as a patient's own doing is
        audit.record(session, actor, action, one.patient_id, member=other.patient_id)
    touch(session, one.patient_id, other.patient_id)
    return relationship.id


def set_label(session: Session, actor: Actor, side: Side, member_id: str) -> None:
    """Set what one person calls another; what the other calls them stays.

    Patients name their own side; staff both.

    Raises:
        NotFound: the actor has no relationship with that member, or it ended.
    """
    require(session, actor, Action.RELATIONSHIP_LABEL, member_id)
    if actor.staff_id:
        require(session, actor, Action.RELATIONSHIP_LABEL, side.patient_id)
    elif side.patient_id != actor.me:
        raise NotFound(action=Action.RELATIONSHIP_LABEL, subject_id=side.patient_id)
    changed = session.exec(
        update(RelationshipSide)
        .where(
            col(RelationshipSide.patient_id) == side.patient_id,
            col(RelationshipSide.member_id) == member_id,
            col(RelationshipSide.ended_at).is_(None),
        )
        .values(label=side.label, label_text=_other(side))
    ).rowcount
    if not changed:
        raise NotFound(action=Action.RELATIONSHIP_LABEL, subject_id=member_id)
    audit.record(session, actor, Action.RELATIONSHIP_LABEL, member_id, label=side.label)
    touch(session, side.patient_id)


def remove(
    session: Session, actor: Actor, member_id: str, *, of: str | None = None, quiet: bool = False
) -> None:
    """End a relationship with a family member: every permission, both ways, at once.

    A patient ends their own; staff say ``of`` whom, and both are told.

    Visits, paid invoices and sent forms stay. A managed profile keeps nobody who decides for it:
    from then on the clinic does. ``quiet`` sends no mail.

    Raises:
        NotFound: there is no such relationship, or it is not the actor's to end.
    """
    require(session, actor, Action.RELATIONSHIP_REMOVE, member_id)
    patient_id = of if actor.staff_id and of else actor.me
    end_relationship(session, actor, patient_id, member_id)
    if not quiet:
        queue(session, Kind.RELATIONSHIP_ENDED, told_id=member_id, other_id=patient_id)
        if actor.staff_id:
            queue(session, Kind.RELATIONSHIP_ENDED, told_id=patient_id, other_id=member_id)


def end_relationship(
    session: Session,
    actor: Actor,
    patient_id: str,
    member_id: str,
    *,
    action: Action = Action.RELATIONSHIP_REMOVE,
) -> None:
    """End a link with all that was given in it and asked; whoever calls has asked permission.

    Raises:
        NotFound: there is no live relationship between the two.
    """
    relationship_id = find_relationship(session, member_id, patient_id)
    now = clock.now()
    for owner_id, holder_id in ((patient_id, member_id), (member_id, patient_id)):
        end_grants(session, actor, action, owner_id, holder_id, Permission)
        end_asks(session, actor, owner_id, holder_id, Permission, answer=Answer.ENDED)
    for table, id_ in (
        (RelationshipSide, col(RelationshipSide.relationship_id)),
        (Relationship, col(Relationship.id)),
    ):
        session.exec(update(table).where(id_ == relationship_id).values(ended_at=now))
    session.exec(
        update(Relationship)
        .where(col(Relationship.id) == relationship_id)
        .values(ended_by=actor.name)
    )
    pair = (patient_id, member_id)
    session.exec(
        update(Patient)
        .where(col(Patient.id).in_(pair), col(Patient.manager_id).in_(pair))
        .values(manager_id=None)
    )
    audit.record(session, actor, action, member_id, member=patient_id)
    if actor.staff_id:
        audit.record(session, actor, action, patient_id, member=member_id)
    touch(session, *pair)


def revive_relationship(session: Session, relationship_id: str) -> None:
    """Let a link live again as it was, without what was given in it; whoever calls decided it."""
    for table, id_ in (
        (RelationshipSide, col(RelationshipSide.relationship_id)),
        (Relationship, col(Relationship.id)),
    ):
        session.exec(update(table).where(id_ == relationship_id).values(ended_at=None))
    session.exec(
        update(Relationship).where(col(Relationship.id) == relationship_id).values(ended_by=None)
    )


def linked(session: Session, one_id: str, other_id: str) -> bool:
    """Tell whether two people have a live relationship."""
    sides = select(RelationshipSide.member_id).where(
        RelationshipSide.patient_id == one_id,
        RelationshipSide.member_id == other_id,
        col(RelationshipSide.ended_at).is_(None),
    )
    return session.exec(sides).first() is not None


def free_colour(session: Session, patient_id: str) -> int:
    """Return the colour that fewest people have on somebody's screens; the first is their own."""
    taken = session.exec(
        select(RelationshipSide.colour).where(
            RelationshipSide.patient_id == patient_id, col(RelationshipSide.ended_at).is_(None)
        )
    ).all()
    return least_used(taken)


def least_used(taken: Sequence[int]) -> int:
    """Return the colour that was taken least often; none comes twice before all are taken."""
    counts = {colour: taken.count(colour) for colour in range(1, COLOURS + 1)}
    counts[OWN_COLOUR] += 1
    return min(counts, key=lambda one: (counts[one], one))


def _other(side: Side) -> str | None:
    return side.text or None if side.label is Label.OTHER else None
