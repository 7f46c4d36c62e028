"""Free starts against the slow and obvious way of finding them."""

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.booking.rules import (
    Besides,
    Length,
    Span,
    TakenUnits,
    bits,
    free_slots,
    grid,
    share_out,
    spread,
)
from tests.unit.spans import DAY, span

HOUR = 12  # units
FIRST, END = -40, 360  # what is known about

spans = st.lists(
    st.tuples(st.integers(0, 150), st.integers(1, 120), st.integers(1, 12)).map(
        lambda one: span(one[0], one[0] + one[1], step=one[2])
    ),
    max_size=4,
)
units = st.sets(st.integers(-20, 300), max_size=120)
few_units = st.sets(st.integers(-20, 300), max_size=20)
lengths = st.builds(Length, st.integers(1, 24), st.integers(0, 6), st.integers(0, 6))
beginnings = st.integers(-10, 280)


def taken_of(busy: set[int]) -> TakenUnits:
    return TakenUnits.of(busy, FIRST, END)


def around(start: int, length: Length) -> set[int]:
    """Return what a visit takes of its practitioner and of a room."""
    return set(range(start - length.before, start + length.visit + length.after))


def by_trying(spans: list[Span], busy: set[int], length: Length, first: int) -> list[int]:
    """Try every unit of every span."""
    found: set[int] = set()
    for one in spans:
        for start in range(one.start, one.end - length.visit + 1):
            on_grid = (start - one.start) % one.step == 0
            if on_grid and not busy & around(start, length) and start >= first:
                found.add(start)
    return sorted(found)


@given(spans, units, lengths, beginnings)
@settings(max_examples=300, deadline=None)
def test_every_free_start_is_found_and_no_other(
    spans: list[Span], busy: set[int], length: Length, first: int
) -> None:
    found = free_slots(spans, taken_of(busy), length, first)
    assert found == by_trying(spans, busy, length, first)


@given(
    spans,
    few_units,
    lengths,
    beginnings,
    st.lists(st.lists(units, max_size=3), max_size=2),
    st.lists(few_units, max_size=2),
)
@settings(max_examples=300, deadline=None)
def test_each_kind_of_room_and_everybody_who_comes_has_to_be_free_too(
    spans: list[Span],
    busy: set[int],
    length: Length,
    first: int,
    rooms: list[list[set[int]]],
    people: list[set[int]],
) -> None:
    besides = Besides(
        [[taken_of(room) for room in kind] for kind in rooms], [taken_of(one) for one in people]
    )
    found = free_slots(spans, taken_of(busy), length, first, besides)

    def fits(start: int) -> bool:
        # One room for the whole time, not one after the other; nobody waits for a room to be aired.
        in_rooms = all(any(not room & around(start, length) for room in kind) for kind in rooms)
        return in_rooms and not any(one & set(range(start, start + length.visit)) for one in people)

    assert found == [start for start in by_trying(spans, busy, length, first) if fits(start)]


@given(spans, units, lengths, beginnings)
@settings(max_examples=100, deadline=None)
def test_a_start_never_overlaps_what_is_taken_and_lies_inside_a_shift(
    spans: list[Span], busy: set[int], length: Length, first: int
) -> None:
    for start in free_slots(spans, taken_of(busy), length, first):
        visit = set(range(start, start + length.visit))
        assert not around(start, length) & busy
        assert any(visit <= set(range(one.start, one.end)) for one in spans)
        assert start >= first


@given(units, st.integers(0, 280), st.integers(1, 100))
@settings(max_examples=100, deadline=None)
def test_a_window_on_taken_units_shows_exactly_them(
    busy: set[int], start: int, length: int
) -> None:
    end = min(290, start + length)
    mask = taken_of(busy).within(start, end) if end > start else 0
    assert {start + bit for bit in bits(mask)} == {unit for unit in busy if start <= unit < end}


def test_a_grid_has_a_bit_at_every_step() -> None:
    assert list(bits(grid(7, 3))) == [0, 3, 6]
    assert list(bits(grid(6, 3))) == [0, 3]
    assert list(bits(grid(5, 1))) == [0, 1, 2, 3, 4]


def test_a_visit_may_fill_the_shift_but_not_pass_its_end() -> None:
    nothing = TakenUnits(0, 0)
    assert free_slots([span(0, 6, step=2)], nothing, Length(6), 0) == [0]
    assert free_slots([span(0, 6, step=2)], nothing, Length(7), 0) == []
    assert free_slots([], nothing, Length(1), 0) == []


def test_a_visit_never_runs_through_a_lunch_break() -> None:
    morning_and_afternoon = [span(0, 3), span(6, 9)]
    assert free_slots(morning_and_afternoon, TakenUnits(0, 0), Length(4), 0) == []


def test_what_is_kept_free_around_a_visit_may_lie_outside_the_shift() -> None:
    with_buffers = Length(2, before=2, after=1)
    assert free_slots([span(0, 4)], TakenUnits(0, 0), with_buffers, 0) == [0, 1, 2]
    assert free_slots([span(0, 4)], taken_of({-1}), with_buffers, 0) == [2]
    assert free_slots([span(0, 4)], taken_of({4}), with_buffers, 0) == [0, 1]


def test_a_kind_of_room_that_the_place_does_not_have_leaves_nothing() -> None:
    nothing = TakenUnits(0, 0)
    assert free_slots([span(0, 4)], nothing, Length(1), 0, Besides([[], [nothing]])) == []


@given(st.lists(st.tuples(spans, units), min_size=1, max_size=4), lengths, beginnings)
@settings(max_examples=100, deadline=None)
def test_anyone_gets_each_start_once_from_somebody_who_is_free(
    people: list[tuple[list[Span], set[int]]], length: Length, first: int
) -> None:
    own = {
        f"p{number}": [span(one.start, one.end, f"p{number}", step=one.step) for one in its_spans]
        for number, (its_spans, _busy) in enumerate(people)
    }
    busy = {f"p{number}": busy for number, (_spans, busy) in enumerate(people)}
    taken = {who: taken_of(its_units) for who, its_units in busy.items()}
    order = {who: number for number, who in enumerate(own)}
    together = [one for its_spans in own.values() for one in its_spans]

    found = share_out(together, taken, order, length, first)

    free = {who: set(free_slots(own[who], taken[who], length, first)) for who in own}
    starts = [start for start, _one in found]
    assert starts == sorted(set().union(*free.values()))
    assert all(start in free[one.practitioner_id] for start, one in found)


def test_the_one_with_less_to_do_that_day_goes_first_then_the_first_of_the_list() -> None:
    both = [span(0, 10, "busy"), span(0, 10, "calm")]
    order = {"busy": 0, "calm": 1}
    taken = {"busy": TakenUnits.of([9], 0, 10), "calm": TakenUnits(0, 0)}
    found = share_out(both, taken, order, Length(2), 0)
    assert {one.practitioner_id for _start, one in found} == {"calm"}
    found = share_out(both, {}, order, Length(2), 0)
    assert {one.practitioner_id for _start, one in found} == {"busy"}


def test_a_practitioner_who_takes_what_the_calmer_one_cannot() -> None:
    both = [span(0, 4, "long"), span(2, 4, "calm")]
    taken = {"long": TakenUnits.of([3], 0, 4)}
    found = share_out(both, taken, {"long": 0, "calm": 1}, Length(1), 0)
    assert [(start, one.practitioner_id) for start, one in found] == [
        (0, "long"),
        (1, "long"),
        (2, "calm"),
        (3, "calm"),
    ]


@given(spans, units, st.integers(1, 24))
@settings(max_examples=100, deadline=None)
def test_whoever_can_come_at_all_can_come_at_a_time_that_is_shown(
    spans: list[Span], busy: set[int], duration: int
) -> None:
    every = share_out(spans, {"p": taken_of(busy)}, {"p": 0}, Length(duration), 0)
    shown = spread(every, duration)
    assert set(shown) <= set(every)
    assert bool(shown) == bool(every)
    # Nobody has to come more than half an hour earlier than at the time that was left out.
    for start, _one in every:
        assert any(0 <= start - unit < HOUR // 2 for unit, _span in shown)


def test_a_practitioner_day_takes_less_than_five_milliseconds() -> None:
    day = [span(96, 96 + 4 * HOUR, step=2), span(96 + 5 * HOUR, 96 + 9 * HOUR, step=2)]
    busy = TakenUnits.of(range(100, 190, 7), 96, 96 + 9 * HOUR)
    started = time.perf_counter()
    for _round in range(100):
        free_slots(day, busy, Length(6), 0)
    assert (time.perf_counter() - started) / 100 < 0.005
    assert day[0].on == DAY
