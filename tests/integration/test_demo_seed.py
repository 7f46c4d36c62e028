"""The demo clinic: filled once, by one of two who try, and never over a real clinic."""

import threading
from collections import Counter
from datetime import UTC, datetime

import pytest
import time_machine
from pyotp.totp import TOTP
from sqlmodel import Session, SQLModel, col, func, select

from portal import clock
from portal.account.log_in import Caller, HalfWay, find_candidate, finish_code, finish_password
from portal.account.passwords import verify_password
from portal.account.sessions import actor_of
from portal.booking.policy import read_policy
from portal.booking.service import booking_window, find_times, list_bookable_people, list_services
from portal.db import reading, writing
from portal.demo.logins import APP_KEY, LOGINS, STAFF_LOGINS
from portal.demo.seed import NotADemo, fill_once, log_ins
from portal.ids import AccountId, PatientId
from portal.models import (
    Account,
    ClaimedUnit,
    Clinic,
    Gathering,
    Grant,
    Holiday,
    Location,
    OutboxMessage,
    Patient,
    PatientGroup,
    Practitioner,
    Service,
    TimeOff,
    Visit,
)
from portal.permissions import Actor
from portal.staff.patients.service import find_patients
from portal.visits.service import list_visits
from portal.waitlist.service import list_requests
from tests import builders
from tests.bench.stress.check import faults, overlaps


def count(session: Session, table: type[SQLModel]) -> int:
    return session.exec(select(func.count()).select_from(table)).one()


def account_of(session: Session, email: str) -> Account:
    return session.exec(select(Account).where(Account.email_key == email)).one()


def test_it_holds_a_believable_clinic(database: str) -> None:
    assert fill_once()
    with reading() as session:
        sizes = [count(session, table) for table in (Location, Practitioner, Service, Patient)]
        assert sizes == [3, 8, 14, 40]
        assert len({place.zone for place in session.exec(select(Location))}) == 2
        assert count(session, OutboxMessage) == 0
        now = clock.now()
        for when in (col(Visit.starts_at) > now, col(Visit.starts_at) < now):
            assert session.exec(select(func.count()).select_from(Visit).where(when)).one() > 50


def test_nobody_of_it_is_in_two_places_and_everything_has_its_room(database: str) -> None:
    fill_once()
    with reading() as session:
        assert overlaps(session) == 0
        # The demo's mails were sent long ago.
        assert [line for line in faults(session) if "mails of its booking" not in line] == []


@pytest.mark.parametrize(
    "now",
    [
        datetime(2030, 3, 8, 23, tzinfo=UTC),  # a Friday evening, before the clocks change
        datetime(2030, 1, 1, 6, tzinfo=UTC),
        datetime(2031, 10, 29, 19, tzinfo=UTC),
    ],
)
def test_it_shows_all_that_a_calendar_has_on_any_day(database: str, now: datetime) -> None:
    with time_machine.travel(now, tick=False):
        fill_once()
        with reading() as session:
            rosa = actor_of(account_of(session, LOGINS[0].email))
            shown = list_visits(session, rosa).visits
            open_offers = [one.offer for one in list_requests(session, rosa) if one.offer]
            gatherings = Counter(one.kind for one in session.exec(select(Gathering)))
            sizes = Counter(session.exec(select(Visit.order_id)).all())
            seats = Counter(session.exec(select(ClaimedUnit.resource_id)).all())
            classes = session.exec(select(Gathering.id).where(Gathering.kind == "class")).all()
            away = session.exec(select(TimeOff)).one()
            inside = select(func.count()).where(
                Visit.practitioner_id == away.practitioner_id,
                col(Visit.starts_at) >= away.starts_at,
                col(Visit.ends_at) <= away.ends_at,
            )
            assert session.exec(inside).one() > 0
            assert count(session, Holiday) == 1
            assert session.exec(select(PatientGroup.name)).one() == "The Marlows"
            assert read_policy(session).policy_text
            assert session.exec(select(Patient.zone).where(col(Patient.zone).is_not(None))).all()
    assert len(open_offers) == 1
    assert gatherings["group"] == 1
    assert gatherings["class"] >= 3
    assert max(seats[id_] for id_ in classes) >= 4
    assert {2, 3}.issubset(size for order, size in sizes.items() if order)
    assert any(place.location_name == "Video call" for place in shown)


def test_every_printed_log_in_works(database: str) -> None:
    fill_once()
    printed = log_ins()
    with reading() as session:
        for login in LOGINS:
            account = account_of(session, login.email)
            assert account.verified_at
            assert verify_password(login.password, account.password_hash)
            assert login.email in printed


def test_every_printed_log_in_of_staff_works_with_the_public_app(database: str) -> None:
    fill_once()
    printed = log_ins()
    with writing() as session:
        for login in STAFF_LOGINS:
            account = account_of(session, login.email)
            assert account.staff_id
            assert verify_password(login.password, account.password_hash)
            assert login.email in printed
            who = Caller("203.0.113.7")
            candidate = find_candidate(session, login.email, who, staff=True)
            half = finish_password(session, candidate, who, password_ok=True)
            assert isinstance(half, HalfWay)
            code = TOTP(APP_KEY).at(clock.now())
            assert finish_code(session, half.token, code, who)


def test_each_role_of_the_demo_finds_its_patients(database: str) -> None:
    fill_once()
    found: dict[str, int] = {}
    with reading() as session:
        for login in STAFF_LOGINS:
            actor = actor_of(account_of(session, login.email))
            found[login.role] = len(find_patients(session, actor, "marlow").patients)
    assert found["full_access"] == found["front_desk"] > found["practitioner"] > 0


def test_rosa_finds_her_family_as_the_design_shows_it(database: str) -> None:
    fill_once()
    with reading() as session:
        account = account_of(session, LOGINS[0].email)
        patient_id = PatientId(account.patient_id or "")
        rosa = Actor(patient_id=patient_id, account_id=AccountId(account.id))
        people = list_bookable_people(session, rosa)
        assert [one.first_name for one in people] == [
            "Rosa",
            "Theo",
            "Mina",
            "Idris",
            "Anton",
            "June",
        ]
        assert [one.colour for one in people] == [1, 2, 3, 4, 5, 6]
        upcoming = list_visits(session, rosa).visits
        names = [visit.person.first_name for visit in upcoming]
        assert set(names) == {"Rosa", "Theo", "Mina", "Idris", "Anton", "June"}
        assert names[0] == "June"  # so soon that only the clinic can cancel it
        at = names.index("Theo")
        assert names[at : at + 2] == ["Theo", "Mina"]
        assert upcoming[at].ends_at == upcoming[at + 1].starts_at
        assert any(visit.is_cancelled for visit in list_visits(session, rosa, "past").visits)


def test_every_service_has_free_times(database: str) -> None:
    fill_once()
    with reading() as session:
        first_day = booking_window(session, None).first_on
        services = [one for group in list_services(session, None) for one in group.services]
        assert len(services) == 14
        for service in services:
            days = find_times(session, None, service.id, None, first_day, 14)
            found = sum(len(day.slots) for day in days)
            # A class is once a week, a video call on one day of it.
            assert found > {"back-class": 0, "talk-video": 8}.get(service.id, 20), service.name


def test_a_second_run_keeps_what_was_entered(database: str) -> None:
    fill_once()
    with writing() as session:
        session.get_one(Clinic, "clinic").phone = "555-0999"
        builders.add_patient(session)
    assert not fill_once()
    with reading() as session:
        assert session.get_one(Clinic, "clinic").phone == "555-0999"
        assert count(session, Patient) == 41


def test_two_at_once_fill_it_once(database: str) -> None:
    filled: list[bool] = []
    threads = [threading.Thread(target=lambda: filled.append(fill_once())) for _each in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(filled) == [False, True]
    with reading() as session:
        assert count(session, Patient) == 40


def test_a_real_clinic_is_never_filled(database: str) -> None:
    with writing() as session:
        builders.add_clinic(session)
    with pytest.raises(NotADemo):
        fill_once()
    with reading() as session:
        assert count(session, Patient) == 0
        assert count(session, Grant) == 0
