"""Appointments: mine and my family's, coming, past and cancelled."""

from datetime import timedelta

import pytest
from icalendar import Calendar
from playwright.sync_api import Page, ViewportSize, expect
from sqlmodel import select

from portal import clock, routes
from portal.ids import new_id
from portal.models import Location, Patient, Visit
from portal.permissions import Permission
from portal.visits.cancel import cancel_visit
from tests import builders
from tests.builders import in_days, local, set_policy
from tests.e2e.axe import problems_of
from tests.e2e.clinic import ClinicBook
from tests.e2e.conftest import Visitor
from tests.e2e.pages.appointments import Appointments


def test_the_visits_of_a_family_are_filtered_by_person(
    visitor: Visitor, clinic: ClinicBook
) -> None:
    rosa, idris = clinic.add_person("Rosa"), clinic.add_person("Idris")
    clinic.link(rosa, idris, Permission.CALENDAR)
    theo = clinic.add_member(rosa, "Theo", colour=3)
    clinic.add_visit(rosa.id, local(in_days(20), 9))
    clinic.add_visit(theo, local(in_days(20), 10))
    clinic.add_visit(theo, local(in_days(21), 9))
    clinic.add_visit(theo, local(in_days(21), 11), cancelled=True)
    clinic.add_visit(theo, local(in_days(-20), 9))
    # Of Idris I see the calendar entries only, not the visits.
    clinic.add_visit(idris.id, local(in_days(20), 9), practitioner=1)

    visits = Appointments(visitor.signed_in(rosa))
    visits.open()
    expect(visits.visits).to_have_count(3)
    expect(visits.visit_of("You")).to_have_count(1)
    expect(visits.visit_of("Theo Marlow")).to_have_count(2)
    visits.show_only("Theo")
    expect(visits.visits).to_have_count(2)
    visits.show_only("Only me")
    expect(visits.visits).to_have_count(1)
    expect(visits.visit_of("You")).to_be_visible()
    visits.show_only("Everyone")
    expect(visits.visits).to_have_count(3)

    visits.show_past()
    expect(visits.visits).to_have_count(2)
    expect(visits.visit_of("Theo Marlow").get_by_text("Cancelled", exact=True)).to_have_count(1)
    expect(visits.visits.get_by_role("button", name="Cancel")).to_have_count(0)
    visits.show_upcoming()
    expect(visits.visits).to_have_count(3)


def test_a_visit_can_be_kept_or_cancelled_and_a_cancelled_one_stays_to_be_found(
    visitor: Visitor, clinic: ClinicBook
) -> None:
    rosa = clinic.add_person()
    theo = clinic.add_member(rosa, "Theo")
    clinic.add_visit(theo, local(in_days(22), 9))
    visits = Appointments(visitor.signed_in(rosa))
    visits.open()
    question = visits.ask_cancel("Theo Marlow")
    expect(question).to_contain_text(f"Theo Marlow, {clinic.CHECK_UP}")
    visits.page.keyboard.press("Escape")
    expect(question).to_be_hidden()
    visits.ask_cancel("Theo Marlow").get_by_role("button", name="Keep the visit").click()
    expect(question).to_be_hidden()
    assert len(clinic.visits_of(theo)) == 1

    visits.cancel("Theo Marlow")
    expect(visits.notice("Cancelled for Theo")).to_be_visible()
    expect(visits.visits).to_have_count(0)
    visits.show_past()
    expect(visits.visit_of("Theo Marlow").get_by_text("Cancelled", exact=True)).to_be_visible()
    expect(visits.visit_of("Theo Marlow").get_by_role("button")).to_have_count(0)
    assert clinic.visits_of(theo) == []


def test_a_booking_is_undone_from_its_card(visitor: Visitor, clinic: ClinicBook) -> None:
    rosa = clinic.add_person()
    theo = clinic.add_member(rosa, "Theo")
    clinic.add_visit(theo, local(in_days(23), 9), booked_ago=timedelta(0))
    visits = Appointments(visitor.signed_in(rosa))
    visits.open()
    card = visits.visit_of("Theo Marlow")
    expect(card).to_contain_text("You can undo this until")
    expect(card.get_by_role("button", name="Cancel")).to_have_count(0)
    card.get_by_role("button", name="Undo").click()
    expect(visits.notice("Undone for Theo")).to_be_visible()
    expect(visits.visits).to_have_count(0)
    assert clinic.visits_of(theo) == []


def test_of_what_was_booked_in_one_go_one_or_all_is_cancelled(
    visitor: Visitor, clinic: ClinicBook
) -> None:
    rosa = clinic.add_person()
    theo = clinic.add_member(rosa, "Theo")
    order, people = new_id(), (rosa.id, theo, theo)
    with_ids = [clinic.add_visit(who, local(in_days(24), 9 + n)) for n, who in enumerate(people)]
    with clinic.writing() as session:
        for visit_id in with_ids:
            session.get_one(Visit, visit_id).order_id = order
    visits = Appointments(visitor.signed_in(rosa))
    visits.open()
    question = visits.ask_cancel("You")
    expect(question.get_by_role("button", name="Cancel all 3 visits")).to_be_visible()
    assert problems_of(visits.page) == []
    question.get_by_role("button", name="Cancel only this one").click()
    expect(visits.notice("Cancelled for you")).to_be_visible()
    expect(visits.visits).to_have_count(2)
    visits.ask_cancel("Theo Marlow").get_by_role("button", name="Cancel all 2 visits").click()
    expect(visits.notice("2 visits are cancelled")).to_be_visible()
    expect(visits.visits).to_have_count(0)


def test_near_the_visit_only_the_clinic_can_cancel(visitor: Visitor, clinic: ClinicBook) -> None:
    rosa = clinic.add_person()
    _add_soon(clinic, rosa.id, timedelta(hours=20))
    visits = Appointments(visitor.signed_in(rosa))
    visits.open()
    card = visits.visit_of("You")
    expect(card).to_contain_text("can only be cancelled by phone: 555-0100")
    call = card.get_by_role("link", name="Contact to cancel")
    expect(call).to_have_attribute("href", "tel:555-0100")
    expect(card.get_by_role("button")).to_have_count(0)
    expect(card.get_by_role("link", name="Move")).to_have_count(0)
    check(visits.page)


def test_the_clinic_had_to_cancel_and_offers_another_time(
    visitor: Visitor, clinic: ClinicBook
) -> None:
    rosa, desk = clinic.add_person(), clinic.add_colleague()
    theo = clinic.add_member(rosa, "Theo")
    visit_id = clinic.add_visit(theo, local(in_days(25), 9))
    clinic.add_visit(rosa.id, local(in_days(-25), 9))
    with clinic.writing() as session:
        cancel_visit(session, desk.actor, visit_id, reason="Dr Calloway is ill.")
    visits = Appointments(visitor.signed_in(rosa))
    visits.page.goto(routes.APPOINTMENTS_PAST)
    card = visits.visit_of("Theo Marlow")
    expect(card).to_contain_text("The clinic had to cancel this.")
    expect(card).to_contain_text("Dr Calloway is ill.")
    check(visits.page)
    again = visits.visit_of("You").get_by_role("link", name="Book again")
    expect(again).to_have_attribute("href", f"{routes.BOOK_TIMES}?{_again(clinic, rosa.id)}")
    card.get_by_role("link", name="Choose another time").click()
    visits.page.wait_for_url(f"**{routes.BOOK_TIMES}?service={clinic.check_up}&for={theo}")


def test_the_page_of_a_visit_tells_everything_and_does_everything(
    visitor: Visitor, clinic: ClinicBook
) -> None:
    rosa = clinic.add_person()
    theo = clinic.add_member(rosa, "Theo")
    visit_id = clinic.add_visit(theo, local(in_days(26), 9), booked_by=rosa.actor.name)
    with clinic.writing() as session:
        session.get_one(Visit, visit_id).note = "He is afraid of needles."
        session.exec(select(Location)).one().directions = "Second floor, the blue door."
    visits = Appointments(visitor.signed_in(rosa))
    visits.open()
    visits.open_visit("Theo Marlow")
    expect(visits.fact("When")).to_contain_text("9:00 to 9:30 (Vancouver time)")
    expect(visits.fact("Where")).to_contain_text("Second floor, the blue door.")
    expect(visits.page.get_by_role("heading", level=2)).to_have_text(
        f"{clinic.CHECK_UP} with Dr Ines Calloway"
    )
    expect(visits.fact("Price")).to_have_text("$85")
    expect(visits.fact("Note for the clinic")).to_have_text("He is afraid of needles.")
    expect(visits.fact("Booked by")).to_have_text("You")
    map_link = visits.page.get_by_role("link", name="Open a map")
    expect(map_link).to_have_attribute("rel", "noreferrer")
    assert "1+Road" in (map_link.get_attribute("href") or "")
    move = visits.page.get_by_role("link", name="Move")
    to = f"{routes.BOOK_TIMES}?service={clinic.check_up}&move={visit_id}"
    expect(move).to_have_attribute("href", to)
    check(visits.page)

    with visits.page.expect_download() as begun:
        visits.page.get_by_role("link", name="Add to calendar").click()
    (event,) = Calendar.from_ical(begun.value.path().read_bytes()).walk("VEVENT")
    assert event.decoded("dtstart") == local(in_days(26), 9)
    assert str(event["summary"]) == "Theo: Check-up, Alder Clinic"

    visits.page.get_by_role("button", name="Cancel").click()
    visits.page.get_by_role("button", name="Cancel the visit").click()
    expect(visits.notice("Cancelled for Theo")).to_be_visible()
    expect(visits.page.get_by_role("article")).to_contain_text("Cancelled")
    expect(visits.page.get_by_role("link", name="Book again")).to_be_visible()
    check(visits.page)


def test_a_video_call_is_joined_from_ten_minutes_before(
    visitor: Visitor, clinic: ClinicBook
) -> None:
    rosa = clinic.add_person()
    soon = _add_soon(clinic, rosa.id, timedelta(minutes=5))
    later = _add_soon(clinic, rosa.id, timedelta(hours=30))
    with clinic.writing() as session:
        call = Location(
            id=new_id(),
            name="Video call",
            address="",
            zone="America/Vancouver",
            join_url="https://video.example/room",
            position=9,
        )
        session.add(call)
        session.flush()
        for visit_id in (soon, later):
            session.get_one(Visit, visit_id).location_id = call.id
    visits = Appointments(visitor.signed_in(rosa))
    visits.page.goto(routes.with_query(routes.VISIT, id=soon))
    join = visits.page.get_by_role("link", name="Join")
    expect(join).to_have_attribute("href", "https://video.example/room")
    expect(visits.page.get_by_role("link", name="Open a map")).to_have_count(0)
    check(visits.page)
    visits.page.goto(routes.with_query(routes.VISIT, id=later))
    expect(visits.page.get_by_text("appears here 10 minutes before")).to_be_visible()
    expect(visits.page.get_by_role("link", name="Join")).to_have_count(0)


def test_another_familys_visit_is_not_shown(visitor: Visitor, clinic: ClinicBook) -> None:
    rosa, uma = clinic.add_person("Rosa"), clinic.add_person("Uma", "Berg")
    visit_id = clinic.add_visit(uma.id, local(in_days(27), 9))
    page = visitor.signed_in(rosa)
    page.goto(routes.with_query(routes.VISIT, id=visit_id))
    expect(page.get_by_role("heading", name="We cannot show this visit")).to_be_visible()
    expect(page.get_by_text("Berg")).to_have_count(0)
    check(page)
    answer = page.request.get(routes.with_query(routes.VISIT_ICS, id=visit_id))
    assert answer.status == 403
    assert "Berg" not in answer.text()


def test_the_viewers_clock_is_shown_and_said(visitor: Visitor, clinic: ClinicBook) -> None:
    rosa = clinic.add_person()
    clinic.add_visit(rosa.id, local(in_days(28), 9))
    with clinic.writing() as session:
        session.get_one(Patient, rosa.id).zone = "Europe/Berlin"
    visits = Appointments(visitor.signed_in(rosa))
    visits.open()
    expect(visits.visit_of("You")).to_contain_text("Berlin time; 9:00 at the clinic")
    visits.open_visit("You")
    expect(visits.fact("When")).to_contain_text("(Berlin time)")
    expect(visits.fact("When")).to_contain_text("9:00, Vancouver time, where the visit is")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_with_the_keyboard_alone_a_visit_is_kept_and_then_cancelled(
    visitor: Visitor, clinic: ClinicBook, scheme: str
) -> None:
    rosa = clinic.add_person()
    clinic.add_visit(rosa.id, local(in_days(29), 9 if scheme == "light" else 10))
    visits = Appointments(
        visitor.signed_in(rosa, color_scheme=scheme, viewport={"width": 1280, "height": 900})
    )
    visits.open()
    check(visits.page)
    cancel = visits.visit_of("You").get_by_role("button", name="Cancel")
    for _press in range(40):
        visits.page.keyboard.press("Tab")
        if cancel.evaluate("button => button === document.activeElement"):
            break
    visits.page.keyboard.press("Enter")
    question = visits.page.get_by_role("dialog", name="Cancel this visit?")
    expect(question).to_be_visible()
    check(visits.page)
    visits.page.keyboard.press("Escape")
    expect(cancel).to_be_focused()
    visits.page.keyboard.press("Enter")
    answer = question.get_by_role("button", name="Cancel the visit")
    for _press in range(5):
        visits.page.keyboard.press("Tab")
        if answer.evaluate("button => button === document.activeElement"):
            break
    visits.page.keyboard.press("Enter")
    expect(visits.notice("Cancelled for you")).to_be_visible()


def test_the_clinic_can_switch_both_off(
    visitor: Visitor, clinic: ClinicBook, request: pytest.FixtureRequest
) -> None:
    rosa = clinic.add_person()
    clinic.add_visit(rosa.id, local(in_days(30), 9))

    def rules(*, on: bool) -> None:
        with clinic.writing() as session:
            set_policy(session, patients_cancel=on, patients_reschedule=on)

    rules(on=False)
    request.addfinalizer(lambda: rules(on=True))
    visits = Appointments(visitor.signed_in(rosa))
    visits.open()
    card = visits.visit_of("You")
    expect(card.get_by_role("link", name="Contact to cancel")).to_be_visible()
    expect(card.get_by_role("link", name="Move")).to_have_count(0)


def check(page: Page) -> None:
    """Check the page as it is now: axe, and no sideways scroll on a small phone."""
    assert problems_of(page) == []
    before = page.viewport_size
    narrow: ViewportSize = {"width": 360, "height": 740}
    page.set_viewport_size(narrow)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    if before:
        page.set_viewport_size(before)


def _add_soon(clinic: ClinicBook, patient_id: str, left: timedelta) -> str:
    """Add a visit at a time like no other, so with somebody whom no other walk books."""
    with clinic.writing() as session:
        return builders.add_visit(
            session,
            patient_id,
            builders.add_practitioner(session, name="Dr Ola Sund", position=9),
            clinic.check_up,
            clock.now() + left,
            booked_at=clock.now() - timedelta(hours=1),
        )


def _again(clinic: ClinicBook, patient_id: str) -> str:
    return f"service={clinic.check_up}&with={clinic.practitioners[0]}&for={patient_id}"
