"""Full access says what is offered and by which rules; patients feel it on their own pages."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from portal import routes
from portal.permissions import StaffRole
from tests.builders import in_days, local
from tests.e2e.clinic import ClinicBook
from tests.e2e.conftest import Visitor
from tests.e2e.pages.booking import Booking
from tests.e2e.pages.catalogue import (
    HolidaysPage,
    PlacesPage,
    PractitionersPage,
    ServicesPage,
    SettingsPage,
)
from tests.e2e.pages.staff import PatientPage
from tests.e2e.test_every_page import DARK_DESK, LIGHT_PHONE, check
from tests.servers.portal import Portal

DESKTOP = {"viewport": {"width": 1280, "height": 900}}
WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@pytest.fixture(scope="module")
def own_clinic(new_clinic: Callable[[], ClinicBook]) -> ClinicBook:
    """Open a clinic for this module alone."""
    return new_clinic()


@pytest.fixture(scope="module")
def own_portal(portal_server: Callable[..., Portal], own_clinic: ClinicBook) -> Portal:
    """Serve a clinic whose rules may change."""
    return portal_server(database_url=own_clinic.database_url)


@pytest.fixture
def portal(own_portal: Portal) -> Portal:
    """Walk through that one."""
    return own_portal


@pytest.fixture
def clinic(own_clinic: ClinicBook) -> ClinicBook:
    """Return the clinic behind it."""
    return own_clinic


@pytest.fixture
def desk(visitor: Visitor, clinic: ClinicBook) -> Page:
    """Sign in with full access."""
    return visitor.at_desk(clinic.add_colleague(StaffRole.FULL_ACCESS), **DESKTOP)


def test_a_service_with_breaks_and_a_room_is_offered_by_somebody_new(
    visitor: Visitor, clinic: ClinicBook, desk: Page
) -> None:
    places = PlacesPage(desk)
    places.open()
    places.press("Add a room or equipment: Here")
    room = places.dialog("New room or equipment")
    room.get_by_label("Name").fill("Blue room")
    room.get_by_role("button", name="Save", exact=True).click()
    expect(room.get_by_role("alert")).to_contain_text("Enter a kind")
    room.get_by_label("Kind").fill("Treatment room")
    room.get_by_role("button", name="Save", exact=True).click()
    expect(places.row("Blue room")).to_contain_text("Treatment room")

    services = ServicesPage(desk)
    services.open()
    services.new()
    services.fill("Name", "Massage")
    services.fill("Category", "Body")
    services.fill("Price (CAD)", "seventy")
    services.fill("Break after (minutes)", "10")
    services.tick("Treatment room").check()
    services.press("Save")
    expect(services.alert("such as 85 or 85.50")).to_be_visible()
    services.fill("Price (CAD)", "70")
    services.press("Save")
    expect(services.notice("Saved.")).to_be_visible()
    expect(services.row("Massage")).to_contain_text("Nobody gives it")

    people = PractitionersPage(desk)
    people.open()
    people.new()
    people.fill("Name", "Ada Berg")
    people.fill("What they are", "Massage therapist")
    people.tick("Massage (Body)").check()
    people.press("Save")
    expect(people.notice("Now add their working hours.")).to_be_visible()
    expect(people.heading).to_have_text("Ada Berg")
    people.add_hours(*WEEK, starts="08:00", ends="20:00")
    expect(people.row("Monday, 8:00 to 20:00")).to_be_visible()

    patient = Booking(visitor.signed_in(clinic.add_person()))
    patient.open()
    patient.choose_service("Massage")
    patient.next_free()
    expect(patient.times.first).to_be_visible()


def test_a_service_is_taken_off_line_moved_ended_and_brought_back(
    visitor: Visitor, clinic: ClinicBook, desk: Page
) -> None:
    services = ServicesPage(desk)
    services.open()
    services.press(f"Move up: {clinic.LONG_TALK}")
    expect(services.page.get_by_role("heading", level=3).first).to_have_text(clinic.LONG_TALK)
    services.edit(clinic.LONG_TALK)
    services.tick("Patients can book it online").uncheck()
    services.press("Save")
    expect(services.row(clinic.LONG_TALK)).to_contain_text("Not online")
    patient = Booking(visitor.signed_in(clinic.add_person()))
    patient.open()
    services_of_patients = patient.page.get_by_role("main")
    expect(services_of_patients).to_contain_text(clinic.CHECK_UP)
    expect(services_of_patients).not_to_contain_text(clinic.LONG_TALK)
    services.press(f"End: {clinic.LONG_TALK}")
    services.press("End it")
    expect(services.part("Ended")).to_contain_text(clinic.LONG_TALK)
    services.press(f"Bring back: {clinic.LONG_TALK}")
    expect(services.part("Ended")).to_have_count(0)


def test_time_off_and_a_holiday_say_first_which_visits_they_affect(
    clinic: ClinicBook, desk: Page
) -> None:
    theo = clinic.add_person("Theo", "Adler")
    day = in_days(11)
    visit_id = clinic.add_visit(theo.id, local(day, 10))
    people = PractitionersPage(desk)
    people.open_for(clinic.practitioners[0])
    dialog = people.add_time_off(day, "Course")
    expect(dialog.get_by_text("Not saved yet: this affects 1 visit.")).to_be_visible()
    expect(people.affected).to_have_count(1)
    expect(people.affected).to_contain_text("Theo Adler")
    expect(people.affected).to_contain_text("10:00")
    people.save_anyway()
    expect(dialog).to_be_hidden()
    expect(people.row("Course")).to_be_visible()
    expect(people.part("Visits that need a look")).to_contain_text("Theo Adler")
    assert [visit.id for visit in clinic.visits_of(theo.id)] == [visit_id]
    people.row("Course").get_by_role("button", name="Remove").click()
    expect(people.notice("That time can be booked again.")).to_be_visible()

    holidays = HolidaysPage(desk)
    holidays.open()
    holidays.add(day, "Harbour day")
    expect(holidays.affected).to_contain_text("Theo Adler")
    holidays.save_anyway()
    expect(holidays.row("Harbour day")).to_contain_text("The whole clinic")
    holidays.row("Harbour day").get_by_role("button", name="Remove").click()
    expect(holidays.row("Harbour day")).to_have_count(0)


def test_rules_are_felt_on_patients_pages(visitor: Visitor, clinic: ClinicBook, desk: Page) -> None:
    settings = SettingsPage(desk)
    settings.open()
    days = "How far ahead people can book (days)"
    settings.fill(days, "400")
    settings.press("Save")
    expect(settings.alert("from 1 to 366")).to_be_visible()
    settings.fill(days, "40")
    settings.tick("Classes").uncheck()
    words = settings.page.get_by_label("What people read before they confirm")
    words.fill("Late means half the price.")
    settings.press("Save")
    expect(settings.notice("Saved.")).to_be_visible()
    desk.reload()
    expect(settings.page.get_by_label(days)).to_have_value("40")
    expect(settings.tick("Classes")).not_to_be_checked()
    expect(words).to_have_value("Late means half the price.")

    rosa = clinic.add_person()
    patient = PatientPage(desk)
    patient.open_for(rosa.id)
    bar = patient.part("Online booking").get_by_role("switch", name="Cannot be booked online")
    expect(bar).not_to_be_checked()
    bar.click()
    expect(bar).to_be_checked()
    expect(patient.notice("From now on the clinic books")).to_be_visible()


def test_the_front_desk_plans_time_off_and_nothing_else(
    visitor: Visitor, clinic: ClinicBook
) -> None:
    people = PractitionersPage(visitor.at_desk(clinic.add_colleague()))
    people.open_for(clinic.practitioners[1])
    expect(people.part("Time off").get_by_role("button", name="Add time off")).to_be_visible()
    expect(people.page.get_by_role("button", name="Add hours")).to_have_count(0)
    expect(people.page.get_by_role("button", name="Save")).to_have_count(0)
    dialog = people.add_time_off(in_days(30), "Dentist")
    expect(dialog).to_be_hidden()
    expect(people.row("Dentist")).to_be_visible()
    for path in (routes.STAFF_SERVICES, routes.STAFF_PLACES, routes.STAFF_HOLIDAYS):
        people.page.goto(path)
        expect(people.alert("This takes full access.")).to_be_visible()


def test_weekly_hours_with_the_keyboard_alone(clinic: ClinicBook, desk: Page) -> None:
    people = PractitionersPage(desk)
    people.open_for(clinic.practitioners[2])
    people.row("Monday, 8:00 to 20:00").get_by_role("button", name="Edit").focus()
    desk.keyboard.press("Enter")
    dialog = people.dialog("Weekly hours")
    expect(dialog.get_by_role("heading", name="Weekly hours")).to_be_focused()
    desk.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(people.row("Monday, 8:00 to 20:00").get_by_role("button", name="Edit")).to_be_focused()
    desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")
    question = people.dialog("Remove these hours?")
    expect(question).to_contain_text("Monday, 8:00 to 20:00")
    question.get_by_role("button", name="Remove").focus()
    desk.keyboard.press("Enter")
    expect(question).to_be_hidden()
    expect(people.row("Monday, 8:00 to 20:00")).to_have_count(0)


LOOKS = pytest.mark.parametrize("look", [LIGHT_PHONE, DARK_DESK], ids=["light phone", "dark desk"])


@LOOKS
def test_the_pages_of_settings_in_their_states(
    visitor: Visitor, clinic: ClinicBook, look: Any
) -> None:
    theo = clinic.add_person("Theo", "Adler")
    day = in_days(13 if look is LIGHT_PHONE else 14)
    clinic.add_visit(theo.id, local(day, 10))
    page = visitor.at_desk(clinic.add_colleague(StaffRole.FULL_ACCESS), **look)
    people = PractitionersPage(page)
    for path, shown in (
        (routes.STAFF_SERVICES, "Services"),
        (routes.with_query(routes.STAFF_SERVICE, id=clinic.check_up), clinic.CHECK_UP),
        (routes.STAFF_SERVICE, "New service"),
        (routes.STAFF_PRACTITIONERS, "Practitioners"),
        (routes.STAFF_PRACTITIONER, "New practitioner"),
        (routes.STAFF_PLACES, "Places and rooms"),
        (routes.STAFF_HOLIDAYS, "Holidays"),
        (routes.STAFF_SETTINGS, "Booking, Cancelling & Relationships"),
        (routes.with_query(routes.STAFF_PRACTITIONER, id=clinic.practitioners[0]), None),
    ):
        page.goto(path)
        expect(people.heading).to_have_text(shown or "Dr Ines Calloway")
        expect(page.locator(".skeleton")).to_have_count(0)
        check(page)
    people.add_time_off(day, "Course")
    expect(people.affected).to_have_count(1)
    check(page)
