"""What the page of a series shows: plain values, made from rows."""

from datetime import date
from typing import Any, TypedDict

from portal import routes, say
from portal.booking.choices import Choices
from portal.booking.repeat.rows import Date, Occurrence, Series, SeriesStart
from portal.booking.repeat.rules import FEWEST, MOST, MOST_WEEKS
from portal.booking.rows import Slot
from portal.booking.views import FaceView, face_views
from portal.booking.wording import banner_name
from portal.words import _, ngettext

SKIP = "skip"
FREE, OTHER = "free-", "date-"  # what the names of the fields of a date begin with


class AnswerView(TypedDict):
    """Another time for a date, or to leave it out."""

    value: str
    words: str
    detail: str


class DateView(TypedDict):
    """One date of the series: kept already, free, to be chosen, or out of reach."""

    key: str
    way: str  # "kept", "free", "choose", "none"
    field: str
    words: str
    detail: str
    answers: list[AnswerView]


def about(start: SeriesStart) -> dict[str, Any]:
    """Return what is to be repeated, and for whom."""
    item, people = start.item, start.item.people
    faces: list[FaceView] = face_views(people, start.party.letters)
    words = _("{service} with {name}, {length}, at {place}")
    return {
        "faces": faces,
        "banner_name": banner_name(people),
        "first_words": say.day_time(item.starts_shown),
        "service_words": words.format(
            service=item.service.name,
            name=item.practitioner_name,
            length=say.minutes(item.service.minutes),
            place=item.location_name,
        ),
        "confirm_href": Choices(order=start.order.id).href(routes.BOOK_CONFIRM),
        "last_on": start.last_on.isoformat(),
    }


def every_options() -> list[tuple[str, str]]:
    """List how far apart the visits may lie."""
    return [
        (str(n), ngettext("Every week", "Every {n} weeks", n).format(n=n))
        for n in range(1, MOST_WEEKS + 1)
    ]


def times_options() -> list[tuple[str, str]]:
    """List how many visits there may be, the first one included."""
    return [(str(n), _("{n} visits").format(n=n)) for n in range(FEWEST, MOST + 1)]


def date_views(series: Series, start: SeriesStart) -> list[DateView]:
    """Show each date."""
    return [_date(one, start) for one in series.dates]


def summary(series: Series) -> str:
    """Say how many dates are free."""
    free = sum(one.state in (Date.KEPT, Date.FREE) for one in series.dates)
    count = len(series.dates)
    words = (
        _("All {count} dates are free.")
        if free == count
        else _("{free} of {count} dates are free.")
    )
    found = words.format(free=free, count=count)
    if series.is_cut:
        more = _("You can book {most} visits at once. Book these first, then the others.")
        found = f"{found} {more.format(most=MOST)}"
    return found


def _date(one: Occurrence, start: SeriesStart) -> DateView:
    item = start.item
    at = say.clock_time(item.starts_shown)
    if one.slot:
        at = say.clock_time(one.slot.starts_shown)
    on = one.slot.starts_shown.date() if one.slot else one.on
    way = {Date.KEPT: "kept", Date.FREE: "free", Date.TOO_FAR: "none"}.get(one.state, "choose")
    answers = [_answer(slot) for slot in one.others]
    return DateView(
        key=one.on.isoformat(),
        way=way,
        field=f"{FREE}{_value(one.slot)}" if one.slot else f"{OTHER}{one.number}",
        words=f"{say.day(on)}, {at}" if one.slot or way == "kept" else say.day(one.on),
        detail=_detail(one, start, at),
        answers=[*answers, AnswerView(value=SKIP, words=_("Leave this date out"), detail="")],
    )


def _detail(one: Occurrence, start: SeriesStart, at: str) -> str:
    """Say how it stands with a date."""
    item = start.item
    person = item.people[0]
    busy = _("You have another visit at {time}.")
    if not person.is_me:
        busy = _("{person} has another visit at {time}.")
    closed = _("The clinic is closed: {holiday}.") if one.holiday else _("The clinic is closed.")
    words = {
        Date.KEPT: _("We keep this one for you already."),
        Date.FREE: "",
        Date.TAKEN: _("{time} is taken."),
        Date.BUSY: busy,
        Date.AWAY: _("{name} does not work at {time} that day."),
        Date.CLOSED: closed,
        Date.SKIPPED: _("The clocks go forward that day, so there is no {time}."),
        Date.TOO_FAR: _("Too far ahead. You can book up to {last}; book this one later."),
    }[one.state]
    found = words.format(
        time=at,
        person=person.first_name,
        name=item.practitioner_name,
        holiday=one.holiday,
        last=_last(start.last_on),
    )
    if one.others or not found or one.state in (Date.KEPT, Date.TOO_FAR):
        return found
    return f"{found} " + _("Nothing else is free near it.")


def _last(on: date) -> str:
    return say.day(on)


def _answer(slot: Slot) -> AnswerView:
    return AnswerView(
        value=_value(slot),
        words=say.day_time(slot.starts_shown),
        detail=_("With {name}").format(name=slot.practitioner_name),
    )


def _value(slot: Slot) -> str:
    return f"{int(slot.starts_at.timestamp())}-{slot.practitioner_id}"
