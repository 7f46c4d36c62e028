"""Make a profile for somebody who is not a patient yet, and link it: the front desk's "create"."""

from pydantic import Field
from sqlmodel import Session

from portal import audit, clock
from portal.errors import NotAllowed
from portal.family.labels import LONGEST_OTHER, Label
from portal.forms import EmailText, Form, PersonName, Phone, ShortText, WithBirthDate, required
from portal.ids import Id, PatientId, new_id
from portal.models import Patient
from portal.once import first_time
from portal.permissions import SIX, Action, Actor, may_at_clinic, require
from portal.sharing import change
from portal.sharing.relate import Side, write_relationship
from portal.staff.briefs import find_people
from portal.staff.link.edit import refuse_large, tell_linked
from portal.staff.patient.guardian import require_guardian
from portal.words import _


class NewRelative(WithBirthDate, Form):
    """A new profile beside ``patient_id``; unlike a family member's form it needs no e-mail."""

    patient_id: Id
    member_is: Label
    member_is_text: ShortText = Field(default="", max_length=LONGEST_OTHER)
    patient_is: Label
    patient_is_text: ShortText = Field(default="", max_length=LONGEST_OTHER)
    first_name: PersonName = required(_("Enter the first name."))
    last_name: PersonName = required(_("Enter the last name."))
    email: EmailText = ""
    phone: Phone = ""
    decides: bool = False
    """The patient decides for the new profile and may do all six things for it."""


def add_relative(session: Session, actor: Actor, form: NewRelative) -> PatientId | None:
    """Make a managed profile linked to a patient; return its id, or ``None`` for a repetition.

    As when a family member adds somebody, it never looks whether a name or address is known, and
    whoever decides for the profile may do all six things for it.

    Raises:
        NotFound, NotAllowed: the actor may not add to this patient's family.
        Invalid: the family would become too large, or the patient cannot decide for another.
    """
    require(session, actor, Action.FAMILY_ADD, form.patient_id)
    if not may_at_clinic(session, actor, Action.PROFILE_EDIT):
        raise NotAllowed(_("Only the front desk can make a new profile. Ask them to."))
    if form.request_key and not first_time(session, actor, form.request_key, form):
        return None
    patient_id = PatientId(form.patient_id)
    # Two at once wait for each other here, so that both count the same family.
    session.get(Patient, patient_id, with_for_update=True)
    refuse_large(session, patient_id)
    if form.decides:
        require_guardian(find_people(session, [patient_id])[patient_id])
    profile = Patient(
        id=new_id(),
        first_name=form.first_name,
        last_name=form.last_name,
        birth_on=form.birth_on,
        phone=form.phone or None,
        contact_email=form.email or None,
        manager_id=patient_id if form.decides else None,
        created_at=clock.now(),
    )
    session.add(profile)
    session.flush()
    new = PatientId(profile.id)
    audit.record(session, actor, "profile.make", new)
    write_relationship(
        session,
        actor,
        Side(patient_id, form.member_is, form.member_is_text),
        Side(new, form.patient_is, form.patient_is_text),
    )
    tell_linked(session, actor, patient_id, new)
    if form.decides:
        change.give(session, actor, new, {patient_id: SIX})
    else:
        tell_linked(session, actor, new, patient_id)
    return new
