"""Claiming a profile and joining it to an account: two people in two windows."""

import pytest
from playwright.sync_api import Page, expect

from portal.permissions import Permission
from tests.builders import in_days, local
from tests.e2e.axe import problems_of
from tests.e2e.clinic import PASSWORD, ClinicBook, Person, new_address
from tests.e2e.conftest import PHONE, Visitor
from tests.e2e.letters import link_in, text_of, wait_for_mail
from tests.e2e.pages.appointments import Appointments
from tests.e2e.pages.claim import ClaimPage
from tests.e2e.pages.doors import LogIn
from tests.e2e.pages.family import AddFamilyMember, FamilyMembers
from tests.servers.mail import MailServer

BOOK = "Book appointments and add wait list requests"
INTAKE = "Fill out and view completed intake forms"
CALENDAR = "See appointments in calendar subscriptions"
SOON = 2000  # milliseconds
NEW_PASSWORD = "copper-meadow-violin-7"


@pytest.fixture
def rosa(clinic: ClinicBook) -> Person:
    """Give somebody who adds others."""
    return clinic.add_person("Rosa")


def add_idris(visitor: Visitor, rosa: Person, mail: MailServer, email: str) -> tuple[Page, str]:
    """Let Rosa add Idris; return her window and the link in the mail to him."""
    page = visitor.signed_in(rosa)
    form = AddFamilyMember(page)
    form.open()
    form.list.member(1).fill_in("Partner", "Idris", "Keller", email)
    form.save()
    expect(FamilyMembers(page).row("Idris Keller")).to_be_visible()
    return page, link_in(wait_for_mail(mail, email, "A profile was made"), "/claim")


def open_claim(page: Page, link: str) -> ClaimPage:
    """Follow the link."""
    page.goto(link)
    return ClaimPage(page)


def check(page: Page) -> None:
    """Look for what axe finds and for sideways scroll at 360 px."""
    assert problems_of(page) == []
    before = page.viewport_size
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert problems_of(page) == []
    page.set_viewport_size(before or PHONE)


def test_idris_claims_his_profile_and_drops_two_things_while_rosa_looks_on(
    visitor: Visitor, clinic: ClinicBook, mail: MailServer, rosa: Person
) -> None:
    email = new_address("idris")
    window, link = add_idris(visitor, rosa, mail, email)
    members = FamilyMembers(window)
    expect(members.ability("Idris Keller", "Book visits")).not_to_contain_text("no")

    page = visitor.browser()
    claim = open_claim(page, link)
    expect(claim.heading).to_have_text("Rosa Marlow added you")
    expect(page.get_by_text("Rosa made a profile for Idris Keller at Alder Clinic")).to_be_visible()
    expect(claim.question(BOOK)).to_contain_text("Book appointments")
    expect(claim.chosen("Keep")).to_have_count(0)
    expect(claim.count).to_have_text("0 of 6 answered")
    check(page)

    claim.answer(BOOK, "Keep")
    expect(claim.count).to_have_text("1 of 6 answered")
    claim.make_account("short")
    expect(claim.summary).to_be_focused()
    expect(claim.summary).to_contain_text(f"{CALENDAR}: Choose keep or drop.")
    expect(claim.question(CALENDAR)).to_contain_text("Choose keep or drop.")
    expect(claim.chosen("Keep")).to_have_count(1)
    check(page)

    claim.answer_all("Keep")
    claim.answer(INTAKE, "Drop")
    claim.answer(CALENDAR, "Drop")
    expect(claim.count).to_have_text("6 of 6 answered")
    claim.make_account(NEW_PASSWORD)
    expect(claim.notice("Your account is made.")).to_be_visible()
    expect(claim.heading).to_have_text("People who can act for you")

    expect(members.ability("Idris Keller", "Fill in forms")).to_contain_text("no", timeout=SOON)
    expect(members.ability("Idris Keller", "Add to calendar")).to_contain_text("no")
    expect(members.ability("Idris Keller", "Book visits")).not_to_contain_text("no")
    expect(members.row("Idris Keller")).not_to_contain_text("Managed by you")

    own = text_of(wait_for_mail(mail, email, "Your profile is yours now"))
    assert BOOK in own
    assert CALENDAR not in own
    told = text_of(wait_for_mail(mail, rosa.email, "A family member has an own account now"))
    assert "These have ended" in told

    page.goto(link)
    expect(claim.heading).to_have_text("This link does not work any more")
    check(page)


def test_somebody_with_an_account_signs_in_and_joins_the_profile(
    visitor: Visitor, clinic: ClinicBook, mail: MailServer, rosa: Person
) -> None:
    idris = clinic.add_person("Idris", "Keller", email=new_address("idris"))
    window, link = add_idris(visitor, rosa, mail, idris.email)
    clinic.add_visit(clinic.managed_by(rosa), local(in_days(6), 11))

    page = visitor.browser()
    claim = open_claim(page, link)
    expect(page.get_by_text("You have an account here already")).to_be_visible()
    expect(claim.password).to_have_count(0)
    check(page)
    claim.sign_in()
    LogIn(page).sign_in(idris.email, PASSWORD)
    expect(page.get_by_text("becomes a part of your account")).to_be_visible()
    check(page)

    claim.answer_all("Drop")
    claim.answer(BOOK, "Keep")
    claim.join()
    expect(claim.heading).to_have_text("People who can act for you")
    expect(claim.notice("The profile is part of your account now.")).to_be_visible()
    appointments = Appointments(page)
    appointments.open()
    expect(page.get_by_role("main")).to_contain_text(clinic.CHECK_UP)
    assert len(clinic.visits_of(idris.id)) == 1

    members = FamilyMembers(window)
    expect(members.ability("Idris Keller", "Add to calendar")).to_contain_text("no", timeout=SOON)
    expect(members.ability("Idris Keller", "Book visits")).not_to_contain_text("no")
    expect(window.get_by_role("heading", name="Idris Keller")).to_have_count(1)
    own = text_of(wait_for_mail(mail, idris.email, "A profile is part of your account now"))
    assert BOOK in own
    wait_for_mail(mail, rosa.email, "A family member has an own account now")


def test_the_link_opened_by_somebody_it_is_not_for_does_nothing(
    visitor: Visitor, clinic: ClinicBook, mail: MailServer, rosa: Person
) -> None:
    window, link = add_idris(visitor, rosa, mail, new_address("idris"))
    claim = open_claim(window, link)
    expect(claim.heading).to_have_text("This link is for somebody else")
    expect(window.get_by_role("main")).to_contain_text("You are signed in as Rosa")
    check(window)

    late = visitor.signed_in(clinic.add_person("Mina"))
    claim = open_claim(late, link)
    expect(late.get_by_role("main")).to_contain_text("You are signed in as Mina")
    late.get_by_role("button", name="Sign out, this is not my account").click()
    expect(claim.heading).to_have_text("Sign in")
    claim = open_claim(late, link)
    expect(claim.heading).to_have_text("Rosa Marlow added you")


def test_not_me_on_the_claim_page_takes_the_address_off(
    visitor: Visitor, clinic: ClinicBook, mail: MailServer, rosa: Person
) -> None:
    _window, link = add_idris(visitor, rosa, mail, new_address("stranger"))
    page = visitor.browser()
    claim = open_claim(page, link)
    page.locator("summary").filter(has_text="This is not me").click()
    check(page)
    page.locator("summary").filter(has_text="This is not me").click()
    claim.not_me()
    expect(claim.heading).to_have_text("Your address is off that profile")
    wait_for_mail(mail, rosa.email, "does not belong to your family member")
    page.goto(link)
    expect(claim.heading).to_have_text("This link does not work any more")


def test_what_changes_while_the_page_is_open_is_asked_before_anything_happens(
    visitor: Visitor, clinic: ClinicBook, mail: MailServer, rosa: Person
) -> None:
    email = new_address("idris")
    window, link = add_idris(visitor, rosa, mail, email)
    members = FamilyMembers(window)
    dialog = members.edit("Idris Keller")
    dialog.give_up(BOOK)
    expect(dialog.ability(BOOK)).to_contain_text("Take back")
    page = visitor.browser()
    claim = open_claim(page, link)
    expect(claim.count).to_have_text("0 of 5 answered")
    claim.answer_all("Keep")
    dialog.ability(BOOK).get_by_role("button", name="Take back").click()
    expect(dialog.ability(BOOK)).to_contain_text("Give up")
    claim.make_account(NEW_PASSWORD)
    expect(claim.alert("Something changed since you opened this page.")).to_be_visible()
    assert not clinic.accounts_of(email)
    page.reload()
    claim.answer_all("Drop")
    claim.make_account(NEW_PASSWORD)
    expect(claim.notice("Your account is made.")).to_be_visible()


def test_with_the_keyboard_alone(
    visitor: Visitor, clinic: ClinicBook, mail: MailServer, rosa: Person
) -> None:
    email = new_address("idris")
    _window, link = add_idris(visitor, rosa, mail, email)
    page = visitor.browser(viewport={"width": 1280, "height": 900})
    claim = open_claim(page, link)
    page.get_by_role("button", name="Drop all").focus()
    for _question in range(6):
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
    expect(claim.chosen("Keep")).to_have_count(6)
    page.keyboard.press("ArrowRight")
    expect(claim.question(CALENDAR).get_by_role("radio", name="Drop")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.type(NEW_PASSWORD)
    page.keyboard.press("Enter")
    expect(claim.notice("Your account is made.")).to_be_visible()
    assert Permission.CALENDAR not in text_of(wait_for_mail(mail, email, "Your profile is yours"))
