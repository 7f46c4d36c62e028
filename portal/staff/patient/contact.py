"""Correct a patient's details at the desk."""

from sqlmodel import Session

from portal import audit
from portal.account import links
from portal.errors import NotFound
from portal.forms import EmailText, Form, PersonName, Phone, ShortText, WithBirthDate, required
from portal.ids import Id
from portal.live import touch
from portal.models import Patient
from portal.permissions import Action, Actor, require
from portal.staff.briefs import find_people
from portal.words import _


class ContactForm(WithBirthDate, Form):
    """What staff may change about a patient."""

    patient_id: Id
    first_name: PersonName = required(_("Enter the first name."))
    last_name: PersonName = required(_("Enter the last name."))
    preferred_name: PersonName = ""
    pronouns: ShortText = ""
    phone: Phone = ""
    email: EmailText = ""
    """Of a profile without a log-in; whoever signs in changes it themselves, with a proof."""


def save_contact(session: Session, actor: Actor, form: ContactForm) -> None:
    """Change a patient's details; saving the same again changes nothing.

    A new address gets nothing of what was sent to the one before: links in old mails end.

    Raises:
        NotFound, NotAllowed: they are not the actor's to change.
    """
    require(session, actor, Action.PROFILE_EDIT, form.patient_id)
    patient = session.get(Patient, form.patient_id, with_for_update=True)
    if patient is None:
        raise NotFound
    new = {
        "first_name": form.first_name,
        "last_name": form.last_name,
        "preferred_name": form.preferred_name or None,
        "pronouns": form.pronouns or None,
        "birth_on": form.birth_on,
        "phone": form.phone or None,
    }
    if not find_people(session, [patient.id])[patient.id].log_in:
        new["contact_email"] = form.email or None
    changed = sorted(name for name, value in new.items() if getattr(patient, name) != value)
    if not changed:
        return
    if "contact_email" in changed:
        for purpose in (links.Purpose.CLAIM, links.Purpose.NOT_ME):
            links.end(session, purpose, patient_id=patient.id)
    patient.sqlmodel_update(new)
    session.add(patient)
    audit.record(session, actor, Action.PROFILE_EDIT, patient.id, fields=changed)
    touch(session, patient.id)
