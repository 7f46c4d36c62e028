"""Find patients by any part of a name, a birth date or a phone number."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, func, or_
from sqlalchemy.orm import Mapped, aliased
from sqlmodel import Session, col, select

from portal import clock
from portal.clinic import clinic_info
from portal.ids import PatientId
from portal.models import Account, Patient, SearchWord
from portal.permissions import Action, Actor
from portal.staff.patients.rules import Term, read_query
from portal.staff.rights import one_by_one, reaches

MOST = 50
# More than so many is simply common.
COUNTED = 2000
# Sorts after every letter, so "an" to "an" + LAST are the words that begin with "an".
LAST = "\U0010ffff"


@dataclass(frozen=True)
class FoundPatient:
    """One patient in the list: enough to tell twins and namesakes apart."""

    id: PatientId
    first_name: str  # as they are called
    last_name: str
    full_name: str
    birth_on: date | None
    age: int | None
    phone: str
    managed_by: str  # who decides for the profile, by name
    unconfirmed: bool  # has a log-in whose address nobody confirmed
    flag: str
    joined_into: PatientId | None  # the profile that this one became a part of
    joined_name: str


@dataclass(frozen=True)
class Found:
    """The first `MOST` patients that fit, best first; ``more`` asks for another word."""

    patients: tuple[FoundPatient, ...] = ()
    more: bool = False


def find_patients(session: Session, actor: Actor, text: str) -> Found:
    """Find the patients whom every word, number and date in ``text`` fits, in any order.

    Only those the actor may read. Exact words come first, then by last name.
    """
    terms = read_query(text)
    if not terms:
        return Found()
    ids = _matching(session, actor, terms)
    rows = describe(session, ids[:MOST])
    whole = {word for term in terms for word in term}
    words = session.exec(
        select(SearchWord.patient_id, SearchWord.word).where(
            col(SearchWord.patient_id).in_(ids[:MOST]), col(SearchWord.word).in_(whole)
        )
    ).all()
    exact = {id_: sum(1 for other, _word in words if other == id_) for id_, _word in words}

    def place(row: FoundPatient) -> tuple[object, ...]:
        born = row.birth_on or date.max
        return (
            -exact.get(row.id, 0),
            row.last_name.casefold(),
            row.first_name.casefold(),
            born,
            row.id,
        )

    return Found(tuple(sorted(rows, key=place)), more=len(ids) > MOST)


def _matching(session: Session, actor: Actor, terms: list[Term]) -> list[str]:
    """Return the ids of the first matches, one more than are shown.

    The rarest term leads, in the order of its words: so the whole word comes before longer ones,
    and the search ends with the last one shown.
    """
    leading, *others = sorted(terms, key=lambda term: (_count(session, term), -len(term[0])))
    lead, before = aliased(SearchWord), aliased(SearchWord)
    patient_id, word = col(lead.patient_id), col(lead.word)
    earlier = one_by_one(
        select(before.word).where(
            col(before.patient_id) == patient_id,
            begins(col(before.word), leading),
            col(before.word) < word,
        )
    )
    query = (
        select(lead.patient_id)
        # In this order, because what is asked first sorts out the most.
        .where(begins(word, leading), *(_has(patient_id, term) for term in others))
        .where(reaches(actor, Action.PROFILE_READ, patient_id), ~earlier)
        .order_by(word, patient_id)
        .limit(MOST + 1)
    )
    return list(session.exec(query).all())


def _count(session: Session, term: Term) -> int:
    """Count the words a term fits, as far as `COUNTED`."""
    some = select(SearchWord.patient_id).where(begins(col(SearchWord.word), term)).limit(COUNTED)
    return session.exec(select(func.count()).select_from(some.subquery())).one()


def begins(word: Mapped[str], term: Term) -> ColumnElement[bool]:
    """Tell whether a word begins with any of a term's beginnings, as ranges of the index."""
    return or_(*(and_(word >= start, word < start + LAST) for start in term))


def _has(patient_id: Mapped[str], term: Term) -> ColumnElement[bool]:
    one = aliased(SearchWord)
    words = select(one.word).where(col(one.patient_id) == patient_id, begins(col(one.word), term))
    return one_by_one(words)


def describe(session: Session, ids: list[str]) -> list[FoundPatient]:
    """Return the patients with these ids as lists show them; the caller has asked who may."""
    manager, joined = aliased(Patient), aliased(Patient)
    rows = session.exec(
        select(Patient, Account, manager, joined)
        .join(Account, col(Account.patient_id) == col(Patient.id), isouter=True)
        .join(manager, col(manager.id) == col(Patient.manager_id), isouter=True)
        .join(joined, col(joined.id) == col(Patient.joined_into_id), isouter=True)
        .where(col(Patient.id).in_(ids))
    ).all()
    today = clinic_today(session)
    return [
        FoundPatient(
            id=PatientId(patient.id),
            first_name=patient.preferred_name or patient.first_name,
            last_name=patient.last_name,
            full_name=full_name(patient),
            birth_on=patient.birth_on,
            age=age(patient.birth_on, today),
            phone=patient.phone or "",
            managed_by=full_name(decides) if decides and account is None else "",
            unconfirmed=account is not None and account.verified_at is None,
            flag=patient.flag or "",
            joined_into=PatientId(target.id) if target else None,
            joined_name=full_name(target) if target else "",
        )
        for patient, account, decides, target in rows
    ]


def full_name(patient: Patient) -> str:
    """Return the name as the clinic writes it, with what the person is called where it differs."""
    first = patient.first_name
    if patient.preferred_name and patient.preferred_name != first:
        first = f"{first} ({patient.preferred_name})"
    return f"{first} {patient.last_name}"


def age(birth_on: date | None, today: date) -> int | None:
    """Return how many years old somebody is."""
    if birth_on is None:
        return None
    before_birthday = (today.month, today.day) < (birth_on.month, birth_on.day)
    return today.year - birth_on.year - before_birthday


def clinic_today(session: Session) -> date:
    """Return the day it is at the clinic."""
    return clock.today(ZoneInfo(clinic_info(session).zone))
