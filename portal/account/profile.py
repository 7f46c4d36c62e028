"""A person's own details: what the frame shows of them, and the profile page."""

from dataclasses import dataclass
from datetime import date

from pydantic import field_validator
from sqlalchemy import String, bindparam, func
from sqlmodel import Session, col, select

from portal import audit
from portal.booking.zones import is_zone
from portal.clinic import ClinicInfo, clinic_info
from portal.errors import NotFound
from portal.family.faces import family_faces
from portal.forms import PersonName, Phone, ShortText, WithBirthDate, required
from portal.live import touch
from portal.models import Account, Patient
from portal.permissions import Action, Actor, require, who_can
from portal.words import _


@dataclass(frozen=True)
class Badge:
    """Who is signed in, as the frame shows it."""

    name: str
    initials: str
    email: str
    verified: bool


@dataclass(frozen=True)
class Frame:
    """What stands around every page: the clinic, and who is signed in."""

    clinic: ClinicInfo
    me: Badge | None


@dataclass(frozen=True)
class ProfileRow:
    """A patient's contact and profile details."""

    first_name: str
    last_name: str
    preferred_name: str
    pronouns: str
    birth_on: date | None
    phone: str
    zone: str  # the one in which they see times; empty: that of each place


class ProfileForm(WithBirthDate):
    """What a patient may change about themselves online."""

    first_name: PersonName = required(_("Enter your first name."))
    last_name: PersonName = required(_("Enter your last name."))
    phone: Phone = required(_("Enter your mobile phone number."))
    preferred_name: PersonName = ""
    pronouns: ShortText = ""
    zone: str | None = None  # without it the zone stays as it is; empty: that of each place

    @field_validator("zone")
    @classmethod
    def _one_of_the_list(cls, value: str | None) -> str | None:
        if value and not is_zone(value):
            raise ValueError(_("Choose a place from the list."))
        return value


# Asked whenever a page opens, so put together once: that takes longer than to answer it.
_BADGE = (
    select(
        func.coalesce(func.nullif(col(Patient.preferred_name), ""), col(Patient.first_name)),
        col(Account.email),
        col(Account.verified_at),
    )
    .join(Account, col(Account.patient_id) == col(Patient.id))
    .where(col(Patient.id) == bindparam("me", type_=String))
)


def my_badge(session: Session, actor: Actor) -> Badge:
    """Return who the actor is."""
    require(session, actor, Action.PROFILE_READ, actor.me)
    name, email, verified_at = session.execute(_BADGE, {"me": actor.me}).one()
    return Badge(name, family_faces(session, actor)[actor.me], email, verified_at is not None)


def get_frame(session: Session, actor: Actor | None) -> Frame:
    """Return what the frame of every page shows, read in one transaction."""
    return Frame(clinic_info(session), my_badge(session, actor) if actor else None)


def get_profile(session: Session, actor: Actor, patient_id: str) -> ProfileRow:
    """Return the details of a patient.

    Raises:
        NotFound, NotAllowed: they are not the actor's to see.
    """
    require(session, actor, Action.PROFILE_READ, patient_id)
    patient = session.get(Patient, patient_id)
    if patient is None:
        raise NotFound
    return ProfileRow(
        first_name=patient.first_name,
        last_name=patient.last_name,
        preferred_name=patient.preferred_name or "",
        pronouns=patient.pronouns or "",
        birth_on=patient.birth_on,
        phone=patient.phone or "",
        zone=patient.zone or "",
    )


def save_profile(session: Session, actor: Actor, patient_id: str, form: ProfileForm) -> ProfileRow:
    """Change the details of a patient; saving the same again changes nothing.

    On whose clock somebody reads times is for themselves to say, whoever else may edit the rest.

    Raises:
        NotFound, NotAllowed: they are not the actor's to change.
    """
    require(session, actor, Action.PROFILE_EDIT, patient_id)
    patient = session.get_one(Patient, patient_id, with_for_update=True)
    new = {
        "first_name": form.first_name,
        "last_name": form.last_name,
        "preferred_name": form.preferred_name or None,
        "pronouns": form.pronouns or None,
        "birth_on": form.birth_on,
        "phone": form.phone,
    }
    if form.zone is not None and patient_id == actor.id:
        new["zone"] = form.zone or None
    changed = sorted(name for name, value in new.items() if getattr(patient, name) != value)
    if changed:
        patient.sqlmodel_update(new)
        session.add(patient)
        audit.record(session, actor, Action.PROFILE_EDIT, patient_id, fields=changed)
        touch(session, patient_id, *who_can(session, Action.RELATIONSHIP_READ, patient_id))
    return get_profile(session, actor, patient_id)
