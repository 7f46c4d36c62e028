"""No connection, and a portal that restarts: nothing typed is lost, nothing is done twice."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.clinic import PASSWORD, ClinicBook, new_address
from tests.e2e.conftest import Visitor
from tests.e2e.pages.booking import Booking
from tests.e2e.pages.family import AddFamilyMember, FamilyMembers
from tests.e2e.pages.sign_up import FamilyStep, SignUp
from tests.servers.portal import Portal


@pytest.fixture(scope="module")
def own_clinic(new_clinic: Callable[[], ClinicBook]) -> ClinicBook:
    """Open a clinic for this module alone."""
    return new_clinic()


@pytest.fixture(scope="module")
def own_portal(portal_server: Callable[..., Portal], own_clinic: ClinicBook) -> Portal:
    """Serve a portal that may be stopped."""
    return portal_server(database_url=own_clinic.database_url)


@pytest.fixture
def portal(own_portal: Portal) -> Portal:
    """Walk through that one."""
    return own_portal


@pytest.fixture
def clinic(own_clinic: ClinicBook) -> ClinicBook:
    """Return it."""
    return own_clinic


def test_without_a_connection_the_page_says_so_and_keeps_what_was_typed(
    visitor: Visitor, clinic: ClinicBook
) -> None:
    visitor.expects_no_connection()
    page = visitor.browser()
    sign_up = SignUp(page)
    sign_up.open()
    sign_up.fill_in("Mira", "Okafor", new_address("mira"), "+1 604 555 0123", PASSWORD)
    page.context.set_offline(True)
    expect(sign_up.connection_line).to_be_visible()
    sign_up.go_on()
    expect(sign_up.alert("What you typed is still here.")).to_be_focused()
    expect(sign_up.field("First name")).to_have_value("Mira")
    expect(sign_up.field("Password")).to_have_value(PASSWORD)
    page.context.set_offline(False)
    expect(sign_up.connection_line).to_have_count(0)
    sign_up.go_on()
    expect(FamilyStep(page).heading).to_have_text("Your family")


def test_a_restart_in_the_middle_of_a_form_loses_nothing_and_saves_once(
    visitor: Visitor, clinic: ClinicBook, portal: Portal
) -> None:
    visitor.expects_no_connection()
    form = AddFamilyMember(visitor.signed_in(clinic.add_person()))
    form.open()
    form.list.member(1).fill_in("Child", "Theo", "Marlow", new_address("theo"))
    form.list.add_another()
    form.list.member(2).fill_in("Sibling", "Ada", "Marlow", new_address("ada"))
    portal.restart()
    expect(form.connection_line).to_have_count(0)
    expect(form.list.member(2).field("First name")).to_have_value("Ada")
    form.save()
    members = FamilyMembers(form.page)
    expect(members.row("Ada Marlow")).to_have_count(1)
    expect(members.row("Theo Marlow")).to_have_count(1)


def test_a_press_while_the_portal_is_away_books_once_when_it_is_back(
    visitor: Visitor, clinic: ClinicBook, portal: Portal
) -> None:
    visitor.expects_no_connection()
    rosa = clinic.add_person()
    booking = Booking(visitor.signed_in(rosa))
    booking.open()
    booking.choose_service(clinic.CHECK_UP)
    booking.choose_time(6)
    booking.go_on()
    booking.choose_me()
    expect(booking.confirm_button("me")).to_be_visible()
    portal.stop()
    expect(booking.connection_line).to_be_visible()
    booking.confirm()
    portal.start_web()
    expect(booking.connection_line).to_have_count(0)
    expect(booking.heading).to_have_text("Appointments")
    assert len(clinic.visits_of(rosa.id)) == 1
