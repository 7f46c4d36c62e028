"""Which starts the desk is shown, and at which several people fit one after the other."""

from portal.booking.rows import Slot
from portal.booking.units import instant_of
from portal.staff.book.rules import starts_of_run, thinned
from portal.staff.schedule.rules import free_pieces, hours_shown, minute_of
from tests.builders import VANCOUVER, in_days, local


def slot(unit: int, who: str = "ines") -> Slot:
    """Return a free start."""
    return Slot(instant_of(unit), who, who, who, "here", "Here", VANCOUVER)


def units(slots: list[Slot]) -> list[int]:
    """Return the units of starts."""
    return [int(one.starts_at.timestamp()) // 300 for one in slots]


def test_half_hours_and_the_first_after_a_gap_are_shown() -> None:
    slots = [slot(unit) for unit in (*range(602, 609), *range(615, 620))]
    assert units(thinned(slots, None)) == [602, 606, 615, 618]
    assert units(thinned(slots, 604 * 300)) == [602, 604, 606, 615, 618]


def test_two_practitioners_have_gaps_of_their_own() -> None:
    slots = [slot(601), slot(601, "noor"), slot(602, "noor"), slot(603)]
    assert units(thinned(slots, None)) == [601, 601, 603]


def test_a_run_stays_with_one_practitioner() -> None:
    slots = [slot(600), slot(606, "noor"), slot(606), slot(612, "noor"), slot(624)]
    assert [(one.practitioner_id, units([one])[0]) for one in starts_of_run(slots, 6, 2)] == [
        ("ines", 600),
        ("noor", 606),
    ]


def test_free_time_is_cut_at_the_half_hours() -> None:
    pieces = list(free_pieces([range(600, 620)], [603, 610, 611], 601))
    assert [(piece.start, piece.stop) for piece in pieces] == [
        (601, 603),
        (604, 606),
        (606, 610),
        (612, 618),
        (618, 620),
    ]
    assert list(free_pieces([range(600, 606)], [], 700)) == []


def test_a_day_begins_and_ends_at_whole_hours() -> None:
    assert hours_shown([(545, 600), (610, 1021)]) == (540, 1080)
    assert hours_shown([]) == (540, 1020)
    assert hours_shown([(540, 540)]) == (540, 600)


def test_minutes_are_those_on_the_wall_of_the_place() -> None:
    on = in_days(3)
    assert minute_of(local(on, 9, 30), VANCOUVER, on) == 570
    assert minute_of(local(in_days(2), 9), VANCOUVER, on) == 0
    assert minute_of(local(in_days(4), 9), VANCOUVER, on) == 1440
