"""Large families and names of every kind, on the narrowest screen."""

import pytest
from playwright.sync_api import Page, expect

from portal.permissions import SIX
from tests.builders import add_family_member
from tests.e2e.clinic import ClinicBook, new_address
from tests.e2e.conftest import Visitor
from tests.e2e.pages.appointments import Appointments
from tests.e2e.pages.booking import Booking
from tests.e2e.pages.family import AddFamilyMember, FamilyMembers

NARROW = {"width": 360, "height": 740}
NAMES = {
    "apostrophe": ("Siobhán", "O’Brien-D'Angelo"),
    "Arabic": ("فاطمة", "الزهراء"),
    "100 characters": ("Wolfeschlegelstein" * 5 + "hausenberg", "Hubertblaine" * 8 + "zeus"),
    "HTML": ("<b>Bo</b>", "<img src=x onerror=alert(1)>"),
}


def fits(page: Page) -> bool:
    """Tell whether nothing makes the page wider than the screen."""
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_family_of_twenty_is_listed_booked_for_and_told_apart(
    visitor: Visitor, clinic: ClinicBook
) -> None:
    rosa = clinic.add_person()
    with clinic.writing() as session:
        for number in range(20):
            add_family_member(
                session, rosa.actor, f"Theo{chr(ord('a') + number)}", *SIX, colour=number % 8 + 1
            )
    page = visitor.signed_in(rosa, viewport=NARROW)
    members = FamilyMembers(page)
    members.open()
    expect(page.get_by_role("heading", level=2, name="Theo")).to_have_count(20)
    assert fits(page)
    booking = Booking(page)
    booking.open()
    booking.choose_service(clinic.CHECK_UP)
    booking.choose_time()
    booking.go_on()
    expect(booking.person("Theo")).to_have_count(20)
    assert fits(page)


@pytest.mark.parametrize("kind", NAMES)
def test_a_name_is_shown_as_it_was_typed(visitor: Visitor, clinic: ClinicBook, kind: str) -> None:
    first, last = NAMES[kind]
    rosa = clinic.add_person()
    page = visitor.signed_in(rosa, viewport=NARROW)
    form = AddFamilyMember(page)
    form.open()
    form.list.member(1).fill_in("Friend", first, last, new_address())
    assert fits(page)
    form.save()
    members = FamilyMembers(page)
    expect(members.row(f"{first} {last}")).to_be_visible()
    assert fits(page)
    dialog = members.edit(f"{first} {last}").box
    expect(dialog).to_contain_text(first)
    assert fits(page)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    dialog = members.ask_removal(f"{first} {last}").box
    expect(dialog).to_contain_text(first)
    assert fits(page)

    booking = Booking(page)
    booking.open()
    expect(page.get_by_role("radio", name=f"{first} {last}")).to_be_visible()
    assert fits(page)
    booking.choose_service(clinic.LONG_TALK)
    booking.choose_time(-1)
    booking.go_on()
    assert fits(page)
    page.get_by_role("button", name=f"{first} {last}").click()
    expect(booking.banner.get_by_text(f"{first} {last}", exact=True)).to_be_visible()
    assert fits(page)
    booking.confirm(first)
    visits = Appointments(page)
    expect(visits.visit_of(f"{first} {last}")).to_be_visible()
    assert fits(page)
    clinic.let_undo_pass()
    visits.open()
    expect(visits.ask_cancel(f"{first} {last}")).to_contain_text(first)
    assert fits(page)
