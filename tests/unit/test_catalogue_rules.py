"""The order of services in their categories, and weekly hours that get in each other's way."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.staff.practitioners.hours.rules import Hours, overlapping
from portal.staff.services.rules import moved

ROWS = [("a1", "A"), ("b1", "B"), ("a2", "A"), ("c1", "C")]


@pytest.mark.parametrize(
    ("who", "up", "order"),
    [
        ("a2", True, "a2 a1 b1 c1"),
        ("a1", False, "a2 a1 b1 c1"),
        ("a1", True, "a1 a2 b1 c1"),
        ("a2", False, "b1 a1 a2 c1"),
        ("b1", True, "b1 a1 a2 c1"),
        ("c1", False, "a1 a2 b1 c1"),
        ("nobody", True, "a1 a2 b1 c1"),
    ],
)
def test_one_moves_inside_its_category_or_takes_it_along(who: str, up: bool, order: str) -> None:
    assert moved(ROWS, who, up=up) == order.split()


@given(st.lists(st.sampled_from("ABC")), st.integers(0, 9), st.booleans())
def test_moving_loses_and_doubles_nothing(groups: list[str], at: int, up: bool) -> None:
    rows = [(f"{n}", group) for n, group in enumerate(groups)]
    assert sorted(moved(rows, str(at), up=up)) == sorted(id_ for id_, _group in rows)


def test_going_up_and_down_again_changes_nothing() -> None:
    up = moved(ROWS, "b1", up=True)
    again = [(id_, dict(ROWS)[id_]) for id_ in up]
    assert moved(again, "b1", up=False) == ["a1", "a2", "b1", "c1"]


NINE_TO_FIVE = Hours(0, time(9), time(17), date(2026, 3, 2), date(2026, 3, 30))


@pytest.mark.parametrize(
    ("other", "overlap"),
    [
        (Hours(0, time(16), time(20)), True),
        (Hours(1, time(16), time(20)), False),
        (Hours(0, time(17), time(20)), False),
        (Hours(0, time(7), time(9)), False),
        (Hours(0, time(9), time(17), date(2026, 3, 31)), False),
        (Hours(0, time(9), time(17), date(2026, 3, 30)), True),
        (Hours(0, time(9), time(17), None, date(2026, 3, 1)), False),
        (Hours(0, time(9), time(17), None, date(2026, 3, 2)), True),
    ],
)
def test_hours_overlap_on_the_same_day_in_the_same_weeks(other: Hours, overlap: bool) -> None:
    assert (overlapping(NINE_TO_FIVE, [other]) == other) is overlap
    assert (overlapping(other, [NINE_TO_FIVE]) == NINE_TO_FIVE) is overlap
