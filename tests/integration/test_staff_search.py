"""Staff find a patient by any part of a name, a birth date or a phone number."""

from datetime import date

import pytest
from sqlmodel import Session

from portal.db import reading, writing
from portal.models import Patient
from portal.permissions import Actor, StaffRole
from portal.staff.patients.service import MOST, find_patients
from tests import builders

BORN = date(1986, 3, 27)


@pytest.fixture
def desk(database: str) -> Actor:
    """Open a clinic with a few people who are easily mixed up; return somebody at its desk."""
    with writing() as session:
        builders.add_clinic(session)
        add(session, "Rosa", "Marlow", birth_on=BORN, phone="+16045550140")
        add(session, "Rosalind", "Marlowe", birth_on=date(1990, 1, 2), phone="+16045550141")
        add(session, "José Ángel", "O’Brien-Núñez", preferred_name="Pepe")
        add(session, "Łukasz", "Li", birth_on=BORN)
        add(session, "Linh", "Lindqvist")
        add(session, "太郎", "山田")
        return builders.add_staff(session)


def add(session: Session, first_name: str, last_name: str, **more: object) -> Patient:
    id_ = builders.add_patient(session, first_name, last_name)
    patient = session.get_one(Patient, id_)
    patient.sqlmodel_update(more)
    session.add(patient)
    session.flush()
    return patient


def names(desk: Actor, text: str) -> list[str]:
    with reading() as session:
        return [one.full_name for one in find_patients(session, desk, text).patients]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("marlow rosa", ["Rosa Marlow", "Rosalind Marlowe"]),
        ("rosalind", ["Rosalind Marlowe"]),
        ("Ros Mar", ["Rosa Marlow", "Rosalind Marlowe"]),
        ("li", ["Łukasz Li", "Linh Lindqvist"]),
        ("lukasz", ["Łukasz Li"]),
        ("obrien", ["José Ángel (Pepe) O’Brien-Núñez"]),
        ("o'brien", ["José Ángel (Pepe) O’Brien-Núñez"]),
        ("brien angel", ["José Ángel (Pepe) O’Brien-Núñez"]),
        ("pepe nunez", ["José Ángel (Pepe) O’Brien-Núñez"]),
        ("山", ["太郎 山田"]),
        ("27 3 1986", ["Łukasz Li", "Rosa Marlow"]),
        ("1986-03-27 ros", ["Rosa Marlow"]),
        ("1986", ["Łukasz Li", "Rosa Marlow"]),
        ("604 555 0140", ["Rosa Marlow"]),
        ("+1 (604) 555-014", ["Rosa Marlow", "Rosalind Marlowe"]),
        ("555-0141", ["Rosalind Marlowe"]),
        ("0141", ["Rosalind Marlowe"]),
        ("rosa lindqvist", []),
        ("arlow", []),
        ("", []),
        ("%", []),
        ("x' or '1'='1", []),
    ],
)
def test_a_patient_is_found_by(desk: Actor, typed: str, found: list[str]) -> None:
    assert names(desk, typed) == found


def test_hostile_text_finds_nobody_and_breaks_nothing(desk: Actor) -> None:
    for typed in ("\ud800", "a\0b", "\U0010ffff", "9" * 500, "'" * 99, "٣٤٥", "#19860327"):
        names(desk, typed)


def test_a_changed_name_is_found_and_the_old_one_is_not(desk: Actor) -> None:
    with writing() as session:
        id_ = find_patients(session, desk, "lindqvist").patients[0].id
        patient = session.get_one(Patient, id_)
        patient.last_name, patient.birth_on = "Okafor", date(2001, 2, 3)
        session.add(patient)
    assert names(desk, "lindqvist") == []
    assert names(desk, "okafor 3.2.2001") == ["Linh Okafor"]


def test_the_list_ends_and_says_that_there_is_more(desk: Actor) -> None:
    with writing() as session:
        for number in range(MOST + 5):
            builders.add_patient(session, "Ann", f"Annable{number}")
        # Of a long list the whole word is still the first.
        builders.add_patient(session, "Ann", "An")
    with reading() as session:
        found = find_patients(session, desk, "an")
        assert len(found.patients) == MOST
        assert len({one.id for one in found.patients}) == MOST
        assert found.more
        assert found.patients[0].last_name == "An"
        assert not find_patients(session, desk, "annable12").more


def test_the_row_tells_namesakes_apart(desk: Actor) -> None:
    with writing() as session:
        rosa = builders.add_person(session, "Tara", "Quill", verified=False)
        theo = builders.add_family_member(session, rosa, "Theo")
        session.get_one(Patient, theo).flag = "look"
        gone = builders.add_patient(session, "Tara", "Quill")
        session.get_one(Patient, gone).joined_into_id = rosa.me
    with reading() as session:
        mother, old = sorted(
            find_patients(session, desk, "tara quill").patients,
            key=lambda one: one.joined_into is not None,
        )
        assert mother.unconfirmed
        assert (old.joined_into, old.joined_name) == (rosa.me, "Tara Quill")
        child = find_patients(session, desk, "theo").patients[0]
        assert (child.managed_by, child.flag) == ("Tara Quill", "look")
        rosa_row = find_patients(session, desk, "rosa marlow").patients[0]
        assert (rosa_row.birth_on, rosa_row.phone) == (BORN, "+16045550140")
        assert rosa_row.age is not None


def test_a_practitioner_finds_only_their_own_patients(desk: Actor) -> None:
    with writing() as session:
        service = builders.add_service(session)
        practitioner = builders.add_practitioner(session, [service])
        doctor = builders.add_staff(session, StaffRole.PRACTITIONER, practitioner)
        seen, called_off = builders.add_patient(session), builders.add_patient(session)
        at = builders.local(builders.in_days(-3), 9)
        builders.add_visit(session, seen, practitioner, service, at)
        builders.add_visit(session, called_off, practitioner, service, at, cancelled=True)
    with reading() as session:
        found = find_patients(session, doctor, "rosa marlow").patients
        assert [one.id for one in found] == [seen]


def test_patients_and_former_staff_find_nobody(desk: Actor) -> None:
    with writing() as session:
        rosa = builders.add_person(session)
        left = builders.add_staff(session, StaffRole.FULL_ACCESS, ended=True)
    with reading() as session:
        for actor in (left, Actor(staff_id="nobody"), Actor(staff_id=rosa.me)):
            assert find_patients(session, actor, "rosa").patients == ()
