"""The calendar attacked by people with a log-in: nobody learns of or does what is not theirs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
import time_machine
from sqlmodel import select

from portal import clock
from portal.booking.book import book_group, book_visit
from portal.booking.hold import choose_people, extend, hold
from portal.booking.order import book_order
from portal.db import reading, writing
from portal.errors import Invalid, NotAllowed, NotFound
from portal.ids import new_id
from portal.models import Hold, Visit
from portal.permissions import Actor, Permission, StaffRole
from portal.sharing.change import withdraw
from portal.staff.book.service import read_people
from portal.staff.schedule.rows import Block, Kind
from portal.staff.schedule.service import Asked, read_schedule
from portal.staff.visit.service import read_visit
from portal.staff.wait_list.service import (
    for_patient,
    free_times,
    list_offers,
    list_waiting,
    offer_by_hand,
)
from portal.visits.cancel import cancel_visit, undo
from portal.visits.detail import read_detail
from portal.visits.download import visit_ics
from portal.visits.hand_over import HandOverForm, hand_over
from portal.visits.service import get_visit
from portal.waitlist.answer import accept, decline
from portal.waitlist.ask import withdraw as take_off_list
from portal.waitlist.service import list_requests
from tests import builders
from tests.booking_family import NOW, TUESDAY, Family, add_family, everything
from tests.mails import send, text
from tests.outbox import let_undo_pass
from tests.servers.mail import MailServer

BOOK = Permission.BOOK


@pytest.fixture
def travel() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def family(travel: time_machine.Traveller, database: str) -> Family:
    return add_family(database)


class TestHolds:
    """Kept times."""

    def test_a_time_is_not_kept_for_ever_by_adding_another(
        self, family: Family, travel: time_machine.Traveller
    ) -> None:
        with writing() as session:
            order = hold(session, family.rosa, [family.wish(9, 0, family.theo)])
            extend(session, family.rosa, order.id)
            (first,) = session.exec(select(Hold)).all()
            ends = first.expires_at
        travel.shift(timedelta(minutes=5))
        with writing() as session:
            hold(session, family.rosa, [family.wish(10, 0, family.mina)], order_id=order.id)
            with pytest.raises(Invalid):
                extend(session, family.rosa, order.id)
        with reading() as session:
            assert session.get_one(Hold, first.id).expires_at == ends

    def test_for_whom_a_booked_time_was_is_not_chosen_again(self, family: Family) -> None:
        with writing() as session:
            order = hold(session, family.rosa, [family.wish(9, 0, family.theo)])
            book_order(session, family.rosa, order.id, new_id())
        before = everything()
        with writing() as session, pytest.raises(NotFound):
            choose_people(session, family.rosa, order.items[0].id, [family.mina])
        assert everything() == before


class TestSchedule:
    """The schedule of a practitioner who has never seen the patient."""

    def test_what_somebody_unknown_is_booking_is_not_said(self, family: Family) -> None:
        with writing() as session:
            hold(session, family.rosa, [family.wish(9, 0, family.theo)])
            seer = builders.add_staff(session, StaffRole.PRACTITIONER, family.lindqvist)
            desk = builders.add_staff(session)
        assert self._held(desk).service == "Check-up"
        assert self._held(seer).service == ""

    def test_what_is_booked_is_not_being_booked_any_more(self, family: Family) -> None:
        with writing() as session:
            order = hold(session, family.rosa, [family.wish(9, 0, family.theo)])
            book_order(session, family.rosa, order.id, new_id())
            desk = builders.add_staff(session)
        assert self._blocks(desk) == []

    def _held(self, actor: Actor) -> Block:
        (held,) = self._blocks(actor)
        return held

    def _blocks(self, actor: Actor) -> list[Block]:
        with reading() as session:
            columns = read_schedule(session, actor, Asked(TUESDAY)).columns
        return [b for one in columns for b in one.blocks if b.kind is Kind.HELD]


class TestPatientsAtTheDesk:
    """What staff do, asked for by a patient who may book for the person."""

    def test_patients_do_nothing_of_the_desk(self, family: Family) -> None:
        with writing() as session:
            visit = builders.add_visit(
                session,
                family.theo,
                family.calloway,
                family.check_up,
                builders.local(TUESDAY, 9),
            )
            request = builders.add_request(session, family.theo, family.check_up)
        at = builders.local(TUESDAY, 11)
        form = HandOverForm(request_key=new_id(), visit_id=visit, to_id=family.mina)
        asked = (
            lambda s, who: hand_over(s, who, form),
            lambda s, who: offer_by_hand(s, who, request, family.calloway, at),
            lambda s, who: free_times(s, who, request),
            lambda s, who: for_patient(s, who, family.theo),
            lambda s, who: list_waiting(s, who),
            lambda s, who: list_offers(s, who),
            lambda s, who: read_people(s, who, [family.theo]),
            lambda s, who: read_visit(s, who, visit),
        )
        before = everything()
        for one in asked:
            for actor in (family.rosa, family.idris, family.stranger):
                with writing() as session, pytest.raises((NotFound, NotAllowed)):
                    one(session, actor)
        assert everything() == before


class TestWaitList:
    """Requests and offers of somebody else."""

    def test_a_note_is_between_whoever_wrote_it_and_the_clinic(self, family: Family) -> None:
        with writing() as session:
            builders.add_request(
                session,
                family.idris.me,
                family.check_up,
                asked_by=family.idris.name,
                note="Please nobody at home",
            )
            builders.add_request(
                session, family.theo, family.check_up, asked_by=family.rosa.name, note="By Rosa"
            )
            desk = builders.add_staff(session)
        notes = {
            actor: {row.note for row in self._list(actor)} for actor in (family.rosa, family.idris)
        }
        assert notes == {
            family.rosa: {"", "By Rosa"},
            family.idris: {"Please nobody at home", ""},
        }
        with reading() as session:
            rows = list_waiting(session, desk).requests
        assert {row.note for row in rows} == {"Please nobody at home", "By Rosa"}

    def test_nobody_else_answers(self, family: Family) -> None:
        with writing() as session:
            request = builders.add_request(
                session, family.idris.me, family.check_up, asked_by=family.rosa.name
            )
            offer = builders.add_offer(
                session, request, family.calloway, builders.local(TUESDAY, 9)
            )
            seer = builders.add_staff(session, StaffRole.PRACTITIONER, family.lindqvist)
            withdraw(session, family.idris, family.idris.me, family.rosa.me, [BOOK])
        before = everything()
        for actor in (family.rosa, family.stranger, seer):
            for do in (accept, decline):
                with writing() as session, pytest.raises(NotFound):
                    do(session, actor, offer)
            with writing() as session, pytest.raises(NotFound):
                take_off_list(session, actor, request)
        assert everything() == before
        assert self._list(family.rosa) == []

    def _list(self, actor: Actor):
        with reading() as session:
            return list(list_requests(session, actor))


class TestOrders:
    """Everything of an order."""

    def test_whom_one_may_not_book_for_any_more_keeps_the_visit(self, family: Family) -> None:
        with writing() as session:
            order = hold(
                session,
                family.rosa,
                [family.wish(9, 0, family.theo), family.wish(10, 0, family.idris.me)],
            )
            theo, idris = book_order(session, family.rosa, order.id, new_id())
            withdraw(session, family.idris, family.idris.me, family.rosa.me, [BOOK])
        with writing() as session:
            assert get_visit(session, family.rosa, theo.id).together.count == 1
            undo(session, family.rosa, theo.id)
        with writing() as session, pytest.raises(NotFound):
            undo(session, family.rosa, idris.id)
        with reading() as session:
            assert session.get_one(Visit, theo.id).cancelled_at
            assert session.get_one(Visit, idris.id).cancelled_at is None


@dataclass(frozen=True)
class Town:
    """Pia pays for a group visit with Quin; Xena, who acts for Pia, does not know Quin."""

    mail: MailServer
    pia: Actor
    quin: Actor
    xena: Actor
    lone: Actor
    services: dict[str, str]
    practitioner: str


@pytest.fixture
def town(mail: MailServer) -> Town:
    with writing() as session:
        pia, quin, xena, lone = (
            builders.add_person(session, name, f"{name}last", email=f"{name}@town.example")
            for name in ("Pia", "Quin", "Xena", "Lone")
        )
        for owner, holder in ((quin, pia), (pia, xena)):
            link = builders.relate(session, owner.me, holder.me)
            builders.give(session, link, owner.me, holder.me, BOOK)
        services = {
            kind: builders.add_service(session, f"{kind} care", kind=kind, capacity=4)
            for kind in ("individual", "group", "class")
        }
        practitioner = builders.add_practitioner(session, services.values())
    return Town(mail, pia, quin, xena, lone, services, practitioner)


class TestNames:
    """Names of people who do not know each other."""

    def test_who_cancels_for_the_one_who_pays_is_no_name_for_the_others(self, town: Town) -> None:
        people = [town.pia.me, town.quin.me]
        at = builders.local(builders.in_days(5), 10)
        with writing() as session:
            mine, theirs = book_group(
                session,
                town.pia,
                people,
                town.services["group"],
                town.practitioner,
                at,
                new_id(),
            )
        let_undo_pass()
        send(town.mail)
        with writing() as session:
            cancel_visit(session, town.xena, mine.id, all_of="gathering")
        for message in send(town.mail):
            named = message["To"] != "Quin@town.example"
            assert ("Xena" in message.as_string()) == named
        with reading() as session:
            assert "Xena" not in repr(read_detail(session, town.quin, theirs.id))

    def test_nobody_in_a_class_learns_of_another(self, town: Town) -> None:
        at = builders.local(builders.in_days(5), 10)
        people = {"Pia": town.pia, "Lone": town.lone, "Quin": town.quin}
        visits: dict[str, str] = {}
        with writing() as session:
            where = builders.add_class(
                session, town.services["class"], town.practitioner, at, capacity=4
            )
            for name, actor in people.items():
                row = book_visit(
                    session,
                    actor,
                    actor.me,
                    town.services["class"],
                    town.practitioner,
                    at,
                    new_id(),
                    gathering_id=where,
                )
                visits[name] = row.id
        let_undo_pass()
        for message in send(town.mail):
            said = message.as_string() + text(message)
            assert [name for name in ("Lone", "Quin", "Pia") if f"{name}last" in said] == [
                message["To"].split("@")[0]
            ]
        with reading() as session:
            for name, actor in people.items():
                said = repr(read_detail(session, actor, visits[name]))
                said += visit_ics(session, actor, visits[name]).decode()
                assert not [one for one in people if one != name and f"{one}last" in said]
        with writing() as session:
            cancel_visit(session, town.lone, visits["Lone"], all_of="gathering")
        with reading() as session:
            assert session.get_one(Visit, visits["Quin"]).cancelled_at is None

    def test_undoing_what_somebody_else_booked_is_not_silent(self, town: Town) -> None:
        at = builders.local(builders.in_days(5), 10)
        with writing() as session:
            visit = book_visit(
                session,
                town.pia,
                town.pia.me,
                town.services["individual"],
                town.practitioner,
                at,
                new_id(),
            )
            undo(session, town.xena, visit.id)
        let_undo_pass()
        said = {message["To"]: message["Subject"] for message in send(town.mail)}
        assert "Visit cancelled" in said["Pia@town.example"]

    def test_a_link_to_a_visit_opens_nothing_for_a_stranger(self, town: Town) -> None:
        at = builders.local(builders.in_days(5), 10)
        with writing() as session:
            visit = builders.add_visit(
                session, town.pia.me, town.practitioner, town.services["individual"], at
            )
        for actor in (town.lone, town.quin):
            for do in (read_detail, visit_ics, cancel_visit, undo):
                with writing() as session, pytest.raises(NotFound):
                    do(session, actor, visit)
        assert clock.now() < at
        with writing() as session, pytest.raises((NotFound, Invalid)):
            cancel_visit(session, town.lone, "../" + visit)
