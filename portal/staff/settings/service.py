"""Settings > Online Booking > *Booking, Cancelling & Relationships*."""

from datetime import time
from typing import Annotated, Any

from sqlmodel import Session

from portal import audit
from portal.booking.policy import read_policy
from portal.forms import Form
from portal.live import touch_everybody
from portal.models import BookingPolicy, Clinic
from portal.permissions import Action, Actor
from portal.staff.rights import require_at_clinic
from portal.staff.typed import DayTime, long_text, whole

CHANGED = "clinic.set"

OF_CLINIC = ("allow_related_profiles", "patients_manage_sharing")


class SettingsForm(Form):
    """All settings of online booking, as they are to be: the form shows every one of them."""

    lead_minutes: Annotated[int, whole(0, 20_160)]
    horizon_days: Annotated[int, whole(1, 366)]
    same_day: bool
    step_minutes: Annotated[int, whole(5, 60, step=5)]
    most_upcoming: Annotated[int | None, whole(1, 200, may_be_blank=True)]
    late_cancel_hours: Annotated[int, whole(0, 720)]
    patients_cancel: bool
    patients_reschedule: bool
    several_people: bool
    group_visits: bool
    classes: bool
    recurring: bool
    wait_list: bool
    wait_offer_minutes: Annotated[int, whole(10, 2880)]
    night_from: DayTime
    night_until: DayTime
    hide_services: bool
    policy_text: Annotated[str, long_text(2000)]
    allow_related_profiles: bool
    patients_manage_sharing: bool


OF_BOOKING = tuple(
    name for name in SettingsForm.model_fields if name not in {*OF_CLINIC, "request_key"}
)


def read_settings(session: Session, actor: Actor) -> SettingsForm:
    """Return the settings; a clinic that has set none has the defaults.

    Raises:
        NotAllowed: the actor has no full access.
    """
    require_at_clinic(session, actor, Action.SETTINGS_EDIT)
    clinic, policy = session.get_one(Clinic, "clinic"), read_policy(session)
    values = {name: getattr(clinic, name) for name in OF_CLINIC}
    return SettingsForm.model_construct(
        **values, **{name: getattr(policy, name) for name in OF_BOOKING}
    )


def save_settings(session: Session, actor: Actor, form: SettingsForm) -> SettingsForm:
    """Change the settings; each takes effect with the next event of every open page.

    Visits that are booked stay as they are. Of two people who save at once the last one wins, and
    the form shows all that they save; each change is on the trail with what was there before.

    Raises:
        NotAllowed: the actor has no full access.
    """
    require_at_clinic(session, actor, Action.SETTINGS_EDIT)
    clinic = session.get_one(Clinic, "clinic", with_for_update=True)
    policy = session.get(BookingPolicy, "clinic", populate_existing=True) or BookingPolicy()
    for row, names in ((clinic, OF_CLINIC), (policy, OF_BOOKING)):
        for name in names:
            before, after = getattr(row, name), getattr(form, name)
            if before != after:
                setattr(row, name, after)
                detail = {"before": _short(before), "after": _short(after)}
                audit.record(session, actor, CHANGED, None, setting=name, **detail)
                touch_everybody(session)
        session.add(row)
    session.flush()
    return read_settings(session, actor)


def _short(value: Any) -> Any:
    """Return a value as the trail keeps it: a text is there in its length only."""
    if isinstance(value, str):
        return len(value)
    return value.isoformat() if isinstance(value, time) else value
