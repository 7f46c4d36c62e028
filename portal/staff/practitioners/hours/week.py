"""Change when a practitioner works: weekly hours, and other hours on single days."""

from datetime import UTC, datetime, time, timedelta

from sqlmodel import Session, select

from portal import say
from portal.errors import Invalid, NotFound
from portal.ids import new_id
from portal.models import DayHours, Shift
from portal.permissions import Action, Actor
from portal.staff.affected.service import Scope, carefully
from portal.staff.practitioners.hours.forms import DayForm, ShiftForm
from portal.staff.practitioners.hours.rules import Hours, overlapping
from portal.staff.practitioners.hours.service import (
    is_first,
    note_saved,
    require_there,
    weekly_shifts,
)
from portal.staff.rights import require_at_clinic
from portal.words import _

ONE_DAY = timedelta(days=1)


def save_shift(session: Session, actor: Actor, form: ShiftForm) -> bool:
    """Save weekly hours, one row for each day of the week; they take the place of ``shift_id``.

    Raises:
        NotAllowed: the actor has no full access.
        NotFound: there is no such practitioner, place or shift.
        Invalid: times do not fit together, or with the other hours.
        Affects: visits to come would be outside.
    """
    require_at_clinic(session, actor, Action.SETTINGS_EDIT)
    require_there(session, form.practitioner_id, form.place_id)
    _refuse(form.wrong())
    old = session.get(Shift, form.shift_id) if form.shift_id else None
    if form.shift_id and (old is None or old.practitioner_id != form.practitioner_id):
        raise NotFound
    if old is None and not is_first(session, actor, form):
        return True
    with carefully(session, Scope(practitioner_id=form.practitioner_id), form.confirmed):
        if old:
            session.delete(old)
            session.flush()
        others = [
            _hours(shift) for shift in weekly_shifts(session, form.practitioner_id, every=True)
        ]
        for weekday in form.weekdays:
            new = Hours(weekday, form.starts, form.ends, form.from_on, form.until_on)
            if there := overlapping(new, others):
                raise Invalid({"starts": _overlap_words(there)})
            session.add(
                Shift(
                    id=new_id(),
                    practitioner_id=form.practitioner_id,
                    location_id=form.place_id,
                    weekday=weekday,
                    starts=form.starts,
                    ends=form.ends,
                    from_on=form.from_on,
                    until_on=form.until_on,
                )
            )
    return note_saved(session, actor, "shift", form.practitioner_id)


def remove_shift(session: Session, actor: Actor, shift_id: str, confirmed: str = "") -> bool:
    """Take weekly hours away.

    Raises:
        NotAllowed: the actor has no full access.
        NotFound: there are no such hours.
        Affects: visits to come would be outside.
    """
    require_at_clinic(session, actor, Action.SETTINGS_EDIT)
    shift = session.get(Shift, shift_id)
    if shift is None:
        raise NotFound
    with carefully(session, Scope(practitioner_id=shift.practitioner_id), confirmed):
        session.delete(shift)
    return note_saved(session, actor, "shift", shift.practitioner_id)


def add_day(session: Session, actor: Actor, form: DayForm) -> bool:
    """Give one day other hours than the weekly ones; several rows of a day add up.

    Raises:
        NotAllowed: the actor has no full access.
        NotFound: there is no such practitioner or place.
        Invalid: times do not fit together, or with what is there for that day.
        Affects: visits to come would be outside.
    """
    require_at_clinic(session, actor, Action.SETTINGS_EDIT)
    require_there(session, form.practitioner_id, form.place_id)
    _refuse(form.wrong())
    if not is_first(session, actor, form):
        return True
    _refuse_second(session, form)
    works = form.works == "yes"
    midnight = datetime.combine(form.on_date, time(), UTC)
    scope = Scope(practitioner_id=form.practitioner_id, after=midnight, before=midnight + ONE_DAY)
    with carefully(session, scope, form.confirmed):
        session.add(
            DayHours(
                id=new_id(),
                practitioner_id=form.practitioner_id,
                on_date=form.on_date,
                starts=form.starts if works else None,
                ends=form.ends if works else None,
                location_id=form.place_id if works else None,
            )
        )
    return note_saved(session, actor, "day", form.practitioner_id)


def remove_day(session: Session, actor: Actor, day_id: str, confirmed: str = "") -> bool:
    """Go back to the weekly hours on one day, or take one of that day's rows away.

    Raises:
        NotAllowed: the actor has no full access.
        NotFound: there is no such row.
        Affects: visits to come would be outside.
    """
    require_at_clinic(session, actor, Action.SETTINGS_EDIT)
    day = session.get(DayHours, day_id)
    if day is None:
        raise NotFound
    with carefully(session, Scope(practitioner_id=day.practitioner_id), confirmed):
        session.delete(day)
    return note_saved(session, actor, "day", day.practitioner_id)


def _hours(shift: Shift) -> Hours:
    return Hours(shift.weekday, shift.starts, shift.ends, shift.from_on, shift.until_on)


def _overlap_words(there: Hours) -> str:
    words = _(
        "They work on {day} from {start} to {end} already. Choose other times, or edit those."
    )
    return words.format(
        day=say.weekday_name(there.weekday),
        start=say.clock_time(there.starts),
        end=say.clock_time(there.ends),
    )


def _refuse(wrong: dict[str, str]) -> None:
    if wrong:
        raise Invalid(wrong)


def _refuse_second(session: Session, form: DayForm) -> None:
    """Refuse what contradicts the rows of that day: off and at work, or two hours at once."""
    rows = session.exec(
        select(DayHours).where(
            DayHours.practitioner_id == form.practitioner_id, DayHours.on_date == form.on_date
        )
    ).all()
    for row in rows:
        if row.starts is None or row.ends is None or form.works == "no":
            raise Invalid({"on_date": _("This day has other hours already. Remove those first.")})
        if form.starts and form.ends and form.starts < row.ends and row.starts < form.ends:
            raise Invalid({"starts": _("They work at that time already. Choose other times.")})
