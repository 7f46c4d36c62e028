"""The wait list in words: when somebody can come, and what is kept for them until when."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import TypedDict
from zoneinfo import ZoneInfo

from portal import clock, routes, say
from portal.visits.rows import PersonRow
from portal.waitlist.ask import DAY_BEGINS, DAY_ENDS
from portal.waitlist.rows import OfferRow, RequestRow
from portal.words import _

WEEKDAYS = (
    _("Monday"),
    _("Tuesday"),
    _("Wednesday"),
    _("Thursday"),
    _("Friday"),
    _("Saturday"),
    _("Sunday"),
)
_WORKDAYS, _WEEKEND = (0, 1, 2, 3, 4), (5, 6)
FIRST_HOUR, LAST_HOUR = 6, 22


class RequestView(TypedDict):
    """One request on screen, with the offer that waits for an answer, if there is one."""

    id: str
    name: str
    first_name: str  # "you" where it is one's own
    initials: str
    colour: int
    service: str
    what: str
    days: str
    when: str
    dates: str
    note: str
    moves: str  # the visit that is to be earlier
    about: str
    offer_id: str
    offer_when: str
    offer_where: str
    kept: str
    book_label: str
    offer_about: str


def request_view(row: RequestRow, letters: Mapping[str, str]) -> RequestView:
    """Show a request and what is kept for it."""
    name = _("You") if row.person.is_me else row.person.full_name
    what = row.service_name
    if row.practitioner_name:
        what = _("{service} with {name}").format(service=what, name=row.practitioner_name)
    offer = row.offer
    when = say.day_time(offer.starts_at.astimezone(offer.shown_in)) if offer else ""
    return RequestView(
        id=row.id,
        name=name,
        first_name=_("you") if row.person.is_me else row.person.first_name,
        initials=letters.get(row.person.id, ""),
        colour=row.person.colour,
        service=row.service_name,
        what=what if row.practitioner_name else _("{service} with anyone").format(service=what),
        days=days_words(row.weekdays),
        when=hours_words(row.from_time, row.until_time),
        dates=dates_words(row.from_on, row.until_on),
        note=row.note,
        moves=_moves(row),
        about=f"{name}, {what}",
        offer_id=offer.id if offer else "",
        offer_when=when,
        offer_where=_where(offer) if offer else "",
        kept=kept_words(offer) if offer else "",
        book_label=_book_label(row.person, moves=row.moves_at is not None),
        offer_about=f"{name}, {what}, {when}",
    )


def days_words(days: Sequence[int]) -> str:
    """Say on which days of the week: "Monday to Friday", "Tuesday, Thursday"."""
    chosen = tuple(sorted(days))
    if len(chosen) == len(WEEKDAYS):
        return _("Any day")
    if chosen == _WORKDAYS:
        return _("Monday to Friday")
    if chosen == _WEEKEND:
        return _("Saturday and Sunday")
    return ", ".join(WEEKDAYS[day] for day in chosen)


def hours_words(begins: time, ends: time) -> str:
    """Say between which hours of the day."""
    first, last = _clock(begins), _clock(ends)
    if begins == DAY_BEGINS and ends == DAY_ENDS:
        return _("any time")
    if begins == DAY_BEGINS:
        return _("until {time}").format(time=last)
    if ends == DAY_ENDS:
        return _("from {time}").format(time=first)
    return _("{first} to {last}").format(first=first, last=last)


def dates_words(first: date, last: date) -> str:
    """Say from which day until which."""
    if first == last:
        return say.day(first)
    return say.days(first, last)


def kept_words(offer: OfferRow) -> str:
    """Say until when a time is kept: with the day, where that is not today."""
    at = offer.expires_at.astimezone(offer.shown_in)
    same_day = at.date() == clock.today(offer.shown_in)
    until = say.clock_time(at) if same_day else say.day_time(at)
    return _("Kept until {until}.").format(until=until)


def hour_choices() -> list[tuple[str, str]]:
    """Return the full hours that can be chosen, as the form sends and as it shows them."""
    hours = [time(hour) for hour in range(FIRST_HOUR, LAST_HOUR + 1)]
    return [(one.strftime("%H:%M"), _clock(one)) for one in hours]


def ask_href(service_id: str = "", practitioner_id: str = "", people: str = "") -> str:
    """Return where somebody asks for a place on the list."""
    query = {"service": service_id, "with": practitioner_id, "for": people}
    return routes.with_query(routes.WAIT_LIST_ASK, **query)


def _where(offer: OfferRow) -> str:
    words = _("With {name}, {place} ({zone})")
    zone = offer.shown_zone or offer.zone
    return words.format(
        name=offer.practitioner_name, place=offer.location_name, zone=say.zone(zone)
    )


def _moves(row: RequestRow) -> str:
    if row.moves_at is None:
        return ""
    when = say.day_time(row.moves_at.astimezone(ZoneInfo(row.moves_zone)))
    return _("The visit on {when} stays booked until an earlier time is accepted.").format(
        when=when
    )


def _book_label(person: PersonRow, *, moves: bool) -> str:
    if moves and person.is_me:
        return _("Yes, move my visit")
    if moves:
        return _("Yes, move {name}’s visit").format(name=person.first_name)
    if person.is_me:
        return _("Yes, book for me")
    return _("Yes, book for {name}").format(name=person.first_name)


def _clock(at: time) -> str:
    return say.clock_time(datetime.combine(date.min, at))
