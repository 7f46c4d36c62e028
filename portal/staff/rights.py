"""What members of staff may do that concerns no patient, and who they are."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from portal.errors import NotAllowed, NotFound, SignedOut
from portal.family.initials import initials
from portal.models import Account, Patient, Staff
from portal.permissions import Action, Actor, StaffRole, may_at_clinic, visible
from portal.words import _


@dataclass(frozen=True)
class StaffBadge:
    """Who is signed in at the clinic, as the frame of the staff pages shows it."""

    name: str
    initials: str
    email: str
    role: StaffRole
    runs_clinic: bool  # changes settings, looks after log-ins
    at_desk: bool  # sees everybody, makes profiles


def staff_badge(session: Session, actor: Actor) -> StaffBadge:
    """Return who the actor is.

    Raises:
        SignedOut: they do not work here any more.
    """
    found = session.exec(
        select(Staff, Account.email)
        .join(Account)
        .where(Staff.id == actor.staff_id, Account.id == actor.account_id)
    ).first()
    if found is None or found[0].ended_at:
        raise SignedOut
    staff, email = found
    first, _space, last = staff.name.rpartition(" ")
    return StaffBadge(
        name=staff.name,
        initials=initials(first, last),
        email=email,
        role=StaffRole(staff.role),
        runs_clinic=may_at_clinic(session, actor, Action.SETTINGS_EDIT),
        at_desk=may_at_clinic(session, actor, Action.PROFILE_EDIT),
    )


def require_staff(actor: Actor) -> None:
    """Refuse whoever does not work here; what they may do comes on top.

    Raises:
        NotFound: the actor is a patient.
    """
    if actor.kind != "staff":
        raise NotFound


def require_at_clinic(session: Session, actor: Actor, action: Action) -> None:
    """Refuse somebody whose role does not allow this.

    Raises:
        NotAllowed: with what to do next.
    """
    if not may_at_clinic(session, actor, action):
        raise NotAllowed(
            _("This takes full access. Ask a colleague who has it to do this for you."),
            action=action,
        )


def reaches(actor: Actor, action: Action, patient_id: Mapped[str]) -> ColumnElement[bool]:
    """Tell of each row whether the actor may do ``action`` to the patient it names.

    It is asked row by row: the list of everybody whom a front desk reaches never ends. The query
    around it must name patients by an alias.
    """
    return one_by_one(visible(actor, action).where(col(Patient.id) == patient_id))


def one_by_one(rows: Select[str] | SelectOfScalar[str]) -> ColumnElement[bool]:
    """Tell whether there are such rows, looked up for each row of the query around it.

    PostgreSQL would like to read all of them first and compare afterwards; the offset, which takes
    nothing away, keeps it from that.
    """
    return rows.limit(1).offset(0).exists()
