"""One day at one place as a search for several people sees it; pure, no clock.

Units are those of `portal.booking.units`; a mask has bit 0 at the day's ``origin``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property


@dataclass(frozen=True)
class Need:
    """One person's visit: how many units it takes, and what has to be free around it."""

    patient_id: str
    service_id: str
    length: int
    before: int = 0  # units that practitioner and room are kept free before
    after: int = 0
    rooms: tuple[str, ...] = ()  # the kinds of room or equipment it needs, one of each

    def around(self, start: int) -> int:
        """Return the units that practitioner and room are taken for, as a mask."""
        return ((1 << (self.before + self.length + self.after)) - 1) << (start - self.before)


@dataclass(frozen=True)
class Opening:
    """One working time of a practitioner, and where each service could begin in it by itself."""

    practitioner_id: str
    step: int  # the starts of one opening lie a multiple of this apart
    starts: Mapping[str, int]  # service id -> mask; all that is taken is left out already


@dataclass(frozen=True)
class RoomDay:
    """A room and the units in which it is free."""

    id: str
    kind: str
    free: int


@dataclass(frozen=True)
class PlaceDay:
    """What there is on one day at one place."""

    on: date
    location_id: str
    origin: int
    openings: tuple[Opening, ...]  # the practitioner with the least booked time first
    rooms: tuple[RoomDay, ...]  # as the engine takes them: the first that is free
    free: Mapping[str, int]  # patient id -> the units in which they have no visit

    def own_starts(self, need: Need) -> int:
        """Return where the person could begin if every practitioner were free."""
        return runs(self.free[need.patient_id], need.length)

    @cached_property
    def by_practitioner(self) -> dict[str, dict[str, int]]:
        """Return each practitioner's starts of all their openings, by service."""
        merged: dict[str, dict[str, int]] = {}
        for opening in self.openings:
            starts = merged.setdefault(opening.practitioner_id, {})
            for service_id, mask in opening.starts.items():
                starts[service_id] = starts.get(service_id, 0) | mask
        return merged


@dataclass(frozen=True)
class Turn:
    """One person's visit in an arrangement; ``start`` is a unit."""

    patient_id: str
    service_id: str
    practitioner_id: str
    start: int
    end: int


@dataclass(frozen=True)
class Arrangement:
    """Visits for everyone, in the order of time, in which they can also be held."""

    on: date
    location_id: str
    turns: tuple[Turn, ...]

    @property
    def start(self) -> int:
        """Return the unit at which the first visit begins."""
        return self.turns[0].start

    @property
    def takes(self) -> int:
        """Return how many units it is from the first beginning to the last end."""
        return max(turn.end for turn in self.turns) - self.start


def take_rooms(
    day: PlaceDay, need: Need, start: int, used: Mapping[str, int]
) -> dict[str, int] | None:
    """Return what is used of each room when this visit too has the first free one of each kind."""
    if not need.rooms:
        return dict(used)
    around, after = need.around(start), dict(used)
    for kind in need.rooms:
        room = next(
            (
                room
                for room in day.rooms
                if room.kind == kind and not around & ~(room.free & ~after.get(room.id, 0))
            ),
            None,
        )
        if room is None:
            return None
        after[room.id] = after.get(room.id, 0) | around
    return after


def runs(free: int, length: int) -> int:
    """Return where ``length`` free units follow one another."""
    have = 1
    while have < length:
        shift = min(have, length - have)
        free &= free >> shift
        have += shift
    return free


def practitioners(day: PlaceDay, need: Need) -> dict[str, int]:
    """Return who could see this person, and when each could begin."""
    own = day.own_starts(need)
    every = (
        (id_, starts.get(need.service_id, 0) & own) for id_, starts in day.by_practitioner.items()
    )
    return {id_: mask for id_, mask in every if mask}


def turn(day: PlaceDay, need: Need, practitioner_id: str, start: int) -> Turn:
    """Return a visit whose ``start`` is a bit of the day."""
    first = day.origin + start
    return Turn(need.patient_id, need.service_id, practitioner_id, first, first + need.length)


def union(masks: Iterable[int]) -> int:
    """Return the units that are in any of the masks."""
    found = 0
    for mask in masks:
        found |= mask
    return found
