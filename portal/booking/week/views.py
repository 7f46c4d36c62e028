"""What the page of times shows: practitioners, a month, whom and what it is about."""

from calendar import Calendar
from collections.abc import Sequence
from datetime import date
from typing import Any, TypedDict
from zoneinfo import ZoneInfo

from babel.dates import get_day_names

from portal import routes, say
from portal.booking.choices import Choices
from portal.booking.rows import ServiceKind, Slot
from portal.booking.service import Board, Period
from portal.booking.views import FaceView, day_views, face_views
from portal.booking.wording import banner_name, first_names, zone_words
from portal.words import _, ngettext

SUNDAY = 6  # where weeks begin on calendars here


class PractitionerView(TypedDict):
    """Somebody to go to."""

    id: str
    name: str
    role: str
    soonest: str


class DateView(TypedDict):
    """One day in a month; an empty key is a day of another month."""

    key: str
    number: str
    count: str
    label: str
    is_free: bool


class WeekView(TypedDict):
    """One row of a month."""

    key: str
    days: list[DateView]


def practitioner_views(board: Board) -> list[PractitionerView]:
    """List who gives the service, and first of all: anyone."""
    soonest = board.soonest
    first = min(
        soonest.values(), key=lambda slot: (slot.starts_at, slot.starts_shown.hour), default=None
    )
    anyone = PractitionerView(
        id="", name=_("Anyone"), role=_("Whoever is free first"), soonest=_soonest(first)
    )
    return [
        anyone,
        *(
            PractitionerView(
                id=one.id, name=one.name, role=one.role, soonest=_soonest(soonest.get(one.id))
            )
            for one in board.offered.practitioners
        ),
    ]


def month_view(days: Sequence[tuple[date, int]]) -> list[WeekView]:
    """Lay the days of one month out in weeks."""
    counts = dict(days)
    first = min(counts)
    weeks = Calendar(SUNDAY).monthdatescalendar(first.year, first.month)
    return [
        WeekView(key=week[0].isoformat(), days=[_date(on, counts.get(on)) for on in week])
        for week in weeks
    ]


def weekdays() -> list[tuple[str, str]]:
    """Return the names of the days as a month shows them, short and long."""
    order = [(SUNDAY + number) % 7 for number in range(7)]
    long = get_day_names("wide", locale=say.LOCALE)
    return [(str(long[day])[:2], str(long[day])) for day in order]


def about(board: Board, chosen: Choices) -> dict[str, Any]:
    """Return what the page says beside the times: what it is about, and for whom."""
    service, people = board.offered.service, board.people
    price = say.money(service.price_cents, service.currency)
    moved = board.moved
    faces: list[FaceView] = face_views(people, board.party.letters)
    return {
        "service_id": service.id,
        "service_name": service.name,
        "service_detail": say.minutes(service.minutes) + ("" if moved else f", {price}"),
        "price_cents": -1 if moved else service.price_cents,
        "practitioners": practitioner_views(board),
        "faces": faces,
        "banner_name": banner_name(people) if people else "",
        "first_names": first_names(people, _("you")),
        "title_words": _title(board),
        "moved_words": _moved_words(board),
        "service_href": ""
        if moved or board.changed
        else chosen.href(routes.BOOK, service="", practitioner=""),
        "who_href": "" if moved else chosen.href(routes.BOOK, service="", practitioner=""),
        "wait_href": _wait_href(chosen) if _can_wait(board) else "",
    }


def _can_wait(board: Board) -> bool:
    return board.terms.wait_list and board.offered.service.kind != ServiceKind.GROUP


def opens_on(board: Board, practitioner_id: str) -> date:
    """Return the day that the page opens on: of the first free time, or of the time to change."""
    if board.changed:
        return board.changed.starts_shown.date()
    starts = [
        slot.starts_shown.date()
        for id_, slot in board.soonest.items()
        if practitioner_id in ("", id_)
    ]
    return min(starts, default=board.window.first_on)


def zone_sentence(board: Board) -> str:
    """Say on whose clock the times are."""
    return zone_words((slot.zone for slot in board.soonest.values()), board.zone)


def period_view(period: Period) -> dict[str, Any]:
    """Return what a week or a month shows."""
    window, first = period.window, period.first_on
    count = sum(len(one.slots) for one in period.days) + sum(n for _on, n in period.counts)
    words = _("No times free this week") if period.days else _("No times free this month")
    if count:
        words = ngettext("One time free", "{count} times free", count).format(count=count)
    return {
        "first_on": first.isoformat(),
        "days": day_views(period.days),
        "month": month_view(period.counts) if period.counts else [],
        "period_words": say.days(first, period.last_on) if period.days else say.month(first),
        "count_words": words,
        "has_earlier": first > window.first_on,
        "has_later": period.last_on < window.last_on,
    }


def _soonest(slot: Slot | None) -> str:
    if slot is None:
        return _("Nothing free in the next two weeks")
    return _("Soonest: {when}").format(when=say.day_time(slot.starts_shown))


def _date(on: date, count: int | None) -> DateView:
    if count is None:
        return DateView(key="", number="", count="", label="", is_free=False)
    free = ngettext("{count} time free", "{count} times free", count).format(count=count)
    words = free if count else _("no times free")
    return DateView(
        key=on.isoformat(),
        number=str(on.day),
        count=str(count) if count else "",
        label=f"{say.day(on)}, {words}",
        is_free=count > 0,
    )


def _title(board: Board) -> str:
    if board.moved is None:
        return _("Choose a time")
    if board.moved.person.is_me:
        return _("Choose a new time for your visit")
    name = first_names(board.people, _("you"))
    return _("Choose a new time for {name}’s visit").format(name=name)


def _moved_words(board: Board) -> str:
    if board.moved is None:
        return ""
    words = _("It is on {when} now, and stays there until the new time is booked.")
    zone = board.zone or board.moved.zone
    return words.format(when=say.day_time(board.moved.starts_at.astimezone(ZoneInfo(zone))))


def _wait_href(chosen: Choices) -> str:
    if chosen.move:
        return routes.with_query(routes.WAIT_LIST_ASK, visit=chosen.move)
    asked = Choices(service=chosen.service, practitioner=chosen.practitioner, people=chosen.people)
    return asked.href(routes.WAIT_LIST_ASK)
