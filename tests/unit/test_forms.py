"""What people type, and the sentence for each mistake."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.errors import Invalid
from portal.family.add import NewFamily, NewMember
from portal.forms import clean_text, email_key, read_form
from portal.signup.service import SignUp

MEMBER = {
    "relationship": "child",
    "first_name": "Theo",
    "last_name": "Marlow",
    "email": "rosa@example.com",
}


def read(form, **data):
    return read_form(form, data, region="CA", today=date(2026, 11, 22))


def errors_of(form, **data):
    with pytest.raises(Invalid) as caught:
        read(form, **data)
    return caught.value.errors


def test_each_required_field_of_a_member_has_its_own_message():
    assert errors_of(NewMember) == {
        "relationship": "Choose how you are related.",
        "first_name": "Enter the first name.",
        "last_name": "Enter the last name.",
        "email": "Enter an email. If there is none, use your own.",
    }


def test_a_blank_is_a_missing_value():
    assert errors_of(NewMember, **{**MEMBER, "first_name": " \t"}) == {
        "first_name": "Enter the first name."
    }


def test_errors_of_a_block_carry_its_number():
    wrong = {**MEMBER, "email": "rosa.example.com"}
    assert errors_of(NewFamily, members=[MEMBER, wrong]) == {
        "members.1.email": "This email has no @ sign. It should look like name@example.com."
    }


def test_twelve_members_are_the_most():
    assert len(read(NewFamily, members=[MEMBER] * 12).members) == 12
    assert errors_of(NewFamily, members=[MEMBER] * 13)
    assert errors_of(NewFamily, members=[])


def test_fields_that_the_form_does_not_have_are_refused():
    assert "manager_id" in errors_of(NewMember, **MEMBER, manager_id="x")


@pytest.mark.parametrize(
    ("day", "month", "year", "part"),
    [
        ("31", "2", "2017", "not a date"),
        ("1", "", "2017", "not a date"),
        ("x", "2", "2017", "not a date"),
        ("²", "2", "2017", "not a date"),
        ("23", "11", "2026", "in the future"),
        ("1", "1", "17", "too long ago"),
    ],
)
def test_a_birth_date_that_cannot_be_is_refused(day, month, year, part):
    typed = {"birth_on_day": day, "birth_on_month": month, "birth_on_year": year}
    assert part in errors_of(NewMember, **MEMBER, **typed)["birth_on"]


def test_a_birth_date_may_be_given_or_left_out():
    typed = {"birth_on_day": "3", "birth_on_month": "09", "birth_on_year": "2017"}
    assert read(NewMember, **MEMBER, **typed).birth_on == date(2017, 9, 3)
    assert read(NewMember, **MEMBER).birth_on is None


@pytest.mark.parametrize("name", ["O", "O’Neill-D'Arcy", "李", "محمد", "Ælfgifu", "J.", "x" * 100])
def test_names_of_all_kinds_are_kept_as_typed(name):
    assert read(NewMember, **{**MEMBER, "first_name": name}).first_name == name


@pytest.mark.parametrize("name", ["x" * 101, "123", "---", "\u202e"])
def test_what_cannot_be_a_name_is_refused(name):
    assert "first_name" in errors_of(NewMember, **{**MEMBER, "first_name": name})


def test_a_name_cannot_bring_a_new_line_or_turn_the_text_around():
    name = "Theo\r\nBcc: all@example.com\u202e"
    assert (
        read(NewMember, **{**MEMBER, "first_name": name}).first_name == "Theo Bcc: all@example.com"
    )


@given(st.text())
def test_cleaned_text_is_one_line_and_stays_as_it_is(text):
    cleaned = clean_text(text)
    assert "\n" not in cleaned
    assert "\x00" not in cleaned
    assert clean_text(cleaned) == cleaned


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("604 555 0140", "+16045550140"), ("+44 20 7946 0000", "+442079460000")],
)
def test_a_phone_number_is_stored_in_one_form(typed, stored):
    assert read(NewMember, **MEMBER, phone=typed).phone == stored


@pytest.mark.parametrize("typed", ["12", "not a number", "9" * 40])
def test_a_phone_number_that_cannot_be_is_refused(typed):
    assert "phone" in errors_of(NewMember, **MEMBER, phone=typed)


@pytest.mark.parametrize("typed", ["a@b", "a b@example.com", "@example.com", "a@@example.com"])
def test_an_address_that_cannot_be_is_refused(typed):
    assert "email" in errors_of(NewMember, **{**MEMBER, "email": typed})


def test_addresses_are_told_apart_without_regard_to_case_or_width():
    assert email_key("Rosa@Example.com") == email_key("ｒｏｓａ@example.com")


def test_sign_up_names_all_that_is_missing():
    assert set(errors_of(SignUp)) == {"first_name", "last_name", "email", "phone", "password"}
