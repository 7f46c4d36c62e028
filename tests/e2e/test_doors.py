"""Confirming an address, signing in and out, a forgotten and a changed password."""

import re

from playwright.sync_api import Page, expect

from tests.e2e.clinic import PASSWORD, ClinicBook, Person, new_address
from tests.e2e.conftest import Visitor
from tests.e2e.letters import link_in, wait_for_mail
from tests.e2e.pages.appointments import Appointments
from tests.e2e.pages.doors import LogIn, NewPassword, Reset, Verify
from tests.e2e.pages.family import FamilyMembers
from tests.e2e.pages.security import Security
from tests.e2e.pages.sign_up import make_account
from tests.servers.mail import MailServer

NEW_PASSWORD = "copper-meadow-violin-7"


def test_the_link_in_the_mail_confirms_the_address_in_the_browser_that_signed_up(
    visitor: Visitor, clinic: ClinicBook, mail: MailServer
) -> None:
    page, email = visitor.browser(), new_address("mira")
    make_account(page, email)
    reminder = page.get_by_text("Please confirm your email.")
    expect(reminder).to_be_visible()
    link = link_in(wait_for_mail(mail, email, "Confirm your email"), "/verify")

    verify = Verify(page)
    page.goto(link)
    expect(page.get_by_text("One press, and your account is complete.")).to_be_visible()
    expect(verify.password).to_have_count(0)
    verify.confirm()
    expect(verify.heading).to_have_text("Book a visit")
    expect(reminder).to_have_count(0)
    wait_for_mail(mail, email, "Your email is confirmed")

    page.goto(link)
    verify.confirm()
    expect(verify.alert("does not work any more")).to_be_visible()


def test_another_browser_confirms_the_address_only_with_the_password(
    visitor: Visitor, clinic: ClinicBook, mail: MailServer
) -> None:
    email = new_address("mira")
    make_account(visitor.browser(), email)
    link = link_in(wait_for_mail(mail, email, "Confirm your email"), "/verify")

    page = visitor.browser()
    verify = Verify(page)
    page.goto(link)
    expect(verify.password).to_be_visible()
    for password in ("", "not-the-password-1"):
        verify.password.fill(password)
        verify.confirm()
        expect(page.get_by_role("alert").filter(has_text=re.compile("password"))).to_be_visible()
        assert not any(account.verified_at for account in clinic.accounts_of(email))
    verify.password.fill(PASSWORD)
    verify.confirm()
    expect(verify.notice("Your email is confirmed. Sign in to go on.")).to_be_visible()
    LogIn(page).sign_in(email, PASSWORD)
    expect(verify.heading).to_have_text("Book a visit")


def test_signing_in_leads_back_to_the_page_that_was_asked_for(
    visitor: Visitor, clinic: ClinicBook
) -> None:
    rosa = clinic.add_person()
    page = visitor.browser()
    log_in = LogIn(page)
    page.goto("/account/family")
    expect(log_in.heading).to_have_text("Sign in")
    log_in.sign_in(rosa.email, "not-the-password-1")
    expect(page.get_by_role("alert").filter(has_text=re.compile("password"))).to_be_visible()
    expect(page.get_by_role("textbox", name="Email")).to_have_value(rosa.email)
    known = page.get_by_role("main").inner_text().replace(rosa.email, "")
    log_in.sign_in("nobody@mail.example.com", "not-the-password-1")
    expect(page.get_by_role("alert").filter(has_text=re.compile("password"))).to_be_visible()
    assert page.get_by_role("main").inner_text().replace(rosa.email, "") == known
    log_in.sign_in(rosa.email, PASSWORD)
    expect(log_in.heading).to_have_text("Family Members")


def test_after_signing_out_the_tab_shows_nothing_of_the_person_before(
    visitor: Visitor, clinic: ClinicBook
) -> None:
    rosa, idris = clinic.add_person("Rosa"), clinic.add_person("Idris")
    clinic.add_member(rosa, "Theo")
    page = visitor.signed_in(rosa)
    members = FamilyMembers(page)
    members.open()
    expect(members.row("Theo Marlow")).to_be_visible()
    Appointments(page).open()
    members.sign_out()
    expect(members.heading).to_have_text("Sign in")

    page.go_back()
    expect(members.heading).to_have_text("Sign in")
    expect(page.get_by_text("Theo")).to_have_count(0)
    expect(page.get_by_text("Rosa")).to_have_count(0)

    LogIn(page).sign_in(idris.email, PASSWORD)
    expect(members.heading).not_to_have_text("Sign in")
    members.open()
    expect(page.get_by_role("heading", name="Nobody here yet")).to_be_visible()
    expect(page.get_by_text("Theo")).to_have_count(0)
    expect(page.get_by_text("Rosa")).to_have_count(0)


def test_a_forgotten_password_is_set_anew_through_the_mail(
    visitor: Visitor, clinic: ClinicBook, mail: MailServer
) -> None:
    rosa = clinic.add_person()
    elsewhere = Appointments(visitor.signed_in(rosa))
    elsewhere.open()
    expect(elsewhere.heading).to_have_text("Appointments")
    page = visitor.browser()
    log_in, reset, new = LogIn(page), Reset(page), NewPassword(page)
    log_in.open()
    log_in.forgot()
    expect(reset.heading).to_have_text("Forgot your password?")
    reset.ask(new_address("nobody"))
    expect(reset.heading).to_have_text("Look in your email")
    said = page.get_by_role("main").inner_text()
    reset.open()
    reset.ask(rosa.email)
    expect(reset.heading).to_have_text("Look in your email")
    assert page.get_by_role("main").inner_text() == said

    link = link_in(wait_for_mail(mail, rosa.email, "Choose a new password"), "/reset/new")
    page.goto(link)
    new.choose("marlow")
    expect(new.summary).to_be_focused()
    new.choose(NEW_PASSWORD)
    expect(new.notice("Your new password is set. Sign in with it.")).to_be_visible()
    expect(elsewhere.heading).to_have_text("Sign in")
    log_in.sign_in(rosa.email, PASSWORD)
    expect(page.get_by_role("alert").filter(has_text=re.compile("password"))).to_be_visible()
    log_in.sign_in(rosa.email, NEW_PASSWORD)
    expect(log_in.heading).to_have_text("Book a visit")

    page.goto(link)
    new.choose("another-meadow-violin-8")
    expect(new.alert("does not work any more")).to_be_visible()


def test_changing_the_password_signs_the_other_browser_out_at_once(
    visitor: Visitor, clinic: ClinicBook, mail: MailServer
) -> None:
    rosa = clinic.add_person()
    here, there = two_browsers(visitor, rosa)
    security = Security(here)
    security.open()
    expect(security.devices).to_have_count(2)
    security.change_password("not-the-password-1", NEW_PASSWORD)
    expect(security.alert("This is not your current password.")).to_be_visible()
    expect(there.heading).to_have_text("Appointments")
    security.change_password(PASSWORD, NEW_PASSWORD)
    expect(security.notice("Your new password is set.")).to_be_visible()
    expect(there.heading).to_have_text("Sign in")
    expect(security.devices).to_have_count(1)
    wait_for_mail(mail, rosa.email, "Your password was changed")


def test_signing_out_everywhere_else_reaches_the_other_browser_at_once(
    visitor: Visitor, clinic: ClinicBook
) -> None:
    here, there = two_browsers(visitor, clinic.add_person())
    security = Security(here)
    security.open()
    expect(there.heading).to_have_text("Appointments")
    security.sign_out_elsewhere()
    expect(security.devices).to_have_count(1)
    expect(there.heading).to_have_text("Sign in")


def two_browsers(visitor: Visitor, person: Person) -> tuple[Page, Appointments]:
    """Sign somebody in twice; the second browser shows the appointments."""
    here, there = visitor.signed_in(person), Appointments(visitor.signed_in(person))
    there.open()
    return here, there
