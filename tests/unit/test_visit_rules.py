"""What can be done with a visit at each moment of its life."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.visits.rules import Customs, How, Times, can_join, what_may

NOW = datetime(2030, 1, 7, 18, 10, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
USUAL = Customs(
    late_cancel=24 * HOUR, patients_cancel=True, patients_reschedule=True, undo_for=3 * MINUTE
)


def visit(
    starts_in: timedelta,
    *,
    booked_ago: timedelta = 48 * HOUR,
    first_in: timedelta | None = None,
    cancelled: bool = False,
) -> Times:
    return Times(
        starts_at=NOW + starts_in,
        ends_at=NOW + starts_in + HOUR,
        booked_at=NOW - booked_ago,
        first_starts_at=None if first_in is None else NOW + first_in,
        is_cancelled=cancelled,
    )


@pytest.mark.parametrize(
    ("starts_in", "how"),
    [
        (25 * HOUR, How.HERE),
        (24 * HOUR, How.HERE),
        (24 * HOUR - MINUTE, How.BY_CALLING),
        (MINUTE, How.BY_CALLING),
        (0 * HOUR, How.NOT),
        (-HOUR, How.NOT),
    ],
)
def test_inside_the_late_cancel_period_only_the_clinic_can(starts_in: timedelta, how: How) -> None:
    may = what_may(NOW, visit(starts_in), USUAL)
    assert (may.cancel, may.move) == (how, how)


@pytest.mark.parametrize(
    ("first_in", "starts_in", "how"),
    [
        (2 * HOUR, 200 * HOUR, How.BY_CALLING),  # moved away to get around the fee
        (-HOUR, 200 * HOUR, How.BY_CALLING),
        (100 * HOUR, 200 * HOUR, How.HERE),
        (200 * HOUR, 2 * HOUR, How.BY_CALLING),  # moved nearer
    ],
)
def test_the_late_fee_clock_follows_the_first_time(
    first_in: timedelta, starts_in: timedelta, how: How
) -> None:
    may = what_may(NOW, visit(starts_in, first_in=first_in), USUAL)
    assert (may.cancel, may.move) == (how, how)


def test_three_minutes_of_undo_whatever_the_policy() -> None:
    strict = Customs(
        24 * HOUR, patients_cancel=False, patients_reschedule=False, undo_for=3 * MINUTE
    )
    soon = visit(2 * HOUR, booked_ago=2 * MINUTE)
    may = what_may(NOW, soon, strict)
    assert (may.cancel, may.move) == (How.HERE, How.BY_CALLING)
    assert may.undo_until == NOW + MINUTE
    may = what_may(NOW + MINUTE, soon, strict)
    assert (may.cancel, may.undo_until) == (How.BY_CALLING, None)


def test_each_switch_of_the_clinic_stands_alone() -> None:
    no_cancel = Customs(24 * HOUR, False, True, 3 * MINUTE)
    no_move = Customs(24 * HOUR, True, False, 3 * MINUTE)
    far = visit(100 * HOUR)
    assert [what_may(NOW, far, no_cancel).cancel, what_may(NOW, far, no_cancel).move] == [
        How.BY_CALLING,
        How.HERE,
    ]
    assert [what_may(NOW, far, no_move).cancel, what_may(NOW, far, no_move).move] == [
        How.HERE,
        How.BY_CALLING,
    ]


def test_staff_are_bound_by_the_beginning_only() -> None:
    strict = Customs(
        24 * HOUR, patients_cancel=False, patients_reschedule=False, undo_for=3 * MINUTE
    )
    may = what_may(NOW, visit(MINUTE), strict, is_staff=True)
    assert (may.cancel, may.move) == (How.HERE, How.HERE)
    assert what_may(NOW, visit(-MINUTE), strict, is_staff=True).cancel is How.NOT


def test_a_cancelled_visit_can_only_be_looked_at() -> None:
    may = what_may(NOW, visit(100 * HOUR, booked_ago=MINUTE, cancelled=True), USUAL)
    assert (may.cancel, may.move, may.undo_until) == (How.NOT, How.NOT, None)


def test_a_video_room_opens_ten_minutes_before_and_closes_at_the_end() -> None:
    call = visit(10 * MINUTE)
    assert not can_join(NOW - MINUTE, call)
    assert can_join(NOW, call)
    assert can_join(call.ends_at - MINUTE, call)
    assert not can_join(call.ends_at, call)
    assert not can_join(NOW, visit(10 * MINUTE, cancelled=True))


@given(
    starts=st.integers(-300, 300),
    first=st.none() | st.integers(-300, 300),
    booked=st.integers(0, 300),
    late=st.integers(0, 96),
    cancel=st.booleans(),
    move=st.booleans(),
)
def test_waiting_never_opens_what_was_closed(
    starts: int, first: int | None, booked: int, late: int, cancel: bool, move: bool
) -> None:
    times = visit(
        starts * HOUR,
        booked_ago=booked * MINUTE,
        first_in=None if first is None else first * HOUR,
    )
    customs = Customs(late * HOUR, cancel, move, 3 * MINUTE)
    order = [How.HERE, How.BY_CALLING, How.NOT]
    found = [what_may(NOW + n * MINUTE, times, customs) for n in (0, 1, 4, 60, 60 * 24)]
    for one in ("cancel", "move"):
        ranks = [order.index(getattr(may, one)) for may in found]
        assert ranks == sorted(ranks)
