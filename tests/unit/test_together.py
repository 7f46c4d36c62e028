"""Visits for several people in one search, against a brute force written from the words alone."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import permutations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.booking.together.day import Arrangement, Need, Opening, PlaceDay, RoomDay, Turn
from portal.booking.together.rules import (
    APART,
    MOST_A_DAY,
    Kind,
    arrange,
    back_to_back,
    pick,
    same_time,
)
from portal.booking.together.same_day import same_day
from portal.booking.units import bits

DAY = date(2030, 1, 7)
UNITS = 22  # of the small days below
PEOPLE = ("anna", "bert", "cleo")
SERVICES = {
    "short": (2, 0, 0, ()),
    "long": (3, 1, 2, ("chair",)),
    "room": (2, 0, 1, ("chair",)),
    "bare": (3, 1, 1, ()),
}


def need(patient_id: str, service_id: str = "short") -> Need:
    """Make a wish for one of the services."""
    length, before, after, rooms = SERVICES[service_id]
    return Need(patient_id, service_id, length, before, after, rooms)


def day(
    who: dict[str, int],
    *,
    step: int = 2,
    rooms: Sequence[int] = (),
    free: dict[str, int] | None = None,
) -> PlaceDay:
    """Make a day on which these practitioners work, given the units in which they are free."""
    everybody = dict.fromkeys(PEOPLE, (1 << UNITS) - 1) | (free or {})
    chairs = tuple(RoomDay(f"chair {n}", "chair", mask) for n, mask in enumerate(rooms))
    openings = tuple(
        Opening(name, step, {id_: _starts(id_, mask, step, chairs) for id_ in SERVICES})
        for name, mask in who.items()
    )
    return PlaceDay(DAY, "here", 0, openings, chairs, everybody)


def _starts(service_id: str, free: int, step: int, chairs: Sequence[RoomDay]) -> int:
    """Return where one visit alone could begin, unit by unit."""
    one = need("", service_id)
    found = 0
    for start in range(1, UNITS, step):
        if start < one.before:
            continue
        units = around(one, start)
        rooms = [c for c in chairs if all(c.free >> unit & 1 for unit in units)]
        if all(free >> unit & 1 for unit in units) and (rooms or not one.rooms):
            found |= 1 << start
    return found


# Long free stretches are what a day is made of; single units would fit nobody.
mostly_free = st.lists(st.tuples(st.integers(0, UNITS), st.integers(0, 6)), max_size=3).map(
    lambda holes: ((1 << UNITS) - 1) & ~sum_of(((1 << n) - 1) << at for at, n in holes)
)


def sum_of(parts: Iterable[int]) -> int:
    """Return the units that are in any of the parts."""
    whole = 0
    for part in parts:
        whole |= part
    return whole


@st.composite
def searches(draw: st.DrawFn, *, with_rooms: bool = True) -> tuple[PlaceDay, list[Need]]:
    """Draw a day and what two or three people want on it."""
    who = {name: draw(mostly_free) for name in ("p", "q", "r")[: draw(st.integers(1, 3))]}
    people = PEOPLE[: draw(st.integers(2, 3))]
    services = list(SERVICES) if with_rooms else ["short", "bare"]
    needs = [need(one, draw(st.sampled_from(services))) for one in people]
    rooms = [draw(mostly_free) for _room in range(draw(st.integers(0, 2)))] if with_rooms else []
    free = {one: draw(mostly_free) for one in people}
    return day(who, step=draw(st.integers(1, 3)), rooms=rooms, free=free), needs


def around(wish: Need, start: int) -> range:
    """Return the units that practitioner and room are taken for."""
    length, before, after, _rooms = SERVICES[wish.service_id]
    return range(start - before, start + length + after)


def fits(one: PlaceDay, needs: Sequence[Need], placed: Sequence[tuple[str, int]]) -> bool:
    """Tell whether visits (practitioner, start) for the needs can all be, rooms apart."""
    for wish, (who, start) in zip(needs, placed, strict=True):
        if not one.by_practitioner[who][wish.service_id] >> start & 1:
            return False
        if not all(one.free[wish.patient_id] >> start + n & 1 for n in range(wish.length)):
            return False
    taken: set[tuple[str, int]] = set()
    for wish, (who, start) in zip(needs, placed, strict=True):
        theirs = {(who, unit) for unit in around(wish, start)}
        if taken & theirs:
            return False
        taken |= theirs
    return True


def rooms_suffice(one: PlaceDay, needs: Sequence[Need], starts: Sequence[int]) -> bool:
    """Tell whether some sharing of the rooms lets every visit have its own."""
    asked = [(w, s, kind) for w, s in zip(needs, starts, strict=True) for kind in w.rooms]
    for given_rooms in product(one.rooms, repeat=len(asked)):
        taken: set[tuple[str, int]] = set()
        for (wish, start, kind), room in zip(asked, given_rooms, strict=True):
            theirs = {(room.id, unit) for unit in around(wish, start)}
            is_free = all(room.free >> unit & 1 for unit in around(wish, start))
            if room.kind != kind or taken & theirs or not is_free:
                break
            taken |= theirs
        else:
            return True
    return False


def first_rooms_do(one: PlaceDay, needs: Sequence[Need], found: Arrangement) -> bool:
    """Tell whether everyone gets a room when the visits take the first free one in turn."""
    by_person = {wish.patient_id: wish for wish in needs}
    taken: dict[str, int] = {}
    for turn in found.turns:
        wish = by_person[turn.patient_id]
        units = sum_of(1 << unit for unit in around(wish, turn.start))
        for kind in wish.rooms:
            fit = [
                room.id
                for room in one.rooms
                if room.kind == kind and not units & (~room.free | taken.get(room.id, 0))
            ]
            if not fit:
                return False
            taken[fit[0]] = taken.get(fit[0], 0) | units
    return True


def as_placed(needs: Sequence[Need], found: Arrangement) -> list[tuple[str, int]]:
    """Return practitioner and start in the order of the needs."""
    by_person = {turn.patient_id: turn for turn in found.turns}
    return [(by_person[w.patient_id].practitioner_id, by_person[w.patient_id].start) for w in needs]


def every(one: PlaceDay, needs: Sequence[Need]) -> Iterator[list[tuple[str, int]]]:
    """Yield everything that can be, by trying all."""
    each = [
        [(who, at) for who, s in one.by_practitioner.items() for at in bits(s[w.service_id])]
        for w in needs
    ]
    for placed in product(*each):
        if fits(one, needs, placed) and rooms_suffice(one, needs, [s for _who, s in placed]):
            yield list(placed)


@given(searches(), st.sampled_from(Kind))
def test_what_is_offered_fits_everyone(search: tuple[PlaceDay, list[Need]], kind: Kind) -> None:
    one, needs = search
    for found in arrange(one, needs, kind):
        placed = as_placed(needs, found)
        assert fits(one, needs, placed)
        assert first_rooms_do(one, needs, found)
        assert found.start == min(start for _who, start in placed)
        assert [turn.start for turn in found.turns] == sorted(start for _who, start in placed)
        starts, who = {s for _w, s in placed}, {w for w, _s in placed}
        if kind == Kind.SAME_TIME:
            assert len(starts) == 1
            assert len(who) == len(needs)
        if kind == Kind.BACK_TO_BACK:
            assert len(who) == 1


@given(searches())
def test_one_after_the_other_leaves_no_time_out(search: tuple[PlaceDay, list[Need]]) -> None:
    one, needs = search
    offered = [found.start for found in back_to_back(one, needs)]
    assert offered == spaced({start for start in range(UNITS) if _chain(one, needs, start)})


def _chain(one: PlaceDay, needs: Sequence[Need], start: int) -> bool:
    """Tell whether a row of visits can begin then, each as soon as the buffers allow."""
    for opening in one.openings:
        for order in permutations(needs):
            placed, at = [], start
            for wish, after in zip(order, [*order[1:], None], strict=True):
                placed.append((opening.practitioner_id, at))
                if after:
                    at += (
                        -(-(wish.length + wish.after + after.before) // opening.step) * opening.step
                    )
            if at < UNITS and fits(one, order, placed):
                return True
    return False


@given(searches())
def test_at_the_same_time_leaves_no_time_out(search: tuple[PlaceDay, list[Need]]) -> None:
    one, needs = search
    offered = [found.start for found in same_time(one, needs)]
    possible = {
        placed[0][1]
        for placed in every(one, needs)
        if len({s for _w, s in placed}) == 1 and len({w for w, _s in placed}) == len(needs)
    }
    assert offered == spaced(possible)


@settings(max_examples=60)
@given(searches(with_rooms=False))
def test_on_one_day_nothing_closer_can_be(search: tuple[PlaceDay, list[Need]]) -> None:
    one, needs = search
    best: dict[int, int] = {}
    for placed in every(one, needs):
        start = min(s for _w, s in placed)
        end = max(s + w.length for w, (_w, s) in zip(needs, placed, strict=True))
        best[start] = min(end, best.get(start, end))
    found = {one.start: one.start + one.takes for one in same_day(one, needs, apart=1)}
    assert found == best


@given(searches())
def test_on_one_day_something_is_found_if_anything_can_be(
    search: tuple[PlaceDay, list[Need]],
) -> None:
    one, needs = search
    if all(wish.rooms == needs[0].rooms and wish.length == needs[0].length for wish in needs):
        assert bool(arrange(one, needs, Kind.SAME_DAY)) == any(True for _one in every(one, needs))


@given(st.lists(st.tuples(st.integers(0, 90), st.integers(1, 4)), unique_by=lambda one: one[0]))
def test_a_day_shows_the_closest_and_no_more_than_can_be_read(
    found: list[tuple[int, int]],
) -> None:
    every = [
        Arrangement(DAY, "here", (Turn("anna", "short", "p", start, start + takes),))
        for start, takes in found
    ]
    kept = pick(every)
    assert len(kept) == min(len(every), MOST_A_DAY)
    assert len(set(kept)) == len(kept)
    left = [one.takes for one in every if one not in kept]
    assert not left or max(one.takes for one in kept) <= min(left)
    assert [one.start for one in kept] == sorted(one.start for one in kept)


def test_two_who_want_the_same_come_in_the_order_they_were_named() -> None:
    whole = (1 << UNITS) - 1
    found = arrange(day({"p": whole}), [need("bert"), need("anna")], Kind.BACK_TO_BACK)
    assert [turn.patient_id for turn in found[0].turns] == ["bert", "anna"]


def test_who_cannot_come_first_comes_second() -> None:
    whole = (1 << UNITS) - 1
    later = whole & ~0b110  # anna has another visit in these two units
    one = day({"p": 0b11110}, free={"anna": later})
    found = arrange(one, [need("anna"), need("bert")], Kind.BACK_TO_BACK)
    assert [turn.patient_id for turn in found[0].turns] == ["bert", "anna"]


def test_one_chair_is_not_enough_for_two_at_once() -> None:
    whole = (1 << UNITS) - 1
    both = [need("anna", "room"), need("bert", "room")]
    assert not arrange(day({"p": whole, "q": whole}, rooms=[whole]), both, Kind.SAME_TIME)
    assert arrange(day({"p": whole, "q": whole}, rooms=[whole, whole]), both, Kind.SAME_TIME)
    assert arrange(day({"p": whole, "q": whole}, rooms=[whole]), both, Kind.SAME_DAY)


def spaced(starts: set[int]) -> list[int]:
    """Leave out what begins less than `APART` after the one before."""
    kept: list[int] = []
    for start in sorted(starts):
        if not kept or start - kept[-1] >= APART:
            kept.append(start)
    return kept
