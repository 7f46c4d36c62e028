"""Asking for more: what waits, who hears of it, who answers, and what it opens."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import Session, col, select

from portal import clock
from portal.account.fresh import FRESH, PasswordNeeded
from portal.account.links import Purpose, make_link
from portal.errors import Invalid, NotAllowed, NotFound, PortalError
from portal.models import Ask, Clinic
from portal.outbox.kinds import Kind
from portal.permissions import SIX, Action, Actor, Permission, StaffRole
from portal.sharing import answers, asks, block, change, relate
from tests.permissions.family import Family
from tests.permissions.world import World

BOOK, PAY, INTAKE = Permission.BOOK, Permission.VIEW_AND_PAY, Permission.INTAKE


def wish(owner: Actor, *permissions: Permission) -> asks.AskForm:
    return asks.AskForm(member_id=owner.me, permissions=list(permissions))


def asked(family: Family, *permissions: Permission) -> dict[Permission, str]:
    """Let Bob ask Ann; return the ids of the open asks."""
    family.do(asks.ask, family.bob, wish(family.ann, *permissions))
    return open_ids(family)


def open_ids(family: Family) -> dict[Permission, str]:
    with family.writing() as session:
        rows = answers.open_asks(session, family.ann, family.ann.me)
        return {row.permission: row.id for row in rows}


def rows_of(family: Family) -> list[Ask]:
    with family.writing() as session:
        return list(session.exec(select(Ask).order_by(col(Ask.permission))))


def age(family: Family, days: float, *, answered: bool = False) -> None:
    """Let time go by for every ask."""
    past = clock.now() - timedelta(days=days)
    values: dict[str, Any] = {"asked_at": past, "expires_at": past + asks.LASTS}
    if answered:
        values["answered_at"] = past
    with family.writing() as session:
        session.exec(update(Ask).values(**values))


def setting(family: Family, *, on: bool) -> None:
    with family.writing() as session:
        session.get_one(Clinic, "clinic").patients_manage_sharing = on


def test_asking_changes_nothing_and_tells_the_owner_once(family: Family) -> None:
    found = asked(family, BOOK, PAY)
    assert set(found) == {BOOK, PAY}
    assert family.live() == set()
    [(kind, payload)] = family.new_messages()
    assert (kind, payload["owner_id"]) == (Kind.ASKED, family.ann.me)
    with family.writing() as session:
        mine = asks.my_asks(session, family.bob)
        assert {(one.permission, one.waiting) for one in mine} == {(BOOK, True), (PAY, True)}
        assert asks.my_asks(session, family.ann) == []


def test_what_is_held_or_asked_for_already_is_left_out(family: Family) -> None:
    family.do(change.give, family.ann, family.ann.me, {family.bob.me: [BOOK]})
    asked(family, PAY)
    family.forget()
    family.do(asks.ask, family.bob, wish(family.ann, BOOK, PAY, INTAKE))
    assert len(family.new_messages()) == 1
    assert set(open_ids(family)) == {PAY, INTAKE}
    family.refused(Invalid, asks.ask, family.bob, wish(family.ann, BOOK, PAY))


def test_accepting_gives_exactly_that_and_tells_owner_and_holder_once_each(family: Family) -> None:
    found = asked(family, BOOK, PAY)
    family.forget()
    family.do(answers.answer, family.ann, {found[BOOK]: True, found[PAY]: False})
    assert family.live() == {(family.ann.me, family.bob.me, BOOK)}
    kinds = sorted(kind for kind, _ in family.new_messages())
    assert kinds == [Kind.ACCESS_GAINED, Kind.ASK_ANSWERED]
    assert {row.permission: row.answer for row in rows_of(family)} == {
        BOOK: "accepted",
        PAY: "declined",
    }


def test_accepting_takes_a_fresh_proof_and_declining_does_not(family: Family) -> None:
    found = asked(family, BOOK, PAY)
    with family.writing() as session:
        stale = World(session).sign_in(family.ann, proved_at=clock.now() - FRESH)
    family.refused(PasswordNeeded, answers.answer, stale, {found[BOOK]: True})
    family.refused(PasswordNeeded, answers.answer, Actor(family.ann.me), {found[BOOK]: True})
    family.do(answers.answer, stale, {found[BOOK]: False})
    assert set(open_ids(family)) == {PAY}


def test_the_same_answer_twice_is_one_and_another_one_is_refused(family: Family) -> None:
    found = asked(family, BOOK)
    family.do(answers.answer, family.ann, {found[BOOK]: True})
    family.forget()
    family.do(answers.answer, family.ann, {found[BOOK]: True})
    assert family.new_messages() == []
    family.refused(NotFound, answers.answer, family.ann, {found[BOOK]: False})


@pytest.mark.parametrize("who", ["bob", "cy", "stranger"])
def test_nobody_else_answers_or_lists_an_ask(family: Family, who: str) -> None:
    found = asked(family, BOOK)
    other = getattr(family, who)
    family.refused(NotFound, answers.answer, other, {found[BOOK]: True})
    family.refused(NotFound, answers.answer, other, {found[BOOK]: False})
    family.refused((NotFound, NotAllowed), answers.open_asks, other, family.ann.me)


def test_answers_that_name_an_unknown_ask_change_nothing(family: Family) -> None:
    found = asked(family, BOOK)
    family.refused(NotFound, answers.answer, family.ann, {found[BOOK]: True, "nothing": True})


def test_only_a_confirmed_relative_asks(family: Family) -> None:
    with family.writing() as session:
        world = World(session)
        unconfirmed = world.person(verified=False)
        world.relate(unconfirmed.me, family.ann.me)
    for who in (family.cy, family.stranger, unconfirmed):
        family.refused(NotFound, asks.ask, who, wish(family.ann, BOOK))
    family.refused(NotAllowed, asks.ask, family.ann, wish(family.ann, BOOK))


def test_the_manager_answers_for_a_managed_profile_and_needs_not_ask(family: Family) -> None:
    with family.writing() as session:
        world = World(session)
        child = world.patient(manager=family.ann.me)
        for adult in (family.ann, family.bob):
            world.relate(adult.me, child)
    form = asks.AskForm(member_id=child, permissions=[BOOK])
    family.refused(NotAllowed, asks.ask, family.ann, form)
    family.do(asks.ask, family.bob, form)
    with family.writing() as session:
        [row] = answers.open_asks(session, family.ann, child)
    family.do(answers.answer, family.ann, {row.id: True})
    assert family.live() == {(child, family.bob.me, BOOK)}


def test_nobody_can_be_asked_where_nobody_decides(family: Family) -> None:
    with family.writing() as session:
        world = World(session)
        elder = world.patient()
        world.relate(family.bob.me, elder)
    form = asks.AskForm(member_id=elder, permissions=[BOOK])
    family.refused(NotAllowed, asks.ask, family.bob, form)


def test_an_ask_runs_out_after_14_days_and_can_be_made_again(family: Family) -> None:
    found = asked(family, BOOK)
    age(family, 14.01)
    assert open_ids(family) == {}
    family.refused(NotFound, answers.answer, family.ann, {found[BOOK]: True})
    again = asked(family, BOOK)
    assert again[BOOK] != found[BOOK]
    assert [row.answer for row in rows_of(family) if row.id == found[BOOK]] == ["expired"]


def test_the_worker_closes_what_ran_out(family: Family) -> None:
    asked(family, BOOK, PAY)
    age(family, 13.99)
    with family.writing() as session:
        assert asks.expire_asks(session) == 0
    age(family, 14.01)
    with family.writing() as session:
        assert asks.expire_asks(session) == 2
        assert asks.expire_asks(session) == 0


def test_after_a_no_there_are_two_weeks_of_peace(family: Family) -> None:
    found = asked(family, BOOK)
    family.do(answers.answer, family.ann, {found[BOOK]: False})
    family.refused(Invalid, asks.ask, family.bob, wish(family.ann, BOOK))
    age(family, 14.01, answered=True)
    assert set(asked(family, BOOK)) == {BOOK}


def test_what_is_asked_for_can_be_taken_back_by_who_asked_only(family: Family) -> None:
    found = asked(family, BOOK)
    for other in (family.ann, family.cy, family.stranger):
        family.refused(NotFound, asks.take_back, other, found[BOOK])
    family.do(asks.take_back, family.bob, found[BOOK])
    assert open_ids(family) == {}
    family.refused(NotFound, answers.answer, family.ann, {found[BOOK]: True})


def test_what_is_given_otherwise_answers_the_ask(family: Family) -> None:
    asked(family, BOOK)
    family.do(change.give, family.ann, family.ann.me, {family.bob.me: [BOOK]})
    assert open_ids(family) == {}


def test_a_removal_ends_what_is_asked_in_both_directions(family: Family) -> None:
    asked(family, BOOK)
    family.do(asks.ask, family.ann, wish(family.bob, PAY))
    family.do(relate.remove, family.bob, family.ann.me)
    assert {row.answer for row in rows_of(family)} == {"ended"}


def test_asks_of_a_removed_relative_open_nothing_when_they_are_related_again(
    family: Family,
) -> None:
    found = asked(family, BOOK)
    family.do(relate.remove, family.bob, family.ann.me)
    with family.writing() as session:
        World(session).relate(family.ann.me, family.bob.me)
    family.refused(NotFound, answers.answer, family.ann, {found[BOOK]: True})
    assert family.live() == set()


def test_asks_of_a_blocked_person_vanish_and_look_the_same_to_them(family: Family) -> None:
    family.do(block.block, family.ann, family.bob.me)
    family.forget()
    family.do(asks.ask, family.bob, wish(family.ann, BOOK))
    assert (family.new_messages(), open_ids(family)) == ([], {})
    # In the trail of whoever asked it stands as always; the owner's page leaves it out.
    [(_actor, action, _owner, detail)] = family.new_audit()
    assert (action, detail) == (Action.GRANT_ASK, {"permission": BOOK, "unheard": True})
    with family.writing() as session:
        [mine] = asks.my_asks(session, family.bob)
        assert (mine.permission, mine.waiting) == (BOOK, True)
    family.refused(NotFound, answers.answer, family.ann, {mine.id: True})


def test_blocking_ends_what_they_hold_silently_and_hides_what_they_asked(family: Family) -> None:
    family.do(change.give, family.ann, family.ann.me, {family.bob.me: [BOOK]})
    family.do(change.give, family.bob, family.bob.me, {family.ann.me: [PAY]})
    asked(family, PAY)
    family.forget()
    family.do(block.block, family.ann, family.bob.me)
    assert family.live() == {(family.bob.me, family.ann.me, PAY)}
    assert family.new_messages() == []
    assert open_ids(family) == {}
    with family.writing() as session:
        assert [one.waiting for one in asks.my_asks(session, family.bob)] == [True]
        assert [row.id for row in block.list_blocked(session, family.ann)] == [family.bob.me]
        assert block.list_blocked(session, family.bob) == []


def test_nothing_can_be_given_to_a_blocked_person_by_anybody(family: Family) -> None:
    with family.writing() as session:
        desk = World(session).staff(StaffRole.FRONT_DESK)
    family.do(block.block, family.ann, family.bob.me)
    for actor in (family.ann, desk):
        what = {family.bob.me: [BOOK]}
        family.refused(NotAllowed, change.give, actor, family.ann.me, what)
    family.do(block.unblock, family.ann, family.bob.me)
    assert family.live() == set()
    family.do(change.give, family.ann, family.ann.me, {family.bob.me: [BOOK]})


def test_only_a_relative_can_be_blocked_and_only_for_oneself(family: Family) -> None:
    family.refused(NotFound, block.block, family.ann, family.stranger.me)
    family.refused(NotFound, block.block, family.ann, "nobody")
    family.refused(NotAllowed, block.block, family.ann, family.ann.me)
    family.do(block.block, family.ann, family.bob.me)
    family.do(block.block, family.ann, family.bob.me)
    family.do(block.unblock, family.bob, family.ann.me)
    with family.writing() as session:
        assert len(block.list_blocked(session, family.ann)) == 1


def test_with_the_setting_off_patients_neither_ask_nor_answer_nor_block(family: Family) -> None:
    found = asked(family, BOOK)
    setting(family, on=False)
    refused: list[tuple[Callable[..., None], Actor, Any]] = [
        (asks.ask, family.bob, wish(family.ann, PAY)),
        (answers.answer, family.ann, {found[BOOK]: True}),
        (answers.answer, family.ann, {found[BOOK]: False}),
        (block.block, family.ann, family.bob.me),
        (block.unblock, family.ann, family.bob.me),
    ]
    for what, who, argument in refused:
        family.refused(NotAllowed, what, who, argument)


def link_of(family: Family) -> str:
    """Make the link that the mail about the newest request carries."""
    with family.writing() as session:
        request_id = session.exec(select(Ask.request_id).order_by(col(Ask.asked_at).desc())).first()
        return make_link(
            session,
            Purpose.ASK,
            account_id=family.ann.account_id,
            patient_id=family.ann.me,
            about=request_id,
        )


def by_link(session: Session, token: str, given: dict[str, bool], proved: bool) -> None:
    answers.answer_by_link(session, token, given, proved=proved)


def test_a_link_alone_declines_and_accepts_only_with_the_password(family: Family) -> None:
    found = asked(family, BOOK, PAY)
    token = link_of(family)
    yes_and_no = {found[BOOK]: True, found[PAY]: False}
    family.refused(Invalid, by_link, token, yes_and_no, False)
    family.refused(Invalid, by_link, token, {found[PAY]: False}, True)
    family.do(by_link, token, yes_and_no, True)
    assert family.live() == {(family.ann.me, family.bob.me, BOOK)}
    family.refused(Invalid, by_link, token, yes_and_no, True)


def test_a_link_answers_only_what_it_is_about(family: Family) -> None:
    found = asked(family, BOOK)
    token = link_of(family)
    family.do(asks.ask, family.ann, wish(family.bob, PAY))
    [other] = [row.id for row in rows_of(family) if row.owner_id == family.bob.me]
    family.refused(NotFound, by_link, token, {found[BOOK]: True, other: True}, True)
    family.do(by_link, token, {found[BOOK]: False}, False)


def test_one_used_link_leaves_another_request_alone(family: Family) -> None:
    first = asked(family, BOOK)
    first_link = link_of(family)
    with family.writing() as session:
        World(session).relate(family.cy.me, family.ann.me)
    family.do(asks.ask, family.cy, wish(family.ann, PAY))
    second_link = link_of(family)
    family.do(by_link, first_link, {first[BOOK]: False}, False)
    [(permission, id_)] = open_ids(family).items()
    family.do(by_link, second_link, {id_: True}, True)
    assert family.live() == {(family.ann.me, family.cy.me, permission)}


def race(family: Family, *attempts: tuple[Callable[..., Any], Any]) -> list[str]:
    """Run changes at once; return what came of each."""

    def one(attempt: tuple[Callable[..., Any], Any]) -> str:
        what, arguments = attempt
        try:
            family.do(what, *arguments)
        except PortalError as error:
            return type(error).__name__
        return "ok"

    with ThreadPoolExecutor(len(attempts)) as pool:
        return list(pool.map(one, attempts))


def test_accepted_twice_at_once_is_accepted_once(family: Family) -> None:
    found = asked(family, BOOK)
    family.forget()
    outcomes = race(family, *[(answers.answer, (family.ann, {found[BOOK]: True}))] * 4)
    assert set(outcomes) == {"ok"}
    assert family.live() == {(family.ann.me, family.bob.me, BOOK)}
    assert len(family.new_messages()) == 2


def test_asked_twice_at_once_is_one_ask(family: Family) -> None:
    race(family, *[(asks.ask, (family.bob, wish(family.ann, *SIX)))] * 4)
    assert len(open_ids(family)) == len(SIX)
    assert len(family.new_messages()) == 1


def test_an_answer_while_the_relationship_is_removed_leaves_nothing_half_done(
    family: Family,
) -> None:
    found = asked(family, BOOK)
    race(
        family,
        (answers.answer, (family.ann, {found[BOOK]: True})),
        (relate.remove, (family.bob, family.ann.me)),
    )
    assert family.live() == set()
    assert all(row.answered_at for row in rows_of(family))
