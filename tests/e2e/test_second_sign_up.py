"""Signing up again with the address of one's account, and somebody else doing it."""

from playwright.sync_api import Page, expect

from tests.builders import in_days, local
from tests.e2e.clinic import PASSWORD, ClinicBook, new_address
from tests.e2e.conftest import Visitor
from tests.e2e.letters import link_in, wait_for_mail
from tests.e2e.pages.claim import ClaimPage
from tests.e2e.pages.doors import LogIn
from tests.e2e.pages.family import FamilyMembers
from tests.e2e.pages.sign_up import FamilyStep, SignUp
from tests.e2e.test_claim import check, open_claim
from tests.servers.mail import MailServer

SOON = 2000  # milliseconds
NEW_PASSWORD = "copper-meadow-violin-7"
KNOWN = "You already have an account"


def sign_up(page: Page, email: str) -> None:
    """Sign up as Mira Strand, with a child."""
    form = SignUp(page)
    form.open()
    form.fill_in("Mira", "Strand", email, "+1 604 555 0123", NEW_PASSWORD)
    form.go_on()
    family = FamilyStep(page)
    family.answer("Yes")
    family.list.member(1).fill_in("Child", "Theo", "Strand", new_address("theo"))
    family.go_on()
    expect(family.heading).to_have_text("Book a visit")


def test_whoever_signs_up_again_joins_it_to_the_account_they_had(
    visitor: Visitor, clinic: ClinicBook, mail: MailServer
) -> None:
    mira = clinic.add_person("Mira", "Okafor", email=new_address("mira"))
    page, elsewhere = visitor.browser(), visitor.browser()
    sign_up(page, mira.email)
    (new,) = (one for one in clinic.accounts_of(mira.email) if one.verified_at is None)
    clinic.add_visit(new.patient_id or "", local(in_days(5), 14))
    link = link_in(wait_for_mail(mail, mira.email, KNOWN), "/claim")

    claim = open_claim(elsewhere, link)
    expect(claim.heading).to_have_text("Did you sign up again?")
    expect(elsewhere.get_by_role("main")).to_contain_text("the name Mira Strand")
    expect(elsewhere.get_by_role("main")).not_to_contain_text("Theo")
    check(elsewhere)
    stranger = visitor.signed_in(clinic.add_person("Idris"))
    other = open_claim(stranger, link)
    expect(other.heading).to_have_text("This link is for another account")
    check(stranger)

    claim = open_claim(page, link)
    expect(page.get_by_text("You are signed in with this new sign-up.")).to_be_visible()
    check(page)
    claim.sign_in()
    log_in = LogIn(page)
    expect(log_in.heading).to_have_text("Sign in")
    log_in.sign_in(mira.email, PASSWORD)
    expect(page.get_by_text("Was it you who signed up as")).to_be_visible()
    check(page)
    claim.join_sign_up()
    expect(claim.heading).to_have_text("Appointments")
    expect(claim.notice("The new profile is part of your account now")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text(clinic.CHECK_UP)
    members = FamilyMembers(page)
    members.open()
    expect(members.row("Theo Strand")).to_contain_text("Managed by you")
    wait_for_mail(mail, mira.email, "A profile is part of your account now")
    page.goto(link)
    expect(claim.heading).to_have_text("This link does not work any more")


def test_the_owner_of_the_address_closes_a_sign_up_that_was_not_theirs(
    visitor: Visitor, clinic: ClinicBook, mail: MailServer
) -> None:
    mira = clinic.add_person("Mira", "Okafor", email=new_address("mira"))
    strangers, page = visitor.browser(), visitor.browser()
    sign_up(strangers, mira.email)
    link = link_in(wait_for_mail(mail, mira.email, KNOWN), "/claim")
    open_claim(page, link)
    page.locator("summary").filter(has_text="Close it now").click()
    check(page)
    page.locator("summary").filter(has_text="Close it now").click()
    ClaimPage(page).close_sign_up()
    expect(ClaimPage(page).heading).to_have_text("Your address is off that profile")
    # Their open page closes by itself, and their password opens nothing of hers.
    log_in = LogIn(strangers)
    expect(log_in.heading).to_have_text("Sign in", timeout=SOON)
    log_in.sign_in(mira.email, NEW_PASSWORD)
    expect(strangers.get_by_text("Email or password is wrong.").first).to_be_visible()
    page.goto(link)
    expect(ClaimPage(page).heading).to_have_text("This link does not work any more")
