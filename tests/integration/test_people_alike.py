"""People who look alike to a computer: spouses with one mailbox, twins, a child with nothing."""

from datetime import date, time

import pytest
from sqlmodel import select

from portal.account.log_in import Caller, find_candidate
from portal.booking.service import list_bookable_people
from portal.db import reading, writing
from portal.family.add import NewFamily, add_family_members
from portal.family.faces import family_faces
from portal.forms import read_form
from portal.ids import PatientId, new_id
from portal.models import Account, Patient
from portal.permissions import SIX, Action, Actor, Permission, can, visible, who_can
from portal.sharing.service import people_who_act
from portal.staff.patients.service import find_patients
from portal.visits.service import list_visits
from tests import builders

SHARED, PHONE = "marlow@family.example", "+16045550140"


@pytest.fixture(autouse=True)
def _clinic(database: str) -> None:
    with writing() as session:
        builders.add_clinic(session)


def add(actor: Actor, *members: dict[str, str]) -> list[PatientId]:
    blank = {"relationship": "child", "last_name": "Marlow", "email": SHARED}
    data = {"members": [blank | member for member in members], "request_key": new_id()}
    form = read_form(NewFamily, data, region="CA", today=date(2026, 11, 22))
    with writing() as session:
        return add_family_members(session, actor, form)


def test_spouses_with_one_address_and_one_phone_stay_two_people() -> None:
    with writing() as session:
        rosa = builders.add_person(session, "Rosa", email=SHARED)
    (idris,) = add(rosa, {"first_name": "Idris", "phone": PHONE, "relationship": "partner"})
    with writing() as session:
        session.get_one(Patient, rosa.me).phone = PHONE
        # The log-in is one person's, whoever else reads the mailbox.
        found = find_candidate(session, SHARED, Caller(address="192.0.2.1"))
        assert found.account_id == rosa.account_id
        assert session.exec(select(Account.patient_id)).all() == [rosa.me]
        desk = builders.add_staff(session)
        session.flush()
        by_phone = find_patients(session, desk, "604 555 0140").patients
        assert {row.id for row in by_phone} == {rosa.me, idris}


def test_twins_who_differ_in_nothing_but_their_first_names_are_never_one() -> None:
    with writing() as session:
        rosa = builders.add_person(session, "Rosa", email=SHARED)
        service = builders.add_service(session)
        practitioner = builders.add_practitioner(session, [service], starts=time(8))
    birth = {"birth_on_day": "1", "birth_on_month": "2", "birth_on_year": "2019"}
    theo, tara = add(rosa, {"first_name": "Theo"} | birth, {"first_name": "Tara"} | birth)
    assert theo != tara
    with writing() as session:
        at = builders.local(builders.in_days(2), 9)
        visit = builders.add_visit(session, theo, practitioner, service, at)
        for_theo = list_visits(session, rosa, who=theo).visits
        assert [row.id for row in for_theo] == [visit]
        assert list_visits(session, rosa, who=tara).visits == ()
        faces = family_faces(session, rosa)
        assert faces[theo] != faces[tara]
        desk = builders.add_staff(session)
        session.flush()
        for query in ("marlow 1 2 2019", "2019-02-01"):
            assert {row.id for row in find_patients(session, desk, query).patients} == {theo, tara}


def test_even_the_very_same_child_added_twice_makes_two_profiles() -> None:
    with writing() as session:
        rosa, idris = (builders.add_person(session, name) for name in ("Rosa", "Idris"))
    (first,), (second,) = (add(one, {"first_name": "Theo"}) for one in (rosa, idris))
    with reading() as session:
        assert not can(session, rosa, Action.RELATIONSHIP_READ, second)
        assert not can(session, idris, Action.RELATIONSHIP_READ, first)


def test_a_child_with_no_address_and_no_phone_is_booked_for_and_gets_no_mail() -> None:
    with writing() as session:
        rosa = builders.add_person(session, "Rosa", email=SHARED)
        child = builders.add_family_member(session, rosa, "Theo", *SIX)
        assert session.get_one(Patient, child).contact_email is None
        people = list_bookable_people(session, rosa)
        assert child in [person.id for person in people]
        assert who_can(session, Action.BOOKING_MAIL_COPY, child) == [rosa.me]


def test_two_guardians_of_one_child_reach_nothing_of_each_other() -> None:
    """Harper decides for Ellis, Jonas may book; the two are nothing to each other."""
    with writing() as session:
        harper, jonas = (builders.add_person(session, name) for name in ("Harper", "Jonas"))
        ellis = builders.add_family_member(session, harper, "Ellis", *SIX)
        shared = builders.relate(session, jonas.me, ellis)
        builders.give(session, shared, ellis, jonas.me, *SIX)
        for one, other in ((harper, jonas), (jonas, harper)):
            assert not [a for a in Action if can(session, one, a, other.me)]
            for action in Action:
                assert other.me not in session.scalars(visible(one, action)).all()
        # Whoever decides for the child learns who acts for it; the other one does not.
        holders = {row.id for row in people_who_act(session, harper, ellis)}
        assert holders == {harper.me, jonas.me}
        assert not can(session, jonas, Action.GRANT_READ, ellis)
        assert Permission.BOOK in SIX
