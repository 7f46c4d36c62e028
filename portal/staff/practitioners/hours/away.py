"""Time off: a practitioner is away, whatever their hours say."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from portal import clock
from portal.booking.hours import working_spans
from portal.booking.policy import read_policy
from portal.booking.shifts import wall_clock_instant
from portal.booking.units import instant_of
from portal.errors import Invalid, NotFound
from portal.ids import new_id
from portal.models import Location, TimeOff
from portal.permissions import Action, Actor
from portal.staff.affected.service import Scope, carefully
from portal.staff.practitioners.hours.forms import TimeOffForm
from portal.staff.practitioners.hours.service import is_first, note_saved, require_there, zone_of
from portal.staff.rights import require_at_clinic
from portal.waitlist.offer import time_freed
from portal.words import _

ONE_DAY = timedelta(days=1)
LONGEST = timedelta(days=732)


def add_time_off(session: Session, actor: Actor, form: TimeOffForm) -> bool:
    """Let a practitioner be away; nothing is cancelled by it.

    Raises:
        NotAllowed: the actor is not at the front desk.
        NotFound: there is no such practitioner.
        Invalid: it ends before it begins, is over, or longer than two years.
        Affects: there are visits in that time.
    """
    require_at_clinic(session, actor, Action.SCHEDULE_EDIT)
    require_there(session, form.practitioner_id)
    starts_at, ends_at = _instants(form, zone_of(session, form.practitioner_id))
    if ends_at <= starts_at:
        raise Invalid({"until_on": _("This must be later than the start.")})
    if ends_at <= clock.now():
        raise Invalid({"until_on": _("This time is over. Choose one to come.")})
    if ends_at - starts_at > LONGEST:
        raise Invalid({"until_on": _("Two years at most. End the practitioner instead.")})
    if not is_first(session, actor, form):
        return True
    scope = Scope(practitioner_id=form.practitioner_id, after=starts_at, before=ends_at)
    with carefully(session, scope, form.confirmed):
        session.add(
            TimeOff(
                id=new_id(),
                practitioner_id=form.practitioner_id,
                starts_at=starts_at,
                ends_at=ends_at,
                reason=form.reason,
            )
        )
    return note_saved(session, actor, "time off", form.practitioner_id)


def remove_time_off(session: Session, actor: Actor, time_off_id: str) -> bool:
    """Take time off back; the time is free again, and the wait list is asked first.

    Raises:
        NotAllowed: the actor is not at the front desk.
        NotFound: there is no such time off.
    """
    require_at_clinic(session, actor, Action.SCHEDULE_EDIT)
    off = session.get(TimeOff, time_off_id)
    if off is None:
        raise NotFound
    session.delete(off)
    session.flush()
    spans = working_spans(
        session,
        [off.practitioner_id],
        session.exec(select(Location).where(col(Location.ended).is_(False))).all(),
        off.starts_at.date() - ONE_DAY,
        off.ends_at.date() + ONE_DAY,
        read_policy(session),
    )
    for span in spans:
        first = max(instant_of(span.start), off.starts_at)
        end = min(instant_of(span.end), off.ends_at)
        if first < end:
            time_freed(session, off.practitioner_id, span.location_id, first, end)
    return note_saved(session, actor, "time off", off.practitioner_id)


def _instants(form: TimeOffForm, zone: ZoneInfo) -> tuple[datetime, datetime]:
    last_on, last_time = form.last
    if last_time is None:
        last_on, last_time = last_on + ONE_DAY, time()
    return wall_clock_instant(*form.first, zone), wall_clock_instant(last_on, last_time, zone)
