"""A visit as a calendar entry, read back by a calendar library."""

from datetime import UTC, timedelta

import pytest
from icalendar import Calendar, Event

from portal.db import reading, writing
from portal.errors import NotFound
from portal.models import Patient, Visit
from portal.permissions import Actor, Permission
from portal.visits.cancel import cancel_visit
from portal.visits.download import visit_ics
from tests import builders
from tests.builders import in_days, local


@pytest.fixture
def rosa(database: str) -> Actor:
    with writing() as session:
        builders.add_clinic(session)
        return builders.add_person(session, "Rosa", email="rosa@family.example")


def add(patient_id: str, service: str = "Mole check") -> str:
    with writing() as session:
        service_id = builders.add_service(session, service)
        practitioner = builders.add_practitioner(session, [service_id])
        visit_id = builders.add_visit(
            session, patient_id, practitioner, service_id, local(in_days(3), 9, 30)
        )
        session.get_one(Visit, visit_id).note = "SECRET NOTE"
        session.get_one(Patient, patient_id).phone = "+16045550199"
    return visit_id


def read(actor: Actor, visit_id: str) -> tuple[bytes, Event]:
    with reading() as session:
        data = visit_ics(session, actor, visit_id)
    calendar = Calendar.from_ical(data)
    (event,) = calendar.walk("VEVENT")
    assert calendar.errors == event.errors == []
    assert isinstance(event, Event)
    return data, event


def test_it_says_when_where_and_what_in_utc(rosa: Actor) -> None:
    data, event = read(rosa, add(rosa.me))
    start = local(in_days(3), 9, 30)
    assert event.decoded("dtstart") == start
    assert event.decoded("dtend") == start + timedelta(minutes=30)
    assert f"DTSTART:{start.astimezone(UTC):%Y%m%dT%H%M%SZ}".encode() in data
    assert b"VTIMEZONE" not in data
    assert (str(event["summary"]), str(event["location"])) == (
        "Mole check, Alder Clinic",
        "Here, 1 Road",
    )
    assert (str(event["status"]), event["sequence"]) == ("CONFIRMED", 0)
    lines = data.split(b"\r\n")
    assert max(map(len, lines)) <= 75


def test_nothing_of_the_patient_but_a_relatives_first_name(rosa: Actor) -> None:
    with writing() as session:
        theo = builders.add_family_member(session, rosa, "Theo", Permission.BOOK)
        session.get_one(Patient, theo).contact_email = "theo@family.example"
    for patient_id in (rosa.me, theo):
        data, event = read(rosa, add(patient_id))
        for secret in (b"SECRET", b"555", b"0199", b"family.example", b"Marlow", b"8500", b"85"):
            assert secret not in data.replace(b"\r\n ", b"").split(b"UID:")[0]
        whose = "Theo: " if patient_id == theo else ""
        assert str(event["summary"]) == f"{whose}Mole check, Alder Clinic"


def test_the_clinic_can_keep_the_service_out(rosa: Actor) -> None:
    visit_id = add(rosa.me)
    with writing() as session:
        builders.set_policy(session, hide_services=True)
    data, event = read(rosa, visit_id)
    assert str(event["summary"]) == "Visit at Alder Clinic"
    assert b"Mole" not in data


def test_a_change_replaces_the_entry(rosa: Actor) -> None:
    visit_id = add(rosa.me)
    _data, before = read(rosa, visit_id)
    with writing() as session:
        cancel_visit(session, rosa, visit_id)
    _data, after = read(rosa, visit_id)
    assert after["uid"] == before["uid"]
    assert (before["sequence"], after["sequence"]) == (0, 1)
    assert str(after["status"]) == "CANCELLED"


@pytest.mark.parametrize(
    "name", ["A\r\nATTENDEE:mailto:x@example.test", "A;B,C\\n", "Zoë 李明 👩‍👧"]
)
def test_a_name_smuggles_nothing_in(rosa: Actor, name: str) -> None:
    _data, event = read(rosa, add(rosa.me, service=name))
    assert "ATTENDEE" not in event
    expected = name.replace("\r\n", "\n")
    assert str(event["summary"]).replace("\r\n", "\n").startswith(expected.replace("\\n", "\\n"))


def test_only_who_may_see_the_visit_gets_it(rosa: Actor) -> None:
    visit_id = add(rosa.me)
    with writing() as session:
        uma = builders.add_person(session, "Uma")
        link = builders.relate(session, rosa.me, uma.me)
        builders.give(session, link, rosa.me, uma.me, Permission.CALENDAR)
    for asked in (visit_id, "", "nobody", "\x00"):
        with reading() as session, pytest.raises(NotFound):
            visit_ics(session, uma, asked)
