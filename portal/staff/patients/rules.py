"""What somebody means who types into the patient search. Pure: text in, beginnings of words out."""

import re
from collections.abc import Iterator
from datetime import date

from portal.folding import BIRTH_DATE, birth_word, fold, words

LONGEST = 100
MOST_TERMS = 6

Term = tuple[str, ...]
"""One thing that has to fit: a patient has a word that begins with any of these."""

_GAP = r"[\s./-]\s?"
_DAY_FIRST = re.compile(rf"(?<!\d)(\d{{1,2}}){_GAP}(\d{{1,2}}){_GAP}(\d{{4}})(?!\d)")
_YEAR_FIRST = re.compile(rf"(?<!\d)(\d{{4}}){_GAP}(\d{{1,2}}){_GAP}(\d{{1,2}})(?!\d)")
_DAY_MONTH_NAME = re.compile(r"(?<!\d)(\d{1,2})\.?\s+([a-z]{3,9})\.?,?\s+(\d{4})(?!\d)")
_MONTH_NAME_DAY = re.compile(r"\b([a-z]{3,9})\.?\s+(\d{1,2}),?\s+(\d{4})(?!\d)")
_NUMBER = re.compile(r"[+(]?\d[\d\s()./+-]*")
# As written in English, folded; three letters are enough.
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# A number this long was dialled with the 0 that goes before an area.
_WITH_AREA = 8


def read_query(text: str) -> list[Term]:
    """Return what has to fit, all of it: names, parts of a phone number, a birth date.

    Dates are understood as day, month, year, as year, month, day, and with the name of the month;
    where only month, day, year makes a date, as that. An empty list is no question.
    """
    rest = fold(text[:LONGEST])
    terms: list[Term] = []
    for pattern, parts in (
        (_YEAR_FIRST, "ymd"),
        (_DAY_FIRST, "dmy"),
        (_DAY_MONTH_NAME, "dmy"),
        (_MONTH_NAME_DAY, "mdy"),
    ):
        for found in list(pattern.finditer(rest)):
            if days := list(_days(dict(zip(parts, found.groups(), strict=True)))):
                terms.append(tuple(birth_word(day) for day in days))
                rest = rest.replace(found[0], " ")
    terms += [_number(re.sub(r"\D", "", found)) for found in _NUMBER.findall(rest)]
    terms += [(word,) for word in words(_NUMBER.sub(" ", rest))]
    return list(dict.fromkeys(terms))[:MOST_TERMS]


def _days(parts: dict[str, str]) -> Iterator[date]:
    """Yield the dates that day, month and year can mean."""
    day, month, year = parts["d"], parts["m"], int(parts["y"])
    if month.isdecimal():
        orders = [(int(day), int(month))]
        if int(month) > len(_MONTHS):
            orders.append((int(month), int(day)))
    elif month[:3] in _MONTHS:
        orders = [(int(day), _MONTHS.index(month[:3]) + 1)]
    else:
        return
    for in_month, of_year in orders:
        try:
            yield date(year, of_year, in_month)
        except ValueError:
            continue


def _number(figures: str) -> Term:
    """Return what a run of figures can begin: a phone number, its end, a year of birth."""
    starts = [figures]
    if len(figures) > _WITH_AREA and figures.startswith("0"):
        starts.append(figures.lstrip("0"))
    if re.fullmatch(r"(19|20)\d\d", figures):
        starts.append(BIRTH_DATE + figures)
    if len(figures) == len("19860327"):
        starts += [birth_word(day) for day in _eight_figures(figures)]
    return tuple(starts)


def _eight_figures(figures: str) -> Iterator[date]:
    yield from _days({"y": figures[:4], "m": figures[4:6], "d": figures[6:]})
    yield from _days({"d": figures[:2], "m": figures[2:4], "y": figures[4:]})
