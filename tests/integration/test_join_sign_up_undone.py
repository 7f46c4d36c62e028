"""A second sign-up that was joined is parted again, closed from its mail, or races with either."""

from datetime import timedelta

import pytest
from sqlmodel import select

from portal.account.closing import FLAG_UNCONFIRMED
from portal.account.links import NO_LONGER_WORKS, Purpose, make_link
from portal.account.new_email import use_new_email
from portal.account.not_me import FLAG, detach
from portal.account.service import verify_email
from portal.account.sessions import find_session
from portal.booking.book import book_visit
from portal.claim.service import (
    JoinForm,
    join_profile,
    read_sign_up,
    undo_join,
)
from portal.db import reading, writing
from portal.errors import Invalid
from portal.family.add import add_family_members
from portal.ids import new_id
from portal.models import Patient, Visit
from portal.permissions import Action, Actor, can
from tests import builders
from tests.claiming import family_of, held_by, patient, signed_in, the_join
from tests.integration.test_claim_races import at_once
from tests.second_sign_up import MIRA, ROUNDS, House, P, flags, make_house, member, visits


@pytest.fixture
def house(database: str) -> House:
    with writing() as session:
        builders.add_clinic(session)
    return make_house()


class TestNotMe:
    """Somebody else typed the address."""

    def test_the_link_shows_the_name_that_was_typed_and_nothing_of_the_family(
        self, house: House
    ) -> None:
        with reading() as session:
            seen = read_sign_up(session, house.link(), None)
        assert seen is not None
        assert (seen.name, seen.email) == ("Mira Strand", MIRA)
        assert seen.closes_at - seen.made_at == timedelta(days=7)
        assert "Theo" not in repr(seen)

    def test_the_sign_up_is_closed_and_shown_to_staff(self, house: House) -> None:
        visit, token = house.visit(house.new.me), house.link()
        childs, mine = house.visit(house.theo, 11), house.visit(house.mira.me, 13, by=house.mira)
        with writing() as session:
            detach(session, token)
        row = patient(house.new.me)
        assert (row.contact_email, row.flag, row.joined_into_id) == (None, FLAG, None)
        assert house.account().closed_at is not None
        assert flags() == {visit: FLAG_UNCONFIRMED, childs: FLAG_UNCONFIRMED, mine: None}
        with reading() as session:
            assert find_session(session, house.cookie) is None
        assert house.refused(token) == NO_LONGER_WORKS
        with writing() as session, pytest.raises(Invalid):
            detach(session, token)


class TestUndo:
    """The wrong person pressed, and the clinic parts the two again."""

    def test_all_goes_back_but_the_log_in_stays_closed(self, house: House) -> None:
        visit, childs = house.visit(house.new.me), house.visit(house.theo, 11)
        join_id = house.join()
        mine = house.visit(house.mira.me, 13, by=house.mira)
        assert the_join(join_id).moved["closed_account"] == house.new.account_id
        with writing() as session:
            undo_join(session, house.staff, join_id)
        row = patient(house.new.me)
        assert (row.joined_into_id, row.contact_email) == (None, MIRA)
        assert patient(house.theo).manager_id == house.new.me
        assert family_of(house.theo) == [house.new.me]
        assert held_by(house.mira.me, house.theo) == set()
        assert held_by(house.theo, house.new.me) == {P.BILL_TO_ACCOUNT}
        assert visits(house.mira.me) == {mine}
        assert house.account().closed_at is not None
        assert flags() == {visit: FLAG_UNCONFIRMED, childs: FLAG_UNCONFIRMED, mine: None}
        with reading() as session:
            assert find_session(session, house.cookie) is None
            assert not can(session, house.new, Action.VISIT_READ, house.theo)


def test_confirming_and_joining_at_once_leave_one_account(house: House) -> None:
    """The address goes over to the sign-up in the moment in which its profile is joined."""
    for number in range(ROUNDS):
        email = f"mira-{number}@family.example"
        one = make_house(email)
        with writing() as session:
            mira = signed_in(session, one.mira)
            verify = make_link(session, Purpose.VERIFY, account_id=one.new.account_id)
            away = make_link(
                session,
                Purpose.NEW_EMAIL,
                account_id=mira.account_id,
                about=f"new-{number}@family.example",
            )
        token = one.link()

        def join(actor: Actor = mira, token: str = token) -> None:
            with writing() as session:
                join_profile(session, actor, JoinForm(token=token))

        def confirm(one: House = one, verify: str = verify) -> None:
            with writing() as session:
                verify_email(session, one.new, verify, password_ok=True)

        def leave(actor: Actor = mira, away: str = away) -> None:
            with writing() as session:
                use_new_email(session, actor, away)

        joined, confirmed, _left = at_once(join, confirm, leave)
        row, account = patient(one.new.me), one.account()
        assert (joined == "done") is (row.joined_into_id == mira.me)
        assert (joined == "done") is (account.closed_at is not None)
        assert (confirmed == "done") is (account.verified_at is not None)
        assert not (joined == "done" and confirmed == "done")


def test_the_sign_up_goes_on_in_its_browser_while_it_is_joined(house: House) -> None:
    """What it books or adds in that moment goes over, or is refused: nothing is left behind."""
    for number in range(ROUNDS):
        one = make_house(f"mira-{number}@family.example")
        token = one.link()
        with writing() as session:
            mira = signed_in(session, one.mira)

        def join(actor: Actor = mira, token: str = token) -> None:
            with writing() as session:
                join_profile(session, actor, JoinForm(token=token))

        def book(one: House = one) -> None:
            with writing() as session:
                book_visit(
                    session,
                    one.new,
                    one.new.me,
                    one.service,
                    one.practitioner,
                    builders.local(builders.in_days(3), 9),
                    new_id(),
                )

        def add(one: House = one) -> None:
            with writing() as session:
                add_family_members(session, one.new, member(first_name="Noa"))

        joined, booked, added = at_once(join, book, add)
        with reading() as session:
            left = session.exec(select(Visit).where(Visit.patient_id == one.new.me)).all()
            managed = session.exec(select(Patient.id).where(Patient.manager_id == one.new.me)).all()
        if joined != "done":  # somebody was added after it had looked: it says "press again"
            assert joined == "Invalid"
            continue
        assert (left, managed, family_of(one.new.me)) == ([], [], [])
        assert len(visits(one.mira.me)) == (booked == "done")
        assert len(family_of(one.mira.me)) == 1 + (added == "done")


def test_joined_and_closed_by_not_me_at_once_is_one_of_the_two(house: House) -> None:
    for number in range(ROUNDS):
        one = make_house(f"mira-{number}@family.example")
        token = one.link()
        with writing() as session:
            mira = signed_in(session, one.mira)

        def join(actor: Actor = mira, token: str = token) -> None:
            with writing() as session:
                join_profile(session, actor, JoinForm(token=token))

        def close(token: str = token) -> None:
            with writing() as session:
                detach(session, token)

        outcomes = at_once(join, join, close)
        assert sorted(outcomes) == ["Invalid", "Invalid", "done"]
        assert one.account().closed_at is not None
        row = patient(one.new.me)
        assert (row.joined_into_id is None) is (row.flag == FLAG)
