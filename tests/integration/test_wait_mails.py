"""Mails of the wait list: who gets one, what it says, and when it is not sent after all."""

from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage

import pytest
import time_machine
from sqlmodel import select

from portal import clock
from portal.db import writing
from portal.housekeeping import keep_wait_list
from portal.models import Grant, Patient
from portal.notifications.post import SmtpPost
from portal.permissions import Permission
from portal.waitlist.answer import accept, decline
from portal.waitlist.ask import withdraw
from tests import builders
from tests.builders import in_days, local, set_policy
from tests.mails import text
from tests.outbox import deliver_all
from tests.servers.mail import MailServer
from tests.waiting import NOON, Clinic, cancel, make_clinic, the_offer, wait, wait_in_turn

WHEN = "9:00"


@pytest.fixture(autouse=True)
def at_noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON) as now:
        yield now


@pytest.fixture
def clinic(database: str) -> Clinic:
    return make_clinic()


@pytest.fixture
def mail(smtp_server: MailServer) -> MailServer:
    return smtp_server


def deliver(mail: MailServer) -> list[EmailMessage]:
    """Let the worker send what is due; return what arrived of the wait list."""
    before = len(mail.messages)
    deliver_all(SmtpPost(mail.url, "localhost"))
    arrived = mail.messages[before:]
    return [message for message in arrived if "become free" in str(message["subject"])]


def offers_in(mail: MailServer) -> list[tuple[str, str]]:
    """Return address and text of each offer that arrives."""
    return [(str(message["to"]), text(message)) for message in deliver(mail)]


def test_one_mail_says_when_until_when_and_nothing_medical_in_its_subject(
    clinic: Clinic, mail: MailServer
) -> None:
    first = clinic.people[0]
    wait(clinic, first)
    cancel(clinic)
    (message,) = deliver(mail)
    assert message["to"] == "person0@example.test"
    assert WHEN in message["subject"]
    assert "Check-up" not in message["subject"]
    words = text(message)
    assert "Person 0 Marlow" in words
    assert "Check-up" in words
    assert "We keep this time until 14:00." in words
    assert "/appointments/wait-list" in words
    assert "Olga" not in words  # whose time it was is nobody's to know


def test_a_clinic_that_hides_services_names_none(clinic: Clinic, mail: MailServer) -> None:
    with writing() as session:
        set_policy(session, hide_services=True)
    wait(clinic, clinic.people[0])
    cancel(clinic)
    ((_to, words),) = offers_in(mail)
    assert "Check-up" not in words


def test_a_child_and_who_asked_each_get_their_own(clinic: Clinic, mail: MailServer) -> None:
    rosa = clinic.people[0]
    with writing() as session:
        theo = builders.add_family_member(session, rosa, "Theo", Permission.BOOK)
        session.get_one(Patient, theo).contact_email = "theo@example.test"
    wait(clinic, rosa, theo)
    cancel(clinic)
    told = dict(offers_in(mail))
    assert set(told) == {"theo@example.test", "person0@example.test"}
    assert "call us" in told["theo@example.test"]  # no log-in, no button
    assert "/appointments/wait-list" not in told["theo@example.test"]
    assert "/appointments/wait-list" in told["person0@example.test"]


def test_two_in_one_mailbox_get_one(clinic: Clinic, mail: MailServer) -> None:
    rosa = clinic.people[0]
    with writing() as session:
        theo = builders.add_family_member(session, rosa, "Theo", Permission.BOOK)
        session.get_one(Patient, theo).contact_email = "person0@example.test"
    wait(clinic, rosa, theo)
    cancel(clinic)
    ((to, words),) = offers_in(mail)
    assert to == "person0@example.test"
    assert "Theo" in words
    assert "/appointments/wait-list" in words


@pytest.mark.parametrize("how", ["accept", "decline", "withdraw"])
def test_an_offer_that_was_answered_meanwhile_is_not_told(
    clinic: Clinic, mail: MailServer, how: str
) -> None:
    first = clinic.people[0]
    request_id = wait(clinic, first)
    cancel(clinic)
    offer = the_offer()
    with writing() as session:
        if how == "accept":
            accept(session, first, offer.id)
        elif how == "decline":
            decline(session, first, offer.id)
        else:
            withdraw(session, first, request_id)
    assert offers_in(mail) == []


def test_whoever_may_not_book_any_more_hears_nothing(clinic: Clinic, mail: MailServer) -> None:
    rosa, other, _third = clinic.people
    with writing() as session:
        relationship = builders.relate(session, rosa.me, other.me)
        builders.give(session, relationship, other.me, rosa.me, Permission.BOOK)
    wait(clinic, rosa, other.me)
    cancel(clinic)
    with writing() as session:
        for grant in session.exec(select(Grant)):
            grant.ended_at = clock.now()
    assert [to for to, _words in offers_in(mail)] == ["person1@example.test"]


def test_at_night_no_mail_goes_out_and_in_the_morning_one(
    clinic: Clinic, mail: MailServer, at_noon: time_machine.Traveller
) -> None:
    wait(clinic, clinic.people[0])
    night, morning = local(in_days(1), 22), local(in_days(2), 7)
    at_noon.move_to(night)
    cancel(clinic)
    assert offers_in(mail) == []
    at_noon.move_to(morning + timedelta(seconds=1))
    assert len(offers_in(mail)) == 1


def test_down_the_line_each_gets_one_mail(
    clinic: Clinic, mail: MailServer, at_noon: time_machine.Traveller
) -> None:
    wait_in_turn(clinic, clinic.people)
    cancel(clinic)
    told = []
    for _person in clinic.people:
        told += [to for to, _words in offers_in(mail)]
        at_noon.move_to(the_offer().expires_at + timedelta(seconds=1))
        keep_wait_list()
    told += [to for to, _words in offers_in(mail)]
    assert told == [f"person{n}@example.test" for n in range(3)]
