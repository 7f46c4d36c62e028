"""The clinic's day: schedule, booking on behalf, moving, cancelling, groups and classes."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import select

from portal import clock, say
from portal.booking.units import instant_of, unit_of
from portal.ids import new_id
from portal.models import Offer, Service, TimeOff
from portal.permissions import StaffRole
from tests.builders import add_service, in_days, local
from tests.e2e.clinic import ClinicBook
from tests.e2e.conftest import Visitor
from tests.e2e.letters import text_of, wait_for_mail
from tests.e2e.pages.desk import (
    ClassesPage,
    DeskBooking,
    DeskVisit,
    GroupsPage,
    SchedulePage,
)
from tests.e2e.test_every_page import DARK_DESK, LIGHT_PHONE, LOOKS, check
from tests.servers.mail import MailServer
from tests.servers.portal import Portal

DESKTOP = {"viewport": {"width": 1280, "height": 900}}
INES, NOOR = "Dr Ines Calloway", "Dr Noor Haddad"


@pytest.fixture(scope="module")
def own_clinic(new_clinic: Callable[[], ClinicBook]) -> ClinicBook:
    """Open a clinic whose days nobody else fills."""
    return new_clinic()


@pytest.fixture(scope="module")
def own_portal(
    portal_server: Callable[..., Portal], own_clinic: ClinicBook, _mail_server: MailServer
) -> Portal:
    """Serve it."""
    return portal_server(
        worker=True, database_url=own_clinic.database_url, SMTP_URL=_mail_server.url
    )


@pytest.fixture
def portal(own_portal: Portal) -> Portal:
    """Return the portal to walk through."""
    return own_portal


@pytest.fixture
def clinic(own_clinic: ClinicBook) -> ClinicBook:
    """Return the clinic behind it."""
    return own_clinic


def desk(visitor: Visitor, clinic: ClinicBook, **options: Any) -> Page:
    """Sit down at the desk."""
    return visitor.at_desk(clinic.add_colleague(), **{**DESKTOP, **options})


def test_a_day_a_week_and_the_keys(visitor: Visitor, clinic: ClinicBook) -> None:
    on = in_days(8)
    rosa = clinic.add_person("Rosalind", "Quill")
    clinic.add_visit(rosa.id, local(on, 10))
    schedule = SchedulePage(desk(visitor, clinic))
    schedule.open_on(on)
    expect(schedule.days).to_have_text(say.day(on))
    visit = schedule.cell(INES, "Rosalind Quill")
    expect(visit).to_be_visible()
    expect(schedule.cell(INES, "9:30")).to_be_visible()
    page = schedule.page

    visit.focus()
    page.keyboard.press("ArrowUp")
    expect(schedule.cell(INES, "9:30")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(schedule.cell(NOOR, "9:30")).to_be_focused()
    page.keyboard.press("PageDown")
    expect(schedule.days).to_have_text(say.day(on + timedelta(days=1)))
    page.keyboard.press("PageUp")
    expect(schedule.days).to_have_text(say.day(on))
    page.keyboard.press("t")
    expect(schedule.days).not_to_have_text(say.day(on))

    schedule.open_on(on)
    schedule.lane(INES).get_by_role("link", name=INES).click()
    expect(schedule.days).to_contain_text(INES)
    expect(schedule.cell(say.day(on), "Rosalind Quill")).to_be_visible()
    schedule.turn("The week after")
    expect(schedule.cell(say.day(on + timedelta(days=7)), "9:30")).to_be_visible()
    page.get_by_label("Go to day").fill(on.isoformat())
    expect(schedule.cell(say.day(on), "Rosalind Quill")).to_be_visible()
    schedule.turn("Day")
    expect(schedule.lane(NOOR)).to_be_visible()


def test_the_schedule_changes_by_itself(visitor: Visitor, clinic: ClinicBook) -> None:
    on = in_days(9)
    rosa = clinic.add_person("Ondine", "Quill")
    schedule = SchedulePage(desk(visitor, clinic))
    schedule.open_on(on)
    expect(schedule.cell(NOOR, "11:00")).to_be_visible()
    booking = DeskBooking(desk(visitor, clinic))
    other = SchedulePage(booking.page)
    other.open_on(on)
    other.cell(NOOR, "11:00").click()
    booking.find("ondine", rosa.name)
    booking.choose("Service", clinic.CHECK_UP)
    booking.book(rosa.name)
    expect(booking.notice(f"Booked for {rosa.name}.")).to_be_visible()
    expect(schedule.cell(NOOR, "Ondine Quill")).to_be_visible(timeout=3000)
    [visit] = clinic.visits_of(rosa.id)
    assert visit.starts_at == local(on, 11)
    assert visit.booked_by.startswith("staff:")


def test_a_practitioner_sees_busy_where_it_is_no_patient_of_theirs(
    visitor: Visitor, clinic: ClinicBook
) -> None:
    on = in_days(10)
    mine, other = clinic.add_person("Mina", "Orr"), clinic.add_person("Zelda", "Orr")
    clinic.add_visit(mine.id, local(on, 10))
    clinic.add_visit(other.id, local(on, 11), practitioner=1)
    ines = clinic.add_colleague(StaffRole.PRACTITIONER, name="Ines", practitioner=0)
    schedule = SchedulePage(visitor.at_desk(ines, **DESKTOP))
    schedule.open_on(on)
    expect(schedule.cell(INES, "Mina Orr")).to_be_visible()
    expect(schedule.lane(NOOR).get_by_text("Busy")).to_be_visible()
    expect(schedule.page.get_by_text("Zelda")).to_have_count(0)
    assert "Zelda" not in schedule.page.content()


def test_the_smiths_are_booked_in_one_go(visitor: Visitor, clinic: ClinicBook) -> None:
    rosa = clinic.add_person("Rosa", "Smith")
    theo, tara = (clinic.add_member(rosa, name) for name in ("Theodor", "Tamara"))
    groups = GroupsPage(desk(visitor, clinic))
    groups.open()
    expect(groups.page.get_by_text("No groups yet.")).to_be_visible()
    groups.make("The Smiths")
    expect(groups.group("The Smiths")).to_contain_text("Nobody is on this list yet.")
    for typed, name in (
        ("rosa smith", "Rosa Smith"),
        ("theodor", "Theodor Marlow"),
        ("tamara", "Tamara Marlow"),
    ):
        groups.add("The Smiths", typed, name)
        expect(groups.group("The Smiths").get_by_role("link", name=name)).to_be_visible()
    groups.group("The Smiths").get_by_role("link", name="Book").click()

    booking = DeskBooking(groups.page)
    for name in ("Rosa Smith", "Theodor Marlow", "Tamara Marlow"):
        expect(booking.person(name)).to_be_checked()
    booking.person("Rosa Smith").uncheck()
    booking.choose("Service", clinic.CHECK_UP)
    expect(booking.page.get_by_text("One after the other")).to_be_visible()
    booking.choose("Practitioner", NOOR)
    booking.page.get_by_label("Go to day").fill(in_days(11).isoformat())
    booking.time("9:00").click()
    booking.book("Theodor Marlow and Tamara Marlow")
    expect(booking.notice("Booked for Theodor Marlow and Tamara Marlow.")).to_be_visible()
    assert clinic.visits_of(rosa.id) == []
    starts = sorted(one.starts_at for id_ in (theo, tara) for one in clinic.visits_of(id_))
    assert starts == [local(in_days(11), 9), local(in_days(11), 9, 30)]


def test_moving_cancelling_with_a_reason_and_who_came(
    visitor: Visitor, clinic: ClinicBook, mail: MailServer
) -> None:
    on = in_days(12)
    rosa = clinic.add_person("Isolde", "Park")
    visit = DeskVisit(desk(visitor, clinic))
    visit.open_for(clinic.add_visit(rosa.id, local(on, 10)))
    expect(visit.heading).to_have_text("Isolde Park")
    expect(visit.mark("Arrived")).to_have_count(0)
    visit.page.get_by_role("link", name="Move").click()
    booking = DeskBooking(visit.page)
    expect(booking.heading).to_have_text("Move a visit")
    booking.time("14:00").click()
    booking.page.get_by_role("button", name="Move to").click()
    expect(booking.notice("Moved to")).to_be_visible()
    assert [one.starts_at for one in clinic.visits_of(rosa.id)] == [local(on, 14)]
    wait_for_mail(mail, rosa.email, "moved")

    SchedulePage(visit.page).cell(INES, "Isolde Park").click()
    expect(visit.heading).to_have_text("Isolde Park")
    question = visit.ask_cancel()
    question.get_by_role("textbox", name="Reason").fill("The doctor is ill.")
    question.get_by_role("button", name="Cancel the visit").click()
    expect(visit.notice("Cancelled.")).to_be_visible()
    expect(visit.page.get_by_text("The doctor is ill.")).to_be_visible()
    assert clinic.visits_of(rosa.id) == []
    assert "The doctor is ill." in text_of(wait_for_mail(mail, rosa.email, "cancelled"))

    begun = instant_of(unit_of(clock.now() - timedelta(minutes=10)))
    visit.open_for(clinic.add_visit(rosa.id, begun, practitioner=2))
    visit.mark("Arrived").click()
    expect(visit.mark("Arrived")).to_have_attribute("aria-pressed", "true")
    visit.mark("Did not come").click()
    expect(visit.mark("Did not come")).to_have_attribute("aria-pressed", "true")
    expect(visit.mark("Arrived")).to_have_attribute("aria-pressed", "false")


def test_a_class_is_made_booked_and_called_off(
    visitor: Visitor, clinic: ClinicBook, mail: MailServer
) -> None:
    on = in_days(13)
    add_class(clinic, "Yoga")
    rosa = clinic.add_person("Leonie", "Yoder")
    classes = ClassesPage(desk(visitor, clinic))
    classes.open()
    classes.make("Yoga", INES, "Here", on, "18:00", "2")
    expect(classes.notice("2 classes were made.")).to_be_visible()
    first = classes.one(f"{say.day(on)}, 18:00 to 19:00")
    expect(first).to_contain_text("0 of 6 places taken")
    classes.make("Yoga", INES, "Here", on - timedelta(weeks=1), "18:00", "2")
    expect(classes.page.get_by_role("dialog")).to_contain_text("Nothing was made.")
    classes.page.keyboard.press("Escape")
    first.get_by_role("link", name="Book a place").click()
    booking = DeskBooking(classes.page)
    booking.find("leonie", rosa.name)
    booking.book(rosa.name)
    expect(booking.notice(f"Booked for {rosa.name}.")).to_be_visible()
    SchedulePage(booking.page).cell(INES, "1 of 6 places taken").click()
    expect(first.get_by_role("link", name="Leonie Yoder")).to_be_visible()
    first.get_by_role("button", name="Call off").click()
    question = classes.page.get_by_role("dialog")
    question.get_by_role("textbox", name="Reason").fill("No heating.")
    question.get_by_role("button", name="Call it off").click()
    expect(classes.notice("Called off.")).to_be_visible()
    expect(first).to_have_count(0)
    assert clinic.visits_of(rosa.id) == []


def add_class(clinic: ClinicBook, name: str) -> None:
    """Let the first practitioner give a class of an hour for six."""
    with clinic.writing() as session:
        if session.exec(select(Service).where(Service.name == name)).first():
            return
        id_ = add_service(session, name, minutes=60, category="Classes", position=5)
        row = session.get_one(Service, id_)
        row.kind, row.capacity = "class", 6
        session.add(Offer(practitioner_id=clinic.practitioners[0], service_id=id_))


@LOOKS
def test_every_page_of_the_desk(visitor: Visitor, clinic: ClinicBook, look: Any) -> None:
    on: date = in_days(20 if look is DARK_DESK else 21)
    add_class(clinic, "Pilates")
    last = "Lund" if look is DARK_DESK else "Lundgren"
    rosa = clinic.add_person("Beatrix", last, verified=look is not LIGHT_PHONE)
    visit_id = clinic.add_visit(rosa.id, local(on, 10))
    page = visitor.at_desk(clinic.add_colleague(), **look)
    schedule = SchedulePage(page)
    schedule.open_on(on)
    expect(schedule.cell(INES, rosa.name)).to_be_visible()
    check(page)
    schedule.open_on(on, view="week")
    expect(schedule.cell(say.day(on), rosa.name)).to_be_visible()
    check(page)

    visit = DeskVisit(page)
    visit.open_for(visit_id)
    expect(visit.heading).to_have_text(rosa.name)
    check(page)
    visit.ask_cancel()
    check(page)

    booking = DeskBooking(page)
    booking.open()
    check(page)
    booking.find(rosa.name, rosa.name)
    booking.choose("Service", clinic.CHECK_UP)
    expect(booking.times.first).to_be_visible()
    check(page)
    booking.times.first.click()
    expect(page.get_by_role("button", name=f"Book for {rosa.name}")).to_be_visible()
    check(page)

    groups = GroupsPage(page)
    groups.open()
    name = f"The {last}s"
    groups.make(name)
    groups.add(name, rosa.name, rosa.name)
    check(page)
    groups.group(name).get_by_role("button", name="End").click()
    check(page)
    page.keyboard.press("Escape")

    classes = ClassesPage(page)
    classes.open()
    page.get_by_role("button", name="Make classes").click()
    check(page)
    page.keyboard.press("Escape")
    hour = "16:00" if look is DARK_DESK else "17:00"
    classes.make("Pilates", INES, "Here", on, hour, "1")
    expect(classes.notice("1 class was made.")).to_be_visible()
    check(page)


def test_time_off_with_visits_in_it(visitor: Visitor, clinic: ClinicBook, mail: MailServer) -> None:
    on = in_days(25)
    people = [clinic.add_person(name, "Marsh") for name in ("Ottoline", "Perpetua")]
    for hour, person in enumerate(people, 10):
        clinic.add_visit(person.id, local(on, hour), practitioner=2)
    stays = clinic.add_person("Quentin", "Marsh")
    clinic.add_visit(stays.id, local(on, 16), practitioner=2)
    with clinic.writing() as session:
        session.add(
            TimeOff(
                id=new_id(),
                practitioner_id=clinic.practitioners[2],
                starts_at=local(on, 9),
                ends_at=local(on, 13),
                reason="Course",
            )
        )
    schedule = SchedulePage(desk(visitor, clinic))
    schedule.open_on(on)
    schedule.cell("Dr Piet de Vries", "9:00 to 13:00").click()
    page = schedule.page
    expect(schedule.heading).to_have_text("Dr Piet de Vries is away")
    rows = page.get_by_role("main").get_by_role("listitem")
    expect(rows).to_have_count(2)
    check(page)
    page.get_by_role("button", name="Cancel these").click()
    question = page.get_by_role("dialog")
    question.get_by_role("textbox", name="Reason").fill("The doctor is on a course.")
    question.get_by_role("button", name="Cancel the visits").click()
    expect(schedule.notice("2 visits are cancelled.")).to_be_visible()
    expect(page.get_by_text("No visits lie in this time.")).to_be_visible()
    assert [len(clinic.visits_of(one.id)) for one in (*people, stays)] == [0, 0, 1]
    for person in people:
        letter = text_of(wait_for_mail(mail, person.email, "cancelled"))
        assert "The doctor is on a course." in letter
        assert "Choose another time" in letter
