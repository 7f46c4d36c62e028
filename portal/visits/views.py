"""Visits in the words of the screen."""

from datetime import date, datetime
from itertools import groupby
from typing import TypedDict
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from portal import clock, routes, say
from portal.visits.rows import VisitDetail, VisitRow
from portal.visits.rules import How
from portal.words import _, ngettext

MAP = "https://www.openstreetmap.org/search"


class VisitView(TypedDict):
    """One visit on screen; an address or a text that is empty is not shown."""

    id: str
    href: str
    name: str
    initials: str
    colour: int
    time: str
    zone: str  # whose clock, where it is not that of the place
    what: str
    place: str
    about: str  # the visit in a few words, for a button's name
    is_cancelled: bool
    status: str
    reason: str
    can_cancel: bool
    can_undo: bool
    undo: str  # until when
    move_to: str
    call: str  # why only the clinic can change it
    again_to: str
    again: str
    join_url: str
    all_of: str  # "order" or "gathering", where more can be cancelled in one go
    all_words: str
    alone: bool


class DayView(TypedDict):
    """The visits of one day."""

    day: str
    visits: list[VisitView]


class FactView(TypedDict):
    """One line of a visit's own page."""

    title: str
    text: str
    more: str  # said more quietly below


NO_VISIT = VisitView(
    id="",
    href="",
    name="",
    initials="",
    colour=1,
    time="",
    zone="",
    what="",
    place="",
    about="",
    is_cancelled=False,
    status="",
    reason="",
    can_cancel=False,
    can_undo=False,
    undo="",
    move_to="",
    call="",
    again_to="",
    again="",
    join_url="",
    all_of="",
    all_words="",
    alone=True,
)


def days_of(rows: tuple[VisitRow, ...], letters: dict[str, str], phone: str) -> list[DayView]:
    """Put visits under the days on which they are, by the viewer's clock."""
    return [
        DayView(
            day=day_words(on),
            visits=[visit_view(row, letters.get(row.person.id, ""), phone) for row in found],
        )
        for on, found in groupby(rows, lambda row: row.starts_shown.date())
    ]


def day_words(on: date) -> str:
    """Return "Tuesday 2 March", with the year where it is not this one."""
    this_year = clock.now().year
    return say.day(on) if on.year == this_year else f"{say.weekday(on)} {say.day_year(on)}"


def visit_view(row: VisitRow, initials: str, phone: str) -> VisitView:
    """Write one visit for a list or for its own page; ``phone`` is the clinic's."""
    name = _("You") if row.person.is_me else row.person.full_name
    what = _("{service} with {name}").format(service=row.service_name, name=row.practitioner_name)
    over = row.is_cancelled or row.ends_at <= clock.now()
    undo = row.may.undo_until
    by_clinic = row.by_clinic and row.starts_at > clock.now()
    return VisitView(
        id=row.id,
        href=routes.with_query(routes.VISIT, id=row.id),
        name=name,
        initials=initials,
        colour=row.person.colour,
        time=say.clock_time(row.starts_shown),
        zone=_zone_words(row),
        what=what,
        place=row.location_name,
        about=f"{name}, {what}, {say.day_time(row.starts_shown)}",
        is_cancelled=row.is_cancelled,
        status=_status(row),
        reason=row.reason,
        can_cancel=row.can_cancel,
        can_undo=undo is not None,
        undo=_("You can undo this until {time}.").format(time=_clock(row, undo)) if undo else "",
        move_to=_move_to(row) if row.may.move is How.HERE else "",
        call=_call_words(row, phone),
        again_to=_again_to(row, anybody=by_clinic) if over else "",
        again=_("Choose another time") if by_clinic else _("Book again"),
        join_url=row.join_url,
        all_of=row.together.all_of,
        all_words=_all_words(row),
        alone=row.together.alone,
    )


def facts_of(found: VisitDetail) -> list[FactView]:
    """Return what a visit's own page tells, line by line."""
    row = found.visit
    shown = ZoneInfo(row.shown_zone or row.zone)
    ends = say.clock_time(row.ends_at.astimezone(shown))
    when = _("{start} to {end}").format(start=say.day_time(row.starts_shown), end=ends)
    there = ""
    if row.is_elsewhere:
        there = _("{time}, {zone}, where the visit is").format(
            time=say.day_time(row.starts_local), zone=say.zone(row.zone)
        )
    moved = ""
    if found.moved_from:
        moved = say.day_time(found.moved_from.astimezone(shown))
    others = list(found.others)
    if found.unnamed:
        more = ngettext("{n} more person", "{n} more people", found.unnamed)
        others.append(more.format(n=found.unnamed))
    lines = (
        (_("When"), f"{when} ({say.zone(str(shown))})", there),
        (_("First booked for"), moved, ""),
        (_("Where"), row.location_name, "\n".join(filter(None, _where(found)))),
        (_("Together with"), ", ".join(others), ""),
        (_("Price"), say.money(row.price_cents, row.currency), ""),
        (_("Note for the clinic"), found.note, ""),
        (_("Booked by"), found.booked_by, ""),
        (_("Why it was cancelled"), row.reason, ""),
    )
    return [FactView(title=title, text=text, more=more) for title, text, more in lines if text]


def map_of(row: VisitRow) -> str:
    """Return the address of a map of where the clinic is; it names nobody."""
    if not row.location_address:
        return ""
    return f"{MAP}?{urlencode({'query': row.location_address})}"


def _where(found: VisitDetail) -> tuple[str, str]:
    return found.visit.location_address, found.directions


def _zone_words(row: VisitRow) -> str:
    if not row.is_elsewhere:
        return ""
    return _("{zone}; {time} at the clinic").format(
        zone=say.zone(row.shown_zone or row.zone), time=say.clock_time(row.starts_local)
    )


def _clock(row: VisitRow, at: datetime) -> str:
    return say.clock_time(at.astimezone(ZoneInfo(row.shown_zone or row.zone)))


def _status(row: VisitRow) -> str:
    if not row.is_cancelled:
        return ""
    return _("The clinic had to cancel this.") if row.by_clinic else _("Cancelled")


def _call_words(row: VisitRow, phone: str) -> str:
    """Say that only the clinic can cancel; where it is moved only, its own page says so."""
    if row.may.cancel is not How.BY_CALLING:
        return ""
    return _("This visit can only be cancelled by phone: {phone}.").format(phone=phone)


def _all_words(row: VisitRow) -> str:
    count = row.together.count
    if row.together.all_of == "gathering":
        return _("Cancel for all {n} people").format(n=count)
    return _("Cancel all {n} visits").format(n=count) if count > 1 else ""


def _move_to(row: VisitRow) -> str:
    return routes.with_query(routes.BOOK_TIMES, service=row.service_id, move=row.id)


def _again_to(row: VisitRow, *, anybody: bool) -> str:
    who = {} if anybody else {"with": row.practitioner_id}
    return routes.with_query(
        routes.BOOK_TIMES, service=row.service_id, **who, **{"for": row.person.id}
    )
