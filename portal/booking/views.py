"""What the booking pages show: plain values for the browser, made from rows."""

from typing import TypedDict

from portal import routes, say
from portal.booking.service import Day, PersonRow, ServiceGroup, Slot
from portal.family.labels import your
from portal.words import _


class ServiceView(TypedDict):
    """One service to choose."""

    name: str
    length: str
    price: str
    href: str


class GroupView(TypedDict):
    """The services of one category."""

    category: str
    services: list[ServiceView]


class SlotView(TypedDict):
    """One time to press; short names, because a week has many."""

    at: int
    time: str
    who: str
    name: str


class PlaceView(TypedDict):
    """The times at one place; it is named where the week has times at several."""

    name: str
    zone: str
    slots: list[SlotView]


class DayView(TypedDict):
    """One day with its times."""

    key: str
    weekday: str
    date: str
    places: list[PlaceView]


class PersonView(TypedDict):
    """Somebody to book for."""

    id: str
    name: str
    first_name: str
    is_me: bool
    initials: str
    colour: int
    relation: str
    href: str


def group_views(groups: tuple[ServiceGroup, ...]) -> list[GroupView]:
    """Show what can be booked."""
    return [
        GroupView(
            category=group.category,
            services=[
                ServiceView(
                    name=one.name,
                    length=say.minutes(one.minutes),
                    price=say.money(one.price_cents, one.currency),
                    href=routes.with_query(routes.BOOK_TIMES, service=one.id),
                )
                for one in group.services
            ],
        )
        for group in groups
    ]


def day_views(days: tuple[Day, ...]) -> list[DayView]:
    """Show a week of times."""
    places = {slot.location_name: slot.zone for one in days for slot in one.slots}
    several_zones = len(set(places.values())) > 1
    return [
        DayView(
            key=one.on.isoformat(),
            weekday=say.weekday(one.on),
            date=say.day_month(one.on),
            places=[
                PlaceView(
                    name=name if len(places) > 1 else "",
                    zone=say.zone(zone) if several_zones else "",
                    slots=slots,
                )
                for name, zone in sorted(places.items())
                if (slots := [_slot(slot) for slot in one.slots if slot.location_name == name])
            ],
        )
        for one in days
    ]


def person_views(
    people: tuple[PersonRow, ...], letters: dict[str, str], **query: str
) -> list[PersonView]:
    """Show for whom a visit may be booked, each leading on to the last step."""
    return [
        PersonView(
            id=one.id,
            name=one.full_name,
            first_name=one.first_name,
            is_me=one.is_me,
            initials=letters.get(one.id, ""),
            colour=one.colour,
            relation=_("Your own visit") if one.is_me else your(one.label or "", one.label_text),
            href=routes.with_query(routes.BOOK_CONFIRM, **query, **{"for": one.id}),
        )
        for one in people
    ]


def _slot(slot: Slot) -> SlotView:
    return SlotView(
        at=int(slot.starts_at.timestamp()),
        time=say.clock_time(slot.starts_local),
        who=slot.practitioner_id,
        name=slot.practitioner_short_name,
    )
