"""The Sharing page's list and switches, and linking two people: who sees and changes what."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from portal import audit, clock
from portal.account.fresh import FRESH, PasswordNeeded
from portal.errors import Invalid, NotAllowed, NotFound
from portal.family.labels import Label
from portal.models import Account, Clinic, Patient, RelationshipSide
from portal.outbox.kinds import Kind
from portal.permissions import SIX, Action, Actor, Permission, StaffRole
from portal.sharing import block, change, relate, service
from portal.sharing.relate import Side
from portal.sharing.removal import about_removal
from tests.permissions.family import Family
from tests.permissions.world import NOW, World

BOOK, PAY, INTAKE = Permission.BOOK, Permission.VIEW_AND_PAY, Permission.INTAKE


def listed(family: Family, actor: Actor, owner_id: str) -> dict[str, service.HolderRow]:
    with family.writing() as session:
        return {row.id: row for row in service.people_who_act(session, actor, owner_id)}


def grants(row: service.HolderRow) -> dict[Permission, service.GrantRow]:
    return {grant.permission: grant for grant in row.grants if grant.on}


def stale(family: Family, actor: Actor) -> Actor:
    with family.writing() as session:
        return World(session).sign_in(actor, proved_at=clock.now() - FRESH)


def desk_of(family: Family, role: StaffRole = StaffRole.FRONT_DESK) -> Actor:
    with family.writing() as session:
        return World(session).staff(role)


class TestTheList:
    """Who is listed, with what, since when."""

    def test_it_names_everybody_related_with_exactly_what_they_hold(self, family: Family) -> None:
        family.do(change.give, family.bob, family.bob.me, {family.ann.me: [BOOK, PAY]})
        rows = listed(family, family.bob, family.bob.me)
        assert set(rows) == {family.ann.me, family.cy.me}
        assert set(grants(rows[family.ann.me])) == {BOOK, PAY}
        assert not rows[family.cy.me].can_act
        # The other direction is not the owner's to see.
        assert not listed(family, family.ann, family.ann.me)[family.bob.me].can_act

    def test_it_says_since_when_and_by_whom(self, family: Family) -> None:
        desk = desk_of(family)
        family.do(change.give, family.ann, family.ann.me, {family.bob.me: [BOOK]})
        family.do(change.give, desk, family.ann.me, {family.bob.me: [PAY]})
        held = grants(listed(family, family.ann, family.ann.me)[family.bob.me])
        assert (held[BOOK].given_by, held[PAY].given_by) == ("you", "Dr A at our clinic")
        since = held[BOOK].since
        assert since is not None
        assert clock.now() - since < timedelta(minutes=1)

    def test_it_says_when_each_was_last_used_and_for_what(self, family: Family) -> None:
        family.do(change.give, family.ann, family.ann.me, {family.bob.me: [BOOK, PAY]})
        with family.writing() as session:
            audit.record(session, family.bob, Action.VISIT_BOOK, family.ann.me)
            audit.record(session, family.bob, Action.VISIT_CANCEL, family.ann.me, allowed=False)
            audit.record(session, family.cy, Action.VISIT_BOOK, family.ann.me)
        held = grants(listed(family, family.ann, family.ann.me)[family.bob.me])
        assert (held[BOOK].used_for, held[PAY].used_at) == (Action.VISIT_BOOK, None)

    def test_what_was_used_before_it_was_given_anew_is_not_a_use_of_it(
        self, family: Family
    ) -> None:
        with family.writing() as session:
            audit.record(session, family.bob, Action.VISIT_BOOK, family.ann.me)
        family.do(change.give, family.ann, family.ann.me, {family.bob.me: [BOOK]})
        held = grants(listed(family, family.ann, family.ann.me)[family.bob.me])
        assert held[BOOK].used_at is None

    @pytest.mark.parametrize("who", ["bob", "cy", "stranger"])
    def test_nobody_else_reads_it(self, family: Family, who: str) -> None:
        family.refused(
            (NotFound, NotAllowed),
            service.people_who_act,
            getattr(family, who),
            family.ann.me,
        )

    def test_the_manager_reads_it_for_a_managed_profile(self, family: Family) -> None:
        with family.writing() as session:
            world = World(session)
            child = world.patient(manager=family.ann.me)
            inside = world.relate(family.ann.me, child)
            world.give(child, family.ann.me, *SIX, inside=inside)
        assert set(grants(listed(family, family.ann, child)[family.ann.me])) == set(SIX)


class TestTheSwitches:
    """Turning one thing on or off."""

    def test_on_takes_a_fresh_proof_and_off_is_at_once(self, family: Family) -> None:
        ann, bob = family.ann, family.bob
        old = stale(family, ann)
        family.refused(PasswordNeeded, service.switch_on, old, ann.me, bob.me, BOOK)
        family.do(service.switch_on, ann, ann.me, bob.me, BOOK)
        assert family.live() == {(ann.me, bob.me, BOOK)}
        family.do(service.switch_off, old, ann.me, bob.me, BOOK)
        assert family.live() == set()

    def test_a_proof_of_another_session_or_an_ended_one_counts_for_nothing(
        self, family: Family
    ) -> None:
        ann, bob = family.ann, family.bob
        forged = replace(stale(family, ann), session_id=None)
        family.refused(PasswordNeeded, service.switch_on, forged, ann.me, bob.me, BOOK)

    @pytest.mark.parametrize("who", ["bob", "cy", "stranger"])
    def test_nobody_switches_what_is_not_theirs(self, family: Family, who: str) -> None:
        ann, bob = family.ann, family.bob
        family.do(service.switch_on, ann, ann.me, bob.me, PAY)
        for what in (service.switch_on, service.switch_off):
            family.refused(
                (NotFound, NotAllowed),
                what,
                getattr(family, who),
                ann.me,
                bob.me,
                BOOK,
            )

    def test_with_the_setting_off_the_page_is_for_reading_only(self, family: Family) -> None:
        ann, bob = family.ann, family.bob
        family.do(service.switch_on, ann, ann.me, bob.me, PAY)
        with family.writing() as session:
            session.get_one(Clinic, "clinic").patients_manage_sharing = False
        family.refused(NotAllowed, service.switch_on, ann, ann.me, bob.me, BOOK)
        family.refused(NotAllowed, service.switch_off, ann, ann.me, bob.me, PAY)
        assert grants(listed(family, ann, ann.me)[bob.me])
        family.do(change.withdraw, desk_of(family), ann.me, bob.me, [PAY])
        assert family.live() == set()

    def test_nothing_is_given_to_somebody_who_is_no_relative(self, family: Family) -> None:
        ann = family.ann
        for other in (family.stranger.me, family.cy.me, ann.me, "nobody"):
            family.refused(NotFound, service.switch_on, ann, ann.me, other, BOOK)


class TestLinking:
    """Two people that there are become relatives."""

    def link(self, family: Family, actor: Actor, one: str, other: str) -> None:
        family.do(relate.relate, actor, Side(one, Label.CHILD), Side(other, Label.PARENT))

    def test_the_desk_links_two_people_and_nothing_is_given_by_it(self, family: Family) -> None:
        desk = desk_of(family)
        self.link(family, desk, family.ann.me, family.cy.me)
        assert (family.live(), family.new_messages()) == (set(), [])
        with family.writing() as session:
            sides = session.exec(
                select(RelationshipSide).where(RelationshipSide.member_id == family.cy.me)
            ).all()
            assert {(s.patient_id, s.label) for s in sides} == {
                (family.ann.me, "child"),
                (family.bob.me, "friend"),
            }

    @pytest.mark.parametrize("who", ["ann", "stranger"])
    def test_patients_never_link_two_people(self, family: Family, who: str) -> None:
        one, other = Side(family.ann.me, Label.FRIEND), Side(family.stranger.me, Label.FRIEND)
        family.refused(
            (NotFound, NotAllowed),
            relate.relate,
            getattr(family, who),
            one,
            other,
        )

    def test_a_practitioner_links_only_patients_they_have(self, family: Family) -> None:
        with family.writing() as session:
            world = World(session)
            doctor = world.staff(StaffRole.PRACTITIONER)
            world.visit(family.ann.me, doctor, starts_at=NOW)
        pair = Side(family.ann.me, Label.FRIEND), Side(family.cy.me, Label.FRIEND)
        family.refused(NotFound, relate.relate, doctor, *pair)
        with family.writing() as session:
            World(session).visit(family.cy.me, doctor, starts_at=NOW)
        family.do(relate.relate, doctor, *pair)

    def test_oneself_a_linked_pair_and_a_joined_profile_are_refused(self, family: Family) -> None:
        desk, ann = desk_of(family), Side(family.ann.me, Label.FRIEND)
        family.refused(Invalid, relate.relate, desk, ann, ann)
        family.refused(Invalid, relate.relate, desk, ann, Side(family.bob.me, Label.FRIEND))
        with family.writing() as session:
            profile = World(session).patient()
            session.get_one(Patient, profile).joined_into_id = family.cy.me
        family.refused(Invalid, relate.relate, desk, ann, Side(profile, Label.FRIEND))

    def test_each_names_their_own_side_and_staff_both(self, family: Family) -> None:
        ann, bob = family.ann, family.bob
        family.do(relate.set_label, ann, Side(ann.me, Label.SIBLING), bob.me)
        family.refused(NotAllowed, relate.set_label, ann, Side(bob.me, Label.CHILD), ann.me)
        family.refused(NotFound, relate.set_label, ann, Side(bob.me, Label.CHILD), bob.me)
        family.do(relate.set_label, desk_of(family), Side(bob.me, Label.OTHER, "twin"), ann.me)
        with family.writing() as session:
            sides = session.exec(select(RelationshipSide).where(_between(ann.me, bob.me))).all()
            assert {(s.patient_id, s.label, s.label_text) for s in sides} == {
                (ann.me, "sibling", None),
                (bob.me, "other", "twin"),
            }

    def test_staff_end_a_link_and_both_are_told(self, family: Family) -> None:
        ann, bob = family.ann, family.bob
        family.do(change.give, ann, ann.me, {bob.me: [BOOK]})
        family.forget()
        family.do(relate.remove, desk_of(family), ann.me, of=bob.me)
        assert family.live() == set()
        told = {payload["told_id"] for kind, payload in family.new_messages()}
        assert told == {ann.me, bob.me}


class TestWhatARemovalStops:
    """The numbers in the question before a removal."""

    def test_it_counts_what_there_is(self, family: Family) -> None:
        ann, bob = family.ann, family.bob
        family.do(change.give, ann, ann.me, {bob.me: [BOOK, PAY]})
        family.do(change.give, bob, bob.me, {ann.me: [INTAKE]})
        with family.writing() as session:
            _visits(session, ann.me, bob.name, bob.name, ann.name)
            _visits(session, bob.me, ann.name)
        with family.writing() as session:
            seen = about_removal(session, bob, ann.me)
            assert set(seen.i_lose) == {BOOK, PAY}
            assert set(seen.they_lose) == {INTAKE}
            assert (seen.their_visits, seen.booked_by_me.count) == (3, 2)
            assert seen.booked_by_them.count == 1
            other = about_removal(session, ann, bob.me)
            # Ann may not see Bob's visits, so they are not counted for her either.
            assert (other.their_visits, other.booked_by_me.count) == (0, 0)
            assert other.booked_by_them.count == 2

    def test_an_ask_nobody_hears_is_not_counted_for_who_blocked(self, family: Family) -> None:
        from portal.sharing import asks

        family.do(block.block, family.ann, family.bob.me)
        form = asks.AskForm(member_id=family.ann.me, permissions=[BOOK])
        family.do(asks.ask, family.bob, form)
        with family.writing() as session:
            assert about_removal(session, family.bob, family.ann.me).asks == 1
            assert about_removal(session, family.ann, family.bob.me).asks == 0

    def test_it_is_nobody_elses_to_ask(self, family: Family) -> None:
        family.refused(NotFound, about_removal, family.cy, family.ann.me)
        family.refused(NotFound, about_removal, family.stranger, family.ann.me)


def test_mails_name_the_kind_that_fits(family: Family) -> None:
    """Losing by the owner's hand, giving up, and removal are three kinds of mail."""
    ann, bob = family.ann, family.bob
    family.do(service.switch_on, ann, ann.me, bob.me, BOOK)
    family.do(service.switch_off, ann, ann.me, bob.me, BOOK)
    family.do(relate.remove, bob, ann.me, quiet=True)
    kinds = [kind for kind, _ in family.new_messages()]
    assert kinds == [Kind.ACCESS_GAINED, Kind.ACCESS_LOST]


def _between(one: str, other: str):
    here = col(RelationshipSide.patient_id).in_([one, other])
    return here & col(RelationshipSide.member_id).in_([one, other])


def _visits(session: Session, patient_id, *booked_by: str) -> None:
    from portal.models import Visit

    world = World(session)
    doctor = world.staff(StaffRole.PRACTITIONER)
    for number, name in enumerate(booked_by):
        starts_at = clock.now() + timedelta(days=number + 1)
        id_ = world.visit(patient_id, doctor, starts_at=starts_at)
        session.get_one(Visit, id_).booked_by = name
    assert session.exec(select(Account.id)).first()
