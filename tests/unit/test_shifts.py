"""Other hours of single days, closed days and time off, against trying every minute of every day.

The other way of finding out is written from the words: it asks of every five minutes what the
clocks of the place show, and never makes an instant out of a wall-clock time.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.booking.shifts import OwnHours, WeeklyShift, expand_shifts, take_off
from portal.booking.units import Span, instant_of
from tests.unit.spans import span

WHO = ("ann", "ben")
# Two days around which clocks change, in zones that do it in different ways, and an ordinary day.
CHANGES = (
    ("America/Vancouver", date(2026, 3, 8)),
    ("America/Vancouver", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Asia/Kathmandu", date(2026, 6, 2)),
)
FIVE_MINUTES = timedelta(minutes=5)

times = st.builds(time, st.integers(0, 23), st.sampled_from([0, 10, 15, 30, 45, 55]))
order = st.tuples(times, times).filter(lambda pair: pair[0] < pair[1])
weekly = st.builds(
    lambda who, weekday, hours: WeeklyShift(who, "here", weekday, *hours),
    st.sampled_from(WHO),
    st.integers(0, 6),
    order,
)


def other_hours(day: date) -> st.SearchStrategy[OwnHours]:
    days = st.integers(-1, 1).map(lambda number: day + timedelta(days=number))
    works = st.builds(
        lambda who, on, place, hours: OwnHours(who, on, place, *hours),
        st.sampled_from(WHO),
        days,
        st.sampled_from(["here", "elsewhere"]),
        order,
    )
    return works | st.builds(OwnHours, st.sampled_from(WHO), days)


def works(
    who: str, at: datetime, zone: ZoneInfo, shifts: list[WeeklyShift], instead: list[OwnHours]
) -> bool:
    """Say whether somebody works at one instant, by what the clock on the wall shows then."""
    shown = at.astimezone(zone)
    own = [one for one in instead if one.practitioner_id == who and one.on == shown.date()]
    if own:
        hours = [(one.starts, one.ends) for one in own if one.location_id == "here"]
    else:
        hours = [
            (one.starts, one.ends)
            for one in shifts
            if one.practitioner_id == who and one.weekday == shown.weekday()
        ]
    # The first time that the clock shows the beginning, to the first time that it shows the end.
    day_began = datetime.combine(shown.date(), time(), zone)
    return any(
        starts is not None
        and ends is not None
        and _has_shown(day_began, at, starts, zone)
        and not _has_shown(day_began, at, ends, zone)
        for starts, ends in hours
    )


def _has_shown(day_began: datetime, at: datetime, wanted: time, zone: ZoneInfo) -> bool:
    """Say whether the clock has shown a time, or one after it, on this day by then."""
    moment = day_began.astimezone(UTC)
    while moment <= at:
        if moment.astimezone(zone).time() >= wanted:
            return True
        moment += FIVE_MINUTES
    return False


@given(st.data(), st.sampled_from(CHANGES), st.lists(weekly, max_size=4), st.booleans())
@settings(max_examples=60, deadline=None)
def test_somebody_works_exactly_when_the_clock_on_the_wall_says_so(
    data: st.DataObject, change: tuple[str, date], shifts: list[WeeklyShift], closed: bool
) -> None:
    zone, day = ZoneInfo(change[0]), change[1]
    instead = data.draw(st.lists(other_hours(day), max_size=3))
    here = [
        one if one.location_id == "here" else OwnHours(one.practitioner_id, one.on)
        for one in instead
    ]
    spans = expand_shifts(
        shifts, day, day, zone, instead=here, closed={day} if closed else {day + timedelta(days=1)}
    )
    began = datetime.combine(day, time(), zone).astimezone(UTC)
    ended = datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)
    for who in WHO:
        units = {
            unit
            for one in spans
            if one.practitioner_id == who
            for unit in range(one.start, one.end)
        }
        at = began
        while at < ended:
            expected = not closed and works(who, at, zone, shifts, instead)
            assert (int(at.timestamp()) // 300 in units) == expected, (who, at)
            at += FIVE_MINUTES


offs = st.lists(
    st.tuples(st.integers(-3_000, 50_000), st.integers(1, 20_000)).map(
        lambda pair: (
            instant_of(0) + timedelta(seconds=pair[0]),
            instant_of(0) + timedelta(seconds=pair[0] + pair[1]),
        )
    ),
    max_size=3,
)
days = st.lists(
    st.tuples(st.integers(0, 100), st.integers(1, 60), st.integers(1, 6)).map(
        lambda one: span(one[0], one[0] + one[1], step=one[2])
    ),
    max_size=3,
)


@given(days, offs)
@settings(max_examples=200, deadline=None)
def test_time_off_takes_the_units_that_it_touches_and_moves_no_start(
    spans: list[Span], away: list[tuple[datetime, datetime]]
) -> None:
    def is_off(unit: int) -> bool:
        begins, ends = instant_of(unit), instant_of(unit + 1)
        return any(begins < end and start < ends for start, end in away)

    left = take_off(spans, {"p": away, "somebody": [(instant_of(0), instant_of(10**6))]})
    starts = {(unit, one.step) for one in left for unit in range(one.start, one.end, one.step)}
    assert starts == {
        (unit, one.step)
        for one in spans
        for unit in range(one.start, one.end, one.step)
        if not is_off(unit)
    }
    for one in left:
        assert not any(is_off(unit) for unit in range(one.start, one.end))
        # It is one piece of one shift: nobody is seen through somebody's time off.
        assert any(whole.start <= one.start and one.end <= whole.end for whole in spans)


@pytest.mark.parametrize("minutes", [1, 5, 7, 10])
def test_after_time_off_starts_are_those_of_the_shift(minutes: int) -> None:
    off = (instant_of(4), instant_of(4) + timedelta(minutes=minutes))
    before, after = take_off([span(0, 20, step=2)], {"p": [off]})
    assert (before.start, before.end) == (0, 4)
    assert (after.start, after.end) == (6, 20)
