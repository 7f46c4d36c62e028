"""Faces: short, in the person's own script, and different inside one family."""

import pytest

from portal.family.initials import faces, initials


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("Theo", "Marlow", "TM"),
        ("theo", "marlow", "TM"),
        ("  Theo ", " Marlow ", "TM"),
        ("T", "M", "TM"),
        ("Sinéad", "O’Neill", "SO"),
        ("Kean", "'t Hooft", "KT"),
        ("ʻOkina", "Kealoha", "OK"),
        ("Jean-Luc", "de la Cruz", "JD"),
        ("Éloïse", "Ångström", "ÉÅ"),
        ("E\u0301loïse", "A\u030angström", "ÉÅ"),
        ("Ирина", "Жукова", "ИЖ"),
        ("明", "李", "明李"),
        ("민준", "김", "민김"),
        ("ليلى", "حداد", "لح"),
        ("נועה", "לוי", "נל"),
        ("कि\u0930ण", "शर्मा", "किश"),
        ("ßara", "Weiß", "ßW"),
        ("Madonna", "", "M"),
        ("", "Marlow", "M"),
        ("3rd", "Person", "3P"),
        ("", "", "?"),
        ("--", "  ", "?"),
    ],
)
def test_initials_are_the_first_letters_in_the_persons_own_script(
    first: str, last: str, expected: str
) -> None:
    assert initials(first, last) == expected


def test_two_people_with_the_same_initials_get_two_letters_of_their_first_names() -> None:
    family = [("Rosa", "Marlow"), ("Theo", "Marlow"), ("Tara", "Marlow")]
    assert faces(family) == ["RM", "TH", "TA"]


def test_first_names_that_begin_alike_are_told_apart_by_the_first_letter_that_differs() -> None:
    assert faces([("Thea", "Marlow"), ("Theo", "Marlow")]) == ["TA", "TO"]


def test_a_one_letter_name_keeps_its_initials_beside_a_longer_one() -> None:
    assert faces([("T", "Marlow"), ("Theo", "Marlow")]) == ["TM", "TH"]


def test_the_very_same_name_gets_the_same_face_and_does_not_fail() -> None:
    assert faces([("Jo", "Marlow"), ("Jo", "Marlow")]) == ["JO", "JO"]


def test_nobody_and_a_single_person_are_fine() -> None:
    assert faces([]) == []
    assert faces([("Theo", "Marlow")]) == ["TM"]
