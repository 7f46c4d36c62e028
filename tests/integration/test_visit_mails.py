"""Mails about visits: who gets one, who a copy, and who no longer."""

import pytest
from sqlmodel import col, update

from portal import clock
from portal.db import writing
from portal.models import Account, Grant, Patient, Visit
from portal.outbox.kinds import Kind
from portal.outbox.queue import queue
from portal.permissions import Permission
from portal.sharing.change import withdraw
from tests.builders import (
    add_family_member,
    add_person,
    relate,
)
from tests.builders import give as grant
from tests.mails import book, couple, send, text
from tests.servers.mail import MailServer


class TestVisitMails:
    """Who is told of a visit."""

    def test_patient_copy_holder_and_booker_get_a_mail_each(self, mail: MailServer) -> None:
        rosa, _idris = couple(Permission.NOTIFICATIONS)
        with writing() as session:
            june = add_person(session, "June", email="june@example.test")
            link = relate(session, rosa.me, june.me)
            grant(session, link, rosa.me, june.me, Permission.BOOK)
        book(rosa.me, june.name)
        messages = send(mail)
        assert {m["To"] for m in messages} == {
            "rosa@example.test",
            "idris@example.test",
            "june@example.test",
        }
        assert all(len(recipients) == 1 for recipients in mail.recipients)
        assert all(m["Cc"] is None and m["Bcc"] is None for m in messages)
        for message in messages:
            whose = text(message).split("\n\n")[1]
            own = message["To"] == "rosa@example.test"
            assert ("your own visit" if own else "a visit of Rosa Marlow") in whose
            assert "Mole" not in str(message["Subject"])
            assert "9:30 (Vancouver time)" in text(message)

    def test_two_with_one_mailbox_get_one_mail(self, mail: MailServer) -> None:
        with writing() as session:
            rosa = add_person(session, "Rosa", email="rosa@example.test")
            theo = add_family_member(session, rosa, "Theo", Permission.NOTIFICATIONS)
            session.get_one(Patient, theo).contact_email = "ROSA@example.test"
        book(theo, rosa.name)
        (message,) = send(mail)
        assert "This email is about a visit of Theo Marlow." in text(message)

    @pytest.mark.parametrize("after_fan_out", [False, True])
    def test_a_copy_is_not_sent_once_the_permission_ended(
        self, mail: MailServer, *, after_fan_out: bool
    ) -> None:
        rosa, _idris = couple(Permission.NOTIFICATIONS)
        book(rosa.me, rosa.name)
        if after_fan_out:
            self._fan_out()
        with writing() as session:
            session.exec(update(Grant).values(ended_at=clock.now()))
        assert [m["To"] for m in send(mail)] == ["rosa@example.test"]

    def test_a_booker_who_may_no_longer_see_the_visit_gets_no_mail(self, mail: MailServer) -> None:
        rosa, idris = couple(Permission.BOOK)
        book(rosa.me, idris.name)
        with writing() as session:
            withdraw(session, rosa, rosa.me, idris.me, [Permission.BOOK])
        assert "idris@example.test" not in [
            m["To"] for m in send(mail) if "Visit" in str(m["Subject"])
        ]

    def test_one_mailbox_still_gets_the_mail_for_who_may_still_know(self, mail: MailServer) -> None:
        with writing() as session:
            rosa = add_person(session, "Rosa", email="rosa@example.test")
            theo = add_family_member(session, rosa, "Theo", Permission.NOTIFICATIONS)
            session.get_one(Patient, theo).contact_email = "rosa@example.test"
        book(theo, "system")
        self._fan_out()
        with writing() as session:
            session.get_one(Patient, theo).contact_email = None
        (message,) = send(mail)
        assert message["To"] == "rosa@example.test"

    def test_a_visit_cancelled_at_once_is_told_as_cancelled_only(self, mail: MailServer) -> None:
        rosa, _idris = couple()
        visit_id = book(rosa.me, rosa.name)
        with writing() as session:
            visit = session.get_one(Visit, visit_id)
            visit.cancelled_at, visit.cancelled_by = clock.now(), rosa.name
            queue(session, Kind.VISIT_CANCELLED, visit_id=visit_id, sequence=1)
        (message,) = send(mail)
        assert str(message["Subject"]).startswith("Visit cancelled: ")
        assert "Your visit is cancelled" in text(message)
        assert "Cancelled by: You" in text(message)

    def test_a_second_fan_out_queues_nothing_more(self, mail: MailServer) -> None:
        rosa, _idris = couple(Permission.NOTIFICATIONS)
        visit_id = book(rosa.me, rosa.name)
        assert len(send(mail)) == 2
        with writing() as session:
            queue(session, Kind.VISIT_BOOKED, visit_id=visit_id, sequence=0)
        assert send(mail) == []

    def test_a_closed_account_gets_no_mail(self, mail: MailServer) -> None:
        rosa, _idris = couple()
        with writing() as session:
            session.exec(
                update(Account)
                .where(col(Account.patient_id) == rosa.me)
                .values(closed_at=clock.now())
            )
        book(rosa.me, "system")
        assert send(mail) == []

    def _fan_out(self) -> None:
        """Carry out the fan-out and none of its mails."""
        from portal.notifications.visit_letters import fan_out
        from portal.outbox.claim import claim, finish, release

        with writing() as session:
            (message,) = claim(session, "test")
            fan_out(session, message)
            finish(session, message)
            release(session, "test")
