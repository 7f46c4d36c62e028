"""What the booking pages show: plain values for the browser, made from rows."""

from collections.abc import Collection
from typing import TypedDict

from portal import routes, say
from portal.booking.choices import Choices
from portal.booking.rows import Day, ServiceGroup, ServiceKind, ServiceRow, Slot
from portal.booking.wording import seats_words, who_comes
from portal.family.labels import your
from portal.visits.rows import PersonRow
from portal.words import _


class ServiceView(TypedDict):
    """One service to choose; without an address it cannot be chosen, and ``about`` says why."""

    name: str
    about: str
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
    left: str
    room: str  # the class that it is a place in


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
    chosen: bool


class FaceView(TypedDict):
    """A face in a banner or beside a time."""

    id: str
    initials: str
    colour: int


def group_views(
    groups: tuple[ServiceGroup, ...], chosen: Choices, *, together: bool = True
) -> list[GroupView]:
    """Show what can be booked for the people chosen so far.

    ``together``: the clinic lets several people look for times in one search.
    """
    return [
        GroupView(
            category=group.category,
            services=[_service(one, chosen, together=together) for one in group.services],
        )
        for group in groups
    ]


def _service(one: ServiceRow, chosen: Choices, *, together: bool) -> ServiceView:
    about = [one.about, who_comes(one)]
    path, count = routes.BOOK_TIMES, len(chosen.people)
    alone = one.kind == ServiceKind.INDIVIDUAL
    if count > 1 and alone:
        path = routes.BOOK_TOGETHER if together else ""
        about = [one.about, "" if together else _("Choose one person for this")]
    elif count > one.capacity and not alone:
        path = ""
    return ServiceView(
        name=one.name,
        about=". ".join(words.removesuffix(".") for words in about if words),
        length=say.minutes(one.minutes),
        price=say.money(one.price_cents, one.currency),
        href=chosen.href(path, service=one.id, several=False) if path else "",
    )


def day_views(days: tuple[Day, ...]) -> list[DayView]:
    """Show a week of times."""
    places = {slot.location_name: slot.zone for one in days for slot in one.slots}
    own_zone = any(slot.shown_zone for one in days for slot in one.slots)
    several_zones = len(set(places.values())) > 1 and not own_zone
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
                if (slots := [slot_view(slot) for slot in one.slots if slot.location_name == name])
            ],
        )
        for one in days
    ]


def slot_view(slot: Slot, *, with_day: bool = False) -> SlotView:
    """Show one free start; ``with_day`` says its day too."""
    words = say.day_time if with_day else say.clock_time
    return SlotView(
        at=int(slot.starts_at.timestamp()),
        time=words(slot.starts_shown),
        who=slot.practitioner_id,
        name=slot.practitioner_short_name,
        left=seats_words(slot.seats_left),
        room=slot.gathering_id or "",
    )


def person_views(
    people: tuple[PersonRow, ...], letters: dict[str, str], chosen: Collection[str] = ()
) -> list[PersonView]:
    """Show for whom a visit may be booked, and who of them is chosen."""
    return [
        PersonView(
            id=one.id,
            name=one.full_name,
            first_name=one.first_name,
            is_me=one.is_me,
            initials=letters.get(one.id, ""),
            colour=one.colour,
            relation=_("Your own visit") if one.is_me else your(one.label or "", one.label_text),
            chosen=one.id in chosen,
        )
        for one in people
    ]


def face_views(people: tuple[PersonRow, ...], letters: dict[str, str]) -> list[FaceView]:
    """Show the faces of people, each once."""
    once = {one.id: one for one in people}.values()
    return [
        FaceView(id=one.id, initials=letters.get(one.id, ""), colour=one.colour) for one in once
    ]
