"""Sentences of booking: whom the last button names, on whose clock, until when one may change."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest

from portal.booking.choices import Choices, read_choices
from portal.booking.rows import HeldRow, ServiceKind, ServiceRow
from portal.booking.terms import Terms
from portal.booking.wording import (
    banner_name,
    book_words,
    change_words,
    first_names,
    listed,
    who_comes,
    zone_words,
)
from portal.visits.rows import PersonRow

ME = PersonRow("me", "Rosa", "Marlow", is_me=True, colour=1)
THEO = PersonRow("theo", "Theo", "Marlow", is_me=False, colour=2)
MINA = PersonRow("mina", "Mina", "Marlow", is_me=False, colour=3)
SERVICE = ServiceRow("s", "Check-up", 30, 8500, "CAD")
NOW = datetime(2026, 3, 1, 17, tzinfo=UTC)
TERMS = Terms(
    several_people=True,
    recurring=True,
    wait_list=True,
    patients_cancel=True,
    patients_reschedule=True,
    late_cancel_hours=24,
    policy_text="",
    phone="555-0100",
)
VANCOUVER = "America/Vancouver"


def kept(*people: PersonRow, moves_id: str | None = None) -> HeldRow:
    """Return a time that is kept for some people."""
    return HeldRow(
        id="h",
        service=SERVICE,
        practitioner_id="p",
        practitioner_name="Dr Ines Calloway",
        location_id="here",
        location_name="Here",
        location_address="1 Road",
        zone=VANCOUVER,
        starts_at=NOW,
        ends_at=NOW + timedelta(minutes=30),
        people=people,
        gathering_id=None,
        moves_id=moves_id,
        price_cents=8500,
    )


@pytest.mark.parametrize(
    ("items", "words"),
    [
        ([kept(THEO)], "Book for Theo"),
        ([kept(ME)], "Book for me"),
        ([kept(ME, THEO, MINA)], "Book for Theo, Mina and me"),
        ([kept(THEO), kept(MINA), kept(THEO)], "Book 3 visits for Theo and Mina"),
        ([kept(THEO, moves_id="v")], "Move Theo’s visit"),
        ([kept(ME, moves_id="v")], "Move my visit"),
        ([kept(ME, moves_id="v"), kept(THEO, moves_id="w")], "Move 2 visits"),
    ],
)
def test_the_last_button_names_whoever_it_is_for(items: list[HeldRow], words: str) -> None:
    assert book_words(items) == words


def test_names_are_listed_once_and_whoever_reads_them_comes_last() -> None:
    assert listed([]) == ""
    assert first_names([ME, THEO, ME, MINA], "you") == "Theo, Mina and you"
    assert banner_name([THEO, THEO]) == "Theo Marlow"
    assert banner_name([ME]) == "yourself"
    assert banner_name([ME, THEO]) == "Theo and you"


def test_it_is_said_how_many_people_a_time_is_for() -> None:
    assert who_comes(SERVICE) == ""
    group = replace(SERVICE, kind=ServiceKind.GROUP, capacity=6)
    assert who_comes(group) == "For 2 to 6 people who come together"
    assert who_comes(replace(group, kind=ServiceKind.CLASS)) == "A class with 6 places"


def test_it_is_said_on_whose_clock_times_are() -> None:
    assert zone_words([], None) == "Times are clinic time."
    assert zone_words([VANCOUVER] * 2, None) == "Times are clinic time (Vancouver time)."
    assert zone_words([VANCOUVER], VANCOUVER) == "Times are clinic time (Vancouver time)."
    own = "Times are Toronto time, as you chose in your profile."
    assert zone_words([VANCOUVER], "America/Toronto") == f"{own} The clinic is on Vancouver time."
    assert zone_words([VANCOUVER, "America/Halifax"], "America/Toronto") == own
    assert zone_words([VANCOUVER, "America/Halifax"], None) == "Times are the time of each place."


def test_it_is_said_until_when_one_may_change_it() -> None:
    starts = [datetime(2026, 3, 3, 17, 30, tzinfo=UTC)]
    undo = "You can undo this for three minutes. "
    words = change_words(TERMS, starts, NOW, VANCOUVER)
    assert words == f"{undo}After that, move or cancel until Monday 2 March, 9:30."
    words = change_words(replace(TERMS, patients_cancel=False), starts, NOW, VANCOUVER)
    assert words == f"{undo}After that, move until Monday 2 March, 9:30."
    closed = replace(TERMS, patients_cancel=False, patients_reschedule=False)
    words = change_words(closed, starts, NOW, VANCOUVER)
    assert words == f"{undo}To move or cancel later, call us on 555-0100."
    soon = change_words(TERMS, [NOW + timedelta(hours=24)], NOW, VANCOUVER)
    assert soon.endswith("so to move or cancel after that call us on 555-0100.")
    words = change_words(TERMS, starts * 2, NOW, VANCOUVER)
    assert words == f"{undo}After that, move or cancel each visit until 24 hours before it."
    words = change_words(TERMS, starts, NOW, VANCOUVER, moving=True)
    assert words == "You can move or cancel until Monday 2 March, 9:30."


def test_a_day_with_a_skipped_hour_is_counted_in_hours_that_pass() -> None:
    # The clocks of Vancouver go forward on 8 March 2026 at 2:00.
    starts = [datetime(2026, 3, 8, 16, 30, tzinfo=UTC)]  # 9:30 by the new time
    assert change_words(TERMS, starts, NOW, VANCOUVER).endswith("until Saturday 7 March, 8:30.")


def test_an_address_carries_the_choices_and_nothing_else() -> None:
    chosen = Choices(service="s", practitioner="p", people=("a", "b"), several=True, order="o")
    href = chosen.href("/book")
    assert href == "/book?service=s&order=o&with=p&for=a.b"
    assert read_choices(dict(parse_qsl(urlsplit(href).query))) == chosen
    hostile = {"service": "../x", "for": "a..b.a.<i>", "order": "x" * 99, "view": "year"}
    assert read_choices(hostile) == Choices(people=("a", "b"), several=True)
    many = ".".join(f"p{number}" for number in range(40))
    assert len(read_choices({"for": many}).people) == 12
