"""Somebody tries to keep, regain or learn what the person concerned did not mean for them."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlmodel import col, select

from portal import audit, clock, live
from portal.account.fresh import PasswordNeeded
from portal.account.links import Purpose, make_link
from portal.activity.download import to_csv
from portal.activity.service import list_activity
from portal.asks.service import about_link
from portal.claim.service import undo_join
from portal.db import reading, writing
from portal.errors import NotAllowed
from portal.family.labels import Label
from portal.family.service import take_back
from portal.ids import PatientId
from portal.live import News
from portal.models import Ask, Clinic, Patient
from portal.notifications.ask_letters import asked as asked_letter
from portal.notifications.claim_letters import claimed_told
from portal.outbox.claim import Claimed
from portal.outbox.kinds import Kind
from portal.permissions import SIX, Action, Actor, Permission
from portal.sharing import asks, block, change
from portal.staff.patient.guardian import GuardianForm, set_guardian
from tests import builders
from tests.claiming import add_profile, claim, held_by, join, signed_in

P = Permission


@dataclass
class House:
    """Rosa, the profile of Idris that she added, Mina who is a friend of his, and the desk."""

    rosa: Actor
    profile: PatientId
    mina: Actor
    desk: Actor
    friends: str  # the relationship of the profile and Mina


@pytest.fixture
def house(database: str) -> House:
    with writing() as session:
        builders.add_clinic(session)
        rosa = signed_in(session, builders.add_person(session, "Rosa"))
        mina = signed_in(session, builders.add_person(session, "Mina", "Quill"))
        profile = add_profile(session, rosa)
        friends = builders.relate(session, profile, mina.me, Label.FRIEND)
        return House(rosa, profile, mina, builders.add_staff(session), friends)


def do(what: Any, *args: Any, **options: Any) -> Any:
    with writing() as session:
        return what(session, *args, **options)


def switch_setting_off() -> None:
    with writing() as session:
        session.get_one(Clinic, "clinic").patients_manage_sharing = False


class TestTakingBack:
    """What a manager gave up is taken again like anything else that is given."""

    def test_not_where_the_clinic_makes_such_changes_itself(self, house: House) -> None:
        do(change.give_up, house.rosa, house.profile, [P.BOOK])
        switch_setting_off()
        with pytest.raises(NotAllowed, match="front desk"):
            do(take_back, house.rosa, house.profile, P.BOOK)
        assert held_by(house.rosa.me, house.profile) == set(SIX) - {P.BOOK}

    def test_not_by_who_found_the_phone(self, house: House) -> None:
        do(change.give_up, house.rosa, house.profile, [P.BOOK])
        with pytest.raises(PasswordNeeded):
            do(take_back, replace(house.rosa, session_id=None), house.profile, P.BOOK)
        assert held_by(house.rosa.me, house.profile) == set(SIX) - {P.BOOK}


class TestUndoing:
    """Parting two profiles brings nothing back that somebody has taken away since the join."""

    @pytest.fixture
    def idris(self, house: House) -> Actor:
        with writing() as session:
            builders.give(session, house.friends, house.profile, house.mina.me, P.BOOK, P.INTAKE)
            builders.give(session, house.friends, house.mina.me, house.profile, *SIX)
            return builders.add_person(session, "Idris")

    def test_nothing_on_somebody_else_who_withdrew_it(self, house: House, idris: Actor) -> None:
        joined = join(house.profile, idris, P.BOOK)
        assert held_by(idris.me, house.mina.me) == set(SIX)
        gone = [P.BILL_TO_ACCOUNT, P.VIEW_AND_PAY]
        do(change.withdraw, house.mina, house.mina.me, idris.me, gone)
        do(undo_join, house.desk, joined)
        assert held_by(house.profile, house.mina.me) == set(SIX) - set(gone)

    def test_nothing_that_was_kept_and_withdrawn_later(self, house: House, idris: Actor) -> None:
        joined = join(house.profile, idris, P.BOOK)
        do(change.withdraw, idris, idris.me, house.mina.me, [P.BOOK])
        do(undo_join, house.desk, joined)
        # What was not kept at the join ended with it, and is what undoing is for.
        assert held_by(house.mina.me, house.profile) == {P.INTAKE}

    def test_what_another_join_carried_over_too_goes_on(self, house: House, idris: Actor) -> None:
        with writing() as session:
            second = add_profile(session, house.rosa, "Two", email="two@family.example")
        joins = [join(profile, idris, P.BOOK) for profile in (house.profile, second)]
        do(undo_join, house.desk, joins[0])
        assert held_by(house.rosa.me, idris.me) == {P.BOOK}
        do(undo_join, house.desk, joins[1])
        assert held_by(house.rosa.me, idris.me) == set()
        for profile in (house.profile, second):
            assert held_by(house.rosa.me, profile) == set(SIX)

    def test_what_both_had_on_her_before_is_withdrawn_from_both(
        self, house: House, idris: Actor
    ) -> None:
        with writing() as session:
            own = builders.relate(session, idris.me, house.mina.me, Label.FRIEND)
            builders.give(session, own, house.mina.me, idris.me, P.VIEW_AND_PAY)
        joined = join(house.profile, idris)
        do(change.withdraw, house.mina, house.mina.me, idris.me, [P.VIEW_AND_PAY])
        do(undo_join, house.desk, joined)
        assert P.VIEW_AND_PAY not in held_by(house.profile, house.mina.me)


class TestTheLinkOfSomebodyWhoDecidesNoMore:
    """A mail stays in a mailbox; what its link opens does not."""

    @pytest.fixture
    def token(self, house: House) -> str:
        with writing() as session:
            ask = builders.add_ask(
                session, house.friends, house.profile, house.mina.me, P.VIEW_AND_PAY
            )
            return make_link(
                session,
                Purpose.ASK,
                account_id=house.rosa.account_id,
                patient_id=house.profile,
                about=session.get_one(Ask, ask).request_id,
            )

    def shown(self, token: str) -> object:
        with reading() as session:
            return about_link(session, token)

    def test_it_shows_the_question_to_who_decides(self, token: str) -> None:
        assert self.shown(token) is not None

    def test_it_shows_nothing_once_the_profile_is_claimed(self, house: House, token: str) -> None:
        claim(house.profile)
        assert self.shown(token) is None

    def test_it_shows_nothing_once_somebody_else_was_named(self, house: House, token: str) -> None:
        do(set_guardian, house.desk, GuardianForm(patient_id=house.profile))
        assert self.shown(token) is None


class TestBlocking:
    """Whoever is blocked notices nothing where they had nothing."""

    @pytest.fixture
    def told(self) -> Iterator[list[News]]:
        found: list[News] = []
        live.listen(found.append)
        yield found
        live.listen(None)

    def test_no_page_of_theirs_stirs(self, house: House, told: list[News]) -> None:
        do(asks.ask, house.mina, self.wish(house))
        told.clear()
        with writing() as session:
            idris = self.idris(house)
            block.block(session, idris, house.mina.me)
        assert [news.people for news in told] == [{idris.me}]

    @pytest.fixture(autouse=True)
    def claimed(self, house: House) -> None:
        claim(house.profile)

    def idris(self, house: House) -> Actor:
        return Actor(patient_id=house.profile)

    def wish(self, house: House) -> asks.AskForm:
        return asks.AskForm(member_id=house.profile, permissions=[P.BOOK])

    def test_what_they_take_back_reaches_nobody(self, house: House, told: list[News]) -> None:
        do(block.block, self.idris(house), house.mina.me)
        do(asks.ask, house.mina, self.wish(house))
        with reading() as session:
            ask_id = session.exec(select(Ask.id).where(col(Ask.unheard))).one()
        told.clear()
        do(asks.take_back, house.mina, ask_id)
        assert [news.people for news in told] == [{house.mina.me}]


class TestNames:
    """Nobody is named beyond what their relationship shows."""

    def test_a_relative_without_permissions_learns_no_last_name(self, house: House) -> None:
        claim(house.profile, *SIX)
        payload = {"profile_id": house.profile, "holder_id": house.mina.me, "kept": [], "ended": []}
        with writing() as session:
            session.get_one(Patient, house.profile).last_name = "Zyxel"
            session.flush()
            letter = claimed_told(session, Claimed("m", "claimed_told", payload, clock.now(), 0))
        assert letter is not None
        assert "Idris" in str(letter)
        assert "Zyxel" not in str(letter)

    def test_the_face_of_somebody_a_manager_does_not_know_is_nobodys(self, house: House) -> None:
        with writing() as session:
            builders.add_ask(session, house.friends, house.profile, house.mina.me, P.BOOK)
            request = session.exec(select(Ask.request_id)).one()
            payload = {"request_id": request, "owner_id": house.profile}
            letter = asked_letter(session, Claimed("m", Kind.ASKED, payload, clock.now(), 0))
        assert letter is not None
        assert "Mina" not in str(letter)
        assert [part.face for part in letter.parts] == [None]


@pytest.mark.parametrize(
    "name", ["A;=1+1;", "=A1", "A\u00a0;\u00a0@SUM", "A|-2", "A, +B", "A;＝1", "\ufeff=A"]
)
def test_no_cell_becomes_a_formula_wherever_a_program_cuts_it(house: House, name: str) -> None:
    """Where the comma is part of numbers, a spreadsheet cuts at semicolons, quoted or not."""
    with writing() as session:
        session.get_one(Patient, house.mina.me).preferred_name = name
        audit.record(session, house.rosa, Action.VISIT_BOOK, house.mina.me)
        builders.relate(session, house.rosa.me, house.mina.me, Label.FRIEND)
    with reading() as session:
        text = to_csv(list_activity(session, house.rosa))
    for cut in (",", ";", "|", "\t"):
        for row in csv.reader(io.StringIO(text.lstrip("\ufeff")), delimiter=cut):
            for cell in row:
                assert not cell.strip('\ufeff \u00a0"').startswith(("=", "+", "-", "@", "＝")), row
