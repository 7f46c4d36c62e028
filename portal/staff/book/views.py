"""What the booking page of the desk shows."""

from collections.abc import Sequence
from typing import TypedDict

from portal import say
from portal.booking.rows import ServiceKind, ServiceRow, Slot
from portal.staff.patients.service import FoundPatient
from portal.staff.wording import born, list_of
from portal.words import _, ngettext


class PersonLine(TypedDict):
    """Somebody who comes, or is on the list and does not."""

    id: str
    name: str
    born: str
    comes: bool
    pays: bool


class TimeLine(TypedDict):
    """One free start."""

    key: str
    at: int  # epoch seconds
    who: str
    time: str
    detail: str


def person_lines(
    people: Sequence[FoundPatient], staying: Sequence[str], pays: str
) -> list[PersonLine]:
    """Return who is on the list; who is ``staying`` at home does not come."""
    return [
        PersonLine(
            id=one.id,
            name=one.full_name,
            born=born(say.day_year(one.birth_on) if one.birth_on else "", one.age),
            comes=one.id not in staying,
            pays=one.id == pays,
        )
        for one in people
    ]


def time_lines(slots: Sequence[Slot], *, anyone: bool, places: bool) -> list[TimeLine]:
    """Return free starts, with whom and where only as far as it differs."""
    lines: list[TimeLine] = []
    for slot in slots:
        parts = [slot.practitioner_short_name] if anyone else []
        parts += [slot.location_name] if places else []
        if slot.seats_left is not None:
            left = ngettext("{n} place left", "{n} places left", slot.seats_left)
            parts.append(left.format(n=slot.seats_left))
        at = int(slot.starts_at.timestamp())
        lines.append(
            TimeLine(
                key=f"{at} {slot.practitioner_id} {slot.location_id}",
                at=at,
                who=slot.practitioner_id,
                time=say.clock_time(slot.starts_local),
                detail=", ".join(parts),
            )
        )
    return lines


def kind_words(service: ServiceRow | None, count: int) -> str:
    """Say how several people, or one, come to a service."""
    if service is None:
        return ""
    if service.kind is ServiceKind.GROUP:
        words = _("A group visit: 2 to {most} people at one time. Whoever pays can change it.")
        return words.format(most=service.capacity)
    if service.kind is ServiceKind.CLASS:
        return _("A class: each person gets a place.")
    if count > 1:
        return _("One after the other, with the same practitioner.")
    return ""


def service_options(services: Sequence[ServiceRow]) -> list[tuple[str, str]]:
    """Return the services with how long they take."""
    return [
        (
            one.id,
            _("{name}, {minutes}, {price}").format(
                name=one.name,
                minutes=say.minutes(one.minutes),
                price=say.money(one.price_cents, one.currency),
            ),
        )
        for one in services
    ]


def names(people: Sequence[PersonLine]) -> str:
    """Return "Rosa Marlow, Theo Marlow and Tara Marlow": those who come."""
    return list_of([one["name"] for one in people if one["comes"]])
