"""Somebody far away chooses on whose clock they read times."""

from playwright.sync_api import expect

from tests.e2e.axe import problems_of
from tests.e2e.clinic import ClinicBook
from tests.e2e.conftest import Visitor
from tests.e2e.pages.profile import ProfilePage

NARROW = {"width": 360, "height": 740}


def test_a_zone_is_chosen_with_the_keyboard_and_given_up_again(
    visitor: Visitor, clinic: ClinicBook
) -> None:
    rosa = clinic.add_person()
    page = visitor.signed_in(rosa, viewport=NARROW)
    profile = ProfilePage(page)
    profile.open()
    expect(profile.zone).to_have_value("")
    profile.find_zone("Toky")
    expect(profile.zone).to_have_value("Asia/Tokyo")
    assert problems_of(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    profile.phone.fill("604 555 0140")
    profile.save()
    expect(profile.saved).to_be_visible()
    profile.open()
    expect(profile.zone).to_have_value("Asia/Tokyo")
    profile.choose_zone("The clinic's time")
    expect(profile.saved).to_be_visible()
    profile.open()
    expect(profile.zone).to_have_value("")
