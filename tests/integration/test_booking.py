"""Choosing and booking a visit: what is offered, what is refused, and what is written with it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from sqlmodel import SQLModel, func, select

from portal.booking.service import (
    Day,
    Slot,
    VisitRow,
    book_visit,
    booking_window,
    find_soonest,
    find_times,
    list_bookable_people,
    list_practitioners,
    list_services,
)
from portal.db import reading, writing
from portal.errors import Invalid, NotAllowed, NotFound, PortalError, SlotTaken
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
from portal.permissions import Actor, Permission, StaffRole
from portal.visits.cancel import cancel_visit
from tests import builders

# A Monday morning in Vancouver, before anybody works.
NOW = datetime(2030, 1, 7, 14, tzinfo=UTC)
MONDAY = date(2030, 1, 7)
TUESDAY = date(2030, 1, 8)
ANYTHING_ELSE = (None, 7, "", "no", "x" * 5_000, "a'; drop table visit; --", "\0", "\ud800", "é")


@dataclass(frozen=True)
class Clinic:
    """One service, given by two practitioners from 9:00 to 17:00, and somebody with a child."""

    service_id: str
    calloway: str
    lindqvist: str
    rosa: Actor
    theo: str
    stranger: Actor

    def book(self, **changes: Any) -> VisitRow:
        """Book Tuesday at 9:30 for Rosa, apart from what the test changes."""
        wanted = {
            "actor": self.rosa,
            "patient_id": self.rosa.me,
            "service_id": self.service_id,
            "practitioner_id": self.calloway,
            "starts_at": builders.local(TUESDAY, 9, 30),
            "request_key": new_id(),
        } | changes
        with writing() as session:
            return book_visit(session, wanted.pop("actor"), **wanted)

    def refused(self, error: type[PortalError], **changes: Any) -> str:
        """Check that booking is refused and writes nothing; return the sentence."""
        before = everything()
        with pytest.raises(error) as caught:
            self.book(**changes)
        assert everything() == before
        return caught.value.message

    def times(self, practitioner_id: str | None = None, first_day: date = TUESDAY) -> Day:
        """Return the first day's free times."""
        with reading() as session:
            return find_times(
                session, None, self.service_id, practitioner_id, first_day, 1, every_start=True
            )[0]


def everything() -> list[int]:
    """Count what booking writes."""
    with reading() as session:
        return [
            session.exec(select(func.count()).select_from(table)).one()
            for table in (Visit, ClaimedUnit, AuditEntry, OutboxMessage)
        ]


def shown(day: Day) -> list[str]:
    """Return the starts of a day as a screen would show them."""
    return [f"{slot.starts_local:%H:%M}" for slot in day.slots]


@contextmanager
def changed(table: type[SQLModel], row_id: str) -> Iterator[Any]:
    """Change one row."""
    with writing() as session:
        yield session.get_one(table, row_id)


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


class TestTheCatalogue:
    """Services and who gives them."""

    @pytest.mark.usefixtures("clinic")
    def test_services_come_by_category_in_the_clinics_order(self) -> None:
        with writing() as session:
            for position, (name, category) in enumerate(
                [("Follow-up", "Physiotherapy"), ("A new worry", "Family doctor")], start=1
            ):
                service_id = builders.add_service(
                    session, name, category=category, position=position
                )
                builders.add_practitioner(session, [service_id])
        with reading() as session:
            groups = list_services(session, None)
        assert [(g.category, [s.name for s in g.services]) for g in groups] == [
            ("Family doctor", ["Check-up", "A new worry"]),
            ("Physiotherapy", ["Follow-up"]),
        ]
        check_up = groups[0].services[0]
        assert (check_up.minutes, check_up.price_cents, check_up.currency) == (30, 8500, "CAD")

    @pytest.mark.usefixtures("clinic")
    def test_a_service_that_nobody_gives_is_not_listed(self) -> None:
        with writing() as session:
            builders.add_service(session, "Nobody's")
            ended = builders.add_service(session, "Ended", ended=True)
            left = builders.add_service(session, "Left")
            builders.add_practitioner(session, [ended])
            builders.add_practitioner(session, [left], ended=True)
        with reading() as session:
            (group,) = list_services(session, None)
            assert [service.name for service in group.services] == ["Check-up"]
            for service_id in (ended, left, *ANYTHING_ELSE):
                with pytest.raises(NotFound):
                    list_practitioners(session, None, service_id)  # pyright: ignore[reportArgumentType]

    def test_practitioners_come_in_the_clinics_order(self, clinic: Clinic) -> None:
        with reading() as session:
            names = [one.name for one in list_practitioners(session, None, clinic.service_id)]
        assert names == ["Dr Ines Calloway", "Dr Wen Lindqvist"]


class TestFreeTimes:
    """What can be chosen."""

    def test_times_shown_are_half_an_hour_apart_and_begin_where_a_gap_does(
        self, clinic: Clinic
    ) -> None:
        clinic.book()  # 9:30 to 10:00
        with reading() as session:
            (day,) = find_times(session, None, clinic.service_id, clinic.calloway, TUESDAY, 1)
        assert shown(day)[:4] == ["09:00", "10:00", "10:30", "11:00"]

    def test_a_day_can_be_had_in_steps_of_ten_minutes(self, clinic: Clinic) -> None:
        times = shown(clinic.times(clinic.calloway))
        assert times[:4] == ["09:00", "09:10", "09:20", "09:30"]
        assert times[-1] == "16:30"
        assert len(times) == 46

    def test_every_day_of_the_range_comes_also_an_empty_one(self, clinic: Clinic) -> None:
        with writing() as session:
            sundays = builders.add_practitioner(session, [clinic.service_id], weekdays=[6])
        with reading() as session:
            days = find_times(session, None, clinic.service_id, sundays, MONDAY, 7)
        assert [day.on for day in days] == [MONDAY + timedelta(n) for n in range(7)]
        assert [bool(day.slots) for day in days] == [False] * 6 + [True]

    def test_what_is_booked_is_gone_and_comes_back_when_cancelled(self, clinic: Clinic) -> None:
        visit = clinic.book()
        times = shown(clinic.times(clinic.calloway))
        assert not {"09:10", "09:20", "09:30", "09:40", "09:50"} & set(times)
        assert {"09:00", "10:00"} <= set(times)
        with writing() as session:
            cancel_visit(session, clinic.rosa, visit.id)
        assert "09:30" in shown(clinic.times(clinic.calloway))

    def test_anyone_means_the_one_who_is_free_and_has_least_to_do(self, clinic: Clinic) -> None:
        assert {slot.practitioner_id for slot in clinic.times().slots} == {clinic.calloway}
        clinic.book()
        slots = {f"{slot.starts_local:%H:%M}": slot for slot in clinic.times().slots}
        assert len(slots) == 46
        assert {slot.practitioner_id for slot in slots.values()} == {clinic.lindqvist}
        clinic.book(
            actor=clinic.stranger,
            patient_id=clinic.stranger.me,
            practitioner_id=clinic.lindqvist,
            starts_at=builders.local(TUESDAY, 9, 30),
        )
        assert "09:30" not in shown(clinic.times())

    def test_nothing_sooner_than_an_hour_is_offered(self, clinic: Clinic) -> None:
        with time_machine.travel(builders.local(MONDAY, 10, 1), tick=False):
            assert shown(clinic.times(first_day=MONDAY))[0] == "11:10"
        with time_machine.travel(builders.local(MONDAY, 10, 0), tick=False):
            assert shown(clinic.times(first_day=MONDAY))[0] == "11:00"
        with time_machine.travel(builders.local(MONDAY, 15, 31), tick=False):
            assert shown(clinic.times(first_day=MONDAY)) == []

    def test_eight_weeks_ahead_is_the_last_day(self, clinic: Clinic) -> None:
        with reading() as session:
            window = booking_window(session, None)
        assert window.last_on == MONDAY + timedelta(days=56)
        assert clinic.times(first_day=window.last_on).slots
        with reading() as session:
            days = find_times(session, None, clinic.service_id, None, window.last_on, 7)
        assert [bool(day.slots) for day in days] == [True] + [False] * 6

    @pytest.mark.parametrize(
        ("first_day", "days"),
        [
            (date.min, 1),
            (date.max, 31),
            (date(2029, 11, 1), 7),
            (date(2030, 5, 1), 7),
            (MONDAY, 0),
            (MONDAY, -5),
            (MONDAY, 32),
            (MONDAY, 10**9),
        ],
    )
    def test_days_far_from_the_bookable_ones_are_refused(
        self, clinic: Clinic, first_day: date, days: int
    ) -> None:
        with reading() as session, pytest.raises(Invalid) as caught:
            find_times(session, None, clinic.service_id, None, first_day, days)
        assert set(caught.value.errors) == {"first_day"}

    def test_yesterday_is_an_empty_day(self, clinic: Clinic) -> None:
        assert clinic.times(first_day=MONDAY - timedelta(1)).slots == ()

    def test_an_unknown_service_or_practitioner_is_not_found(self, clinic: Clinic) -> None:
        with reading() as session:
            for wrong in ANYTHING_ELSE:
                with pytest.raises(NotFound):
                    find_times(session, None, wrong, None, MONDAY, 7)  # pyright: ignore[reportArgumentType]
                with pytest.raises(NotFound):
                    find_soonest(session, None, wrong)  # pyright: ignore[reportArgumentType]
                if wrong is not None:
                    with pytest.raises(NotFound):
                        find_times(session, None, clinic.service_id, wrong, MONDAY, 7)  # pyright: ignore[reportArgumentType]

    def test_each_practitioners_soonest_time_is_found(self, clinic: Clinic) -> None:
        with writing() as session:
            never = builders.add_practitioner(session, [clinic.service_id], weekdays=[])
        clinic.book(starts_at=builders.local(MONDAY, 9))
        with reading() as session:
            soonest = find_soonest(session, None, clinic.service_id)
        assert never not in soonest
        assert {who: f"{slot.starts_local:%a %H:%M}" for who, slot in soonest.items()} == {
            clinic.calloway: "Mon 09:30",
            clinic.lindqvist: "Mon 09:00",
        }

    def test_each_place_has_its_own_clock_and_its_own_list(self, clinic: Clinic) -> None:
        with writing() as session:
            builders.add_place(session, "prairie", zone="America/Edmonton")
            builders.add_practitioner(session, [clinic.service_id], place_id="prairie")
        nine: list[Slot] = [s for s in clinic.times().slots if f"{s.starts_local:%H:%M}" == "09:00"]
        assert [(slot.location_id, slot.zone) for slot in nine] == [
            ("prairie", "America/Edmonton"),
            (builders.HERE, builders.VANCOUVER),
        ]
        assert nine[1].starts_at - nine[0].starts_at == timedelta(hours=1)

    def test_a_far_eastern_place_has_its_own_today(self, clinic: Clinic) -> None:
        with writing() as session:
            builders.add_place(session, "auckland", zone="Pacific/Auckland")
            east = builders.add_practitioner(session, [clinic.service_id], place_id="auckland")
        tuesday = clinic.times(east)
        assert shown(tuesday)[0] == "09:00"
        assert tuesday.slots[0].starts_at.date() == MONDAY  # by UTC
        booked = clinic.book(practitioner_id=east, starts_at=tuesday.slots[0].starts_at)
        assert booked.starts_local.date() == TUESDAY
        assert booked.zone == "Pacific/Auckland"


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
