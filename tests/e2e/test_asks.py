"""Asking for more: in the portal, by the mail, declined, taken back, blocked."""

import pytest
from playwright.sync_api import Page, expect

from portal.permissions import Permission
from tests.e2e.clinic import PASSWORD, ClinicBook, Person
from tests.e2e.conftest import Visitor
from tests.e2e.letters import link_in, text_of, wait_for_mail
from tests.e2e.pages.family import FamilyMembers
from tests.e2e.pages.sharing import AskPage, Sharing
from tests.servers.mail import MailServer

BOOK = "Book appointments and add wait list requests"
PAY = "View and pay"
LIVE_MS = 4_000


@pytest.fixture
def couple(clinic: ClinicBook) -> tuple[Person, Person]:
    """Rosa, who may see Idris's visits in her calendar, and Idris."""
    rosa, idris = clinic.add_person("Rosa"), clinic.add_person("Idris")
    clinic.link(rosa, idris, Permission.CALENDAR)
    return rosa, idris


def ask(page: Page, name: str, *labels: str) -> FamilyMembers:
    """Ask a family member for permissions."""
    members = FamilyMembers(page)
    members.open()
    members.edit(name).ask(*labels)
    first_name = name.split()[0]
    expect(members.notice(f"We asked {first_name} by email.")).to_be_visible()
    return members


def test_what_is_asked_is_allowed_in_the_portal_and_works_at_once(
    visitor: Visitor, couple: tuple[Person, Person], mail: MailServer
) -> None:
    rosa, idris = couple
    his = Sharing(visitor.signed_in(idris))
    his.open()
    expect(his.person("Rosa Marlow").box).to_be_visible()
    members = ask(visitor.signed_in(rosa), "Idris", BOOK, PAY)
    expect(members.row("Idris")).to_contain_text("Waiting for Idris.")
    question = "Rosa asks to book visits for you"
    expect(his.ask(question)).to_be_visible(timeout=LIVE_MS)
    expect(his.ask(question)).to_contain_text("Rosa can book, move and cancel your visits")
    his.say_yes(question)
    expect(his.ask(question)).to_have_count(0)
    expect(his.person("Rosa Marlow").switch(BOOK)).to_be_checked()
    expect(members.ability("Idris Marlow", "Book visits")).not_to_contain_text(
        "no", timeout=LIVE_MS
    )
    wait_for_mail(mail, idris.email, "New access to your information")
    letter = text_of(wait_for_mail(mail, rosa.email, "The answer to what you asked"))
    assert BOOK in letter

    his.say_no("Rosa asks to see and pay your bills")
    expect(members.row("Idris Marlow")).not_to_contain_text("Waiting", timeout=LIVE_MS)
    dialog = members.edit("Idris Marlow")
    expect(dialog.ability(PAY)).to_contain_text("Not given.")


def test_the_mail_is_answered_without_signing_in_with_the_password(
    visitor: Visitor, couple: tuple[Person, Person], mail: MailServer
) -> None:
    rosa, idris = couple
    members = ask(visitor.signed_in(rosa), "Idris", BOOK, PAY)
    letter = wait_for_mail(mail, idris.email, "A family member asks you for something")
    path = link_in(letter, "/ask")
    page = AskPage(visitor.browser())
    page.page.goto(path)
    expect(page.heading).to_have_text("A family member asks you")
    page.send()
    expect(page.page.get_by_text("Choose yes or no.").first).to_be_visible()
    page.answer("Rosa asks to book visits for you", "Yes, allow this")
    page.answer("Rosa asks to see and pay your bills", "No")
    page.send()
    expect(page.page.get_by_text("To say yes, enter the password").first).to_be_visible()
    page.password.fill("not-the-password-1")
    page.send()
    expect(page.page.get_by_text("This is not the password").first).to_be_visible()
    page.password.fill(PASSWORD)
    page.send()
    expect(page.heading).to_have_text("Thank you for your answer")
    expect(members.ability("Idris Marlow", "Book visits")).not_to_contain_text(
        "no", timeout=LIVE_MS
    )
    page.page.goto(path)
    expect(page.heading).to_have_text("This link does not work any more")


def test_a_no_needs_the_link_only(
    visitor: Visitor, couple: tuple[Person, Person], mail: MailServer
) -> None:
    rosa, idris = couple
    members = ask(visitor.signed_in(rosa), "Idris", BOOK)
    letter = wait_for_mail(mail, idris.email, "A family member asks you for something")
    page = AskPage(visitor.browser())
    page.page.goto(link_in(letter, "/ask"))
    page.answer("Rosa asks to book visits for you", "No")
    page.send()
    expect(page.heading).to_have_text("Thank you for your answer")
    expect(members.row("Idris")).not_to_contain_text("Waiting", timeout=LIVE_MS)


def test_somebody_else_who_is_signed_in_can_do_nothing_with_the_link(
    visitor: Visitor, clinic: ClinicBook, couple: tuple[Person, Person], mail: MailServer
) -> None:
    rosa, idris = couple
    hers = visitor.signed_in(rosa)
    ask(hers, "Idris", BOOK)
    path = link_in(wait_for_mail(mail, idris.email, "A family member asks you"), "/ask")
    hers.goto(path)
    expect(AskPage(hers).heading).to_have_text("This link is for somebody else")
    expect(hers.get_by_text("You are signed in as")).to_contain_text("Rosa")
    expect(hers.get_by_role("radio")).to_have_count(0)


def test_what_was_asked_can_be_taken_back(visitor: Visitor, couple: tuple[Person, Person]) -> None:
    rosa, idris = couple
    his = Sharing(visitor.signed_in(idris))
    his.open()
    members = ask(visitor.signed_in(rosa), "Idris", BOOK)
    question = "Rosa asks to book visits for you"
    expect(his.ask(question)).to_be_visible(timeout=LIVE_MS)
    members.row("Idris").get_by_role("button", name="Take back").click()
    expect(members.row("Idris")).not_to_contain_text("Waiting")
    expect(his.ask(question)).to_have_count(0, timeout=LIVE_MS)


def test_whoever_is_blocked_waits_and_nobody_hears_of_it(
    visitor: Visitor, couple: tuple[Person, Person], mail: MailServer
) -> None:
    rosa, idris = couple
    his = Sharing(visitor.signed_in(idris))
    his.open()
    box = his.person("Rosa Marlow")
    box.press("Block")
    expect(box.question).to_contain_text("Rosa can ask you for nothing more.")
    expect(box.question).to_contain_text("We do not tell Rosa that you did this.")
    box.question.get_by_role("button", name="Block Rosa", exact=True).click()
    expect(his.blocked).to_contain_text("Rosa")
    members = ask(visitor.signed_in(rosa), "Idris", BOOK)
    expect(members.row("Idris")).to_contain_text("Waiting for Idris.")
    his.page.reload()
    expect(his.blocked).to_contain_text("Rosa")
    expect(his.page.get_by_text("asks to")).to_have_count(0)
    his.blocked.get_by_role("button", name="Unblock Rosa").click()
    expect(his.notice("Not blocked any more.")).to_be_visible()
    expect(his.person("Rosa").box).to_be_visible()
    assert not [m for m in mail.to(idris.email) if "asks you" in str(m["subject"])]


def test_a_profile_i_manage_needs_no_asking(visitor: Visitor, clinic: ClinicBook) -> None:
    rosa = clinic.add_person("Rosa")
    clinic.add_member(rosa, "Theo", permissions=(Permission.BOOK,))
    members = FamilyMembers(visitor.signed_in(rosa))
    members.open()
    dialog = members.edit("Theo Marlow")
    expect(dialog.box.get_by_role("button", name="Send the link again")).to_be_visible()
    expect(dialog.box.get_by_role("heading", name="Ask for more")).to_have_count(0)
    dialog.box.get_by_role("link", name="Who can act for Theo").click()
    expect(members.heading).to_have_text("People who can act for Theo")
