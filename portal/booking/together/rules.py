"""How several people's visits fit together: one after the other, at once, or on one day; pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum

from portal.booking.together.day import (
    Arrangement,
    Need,
    Opening,
    PlaceDay,
    practitioners,
    take_rooms,
    turn,
    union,
)
from portal.booking.together.same_day import same_day
from portal.booking.units import UNIT_MINUTES, bits

FEWEST, MOST = 2, 6  # people in one search
MOST_A_DAY = 8  # ways to fit everyone that one day shows
APART = 30 // UNIT_MINUTES  # between the beginnings of two of them


class Kind(StrEnum):
    """How the visits of one search lie to each other."""

    BACK_TO_BACK = "after"  # with one practitioner, one right after the other
    SAME_TIME = "once"  # with different practitioners, all beginning together
    SAME_DAY = "day"  # with anybody, in any order, as close together as can be


def arrange(
    day: PlaceDay,
    needs: Sequence[Need],
    kind: Kind,
    is_wanted: Callable[[Arrangement], bool] = bool,
) -> list[Arrangement]:
    """Return the ways to fit everyone that are worth showing, in the order of time."""
    return pick([one for one in _WAYS[kind](day, needs) if is_wanted(one)])


def pick(found: Sequence[Arrangement], most: int = MOST_A_DAY) -> list[Arrangement]:
    """Keep those that take the shortest, evenly over the day where they take equally long."""
    kept: list[Arrangement] = []
    ranked = sorted(found, key=lambda one: (one.takes, one.start))
    while ranked and len(kept) < most:
        same = [one for one in ranked if one.takes == ranked[0].takes]
        ranked = ranked[len(same) :]
        room = most - len(kept)
        if len(same) > room:
            same = [same[at * len(same) // room] for at in range(room)]
        kept += same
    return sorted(kept, key=lambda one: (one.start, one.takes))


def back_to_back(day: PlaceDay, needs: Sequence[Need]) -> Iterator[Arrangement]:
    """Yield each beginning once: one practitioner, one visit right after the other.

    Buffers are kept, so that up to a step may pass between two. Of several orders of the people the
    first one counts in which it works, as they were given.
    """
    own = [day.own_starts(need) for need in needs]
    found = 0
    last = -APART
    chains: list[tuple[int, Opening, list[tuple[Need, int]]]] = []
    for opening in day.openings:
        masks = [opening.starts.get(n.service_id, 0) & o for n, o in zip(needs, own, strict=True)]
        if not all(masks):
            continue
        for starts, order in _orders(needs, masks, opening.step, found):
            found |= starts
            chains += [(start, opening, order) for start in bits(starts)]
    for start, opening, order in sorted(chains, key=lambda chain: chain[0]):
        if start - last >= APART:
            last = start
            turns = [turn(day, n, opening.practitioner_id, start + later) for n, later in order]
            yield Arrangement(day.on, day.location_id, tuple(turns))


def _orders(
    needs: Sequence[Need], masks: Sequence[int], step: int, found: int
) -> Iterator[tuple[int, list[tuple[Need, int]]]]:
    """Yield where rows of visits can begin that are not ``found`` yet, each beginning once.

    With them comes the row: each need with its distance from the beginning.
    """

    def go_on(
        row: list[tuple[Need, int]], starts: int, left: list[int]
    ) -> Iterator[tuple[int, list[tuple[Need, int]]]]:
        nonlocal found
        if not left:
            yield starts & ~found, row
            found |= starts
            return
        tried: set[tuple[object, ...]] = set()
        for at in left:
            need = needs[at]
            twin = (need.service_id, masks[at])  # somebody alike has been tried in this place
            if twin in tried:
                continue
            tried.add(twin)
            later = 0
            if row:
                before, earlier = row[-1]
                later = earlier + _up(before.length + before.after + need.before, step)
            fits = starts & (masks[at] >> later)
            if fits & ~found:
                yield from go_on([*row, (need, later)], fits, [one for one in left if one != at])

    yield from go_on([], -1, list(range(len(needs))))


def same_time(day: PlaceDay, needs: Sequence[Need]) -> Iterator[Arrangement]:
    """Yield beginnings at which everyone can be seen at once, each by somebody else."""
    who = [practitioners(day, need) for need in needs]
    everyone = -1
    for one in who:
        everyone &= union(one.values())
    last = -APART
    for start in bits(everyone) if all(who) else ():
        if start - last < APART:
            continue
        matched = _match(who, start)
        order = _order_for_rooms(day, needs, start) if matched else None
        if matched and order:
            last = start
            turns = [turn(day, needs[at], matched[at], start) for at in order]
            yield Arrangement(day.on, day.location_id, tuple(turns))


def _match(who: Sequence[dict[str, int]], start: int) -> list[str] | None:
    """Give everyone a practitioner of their own who is free then, the least busy first."""
    given: dict[str, int] = {}

    def find(at: int, asked: set[str]) -> bool:
        for practitioner_id, mask in who[at].items():
            if mask >> start & 1 and practitioner_id not in asked:
                asked.add(practitioner_id)
                if practitioner_id not in given or find(given[practitioner_id], asked):
                    given[practitioner_id] = at
                    return True
        return False

    if not all(find(at, set()) for at in range(len(who))):
        return None
    by_person = {at: practitioner_id for practitioner_id, at in given.items()}
    return [by_person[at] for at in range(len(who))]


def _order_for_rooms(day: PlaceDay, needs: Sequence[Need], start: int) -> list[int] | None:
    """Return an order in which everyone finds rooms when each takes the first that is free."""

    def go_on(order: list[int], used: dict[str, int]) -> list[int] | None:
        if len(order) == len(needs):
            return order
        tried: set[tuple[object, ...]] = set()
        for at, need in enumerate(needs):
            alike = (need.before, need.length + need.after, need.rooms)
            if at in order or alike in tried:
                continue
            tried.add(alike)
            after = take_rooms(day, need, start, used)
            done = go_on([*order, at], after) if after is not None else None
            if done:
                return done
        return None

    return go_on([], {})


def _up(units: int, step: int) -> int:
    return -(-units // step) * step


def _same_day(day: PlaceDay, needs: Sequence[Need]) -> Iterator[Arrangement]:
    return same_day(day, needs, APART)


_WAYS: Mapping[Kind, Callable[[PlaceDay, Sequence[Need]], Iterator[Arrangement]]] = {
    Kind.BACK_TO_BACK: back_to_back,
    Kind.SAME_TIME: same_time,
    Kind.SAME_DAY: _same_day,
}
