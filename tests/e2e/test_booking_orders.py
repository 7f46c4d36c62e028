"""Booking for whom first, several visits at once, group visits, classes, and times that run out."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.builders import in_days, local, set_policy
from tests.e2e.axe import problems_of
from tests.e2e.clinic import ClinicBook, Person, new_address
from tests.e2e.conftest import Visitor
from tests.e2e.pages.appointments import Appointments
from tests.e2e.pages.booking import Booking
from tests.e2e.pages.family import AddFamilyMember
from tests.servers.portal import Portal

GROUP, CLASS = "Family counselling", "Back school"


@pytest.fixture(scope="module")
def own_clinic(new_clinic: Callable[[], ClinicBook]) -> ClinicBook:
    """Open a clinic with a group visit and a class."""
    clinic = new_clinic()
    clinic.add_group_service(GROUP, capacity=4)
    clinic.add_class(CLASS, local(in_days(3), 19), capacity=3)
    return clinic


@pytest.fixture(scope="module")
def own_portal(portal_server: Callable[..., Portal], own_clinic: ClinicBook) -> Portal:
    """Serve it."""
    return portal_server(database_url=own_clinic.database_url)


@pytest.fixture
def portal(own_portal: Portal) -> Portal:
    """Walk through that one."""
    return own_portal


@pytest.fixture
def clinic(own_clinic: ClinicBook) -> ClinicBook:
    """Return it."""
    return own_clinic


@pytest.fixture
def rosa(clinic: ClinicBook) -> Person:
    """Return somebody with two children."""
    rosa = clinic.add_person()
    clinic.add_member(rosa, "Theo")
    clinic.add_member(rosa, "Mina", colour=3)
    return rosa


def test_whoever_is_chosen_first_is_named_on_every_step(
    visitor: Visitor, clinic: ClinicBook, rosa: Person
) -> None:
    booking = Booking(visitor.signed_in(rosa))
    booking.open()
    expect(booking.what).to_have_text("What is it about?")
    booking.for_whom("Theo")
    expect(booking.what).to_have_text("What does Theo need?")
    expect(booking.banner).to_contain_text("Booking for Theo Marlow")
    booking.page.reload()
    expect(booking.what).to_have_text("What does Theo need?")
    booking.choose_service(clinic.CHECK_UP)
    expect(booking.banner).to_contain_text("Booking for Theo Marlow")
    booking.choose_time(5)
    booking.go_on()
    expect(booking.heading).to_have_text("Check and confirm")
    expect(booking.banner).to_contain_text("Booking for Theo Marlow")
    booking.note("Please use the ramp.")
    booking.confirm("Theo")
    expect(Appointments(booking.page).notice("Booked for Theo")).to_be_visible()
    (visit,) = clinic.visits_of(clinic.member_of(rosa, "Theo"))
    assert visit.note == "Please use the ramp."

    booking.page.go_back()
    expect(booking.alert("This is not kept for you any more.")).to_be_visible()


def test_somebody_new_is_added_first_and_chosen_at_once(
    visitor: Visitor, clinic: ClinicBook, rosa: Person
) -> None:
    booking = Booking(visitor.signed_in(rosa))
    booking.open()
    booking.someone_new()
    form = AddFamilyMember(booking.page)
    form.list.member(1).fill_in("Parent", "Anton", "Vesely", new_address("anton"))
    form.save()
    expect(booking.what).to_have_text("What does Anton need?")
    expect(booking.banner).to_contain_text("Booking for Anton Vesely")


def test_more_visits_go_into_the_same_order_and_one_comes_off(
    visitor: Visitor, clinic: ClinicBook, rosa: Person
) -> None:
    booking = Booking(visitor.signed_in(rosa))
    keep_first(booking, clinic, "Theo", 6)
    booking.book_more()
    expect(booking.page.get_by_text("We keep one time for you until")).to_be_visible()
    booking.for_whom("Mina")
    expect(booking.what).to_have_text("What does Mina need?")
    booking.choose_service(clinic.LONG_TALK)
    booking.choose_time(9)
    booking.go_on()
    expect(booking.kept).to_have_count(2)
    expect(booking.banner).to_contain_text("Booking for Theo and Mina")
    booking.book_more()
    booking.for_whom("Me")
    expect(booking.what).to_have_text("What do you need?")
    booking.choose_service(clinic.CHECK_UP)
    booking.choose_time(12)
    booking.go_on()
    expect(booking.kept).to_have_count(3)
    expect(booking.last_button("Book 3 visits for Theo, Mina and me")).to_be_visible()
    booking.take_off("For you")
    expect(booking.kept).to_have_count(2)
    assert problems_of(booking.page) == []
    booking.last_button("Book 2 visits for Theo and Mina").dblclick()
    visits = Appointments(booking.page)
    expect(visits.notice("2 visits booked for Theo and Mina")).to_be_visible()
    expect(visits.visits).to_have_count(2)


def test_another_time_takes_the_place_of_the_one_that_is_kept(
    visitor: Visitor, clinic: ClinicBook, rosa: Person
) -> None:
    booking = Booking(visitor.signed_in(rosa))
    first = keep_first(booking, clinic, "Theo", 20)
    booking.change_time_of("Theo Marlow")
    expect(booking.times.first).to_be_visible()
    other = booking.choose_time(22)
    booking.go_on()
    expect(booking.kept).to_have_count(1)
    expect(booking.kept).to_contain_text(other.split(",")[1].strip())
    # By the back button too: nothing stays kept that nobody wants any more.
    booking.page.go_back()
    booking.page.go_back()
    booking.page.go_back()
    expect(booking.heading).to_have_text("Choose a time")
    again = re.compile(f"^{first.split(', with')[0]}")
    booking.page.get_by_role("button", name=again).click()
    booking.go_on()
    expect(booking.kept).to_have_count(1)
    assert clinic.kept_by(rosa) == 1
    booking.confirm("Theo")
    expect(Appointments(booking.page).notice("Booked for Theo")).to_be_visible()


def test_a_group_visit_for_three_has_one_who_pays(
    visitor: Visitor, clinic: ClinicBook, rosa: Person
) -> None:
    booking = Booking(visitor.signed_in(rosa))
    booking.open()
    booking.choose_service(GROUP)
    booking.choose_time(8)
    booking.go_on()
    expect(booking.heading).to_have_text("Who is this for?")
    booking.comes_along("Theo")
    booking.go_on_with("Theo")
    expect(booking.alert("This visit is for 2 to 4 people. Choose who comes.")).to_be_visible()
    booking.comes_along("Mina")
    booking.comes_along("Me")
    booking.pays("Rosa Marlow")
    expect(booking.page.get_by_role("combobox", name="Who pays?")).to_have_value(rosa.id)
    assert problems_of(booking.page) == []
    booking.go_on_with("Theo, Mina and me")
    expect(booking.kept).to_contain_text("(you pay)")
    expect(booking.banner).to_contain_text("Booking for Theo, Mina and you")
    booking.confirm("Theo, Mina and me")
    expect(Appointments(booking.page).notice("Booked for Theo, Mina and you")).to_be_visible()
    (mine,), (theirs,) = clinic.visits_of(rosa.id), clinic.visits_of(clinic.member_of(rosa, "Theo"))
    assert mine.gathering_id == theirs.gathering_id
    assert (mine.price_cents, theirs.price_cents) == (8500, 0)


def test_two_children_take_two_places_of_a_class(
    visitor: Visitor, clinic: ClinicBook, rosa: Person
) -> None:
    booking = Booking(visitor.signed_in(rosa))
    booking.open()
    booking.more_than_one()
    booking.also_for("Theo")
    expect(booking.what).to_have_text("What does Theo need?")
    booking.also_for("Mina")
    expect(booking.what).to_have_text("What do Theo and Mina need?")
    booking.choose_service(CLASS)
    expect(booking.times).to_have_count(1)
    expect(booking.times.first).to_have_accessible_name(re.compile("3 places left$"))
    booking.choose_time()
    booking.go_on()
    expect(booking.kept).to_have_count(2)
    other = Booking(visitor.signed_in(clinic.add_person("Harper")))
    other.open()
    other.choose_service(CLASS)
    expect(other.times.first).to_have_accessible_name(re.compile("1 place left$|One place left$"))
    booking.last_button("Book 2 visits for Theo and Mina").click()
    expect(Appointments(booking.page).notice("Booked for Theo and Mina")).to_be_visible()


def test_a_time_that_ran_out_is_kept_again_at_one_press(
    visitor: Visitor, clinic: ClinicBook, rosa: Person
) -> None:
    booking = Booking(visitor.signed_in(rosa))
    keep_first(booking, clinic, "Theo", 30)
    booking.keep_longer()
    expect(booking.page.get_by_role("button", name="Keep it 10 minutes longer")).to_have_count(0)
    booking.note("Half a sentence")
    clinic.end_holds(rosa)
    booking.confirm("Theo")
    expect(booking.heading).to_have_text("We could not keep this time")
    expect(booking.lost.get_by_role("radio")).to_have_count(3)
    assert problems_of(booking.page) == []
    booking.page.reload()
    expect(booking.lost.get_by_role("radio", checked=True)).to_have_count(1)
    booking.keep_again()
    expect(booking.heading).to_have_text("Check and confirm")
    expect(booking.page.get_by_role("textbox")).to_have_value("Half a sentence")
    booking.confirm("Theo")
    expect(Appointments(booking.page).notice("Booked for Theo")).to_be_visible()


def test_the_countdown_says_it_when_the_time_is_up(
    visitor: Visitor, clinic: ClinicBook, rosa: Person
) -> None:
    booking = Booking(visitor.signed_in(rosa))
    booking.page.clock.install()
    keep_first(booking, clinic, "Theo", 33)
    expect(booking.countdown).to_contain_text(re.compile(r"9:5\d left"))
    booking.page.clock.fast_forward("08:05")
    expect(booking.page.get_by_text("Two minutes left.")).to_be_visible()
    clinic.end_holds(rosa)
    booking.page.clock.fast_forward("02:10")
    booking.page.clock.run_for(3000)
    expect(booking.heading).to_have_text("We could not keep this time")


def test_a_month_the_part_of_the_day_and_the_next_free_time(
    visitor: Visitor, clinic: ClinicBook, rosa: Person
) -> None:
    booking = Booking(visitor.signed_in(rosa))
    booking.open()
    booking.choose_service(clinic.CHECK_UP)
    booking.part_of_day("Evening")
    expect(booking.times.first).to_have_accessible_name(re.compile(r", 1[7-9]:\d\d, with"))
    booking.show_month()
    expect(booking.free_days.first).to_have_accessible_name(re.compile("times free$"))
    assert problems_of(booking.page) == []
    booking.free_days.last.click()
    expect(booking.times.first).to_have_accessible_name(re.compile(r", 1[7-9]:\d\d, with"))
    week = booking.week.inner_text()
    booking.next_free()
    expect(booking.week).not_to_have_text(week)
    expect(booking.wait_list).to_have_attribute("href", re.compile("^/appointments/wait-list/ask"))


def test_a_visit_is_moved_and_keeps_its_old_time_until_then(
    visitor: Visitor, clinic: ClinicBook, rosa: Person
) -> None:
    theo = clinic.member_of(rosa, "Theo")
    visit_id = clinic.add_visit(theo, local(in_days(20), 9), practitioner=1)
    booking = Booking(visitor.signed_in(rosa))
    booking.page.goto(f"/book/times?service={clinic.check_up}&move={visit_id}")
    expect(booking.heading).to_have_text("Choose a new time for Theo’s visit")
    expect(booking.banner).to_contain_text("Moving a visit for Theo Marlow")
    booking.choose_time(40)
    booking.go_on()
    expect(booking.kept).to_contain_text("Until now:")
    assert clinic.visits_of(theo)[0].starts_at == local(in_days(20), 9)
    booking.last_button("Move Theo’s visit").click()
    expect(Appointments(booking.page).notice("Moved for Theo")).to_be_visible()
    (moved,) = clinic.visits_of(theo)
    assert (moved.id, moved.sequence) == (visit_id, 1)
    assert moved.starts_at != local(in_days(20), 9)


def test_the_clinics_rules_are_read_before_the_last_press(
    visitor: Visitor, clinic: ClinicBook, rosa: Person
) -> None:
    with clinic.writing() as session:
        set_policy(session, policy_text="Come ten minutes early.", patients_cancel=False)
    booking = Booking(visitor.signed_in(rosa))
    keep_first(booking, clinic, "Mina", -1)
    rules = booking.page.get_by_role("region", name="The clinic’s rules")
    expect(rules).to_have_text(re.compile("Come ten minutes early."))
    expect(booking.page.get_by_text("You can undo this for three minutes.")).to_contain_text(
        "After that, move until"
    )
    with clinic.writing() as session:
        set_policy(session, policy_text="", patients_cancel=True)


def keep_first(booking: Booking, clinic: ClinicBook, name: str, time: int) -> str:
    """Keep a check-up for somebody who is chosen first; return the time's full name."""
    booking.open()
    booking.for_whom(name)
    expect(booking.what).to_have_text(f"What does {name} need?")
    booking.choose_service(clinic.CHECK_UP)
    chosen = booking.choose_time(time)
    booking.go_on()
    expect(booking.heading).to_have_text("Check and confirm")
    expect(booking.countdown).to_be_visible()
    return chosen
