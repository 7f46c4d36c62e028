"""The dates of a series, on the wall clock of its place."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.booking.repeat.rules import MOST, MOST_WEEKS, plan, plan_dates

VANCOUVER = ZoneInfo("America/Vancouver")
days = st.dates(date(2024, 1, 1), date(2034, 12, 31))


@given(days, st.integers(1, MOST_WEEKS), st.integers(2, MOST))
def test_so_many_times_on_one_weekday(first: date, every: int, times: int) -> None:
    dates = plan_dates(first, every, times=times)
    assert len(dates) == times
    assert dates[0] == first
    assert {later - one for one, later in pairwise(dates)} == {timedelta(days=7 * every)}


@given(days, st.integers(1, MOST_WEEKS), st.integers(0, 1500))
def test_until_a_day_and_no_more_than_can_be_kept(first: date, every: int, more: int) -> None:
    until = first + timedelta(days=more)
    dates = plan_dates(first, every, until=until)
    would_be = [on for n in range(300) if (on := first + timedelta(days=7 * every * n)) <= until]
    assert dates == would_be[:MOST]


@pytest.mark.parametrize(
    ("every", "times", "until"),
    [
        (0, 2, None),
        (13, 2, None),
        (1, 1, None),
        (1, 13, None),
        (1, None, None),
        (1, 2, date(2030, 1, 1)),
        (-1, 2, None),
    ],
)
def test_what_makes_no_series_is_refused(every: int, times: int | None, until: date | None) -> None:
    with pytest.raises(ValueError, match="series"):
        plan_dates(date(2030, 1, 1), every, times=times, until=until)


@given(days, st.times(), st.sampled_from(["America/Vancouver", "Europe/Berlin", "Asia/Kolkata"]))
def test_nine_oclock_stays_nine_oclock(first: date, at: time, zone_name: str) -> None:
    zone, at = ZoneInfo(zone_name), at.replace(second=0, microsecond=0)
    for one in plan(plan_dates(first, 4, times=12), at, zone):
        if one.starts_at is not None:
            there = one.starts_at.astimezone(zone)
            assert (there.date(), there.time()) == (one.on, at)
            assert one.starts_at.tzinfo == UTC
        else:
            # The clocks skip it: read as UTC offset before or after, it shows another time.
            naive = datetime.combine(one.on, at, zone)
            assert naive.astimezone(UTC).astimezone(zone).time() != at


def test_a_time_that_the_clocks_skip_is_nobodys() -> None:
    dates = [date(2030, 3, 3), date(2030, 3, 10), date(2030, 3, 17)]
    assert [one.starts_at is None for one in plan(dates, time(2, 30), VANCOUVER)] == [
        False,
        True,
        False,
    ]


def test_a_time_that_the_clocks_show_twice_is_the_first() -> None:
    (one,) = plan([date(2030, 11, 3)], time(1, 30), VANCOUVER)
    assert one.starts_at == datetime(2030, 11, 3, 8, 30, tzinfo=UTC)
