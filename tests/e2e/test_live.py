"""Pages that change by themselves: two people in two windows, on one process and on many."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from portal import clock
from portal.permissions import SIX, Permission
from tests.e2e.axe import problems_of
from tests.e2e.clinic import ClinicBook, Person, new_address
from tests.e2e.conftest import Visitor
from tests.e2e.pages.appointments import Appointments
from tests.e2e.pages.booking import Booking
from tests.e2e.pages.family import AddFamilyMember, EditMember, FamilyMembers, RemoveMember
from tests.servers.chain import make_chain
from tests.servers.databases import new_database
from tests.servers.portal import Portal

SOON = 2000  # milliseconds, the issue's own limit
BOOK = "Book appointments and add wait list requests"
NO_LONGER = "Book visits: no"
# What a hidden tab looks like to the page; a headless browser shows all of its tabs.
HIDE = """Object.defineProperty(document, "visibilityState", {
  configurable: true, get: () => window.seenAs ?? "visible" })"""
SEE = """(how) => { window.seenAs = how; document.dispatchEvent(new Event("visibilitychange")) }"""


@pytest.fixture(scope="module", params=["one process", "many processes"])
def served(
    request: pytest.FixtureRequest,
    front_end: Path,
    new_clinic: Callable[[], ClinicBook],
    portal_server: Callable[..., Portal],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Portal, ClinicBook]]:
    """Serve a clinic of this module's own."""
    if request.param == "one process":
        clinic = new_clinic()
        yield portal_server(database_url=clinic.database_url), clinic
        return
    with ExitStack() as stack:
        databases = request.getfixturevalue("postgres_databases")
        clinic = ClinicBook(stack.enter_context(new_database(databases)))
        redis = request.getfixturevalue("redis_url")
        folder = tmp_path_factory.mktemp("chain")
        chain = make_chain(front_end, clinic.database_url, folder, REDIS_URL=redis)
        stack.callback(chain.stop)
        chain.start_web()
        yield chain, clinic


@pytest.fixture
def portal(served: tuple[Portal, ClinicBook]) -> Portal:
    """Walk through that one."""
    return served[0]


@pytest.fixture
def clinic(served: tuple[Portal, ClinicBook]) -> ClinicBook:
    """Return its clinic."""
    return served[1]


@pytest.fixture
def rosa(clinic: ClinicBook) -> Person:
    """Give somebody with an account."""
    return clinic.add_person("Rosa")


@pytest.fixture
def ada(clinic: ClinicBook, rosa: Person) -> Person:
    """Give her sister, who lets Rosa do everything for her."""
    ada = clinic.add_person("Ada", "Keller")
    clinic.link(rosa, ada, *SIX, both_ways=True)
    return ada


def open_family(page: Page, name: str) -> FamilyMembers:
    """Open the list of family members and wait for somebody on it."""
    members = FamilyMembers(page)
    members.open()
    expect(members.row(name)).to_be_visible()
    return members


def book_up_to_people(visitor: Visitor, clinic: ClinicBook, who: Person, time: int) -> Booking:
    """Choose a service and a time."""
    booking = Booking(visitor.signed_in(who))
    booking.open()
    booking.choose_service(clinic.CHECK_UP)
    booking.choose_time(time)
    booking.go_on()
    expect(booking.person("^Me, ")).to_be_visible()
    return booking


def test_a_new_family_member_and_one_who_left_show_in_the_other_window(
    visitor: Visitor, clinic: ClinicBook, rosa: Person, ada: Person
) -> None:
    members = open_family(visitor.signed_in(rosa), "Ada Keller")
    form = AddFamilyMember(visitor.signed_in(rosa))
    form.open()
    form.list.member(1).fill_in("Child", "Theo", "Marlow", new_address("theo"))
    form.save()
    expect(FamilyMembers(form.page).row("Theo Marlow")).to_be_visible()
    expect(members.row("Theo Marlow")).to_be_visible(timeout=SOON)

    of_ada = open_family(visitor.signed_in(ada), "Rosa Marlow")
    button = members.page.get_by_role("button", name="Remove Theo Marlow")
    button.focus()
    of_ada.ask_removal("Rosa Marlow").remove("Rosa")
    expect(of_ada.row("Rosa Marlow")).to_have_count(0)
    expect(members.row("Ada Keller")).to_have_count(0, timeout=SOON)
    expect(button).to_be_focused()


def test_what_stands_in_an_open_dialog_changes_and_what_is_typed_stays(
    visitor: Visitor, clinic: ClinicBook, rosa: Person, ada: Person
) -> None:
    members = open_family(visitor.signed_in(rosa), "Ada Keller")
    dialog = members.edit("Ada Keller")
    box = dialog.box
    box.get_by_role("combobox", name="Relationship to you").select_option("Other")
    words = box.get_by_role("textbox", name="In your words")
    words.press_sequentially("My twin")
    elsewhere = open_family(visitor.signed_in(rosa), "Ada Keller").edit("Ada Keller")
    elsewhere.give_up(BOOK)
    expect(dialog.ability(BOOK)).to_contain_text("You do not have this.", timeout=SOON)
    words.press_sequentially(" sister")
    expect(words).to_be_focused()
    expect(words).to_have_value("My twin sister")
    box.get_by_role("button", name="Save").click()
    expect(members.row("Ada Keller")).to_contain_text("My twin sister")


@pytest.mark.parametrize("question", ["edit", "remove"])
def test_a_dialog_about_somebody_who_left_closes_and_says_so(
    visitor: Visitor, clinic: ClinicBook, rosa: Person, ada: Person, question: str
) -> None:
    members = open_family(visitor.signed_in(rosa), "Ada Keller")
    dialog: EditMember | RemoveMember
    dialog = members.edit("Ada Keller") if question == "edit" else members.ask_removal("Ada Keller")
    expect(dialog.box).to_be_visible()
    open_family(visitor.signed_in(ada), "Rosa Marlow").ask_removal("Rosa Marlow").remove("Rosa")
    expect(dialog.box).to_have_count(0, timeout=SOON)
    expect(members.notice("Ada is not in your family any more.")).to_be_visible()
    expect(members.heading).to_be_focused()


def test_a_visit_that_is_booked_and_cancelled_comes_and_goes(
    visitor: Visitor, clinic: ClinicBook, rosa: Person, ada: Person
) -> None:
    listed = Appointments(visitor.signed_in(rosa))
    listed.open()
    expect(listed.page.get_by_role("heading", name="No visits are booked.")).to_be_visible()
    booking = book_up_to_people(visitor, clinic, ada, -1)
    booking.choose_me()
    booking.confirm()
    expect(listed.visit_of("Ada Keller")).to_have_count(1, timeout=SOON)

    clinic.let_undo_pass()
    listed.open()
    question = listed.ask_cancel("Ada Keller")
    expect(question).to_be_visible()
    mine = Appointments(booking.page)
    mine.open()
    expect(mine.visit_of("You")).to_have_count(1)
    mine.cancel("You")
    expect(question).to_have_count(0, timeout=SOON)
    expect(listed.notice("This visit is cancelled already.")).to_be_visible()
    expect(listed.visit_of("Ada Keller")).to_have_count(0)


def test_whoever_withdraws_leaves_the_pages_of_a_booking_that_is_under_way(
    visitor: Visitor, clinic: ClinicBook, rosa: Person, ada: Person
) -> None:
    clinic.add_visit(ada.id, clock.now() + timedelta(days=3))
    choosing = book_up_to_people(visitor, clinic, rosa, 3)
    sure = book_up_to_people(visitor, clinic, rosa, 4)
    sure.choose_person("Ada Keller")
    expect(sure.confirm_button("Ada")).to_be_visible()
    listed = Appointments(visitor.signed_in(rosa))
    listed.open()
    listed.show_only("Ada")
    expect(listed.visit_of("Ada Keller")).to_have_count(1)
    open_family(visitor.signed_in(ada), "Rosa Marlow").ask_removal("Rosa Marlow").remove("Rosa")
    expect(choosing.person("Ada Keller")).to_have_count(0, timeout=SOON)
    expect(sure.confirm_button("Ada")).to_have_count(0, timeout=SOON)
    expect(sure.notice("You can no longer book for Ada.")).to_be_visible()
    assert problems_of(sure.page) == []
    expect(listed.visits).to_have_count(0, timeout=SOON)
    sure.page.get_by_role("link", name="Choose somebody else").click()
    expect(sure.heading).to_have_text("Book a visit")
    expect(sure.page.get_by_role("radio", name="Ada Keller")).to_have_count(0)


def test_a_new_family_member_can_be_chosen_in_a_booking_that_is_under_way(
    visitor: Visitor, clinic: ClinicBook, rosa: Person
) -> None:
    choosing = book_up_to_people(visitor, clinic, rosa, 5)
    dialog = choosing.add_member()
    dialog.fields.field("First name").press_sequentially("Half a na")
    form = AddFamilyMember(visitor.signed_in(rosa))
    form.open()
    form.list.member(1).fill_in("Child", "Theo", "Marlow", new_address("theo"))
    form.save()
    expect(choosing.page.get_by_text("Theo Marlow")).to_have_count(1, timeout=SOON)
    dialog.fields.field("First name").press_sequentially("me")
    expect(dialog.fields.field("First name")).to_have_value("Half a name")
    expect(dialog.fields.field("First name")).to_be_focused()


def test_a_tab_without_a_connection_catches_up_with_the_next_one(
    visitor: Visitor, clinic: ClinicBook, rosa: Person, ada: Person
) -> None:
    visitor.expects_no_connection()
    members = open_family(visitor.signed_in(rosa), "Ada Keller")
    members.page.context.set_offline(True)
    expect(members.connection_line).to_be_visible()
    open_family(visitor.signed_in(ada), "Rosa Marlow").ask_removal("Rosa Marlow").remove("Rosa")
    expect(members.row("Ada Keller")).to_be_visible()
    members.page.context.set_offline(False)
    expect(members.connection_line).to_have_count(0)
    expect(members.row("Ada Keller")).to_have_count(0, timeout=SOON)


def test_a_tab_that_was_out_of_sight_catches_up_when_it_is_looked_at(
    visitor: Visitor, clinic: ClinicBook, rosa: Person
) -> None:
    page = visitor.signed_in(rosa)
    page.add_init_script(HIDE)
    listed = Appointments(page)
    listed.open()
    expect(page.get_by_role("heading", name="No visits are booked.")).to_be_visible()
    page.evaluate(SEE, "hidden")
    # Straight into the database: nobody is told.
    clinic.add_visit(rosa.id, clock.now() + timedelta(days=2), practitioner=1)
    page.wait_for_timeout(2500)
    expect(listed.visits).to_have_count(0)
    page.evaluate(SEE, "visible")
    expect(listed.visit_of("You")).to_have_count(1, timeout=SOON)


def test_nothing_happens_to_those_who_are_not_concerned(
    visitor: Visitor, clinic: ClinicBook, rosa: Person, ada: Person
) -> None:
    stranger = visitor.signed_in(clinic.add_person("Nobody"))
    heard: list[str] = []
    stranger.on(
        "websocket", lambda socket: socket.on("framereceived", lambda f: heard.append(str(f)))
    )
    listed = Appointments(stranger)
    listed.open()
    expect(stranger.get_by_role("heading", name="No visits are booked.")).to_be_visible()
    members = open_family(visitor.signed_in(rosa), "Ada Keller")
    before = len(heard)
    of_ada = open_family(visitor.signed_in(ada), "Rosa Marlow")
    of_ada.edit("Rosa Marlow").give_up(BOOK)
    expect(of_ada.ability("Rosa Marlow", NO_LONGER)).to_have_count(1)
    stranger.wait_for_timeout(700)
    assert [one for one in heard[before:] if not re.fullmatch("[23]", one)] == []
    assert members.row("Ada Keller").is_visible()


def test_a_permission_that_is_given_shows_in_the_list(
    visitor: Visitor, clinic: ClinicBook, rosa: Person
) -> None:
    clinic.add_member(rosa, "Theo", permissions=(Permission.VIEW_AND_PAY,))
    members = open_family(visitor.signed_in(rosa), "Theo Marlow")
    expect(members.ability("Theo Marlow", NO_LONGER)).to_have_count(1)
    elsewhere = open_family(visitor.signed_in(rosa), "Theo Marlow").edit("Theo Marlow")
    elsewhere.ability(BOOK).get_by_role("button", name="Take back").click()
    expect(members.ability("Theo Marlow", NO_LONGER)).to_have_count(0, timeout=SOON)
