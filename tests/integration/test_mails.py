"""Which mail goes to whom, what it says, and what it keeps to itself."""

from datetime import timedelta

import pytest
from sqlmodel import select

from portal import clock
from portal.account.links import Purpose, make_link, peek, use
from portal.account.not_me import detach
from portal.db import reading, writing
from portal.errors import Invalid
from portal.family import wording
from portal.ids import PatientId
from portal.models import AuditEntry, MailLink, Patient, Visit
from portal.outbox.kinds import Kind
from portal.outbox.queue import queue
from portal.permissions import SIX, Actor, Permission
from portal.sharing.change import give, give_up, withdraw
from portal.sharing.relate import remove
from tests.builders import (
    add_account,
    add_family_member,
    add_patient,
    add_person,
    add_staff,
    relate,
)
from tests.mails import book, couple, link_in, send, text
from tests.servers.mail import MailServer


class TestAccountMails:
    """What an account's own address is told."""

    def test_a_new_address_is_asked_to_be_confirmed(self, mail: MailServer) -> None:
        with writing() as session:
            actor = add_person(session, email="New@example.test", verified=False)
            queue(session, Kind.SIGNED_UP, account_id=actor.account_id)
        (message,) = send(mail)
        assert message["To"] == "New@example.test"
        with writing() as session:
            link = use(session, Purpose.VERIFY, link_in(message, "/verify"))
            assert link.account_id == actor.account_id

    @pytest.mark.parametrize("kind", [Kind.SIGNED_UP, Kind.LOGIN_UNVERIFIED])
    def test_a_known_address_is_told_that_it_has_an_account(
        self, mail: MailServer, kind: Kind
    ) -> None:
        with writing() as session:
            add_person(session, email="rosa@example.test")
            second = add_person(session, email="Rosa@example.test", verified=False)
            queue(session, kind, account_id=second.account_id)
        (message,) = send(mail)
        assert message["Subject"] == "You already have an account"
        assert "Nobody else was told" in text(message)
        assert "/verify" not in text(message)

    def test_what_is_confirmed_or_closed_meanwhile_gets_no_link(self, mail: MailServer) -> None:
        with writing() as session:
            for closed in (True, False):
                actor = add_account(session, add_patient(session), closed=closed)
                queue(session, Kind.SIGNED_UP, account_id=actor.account_id)
        assert send(mail) == []

    def test_a_reset_goes_to_the_address_of_the_account_and_to_nobody_unknown(
        self, mail: MailServer
    ) -> None:
        with writing() as session:
            actor = add_person(session, email="Rosa@example.test")
            for key in ("rosa@example.test", "nobody@example.test"):
                queue(session, Kind.RESET_ASKED, email_key=key, email="other@example.test")
        (message,) = send(mail)
        assert message["To"] == "Rosa@example.test"
        with writing() as session:
            link = use(session, Purpose.RESET, link_in(message, "/reset/new"))
            assert link.account_id == actor.account_id

    def test_a_reset_before_the_address_is_confirmed_confirms_it_first(
        self, mail: MailServer
    ) -> None:
        with writing() as session:
            add_person(session, email="rosa@example.test", verified=False)
            queue(session, Kind.RESET_ASKED, email_key="rosa@example.test", email="")
        (message,) = send(mail)
        link_in(message, "/verify")

    def test_a_welcome_and_a_changed_password_are_told_to_their_owner(
        self, mail: MailServer
    ) -> None:
        with writing() as session:
            actor = add_person(session, email="rosa@example.test")
            queue(session, Kind.WELCOME, account_id=actor.account_id)
            queue(session, Kind.PASSWORD_CHANGED, account_id=actor.account_id)
        subjects = {message["Subject"] for message in send(mail)}
        assert subjects == {"Your email is confirmed", "Your password was changed"}


class TestLinks:
    """Single-use links, as they are stored and used."""

    @pytest.mark.usefixtures("database")
    def test_a_link_works_once_for_one_purpose_and_only_its_hash_is_kept(
        self,
    ) -> None:
        with writing() as session:
            account_id = add_person(session).account_id
            token = make_link(session, Purpose.RESET, account_id=account_id)
            other = make_link(session, Purpose.RESET, account_id=account_id)
        with writing() as session:
            assert peek(session, Purpose.VERIFY, token) is None
            assert peek(session, Purpose.RESET, token) is not None
            stored = session.exec(select(MailLink.token_hash)).all()
            assert token not in stored
            use(session, Purpose.RESET, token)
            refused = []
            # Used, ended by the other one's use, for something else, unknown.
            for purpose, one in (
                (Purpose.RESET, token),
                (Purpose.RESET, other),
                (Purpose.VERIFY, token),
                (Purpose.RESET, "x"),
            ):
                assert peek(session, purpose, one) is None
                with pytest.raises(Invalid) as error:
                    use(session, purpose, one)
                refused.append(error.value.errors)
            assert all(errors == refused[0] for errors in refused)

    @pytest.mark.usefixtures("database")
    @pytest.mark.parametrize(
        ("purpose", "hours"), [(Purpose.VERIFY, 168), (Purpose.RESET, 1), (Purpose.NOT_ME, 336)]
    )
    def test_a_link_ends_after_its_time(
        self, monkeypatch: pytest.MonkeyPatch, purpose: Purpose, hours: int
    ) -> None:
        made = clock.now()
        with writing() as session:
            token = make_link(session, purpose, account_id=add_person(session).account_id)
        for late, works in (
            (timedelta(hours=hours, minutes=-1), True),
            (timedelta(hours=hours, minutes=1), False),
        ):
            monkeypatch.setattr(clock, "now", lambda late=late: made + late)
            with reading() as session:
                assert (peek(session, purpose, token) is not None) is works
        with writing() as session, pytest.raises(Invalid):
            use(session, purpose, token)


class TestAccessMails:
    """What owners and holders are told of permissions."""

    def test_the_owner_reads_exactly_what_is_new_and_what_was_before(
        self, mail: MailServer
    ) -> None:
        rosa, idris = couple(Permission.BOOK)
        with writing() as session:
            staff = add_staff(session)
            give(session, staff, rosa.me, {idris.me: [Permission.BOOK, Permission.BILL_TO_ACCOUNT]})
        (message,) = send(mail)
        words = text(message)
        assert message["To"] == "rosa@example.test"
        assert message["Subject"] == "New access to your information"
        assert "this email is about your own profile, Rosa Marlow." in words.split("\n\n")[1]
        new, before = words.split("What Idris could do before")
        assert "Bill to my account: Idris can pay for Idris’s own visits" in new
        assert wording.label(Permission.BOOK) not in new
        assert "Idris can book, move and cancel your visits" in before
        assert "Sam Okoye at our clinic made this change on" in before
        assert "Call 555-0100" in before

    def test_one_change_for_two_holders_is_one_mail(self, mail: MailServer) -> None:
        with writing() as session:
            rosa = add_person(session, email="rosa@example.test")
            members = [add_family_member(session, rosa, name) for name in ("Theo", "Mina")]
            give(session, rosa, rosa.me, {id_: [Permission.BILL_TO_ACCOUNT] for id_ in members})
        (message,) = send(mail)
        assert "Theo, Mina can now do more for you" in text(message) or (
            "Mina, Theo can now do more for you" in text(message)
        )
        assert "You made this change on" in text(message)

    def test_somebody_added_is_told_by_whom_and_can_say_that_it_is_not_them(
        self, mail: MailServer
    ) -> None:
        rosa, anton = self._add_anton("anton@example.test")
        (message,) = send(mail)
        assert message["To"] == "anton@example.test"
        assert text(message).startswith(
            "Rosa Marlow added you\n\nThis email is about the profile of Anton Marlow.\n"
        )
        for permission in SIX:
            assert wording.label(permission) in text(message)
        assert "Rosa cannot use Anton’s cards" in text(message)
        token = link_in(message, "/not-me")

        visit_id = book(anton, rosa.name)
        with writing() as session:
            detach(session, token)
        told = send(mail)
        assert {m["To"] for m in told} == {"rosa@example.test"}
        assert "Visit booked" in told[1]["Subject"] or "Visit booked" in told[0]["Subject"]
        assert any("says that it is somebody else’s" in text(m) for m in told)
        with writing() as session:
            assert session.get_one(Patient, anton).contact_email is None
            assert session.get_one(Visit, visit_id).cancelled_at is None
            assert "profile.not_me" in session.exec(select(AuditEntry.action)).all()
            with pytest.raises(Invalid):
                detach(session, token)

    def test_a_child_with_the_adders_address_is_named_and_no_link_is_offered(
        self, mail: MailServer
    ) -> None:
        self._add_anton("ROSA@example.test")
        (message,) = send(mail)
        first = text(message).split("\n\n")[1]
        assert first == "This email is about the profile of Anton Marlow."
        assert "This address is also Rosa’s own" in text(message)
        assert "/not-me" not in text(message)

    def test_not_me_still_works_when_whoever_added_the_profile_has_removed_it(
        self, mail: MailServer
    ) -> None:
        rosa, anton = self._add_anton("anton@example.test")
        (message,) = send(mail)
        with writing() as session:
            remove(session, rosa, anton, quiet=True)
            detach(session, link_in(message, "/not-me"))
        with writing() as session:
            assert session.get_one(Patient, anton).contact_email is None

    def test_not_me_stays_when_somebody_else_is_removed(self, mail: MailServer) -> None:
        _rosa, anton = self._add_anton("anton@example.test")
        (message,) = send(mail)
        with writing() as session:
            idris = add_person(session, "Idris")
            relate(session, anton, idris.me)
            remove(session, idris, anton, quiet=True)
            assert peek(session, Purpose.NOT_ME, link_in(message, "/not-me")) is not None

    def _add_anton(self, email: str) -> tuple[Actor, PatientId]:
        with writing() as session:
            rosa = add_person(session, "Rosa", email="rosa@example.test")
            anton = add_family_member(session, rosa, "Anton")
            session.get_one(Patient, anton).contact_email = email
            session.flush()
            give(session, rosa, anton, {rosa.me: SIX})
        return rosa, anton

    def test_a_holder_is_told_what_ended_without_a_reason(self, mail: MailServer) -> None:
        rosa, idris = couple(Permission.BOOK, Permission.CALENDAR)
        with writing() as session:
            withdraw(session, rosa, rosa.me, idris.me, [Permission.CALENDAR])
        (message,) = send(mail)
        assert message["To"] == "idris@example.test"
        assert "See appointments in calendar subscriptions" in text(message)
        assert wording.label(Permission.BOOK) not in text(message)

    def test_what_was_given_back_meanwhile_is_not_told_as_lost(self, mail: MailServer) -> None:
        rosa, idris = couple(Permission.BOOK)
        with writing() as session:
            withdraw(session, rosa, rosa.me, idris.me, [Permission.BOOK])
            give(session, rosa, rosa.me, {idris.me: [Permission.BOOK]})
        assert [m["Subject"] for m in send(mail)] == ["New access to your information"]

    def test_an_owner_is_told_what_was_given_up(self, mail: MailServer) -> None:
        rosa, idris = couple(Permission.BOOK)
        with writing() as session:
            give_up(session, idris, rosa.me, [Permission.BOOK])
        (message,) = send(mail)
        assert message["To"] == "rosa@example.test"
        assert "Idris Marlow chose to stop" in text(message)

    def test_the_end_of_a_relationship_is_told_to_the_other_one_only(
        self, mail: MailServer
    ) -> None:
        rosa, idris = couple(Permission.BOOK)
        with writing() as session:
            remove(session, rosa, idris.me)
        (message,) = send(mail)
        assert message["To"] == "idris@example.test"
        assert message["Subject"] == "A family link has ended"

    def test_nobody_is_told_what_they_did_themselves_through_a_shared_mailbox(
        self, mail: MailServer
    ) -> None:
        with writing() as session:
            rosa = add_person(session, email="rosa@example.test")
            theo = add_family_member(session, rosa, "Theo", Permission.BOOK, Permission.CALENDAR)
            session.get_one(Patient, theo).contact_email = "Rosa@Example.test"
            session.flush()
            give_up(session, rosa, theo, [Permission.BOOK])
            remove(session, rosa, theo)
        assert send(mail) == []


def test_every_kind_becomes_a_letter_or_a_fan_out() -> None:
    from portal.notifications.compose import COMPOSERS
    from portal.notifications.visit_readers import ABOUT

    assert {*COMPOSERS, *ABOUT} == set(Kind)
