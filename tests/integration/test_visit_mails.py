"""Mails about visits: who gets one, who a copy, and who no longer."""

from datetime import timedelta

import pytest
from sqlmodel import col, delete, update

from portal import clock
from portal.db import writing
from portal.models import Account, Grant, OutboxMessage, Patient, Visit
from portal.outbox.kinds import Kind
from portal.outbox.queue import queue
from portal.permissions import Actor, Permission
from portal.sharing.change import withdraw
from portal.visits.tell import tell_booked, tell_cancelled, tell_moved
from tests.builders import (
    add_family_member,
    add_person,
    relate,
    set_policy,
)
from tests.builders import give as grant
from tests.mails import book, couple, send, text
from tests.outbox import let_undo_pass
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

    def test_a_visit_cancelled_before_the_worker_came_is_told_as_cancelled_only(
        self, mail: MailServer
    ) -> None:
        rosa, _idris = couple()
        visit_id = book(rosa.me, rosa.name)
        with writing() as session:
            visit = session.get_one(Visit, visit_id)
            visit.cancelled_at, visit.cancelled_by = clock.now(), rosa.name
            tell_cancelled(session, [visit])
        (message,) = send(mail)
        assert str(message["Subject"]).startswith("Visit cancelled: ")
        assert "Your visit is cancelled" in text(message)
        assert "Cancelled by: You" in text(message)

    def test_a_second_fan_out_queues_nothing_more(self, mail: MailServer) -> None:
        rosa, _idris = couple(Permission.NOTIFICATIONS)
        visit_id = book(rosa.me, rosa.name)
        assert len(send(mail)) == 2
        with writing() as session:
            queue(session, Kind.VISITS_BOOKED, visits=[[visit_id, 0]])
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
        from portal.notifications.visit_readers import fan_out
        from portal.outbox.claim import claim, finish, release

        with writing() as session:
            (message,) = claim(session, "test")
            fan_out(session, message)
            finish(session, message)
            release(session, "test")


class TestMoved:
    """A visit gets another time."""

    def test_it_says_the_new_time_the_old_one_and_who_moved_it(self, mail: MailServer) -> None:
        rosa, idris = couple(Permission.BOOK)
        visit_id = book(rosa.me, rosa.name)
        send(mail)
        self._move(visit_id, idris)
        messages = {str(m["To"]): text(m) for m in send(mail)}
        assert set(messages) == {"rosa@example.test", "idris@example.test"}
        assert "Your visit has a new time" in messages["rosa@example.test"]
        assert "Moved by: Idris Marlow" in messages["rosa@example.test"]
        assert "Moved by: You" in messages["idris@example.test"]
        for words in messages.values():
            assert "11:00 (Vancouver time)" in words
            assert ", 9:30" in words.split("Before: ")[1].split("\n")[0]

    def test_before_the_booking_was_told_that_mail_says_the_new_time(
        self, mail: MailServer
    ) -> None:
        rosa, _idris = couple()
        visit_id = book(rosa.me, rosa.name)
        self._move(visit_id, rosa)
        (message,) = send(mail)
        assert "Your visit is booked" in text(message)
        assert "11:00 (Vancouver time)" in text(message)

    def test_moved_again_at_once_is_told_once(self, mail: MailServer) -> None:
        rosa, _idris = couple()
        visit_id = book(rosa.me, rosa.name)
        send(mail)
        self._move(visit_id, rosa)
        self._move(visit_id, rosa, hours=2)
        (message,) = send(mail)
        assert "13:00 (Vancouver time)" in text(message)

    def _move(self, visit_id: str, by: Actor, hours: float = 1.5) -> None:
        with writing() as session:
            visit = session.get_one(Visit, visit_id)
            was = {visit.id: visit.starts_at}
            visit.starts_at += timedelta(hours=hours)
            visit.ends_at += timedelta(hours=hours)
            visit.moved_at, visit.sequence = clock.now(), visit.sequence + 1
            session.flush()
            tell_moved(session, [visit], by=by, was=was)


class TestHidden:
    """What a mail keeps to itself."""

    def test_the_clinic_can_keep_the_service_out(self, mail: MailServer) -> None:
        rosa, _idris = couple()
        with writing() as session:
            set_policy(session, hide_services=True)
        book(rosa.me, rosa.name)
        (message,) = send(mail)
        assert "Mole" not in text(message) + str(message["Subject"])

    def test_a_reader_in_another_zone_is_told_their_own_clock_too(self, mail: MailServer) -> None:
        rosa, _idris = couple()
        with writing() as session:
            session.get_one(Patient, rosa.me).zone = "Europe/Berlin"
        book(rosa.me, rosa.name)
        (message,) = send(mail)
        assert "9:30 (Vancouver time)" in text(message)
        assert "18:30 (Berlin time)" in text(message)

    def test_a_mail_lists_only_what_its_reader_may_know(self, mail: MailServer) -> None:
        """One order for Theo, of whom Idris gets a copy, and for Mina, of whom he may not know."""
        with writing() as session:
            rosa = add_person(session, "Rosa", email="rosa@example.test")
            idris = add_person(session, "Idris", email="idris@example.test")
            theo, mina = (
                add_family_member(session, rosa, name, Permission.BOOK) for name in ("Theo", "Mina")
            )
            link = relate(session, idris.me, theo)
            grant(session, link, theo, idris.me, Permission.NOTIFICATIONS)
        first, second = book(theo, rosa.name), book(mina, rosa.name)
        with writing() as session:
            session.exec(delete(OutboxMessage))
            visits = [session.get_one(Visit, id_) for id_ in (first, second)]
            for visit in visits:
                visit.order_id = first
            tell_booked(session, visits)
        let_undo_pass()
        mails = {str(m["To"]): m for m in send(mail)}
        assert str(mails["rosa@example.test"]["Subject"]).startswith("2 visits booked")
        assert "Theo Marlow" in text(mails["idris@example.test"])
        assert "Mina" not in text(mails["idris@example.test"])
        assert "Booked by: A family member" in text(mails["idris@example.test"])

    def test_a_worker_that_died_after_the_fan_out_sends_the_rest(self, mail: MailServer) -> None:
        rosa, _idris = couple(Permission.NOTIFICATIONS)
        book(rosa.me, rosa.name)
        TestVisitMails()._fan_out()
        assert len(send(mail)) == 2
        assert send(mail) == []
