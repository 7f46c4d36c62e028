"""Joining a managed profile to the account its person has, and parting the two again."""

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlmodel import col, select

from portal import clock
from portal.account.fresh import PasswordNeeded
from portal.account.links import NO_LONGER_WORKS, Purpose, peek
from portal.booking.book import book_visit
from portal.claim.rules import CHANGED
from portal.claim.service import JoinForm, join_profile, send_by_staff
from portal.db import reading, writing
from portal.errors import Invalid, NotAllowed, NotFound, PortalError
from portal.family.add import NewFamily, NewMember, add_family_members
from portal.family.service import list_members
from portal.ids import new_id
from portal.models import (
    Ask,
    AuditEntry,
    Block,
    LoginSession,
    Patient,
    RelationshipSide,
)
from portal.outbox.kinds import Kind
from portal.permissions import SIX, Action, can, who_can
from portal.sharing.block import block
from portal.sharing.change import give
from portal.visits.cancel import cancel_visit
from tests import builders
from tests.claiming import (
    add_profile,
    answers,
    claim,
    family_of,
    held_by,
    join,
    link_to,
    patient,
    signed_in,
    the_join,
)
from tests.joining import Family, P, kinds, refused, undo, units, visits
from tests.outbox import rows


@pytest.fixture
def family(database: str) -> Family:
    with writing() as session:
        builders.add_clinic(session)
        service = builders.add_service(session)
        practitioner = builders.add_practitioner(session, [service])
        rosa = builders.add_person(session, "Rosa", email="rosa@family.example")
        idris = builders.add_person(session, "Idris", email="idris@family.example")
        staff = builders.add_staff(session)
        profile = add_profile(session, rosa)
        give(session, rosa, rosa.me, {profile: [P.BILL_TO_ACCOUNT]})
    return Family(rosa, profile, idris, staff, practitioner, service)


class TestJoin:
    """Two profiles become one."""

    def test_visits_go_over_and_only_what_was_accepted_is_given(self, family: Family) -> None:
        one, gone = family.visit(family.profile), family.visit(family.profile, 11)
        with writing() as session:
            cancel_visit(session, family.rosa, gone)
        mine = family.visit(family.idris.me, 13)
        taken = {unit for _visit, unit in units(family.profile)}
        join(family.profile, family.idris, P.BOOK, P.VIEW_AND_PAY)

        assert visits(family.idris.me) == {one, gone, mine}
        assert visits(family.profile) == set()
        assert {unit for visit, unit in units(family.idris.me) if visit == one} == taken
        assert units(family.profile) == set()
        assert held_by(family.rosa.me, family.idris.me) == {P.BOOK, P.VIEW_AND_PAY}
        assert held_by(family.idris.me, family.rosa.me) == {P.BILL_TO_ACCOUNT}
        assert held_by(family.rosa.me, family.profile) == set()
        assert held_by(family.profile, family.rosa.me) == set()

    def test_the_profile_is_nowhere_any_more(self, family: Family) -> None:
        join(family.profile, family.idris, *SIX)
        row = patient(family.profile)
        assert (row.manager_id, row.contact_email) == (None, None)
        assert row.joined_into_id == family.idris.me
        assert family_of(family.rosa.me) == [family.idris.me]
        with reading() as session:
            assert [m.id for m in list_members(session, family.rosa)] == [family.idris.me]
            assert not any(can(session, family.rosa, a, family.profile) for a in Action)
            for action in (Action.VISIT_READ, Action.BOOKING_MAIL_COPY):
                assert who_can(session, action, family.profile) == []

    def test_labels_go_over_and_colours_stay_apart(self, family: Family) -> None:
        with writing() as session:
            mina = builders.add_person(session, "Mina")
            builders.relate(session, family.idris.me, mina.me, colour=2)
        join(family.profile, family.idris, P.BOOK)
        with reading() as session:
            sides = session.exec(
                select(RelationshipSide).where(col(RelationshipSide.ended_at).is_(None))
            ).all()
        rosas = next(s for s in sides if s.patient_id == family.rosa.me)
        assert (rosas.member_id, rosas.label, rosas.colour) == (family.idris.me, "partner", 2)
        mine = {s.member_id: s.colour for s in sides if s.patient_id == family.idris.me}
        assert len(set(mine.values())) == len(mine) == 2

    def test_one_mail_to_the_person_and_one_to_each_relative(self, family: Family) -> None:
        join(family.profile, family.idris, P.BOOK)
        assert kinds() == [Kind.JOINED, Kind.JOINED_TOLD]
        told = next(row for row in rows() if row.kind == Kind.JOINED_TOLD)
        assert told.payload["told_id"] == family.rosa.me

    def test_it_is_in_the_trail_of_both(self, family: Family) -> None:
        join(family.profile, family.idris)
        with reading() as session:
            found = session.exec(
                select(AuditEntry).where(AuditEntry.action == Action.PROFILE_JOIN)
            ).all()
        subjects = {row.subject_id for row in found if "join" in row.detail}
        assert subjects == {family.profile, family.idris.me}
        assert {row.actor for row in found} == {family.idris.name}

    def test_who_are_related_already_keep_what_they_have(self, family: Family) -> None:
        """A adds B, who has an account and added A: in the end there is one relationship."""
        with writing() as session:
            relationship = builders.relate(session, family.idris.me, family.rosa.me, colour=5)
            builders.give(session, relationship, family.idris.me, family.rosa.me, P.CALENDAR)
            builders.give(session, relationship, family.rosa.me, family.idris.me, P.BOOK)
        join_id = join(family.profile, family.idris, P.BOOK, P.CALENDAR)
        assert family_of(family.idris.me) == [family.rosa.me]
        assert held_by(family.rosa.me, family.idris.me) == {P.BOOK, P.CALENDAR}
        assert held_by(family.idris.me, family.rosa.me) == {P.BOOK, P.BILL_TO_ACCOUNT}
        (bond,) = the_join(join_id).moved["bonds"]
        assert bond["opened"] == [P.BOOK]  # the mail tells what is new, and nothing else

    def test_two_who_added_each_other_both_join(self, family: Family) -> None:
        with writing() as session:
            rosas = add_profile(session, family.idris, "Rosa", email="rosa@family.example")
        join(family.profile, family.idris, P.BOOK)
        join(rosas, family.rosa, P.CALENDAR)
        assert family_of(family.idris.me) == [family.rosa.me]
        assert family_of(family.rosa.me) == [family.idris.me]
        assert held_by(family.rosa.me, family.idris.me) == {P.BOOK}
        # What Rosa's profile had from Idris's side: nothing; what he accepted is his to keep.
        assert held_by(family.idris.me, family.rosa.me) == {P.BILL_TO_ACCOUNT, P.CALENDAR}

    def test_people_in_a_circle_reach_nobody_they_were_not_given(self, family: Family) -> None:
        with writing() as session:
            anton = builders.add_person(session, "Anton", email="anton@family.example")
            second = add_profile(session, family.idris, "Anton", email="anton@family.example")
            third = add_profile(session, anton, "Rosa", email="rosa@family.example")
        join(family.profile, family.idris, P.BOOK)
        join(second, anton, P.BOOK)
        join(third, family.rosa, P.BOOK)
        for holder, owner in (
            (family.rosa, family.idris),
            (family.idris, anton),
            (anton, family.rosa),
        ):
            assert held_by(holder.me, owner.me) == {P.BOOK}
            with reading() as session:
                assert not can(session, owner, Action.VISIT_READ, holder.me)

    def test_the_same_person_added_twice_joins_both(self, family: Family) -> None:
        with writing() as session:
            again = add_profile(session, family.rosa)
        join(family.profile, family.idris, P.BOOK)
        # Now Rosa is in his own family, but the second profile still is no relation of his.
        join(again, family.idris, P.CALENDAR)
        assert family_of(family.rosa.me) == [family.idris.me]
        assert held_by(family.rosa.me, family.idris.me) == {P.BOOK, P.CALENDAR}

    def test_what_the_profile_was_asked_for_ends(self, family: Family) -> None:
        with writing() as session:
            mina = builders.add_person(session, "Mina")
            relationship = builders.relate(session, mina.me, family.profile)
            ask = Ask(
                id=new_id(),
                request_id=new_id(),
                relationship_id=relationship,
                owner_id=family.profile,
                holder_id=mina.me,
                permission=P.BOOK,
                asked_at=clock.now(),
                expires_at=clock.now() + timedelta(days=14),
            )
            session.add(ask)
        join(family.profile, family.idris)
        with reading() as session:
            assert session.get_one(Ask, ask.id).answered_at is not None

    def test_who_blocked_the_profile_has_blocked_the_person(self, family: Family) -> None:
        with writing() as session:
            block(session, family.rosa, family.profile)
        join(family.profile, family.idris, P.BOOK)
        with reading() as session:
            assert session.get(Block, (family.rosa.me, family.idris.me))
        assert held_by(family.idris.me, family.rosa.me) == set()
        assert held_by(family.rosa.me, family.idris.me) == {P.BOOK}

    def test_who_blocked_the_person_gives_them_nothing_by_it(self, family: Family) -> None:
        with writing() as session:
            session.add(
                Block(patient_id=family.rosa.me, blocked_id=family.idris.me, at=clock.now())
            )
        join(family.profile, family.idris)
        assert held_by(family.idris.me, family.rosa.me) == set()

    def test_after_it_nobody_books_for_the_profile(self, family: Family) -> None:
        join(family.profile, family.idris, P.BOOK)
        for actor in (family.rosa, family.idris):
            with writing() as session, pytest.raises(NotFound):
                book_visit(
                    session,
                    actor,
                    family.profile,
                    family.service,
                    family.practitioner,
                    builders.local(builders.in_days(4), 9),
                    new_id(),
                )


class TestRefusals:
    """Nothing half-done."""

    def test_a_relative_is_refused_whatever_they_answer(self, family: Family) -> None:
        with writing() as session:
            builders.relate(session, family.idris.me, family.profile)
        form = JoinForm(token=link_to(family.profile), answers=answers(family.profile))
        said = refused(family, form, NotAllowed)
        assert "in your own family" in said.message
        with reading() as session:
            assert peek(session, Purpose.CLAIM, form.token) is not None

    def test_the_adder_cannot_join_the_profile(self, family: Family) -> None:
        form = JoinForm(token=link_to(family.profile), answers=answers(family.profile))
        with writing() as session, pytest.raises(NotAllowed):
            join_profile(session, signed_in(session, family.rosa), form)

    def test_an_unconfirmed_account_is_refused(self, family: Family) -> None:
        with writing() as session:
            late = builders.add_person(session, "Late", verified=False)
        form = JoinForm(token=link_to(family.profile), answers=answers(family.profile))
        with writing() as session, pytest.raises(NotAllowed):
            join_profile(session, signed_in(session, late), form)
        assert patient(family.profile).joined_into_id is None

    def test_staff_do_not_join(self, family: Family) -> None:
        form = JoinForm(token=link_to(family.profile), answers=answers(family.profile))
        with writing() as session, pytest.raises((PortalError, TypeError)):
            join_profile(session, family.staff, form)

    def test_a_proof_is_needed(self, family: Family) -> None:
        form = JoinForm(token=link_to(family.profile), answers=answers(family.profile))
        with writing() as session:
            actor = signed_in(session, family.idris)
            old = clock.now() - timedelta(minutes=16)
            row = col(LoginSession.id) == actor.session_id
            session.exec(update(LoginSession).where(row).values(proved_at=old))
        with writing() as session, pytest.raises(PasswordNeeded):
            join_profile(session, actor, form)
        assert patient(family.profile).joined_into_id is None

    def test_visits_at_the_same_time_are_refused_with_the_day(self, family: Family) -> None:
        with writing() as session:
            other = builders.add_practitioner(session, [family.service], name="Dr Noor Haddad")
            at = builders.local(builders.in_days(3), 9, 15)
            mine = builders.add_visit(session, family.idris.me, other, family.service, at)
        family.visit(family.profile)
        form = JoinForm(token=link_to(family.profile), answers=answers(family.profile))
        said = refused(family, form)
        assert "at the same time on" in said.message
        with writing() as session:
            cancel_visit(session, family.idris, mine)
        with writing() as session:
            join_profile(session, signed_in(session, family.idris), form)

    def test_visits_at_one_time_in_the_past_are_no_hindrance(self, family: Family) -> None:
        with writing() as session:
            other = builders.add_practitioner(session, [family.service], name="Dr Noor Haddad")
            at = builders.local(builders.in_days(-3), 9)
            builders.add_visit(session, family.idris.me, other, family.service, at)
        old = family.visit(family.profile, days=-3)
        join_id = join(family.profile, family.idris)
        assert old in visits(family.idris.me)
        undo(family, join_id)
        assert visits(family.profile) == {old}

    @pytest.mark.parametrize("how", ["unknown", "used", "claimed", "removed", "sent anew"])
    def test_a_link_that_works_no_more_says_the_same(self, family: Family, how: str) -> None:
        token = link_to(family.profile)
        given = answers(family.profile)
        if how == "unknown":
            token = "x" * 43
        elif how == "used":
            join(family.profile, family.idris, token=token)
        elif how == "claimed":
            with writing() as session:
                session.get_one(Patient, family.profile).contact_email = "new@family.example"
            claim(family.profile)
        elif how == "sent anew":
            with writing() as session:
                send_by_staff(session, family.staff, family.profile)
        else:
            with writing() as session:
                session.get_one(Patient, family.profile).contact_email = None
        said = refused(family, JoinForm(token=token, answers=given))
        assert said.message == NO_LONGER_WORKS

    def test_what_was_not_asked_is_asked_first(self, family: Family) -> None:
        form = JoinForm(token=link_to(family.profile), answers={})
        said = refused(family, form)
        assert isinstance(said, Invalid)
        assert said.errors == {"": CHANGED}

    def test_nothing_is_kept_for_somebody_blocked(self, family: Family) -> None:
        with writing() as session:
            session.add(
                Block(patient_id=family.idris.me, blocked_id=family.rosa.me, at=clock.now())
            )
        form = JoinForm(token=link_to(family.profile), answers=answers(family.profile, P.BOOK))
        said = refused(family, form)
        assert isinstance(said, Invalid)
        assert list(said.errors) == [f"answers.{family.rosa.me}.book"]
        join(family.profile, family.idris)
        assert held_by(family.rosa.me, family.idris.me) == set()


def test_the_one_who_was_managed_by_the_profile_is_managed_by_the_person(family: Family) -> None:
    """Staff can name a guardian who has no account yet."""
    with writing() as session:
        child = builders.add_patient(session, "Theo", manager_id=family.profile)
        relationship = builders.relate(session, family.profile, child)
        builders.give(session, relationship, child, family.profile, P.BOOK)
    join_id = join(family.profile, family.idris)
    assert patient(child).manager_id == family.idris.me
    assert held_by(family.idris.me, child) == {P.BOOK}
    undo(family, join_id)
    assert patient(child).manager_id == family.profile
    assert held_by(family.profile, child) == {P.BOOK}


def test_adding_oneself_leads_nowhere(family: Family) -> None:
    member = NewMember(
        relationship="partner", first_name="Rosa", last_name="Marlow", email="rosa@family.example"
    )
    with writing() as session:
        (own,) = add_family_members(session, family.rosa, NewFamily(members=[member]))
    form = JoinForm(token=link_to(own), answers=answers(own))
    with writing() as session, pytest.raises(NotAllowed):
        join_profile(session, signed_in(session, family.rosa), form)
    assert patient(own).joined_into_id is None
