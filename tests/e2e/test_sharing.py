"""My Account > Sharing: two people in two windows."""

from datetime import timedelta

from playwright.sync_api import expect
from sqlalchemy import update
from sqlmodel import col

from portal import clock
from portal.models import Clinic, LoginSession
from portal.permissions import Permission
from tests.e2e.clinic import ClinicBook, Person
from tests.e2e.conftest import Visitor
from tests.e2e.letters import text_of, wait_for_mail
from tests.e2e.pages.family import FamilyMembers
from tests.e2e.pages.sharing import Sharing
from tests.e2e.test_keyboard import tab_to
from tests.servers.mail import MailServer

BOOK = "Book appointments and add wait list requests"
PAY = "View and pay"
CARDS = "Bill to my account"
LIVE_MS = 4_000


def test_a_switch_works_at_once_and_the_other_window_shows_it(
    visitor: Visitor, clinic: ClinicBook, mail: MailServer
) -> None:
    rosa, idris = clinic.add_person("Rosa"), clinic.add_person("Idris")
    clinic.link(idris, rosa, Permission.CALENDAR)
    his = FamilyMembers(visitor.signed_in(idris))
    his.open()
    expect(his.ability("Rosa", "Book visits")).to_contain_text("no")

    page = Sharing(visitor.signed_in(rosa))
    page.open()
    box = page.person("Idris Marlow")
    expect(box.box).to_contain_text("Your partner. 1 of 6 is on.")
    expect(box.switch(BOOK)).not_to_be_checked()
    expect(box.row(BOOK)).to_contain_text("Idris can book, move and cancel your visits")
    box.switch(BOOK).click()
    expect(box.switch(BOOK)).to_be_checked()
    expect(box.row(BOOK)).to_contain_text("given by you. Not used yet.")
    expect(page.notice("Saved. This is on now.")).to_be_attached()
    expect(his.ability("Rosa Marlow", "Book visits")).not_to_contain_text("no", timeout=LIVE_MS)
    letter = text_of(wait_for_mail(mail, rosa.email, "New access to your information"))
    assert BOOK in letter

    # Its label presses it too.
    box.box.get_by_text(BOOK, exact=True).click()
    expect(box.switch(BOOK)).not_to_be_checked()
    expect(his.ability("Rosa", "Book visits")).to_contain_text("no", timeout=LIVE_MS)
    wait_for_mail(mail, idris.email, "What you can do for your family has changed")
    page.page.reload()
    expect(box.switch(BOOK)).not_to_be_checked()
    expect(box.switch("See appointments in calendar subscriptions")).to_be_checked()


def test_everything_goes_off_with_one_press_and_one_mail(
    visitor: Visitor, clinic: ClinicBook, mail: MailServer
) -> None:
    rosa, idris = clinic.add_person("Rosa"), clinic.add_person("Idris")
    clinic.link(idris, rosa, Permission.BOOK, Permission.VIEW_AND_PAY)
    page = Sharing(visitor.signed_in(rosa))
    page.open()
    box = page.person("Idris Marlow")
    expect(box.row(CARDS)).to_contain_text("“View and pay” includes this.")
    box.press("Turn off everything")
    box = page.person("Idris")
    expect(box.box).to_contain_text("Idris cannot do anything for you.")
    expect(box.switch(BOOK)).not_to_be_checked()
    wait_for_mail(mail, idris.email, "What you can do for your family has changed")


def test_somebody_who_can_do_nothing_is_listed_shortly_by_first_name(
    visitor: Visitor, clinic: ClinicBook
) -> None:
    rosa, anton = clinic.add_person("Rosa"), clinic.add_person("Anton", "Vesely")
    page = Sharing(visitor.signed_in(rosa))
    page.open()
    expect(page.page.get_by_role("heading", name="Nobody can act for you")).to_be_visible()
    clinic.link(anton, rosa)
    page.page.reload()
    box = page.person("Anton")
    expect(box.box).to_contain_text("Anton cannot do anything for you.")
    expect(page.page.get_by_text("Vesely")).to_have_count(0)
    expect(box.switch(BOOK)).to_be_hidden()
    box.open()
    expect(box.switch(BOOK)).not_to_be_checked()


def test_a_manager_decides_for_a_profile_by_its_own_page(
    visitor: Visitor, clinic: ClinicBook
) -> None:
    rosa = clinic.add_person("Rosa")
    theo = clinic.add_member(rosa, "Theo", permissions=(Permission.BOOK, Permission.CALENDAR))
    page = Sharing(visitor.signed_in(rosa))
    page.open()
    page.owners.get_by_role("link", name="Theo").click()
    expect(page.heading).to_have_text("People who can act for Theo")
    box = page.person("You")
    expect(box.switch(BOOK)).to_be_checked()
    expect(box.switch(CARDS)).to_have_count(0)
    box.switch("See appointments in calendar subscriptions").click()
    expect(box.switch("See appointments in calendar subscriptions")).not_to_be_checked()
    page.owners.get_by_role("link", name="Me").click()
    expect(page.heading).to_have_text("People who can act for you")

    stranger = Sharing(visitor.signed_in(clinic.add_person("Mallory")))
    stranger.page.goto(f"{stranger.path}?for={theo}")
    expect(
        stranger.page.get_by_role("heading", name="You do not decide for this profile")
    ).to_be_visible()
    expect(stranger.page.get_by_text("Theo")).to_have_count(0)


def test_removing_somebody_lists_both_sides_and_reaches_the_other_window(
    visitor: Visitor, clinic: ClinicBook, mail: MailServer
) -> None:
    rosa, idris = clinic.add_person("Rosa"), clinic.add_person("Idris")
    clinic.link(idris, rosa, Permission.BOOK, both_ways=True)
    his = FamilyMembers(visitor.signed_in(idris))
    his.open()
    expect(his.row("Rosa Marlow")).to_be_visible()
    page = Sharing(visitor.signed_in(rosa))
    page.open()
    box = page.person("Idris Marlow")
    box.press("Remove")
    expect(box.question).to_contain_text("For Idris you lose: Book visits.")
    expect(box.question).to_contain_text("Idris loses for you: Book visits.")
    box.question.get_by_role("button", name="Remove Idris").click()
    expect(page.notice("Idris is removed from your family.")).to_be_visible()
    expect(page.page.get_by_role("heading", name="Nobody can act for you")).to_be_visible()
    expect(his.row("Rosa Marlow")).to_have_count(0, timeout=LIVE_MS)
    wait_for_mail(mail, idris.email, "A family link has ended")


def test_with_the_clinics_setting_off_the_page_only_shows(
    visitor: Visitor, clinic: ClinicBook
) -> None:
    rosa, idris = clinic.add_person("Rosa"), clinic.add_person("Idris")
    clinic.link(idris, rosa, Permission.BOOK)
    page = Sharing(visitor.signed_in(rosa))
    page.open()
    box = page.person("Idris Marlow")
    expect(box.switch(BOOK)).to_be_checked()
    manage_sharing(clinic, on=False)
    try:
        # The page was open before: the press is refused in words beside the switch.
        box.switch(BOOK).click()
        expect(box.row(BOOK)).to_contain_text("go through the front desk")
        page.page.reload()
        expect(page.page.get_by_text("go through the front desk")).to_be_visible()
        expect(box.box.get_by_text(BOOK, exact=True)).to_be_visible()
        expect(box.box.get_by_role("switch")).to_have_count(0)
        expect(box.box.get_by_role("button")).to_have_count(0)
    finally:
        manage_sharing(clinic, on=True)


def test_switching_on_takes_a_fresh_proof_and_switching_off_does_not(
    visitor: Visitor, clinic: ClinicBook
) -> None:
    rosa, idris = clinic.add_person("Rosa"), clinic.add_person("Idris")
    clinic.link(idris, rosa, Permission.BOOK, Permission.CALENDAR)
    page = Sharing(visitor.signed_in(rosa))
    page.open()
    box = page.person("Idris Marlow")
    expect(box.switch(BOOK)).to_be_checked()
    age_proof(clinic, rosa)
    box.switch(BOOK).click()
    expect(page.notice("Saved. This is off now.")).to_be_attached()
    box.switch(BOOK).click()
    question = page.page.get_by_role("dialog", name="Is it still you?")
    question.get_by_role("textbox", name="Password").fill(rosa.password)
    expect(box.switch(BOOK)).not_to_be_checked()
    question.get_by_role("button", name="Go on").click()
    expect(question).to_be_hidden()
    expect(page.notice("Thank you. Now press again.")).to_be_visible()
    box.switch(BOOK).click()
    expect(page.notice("Saved. This is on now.")).to_be_attached()
    expect(box.switch(BOOK)).to_be_checked()


def test_a_switch_works_by_keyboard_and_keeps_the_focus(
    visitor: Visitor, clinic: ClinicBook
) -> None:
    rosa, idris = clinic.add_person("Rosa"), clinic.add_person("Idris")
    clinic.link(idris, rosa, Permission.CALENDAR)
    page = Sharing(visitor.signed_in(rosa))
    page.open()
    box = page.person("Idris Marlow")
    target = box.switch(BOOK)
    tab_to(page.page, target)
    page.page.keyboard.press("Space")
    expect(target).to_be_checked()
    expect(box.row(BOOK)).to_contain_text("given by you")
    expect(target).to_be_focused()
    page.page.keyboard.press("Enter")
    expect(target).not_to_be_checked()
    tab_to(page.page, box.box.get_by_role("button", name="Remove"))
    page.page.keyboard.press("Enter")
    expect(box.question.get_by_role("heading", name="Remove")).to_be_focused()
    page.page.keyboard.press("Escape")
    expect(box.box.get_by_role("button", name="Remove")).to_be_focused()


def manage_sharing(clinic: ClinicBook, *, on: bool) -> None:
    """Turn the clinic's setting *Patients manage their own sharing* on or off."""
    with clinic.writing() as session:
        session.exec(update(Clinic).values(patients_manage_sharing=on))


def age_proof(clinic: ClinicBook, person: Person) -> None:
    """Let somebody's last password be half an hour ago."""
    with clinic.writing() as session:
        session.exec(
            update(LoginSession)
            .where(col(LoginSession.account_id) == person.actor.account_id)
            .values(proved_at=clock.now() - timedelta(minutes=30))
        )
