"""The words by which staff find a patient, kept with each patient by the database session itself.

Whoever writes a `Patient` row writes its words in the same transaction, without having to think of
it: a patient who cannot be found is booked as somebody else.
"""

import re
from typing import Any

from sqlalchemy import Connection, delete, event, insert, inspect
from sqlmodel import col

from portal.folding import APOSTROPHES, birth_word, words
from portal.models import Patient, SearchWord

NAMES = ("first_name", "last_name", "preferred_name")
SEARCHED = (*NAMES, "phone", "birth_on")
# A number is said without its country, without its area, or by its last four figures.
ENDINGS = (10, 7, 4)


def words_of(patient: Patient) -> set[str]:
    """Return all words that find a patient."""
    names = " ".join(getattr(patient, name) or "" for name in NAMES)
    # Some leave a space where the apostrophe is: Brien finds O'Brien too.
    found = {*words(names), *words(re.sub(APOSTROPHES, " ", names))}
    figures = re.sub(r"\D", "", patient.phone or "")
    if figures:
        found |= {figures, *(figures[-length:] for length in ENDINGS if len(figures) > length)}
    if patient.birth_on:
        found.add(birth_word(patient.birth_on))
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
