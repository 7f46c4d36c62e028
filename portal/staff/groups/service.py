"""Named lists of patients, "The Smiths": to book people together by. They change no permission."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete
from sqlmodel import Session, col, select

from portal import audit, clock
from portal.booking.policy import MOST_IN_GROUP
from portal.errors import Invalid, NotFound
from portal.forms import Form, ShortText, required
from portal.ids import Id, IdOrNone, is_id, new_id
from portal.live import touch
from portal.models import Patient, PatientGroup, PatientGroupMember
from portal.once import first_time
from portal.permissions import Action, Actor, require
from portal.staff.patients.service import full_name
from portal.staff.rights import require_at_clinic
from portal.words import _

MOST = 500
CHANGED = "group.change"
WATCHED = "patient-groups"
"""What pages that list groups watch: each change to one touches it."""


class GroupForm(Form):
    """A new list, or another name for one."""

    group_id: IdOrNone = ""
    name: ShortText = required(_("Write a name, such as “The Smiths”."))


@dataclass(frozen=True)
class Member:
    """Somebody on a list."""

    id: str
    name: str


@dataclass(frozen=True)
class Group:
    """A list; the first one on it pays, unless another is chosen when booking."""

    id: str
    name: str
    members: tuple[Member, ...]


def list_groups(session: Session, actor: Actor) -> tuple[Group, ...]:
    """List every group by name.

    Raises:
        NotAllowed: the actor does not look after the schedule.
    """
    require_at_clinic(session, actor, Action.SCHEDULE_EDIT)
    query = select(PatientGroup).where(col(PatientGroup.ended_at).is_(None))
    groups = session.exec(query.order_by(col(PatientGroup.name), col(PatientGroup.id)).limit(MOST))
    return _with_members(session, groups.all())


def read_group(session: Session, actor: Actor, group_id: str) -> Group:
    """Return one group.

    Raises:
        NotAllowed: the actor does not look after the schedule.
        NotFound: there is no such group any more.
    """
    require_at_clinic(session, actor, Action.SCHEDULE_EDIT)
    return _with_members(session, [_find(session, group_id, lock=False)])[0]


def save_group(session: Session, actor: Actor, form: GroupForm) -> str:
    """Make a group, or give one another name; return its id.

    Raises:
        NotAllowed: the actor does not look after the schedule.
        NotFound: there is no such group any more.
    """
    require_at_clinic(session, actor, Action.SCHEDULE_EDIT)
    if form.group_id:
        group = _find(session, form.group_id)
        group.name = form.name
    else:
        if form.request_key and not first_time(session, actor, form.request_key, form):
            return ""
        group = PatientGroup(id=new_id(), name=form.name, made_by=actor.name, made_at=clock.now())
    session.add(group)
    _note(session, actor, "group.save", group.id)
    return group.id


def add_member(session: Session, actor: Actor, group_id: Id, patient_id: Id) -> None:
    """Put somebody on a list, at its end; once more changes nothing.

    Raises:
        NotAllowed: the actor does not look after the schedule.
        NotFound: there is no such group or patient.
        Invalid: the list is full, or the profile is a part of another one.
    """
    require_at_clinic(session, actor, Action.SCHEDULE_EDIT)
    group = _find(session, group_id)
    patient_id = require(session, actor, Action.PROFILE_READ, patient_id)
    if session.get_one(Patient, patient_id).joined_into_id:
        raise Invalid({"": _("This profile is a part of another one. Add that one instead.")})
    there = _rows(session, [group.id])
    if patient_id in {row.patient_id for row in there}:
        return
    if len(there) >= MOST_IN_GROUP:
        words = _("A group has at most {most} people. Take somebody off first.")
        raise Invalid({"": words.format(most=MOST_IN_GROUP)})
    position = max((row.position for row in there), default=-1) + 1
    session.add(PatientGroupMember(group_id=group.id, patient_id=patient_id, position=position))
    _note(session, actor, "group.add", group.id, patient_id)


def remove_member(session: Session, actor: Actor, group_id: Id, patient_id: Id) -> None:
    """Take somebody off a list; once more changes nothing.

    Raises:
        NotAllowed, NotFound: as `add_member`.
    """
    require_at_clinic(session, actor, Action.SCHEDULE_EDIT)
    group = _find(session, group_id)
    session.exec(
        delete(PatientGroupMember).where(
            col(PatientGroupMember.group_id) == group.id,
            col(PatientGroupMember.patient_id) == patient_id,
        )
    )
    _note(session, actor, "group.remove", group.id, patient_id)


def end_group(session: Session, actor: Actor, group_id: Id) -> None:
    """End a list; visits that were booked by it stay as they are.

    Raises:
        NotAllowed, NotFound: as `add_member`.
    """
    require_at_clinic(session, actor, Action.SCHEDULE_EDIT)
    group = _find(session, group_id)
    group.ended_at = clock.now()
    session.add(group)
    _note(session, actor, "group.end", group.id)


def _find(session: Session, group_id: str, *, lock: bool = True) -> PatientGroup:
    group = session.get(PatientGroup, group_id, with_for_update=lock) if is_id(group_id) else None
    if group is None or group.ended_at:
        raise NotFound
    return group


def _note(
    session: Session, actor: Actor, action: str, group_id: str, patient_id: str | None = None
) -> None:
    # The clinic's own list: it is in nobody's trail.
    audit.record(session, actor, CHANGED, None, change=action, group=group_id, member=patient_id)
    touch(session, WATCHED)


def _rows(session: Session, group_ids: Sequence[str]) -> Sequence[PatientGroupMember]:
    return session.exec(
        select(PatientGroupMember)
        .where(col(PatientGroupMember.group_id).in_(group_ids))
        .order_by(col(PatientGroupMember.position), col(PatientGroupMember.patient_id))
    ).all()


def _with_members(session: Session, groups: Sequence[PatientGroup]) -> tuple[Group, ...]:
    ids = [group.id for group in groups]
    rows = session.exec(
        select(PatientGroupMember, Patient)
        .join(Patient, col(Patient.id) == col(PatientGroupMember.patient_id))
        .where(col(PatientGroupMember.group_id).in_(ids))
        .order_by(col(PatientGroupMember.position), col(Patient.id))
    ).all()
    members: dict[str, dict[str, Member]] = defaultdict(dict)
    for row, patient in rows:
        # Somebody whose profile was joined to another one comes as that one.
        id_ = patient.joined_into_id or patient.id
        members[row.group_id].setdefault(id_, Member(id_, full_name(patient)))
    return tuple(Group(group.id, group.name, tuple(members[group.id].values())) for group in groups)
