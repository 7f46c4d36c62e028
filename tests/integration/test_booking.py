"""Booking a visit, what is refused, and who it may be for."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from sqlmodel import select

from portal.booking.service import (
    book_visit,
    list_bookable_people,
)
from portal.db import reading, writing
from portal.errors import Invalid, NotAllowed, NotFound, SlotTaken
from portal.ids import new_id
from portal.models import (
    AuditEntry,
    ClaimedUnit,
    OutboxMessage,
    Practitioner,
    Service,
    Visit,
)
from portal.outbox.kinds import Kind
from portal.permissions import Permission, StaffRole
from portal.visits.cancel import cancel_visit
from tests import builders
from tests.booking_clinic import (
    ANYTHING_ELSE,
    MONDAY,
    NOW,
    TUESDAY,
    Clinic,
    changed,
    everything,
)


@pytest.fixture(autouse=True)
def _monday_morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def clinic(database: str) -> Clinic:
    with writing() as session:
        builders.add_clinic(session)
        service_id = builders.add_service(session)
        rosa = builders.add_person(session)
        return Clinic(
            service_id=service_id,
            calloway=builders.add_practitioner(session, [service_id]),
            lindqvist=builders.add_practitioner(
                session, [service_id], name="Dr Wen Lindqvist", position=1
            ),
            rosa=rosa,
            theo=builders.add_family_member(session, rosa, "Theo", Permission.BOOK),
            stranger=builders.add_person(session, "Stranger", "Danger"),
        )


class TestBooking:
    """What booking writes."""

    def test_a_visit_is_written_with_units_trail_and_mail(self, clinic: Clinic) -> None:
        visit = clinic.book(patient_id=clinic.theo)
        assert visit.person.first_name == "Theo"
        assert visit.starts_local.time() == time(9, 30)
        assert (visit.price_cents, visit.currency) == (8500, "CAD")
        assert visit.booked_by_me
        assert visit.can_cancel
        with reading() as session:
            units = session.exec(select(ClaimedUnit)).all()
            assert {one.resource_id for one in units} == {clinic.theo, clinic.calloway}
            assert len(units) == 12
            (message,) = session.exec(select(OutboxMessage)).all()
            assert message.kind == Kind.VISITS_BOOKED
            assert message.payload == {"visits": [[visit.id, 0]]}
            (entry,) = session.exec(select(AuditEntry)).all()
            assert (entry.actor, entry.subject_id, entry.allowed) == (
                clinic.rosa.name,
                clinic.theo,
                True,
            )

    def test_every_time_that_is_offered_can_be_booked(self, clinic: Clinic) -> None:
        for number in range(20):
            slots = clinic.times().slots
            slot = slots[(number * 7) % len(slots)]
            with writing() as session:
                patient_id = builders.add_family_member(
                    session, clinic.rosa, f"Child {number}", Permission.BOOK
                )
            visit = clinic.book(
                patient_id=patient_id,
                practitioner_id=slot.practitioner_id,
                starts_at=slot.starts_at,
            )
            assert visit.starts_at == slot.starts_at

    def test_the_price_is_the_one_of_the_day_of_booking(self, clinic: Clinic) -> None:
        first = clinic.book()
        with changed(Service, clinic.service_id) as service:
            service.price_cents = 9900
        second = clinic.book(starts_at=builders.local(TUESDAY, 11))
        with reading() as session:
            assert session.get_one(Visit, first.id).price_cents == 8500
            assert session.get_one(Visit, second.id).price_cents == 9900

    def test_the_same_click_again_gives_the_same_visit(self, clinic: Clinic) -> None:
        key = new_id()
        first = clinic.book(request_key=key)
        before = everything()
        assert clinic.book(request_key=key) == first
        assert everything() == before

    def test_a_press_on_a_page_whose_visit_was_cancelled_does_not_say_it_is_booked(
        self, clinic: Clinic
    ) -> None:
        key = new_id()
        visit = clinic.book(request_key=key)
        with writing() as session:
            cancel_visit(session, clinic.rosa, visit.id)
        assert "was cancelled" in clinic.refused(Invalid, request_key=key)

    def test_a_price_that_changed_since_it_was_shown_books_nothing(self, clinic: Clinic) -> None:
        assert "price has changed" in clinic.refused(Invalid, shown_price_cents=1)
        assert clinic.book(shown_price_cents=8500).price_cents == 8500

    def test_a_used_page_cannot_book_something_else(self, clinic: Clinic) -> None:
        key = new_id()
        clinic.book(request_key=key)
        clinic.refused(Invalid, request_key=key, patient_id=clinic.theo)
        clinic.refused(Invalid, request_key=key, starts_at=builders.local(TUESDAY, 12))

    def test_another_persons_key_is_nobodys_business(self, clinic: Clinic) -> None:
        key = new_id()
        mine = clinic.book(request_key=key)
        theirs = clinic.book(
            request_key=key,
            actor=clinic.stranger,
            patient_id=clinic.stranger.me,
            starts_at=builders.local(TUESDAY, 12),
        )
        assert mine.id != theirs.id

    def test_two_children_come_at_the_same_time(self, clinic: Clinic) -> None:
        clinic.book(patient_id=clinic.theo)
        clinic.book(practitioner_id=clinic.lindqvist)


class TestRefusals:
    """What booking refuses; nothing is written then."""

    def test_a_taken_time(self, clinic: Clinic) -> None:
        clinic.book()
        assert "just been taken" in clinic.refused(SlotTaken, patient_id=clinic.theo)
        clinic.refused(SlotTaken, patient_id=clinic.theo, starts_at=builders.local(TUESDAY, 9, 50))

    def test_a_person_who_has_a_visit_then(self, clinic: Clinic) -> None:
        clinic.book()
        sentence = clinic.refused(Invalid, practitioner_id=clinic.lindqvist)
        assert sentence == "This person already has a visit at that time."
        assert clinic.refused(Invalid) == sentence

    def test_the_callers_transaction_can_go_on_after_a_collision(self, clinic: Clinic) -> None:
        clinic.book()
        with writing() as session:
            with pytest.raises(SlotTaken):
                book_visit(
                    session,
                    clinic.rosa,
                    clinic.theo,
                    clinic.service_id,
                    clinic.calloway,
                    builders.local(TUESDAY, 9, 30),
                    new_id(),
                )
            assert len(session.exec(select(Visit)).all()) == 1
            builders.add_patient(session, "Still", "Here")

    @pytest.mark.parametrize(
        "starts_at",
        [
            builders.local(TUESDAY, 9, 5),  # off the grid
            builders.local(TUESDAY, 9, 30) + timedelta(seconds=1),
            builders.local(TUESDAY, 9, 30) + timedelta(microseconds=1),
            builders.local(TUESDAY, 8, 50),  # before work
            builders.local(TUESDAY, 16, 40),  # ends after work
            builders.local(TUESDAY, 3),
            builders.local(MONDAY + timedelta(57), 9),  # too far
            NOW + timedelta(minutes=50),
            NOW - timedelta(days=7),
            datetime(2030, 1, 8, 9, 30),  # noqa: DTZ001 - no zone
            datetime.min.replace(tzinfo=UTC),
            datetime.max.replace(tzinfo=UTC),
            datetime.max.replace(tzinfo=ZoneInfo("America/Vancouver")),
            datetime.min.replace(tzinfo=ZoneInfo("Pacific/Auckland")),
        ],
    )
    def test_a_time_that_is_not_offered(self, clinic: Clinic, starts_at: datetime) -> None:
        with pytest.raises(Invalid) as caught:
            clinic.book(starts_at=starts_at)
        assert set(caught.value.errors) == {"starts_at"}
        assert everything() == [0, 0, 0, 0]

    def test_a_time_less_than_an_hour_away(self, clinic: Clinic) -> None:
        with time_machine.travel(builders.local(MONDAY, 10, 1), tick=False):
            assert "too soon" in clinic.refused(Invalid, starts_at=builders.local(MONDAY, 11))
            clinic.book(starts_at=builders.local(MONDAY, 11, 10))

    def test_a_service_or_practitioner_that_is_no_longer_offered(self, clinic: Clinic) -> None:
        with writing() as session:
            other = builders.add_service(session, "Other")
        clinic.refused(NotFound, service_id=other)
        with changed(Practitioner, clinic.calloway) as practitioner:
            practitioner.ended = True
        clinic.refused(NotFound)
        clinic.book(practitioner_id=clinic.lindqvist)
        with changed(Service, clinic.service_id) as service:
            service.ended = True
        clinic.refused(NotFound, practitioner_id=clinic.lindqvist)

    @pytest.mark.parametrize(
        "argument", ["patient_id", "service_id", "practitioner_id", "request_key"]
    )
    def test_hostile_arguments(self, clinic: Clinic, argument: str) -> None:
        for value in ANYTHING_ELSE:
            if (argument, value) != ("request_key", "no"):  # as good a key as any
                clinic.refused(NotFound, **{argument: value})

    def test_somebody_who_is_not_theirs(self, clinic: Clinic) -> None:
        clinic.refused(NotFound, patient_id=clinic.stranger.me)
        clinic.refused(NotFound, actor=clinic.stranger, patient_id=clinic.theo)
        clinic.refused(NotFound, patient_id=new_id())

    def test_a_relative_who_did_not_allow_it(self, clinic: Clinic) -> None:
        with writing() as session:
            idris = builders.add_person(session, "Idris")
            relationship_id = builders.relate(session, clinic.rosa.me, idris.me)
        clinic.refused(NotAllowed, patient_id=idris.me)
        with writing() as session:
            builders.give(session, relationship_id, idris.me, clinic.rosa.me, Permission.BOOK)
        clinic.book(patient_id=idris.me)
        clinic.refused(NotAllowed, actor=idris, patient_id=clinic.rosa.me)

    def test_a_replay_after_the_permission_has_ended(self, clinic: Clinic) -> None:
        key = new_id()
        clinic.book(patient_id=clinic.theo, request_key=key)
        with writing() as session:
            for grant in session.exec(select(builders.Grant)):
                grant.ended_at = NOW
        clinic.refused(NotAllowed, patient_id=clinic.theo, request_key=key)

    def test_a_fourth_visit_of_an_account_that_is_not_confirmed(self, clinic: Clinic) -> None:
        with writing() as session:
            new = builders.add_person(session, "New", verified=False)
            child = builders.add_family_member(session, new, "Child", Permission.BOOK)
        wanted = {"actor": new, "patient_id": new.me}
        first = clinic.book(**wanted)
        clinic.book(**wanted, starts_at=builders.local(TUESDAY, 11))
        clinic.book(actor=new, patient_id=child, starts_at=builders.local(TUESDAY, 12))
        last = {"starts_at": builders.local(TUESDAY, 13)}
        assert "confirm your email" in clinic.refused(NotAllowed, **wanted, **last)
        clinic.refused(NotAllowed, actor=new, patient_id=child, **last)
        with writing() as session:
            cancel_visit(session, new, first.id)
        clinic.book(**wanted, **last)

    def test_staff_book_for_a_patient_but_not_after_they_left(self, clinic: Clinic) -> None:
        with writing() as session:
            desk = builders.add_staff(session, StaffRole.FRONT_DESK)
        visit = clinic.book(actor=desk)
        assert visit.booked_by_me
        with changed(builders.Staff, str(desk.id)) as staff:
            staff.ended_at = NOW
        clinic.refused(NotFound, actor=desk, starts_at=builders.local(TUESDAY, 12))


class TestWhoItIsFor:
    """The list of people to choose from."""

    def test_me_first_then_the_family_that_lets_me(self, clinic: Clinic) -> None:
        with writing() as session:
            idris = builders.add_person(session, "Idris")
            builders.relate(session, clinic.rosa.me, idris.me, colour=3)
        with reading() as session:
            rosa, theo = list_bookable_people(session, clinic.rosa)
            (only,) = list_bookable_people(session, idris)
        assert (rosa.first_name, rosa.is_me, rosa.label, rosa.colour) == ("Rosa", True, None, 1)
        assert (theo.first_name, theo.is_me, theo.label, theo.colour) == ("Theo", False, "child", 2)
        assert only.is_me
        assert replace(rosa, first_name="X").full_name == "X Marlow"
