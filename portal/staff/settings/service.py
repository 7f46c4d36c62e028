"""Settings > Online Booking > *Booking, Cancelling & Relationships*."""

from dataclasses import dataclass

from sqlmodel import Session

from portal import audit
from portal.forms import Form
from portal.live import touch_everybody
from portal.models import Clinic
from portal.permissions import Action, Actor
from portal.staff.rights import require_at_clinic

CHANGED = "clinic.set"


@dataclass(frozen=True)
class BookingSettings:
    """What patients may do online."""

    allow_related_profiles: bool
    patients_manage_sharing: bool


class SettingsForm(Form):
    """Both settings, as they are to be."""

    allow_related_profiles: bool
    patients_manage_sharing: bool


def read_settings(session: Session, actor: Actor) -> BookingSettings:
    """Return the settings.

    Raises:
        NotAllowed: the actor has no full access.
    """
    require_at_clinic(session, actor, Action.SETTINGS_EDIT)
    clinic = session.get_one(Clinic, "clinic")
    return BookingSettings(clinic.allow_related_profiles, clinic.patients_manage_sharing)


def save_settings(session: Session, actor: Actor, form: SettingsForm) -> BookingSettings:
    """Change the settings; each takes effect with the next event of every open page.

    Raises:
        NotAllowed: the actor has no full access.
    """
    require_at_clinic(session, actor, Action.SETTINGS_EDIT)
    clinic = session.get_one(Clinic, "clinic", with_for_update=True)
    for name in ("allow_related_profiles", "patients_manage_sharing"):
        before, after = getattr(clinic, name), getattr(form, name)
        if before != after:
            setattr(clinic, name, after)
            audit.record(session, actor, CHANGED, None, setting=name, before=before, after=after)
            touch_everybody(session)
    session.add(clinic)
    return read_settings(session, actor)
