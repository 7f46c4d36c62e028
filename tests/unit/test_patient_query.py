"""What somebody means who types into the patient search."""

import pytest

from portal.staff.patients.rules import LONGEST, MOST_TERMS, read_query

BORN = ("#19860327",)


@pytest.mark.parametrize(
    "typed",
    [
        "27 3 1986",
        "27.3.1986",
        "27. 3. 1986",
        "27/03/1986",
        "27-3-1986",
        "1986-03-27",
        "1986 3 27",
        "1986/03/27",
        "3/27/1986",
        "27 March 1986",
        "27. mar 1986",
        "March 27, 1986",
        "MAR 27 1986",
    ],
)
def test_a_birth_date_is_understood_however_it_is_written(typed: str) -> None:
    assert read_query(typed) == [BORN]
    assert read_query(f"rosa {typed}") == [BORN, ("rosa",)]


def test_where_day_and_month_could_be_either_the_day_comes_first() -> None:
    assert read_query("4.3.1986") == [("#19860304",)]


def test_eight_figures_are_a_date_or_a_number() -> None:
    assert read_query("27031986") == [("27031986", *BORN)]
    assert read_query("19860327") == [("19860327", *BORN)]


def test_four_figures_are_the_end_of_a_number_or_a_year_of_birth() -> None:
    assert read_query("1986") == [("1986", "#1986")]
    assert read_query("0140") == [("0140",)]


@pytest.mark.parametrize("typed", ["99 99 1986", "30 2 1986", "0000-01-01"])
def test_what_is_no_date_is_a_number(typed: str) -> None:
    (term,) = read_query(typed)
    assert term[0].isdecimal()


@pytest.mark.parametrize(
    ("typed", "figures"),
    [
        ("604 555 0140", "6045550140"),
        ("(604) 555-0140", "6045550140"),
        ("+1 604.555.0140", "16045550140"),
        ("555 01", "55501"),
    ],
)
def test_a_phone_number_is_understood_in_any_form(typed: str, figures: str) -> None:
    assert read_query(typed) == [(figures,)]


def test_the_0_before_an_area_may_be_dialled() -> None:
    assert read_query("020 7123 4567") == [("02071234567", "2071234567")]


def test_names_lose_accents_case_and_apostrophes() -> None:
    assert read_query("  O’BRIEN   José ") == [("obrien",), ("jose",)]
    assert read_query("Łukasz Ångström") == [("lukasz",), ("angstrom",)]
    assert read_query("山田 太郎") == [("山田",), ("太郎",)]


@pytest.mark.parametrize("typed", ["", "   ", "'", "!?", "%"])
def test_nothing_typed_asks_nothing(typed: str) -> None:
    assert read_query(typed) == []


def test_an_endless_question_is_cut() -> None:
    assert len(read_query(" ".join(f"name{'x' * n}" for n in range(99)))) <= MOST_TERMS
    assert read_query("a" * 999) == [("a" * LONGEST,)]
