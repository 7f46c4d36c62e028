"""Shifts across the days on which the clocks change: Vancouver and Lord Howe, 2026."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.booking.rules import (
    WeeklyShift,
    expand_shifts,
    first_unit_from,
    instant_of,
    unit_of,
    wall_clock_instant,
)

VANCOUVER = ZoneInfo("America/Vancouver")
SPRING = date(2026, 3, 8)  # 2:00 becomes 3:00
AUTUMN = date(2026, 11, 1)  # 2:00 becomes 1:00
# Half an hour forward at 2:00 on this day.
LORD_HOWE, LORD_HOWE_SPRING = ZoneInfo("Australia/Lord_Howe"), date(2026, 10, 4)


def shift(starts: time, ends: time, day: date, **dates: Any) -> WeeklyShift:
    return WeeklyShift("p", "here", day.weekday(), starts, ends, **dates)


def hours(starts: time, ends: time, day: date, zone: ZoneInfo = VANCOUVER) -> float:
    """Return how long a shift lasts on that day."""
    spans = expand_shifts([shift(starts, ends, day)], day, day, zone)
    return sum((one.end - one.start) / 12 for one in spans)


@pytest.mark.parametrize("day", [SPRING, AUTUMN, SPRING - timedelta(7), AUTUMN + timedelta(7)])
def test_nine_stays_nine_when_the_clocks_change(day: date) -> None:
    (span,) = expand_shifts([shift(time(9), time(17), day)], day, day, VANCOUVER)
    assert instant_of(span.start).astimezone(VANCOUVER).time() == time(9)
    assert instant_of(span.end).astimezone(VANCOUVER).time() == time(17)
    assert span.end - span.start == 8 * 12


def test_a_night_shift_is_an_hour_shorter_in_spring_and_longer_in_autumn() -> None:
    assert hours(time(0), time(6), SPRING) == 5
    assert hours(time(0), time(6), AUTUMN) == 7
    assert hours(time(0), time(6), SPRING + timedelta(1)) == 6


def test_a_time_in_the_skipped_hour_is_the_moment_of_the_jump() -> None:
    jump = datetime(2026, 3, 8, 10, tzinfo=UTC)
    assert wall_clock_instant(SPRING, time(2), VANCOUVER) == jump
    assert wall_clock_instant(SPRING, time(2, 30), VANCOUVER) == jump
    assert wall_clock_instant(SPRING, time(2, 55), VANCOUVER) == jump
    assert wall_clock_instant(SPRING, time(3), VANCOUVER) == jump


def test_a_shift_inside_the_skipped_hour_does_not_take_place() -> None:
    assert hours(time(2), time(3), SPRING) == 0
    assert hours(time(2, 15), time(2, 45), SPRING) == 0
    assert hours(time(1, 30), time(2, 30), SPRING) == 0.5
    assert hours(time(2, 30), time(4), SPRING) == 1


def test_a_time_in_the_repeated_hour_means_the_first() -> None:
    assert wall_clock_instant(AUTUMN, time(1, 30), VANCOUVER) == datetime(
        2026, 11, 1, 8, 30, tzinfo=UTC
    )
    assert hours(time(1), time(1, 30), AUTUMN) == 0.5
    assert hours(time(1, 30), time(3), AUTUMN) == 2.5


def test_a_jump_of_half_an_hour_works_too() -> None:
    jump = datetime(2026, 10, 3, 15, 30, tzinfo=UTC)
    assert wall_clock_instant(LORD_HOWE_SPRING, time(2, 10), LORD_HOWE) == jump
    assert hours(time(1), time(4), LORD_HOWE_SPRING, LORD_HOWE) == 2.5


def test_a_shift_holds_only_from_its_first_to_its_last_day() -> None:
    monday = date(2030, 1, 7)
    weeks = [monday + timedelta(7 * number) for number in range(4)]
    one = shift(time(9), time(10), monday, from_on=weeks[1], until_on=weeks[2])
    spans = expand_shifts([one], monday, weeks[3], VANCOUVER)
    assert [span.on for span in spans] == weeks[1:3]


def test_a_unit_that_a_shift_covers_in_part_is_left_out() -> None:
    monday = date(2030, 1, 7)
    (span,) = expand_shifts([shift(time(9, 2), time(9, 18), monday)], monday, monday, VANCOUVER)
    assert instant_of(span.start).astimezone(VANCOUVER).time() == time(9, 5)
    assert instant_of(span.end).astimezone(VANCOUVER).time() == time(9, 15)


def test_spans_come_in_the_order_of_time() -> None:
    monday = date(2030, 1, 7)
    late, early = shift(time(13), time(17), monday), shift(time(8), time(12), monday)
    spans = expand_shifts([late, early], monday, monday, VANCOUVER)
    assert [span.start for span in spans] == sorted(span.start for span in spans)
    assert expand_shifts([late], monday, monday - timedelta(1), VANCOUVER) == []


def test_the_first_unit_from_an_instant_does_not_begin_before_it() -> None:
    at = datetime(2030, 1, 7, 9, tzinfo=UTC)
    assert first_unit_from(at) == unit_of(at)
    assert first_unit_from(at + timedelta(microseconds=1)) == unit_of(at) + 1
    assert instant_of(unit_of(at + timedelta(minutes=4, seconds=59))) == at


@given(
    st.dates(date(2000, 1, 1), date(2040, 12, 31)),
    st.times(),
    st.sampled_from(
        ["America/Vancouver", "Australia/Lord_Howe", "Europe/Dublin", "Asia/Kathmandu"]
    ),
)
@settings(max_examples=200, deadline=None)
def test_an_instant_shows_its_time_again_or_the_first_one_after_a_jump(
    day: date, at: time, zone_name: str
) -> None:
    zone = ZoneInfo(zone_name)
    shown = wall_clock_instant(day, at, zone).astimezone(zone).replace(tzinfo=None)
    wanted = datetime.combine(day, at)
    assert shown == wanted or wanted < shown <= wanted + timedelta(hours=1, seconds=1)
