"""Whom a freed time suits, how long it is kept, and that nobody is woken."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.waitlist.rules import (
    EVERY_DAY,
    SHORTEST,
    Night,
    Window,
    days_to_mask,
    keep_until,
    mask_to_days,
    next_telling,
    suits,
)

VANCOUVER = ZoneInfo("America/Vancouver")
ZONES = st.sampled_from(["America/Vancouver", "Europe/Berlin", "Asia/Kathmandu", "UTC"]).map(
    ZoneInfo
)
INSTANTS = st.integers(0, 2 * 365 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
TIMES = st.times(timezones=st.none())
NIGHTS = st.builds(Night, TIMES, TIMES)
LENGTHS = st.integers(1, 600).map(lambda n: timedelta(minutes=n))

TUESDAY = date(2026, 3, 3)
ANY_TIME = Window(EVERY_DAY, time(0), time(23, 59), TUESDAY, TUESDAY + timedelta(days=14))
USUAL_NIGHT = Night(time(21), time(7))


def at(hour: int, minute: int = 0, on: date = TUESDAY) -> datetime:
    return datetime.combine(on, time(hour, minute), VANCOUVER).astimezone(UTC)


def fits(window: Window, starts_at: datetime, minutes: int = 30) -> bool:
    return suits(window, starts_at, starts_at + timedelta(minutes=minutes), VANCOUVER)


def test_a_time_suits_whoever_asked_for_any() -> None:
    assert fits(ANY_TIME, at(9))


@pytest.mark.parametrize(
    ("change", "starts_at", "expected"),
    [
        ({"weekdays": days_to_mask([1])}, at(9), True),
        ({"weekdays": days_to_mask([0, 2, 3, 4, 5, 6])}, at(9), False),
        ({"from_time": time(9)}, at(9), True),
        ({"from_time": time(9, 5)}, at(9), False),
        ({"until_time": time(9, 30)}, at(9), True),
        ({"until_time": time(9, 25)}, at(9), False),
        ({"until_on": TUESDAY}, at(9), True),
        ({"from_on": TUESDAY + timedelta(days=1)}, at(9), False),
        ({"until_on": TUESDAY - timedelta(days=1), "from_on": date(2026, 3, 1)}, at(9), False),
        ({"before": at(9, 5)}, at(9), True),
        ({"before": at(9)}, at(9), False),
        ({}, at(23, 45), False),  # it would end on the next day
    ],
)
def test_a_time_suits_only_what_was_asked_for(
    change: dict[str, object], starts_at: datetime, expected: bool
) -> None:
    assert fits(replace(ANY_TIME, **change), starts_at) is expected


def test_days_and_hours_are_those_of_the_place() -> None:
    # 17:00 on a Tuesday in Vancouver is Wednesday in Universal Time.
    assert fits(replace(ANY_TIME, weekdays=days_to_mask([1])), at(17))
    assert not fits(replace(ANY_TIME, weekdays=days_to_mask([2])), at(17))


@given(st.sets(st.integers(0, 6)))
def test_days_of_the_week_survive_as_bits(days: set[int]) -> None:
    assert set(mask_to_days(days_to_mask(days))) == days


def test_by_day_somebody_is_told_at_once_and_at_night_in_the_morning() -> None:
    assert next_telling(at(20, 59), USUAL_NIGHT, VANCOUVER) == at(20, 59)
    next_day = TUESDAY + timedelta(days=1)
    assert next_telling(at(21), USUAL_NIGHT, VANCOUVER) == at(7, on=next_day)
    assert next_telling(at(3), USUAL_NIGHT, VANCOUVER) == at(7)
    assert next_telling(at(7), USUAL_NIGHT, VANCOUVER) == at(7)


def test_the_night_ends_by_the_clock_on_the_wall_when_the_clocks_change() -> None:
    sunday = date(2026, 3, 8)  # in Vancouver the night is an hour shorter
    told = next_telling(at(22, on=sunday - timedelta(days=1)), USUAL_NIGHT, VANCOUVER)
    assert told == at(7, on=sunday)
    assert told - at(22, on=sunday - timedelta(days=1)) == timedelta(hours=8)


@given(INSTANTS, NIGHTS, ZONES)
def test_nobody_is_told_at_night(now: datetime, night: Night, zone: ZoneInfo) -> None:
    told = next_telling(now, night, zone)
    assert now <= told < now + timedelta(days=1, hours=2)
    local = told.astimezone(zone)
    # A night may end within an hour that the clocks skip; then they show the next one.
    assert told == now or not night.covers(local.time()) or local.utcoffset() is None


def keeping(now: datetime, starts_at: datetime, **more: timedelta) -> timedelta | None:
    lead = more.get("lead", timedelta(hours=1))
    kept = keep_until(
        now,
        starts_at,
        lead=lead,
        usual=timedelta(hours=2),
        night=USUAL_NIGHT,
        zone=VANCOUVER,
    )
    return kept and kept.expires_at - kept.tell_at


def test_a_far_time_is_kept_for_the_usual_time_and_a_near_one_for_less() -> None:
    assert keeping(at(9), at(9, on=TUESDAY + timedelta(days=3))) == timedelta(hours=2)
    assert keeping(at(9), at(14)) == timedelta(hours=2)
    assert keeping(at(9), at(12)) == timedelta(hours=1)
    assert keeping(at(9), at(10, 20)) == SHORTEST
    assert keeping(at(9), at(10, 19)) is None
    assert keeping(at(9), at(8)) is None


def test_what_became_free_at_night_for_the_early_morning_is_offered_to_nobody() -> None:
    assert keeping(at(5), at(8, 15)) is None
    assert keeping(at(5), at(9)) == timedelta(minutes=30)


@given(INSTANTS, LENGTHS, LENGTHS, LENGTHS, NIGHTS, ZONES)
def test_an_offer_leaves_as_much_time_for_the_next_as_it_takes(
    now: datetime,
    ahead: timedelta,
    lead: timedelta,
    usual: timedelta,
    night: Night,
    zone: ZoneInfo,
) -> None:
    starts_at = now + ahead * 5
    kept = keep_until(now, starts_at, lead=lead, usual=usual, night=night, zone=zone)
    if kept is None:
        return
    length = kept.expires_at - kept.tell_at
    assert kept.tell_at >= now
    assert SHORTEST <= length <= usual
    assert kept.expires_at + length <= starts_at - lead
