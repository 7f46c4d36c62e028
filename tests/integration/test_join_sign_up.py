"""Signing up with an address that has an account already: joined to that account, or closed."""

from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage

import pytest
from sqlmodel import select

from portal import clock
from portal.account.fresh import PasswordNeeded
from portal.account.links import NO_LONGER_WORKS, Purpose, make_link
from portal.account.service import verify_email
from portal.account.sessions import find_session
from portal.claim.service import (
    ClaimForm,
    JoinForm,
    check_claim,
    claim_profile,
    join_profile,
    read_invitation,
    read_sign_up,
    send_by_staff,
    undo_join,
)
from portal.claim.sign_up import Opener
from portal.db import reading, writing
from portal.errors import Invalid, NotAllowed
from portal.housekeeping import close_unverified
from portal.models import Account, AuditEntry, LoginSession
from portal.permissions import SIX, Action, can
from tests import builders
from tests.claiming import CALLER, PASSWORD_HASH, family_of, held_by, patient, signed_in
from tests.mails import link_in, send, text
from tests.second_sign_up import MIRA, THEO, House, P, flags, make_house, sign_up_as, visits
from tests.servers.mail import MailServer


@pytest.fixture
def house(database: str) -> House:
    with writing() as session:
        builders.add_clinic(session)
    return make_house()


class TestJoin:
    """The owner of the address says that it was them."""

    def test_visits_and_family_go_over_and_nobody_gains_anything_on_the_owner(
        self, house: House
    ) -> None:
        own, childs = house.visit(house.new.me), house.visit(house.theo, 11)
        mine = house.visit(house.mira.me, 13, by=house.mira)
        assert held_by(house.theo, house.new.me) == {P.BILL_TO_ACCOUNT}
        house.join()

        assert visits(house.mira.me) == {own, mine}
        assert visits(house.theo) == {childs}
        assert patient(house.theo).manager_id == house.mira.me
        assert held_by(house.mira.me, house.theo) == set(SIX)
        assert held_by(house.theo, house.mira.me) == set()
        assert family_of(house.theo) == [house.mira.me]
        with reading() as session:
            assert can(session, house.mira, Action.GRANT_GIVE, house.theo)
        assert set(flags().values()) == {None}

    def test_the_sign_up_is_closed_and_opens_nothing(self, house: House) -> None:
        with writing() as session:
            verify = make_link(session, Purpose.VERIFY, account_id=house.new.account_id)
        house.join()
        row = patient(house.new.me)
        assert (row.joined_into_id, row.contact_email) == (house.mira.me, None)
        assert house.account().closed_at is not None
        with reading() as session:
            assert find_session(session, house.cookie) is None
            for subject in (house.new.me, house.theo, house.mira.me):
                assert not any(can(session, house.new, action, subject) for action in Action)
        with writing() as session, pytest.raises(Invalid):
            verify_email(session, house.new, verify, password_ok=True)

    def test_it_is_in_the_trail_of_both_and_the_link_is_used_up(self, house: House) -> None:
        token, another = house.link(), house.link()
        house.join(token)
        with reading() as session:
            found = session.exec(
                select(AuditEntry).where(AuditEntry.action == Action.PROFILE_JOIN)
            ).all()
            assert read_sign_up(session, another, house.mira) is None
        assert {row.subject_id for row in found if "join" in row.detail} == {
            house.new.me,
            house.mira.me,
        }
        for used in (token, another):
            with pytest.raises(Invalid) as caught:
                house.join(used)
            assert caught.value.message == NO_LONGER_WORKS

    def test_two_sign_ups_are_joined_one_after_the_other(self, house: House) -> None:
        second, _cookie = sign_up_as(MIRA.upper())
        with writing() as session:
            token = make_link(session, Purpose.CLAIM, patient_id=second.me, about=MIRA.upper())
        house.join()
        house.join(token)
        assert patient(second.me).joined_into_id == house.mira.me

    def test_who_claims_a_family_member_later_finds_the_owner(self, house: House) -> None:
        house.join()
        with writing() as session:
            token = make_link(session, Purpose.CLAIM, patient_id=house.theo, about=THEO)
        with reading() as session:
            found = read_invitation(session, token, None)
        assert found is not None
        assert found.made_by == "Mira Marlow"


class TestRefusals:
    """Only into the account with that very address, and nothing half-done."""

    def test_anybody_elses_account_is_refused(self, house: House) -> None:
        with writing() as session:
            idris = builders.add_person(session, "Idris", email="idris@family.example")
            late = builders.add_person(session, "Late", verified=False)
        token = house.link()
        assert "the email it was sent to" in house.refused(token, NotAllowed, into=idris)
        house.refused(token, NotAllowed, into=late)
        with reading() as session:
            for actor, opener in (
                (None, Opener.VISITOR),
                (house.staff, Opener.VISITOR),
                (idris, Opener.OTHER),
                (house.new, Opener.SIGN_UP),
                (house.mira, Opener.OWNER),
            ):
                found = read_sign_up(session, token, actor)
                assert found is not None
                assert found.opener is opener
        house.join(token)

    def test_the_sign_up_itself_takes_nothing_over(self, house: House) -> None:
        house.refused(house.link(), NotAllowed, into=house.new)

    def test_another_sign_up_with_the_address_is_refused(self, house: House) -> None:
        second, _cookie = sign_up_as()
        house.refused(house.link(), NotAllowed, into=second)

    def test_a_proof_is_needed(self, house: House) -> None:
        token = house.link()
        with writing() as session:
            actor = signed_in(session, house.mira)
            row = session.get_one(LoginSession, actor.session_id)
            row.proved_at = clock.now() - timedelta(minutes=16)
        with writing() as session, pytest.raises(PasswordNeeded):
            join_profile(session, actor, JoinForm(token=token))
        assert house.account().closed_at is None

    def test_visits_at_the_same_time_are_refused(self, house: House) -> None:
        with writing() as session:
            other = builders.add_practitioner(session, [house.service], name="Dr Noor Haddad")
        house.visit(house.new.me)
        replace(house, practitioner=other).visit(house.mira.me)
        assert "same time" in house.refused(house.link())
        with reading() as session:
            assert find_session(session, house.cookie) is not None

    def test_linked_by_the_clinic_as_family_is_refused(self, house: House) -> None:
        with writing() as session:
            builders.relate(session, house.mira.me, house.new.me)
        with pytest.raises(NotAllowed) as caught:
            house.join()
        assert "linked as family" in caught.value.message
        assert house.account().closed_at is None

    def test_closed_meanwhile_the_link_is_useless(self, house: House) -> None:
        token = house.link()
        with writing() as session:
            account = session.get_one(Account, house.new.account_id)
            account.created_at = clock.now() - timedelta(days=8)
        with writing() as session:
            assert close_unverified(session) == 1
        assert house.refused(token) == NO_LONGER_WORKS

    def test_once_the_address_has_no_other_account_the_sign_up_is_the_one(
        self, house: House
    ) -> None:
        token = house.link()
        with writing() as session:
            session.get_one(Account, house.mira.account_id).email_key = "new@family.example"
        with writing() as session:
            verify = make_link(session, Purpose.VERIFY, account_id=house.new.account_id)
        assert house.refused(token) == NO_LONGER_WORKS
        with writing() as session:
            verify_email(session, house.new, verify, password_ok=True)
        assert house.refused(token) == NO_LONGER_WORKS
        assert house.refused(token, into=house.new) == NO_LONGER_WORKS

    def test_a_profile_with_an_account_is_still_nobodys_to_claim(self, house: House) -> None:
        form = ClaimForm(token=house.link(), password="any")
        with reading() as session, pytest.raises(Invalid):
            check_claim(session, form)
        with writing() as session, pytest.raises(Invalid):
            claim_profile(session, form, password_hash=PASSWORD_HASH, caller=CALLER)
        with reading() as session:
            assert read_invitation(session, form.token, None) is None
        with writing() as session, pytest.raises(Invalid):
            send_by_staff(session, house.staff, house.new.me)

    def test_a_link_to_a_confirmed_profile_of_the_address_opens_nothing(self, house: House) -> None:
        with writing() as session:
            token = make_link(session, Purpose.CLAIM, patient_id=house.mira.me, about=MIRA)
        with reading() as session:
            assert read_sign_up(session, token, house.mira) is None
        house.refused(token)


class TestMails:
    """What the owner of the address reads, and the family of the sign-up."""

    def sent(self, mail: MailServer) -> dict[str, EmailMessage]:
        """Let the worker send; return the one mail that each address got."""
        arrived = send(mail)
        found = {message["To"]: message for message in arrived}
        assert len(found) == len(arrived)
        return found

    def test_the_mail_offers_to_join_and_names_nobody(
        self, house: House, smtp_server: MailServer
    ) -> None:
        found = [m for m in send(smtp_server) if m["Subject"] == "You already have an account"]
        (message,) = found
        words = " ".join(text(message).split())
        assert message["To"] == MIRA
        assert "Strand" not in words
        assert "Nobody else was told" in words
        assert "/verify" not in words
        house.join(link_in(message, "/claim"))

    def test_one_mail_to_the_owner_and_one_to_each_of_the_family(
        self, house: House, smtp_server: MailServer
    ) -> None:
        send(smtp_server)
        join_id = house.join()
        sent = self.sent(smtp_server)
        assert set(sent) == {MIRA, THEO}
        own = " ".join(text(sent[MIRA]).split())
        assert "Nobody got new access." in own
        assert "New: you may do this for them" in own
        assert "Theo Strand: Pay bills, Book visits" in own
        assert "the password of the new sign-up works no more" in own
        told = " ".join(text(sent[THEO]).split())
        assert "Mira had an account already" in told
        assert "New: Mira Marlow may do this for you" in told

        with writing() as session:
            undo_join(session, house.staff, join_id)
        sent = self.sent(smtp_server)
        assert set(sent) == {MIRA, THEO}
        assert "stays closed" in text(sent[MIRA])


def test_the_address_of_a_colleague_is_no_patients(house: House) -> None:
    """Whoever works here signs in at a door of their own; as a patient they are new."""
    with writing() as session:
        staff = builders.add_staff_account(session, house.staff, email="sam@clinic.example")
    new, _cookie = sign_up_as("sam@clinic.example")
    with writing() as session:
        token = make_link(session, Purpose.CLAIM, patient_id=new.me, about="sam@clinic.example")
    with reading() as session:
        assert read_sign_up(session, token, staff) is None
