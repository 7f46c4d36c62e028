"""Who may be named in somebody's activity, and how."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from portal.family.initials import initials
from portal.models import AuditEntry, Patient, RelationshipSide, Staff
from portal.permissions import Actor, StaffRole
from portal.words import _

ROLES = {
    StaffRole.FULL_ACCESS: _("full access"),
    StaffRole.FRONT_DESK: _("front desk"),
    StaffRole.PRACTITIONER: _("practitioner"),
}


@dataclass(frozen=True)
class Known:
    """A patient to whom the reader is or was related: the first name and no more."""

    id: str
    first_name: str
    initials: str
    colour: int  # 0 once the relationship has ended: the colour may be somebody else's by now
    related: bool


@dataclass(frozen=True)
class Names:
    """Everybody whom one page of activity may name."""

    me: Sequence[str]  # the reader's profile and those joined into it
    known: Mapping[str, Known]
    staff: Mapping[str, str] = field(default_factory=dict)

    def is_reader(self, actor: str) -> bool:
        """Tell whether it was the reader (`Actor.name`)."""
        return actor == f"patient:{self.me[0]}"

    def who(self, actor: str) -> str:
        """Return how a sentence begins that says who did something (`Actor.name`)."""
        kind, _colon, id_ = actor.partition(":")
        if kind == "staff":
            return self.staff.get(id_, _("Our clinic"))
        if kind == "system":
            return _("The portal")
        if id_ in self.me:
            return _("You")
        return self.known[id_].first_name if id_ in self.known else _("A family member")

    def whom(self, patient_id: str | None, *, tried: bool = False) -> str:
        """Return how somebody is named inside a sentence.

        ``tried``: it is about something that was refused, which anybody can cause with any id; of
        somebody who is no relative any more it tells no name.
        """
        if patient_id in self.me:
            return _("you")
        known = self.known.get(patient_id or "")
        if known and (known.related or not tried):
            return known.first_name
        # Never a name that was only asked for by its id: that may be anybody's.
        return _("somebody else")


def people_of(session: Session, subjects: Sequence[str]) -> dict[str, Known]:
    """Return everybody who is or was related to one of ``subjects``, by id."""
    other, mine = aliased(RelationshipSide), aliased(RelationshipSide)
    rows = session.execute(
        select(Patient, mine)
        .select_from(other)
        .join(
            mine,
            (col(mine.relationship_id) == col(other.relationship_id))
            & (col(mine.patient_id) == col(other.member_id)),
        )
        .join(Patient, col(Patient.id) == col(other.patient_id))
        .where(col(other.member_id).in_(subjects), col(other.patient_id).not_in(subjects))
        .order_by(col(Patient.created_at), col(Patient.id))
    ).all()
    found: dict[str, Known] = {}
    for patient, side in rows:
        name = patient.called
        related = side.ended_at is None and side.patient_id == subjects[0]
        if related or patient.id not in found:
            colour = side.colour if related else 0
            found[patient.id] = Known(patient.id, name, initials(name, ""), colour, related)
    return found


def staff_of(session: Session, entries: Iterable[AuditEntry]) -> dict[str, str]:
    """Return the members of staff who acted, by id: name and role."""
    kinds = [entry.actor.partition(":") for entry in entries]
    ids = {id_ for kind, _colon, id_ in kinds if kind == "staff"}
    if not ids:
        return {}
    rows = session.execute(
        select(col(Staff.id), col(Staff.name), col(Staff.role)).where(col(Staff.id).in_(ids))
    ).all()
    return {
        id_: _("{name} ({role})").format(name=name, role=ROLES[StaffRole(role)])
        for id_, name, role in rows
    }


def in_trail(
    session: Session, actor: Actor, subjects: Sequence[str], known: Mapping[str, Known]
) -> list[Known]:
    """Return those of ``known`` of whom the trail holds anything, so that each choice shows some.

    Every question is one look into an index, whatever the length of the trail.
    """
    if not known:
        return []
    on, by = col(AuditEntry.subject_id), col(AuditEntry.actor)
    person = col(Patient.id)
    of_theirs = (
        select(col(AuditEntry.id)).where(on.in_(subjects), by == "patient:" + person).exists()
    )
    did = col(AuditEntry.allowed)
    of_mine = select(col(AuditEntry.id)).where(on == person, by == actor.name, did).exists()
    there = set(
        session.scalars(
            select(col(Patient.id)).where(person.in_(list(known)), of_theirs | of_mine)
        ).all()
    )
    return [one for one in known.values() if one.id in there]
