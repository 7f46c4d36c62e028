"""What is written when a profile is claimed, joined or parted again: the truth, once, to each."""

from dataclasses import dataclass
from email.message import EmailMessage

import pytest
from sqlmodel import select

from portal.account.links import Purpose, peek
from portal.account.not_me import detach
from portal.claim.service import send_again, send_by_staff, undo_join
from portal.db import reading, writing
from portal.family.wording import label
from portal.ids import PatientId
from portal.models import Clinic, MailLink, Patient
from portal.permissions import SIX, Actor, Permission
from portal.sharing.change import give
from tests import builders
from tests.claiming import add_profile, claim, join
from tests.mails import link_in, send, text
from tests.servers.mail import MailServer

P = Permission
IDRIS, ROSA = "idris@family.example", "rosa@family.example"


@dataclass
class Family:
    """Rosa, who added Idris."""

    mail: MailServer
    rosa: Actor
    profile: PatientId

    def sent(self) -> dict[str, EmailMessage]:
        """Let the worker send; return the one mail that each address got."""
        arrived = send(self.mail)
        found = {message["To"]: message for message in arrived}
        assert len(found) == len(arrived)
        return found


@pytest.fixture
def family(database: str, smtp_server: MailServer) -> Family:
    with writing() as session:
        builders.add_clinic(session)
        rosa = builders.add_person(session, "Rosa", email=ROSA)
        profile = add_profile(session, rosa, email=IDRIS)
    return Family(smtp_server, rosa, profile)


def add_idris(email: str = IDRIS) -> Actor:
    with writing() as session:
        return builders.add_person(session, "Idris", "Keller", email=email)


def test_who_is_added_gets_a_link_to_claim_and_one_to_say_not_me(family: Family) -> None:
    with writing() as session:
        give(session, family.rosa, family.profile, {family.rosa.me: [P.BILL_TO_ACCOUNT]})
    (message,) = family.sent().values()
    token = link_in(message, "/claim")
    with reading() as session:
        link = peek(session, Purpose.CLAIM, token)
        assert link is not None
        assert (link.patient_id, link.about) == (family.profile, IDRIS)
        assert token not in session.exec(select(MailLink.token_hash)).all()
    with writing() as session:
        detach(session, link_in(message, "/not-me"))
    with reading() as session:
        assert peek(session, Purpose.CLAIM, token) is None


def test_a_shared_mailbox_gets_no_link(family: Family) -> None:
    with writing() as session:
        session.get_one(Patient, family.profile).contact_email = ROSA.upper()
        give(session, family.rosa, family.profile, {family.rosa.me: [P.BILL_TO_ACCOUNT]})
    (message,) = family.sent().values()
    assert "/claim" not in text(message)


def test_a_link_sent_again_ends_those_before(family: Family) -> None:
    tokens = []
    with writing() as session:
        staff = builders.add_staff(session)
    for by in (family.rosa, staff):
        with writing() as session:
            (send_again if by is family.rosa else send_by_staff)(session, by, family.profile)
        (message,) = family.sent().values()
        assert message["To"] == IDRIS
        assert ("Rosa Marlow asked us" in text(message)) is (by is family.rosa)
        tokens.append(link_in(message, "/claim"))
    with reading() as session:
        assert [bool(peek(session, Purpose.CLAIM, token)) for token in tokens] == [False, True]


def test_two_links_queued_together_leave_one_that_works(family: Family) -> None:
    for _time in range(2):
        with writing() as session:
            send_again(session, family.rosa, family.profile)
    tokens = [link_in(message, "/claim") for message in send(family.mail)]
    with reading() as session:
        works = [token for token in tokens if peek(session, Purpose.CLAIM, token)]
    assert len(tokens) == 2
    assert len(works) == 1


def test_a_link_queued_before_the_profile_was_claimed_is_not_sent(family: Family) -> None:
    with writing() as session:
        send_again(session, family.rosa, family.profile)
    claim(family.profile)
    assert not [m for m in send(family.mail) if "Claim your profile" in text(m)]


def test_who_claims_reads_what_each_may_do_and_the_adder_what_ended(family: Family) -> None:
    claim(family.profile, P.BOOK, P.VIEW_AND_PAY)
    sent = family.sent()
    assert set(sent) == {IDRIS, ROSA}
    own, told = text(sent[IDRIS]), text(sent[ROSA])
    for permission in SIX:
        assert (label(permission) in own) is (permission in {P.BOOK, P.VIEW_AND_PAY})
        assert label(permission) in told
    assert "Rosa’s own visits with your cards" in " ".join(own.split())
    assert "Call 555-0100" in own
    assert "Under My Account, Sharing" in own
    kept, ended = told.split("These have ended")
    assert label(P.BOOK) in kept
    assert label(P.CALENDAR) in ended
    assert "because" not in ended.split("You get this email")[0]


def test_who_keeps_nothing_reads_that(family: Family) -> None:
    claim(family.profile)
    assert "Nobody can do anything for you." in text(family.sent()[IDRIS])


def test_a_clinic_that_changes_sharing_itself_says_so(family: Family) -> None:
    with writing() as session:
        session.get_one(Clinic, "clinic").patients_manage_sharing = False
    claim(family.profile, P.BOOK)
    own = text(family.sent()[IDRIS])
    assert "Call us, and we change it at once." in own
    assert "Under My Account, Sharing" not in own


def test_who_joins_reads_what_is_new_and_nothing_else(family: Family) -> None:
    idris = add_idris("keller@family.example")
    with writing() as session:
        relationship = builders.relate(session, idris.me, family.rosa.me)
        builders.give(session, relationship, idris.me, family.rosa.me, P.CALENDAR)
    join(family.profile, idris, P.BOOK, P.CALENDAR)
    sent = family.sent()
    assert set(sent) == {"keller@family.example", ROSA}
    own, told = text(sent["keller@family.example"]), text(sent[ROSA])
    assert "New: Rosa Marlow may do this for you" in own
    assert label(P.BOOK) in own
    assert label(P.CALENDAR) not in own
    assert "within 30 days" in own
    assert label(P.INTAKE) in told.split("These have ended")[1]


def test_who_is_reached_by_the_person_from_now_on_is_told(family: Family) -> None:
    with writing() as session:
        give(session, family.rosa, family.rosa.me, {family.profile: [P.BILL_TO_ACCOUNT]})
    send(family.mail)
    join(family.profile, add_idris())
    told = text(family.sent()[ROSA])
    assert "New: Idris Keller may do this for you" in told
    assert label(P.BILL_TO_ACCOUNT) in told


def test_parting_is_told_to_both_with_what_ended_and_what_is_there_again(family: Family) -> None:
    idris = add_idris()
    join_id = join(family.profile, idris, P.BOOK)
    send(family.mail)
    with writing() as session:
        undo_join(session, builders.add_staff(session), join_id)
    sent = family.sent()
    assert set(sent) == {IDRIS, ROSA}
    own, told = text(sent[IDRIS]), text(sent[ROSA])
    assert "Rosa Marlow: Book visits" in " ".join(own.split())
    assert "Allowed again for the profile of Idris" in own
    again, ended = told.split("You can no longer do this for Idris’s account")
    assert all(label(permission) in again for permission in SIX)
    assert label(P.BOOK) in ended


def test_parting_tells_the_profiles_own_address_where_it_is_another(family: Family) -> None:
    idris = add_idris("keller@family.example")
    join_id = join(family.profile, idris, P.BOOK)
    send(family.mail)
    with writing() as session:
        undo_join(session, builders.add_staff(session), join_id)
    sent = family.sent()
    assert set(sent) == {IDRIS, "keller@family.example", ROSA}
    assert "Allowed again" not in text(sent["keller@family.example"])
    link_in(sent[IDRIS], "/claim")


def test_nothing_of_it_is_in_a_subject(family: Family) -> None:
    idris = add_idris()
    join_id = join(family.profile, idris, *SIX)
    with writing() as session:
        undo_join(session, builders.add_staff(session), join_id)
        send_by_staff(session, builders.add_staff(session), family.profile)
    subjects = " ".join(message["Subject"] for message in send(family.mail))
    for word in ("Rosa", "Idris", "book", "pay", "intake"):
        assert word not in subjects
