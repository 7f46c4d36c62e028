"""Claiming a managed profile with an account of one's own."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlmodel import col, select

from portal import clock
from portal.account.links import NO_LONGER_WORKS, Purpose, make_link, peek
from portal.account.not_me import FLAG, detach
from portal.claim.invitation import Reader, read_invitation
from portal.claim.rules import CHANGED
from portal.claim.service import (
    HAS_ACCOUNT,
    ClaimForm,
    check_claim,
    claim_profile,
    find_same_claim,
    send_again,
    send_by_staff,
)
from portal.db import reading, writing
from portal.errors import Invalid, NotAllowed, NotFound, TooMany
from portal.ids import PatientId, new_id
from portal.models import Account, AuditEntry, LoginSession, Patient
from portal.outbox.kinds import Kind
from portal.permissions import SIX, Action, Actor, Permission, StaffRole, can
from portal.sharing.change import give
from portal.sharing.relate import remove
from tests import builders
from tests.claiming import (
    CALLER,
    PASSWORD_HASH,
    add_profile,
    answers,
    claim,
    family_of,
    held_by,
    link_to,
    patient,
)
from tests.outbox import rows

BOOK, PAY, CALENDAR = Permission.BOOK, Permission.VIEW_AND_PAY, Permission.CALENDAR


@dataclass
class Family:
    """Rosa, and Idris whose profile she added; she lets him use her cards."""

    rosa: Actor
    idris: PatientId


@pytest.fixture
def family(database: str) -> Family:
    with writing() as session:
        builders.add_clinic(session)
        rosa = builders.add_person(session, "Rosa", email="rosa@family.example")
        idris = add_profile(session, rosa)
        give(session, rosa, rosa.me, {idris: [Permission.BILL_TO_ACCOUNT]})
    return Family(rosa, idris)


def kinds() -> list[str]:
    return sorted(row.kind for row in rows() if row.kind != Kind.ACCESS_GAINED)


def refused(form: ClaimForm) -> dict[str, str]:
    with pytest.raises(Invalid) as error, writing() as session:
        claim_profile(session, form, password_hash=PASSWORD_HASH, caller=CALLER)
    return error.value.errors


def test_what_is_kept_goes_on_and_what_is_dropped_ends(family: Family) -> None:
    idris = claim(family.idris, BOOK, PAY)
    assert held_by(family.rosa.me, idris.me) == {BOOK, PAY}
    assert held_by(idris.me, family.rosa.me) == {Permission.BILL_TO_ACCOUNT}
    with reading() as session:
        account = session.exec(select(Account).where(Account.patient_id == idris.me)).one()
        assert account.email == "idris@family.example"
        assert account.verified_at is not None
        assert session.exec(select(LoginSession).where(LoginSession.account_id == account.id)).one()
        assert can(session, idris, Action.GRANT_GIVE, idris.me)
        assert not can(session, family.rosa, Action.GRANT_GIVE, idris.me)
        assert can(session, family.rosa, Action.CARD_CHARGE, idris.me)
        assert can(session, idris, Action.CARD_CHARGE, family.rosa.me)
        trail = session.exec(select(AuditEntry.action).where(AuditEntry.subject_id == idris.me))
        assert "profile.claim" in trail.all()
    assert patient(idris.me).manager_id is None


def test_one_mail_to_the_new_owner_and_one_to_each_relative(family: Family) -> None:
    with writing() as session:
        other = builders.add_person(session, "Anton")
        builders.give(
            session, builders.relate(session, other.me, family.idris), family.idris, other.me, BOOK
        )
    claim(family.idris, BOOK)
    assert kinds() == [Kind.CLAIMED, Kind.CLAIMED_TOLD, Kind.CLAIMED_TOLD]


def test_dropping_everything_leaves_the_relationship(family: Family) -> None:
    idris = claim(family.idris)
    assert held_by(family.rosa.me, idris.me) == set()
    assert family_of(idris.me) == [family.rosa.me]


def test_a_profile_whose_adder_is_gone_is_claimed_all_the_same(family: Family) -> None:
    with writing() as session:
        remove(session, family.rosa, family.idris, quiet=True)
    idris = claim(family.idris)
    assert family_of(idris.me) == []


def test_every_question_has_to_be_answered(family: Family) -> None:
    token, given = link_to(family.idris), answers(family.idris, BOOK)
    given[family.rosa.me][CALENDAR] = ""
    given[family.rosa.me][PAY] = "maybe"
    errors = refused(ClaimForm(token=token, password="x", answers=given))
    assert set(errors) == {f"answers.{family.rosa.me}.{p}" for p in (CALENDAR, PAY)}
    assert patient(family.idris).manager_id == family.rosa.me
    with reading() as session:
        assert peek(session, Purpose.CLAIM, token) is not None


def test_what_came_between_opening_and_pressing_is_asked_first(family: Family) -> None:
    token, given = link_to(family.idris), answers(family.idris, *SIX)
    with writing() as session:
        other = builders.add_person(session, "Anton")
        relationship = builders.relate(session, other.me, family.idris)
        builders.give(session, relationship, family.idris, other.me, BOOK)
    form = ClaimForm(token=token, password="x", answers=given)
    assert refused(form) == {"": CHANGED}
    with reading() as session:
        assert check_claim(session, form)[1] == {"": CHANGED}


def test_what_went_between_opening_and_pressing_is_not_needed(family: Family) -> None:
    token, given = link_to(family.idris), answers(family.idris, *SIX)
    with writing() as session:
        remove(session, family.rosa, family.idris, quiet=True)
    with writing() as session:
        form = ClaimForm(token=token, password="x", answers=given)
        claim_profile(session, form, password_hash=PASSWORD_HASH, caller=CALLER)
    assert held_by(family.rosa.me, family.idris) == set()


def test_a_forged_holder_or_permission_gives_nothing(family: Family) -> None:
    with writing() as session:
        stranger = builders.add_person(session, "Mallory")
    token, given = link_to(family.idris), answers(family.idris, BOOK)
    given[stranger.me] = dict.fromkeys(SIX, "keep")
    given[family.rosa.me][Permission.BILL_TO_ACCOUNT] = "keep"
    with writing() as session:
        form = ClaimForm(token=token, password="x", answers=given)
        claim_profile(session, form, password_hash=PASSWORD_HASH, caller=CALLER)
    assert held_by(stranger.me, family.idris) == set()
    assert held_by(family.rosa.me, family.idris) == {BOOK}


@pytest.mark.parametrize("how", ["unknown", "used", "expired", "sent anew", "not me", "moved"])
def test_a_link_that_works_no_more_says_the_same_whatever_it_was(
    family: Family, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = link_to(family.idris)
    given = answers(family.idris)
    if how == "unknown":
        token = "x" * 43
    elif how == "used":
        claim(family.idris, token=token)
    elif how == "sent anew":
        with writing() as session:
            send_again(session, family.rosa, family.idris)
    elif how == "not me":
        with writing() as session:
            not_me = make_link(session, Purpose.NOT_ME, patient_id=family.idris)
            detach(session, not_me)
    elif how == "moved":
        with writing() as session:
            session.get_one(Patient, family.idris).contact_email = "x@y.example"
    else:
        late = clock.now() + timedelta(days=14, minutes=1)
        monkeypatch.setattr(clock, "now", lambda: late)
    assert refused(ClaimForm(token=token, password="x", answers=given)) == {"": NO_LONGER_WORKS}
    with reading() as session:
        assert read_invitation(session, token, None) is None


def test_a_known_address_gets_no_second_account(family: Family) -> None:
    with writing() as session:
        builders.add_person(session, "Idris", email="idris@family.example")
    form = ClaimForm(token=link_to(family.idris), password="x", answers=answers(family.idris))
    assert refused(form) == {"": HAS_ACCOUNT}
    with reading() as session:
        found = read_invitation(session, form.token, None)
        assert found is not None
        assert found.email_has_account
        with pytest.raises(Invalid):
            check_claim(session, form)


def test_an_unconfirmed_account_with_the_address_is_no_hindrance(family: Family) -> None:
    with writing() as session:
        builders.add_person(session, "Idris", email="idris@family.example", verified=False)
    assert claim(family.idris, BOOK).me == family.idris


def test_an_answer_lost_on_the_way_is_given_again(family: Family) -> None:
    form = ClaimForm(
        token=link_to(family.idris),
        password="x",
        answers=answers(family.idris, BOOK),
        request_key="a" * 32,
    )
    with writing() as session:
        assert find_same_claim(session, form) is None
        claim_profile(session, form, password_hash=PASSWORD_HASH, caller=CALLER)
        account = find_same_claim(session, form)
        assert account is not None
        assert account.patient_id == family.idris
        other = form.model_copy(update={"answers": {}})
        assert find_same_claim(session, other) is None


def test_the_page_names_who_added_the_profile_and_what_each_may_do(family: Family) -> None:
    token = link_to(family.idris)
    with reading() as session:
        found = read_invitation(session, token, None)
    assert found is not None
    assert (found.name, found.email) == ("Idris Marlow", "idris@family.example")
    assert (found.made_by, found.made_by_first, found.relation) == (
        "Rosa Marlow",
        "Rosa",
        "partner",
    )
    assert found.reader is Reader.VISITOR
    (holder,) = found.holders
    assert (holder.id, holder.permissions) == (family.rosa.me, SIX)


def test_the_page_knows_who_has_opened_it(family: Family) -> None:
    token = link_to(family.idris)
    with writing() as session:
        anton = builders.add_person(session, "Anton")
        late = builders.add_person(session, "Late", verified=False)
        relative = builders.add_person(session, "Mina")
        builders.relate(session, relative.me, family.idris)
    with reading() as session:
        readers = {
            actor: found.reader
            for actor in (family.rosa, relative, anton, late)
            if (found := read_invitation(session, token, actor))
        }
    assert list(readers.values()) == [
        *(Reader.RELATED, Reader.RELATED, Reader.OTHER, Reader.UNCONFIRMED)
    ]


def test_a_link_is_sent_three_times_a_day_and_no_more(
    family: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _time in range(3):
        with writing() as session:
            send_again(session, family.rosa, family.idris)
    with writing() as session, pytest.raises(TooMany):
        send_again(session, family.rosa, family.idris)
    with writing() as session:
        staff = builders.add_staff(session)
    with writing() as session, pytest.raises(TooMany):
        send_by_staff(session, staff, family.idris)
    late = clock.now() + timedelta(hours=25)
    monkeypatch.setattr(clock, "now", lambda: late)
    with writing() as session:
        send_by_staff(session, staff, family.idris)
    assert kinds() == [Kind.CLAIM_LINK] * 4


def test_nobody_but_who_manages_the_profile_and_staff_sends_its_link(family: Family) -> None:
    with writing() as session:
        relative = builders.add_person(session, "Mina")
        builders.relate(session, relative.me, family.idris)
        stranger = builders.add_person(session, "Mallory")
        doctor = builders.add_staff(session, StaffRole.PRACTITIONER)
    for send, actor, error in (
        (send_again, relative, NotAllowed),
        (send_again, stranger, NotFound),
        (send_by_staff, doctor, NotFound),
        (send_by_staff, family.rosa, NotFound),
    ):
        with writing() as session, pytest.raises(error):
            send(session, actor, family.idris)
    assert kinds() == []


def test_staff_send_a_link_where_the_adder_is_gone(family: Family) -> None:
    with writing() as session:
        staff = builders.add_staff(session)
        remove(session, family.rosa, family.idris, quiet=True)
        send_by_staff(session, staff, family.idris)
    with writing() as session, pytest.raises(NotFound):
        send_again(session, family.rosa, family.idris)


def test_a_link_is_not_sent_to_oneself_nor_to_nobody(family: Family) -> None:
    for address in ("ROSA@family.example", None):
        with writing() as session:
            session.get_one(Patient, family.idris).contact_email = address
        with writing() as session, pytest.raises(Invalid):
            send_again(session, family.rosa, family.idris)
    idris = _claimed(family)
    with writing() as session:
        staff = builders.add_staff(session)
    with writing() as session, pytest.raises(Invalid):
        send_by_staff(session, staff, idris)


def _claimed(family: Family) -> str:
    with writing() as session:
        profile = session.get_one(Patient, family.idris)
        profile.contact_email = "idris@family.example"
    return claim(family.idris).me


def test_not_me_works_with_the_claim_link_too_and_shows_to_staff(family: Family) -> None:
    token, other = link_to(family.idris), link_to(family.idris)
    with writing() as session:
        detach(session, token)
    row = patient(family.idris)
    assert (row.contact_email, row.flag) == (None, FLAG)
    with reading() as session:
        assert peek(session, Purpose.CLAIM, other) is None
    assert kinds() == [Kind.NOT_ME_SAID]


def test_once_claimed_nobody_says_not_me(family: Family) -> None:
    with writing() as session:
        not_me = make_link(session, Purpose.NOT_ME, patient_id=family.idris)
    claim(family.idris)
    with writing() as session, pytest.raises(Invalid):
        detach(session, not_me)
    assert patient(family.idris).contact_email


def test_the_same_person_added_twice_claims_one_and_is_told_of_the_other(family: Family) -> None:
    with writing() as session:
        anton = builders.add_person(session, "Anton")
        second = add_profile(session, anton)
    claim(family.idris, BOOK)
    form = ClaimForm(token=link_to(second), password="x", answers=answers(second))
    assert refused(form) == {"": HAS_ACCOUNT}


def test_unknown_fields_and_long_answers_are_refused() -> None:
    for wrong in (
        {"owner_id": "x"},
        {"answers": {new_id(): {"book": "keep"} for _n in range(101)}},
        {"answers": {"x": {str(n): "keep" for n in range(21)}}},
        {"token": "x" * 201},
    ):
        with pytest.raises(ValueError, match="validation error"):
            ClaimForm.model_validate({"password": "x", **wrong})


def test_the_trail_says_who_dropped_what(family: Family) -> None:
    idris = claim(family.idris, BOOK)
    with reading() as session:
        ended = session.exec(
            select(AuditEntry).where(
                AuditEntry.action == Action.GRANT_WITHDRAW, col(AuditEntry.subject_id) == idris.me
            )
        ).all()
    assert {row.actor for row in ended} == {idris.name}
    assert {row.detail["permission"] for row in ended} == set(SIX) - {BOOK}
