"""Everybody on one day, in any order and with anybody, as close together as can be; pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from portal.booking.together.day import (
    Arrangement,
    Need,
    PlaceDay,
    practitioners,
    take_rooms,
    turn,
    union,
)
from portal.booking.units import bits

# A visit is placed so often, at most, to find the closest arrangement that begins at one time. Up
# to there nothing is missed; what was found by then is shown anyway.
MOST_TRIES = 400


@dataclass(frozen=True)
class _Placed:
    """A visit that has its place, ``start`` being a bit of the day."""

    at: int  # which of the needs
    practitioner_id: str
    start: int


@dataclass
class _Search:
    """The best that was found so far for one beginning."""

    best: int  # when the last visit ends
    found: tuple[_Placed, ...] = ()
    tries: int = 0
    least: int = 0  # when the last visit ends if nobody is in anybody's way


@dataclass(frozen=True)
class _Board:
    """What does not change during the search."""

    day: PlaceDay
    needs: Sequence[Need]
    who: Sequence[Mapping[str, int]]  # for each need: practitioner id -> starts
    anyone: Sequence[int]  # for each need: starts with anybody
    like: Sequence[int]  # for each need: the first one that wants the same and has the same time


def same_day(day: PlaceDay, needs: Sequence[Need], apart: int) -> Iterator[Arrangement]:
    """Yield, for beginnings ``apart`` units or more from each other, the closest arrangement."""
    who = [practitioners(day, need) for need in needs]
    if not all(who):
        return
    anyone = [union(one.values()) for one in who]
    same = [(need.service_id, one) for need, one in zip(needs, who, strict=True)]
    board = _Board(day, needs, who, anyone, [same.index(one) for one in same])
    last = -apart
    for start in bits(union(anyone)):
        if start - last < apart:
            continue
        placed = _closest(board, start)
        if placed:
            last = start
            turns = (turn(day, needs[one.at], one.practitioner_id, one.start) for one in placed)
            yield Arrangement(day.on, day.location_id, tuple(turns))


def _closest(board: _Board, start: int) -> tuple[_Placed, ...]:
    """Return the arrangement with the first visit at ``start`` that ends first, if there is one."""
    everyone = tuple(range(len(board.needs)))
    least = _least(board, everyone, start)
    if least is None:
        return ()
    search = _Search(best=1 << 30, least=least)
    _place(board, search, (), everyone, start, {}, {})
    return search.found


def _place(
    board: _Board,
    search: _Search,
    placed: tuple[_Placed, ...],
    left: tuple[int, ...],
    now: int,
    busy: Mapping[str, int],
    rooms: Mapping[str, int],
) -> None:
    """Try everybody who is left as the next one, not before ``now``, and keep what ends first.

    Each begins as early as the visits before allow: to begin later helps nobody who comes after.
    """
    if not left:
        search.best, search.found = _end(board, placed), placed
        return
    for one in _next(board, search, placed, left, now, busy):
        if search.tries >= MOST_TRIES or search.best <= search.least:
            return
        need = board.needs[one.at]
        rest = tuple(at for at in left if at != one.at)
        least = _least(board, rest, one.start)
        if least is None or max(least, one.start + need.length) >= search.best:
            continue
        search.tries += 1
        used = take_rooms(board.day, need, one.start, rooms)
        if used is None:
            continue
        taken = busy.get(one.practitioner_id, 0) | need.around(one.start)
        then = {**busy, one.practitioner_id: taken}
        _place(board, search, (*placed, one), rest, one.start, then, used)


def _next(
    board: _Board,
    search: _Search,
    placed: Sequence[_Placed],
    left: Sequence[int],
    now: int,
    busy: Mapping[str, int],
) -> list[_Placed]:
    """Return who could come next, with whom and when, the one who is done first at the front."""
    found: list[tuple[int, int, int, _Placed]] = []
    tried: set[int] = set()
    for at in left:
        need = board.needs[at]
        if board.like[at] in tried:
            continue
        tried.add(board.like[at])
        for rank, (practitioner_id, mask) in enumerate(board.who[at].items()):
            start = _earliest(mask, now, need, busy.get(practitioner_id, 0))
            if start is None or (not placed and start != now):
                continue
            end = start + need.length
            if end < search.best:
                found.append((end, rank, at, _Placed(at, practitioner_id, start)))
    found.sort(key=lambda one: one[:3])
    return [one for *_rest, one in found]


def _earliest(mask: int, now: int, need: Need, busy: int) -> int | None:
    """Return the first start from ``now`` on at which the practitioner is not ``busy``."""
    mask = mask >> now << now
    while mask:
        low = mask & -mask
        start = low.bit_length() - 1
        if not need.around(start) & busy:
            return start
        mask ^= low
    return None


def _least(board: _Board, left: Sequence[int], now: int) -> int | None:
    """Return when the last of them ends if nobody is in anybody's way; ``None``: not that day."""
    least = 0
    for at in left:
        mask = board.anyone[at] >> now
        if not mask:
            return None
        least = max(least, now + (mask & -mask).bit_length() - 1 + board.needs[at].length)
    return least


def _end(board: _Board, placed: Sequence[_Placed]) -> int:
    return max(one.start + board.needs[one.at].length for one in placed)
