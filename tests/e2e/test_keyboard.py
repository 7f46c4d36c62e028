"""The whole way from the start page to a booking, without a pointer."""

from playwright.sync_api import Locator, Page, expect

from tests.e2e.clinic import PASSWORD, ClinicBook, new_address
from tests.e2e.conftest import Visitor
from tests.e2e.pages.appointments import Appointments
from tests.e2e.pages.booking import Booking
from tests.e2e.pages.sign_up import FamilyStep, Member, SignUp

MOST_TABS = 120


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until something has the focus, and check that one can see that it has."""
    expect(target).to_be_visible()
    for _press in range(MOST_TABS):
        page.keyboard.press("Tab")
        if target.evaluate("node => node === document.activeElement"):
            ring = target.evaluate(
                "node => { const css = getComputedStyle(node);"
                " return css.outlineStyle !== 'none' || css.boxShadow !== 'none'; }"
            )
            assert ring, "the focus cannot be seen"
            return
    raise AssertionError(f"Tab never reaches {target}")


def type_into(page: Page, target: Locator, text: str) -> None:
    """Go to a field and type."""
    tab_to(page, target)
    page.keyboard.type(text)


def press(page: Page, target: Locator) -> None:
    """Go to a button or link and press Enter."""
    tab_to(page, target)
    page.keyboard.press("Enter")


def fill_in(page: Page, member: Member, first_letter: str, first_name: str, email: str) -> None:
    """Fill in a family member whose first field has the focus."""
    expect(member.relationship).to_be_focused()
    page.keyboard.type(first_letter)
    type_into(page, member.field("First name"), first_name)
    type_into(page, member.field("Last name"), "Okafor")
    if email:
        type_into(page, member.field("Email"), email)
    else:
        press(page, member.box.get_by_role("button", name="No email? Use mine"))
        expect(member.field("Email")).to_be_focused()


def test_signing_up_with_two_family_members_and_booking(
    visitor: Visitor, clinic: ClinicBook
) -> None:
    page = visitor.browser(viewport={"width": 1280, "height": 900})
    page.goto("/")
    expect(page.get_by_role("contentinfo")).to_contain_text("Alder Clinic")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the main part")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    press(page, page.get_by_role("link", name="Create an account").last)

    sign_up = SignUp(page)
    expect(sign_up.heading).to_be_focused()
    type_into(page, sign_up.field("First name"), "Mira")
    type_into(page, sign_up.field("Last name"), "Okafor")
    type_into(page, sign_up.field("Email"), new_address("mira"))
    type_into(page, sign_up.field("Mobile phone"), "604 555 0123")
    type_into(page, sign_up.field("Password"), PASSWORD)
    page.keyboard.press("Enter")

    family = FamilyStep(page)
    expect(family.heading).to_have_text("Your family")
    yes = family.question.get_by_role("radio", name="Yes")
    tab_to(page, yes)
    page.keyboard.press("Space")
    one, two = family.list.member(1), family.list.member(2)
    tab_to(page, one.relationship)
    fill_in(page, one, "Chi", "Theo", "")
    press(page, page.get_by_role("button", name="Add Another Family Member"))
    fill_in(page, two, "Pare", "Ada", new_address("ada"))
    tab_to(page, two.billing)
    page.keyboard.press("Space")
    expect(two.billing).to_be_checked()
    press(page, page.get_by_role("button", name="Continue"))

    booking = Booking(page)
    expect(booking.heading).to_have_text("Book a visit")
    expect(booking.heading).to_be_focused()
    press(page, page.get_by_role("link", name=clinic.CHECK_UP))
    expect(booking.heading).to_have_text("Choose a time")
    tab_to(page, booking.times.first)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(booking.chosen_time).to_be_focused()
    press(page, booking.go_on_button)
    press(page, booking.person("Theo Okafor"))
    press(page, booking.confirm_button("Theo"))
    visits = Appointments(page)
    expect(visits.heading).to_be_focused()
    expect(visits.visit_of("Theo Okafor")).to_be_visible()
