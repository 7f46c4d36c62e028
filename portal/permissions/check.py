"""The three questions: may this actor (`can`), whom do they reach (`visible`), who may (`who_can`).

Each reads the database in the caller's transaction. Unknown means no. What is not somebody's to
know about looks exactly like what does not exist.
"""

from collections.abc import Sequence
from functools import cache
from typing import TypeVar

from sqlalchemy import Select, String, bindparam, exists, literal, select
from sqlmodel import Session, SQLModel, col

from portal.errors import NotAllowed, NotFound
from portal.ids import PatientId
from portal.models import Patient, Staff
from portal.permissions.actor import Actor, StaffRole
from portal.permissions.policy import POLICY, Action, Standing
from portal.permissions.reach import Id, patient_pairs, staff_subjects

Row = TypeVar("Row", bound=SQLModel)


def can(session: Session, actor: Actor, action: Action, subject_id: str) -> bool:
    """Tell whether ``actor`` may do ``action`` to the patient ``subject_id``, now."""
    ids = {"actor_id": actor.id, "subject_id": subject_id}
    # No id has a NUL or half a character, and PostgreSQL does not even take them as a question.
    return subject_id.isprintable() and session.scalars(_one_pair(action, actor.kind), ids).one()


def require(session: Session, actor: Actor, action: Action, subject_id: str) -> PatientId:
    """Return the subject's id if ``actor`` may do ``action`` to them.

    Raises:
        NotFound: the actor may not even know of that patient.
        NotAllowed: the actor knows the patient but may not do this.
    """
    if can(session, actor, action, subject_id):
        return PatientId(subject_id)
    known = can(session, actor, Action.RELATIONSHIP_READ, subject_id)
    raise (NotAllowed if known else NotFound)(action=action, subject_id=subject_id)


def require_row(
    session: Session, actor: Actor, action: Action, table: type[Row], row_id: str
) -> Row:
    """Return the row of a table with a ``patient_id`` if the actor may do ``action`` to them.

    The row is locked until the transaction ends, so that two answers to it queue.

    Raises:
        NotFound: there is no such row, or it is not this actor's to know about.
    """
    row = session.get(table, row_id, with_for_update=True)
    patient_id: str | None = row and row.patient_id  # pyright: ignore[reportAttributeAccessIssue]
    if row is None or patient_id is None or not can(session, actor, action, patient_id):
        raise NotFound(action=action, subject_id=patient_id)
    return row


def visible(actor: Actor, action: Action) -> Select[str]:
    """Select the ids of every patient to whom ``actor`` may do ``action``: use it as a subquery."""
    # A parameter of its own: under one name, two actors' lists in one query would share an actor.
    return _subjects(action, actor.kind, literal(actor.id, String))


def who_can(session: Session, action: Action, subject_id: str) -> Sequence[PatientId]:
    """Return the patients with an account who may do ``action`` to the subject, them included.

    Mail copies and calendar feeds ask this when they are sent, not when they are queued.
    """
    found = session.scalars(_actors(action), {"subject_id": subject_id})
    return [PatientId(id_) for id_ in found]


def may_at_clinic(session: Session, actor: Actor, action: Action) -> bool:
    """Tell whether a member of staff may do what concerns no patient, such as change a setting."""
    roles = [role for role in StaffRole if role in POLICY.get(action, ())]
    at_work = (col(Staff.id) == actor.staff_id, col(Staff.ended_at).is_(None))
    return session.scalars(select(exists().where(*at_work, col(Staff.role).in_(roles)))).one()


# What follows builds the statements, those of `can` and `who_can` once for each action.
ACTOR = bindparam("actor_id", type_=String)
SUBJECT = bindparam("subject_id", type_=String)


@cache
def _one_pair(action: Action, kind: str) -> Select[bool]:
    return select(exists(_subjects(action, kind, ACTOR, SUBJECT)))


@cache
def _actors(action: Action) -> Select[str]:
    actors = patient_pairs(action, None, SUBJECT).subquery().c.actor
    return select(actors).distinct().order_by(actors)


def _subjects(action: Action, kind: str, actor: Id, subject: Id | None = None) -> Select[str]:
    """Select whom an actor of that kind may do ``action`` to: everybody, or only ``subject``."""
    if kind == "patient":
        return select(patient_pairs(action, actor, subject).subquery().c.subject).distinct()
    query = staff_subjects(action, actor)
    if kind == "system":
        query = select(col(Patient.id)).where(literal(Standing.SYSTEM in POLICY.get(action, ())))
    return query if subject is None else query.where(col(Patient.id) == subject)
