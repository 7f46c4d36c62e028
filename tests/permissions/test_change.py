"""Giving and ending permissions: what is written, who is told, who is refused."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import sleep

import pytest
from sqlmodel import Session, col, select

from portal.errors import NotAllowed, NotFound
from portal.ids import PatientId, SessionId
from portal.models import AuditEntry, Grant, Patient, Relationship, RelationshipSide
from portal.outbox.kinds import Kind
from portal.permissions import SYSTEM, Action, Actor, Permission, StaffRole, can
from portal.sharing import change, relate
from tests.permissions.family import Family, entry, in_order
from tests.permissions.world import World

BOOK, PAY, INTAKE = Permission.BOOK, Permission.VIEW_AND_PAY, Permission.INTAKE


def test_giving_writes_the_grants_their_trail_and_one_message(family: Family) -> None:
    ann, bob = family.ann, family.bob
    family.do(change.give, ann, ann.me, {bob.me: [INTAKE, BOOK]})
    assert family.live() == {(ann.me, bob.me, BOOK), (ann.me, bob.me, INTAKE)}
    assert family.new_audit() == in_order(
        entry(ann, Action.GRANT_GIVE, ann, bob, p) for p in (BOOK, INTAKE)
    )
    payload = {
        "owner_id": ann.me,
        "new": {bob.me: ["book", "intake"]},
        "before": {bob.me: []},
        "by": ann.name,
    }
    assert family.new_messages() == [(Kind.ACCESS_GAINED, payload)]


def test_giving_to_two_people_at_once_tells_the_owner_once(family: Family) -> None:
    ann, bob, cy = family.ann, family.bob, family.cy
    family.do(change.give, bob, bob.me, {cy.me: [BOOK], ann.me: [BOOK, PAY]})
    [(kind, payload)] = family.new_messages()
    assert kind == Kind.ACCESS_GAINED
    assert payload["new"] == {cy.me: ["book"], ann.me: ["view_and_pay", "book"]}
    assert len(family.new_audit()) == 3


def test_giving_more_tells_only_what_is_new_and_what_was_there_before(family: Family) -> None:
    ann, bob = family.ann, family.bob
    family.do(change.give, ann, ann.me, {bob.me: [BOOK]})
    family.forget()
    family.do(change.give, ann, ann.me, {bob.me: [BOOK, PAY]})
    [(_, payload)] = family.new_messages()
    assert (payload["new"], payload["before"]) == ({bob.me: ["view_and_pay"]}, {bob.me: ["book"]})
    assert family.new_audit() == [entry(ann, Action.GRANT_GIVE, ann, bob, PAY)]


def test_the_same_change_sent_again_changes_nothing_and_tells_nobody(family: Family) -> None:
    ann, bob = family.ann, family.bob
    for what, actor, *rest in (
        (change.give, ann, {bob.me: [BOOK, PAY]}),
        (change.withdraw, ann, bob.me, [BOOK]),
        (change.give_up, bob, [PAY]),
    ):
        family.do(what, actor, ann.me, *rest)
        left = family.live()
        assert len(family.new_messages()) == 1
        assert family.new_audit()
        family.do(what, actor, ann.me, *rest)
        assert (family.live(), family.new_messages(), family.new_audit()) == (left, [], [])


def test_a_permission_named_twice_is_given_once(family: Family) -> None:
    family.do(change.give, family.ann, family.ann.me, {family.bob.me: iter([BOOK, BOOK])})
    assert len(family.live()) == len(family.new_audit()) == len(family.new_messages()) == 1


def test_a_permission_that_does_not_exist_is_refused(family: Family) -> None:
    ann, bob = family.ann, family.bob
    family.refused(ValueError, change.give, ann, ann.me, {bob.me: ["book", "everything"]})


def test_withdrawing_ends_what_was_named_and_tells_the_holder_once(family: Family) -> None:
    ann, bob = family.ann, family.bob
    family.do(change.give, ann, ann.me, {bob.me: [BOOK, PAY, INTAKE]})
    family.forget()
    family.do(change.withdraw, ann, ann.me, bob.me, [INTAKE, BOOK, Permission.CALENDAR])
    assert family.live() == {(ann.me, bob.me, PAY)}
    assert family.new_audit() == in_order(
        entry(ann, Action.GRANT_WITHDRAW, ann, bob, p) for p in (BOOK, INTAKE)
    )
    payload = {"owner_id": ann.me, "holder_id": bob.me, "permissions": ["book", "intake"]}
    assert family.new_messages() == [(Kind.ACCESS_LOST, payload)]
    with family.writing() as session:
        ended = session.exec(select(Grant).where(col(Grant.ended_at).is_not(None))).all()
        assert {grant.ended_by for grant in ended} == {ann.name}


def test_giving_up_ends_only_what_the_holder_holds_and_tells_the_owner_once(
    family: Family,
) -> None:
    ann, bob = family.ann, family.bob
    family.do(change.give, ann, ann.me, {bob.me: [BOOK, PAY]})
    family.do(change.give, bob, bob.me, {ann.me: [BOOK]})
    family.forget()
    family.do(change.give_up, bob, ann.me, [BOOK, INTAKE])
    assert family.live() == {(ann.me, bob.me, PAY), (bob.me, ann.me, BOOK)}
    assert family.new_audit() == [entry(bob, Action.GRANT_GIVE_UP, ann, bob, BOOK)]
    payload = {"owner_id": ann.me, "holder_id": bob.me, "permissions": ["book"]}
    assert family.new_messages() == [(Kind.ACCESS_GIVEN_UP, payload)]


@pytest.mark.parametrize("quiet", [False, True])
def test_removing_ends_both_directions_and_nothing_else(family: Family, quiet: bool) -> None:
    ann, bob, cy = family.ann, family.bob, family.cy
    family.do(change.give, ann, ann.me, {bob.me: [BOOK]})
    family.do(change.give, bob, bob.me, {ann.me: [PAY], cy.me: [PAY]})
    family.forget()
    family.do(relate.remove, bob, ann.me, quiet=quiet)
    assert family.live() == {(bob.me, cy.me, PAY)}
    assert family.new_audit() == in_order(
        (
            entry(bob, Action.RELATIONSHIP_REMOVE, ann, bob, BOOK),
            entry(bob, Action.RELATIONSHIP_REMOVE, bob, ann, PAY),
            (bob.name, Action.RELATIONSHIP_REMOVE.value, ann.me, {"member": bob.me}),
        )
    )
    told = (Kind.RELATIONSHIP_ENDED, {"told_id": ann.me, "other_id": bob.me})
    assert family.new_messages() == ([] if quiet else [told])
    with family.writing() as session:
        for one, other in ((ann, bob), (bob, ann)):
            known = [can(session, one, a, other.me) for a in Action]
            assert not any(known)
        live = select(RelationshipSide.member_id).where(col(RelationshipSide.ended_at).is_(None))
        assert set(session.exec(live)) == {bob.me, cy.me}
        ended = session.exec(
            select(Relationship.ended_by).where(col(Relationship.ended_at).is_not(None))
        )
        assert ended.all() == [bob.name]
    family.refused(NotFound, relate.remove, bob, ann.me)


def test_removing_leaves_a_managed_profile_to_the_clinic(family: Family) -> None:
    with family.writing() as session:
        world = World(session)
        child = world.patient(manager=family.ann.me)
        world.relate(family.ann.me, child)
        world.relate(family.bob.me, child)
    family.do(relate.remove, family.bob, child)
    with family.writing() as session:
        assert can(session, family.ann, Action.GRANT_GIVE, child)
    family.do(relate.remove, family.ann, child)
    with family.writing() as session:
        assert not can(session, family.ann, Action.GRANT_GIVE, child)
        assert session.exec(select(Patient.manager_id).where(Patient.id == child)).one() is None


def test_a_change_that_fails_later_leaves_nothing_behind(family: Family) -> None:
    ann, bob = family.ann, family.bob
    family.do(change.give, ann, ann.me, {bob.me: [BOOK]})

    def give_and_fail(session: Session) -> None:
        change.give(session, ann, ann.me, {bob.me: [PAY]})
        change.give_up(session, bob, ann.me, [BOOK])
        relate.remove(session, bob, ann.me)
        session.flush()
        raise RuntimeError

    family.refused(RuntimeError, give_and_fail)


def test_half_of_a_change_is_never_kept(family: Family) -> None:
    ann, bob = family.ann, family.bob
    wanted = {bob.me: [BOOK], family.stranger.me: [BOOK]}
    family.refused(NotFound, change.give, ann, ann.me, wanted)


def test_nobody_but_the_owner_gives_or_withdraws(family: Family) -> None:
    ann, bob, stranger = family.ann, family.bob, family.stranger
    family.do(change.give, ann, ann.me, {bob.me: list(Permission)})
    for actor, why in ((bob, NotAllowed), (stranger, NotFound), (family.cy, NotFound)):
        family.refused(why, change.give, actor, ann.me, {bob.me: [BOOK]})
        family.refused(why, change.give, actor, ann.me, {actor.me: [BOOK]})
        family.refused(why, change.withdraw, actor, ann.me, bob.me, [BOOK])
    family.refused(NotFound, change.give_up, stranger, ann.me, [BOOK])
    family.refused(NotFound, relate.remove, stranger, ann.me)
    for what in (change.give_up, change.withdraw, relate.remove):
        rest = {change.give_up: ([BOOK],), change.withdraw: (bob.me, [BOOK])}.get(what, ())
        family.refused(NotFound, what, bob, "nobody", *rest)
    family.refused(NotAllowed, relate.remove, ann, ann.me)
    family.refused(NotAllowed, change.give_up, ann, ann.me, [BOOK])


def test_nothing_is_given_to_oneself_or_outside_a_relationship(family: Family) -> None:
    for holder_id in (family.ann.me, family.stranger.me, family.cy.me, PatientId("nobody")):
        family.refused(NotFound, change.give, family.ann, family.ann.me, {holder_id: [BOOK]})


def test_an_address_that_is_not_confirmed_is_given_nothing(family: Family) -> None:
    with family.writing() as session:
        world = World(session)
        una = world.person(verified=False)
        child = world.patient(manager=una.me)
        world.relate(una.me, family.ann.me)
        world.relate(una.me, child)
        world.relate(family.ann.me, child)
    family.refused(NotAllowed, change.give, family.ann, family.ann.me, {una.me: [BOOK]})
    # She decides for the child that she added, and holds what she gives herself on it.
    family.do(change.give, una, child, {una.me: [BOOK]})
    assert family.live() == {(child, una.me, BOOK)}


def test_a_closed_account_changes_nothing(family: Family) -> None:
    with family.writing() as session:
        world = World(session)
        gone = world.person(closed=True)
        inside = world.relate(gone.me, family.ann.me)
        for owner, holder in ((gone, family.ann), (family.ann, gone)):
            world.give(owner.me, holder.me, *Permission, inside=inside)
    family.refused(NotFound, change.give, gone, gone.me, {family.ann.me: [BOOK]})
    family.refused(NotFound, change.withdraw, gone, gone.me, family.ann.me, [BOOK])
    family.refused(NotFound, change.give_up, gone, family.ann.me, [BOOK])
    family.refused(NotFound, relate.remove, gone, family.ann.me)


def test_staff_set_both_directions_and_a_practitioner_only_for_patients_they_have_seen(
    family: Family,
) -> None:
    ann, bob = family.ann, family.bob
    with family.writing() as session:
        world = World(session)
        desk, doctor = world.staff(StaffRole.FRONT_DESK), world.staff(StaffRole.PRACTITIONER)
        world.visit(bob.me, doctor)
    family.do(change.give, desk, ann.me, {bob.me: [BOOK]})
    family.do(change.give, doctor, bob.me, {ann.me: [BOOK]})
    family.do(change.withdraw, desk, bob.me, ann.me, [BOOK])
    assert family.live() == {(ann.me, bob.me, BOOK)}
    family.refused(NotFound, change.give, doctor, ann.me, {bob.me: [PAY]})
    family.refused(NotFound, change.give, SYSTEM, ann.me, {bob.me: [PAY]})


def test_a_change_in_one_direction_leaves_the_other_alone(family: Family) -> None:
    ann, bob = family.ann, family.bob
    family.do(change.give, ann, ann.me, {bob.me: [BOOK]})
    assert family.live() == {(ann.me, bob.me, BOOK)}
    family.do(change.give, bob, bob.me, {ann.me: [BOOK]})
    family.do(change.withdraw, ann, ann.me, bob.me, [BOOK])
    assert family.live() == {(bob.me, ann.me, BOOK)}


def test_what_one_holds_is_never_passed_on(family: Family) -> None:
    ann, bob, cy = family.ann, family.bob, family.cy
    family.do(change.give, ann, ann.me, {bob.me: list(Permission)})
    family.do(change.give, bob, bob.me, {cy.me: list(Permission)})
    with family.writing() as session:
        assert not [a for a in Action if can(session, cy, a, ann.me)]
        assert can(session, cy, Action.VISIT_BOOK, bob.me)
        assert can(session, bob, Action.VISIT_BOOK, ann.me)
    family.refused(NotFound, change.give, cy, ann.me, {cy.me: [BOOK]})


def test_the_trail_names_the_session(family: Family) -> None:
    ann = Actor(patient_id=family.ann.me, session_id=SessionId("browser-1"))
    family.do(change.give, ann, ann.me, {family.bob.me: [BOOK]})
    with family.writing() as session:
        assert session.exec(select(AuditEntry.session_id)).all() == ["browser-1"]


def _while_another_waits(
    family: Family, first: Callable[[Session], None], second: Callable[[Session], None]
) -> None:
    """Run ``second`` while ``first`` has written and not yet committed."""
    with ThreadPoolExecutor(1) as pool:
        with family.writing() as session:
            first(session)
            session.flush()
            waiting = pool.submit(family.do, second)
            sleep(0.2)  # long enough to reach the lock; too short only makes the test easier
        waiting.result(timeout=20)


def test_the_same_gift_sent_twice_at_once_is_one_change(family: Family) -> None:
    ann, bob = family.ann, family.bob

    def give(session: Session) -> None:
        change.give(session, ann, ann.me, {bob.me: [BOOK]})

    _while_another_waits(family, give, give)
    assert len(family.live()) == len(family.new_messages()) == len(family.new_audit()) == 1


def test_a_gift_during_a_removal_leaves_no_grant_behind(family: Family) -> None:
    ann, bob = family.ann, family.bob

    def give(session: Session) -> None:
        change.give(session, ann, ann.me, {bob.me: [BOOK]})

    def remove(session: Session) -> None:
        relate.remove(session, ann, bob.me)

    _while_another_waits(family, give, remove)
    assert family.live() == set()
    with family.writing() as session:
        World(session).relate(ann.me, bob.me)
    with pytest.raises(NotFound):
        _while_another_waits(family, remove, give)
    assert family.live() == set()
