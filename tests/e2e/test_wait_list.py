"""The wait list in a browser: asked for, offered by mail and on the page, accepted; at the desk."""

from datetime import time, timedelta

import pytest
from playwright.sync_api import Page, expect

from portal.permissions import StaffRole
from portal.visits.cancel import cancel_visit
from tests.builders import in_days, local, set_policy
from tests.e2e.axe import problems_of
from tests.e2e.clinic import ClinicBook, Person
from tests.e2e.conftest import PHONE, Visitor
from tests.e2e.letters import text_of, wait_for_mail
from tests.e2e.pages.appointments import Appointments
from tests.e2e.pages.wait_list import JoinWaitList, StaffWaitList, WaitList
from tests.servers.mail import MailServer

DESK = {"viewport": {"width": 1280, "height": 900}}


@pytest.fixture(autouse=True)
def _no_night(clinic: ClinicBook) -> None:
    """Let the walks run at any time of the day."""
    with clinic.writing() as session:
        set_policy(session, night_from=time(0), night_until=time(0))


def check(page: Page) -> None:
    """Find no barrier, and nothing that is too wide for the smallest phone."""
    assert problems_of(page) == []
    size = page.viewport_size
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.set_viewport_size(size or PHONE)


def test_a_freed_time_is_offered_and_moves_a_childs_visit_only_when_it_is_accepted(
    visitor: Visitor, clinic: ClinicBook, mail: MailServer
) -> None:
    rosa, olga = clinic.add_person("Rosa"), clinic.add_person("Olga")
    theo = clinic.add_member(rosa, "Theo")
    clinic.add_visit(olga.id, local(in_days(6), 9), booked_by=olga.actor.name)
    later = clinic.add_visit(theo, local(in_days(13), 11), booked_by=rosa.actor.name)

    page = visitor.signed_in(rosa)
    asking = JoinWaitList(page)
    asking.open_for_visit(later)
    expect(page.get_by_text("stays booked until you accept an earlier time")).to_be_visible()
    expect(page.get_by_role("radio", name="Theo Marlow")).to_be_checked()
    check(page)
    asking.send()
    waits = WaitList(page)
    expect(waits.notice("on the wait list")).to_be_visible()
    expect(waits.requests).to_have_count(1)
    expect(waits.requests.first).to_contain_text("Theo Marlow")
    check(page)

    other = Appointments(visitor.signed_in(olga))
    other.open()
    other.cancel("You")
    expect(waits.offers).to_have_count(1)  # by itself, on the page that is open
    letter = wait_for_mail(mail, rosa.email, "A time has become free")
    assert "Theo Marlow" in text_of(letter)
    assert "/appointments/wait-list" in text_of(letter)
    assert ClinicBook.CHECK_UP not in str(letter["subject"])
    expect(waits.offers.first).to_contain_text("Kept until")
    check(page)
    (visit,) = clinic.visits_of(theo)
    assert visit.starts_at == local(in_days(13), 11)

    waits.say_yes("Yes, move Theo’s visit")
    expect(waits.notice("Booked for Theo")).to_be_visible()
    expect(waits.offers).to_have_count(0)
    expect(waits.requests).to_have_count(0)
    (visit,) = clinic.visits_of(theo)
    assert visit.starts_at == local(in_days(6), 9)


def test_a_form_for_the_wait_list_says_what_is_wrong_and_works_with_the_keyboard(
    visitor: Visitor, clinic: ClinicBook
) -> None:
    rosa = clinic.add_person("Rosa")
    page = visitor.signed_in(rosa, **DESK)
    asking = JoinWaitList(page)
    asking.open()
    check(page)
    page.get_by_role("link", name=clinic.LONG_TALK).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("radio", name="Me, Rosa")).to_be_checked()
    page.get_by_label("Until this day").fill("2020-01-01")
    page.get_by_role("button", name="Join the wait list").focus()
    page.keyboard.press("Enter")
    expect(asking.summary).to_be_visible()
    check(page)
    page.get_by_label("Until this day").fill((in_days(0) + timedelta(days=9)).isoformat())
    page.get_by_role("checkbox", name="Sunday").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Join the wait list").focus()
    page.keyboard.press("Enter")
    waits = WaitList(page)
    expect(waits.requests).to_have_count(1)
    expect(waits.requests.first).to_contain_text("Monday, Tuesday")
    question = waits.take_off()
    check(page)
    question.get_by_role("button", name="Keep it on the list").click()
    expect(waits.requests).to_have_count(1)
    waits.take_off().get_by_role("button", name="Take it off").click()
    expect(waits.requests).to_have_count(0)
    expect(page.get_by_text("Nobody is on the wait list.")).to_be_visible()
    check(page)


def test_a_no_gives_the_time_to_the_next(visitor: Visitor, clinic: ClinicBook) -> None:
    rosa, idris, olga = (clinic.add_person(name) for name in ("Rosa", "Idris", "Olga"))
    visit = clinic.add_visit(
        olga.id, local(in_days(7), 9), practitioner=1, booked_by=olga.actor.name
    )
    pages = [_wait_at(visitor, clinic, person) for person in (rosa, idris)]
    with clinic.writing() as session:
        cancel_visit(session, olga.actor, visit)
    for one in pages:
        one.open()
    expect(pages[0].offers).to_have_count(1)
    expect(pages[1].requests).to_have_count(1)
    expect(pages[1].offers).to_have_count(0)
    pages[0].say_no()
    expect(pages[0].notice("goes to the next person")).to_be_visible()
    expect(pages[0].requests).to_have_count(1)
    expect(pages[1].offers).to_have_count(1)  # by itself
    pages[1].say_yes("Yes, book for me")
    expect(pages[1].notice("Booked for you")).to_be_visible()
    assert len(clinic.visits_of(idris.id)) == 1


def test_staff_put_somebody_on_the_list_and_offer_a_free_time(
    visitor: Visitor, clinic: ClinicBook
) -> None:
    quentin = clinic.add_person("Quentin", "Abernathy")
    milo = clinic.add_colleague(StaffRole.FRONT_DESK)
    page = visitor.at_desk(milo, **DESK)
    waits = StaffWaitList(page)
    waits.open()
    expect(page.get_by_role("heading", name="Who waits")).to_be_visible()
    page.get_by_role("link", name="Add a patient").click()
    page.get_by_role("searchbox", name="Find a patient").fill("Quentin Abern")
    page.get_by_role("link", name="Quentin").click()
    page.get_by_role("link", name=clinic.LONG_TALK).click()
    check(page)
    page.get_by_role("button", name="Add to the wait list").click()
    expect(waits.notice("Added to the wait list")).to_be_visible()
    row = waits.row("Quentin Abernathy")
    expect(row).to_have_count(1)
    waits.offer_first_time("Quentin Abernathy")
    expect(waits.notice("Offered")).to_be_visible()
    expect(row).to_contain_text("Offered:")
    check(page)
    row.get_by_role("button", name="Book it").click()
    expect(waits.notice("Booked for Quentin Abernathy")).to_be_visible()
    expect(row).to_have_count(0)
    expect(page.get_by_text("Booked", exact=True).first).to_be_visible()
    (visit,) = clinic.visits_of(quentin.id)
    assert visit.booked_by == milo.actor.name


def _wait_at(visitor: Visitor, clinic: ClinicBook, person: Person) -> WaitList:
    """Let somebody wait for a check-up with the second practitioner."""
    page = visitor.signed_in(person)
    page.goto(f"{JoinWaitList.path}?service={clinic.check_up}&with={clinic.practitioners[1]}")
    JoinWaitList(page).send()
    waits = WaitList(page)
    expect(waits.requests).to_have_count(1)
    return waits
