"""The schedule in words, and where on the page each stretch of time stands."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TypedDict
from zoneinfo import ZoneInfo

from portal import routes, say
from portal.booking.units import UNIT_MINUTES
from portal.staff.schedule.rows import Block, Booked, Column, Kind, Schedule
from portal.staff.schedule.rules import hours_shown, minute_of
from portal.staff.wording import flag_words
from portal.words import _, ngettext

# The first row of the page has the names.
FIRST_ROW = 2


class Cell(TypedDict):
    """A stretch of time: what it says, where it leads, and the rows that it takes."""

    key: str
    kind: str
    from_row: int
    to_row: int
    time: str
    title: str
    detail: str
    notes: list[str]
    mark: str  # "", "arrived" or "no_show"
    href: str


class Bar(TypedDict):
    """A stretch in which somebody works."""

    key: str
    from_row: int
    to_row: int


class Lane(TypedDict):
    """One practitioner's day: a column on a wide screen, a list on a phone."""

    key: str
    title: str
    detail: str
    href: str  # to the week of that practitioner, or to that day
    work: list[Bar]
    cells: list[Cell]


class Hour(TypedDict):
    """A full hour at the side of the page."""

    row: int
    words: str


class Page(TypedDict):
    """All of one schedule."""

    title: str
    note: str
    lanes: list[Lane]
    hours: list[Hour]
    rows: int
    idle: str


def page_view(schedule: Schedule) -> Page:
    """Return a schedule in words."""
    first, last = hours_shown(
        [
            (minute_of(one.starts_at, one.zone, lane.on), minute_of(one.ends_at, one.zone, lane.on))
            for lane in schedule.columns
            for one in (*lane.work, *lane.blocks)
            if not (isinstance(one, Block) and one.kind is Kind.AWAY)
        ]
    )
    zones = {one.zone for lane in schedule.columns for one in (*lane.work, *lane.blocks)}
    week = bool(schedule.practitioner_id)
    return Page(
        title=_title(schedule),
        note=_closed(schedule),
        lanes=[
            _lane(lane, schedule, first, last, week=week, zones=len(zones) > 1)
            for lane in schedule.columns
        ],
        hours=[
            Hour(row=_row(minute, first), words=f"{minute // 60}:00")
            for minute in range(first, last, 60)
        ],
        rows=_row(last, first),
        idle=_("Not here: {names}").format(names=", ".join(schedule.idle)) if schedule.idle else "",
    )


def _title(schedule: Schedule) -> str:
    if not schedule.practitioner_id:
        return say.day(schedule.first_on)
    names = dict(schedule.practitioners)
    return _("{days}, {name}").format(
        days=say.days(schedule.first_on, schedule.last_on),
        name=names.get(schedule.practitioner_id, ""),
    )


def _closed(schedule: Schedule) -> str:
    if len(schedule.closed) == 1 and schedule.first_on == schedule.last_on:
        return _("Closed: {name}").format(name=next(iter(schedule.closed.values())))
    return ". ".join(
        _("{day} closed: {name}").format(day=say.day(on), name=name)
        for on, name in schedule.closed.items()
    )


def _lane(
    lane: Column, schedule: Schedule, first: int, last: int, *, week: bool, zones: bool
) -> Lane:
    ids = {"at": schedule.place_id}
    if week:
        title = say.day(lane.on)
        href = routes.with_query(routes.STAFF_SCHEDULE, on=lane.on.isoformat(), **ids)
    else:
        title = lane.name
        href = routes.with_query(
            routes.STAFF_SCHEDULE,
            on=lane.on.isoformat(),
            view="week",
            **{"with": lane.practitioner_id},
            **ids,
        )
    cells = [_cell(one, lane, first, last, schedule) for one in lane.blocks]
    return Lane(
        key=f"{lane.practitioner_id} {lane.on.isoformat()}",
        title=title,
        detail=_where(lane, schedule, zones=zones),
        href=href,
        work=[
            Bar(
                key=one.starts_at.isoformat(),
                from_row=_row(minute_of(one.starts_at, one.zone, lane.on), first),
                to_row=_row(minute_of(one.ends_at, one.zone, lane.on), first),
            )
            for one in lane.work
        ],
        cells=[cell for cell in cells if cell["from_row"] < cell["to_row"]],
    )


def _where(lane: Column, schedule: Schedule, *, zones: bool) -> str:
    """Say at which place somebody is that day, where the clinic has several."""
    if len(schedule.places) < 2:
        return ""
    there = {one.place_id: one for one in (*lane.work, *lane.blocks) if one.place_id}
    words = [f"{one.place}, {say.zone(one.zone)}" if zones else one.place for one in there.values()]
    return " / ".join(words)


def _cell(block: Block, lane: Column, first: int, last: int, schedule: Schedule) -> Cell:
    start = min(max(minute_of(block.starts_at, block.zone, lane.on), first), last)
    end = min(max(minute_of(block.ends_at, block.zone, lane.on), first), last)
    title, detail = _words(block)
    alone = block.people[0] if len(block.people) == 1 and not block.others else None
    return Cell(
        key=f"{block.kind} {block.id or block.starts_at.timestamp()}",
        kind=block.kind if block.kind is not Kind.VISIT or block.people else "busy",
        from_row=_row(start, first),
        to_row=_row(end, first),
        time=_times(block),
        title=title,
        detail=detail,
        notes=_notes(block.people),
        mark=_mark(alone),
        href=_href(block, lane, may_edit=schedule.may_edit),
    )


def _row(minute: int, first: int) -> int:
    return (minute - first) // UNIT_MINUTES + FIRST_ROW


def _times(block: Block) -> str:
    start, end = (at.astimezone(ZoneInfo(block.zone)) for at in (block.starts_at, block.ends_at))
    if block.kind is Kind.FREE:
        return say.clock_time(start)
    if end.date() > start.date() and end.time() != datetime.min.time():
        return say.clock_time(start)
    if end - start >= timedelta(hours=23):
        return ""  # away all day
    return _("{start} to {end}").format(start=say.clock_time(start), end=say.clock_time(end))


def _words(block: Block) -> tuple[str, str]:
    """Return the first and the second line of a stretch."""
    match block.kind:
        case Kind.FREE:
            return _("Free"), ""
        case Kind.AWAY:
            return _("Away"), block.note
        case Kind.HELD:
            return _("Being booked"), block.service
        case Kind.CLASS:
            count = len(block.people) + block.others
            return block.service, _("{count} of {seats} places taken").format(
                count=count, seats=block.capacity
            )
    if not block.people:
        return _("Busy"), ""
    names = ", ".join(one.name for one in block.people)
    if block.others:
        more = ngettext("and {count} more", "and {count} more", block.others)
        names = f"{names} {more.format(count=block.others)}"
    return names, block.service


def _notes(people: Sequence[Booked]) -> list[str]:
    notes = [flag_words(one.flag) for one in people if one.flag]
    if any(one.unconfirmed for one in people):
        notes.append(_("Email not confirmed"))
    return list(dict.fromkeys(notes))


def _mark(one: Booked | None) -> str:
    if one is None:
        return ""
    return "arrived" if one.arrived else "no_show" if one.no_show else ""


def _href(block: Block, lane: Column, *, may_edit: bool) -> str:
    """Return where pressing leads: to the visit, to the class, or to booking that time."""
    match block.kind:
        case Kind.FREE:
            return routes.with_query(
                routes.STAFF_BOOK,
                at=str(int(block.starts_at.timestamp())),
                **{"with": lane.practitioner_id},
            )
        case Kind.CLASS:
            return routes.with_query(routes.STAFF_CLASSES, id=block.id)
        case Kind.AWAY if may_edit:
            return routes.with_query(routes.STAFF_TIME_OFF, id=block.id)
        case Kind.VISIT | Kind.GROUP if block.people:
            return routes.with_query(routes.STAFF_VISIT, id=block.people[0].visit_id)
    return ""


def step_to(schedule: Schedule, days: int) -> str:
    """Return the address of the day or week that lies so many of them away."""
    away = timedelta(days=days * (7 if schedule.practitioner_id else 1))
    return address(schedule, schedule.first_on + away)


def address(
    schedule: Schedule, on: date, *, week: bool | None = None, place_id: str | None = None
) -> str:
    """Return the address of a schedule like this one."""
    week = bool(schedule.practitioner_id) if week is None else week
    return routes.with_query(
        routes.STAFF_SCHEDULE,
        on=on.isoformat(),
        view="week" if week else "",
        at=schedule.place_id if place_id is None else place_id,
        **{"with": schedule.practitioner_id if week else ""},
    )
