"""What the page of a search for several people shows: plain values, made from rows."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any, TypedDict

from portal import routes, say
from portal.booking.choices import Choices
from portal.booking.together.rows import Setting, TogetherRow
from portal.booking.together.rules import Kind
from portal.booking.views import FaceView, face_views
from portal.booking.wording import banner_name, listed, zone_words
from portal.visits.rows import PersonRow
from portal.words import _, ngettext


class ComerView(TypedDict):
    """Somebody who comes, and for what."""

    id: str
    name: str
    label: str  # of the list of services
    initials: str
    colour: int
    service: str


class WayView(TypedDict):
    """Times for everyone, as one button."""

    key: str
    time: str
    beside: str  # who sees them, where it is one; or the place
    words: str  # everything, for the line above the last button and for screen readers


class WayDayView(TypedDict):
    """One day with its times."""

    key: str
    weekday: str
    date: str
    ways: list[WayView]


def about(setting: Setting, chosen: Choices) -> dict[str, Any]:
    """Return what the page says beside the times: for whom, and what there is."""
    faces: list[FaceView] = face_views(setting.people, setting.party.letters)
    waiting = chosen.href(routes.WAIT_LIST_ASK, order="", several=False)
    return {
        "faces": faces,
        "banner_name": banner_name(setting.people),
        "who_href": chosen.href(routes.BOOK, service="", practitioner=""),
        "wait_href": waiting if setting.terms.wait_list else "",
        "services": [
            (one.id, f"{one.name}, {say.minutes(one.minutes)}") for one in setting.services
        ],
    }


def comer_views(setting: Setting, wanted: dict[str, str]) -> list[ComerView]:
    """Show who comes, each with what they come for."""
    return [
        ComerView(
            id=one.id,
            name=_("Me, {name}").format(name=one.first_name) if one.is_me else one.full_name,
            label=_("What for you?")
            if one.is_me
            else _("What for {name}?").format(name=one.first_name),
            initials=setting.party.letters.get(one.id, ""),
            colour=one.colour,
            service=wanted[one.id],
        )
        for one in setting.people
    ]


def period_view(
    found: Sequence[TogetherRow], setting: Setting, kind: Kind, first: date, days: int
) -> dict[str, Any]:
    """Return what some days show."""
    names = {one.id: _name(one) for one in setting.people}
    last = min(first + timedelta(days=days - 1), setting.window.last_on)
    where = _places(found)
    words = _("Nothing fits everyone on these days")
    if found:
        words = ngettext("One way to fit everyone", "{count} ways to fit everyone", len(found))
        words = words.format(count=len(found))
    return {
        "first_on": first.isoformat(),
        "period_words": say.days(first, last),
        "count_words": words,
        "zone_words": zone_words((one.zone for one in found), setting.zone),
        "has_earlier": first > setting.window.first_on,
        "has_later": last < setting.window.last_on,
        "days": [
            WayDayView(
                key=on.isoformat(),
                weekday=say.weekday(on),
                date=say.day_month(on),
                ways=[_way(one, names, kind, where[one.location_id]) for one in ways],
            )
            for on, ways in groupby(found, key=lambda one: one.on)
        ],
    }


def key_of(one: TogetherRow) -> str:
    """Return how a press names one of the times."""
    return f"{int(one.starts_at.timestamp())}-{one.location_id}"


def _places(found: Sequence[TogetherRow]) -> dict[str, str]:
    """Say of each place where it is, and on whose clock; nothing of what all have in common."""
    rows = {one.location_id: one for one in found}
    zones = {one.shown_zone or one.zone for one in rows.values()}
    names = {
        id_: f"{one.location_name}, {say.zone(one.zone)}" if len(zones) > 1 else one.location_name
        for id_, one in rows.items()
    }
    return names if len(rows) > 1 else dict.fromkeys(names, "")


def _way(one: TogetherRow, names: dict[str, str], kind: Kind, where: str) -> WayView:
    start, end = (say.clock_time(one.shown(at)) for at in (one.starts_at, one.ends_at))
    who = list(dict.fromkeys(turn.practitioner_name for turn in one.turns))
    beside = who[0] if kind == Kind.BACK_TO_BACK else ""
    return WayView(
        key=key_of(one),
        time=_("{start} to {end}").format(start=start, end=end),
        beside=", ".join(part for part in (beside, where) if part),
        words=_words(one, names, who, where),
    )


def _words(one: TogetherRow, names: dict[str, str], who: Sequence[str], where: str) -> str:
    """Return "Tuesday 2 March: Theo 9:00, Mina 9:40, with Dr Calloway"."""
    day = say.day(one.on)
    if len(who) == 1:
        parts = [
            f"{names[turn.patient_id]} {say.clock_time(one.shown(turn.starts_at))}"
            for turn in one.turns
        ]
        words = _("{day}: {visits}, with {name}").format(day=day, visits=listed(parts), name=who[0])
    else:
        parts = [
            _("{who} {time} with {name}").format(
                who=names[turn.patient_id],
                time=say.clock_time(one.shown(turn.starts_at)),
                name=turn.practitioner_name,
            )
            for turn in one.turns
        ]
        words = _("{day}: {visits}").format(day=day, visits=", ".join(parts))
    return f"{words}, {where}" if where else words


def _name(person: PersonRow) -> str:
    return _("you") if person.is_me else person.first_name
