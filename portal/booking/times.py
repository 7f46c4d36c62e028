"""Free times of a service, by day, as somebody who books looks through them."""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

from sqlmodel import Session

from portal.booking.catalogue import is_bound
from portal.booking.free import Question, ask
from portal.booking.hours import list_places as list_places
from portal.booking.hours import working_spans as working_spans
from portal.booking.policy import read_policy
from portal.booking.rows import Day, Slot, Window
from portal.booking.slots import slots
from portal.booking.soonest import find_soonest as find_soonest
from portal.booking.soonest import nearest as nearest
from portal.booking.soonest import next_available as next_available
from portal.booking.window import is_in_part, window_of
from portal.booking.zones import viewer_zone
from portal.errors import Invalid
from portal.permissions import Actor
from portal.words import _

MOST_DAYS = 31


def booking_window(session: Session, actor: Actor | None) -> Window:
    """Return the first and the last day with times that can be booked, in the viewer's calendar."""
    zone = viewer_zone(session, actor)
    return window_of(list_places(session), read_policy(session), zone, staff=not is_bound(actor))


def find_times(
    session: Session,
    actor: Actor | None,
    service_id: str,
    practitioner_id: str | None,
    first_day: date,
    days: int,
    *,
    every_start: bool = False,
    mine: str | None = None,
    part: str = "",
    zone: str | None = None,
    people: Sequence[str] = (),
) -> tuple[Day, ...]:
    """Return the free starts of each day from ``first_day`` on, also of days without any.

    Without a practitioner each start comes once for each place, with whom it would be. Starts close
    together are left out, as `spread` says, unless ``every_start`` is asked for. A class comes with
    the seats that it has left. Days and parts of a day ("morning", "afternoon", "evening") are
    those of ``zone``; without it of the zone that the actor prefers, if any, or of each place.

    What the actor's order ``mine`` holds counts as free. With ``people``, times at which one of
    them has a visit are left out. Otherwise open to everyone: it says when the clinic has time, and
    nothing about who has taken the rest.

    Raises:
        NotFound: no such service, or that practitioner does not give it.
        Invalid: the days are far from those that can be booked.
        NotFound, NotAllowed: the actor may not book for one of the people.
    """
    question = ask(session, actor, service_id, practitioner_id, mine=mine, people=people)
    zone = zone or viewer_zone(session, actor)
    _refuse_far(question, zone, first_day, days)
    last_day = first_day + timedelta(days=days - 1)
    found: dict[date, list[Slot]] = defaultdict(list)
    for slot in slots(session, question, first_day, last_day, zone, every_start=every_start):
        if is_in_part(slot.starts_shown.hour, part):
            found[slot.starts_shown.date()].append(slot)
    all_days = (first_day + timedelta(days=number) for number in range(days))
    return tuple(Day(on, tuple(sorted(found[on], key=_by_time))) for on in all_days)


def month(
    session: Session,
    actor: Actor | None,
    service_id: str,
    practitioner_id: str | None,
    year_month: date,
    *,
    part: str = "",
    people: Sequence[str] = (),
) -> tuple[tuple[date, int], ...]:
    """Return each day of the month of ``year_month``, and how many times it would show.

    Raises:
        NotFound, Invalid, NotAllowed: as `find_times`.
    """
    first = year_month.replace(day=1)
    length = monthrange(first.year, first.month)[1]
    found = find_times(
        session, actor, service_id, practitioner_id, first, length, part=part, people=people
    )
    return tuple((day.on, len(day.slots)) for day in found)


def _refuse_far(question: Question, zone: str | None, first_day: date, days: int) -> None:
    """Refuse days that are far from those that can be booked."""
    window = window_of(question.places, question.policy, zone, staff=not question.is_bound)
    near = window.first_on - timedelta(days=MOST_DAYS) <= first_day <= window.last_on
    if not near or not 1 <= days <= MOST_DAYS:
        words = _("Choose a day in the next {count} days.")
        count = (window.last_on - window.first_on).days
        raise Invalid({"first_day": words.format(count=count)})


def _by_time(slot: Slot) -> tuple[object, ...]:
    return slot.starts_at, slot.location_name, slot.practitioner_id
