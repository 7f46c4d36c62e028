"""Seeing and cancelling visits: one's own and those of the family, and nobody else's."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlmodel import col, func, select, update

from portal.db import reading, writing
from portal.errors import Invalid, NotAllowed, NotFound
from portal.ids import new_id
from portal.models import AuditEntry, ClaimedUnit, Grant, OutboxMessage, RelationshipSide, Visit
from portal.outbox.kinds import Kind
from portal.permissions import Actor, Permission, StaffRole
from portal.visits.cancel import cancel_visit
from portal.visits.service import (
    VisitPage,
    When,
    get_visit,
    list_people,
    list_visits,
)
from tests import builders

NOW = datetime(2030, 1, 7, 18, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Family:
    """Rosa may book for Theo; Idris, her partner, has not let her do anything."""

    rosa: Actor
    theo: str
    idris: Actor
    stranger: Actor
    practitioner_id: str
    service_id: str
    relationship_id: str

    def visit(
        self, patient_id: str, starts_at: datetime, *, cancelled: bool = False, by: str = "system"
    ) -> str:
        """Add a visit."""
        with writing() as session:
            return builders.add_visit(
                session,
                patient_id,
                self.practitioner_id,
                self.service_id,
                starts_at,
                cancelled=cancelled,
                booked_by=by,
            )


def visits(actor: Actor, when: When = "upcoming", who: str | None = None) -> VisitPage:
    with reading() as session:
        return list_visits(session, actor, when, who)


def ids(actor: Actor, when: When = "upcoming", who: str | None = None) -> list[str]:
    return [visit.id for visit in visits(actor, when, who).visits]


def cancel(actor: Actor, visit_id: str) -> None:
    with writing() as session:
        assert cancel_visit(session, actor, visit_id).is_cancelled


@pytest.fixture(autouse=True)
def _ten_past_ten() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def family(database: str) -> Family:
    with writing() as session:
        builders.add_clinic(session)
        service_id = builders.add_service(session)
        rosa, idris = (builders.add_person(session, name) for name in ("Rosa", "Idris"))
        return Family(
            rosa=rosa,
            theo=builders.add_family_member(session, rosa, "Theo", Permission.BOOK, colour=4),
            idris=idris,
            stranger=builders.add_person(session, "Stranger"),
            practitioner_id=builders.add_practitioner(session, [service_id]),
            service_id=service_id,
            relationship_id=builders.relate(session, rosa.me, idris.me, colour=3),
        )


class TestTheList:
    """Upcoming and past."""

    def test_mine_and_my_familys_come_in_the_order_of_time(self, family: Family) -> None:
        late = family.visit(family.rosa.me, NOW + 3 * HOUR)
        early = family.visit(family.theo, NOW + HOUR, by=family.rosa.name)
        family.visit(family.idris.me, NOW + 2 * HOUR)
        family.visit(family.stranger.me, NOW + 4 * HOUR)
        page = visits(family.rosa)
        assert [visit.id for visit in page.visits] == [early, late]
        assert not page.has_more
        theos, mine = page.visits
        assert (theos.person.first_name, theos.person.colour, theos.person.label) == (
            "Theo",
            4,
            "child",
        )
        assert (theos.booked_by_me, mine.booked_by_me) == (True, False)
        assert mine.person.is_me
        assert (mine.practitioner_short_name, mine.service_name) == ("Dr Calloway", "Check-up")
        assert mine.zone == builders.VANCOUVER

    def test_a_visit_stays_upcoming_until_it_ends_but_can_no_longer_be_cancelled(
        self, family: Family
    ) -> None:
        running = family.visit(family.rosa.me, NOW - timedelta(minutes=25))
        over = family.visit(family.rosa.me, NOW - timedelta(minutes=60))
        coming = family.visit(family.rosa.me, NOW + HOUR)
        assert ids(family.rosa, "past") == [over]
        upcoming = visits(family.rosa).visits
        assert [(visit.id, visit.can_cancel) for visit in upcoming] == [
            (running, False),
            (coming, True),
        ]

    def test_a_cancelled_visit_is_found_among_the_past_ones(self, family: Family) -> None:
        old = family.visit(family.rosa.me, NOW - 48 * HOUR)
        coming = family.visit(family.rosa.me, NOW + 48 * HOUR)
        cancel(family.rosa, coming)
        assert ids(family.rosa) == []
        assert ids(family.rosa, "past") == [coming, old]
        assert [visit.is_cancelled for visit in visits(family.rosa, "past").visits] == [True, False]

    def test_one_person_can_be_picked(self, family: Family) -> None:
        theos = family.visit(family.theo, NOW + HOUR)
        mine = family.visit(family.rosa.me, NOW + 2 * HOUR)
        assert ids(family.rosa, who=family.theo) == [theos]
        assert ids(family.rosa, who=family.rosa.me) == [mine]
        with pytest.raises(NotAllowed):
            ids(family.rosa, who=family.idris.me)
        for nobody in (family.stranger.me, new_id(), "\0", "x" * 900):
            with pytest.raises(NotFound):
                ids(family.rosa, who=nobody)

    def test_fifty_come_on_a_page(self, family: Family) -> None:
        for number in range(53):
            family.visit(family.rosa.me, NOW + number * HOUR)
        with reading() as session:
            first, second, none, odd = (
                list_visits(session, family.rosa, page=page) for page in (1, 2, 10**30, -4)
            )
        assert (len(first.visits), first.has_more) == (50, True)
        assert (len(second.visits), second.has_more) == (3, False)
        assert none.visits == ()
        assert odd == first

    def test_what_is_withdrawn_is_gone_at_once(self, family: Family) -> None:
        visit_id = family.visit(family.theo, NOW + HOUR)
        assert ids(family.rosa) == [visit_id]
        with writing() as session:
            session.exec(update(Grant).values(ended_at=NOW))
        assert ids(family.rosa) == []
        with reading() as session:
            assert [one.first_name for one in list_people(session, family.rosa)] == ["Rosa"]
            with pytest.raises(NotFound):
                get_visit(session, family.rosa, visit_id)

    def test_no_chain_leads_to_somebody_elses_visits(self, family: Family) -> None:
        with writing() as session:
            builders.give(
                session, family.relationship_id, family.rosa.me, family.idris.me, Permission.BOOK
            )
        mine = family.visit(family.rosa.me, NOW + HOUR)
        family.visit(family.theo, NOW + 2 * HOUR)
        assert ids(family.idris) == [mine]

    def test_somebody_related_twice_in_the_past_comes_once(self, family: Family) -> None:
        with writing() as session:
            session.exec(
                update(RelationshipSide)
                .where(col(RelationshipSide.relationship_id) == family.relationship_id)
                .values(ended_at=NOW)
            )
            again = builders.relate(session, family.rosa.me, family.idris.me, colour=7)
            builders.give(session, again, family.idris.me, family.rosa.me, Permission.BOOK)
        family.visit(family.idris.me, NOW + HOUR)
        (visit,) = visits(family.rosa).visits
        assert visit.person.colour == 7
        with reading() as session:
            assert len(list_people(session, family.rosa)) == 3

    def test_the_front_desk_sees_everybodys(self, family: Family) -> None:
        with writing() as session:
            desk = builders.add_staff(session, StaffRole.FRONT_DESK)
        family.visit(family.idris.me, NOW + HOUR)
        family.visit(family.stranger.me, NOW + 2 * HOUR)
        assert len(visits(desk).visits) == 2


class TestCancelling:
    """Cancelling frees the time, once."""

    def test_it_frees_the_time_and_tells(self, family: Family) -> None:
        visit_id = family.visit(family.theo, NOW + HOUR)
        cancel(family.rosa, visit_id)
        with reading() as session:
            assert session.exec(select(ClaimedUnit)).all() == []
            visit = session.get_one(Visit, visit_id)
            assert (visit.cancelled_at, visit.cancelled_by, visit.sequence) == (
                NOW,
                family.rosa.name,
                1,
            )
            (message,) = session.exec(select(OutboxMessage)).all()
            assert message.kind == Kind.VISITS_CANCELLED
            assert message.payload == {"visits": [[visit_id, 1]], "offer": False}
            (entry,) = session.exec(select(AuditEntry)).all()
            assert (entry.action, entry.subject_id) == ("visit.cancel", family.theo)

    def test_once_more_changes_nothing(self, family: Family) -> None:
        visit_id = family.visit(family.rosa.me, NOW + HOUR)
        cancel(family.rosa, visit_id)
        cancel(family.rosa, visit_id)
        with time_machine.travel(NOW + 5 * HOUR, tick=False):
            cancel(family.rosa, visit_id)  # a replay after it would have begun
        with reading() as session:
            assert session.get_one(Visit, visit_id).sequence == 1
            assert session.exec(select(func.count()).select_from(OutboxMessage)).one() == 1

    def test_not_one_that_has_begun(self, family: Family) -> None:
        for started in (NOW, NOW - timedelta(minutes=30), NOW - 30 * HOUR):
            visit_id = family.visit(family.rosa.me, started)
            with pytest.raises(Invalid, match="has begun"), writing() as session:
                cancel_visit(session, family.rosa, visit_id)

    def test_not_somebody_elses(self, family: Family) -> None:
        theirs = family.visit(family.idris.me, NOW + HOUR)
        for actor, visit_id in (
            (family.rosa, theirs),  # a relative who has not let her
            (family.stranger, theirs),
            (family.rosa, new_id()),
            (family.rosa, "\0"),
            (family.rosa, "x" * 900),
        ):
            with pytest.raises(NotFound), writing() as session:
                cancel_visit(session, actor, visit_id)
        assert ids(family.idris) == [theirs]

    def test_the_patient_may_cancel_what_somebody_else_booked(self, family: Family) -> None:
        visit_id = family.visit(family.idris.me, NOW + HOUR, by=family.rosa.name)
        cancel(family.idris, visit_id)
