"""Holidays: made, listed, taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlmodel import Session, col, select

from portal import audit, clock
from portal.errors import Invalid, NotFound
from portal.forms import Form, ShortText, required
from portal.ids import IdOrNone, new_id
from portal.live import touch_everybody
from portal.models import Holiday, Location
from portal.once import first_time
from portal.permissions import Action, Actor
from portal.staff.affected.service import Scope, carefully
from portal.staff.rights import require_at_clinic
from portal.staff.typed import Day
from portal.words import _

MOST = 400
BACK = timedelta(days=31)  # past ones are listed so long


class HolidayForm(Form):
    """A day on which a place, or without one the whole clinic, is closed."""

    confirmed: IdOrNone = ""
    on_date: Day
    name: ShortText = required(_("Enter what the day is called."))
    place_id: IdOrNone = ""


@dataclass(frozen=True)
class HolidayLine:
    """One holiday."""

    id: str
    on_date: date
    name: str
    place_name: str  # empty for the whole clinic


def list_holidays(session: Session, actor: Actor) -> Sequence[HolidayLine]:
    """List the holidays from a month ago on, in order; at most `MOST`.

    Raises:
        NotAllowed: the actor has no full access.
    """
    require_at_clinic(session, actor, Action.SETTINGS_EDIT)
    rows = session.exec(
        select(Holiday, Location.name)
        .join(Location, col(Location.id) == col(Holiday.location_id), isouter=True)
        .where(col(Holiday.on_date) >= clock.now().date() - BACK)
        .order_by(col(Holiday.on_date), col(Holiday.name), col(Holiday.id))
        .limit(MOST)
    ).all()
    return [HolidayLine(day.id, day.on_date, day.name, place or "") for day, place in rows]


def place_names(session: Session, actor: Actor) -> Sequence[tuple[str, str]]:
    """List the ids and names of places that are in use.

    Raises:
        NotAllowed: the actor has no full access.
    """
    require_at_clinic(session, actor, Action.SETTINGS_EDIT)
    return session.exec(
        select(Location.id, Location.name)
        .where(col(Location.ended).is_(False))
        .order_by(col(Location.position), col(Location.id))
    ).all()


def add_holiday(session: Session, actor: Actor, form: HolidayForm) -> bool:
    """Close a day; the same one twice is one.

    Raises:
        NotAllowed: the actor has no full access.
        NotFound: there is no such place.
        Invalid: that day is closed already.
        Affects: there are visits on that day.
    """
    require_at_clinic(session, actor, Action.SETTINGS_EDIT)
    place_id = form.place_id or None
    if place_id and session.get(Location, place_id) is None:
        raise NotFound
    if form.request_key and not first_time(session, actor, form.request_key, form):
        return True
    same = select(Holiday.id).where(
        Holiday.on_date == form.on_date, Holiday.location_id == place_id
    )
    if session.exec(same).first():
        raise Invalid({"on_date": _("This day is closed already.")})
    midnight = datetime.combine(form.on_date, time(), UTC)
    scope = Scope(location_id=place_id, after=midnight, before=midnight + timedelta(days=1))
    holiday = Holiday(id=new_id(), on_date=form.on_date, name=form.name, location_id=place_id)
    with carefully(session, scope, form.confirmed):
        session.add(holiday)
    audit.record(session, actor, "catalogue.save", None, what="holiday", id=holiday.id)
    touch_everybody(session)
    return True


def remove_holiday(session: Session, actor: Actor, holiday_id: str) -> bool:
    """Open a day again.

    Raises:
        NotAllowed: the actor has no full access.
        NotFound: there is no such holiday.
    """
    require_at_clinic(session, actor, Action.SETTINGS_EDIT)
    holiday = session.get(Holiday, holiday_id)
    if holiday is None:
        raise NotFound
    session.delete(holiday)
    audit.record(session, actor, "catalogue.save", None, what="holiday", id=holiday_id, ended=True)
    touch_everybody(session)
    return True
