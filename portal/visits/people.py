"""The people whom an actor may do something for, as screens show them."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, String, and_, literal
from sqlmodel import Session, col, select

from portal.models import Patient, RelationshipSide
from portal.permissions import Action, Actor, visible
from portal.sharing.relate import OWN_COLOUR
from portal.visits.rows import PersonRow

# A family ends at 40 (`portal.family.add.MOST_IN_ALL`); the list of a front desk would not end.
MOST_PEOPLE = 50


def people(
    session: Session, actor: Actor, action: Action, *, among: Collection[str] | None = None
) -> tuple[PersonRow, ...]:
    """List to whom ``actor`` may do ``action``: themselves first, then as they were added.

    With ``among`` only those of them.
    """
    query = (
        select(Patient, RelationshipSide)
        .join(RelationshipSide, side_seen_by(literal(actor.id, String)), isouter=True)
        .where(col(Patient.id).in_(visible(actor, action)))
        .order_by(col(Patient.id) != actor.id, col(Patient.created_at), col(Patient.id))
        .limit(MOST_PEOPLE)
    )
    if among is not None:
        query = query.where(col(Patient.id).in_(among))
    return tuple(person_row(actor, patient, side) for patient, side in session.exec(query).all())


def side_seen_by(actor_id: ColumnElement[str]) -> ColumnElement[bool]:
    """Join a `Patient` to what an actor calls them: there is none for the actor or for staff."""
    return and_(
        col(RelationshipSide.patient_id) == actor_id,
        col(RelationshipSide.member_id) == col(Patient.id),
        col(RelationshipSide.ended_at).is_(None),
    )


def person_row(actor: Actor, patient: Patient, side: RelationshipSide | None) -> PersonRow:
    """Return a patient as ``actor``, who was let through to them, sees them."""
    return PersonRow(
        id=patient.id,
        first_name=patient.called,
        last_name=patient.last_name,
        is_me=patient.id == actor.patient_id,
        colour=side.colour if side else OWN_COLOUR,
        label=side.label if side else None,
        label_text=side.label_text if side else None,
    )
