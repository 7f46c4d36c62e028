"""Initials for people's faces: short, in the person's own script, different inside one family."""

import unicodedata
from collections.abc import Sequence

_JOINS = {"\u200c", "\u200d"}  # zero-width joiners belong to the letter before them


def initials(first: str, last: str) -> str:
    """Return the first letter of each name, in capitals where there are any; "?" for nothing."""
    return _join(_letters(first)[:1] + _letters(last)[:1]) or "?"


def faces(people: Sequence[tuple[str, str]]) -> list[str]:
    """Return the initials of people shown together, given as (first name, last name).

    Two people with the same initials both get two letters of their first names instead (Theo and
    Tara Marlow: TH, TA); where the second letters are the same too, the first that differ.
    """
    plain = [initials(first, last) for first, last in people]
    return [
        _apart(index, people, plain) if plain.count(face) > 1 else face
        for index, face in enumerate(plain)
    ]


def _apart(index: int, people: Sequence[tuple[str, str]], plain: Sequence[str]) -> str:
    """Add the letter of the first name that tells this person from others with these initials."""
    own = _letters(people[index][0])
    if len(own) < 2:
        return plain[index]
    others = [
        _letters(first)
        for other, (first, _) in enumerate(people)
        if other != index and plain[other] == plain[index]
    ]
    for place, letter in enumerate(own[1:], start=1):
        if all(len(name) <= place or name[place].upper() != letter.upper() for name in others):
            return _join([own[0], letter])
    return _join(own[:2])


def _letters(name: str) -> list[str]:
    """Return the letters and figures of a name, each with the marks that stand on it."""
    found: list[str] = []
    open_letter = False
    for character in unicodedata.normalize("NFC", name):
        kind = unicodedata.category(character)
        if kind[0] == "M" or character in _JOINS:
            if open_letter:
                found[-1] += character
        elif kind[0] in "LN" and kind != "Lm":  # Lm: signs such as the okina, no face of their own
            found.append(character)
            open_letter = True
        else:
            open_letter = False
    return [letter.rstrip("\u200c\u200d") for letter in found]


def _join(letters: Sequence[str]) -> str:
    """Put letters together in capitals, except those that would become two letters (ß)."""
    return "".join(
        letter.upper() if len(letter.upper()) == len(letter) else letter for letter in letters
    )
