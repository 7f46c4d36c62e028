"""Free starts against the slow and obvious way of finding them."""

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.booking.rules import (
    Span,
    TakenUnits,
    bits,
    free_slots,
    grid,
    share_out,
)
from tests.unit.spans import DAY, span

HOUR = 12  # units

spans = st.lists(
    st.tuples(st.integers(0, 150), st.integers(1, 120)).map(
        lambda pair: span(pair[0], pair[0] + pair[1])
    ),
    max_size=4,
)
units = st.sets(st.integers(-20, 300), max_size=120)
durations = st.integers(1, 24)
steps = st.integers(1, 12)
beginnings = st.integers(-10, 280)


def taken_of(busy: set[int]) -> TakenUnits:
    return TakenUnits.of(busy, 0, 290)


def by_trying(spans: list[Span], busy: set[int], duration: int, step: int, first: int) -> list[int]:
    """Try every unit of every span."""
    found: set[int] = set()
    for one in spans:
        for start in range(one.start, one.end - duration + 1):
            on_grid = (start - one.start) % step == 0
            free = not busy.intersection(range(start, start + duration))
            if on_grid and free and start >= first:
                found.add(start)
    return sorted(found)


@given(spans, units, durations, steps, beginnings)
@settings(max_examples=300, deadline=None)
def test_every_free_start_is_found_and_no_other(
    spans: list[Span], busy: set[int], duration: int, step: int, first: int
) -> None:
    found = free_slots(spans, taken_of(busy), duration, step, first)
    assert found == by_trying(spans, busy, duration, step, first)


@given(spans, units, durations, steps, beginnings)
@settings(max_examples=100, deadline=None)
def test_a_start_never_overlaps_what_is_taken_and_lies_inside_a_shift(
    spans: list[Span], busy: set[int], duration: int, step: int, first: int
) -> None:
    for start in free_slots(spans, taken_of(busy), duration, step, first):
        visit = set(range(start, start + duration))
        assert not visit & busy
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
    assert free_slots([span(0, 6)], nothing, 6, 2, 0) == [0]
    assert free_slots([span(0, 6)], nothing, 7, 2, 0) == []
    assert free_slots([], nothing, 1, 1, 0) == []


def test_a_visit_never_runs_through_a_lunch_break() -> None:
    morning_and_afternoon = [span(0, 3), span(6, 9)]
    assert free_slots(morning_and_afternoon, TakenUnits(0, 0), 4, 1, 0) == []


@given(st.lists(st.tuples(spans, units), min_size=1, max_size=4), durations, steps, beginnings)
@settings(max_examples=100, deadline=None)
def test_anyone_gets_each_start_once_from_somebody_who_is_free(
    people: list[tuple[list[Span], set[int]]], duration: int, step: int, first: int
) -> None:
    own = {
        f"p{number}": [span(one.start, one.end, f"p{number}") for one in its_spans]
        for number, (its_spans, _busy) in enumerate(people)
    }
    busy = {f"p{number}": busy for number, (_spans, busy) in enumerate(people)}
    taken = {who: taken_of(its_units) for who, its_units in busy.items()}
    order = {who: number for number, who in enumerate(own)}
    together = [one for its_spans in own.values() for one in its_spans]

    found = share_out(together, taken, order, duration, first, step)

    free = {who: set(free_slots(own[who], taken[who], duration, step, first)) for who in own}
    starts = [start for start, _one in found]
    assert starts == sorted(set().union(*free.values()))
    assert all(start in free[one.practitioner_id] for start, one in found)


def test_the_one_with_less_to_do_that_day_goes_first_then_the_first_of_the_list() -> None:
    both = [span(0, 10, "busy"), span(0, 10, "calm")]
    order = {"busy": 0, "calm": 1}
    taken = {"busy": TakenUnits.of([9], 0, 10), "calm": TakenUnits(0, 0)}
    assert {one.practitioner_id for _start, one in share_out(both, taken, order, 2, 0, 2)} == {
        "calm"
    }
    assert {one.practitioner_id for _start, one in share_out(both, {}, order, 2, 0, 2)} == {"busy"}


def test_a_practitioner_who_takes_what_the_calmer_one_cannot() -> None:
    both = [span(0, 4, "long"), span(2, 4, "calm")]
    taken = {"long": TakenUnits.of([3], 0, 4)}
    found = share_out(both, taken, {"long": 0, "calm": 1}, 1, 0, 1)
    assert [(start, one.practitioner_id) for start, one in found] == [
        (0, "long"),
        (1, "long"),
        (2, "calm"),
        (3, "calm"),
    ]


def test_a_practitioner_day_takes_less_than_five_milliseconds() -> None:
    day = [span(96, 96 + 4 * HOUR), span(96 + 5 * HOUR, 96 + 9 * HOUR)]
    busy = TakenUnits.of(range(100, 190, 7), 96, 96 + 9 * HOUR)
    started = time.perf_counter()
    for _round in range(100):
        free_slots(day, busy, 6, 2, 0)
    assert (time.perf_counter() - started) / 100 < 0.005
    assert day[0].on == DAY
