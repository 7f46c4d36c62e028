"""A clinic whose setting *Allow Patients to add related profiles* is off."""

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
    """Serve a clinic whose setting may change."""
    return portal_server(database_url=own_clinic.database_url)


@pytest.fixture
def portal(own_portal: Portal) -> Portal:
    """Walk through that one."""
    return own_portal


@pytest.fixture
def clinic(own_clinic: ClinicBook) -> ClinicBook:
    """Begin each walk with the setting on."""
    own_clinic.allow_related_profiles(on=True)
    return own_clinic


def test_nothing_offers_to_add_family_members(visitor: Visitor, clinic: ClinicBook) -> None:
    clinic.allow_related_profiles(on=False)
    page = visitor.browser()
    sign_up = SignUp(page)
    sign_up.open()
    sign_up.fill_in("Mira", "Okafor", new_address("mira"), "+1 604 555 0123", PASSWORD)
    sign_up.go_on()
    booking = Booking(page)
    expect(booking.heading).to_have_text("Book a visit")

    FamilyStep(page).open()
    expect(booking.heading).to_have_text("Book a visit")
    AddFamilyMember(page).open()
    members = FamilyMembers(page)
    expect(members.heading).to_have_text("Family Members")
    expect(page.get_by_role("main")).to_contain_text("They can link your profiles.")
    expect(members.add_button).to_have_count(0)

    booking.open()
    booking.choose_service(clinic.CHECK_UP)
    booking.choose_time()
    booking.go_on()
    expect(booking.person("^Me, ")).to_be_visible()
    expect(booking.add_member_button).to_have_count(0)


def test_a_form_that_was_open_before_is_refused_with_words(
    visitor: Visitor, clinic: ClinicBook
) -> None:
    form = AddFamilyMember(visitor.signed_in(clinic.add_person()))
    form.open()
    form.list.member(1).fill_in("Child", "Theo", "Marlow", new_address("theo"))
    clinic.allow_related_profiles(on=False)
    form.save()
    expect(form.alert("Family members cannot be added online at the moment.")).to_be_focused()
    expect(form.list.member(1).field("First name")).to_have_value("Theo")
    clinic.allow_related_profiles(on=True)
    form.save()
    members = FamilyMembers(form.page)
    expect(members.row("Theo Marlow")).to_be_visible()
