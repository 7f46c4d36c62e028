"""The walk by which the first issue is judged, on the demo clinic, with nothing but a browser."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from portal import routes
from tests.e2e.clinic import PASSWORD, ClinicBook, new_address
from tests.e2e.conftest import Visitor
from tests.e2e.pages.appointments import Appointments
from tests.e2e.pages.booking import Booking
from tests.e2e.pages.family import FamilyMembers
from tests.e2e.pages.frame import PageObject
from tests.e2e.pages.sign_up import FamilyStep, SignUp
from tests.servers.databases import Databases, new_database
from tests.servers.portal import Portal

BOOK = "Book appointments and add wait list requests"


def fill_demo(database_url: str) -> None:
    """Fill a database as the first ``make demo`` does."""
    env = {**os.environ, "PORTAL_MODE": "demo", "DATABASE_URL": database_url}
    fill = "from portal.demo.seed import fill_once; fill_once()"
    subprocess.run([sys.executable, "-c", fill], env=env, check=True)


@pytest.fixture
def demo(sqlite_databases: Databases, portal_server: Callable[..., Portal]) -> Iterator[Portal]:
    """Serve the demo as ``make demo`` does: filled once, without a mail server, with a worker."""
    with new_database(sqlite_databases) as url:
        fill_demo(url)
        yield portal_server(worker=True, database_url=url, PORTAL_MODE="demo")


@pytest.fixture
def page(demo: Portal, chromium: Browser) -> Iterator[Page]:
    """Open a browser on the demo; its console must stay empty."""
    visitor = Visitor(chromium, demo)
    yield visitor.browser()
    visitor.close()
    assert not visitor.complaints


def read_mail(page: Page, address: str, subject: str) -> Page:
    """Open a mail in the demo's mailbox as its reader would see it; return its tab."""
    tab = page.context.new_page()
    mail = tab.get_by_role("listitem").filter(has_text=address).filter(has_text=subject)
    tab.goto(routes.DEMO_MAILBOX)
    for _try in range(20):
        if mail.count():
            break
        tab.wait_for_timeout(500)  # the worker looks every half second
        tab.reload()
    mail.first.get_by_role("link", name=subject).click()
    return tab


def book(page: Page, person: str | None, first_name: str = "me") -> None:
    """Book a check-up with anyone for one person, or for oneself."""
    booking = Booking(page)
    booking.open()
    booking.choose_service(ClinicBook.CHECK_UP)
    booking.choose_time(5)
    booking.go_on()
    if person:
        booking.choose_person(person)
        expect(booking.banner).to_contain_text(f"Booking for {person}")
    else:
        booking.choose_me()
    booking.confirm(first_name)
    expect(Appointments(page).notice("Booked for")).to_be_visible()


def test_a_new_patient_books_for_the_family_and_sees_what_is_left(page: Page) -> None:
    mine, sams = new_address("mira"), new_address("sam")

    page.goto(routes.HOME)
    page.get_by_role("link", name="Create an account").last.click()
    sign_up = SignUp(page)
    sign_up.fill_in("Mira", "Okafor", mine, "+1 604 555 0123", PASSWORD)
    sign_up.go_on()
    family = FamilyStep(page)
    family.answer("Yes")
    family.list.member(1).fill_in("Child", "Theo", "Okafor")
    family.list.member(1).use_my_address()
    family.list.add_another()
    family.list.member(2).fill_in("Partner", "Sam", "Okafor", sams)
    family.list.member(2).billing.check()
    family.go_on()
    expect(Booking(page).heading).to_have_text("Book a visit")

    added = read_mail(page, sams, "A profile was made with your email")
    expect(added.get_by_text(BOOK).first).to_be_visible()
    added.close()
    welcome = read_mail(page, mine, "Confirm your email")
    welcome.get_by_role("link", name="Confirm my email").first.click()
    door = PageObject(welcome)
    expect(door.heading).to_have_text("Confirm your email")
    welcome.get_by_role("button", name="Confirm my email").click()
    expect(Booking(welcome).heading).to_have_text("Book a visit")
    welcome.close()
    read_mail(page, mine, "A profile was made with your email").close()

    book(page, "Theo Okafor", "Theo")
    book(page, "Sam Okafor", "Sam")
    book(page, None)
    visits = Appointments(page)
    expect(visits.visits).to_have_count(3)

    members = FamilyMembers(page)
    members.open()
    dialog = members.edit("Sam Okafor")
    dialog.give_up(BOOK)
    expect(dialog.ability(BOOK)).to_contain_text("You do not have this.")
    dialog.close()
    expect(members.ability("Sam Okafor", "Book visits")).to_contain_text("no")
    visits.open()
    expect(visits.visits).to_have_count(2)
    expect(visits.visit_of("Sam Okafor")).to_have_count(0)

    members.open()
    question = members.ask_removal("Theo Okafor")
    expect(question.box).to_contain_text("Theo’s coming visit stays booked, for Theo.")
    question.remove("Theo")
    expect(members.notice("Theo is removed from your family.")).to_be_visible()
    expect(members.row("Theo Okafor")).to_have_count(0)
    expect(members.row("Sam Okafor")).to_be_visible()
    visits.open()
    expect(visits.visits).to_have_count(1)
    expect(visits.visit_of("You")).to_be_visible()
    read_mail(page, sams, "A family member gave up access").close()
