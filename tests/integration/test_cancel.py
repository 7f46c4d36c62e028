"""Cancelling and undoing: one visit, an order, a group visit; what becomes free, who is told."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlmodel import col, select

from portal import clock
from portal.booking.book import book_group, book_visit
from portal.booking.hold import Wish, hold
from portal.booking.order import book_order
from portal.db import reading, writing
from portal.errors import Invalid, NotAllowed, NotFound
from portal.ids import new_id
from portal.models import AuditEntry, ClaimedUnit, Gathering, Grant, Visit
from portal.permissions import Actor, Permission
from portal.sharing.change import withdraw
from portal.visits.cancel import AllOf, cancel_gathering, cancel_visit, undo
from portal.visits.rows import VisitRow
from portal.visits.rules import How
from portal.visits.service import get_visit, list_visits
from tests import builders
from tests.builders import in_days, local
from tests.mails import send, text
from tests.outbox import let_undo_pass
from tests.servers.mail import MailServer

BOOK = Permission.BOOK
ROSA, IDRIS, UMA = (f"{name}@family.example" for name in ("rosa", "idris", "uma"))


@dataclass
class House:
    """Rosa may book for Theo and Mina; Uma is a friend for whom she may book too."""

    mail: MailServer
    rosa: Actor
    uma: Actor
    theo: str
    mina: str
    desk: Actor
    practitioner: str
    services: dict[str, str]

    def book(
        self, who: str, at: datetime, *, service: str = "individual", where: str | None = None
    ) -> VisitRow:
        """Book one visit, by Rosa."""
        with writing() as session:
            return book_visit(
                session,
                self.rosa,
                who,
                self.services[service],
                self.practitioner,
                at,
                new_id(),
                gathering_id=where,
            )

    def group(self, *people: str, at: datetime) -> tuple[VisitRow, ...]:
        """Book a group visit, by Rosa; the first one pays."""
        with writing() as session:
            return book_group(
                session,
                self.rosa,
                people,
                self.services["group"],
                self.practitioner,
                at,
                new_id(),
            )

    def order(self, *visits: tuple[str, datetime]) -> tuple[VisitRow, ...]:
        """Book several visits in one go, by Rosa."""
        wishes = [
            Wish(self.services["individual"], self.practitioner, at, people=(who,))
            for who, at in visits
        ]
        with writing() as session:
            kept = hold(session, self.rosa, wishes)
        with writing() as session:
            return book_order(session, self.rosa, kept.id, new_id())

    def cancel(self, actor: Actor, visit_id: str, all_of: AllOf = "", reason: str = "") -> None:
        """Cancel."""
        with writing() as session:
            cancel_visit(session, actor, visit_id, all_of=all_of, reason=reason)

    def row(self, actor: Actor, visit_id: str) -> VisitRow:
        """Return a visit as somebody sees it."""
        with reading() as session:
            return get_visit(session, actor, visit_id)

    def standing(self) -> set[str]:
        """Return the patients who have a visit that stands."""
        with reading() as session:
            rows = select(Visit.patient_id).where(col(Visit.cancelled_at).is_(None))
            return set(session.exec(rows).all())

    def units(self) -> set[str]:
        """Return whose time is claimed."""
        with reading() as session:
            return set(session.exec(select(ClaimedUnit.resource_id)).all())


@pytest.fixture
def house(mail: MailServer) -> House:
    with writing() as session:
        rosa = builders.add_person(session, "Rosa", email=ROSA)
        uma = builders.add_person(session, "Uma", email=UMA)
        link = builders.relate(session, rosa.me, uma.me)
        builders.give(session, link, uma.me, rosa.me, BOOK)
        theo, mina = (builders.add_family_member(session, rosa, n, BOOK) for n in ("Theo", "Mina"))
        services = {
            kind: builders.add_service(session, f"{kind} care", kind=kind, capacity=size)
            for kind, size in (("individual", 1), ("group", 6), ("class", 4))
        }
        practitioner = builders.add_practitioner(session, services.values())
        desk = builders.add_staff_account(session, builders.add_staff(session))
    return House(mail, rosa, uma, theo, mina, desk, practitioner, services)


def at(days: int, hour: int = 10) -> datetime:
    return local(in_days(days), hour)


class TestUndo:
    """Three minutes in which a booking can be taken back."""

    def test_nobody_hears_of_what_was_undone(self, house: House) -> None:
        visit = house.book(house.rosa.me, at(3))
        assert house.row(house.rosa, visit.id).may.undo_until is not None
        with writing() as session:
            undo(session, house.rosa, visit.id)
        assert house.units() == set()
        let_undo_pass()
        assert send(house.mail) == []

    def test_it_takes_back_all_that_was_booked_in_one_go(self, house: House) -> None:
        first, *_others = house.order((house.rosa.me, at(3)), (house.theo, at(3, 11)))
        assert house.row(house.rosa, first.id).together.count == 2
        with writing() as session:
            undo(session, house.rosa, first.id)
        assert house.standing() == set()
        let_undo_pass()
        assert send(house.mail) == []

    def test_of_an_order_what_was_undone_is_left_out_of_its_one_mail(self, house: House) -> None:
        first, second = house.order((house.rosa.me, at(3)), (house.rosa.me, at(4)))
        house.cancel(house.rosa, first.id)
        let_undo_pass()
        (message,) = send(house.mail)
        assert str(message["Subject"]).startswith("Visit booked: ")
        house.cancel(house.rosa, second.id)
        (message,) = send(house.mail)
        assert str(message["Subject"]).startswith("Visit cancelled: ")

    def test_whatever_the_policy(self, house: House) -> None:
        with writing() as session:
            builders.set_policy(session, patients_cancel=False, late_cancel_hours=200)
        visit = house.book(house.theo, at(3))
        with writing() as session:
            assert undo(session, house.rosa, visit.id).is_cancelled

    def test_after_three_minutes_it_is_too_late_for_that(self, house: House) -> None:
        visit = house.book(house.rosa.me, at(3))
        let_undo_pass()
        with writing() as session, pytest.raises(Invalid, match="too late to undo"):
            undo(session, house.rosa, visit.id)
        assert house.standing() == {house.rosa.me}
        assert [str(m["To"]) for m in send(house.mail)] == [ROSA]

    def test_where_the_worker_was_late_the_cancelling_is_told(self, house: House) -> None:
        visit = house.book(house.rosa.me, at(3))
        with writing() as session:
            session.get_one(Visit, visit.id).booked_at -= timedelta(minutes=4)
        house.cancel(house.rosa, visit.id)
        let_undo_pass()
        (message,) = send(house.mail)
        assert str(message["Subject"]).startswith("Visit cancelled: ")

    def test_the_mail_is_certain_even_if_the_workers_clock_is_ahead(self, house: House) -> None:
        visit = house.book(house.rosa.me, at(3))
        let_undo_pass()
        assert len(send(house.mail)) == 1
        with writing() as session:
            session.get_one(Visit, visit.id).booked_at = clock.now()
        house.cancel(house.rosa, visit.id)
        (message,) = send(house.mail)
        assert str(message["Subject"]).startswith("Visit cancelled: ")


class TestLate:
    """Inside the late-cancel period the clinic is called."""

    def test_contact_to_cancel(self, house: House) -> None:
        with writing() as session:
            builders.set_policy(session, late_cancel_hours=24 * 5)
        visit = house.book(house.rosa.me, at(3))
        let_undo_pass()
        row = house.row(house.rosa, visit.id)
        assert (row.may.cancel, row.may.move) == (How.BY_CALLING, How.BY_CALLING)
        with pytest.raises(Invalid, match="Call us on 555-0100"):
            house.cancel(house.rosa, visit.id)
        assert house.standing() == {house.rosa.me}
        house.cancel(house.desk, visit.id, reason="You called us")
        assert house.standing() == set()

    def test_moving_it_away_does_not_get_around_it(self, house: House) -> None:
        visit = house.book(house.rosa.me, at(20))
        let_undo_pass()
        with writing() as session:
            moved = session.get_one(Visit, visit.id)
            moved.first_starts_at = clock.now() + timedelta(hours=3)
        assert house.row(house.rosa, visit.id).may.cancel is How.BY_CALLING
        with pytest.raises(Invalid):
            house.cancel(house.rosa, visit.id)

    def test_the_clinic_can_keep_cancelling_to_itself(self, house: House) -> None:
        visit = house.book(house.rosa.me, at(20))
        let_undo_pass()
        with writing() as session:
            builders.set_policy(session, patients_cancel=False)
        with pytest.raises(Invalid, match="Call us on"):
            house.cancel(house.rosa, visit.id)

    def test_of_an_order_only_what_is_still_in_time_is_cancelled(self, house: House) -> None:
        near, far = house.order((house.rosa.me, at(2)), (house.rosa.me, at(20)))
        let_undo_pass()
        with writing() as session:
            builders.set_policy(session, late_cancel_hours=24 * 4)
        assert house.row(house.rosa, far.id).together.count == 1
        house.cancel(house.rosa, far.id, "order")
        assert not house.row(house.rosa, near.id).is_cancelled
        with pytest.raises(Invalid):
            house.cancel(house.rosa, near.id, "order")


class TestOrder:
    """Several visits booked in one go."""

    def test_one_or_all_with_one_mail(self, house: House) -> None:
        visits = house.order(
            (house.rosa.me, at(3)), (house.theo, at(3, 11)), (house.mina, at(3, 12))
        )
        let_undo_pass()
        (message,) = send(house.mail)
        assert str(message["Subject"]).startswith("3 visits booked, from ")
        assert "visits of Rosa Marlow, Theo Marlow and Mina Marlow" in text(message)
        house.cancel(house.rosa, visits[1].id)
        assert house.standing() == {house.rosa.me, house.mina}
        assert len(send(house.mail)) == 1
        house.cancel(house.rosa, visits[0].id, "order")
        assert house.standing() == set()
        (message,) = send(house.mail)
        assert str(message["Subject"]).startswith("2 visits cancelled")
        assert house.units() == set()

    def test_all_are_those_whom_the_actor_may_cancel_for(self, house: House) -> None:
        mine, umas = house.order((house.rosa.me, at(3)), (house.uma.me, at(3, 11)))
        with writing() as session:
            withdraw(session, house.uma, house.uma.me, house.rosa.me, [BOOK])
        assert house.row(house.rosa, mine.id).together.count == 1
        house.cancel(house.rosa, mine.id, "order")
        assert house.standing() == {house.uma.me}
        with pytest.raises(NotFound):
            house.cancel(house.rosa, umas.id)


class TestGroup:
    """A group visit: the one who pays, and those who come along."""

    def test_who_comes_along_leaves_alone_and_the_time_stays_closed(self, house: House) -> None:
        rosa, theo, uma = house.group(house.rosa.me, house.theo, house.uma.me, at=at(3))
        house.cancel(house.uma, uma.id)
        assert house.standing() == {house.rosa.me, house.theo}
        assert house.practitioner in house.units()
        assert house.uma.me not in house.units()
        assert house.row(house.rosa, rosa.id).together.count == 2
        assert house.row(house.rosa, theo.id).together.alone

    def test_who_pays_cancels_for_all(self, house: House) -> None:
        rosa, *_others = house.group(house.rosa.me, house.theo, house.uma.me, at=at(3))
        row = house.row(house.rosa, rosa.id)
        assert (row.together.all_of, row.together.count, row.together.alone) == (
            "gathering",
            3,
            False,
        )
        let_undo_pass()
        assert len(send(house.mail)) == 2
        with pytest.raises(Invalid, match="for everyone"):
            house.cancel(house.rosa, rosa.id)
        assert len(house.standing()) == 3
        house.cancel(house.rosa, rosa.id, "gathering")
        assert house.standing() == house.units() == set()
        assert sorted(str(m["To"]) for m in send(house.mail)) == [ROSA, UMA]
        with reading() as session:
            assert session.exec(select(Gathering)).one().cancelled_at is not None
            trail = select(AuditEntry.subject_id).where(AuditEntry.action == "visit.cancel")
            assert set(session.exec(trail)) == {house.rosa.me, house.theo, house.uma.me}

    def test_who_comes_along_cancels_and_moves_for_nobody_else(self, house: House) -> None:
        rosa, _theo, uma = house.group(house.rosa.me, house.theo, house.uma.me, at=at(3))
        row = house.row(house.uma, uma.id)
        assert (row.may.cancel, row.may.move, row.together.all_of) == (How.HERE, How.NOT, "")
        with pytest.raises(NotAllowed):
            house.cancel(house.uma, uma.id, "gathering")
        with pytest.raises(NotFound):
            house.cancel(house.uma, rosa.id)
        assert len(house.standing()) == 3

    def test_undo_takes_everybody_back(self, house: House) -> None:
        rosa, *_others = house.group(house.rosa.me, house.theo, at=at(3))
        with writing() as session:
            undo(session, house.rosa, rosa.id)
        assert house.standing() == house.units() == set()

    def test_mails_name_only_whom_the_reader_knows(self, house: House) -> None:
        with writing() as session:
            ruth = builders.add_person(session, "Ruth", email="ruth@family.example")
            link = builders.relate(session, house.rosa.me, ruth.me)
            builders.give(session, link, ruth.me, house.rosa.me, BOOK)
        house.group(house.rosa.me, house.uma.me, ruth.me, at=at(3))
        let_undo_pass()
        mails = {str(message["To"]): text(message) for message in send(house.mail)}
        assert "Uma Marlow" in mails[ROSA]
        assert "Ruth Marlow" in mails[ROSA]
        assert "Together with: Rosa Marlow, 1 more person" in mails[UMA]
        assert "Ruth" not in mails[UMA]
        assert "Uma" not in mails["ruth@family.example"]


class TestClass:
    """People who do not know each other."""

    def test_a_seat_is_given_back_and_the_class_stays(self, house: House) -> None:
        with writing() as session:
            where = builders.add_class(
                session, house.services["class"], house.practitioner, at(3), capacity=2
            )
        visit = house.book(house.rosa.me, at(3), service="class", where=where)
        house.cancel(house.rosa, visit.id)
        with reading() as session:
            assert session.get_one(Gathering, where).cancelled_at is None
        assert house.units() == {house.practitioner}

    def test_a_class_that_is_cancelled_is_told_to_each_alone(self, house: House) -> None:
        with writing() as session:
            where = builders.add_class(session, house.services["class"], house.practitioner, at(3))
        house.book(house.rosa.me, at(3), service="class", where=where)
        house.book(house.uma.me, at(3), service="class", where=where)
        let_undo_pass()
        with writing() as session:
            stranger = builders.add_person(session, "Stranger")
            withdraw(session, house.uma, house.uma.me, house.rosa.me, [BOOK])
        send(house.mail)
        for actor in (house.rosa, stranger):
            with writing() as session, pytest.raises(NotFound):
                cancel_gathering(session, actor, where)
        with writing() as session:
            assert cancel_gathering(session, house.desk, where, "Dr Calloway is ill") == 2
        mails = {str(m["To"]): text(m) for m in send(house.mail)}
        assert set(mails) == {ROSA, UMA}
        assert all("Reason: Dr Calloway is ill" in words for words in mails.values())
        assert all("Choose another time" in words for words in mails.values())
        assert "Uma" not in mails[ROSA]
        assert "Rosa" not in mails[UMA]
        assert house.units() == set()
        with writing() as session:
            assert cancel_gathering(session, house.desk, where) == 0


def test_the_clinics_reason_is_told_and_another_time_offered(house: House) -> None:
    visit = house.book(house.rosa.me, at(3))
    let_undo_pass()
    send(house.mail)
    house.cancel(house.desk, visit.id, reason=" Our practitioner is ill. ")
    (message,) = send(house.mail)
    assert "Reason: Our practitioner is ill." in text(message)
    assert "Choose another time" in text(message)
    assert f"/appointments/visit?id={visit.id}" in text(message)
    with reading() as session:
        (row,) = list_visits(session, house.rosa, "past").visits
    assert (row.by_clinic, row.reason) == (True, "Our practitioner is ill.")


def test_a_patients_reason_is_not_kept(house: House) -> None:
    visit = house.book(house.rosa.me, at(3))
    house.cancel(house.rosa, visit.id, reason="<b>because</b>")
    assert house.row(house.rosa, visit.id).reason == ""


def test_a_grant_that_ends_ends_cancelling(house: House) -> None:
    visit = house.book(house.theo, at(3))
    with writing() as session:
        for grant in session.exec(select(Grant).where(Grant.owner_id == house.theo)):
            grant.ended_at = clock.now()
    with pytest.raises(NotFound):
        house.cancel(house.rosa, visit.id)
    with writing() as session, pytest.raises(NotFound):
        undo(session, house.rosa, visit.id)
