"""The words by which staff find a patient, kept with each patient by the database session itself.

Whoever writes a `Patient` row writes its words in the same transaction, without having to think of
it: a patient who cannot be found is booked as somebody else.
"""

import re
import unicodedata
from typing import Any

from sqlalchemy import Connection, delete, event, insert, inspect
from sqlmodel import col

from portal.models import Patient, SearchWord

NAMES = ("first_name", "last_name", "preferred_name")
SEARCHED = (*NAMES, "phone")
# Letters that are one character of their own and no letter with a mark.
PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i"}
)
# A number is said without its country, without its area, or by its last four figures.
ENDINGS = (10, 7, 4)


def fold(text: str) -> str:
    """Return text without accents and case, so that "Jose" finds "José"."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(c for c in letters if not unicodedata.combining(c))
    return bare.translate(PLAIN)


def words(text: str) -> list[str]:
    """Return the folded words of a name or a query, as they stand."""
    # An apostrophe is part of a word that people leave out: O'Brien is found as obrien.
    return re.findall(r"\w+", re.sub(r"['’ʼ`]", "", fold(text)))


def words_of(patient: Patient) -> set[str]:
    """Return all words that find a patient."""
    found = {word for name in NAMES for word in words(getattr(patient, name) or "")}
    figures = re.sub(r"\D", "", patient.phone or "")
    if figures:
        found |= {figures, *(figures[-length:] for length in ENDINGS if len(figures) > length)}
    return found


@event.listens_for(Patient, "after_insert")
def _add(_mapper: Any, connection: Connection, patient: Patient) -> None:
    rows = [{"word": word, "patient_id": patient.id} for word in sorted(words_of(patient))]
    if rows:
        connection.execute(insert(SearchWord), rows)


@event.listens_for(Patient, "after_update")
def _renew(mapper: Any, connection: Connection, patient: Patient) -> None:
    attributes = inspect(patient).attrs
    if any(attributes[name].history.has_changes() for name in SEARCHED):
        connection.execute(delete(SearchWord).where(col(SearchWord.patient_id) == patient.id))
        _add(mapper, connection, patient)
