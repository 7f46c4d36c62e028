"""Two children in one search, each way, and a visit that comes again."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from portal.booking.hold import Wish, hold
from tests import builders
from tests.builders import in_days, local
from tests.e2e.axe import problems_of
from tests.e2e.clinic import ClinicBook, Person
from tests.e2e.conftest import Visitor
from tests.e2e.pages.booking import Booking
from tests.e2e.pages.together import Repeat, Together

CONFIRM = re.compile(r"/book/confirm\?order=")
WIDE = {"width": 1280, "height": 900}


def family(clinic: ClinicBook) -> tuple[Person, str, str]:
    """Add somebody with two children."""
    rosa = clinic.add_person()
    return rosa, clinic.add_member(rosa, "Theo"), clinic.add_member(rosa, "Mina", colour=3)


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("One after the other", r": Theo \d+:\d\d and Mina \d+:\d\d, with Dr "),
        ("At the same time", r": Theo (\d+:\d\d) with Dr .+, Mina \1 with Dr "),
        ("On the same day", r": Theo (\d+:\d\d) with Dr .+, Mina \1 with Dr "),
    ],
)
def test_two_children_a_check_up_each(
    visitor: Visitor, clinic: ClinicBook, how: str, said: str
) -> None:
    rosa, theo, mina = family(clinic)
    page = visitor.signed_in(rosa)
    booking = Booking(page)
    booking.open()
    booking.more_than_one()
    booking.also_for("Theo")
    booking.also_for("Mina")
    service = page.get_by_role("link", name=re.compile(f"^{clinic.CHECK_UP}"))
    expect(service).to_have_attribute("href", re.compile(rf"/book/together\?.*{theo}\.{mina}"))
    booking.choose_service(clinic.CHECK_UP)
    together = Together(page)
    expect(booking.banner).to_contain_text("Theo and Mina")
    together.come(how)
    expect(together.ways.first).to_have_accessible_name(re.compile(said))
    assert not problems_of(page)
    together.choose(1)
    together.go_on()
    expect(page).to_have_url(CONFIRM)
    expect(booking.kept).to_have_count(2)
    last = re.compile("^Book 2 visits for (Theo and Mina|Mina and Theo)$")
    page.get_by_role("button", name=last).click()
    expect(page).to_have_url(re.compile("/appointments$"))
    first, second = clinic.visits_of(theo), clinic.visits_of(mina)
    assert (len(first), len(second)) == (1, 1)
    assert first[0].order_id == second[0].order_id


def test_with_the_keyboard_and_another_service_for_one_of_them(
    visitor: Visitor, clinic: ClinicBook
) -> None:
    rosa, theo, mina = family(clinic)
    page = visitor.signed_in(rosa, viewport=WIDE)
    page.goto(f"/book/together?service={clinic.check_up}&for={theo}.{mina}")
    together = Together(page)
    expect(together.count).to_have_text(re.compile(r"^\d+ ways to fit everyone$"))
    together.comes_for("Mina", clinic.LONG_TALK)
    expect(together.way("Theo 8:00 and Mina 8:30")).to_be_visible()
    together.part_of_day("Afternoon")
    expect(together.way("Theo 12:00 and Mina 12:30")).to_be_visible()
    assert not problems_of(page)
    # A page that is loaded again stays as it was set.
    page.reload()
    expect(page.get_by_role("combobox", name="Time of day")).to_have_value("afternoon")
    expect(together.way("Theo 12:00 and Mina 12:30")).to_be_visible()
    together.ways.first.focus()
    page.keyboard.press("ArrowRight")
    expect(together.ways.nth(1)).to_be_focused()
    kept = together.ways.nth(1).inner_text()
    page.keyboard.press("Enter")
    expect(together.ways.nth(1)).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Go on with these times").press("Enter")
    expect(page).to_have_url(CONFIRM)
    # Back again: what was kept makes room, so the same times are still there.
    page.go_back()
    expect(together.ways.nth(1)).to_have_text(kept, use_inner_text=True)


def test_nothing_that_fits_says_what_to_try(visitor: Visitor, clinic: ClinicBook) -> None:
    rosa, theo, mina = family(clinic)
    with clinic.writing() as session:
        rare = builders.add_service(session, "Sleep study", minutes=60, position=9)
        builders.add_practitioner(session, [rare], name="Dr Una Night", weekdays=[])
    page = visitor.signed_in(rosa)
    page.goto(f"/book/together?service={rare}&for={theo}.{mina}")
    main = page.get_by_role("main")
    expect(main.get_by_text("Nothing fits everyone on these days. You can try:")).to_be_visible()
    main.get_by_role("button", name="Two weeks later").click()
    expect(page.get_by_role("button", name="Two weeks before")).to_be_enabled()
    main.get_by_role("button", name="At the same time").click()
    expect(page.get_by_role("radio", name=re.compile("^At the same time"))).to_be_checked()
    expect(main.get_by_role("link", name="Join the wait list")).to_be_visible()
    assert not problems_of(page)


def test_who_may_not_be_booked_for_is_not_found(visitor: Visitor, clinic: ClinicBook) -> None:
    rosa, theo, _mina = family(clinic)
    stranger = clinic.add_person("Stella")
    page = visitor.signed_in(rosa)
    page.goto(f"/book/together?service={clinic.check_up}&for={theo}.{stranger.id}")
    expect(page.get_by_role("alert")).to_contain_text("We cannot find that")
    expect(page.get_by_role("link", name="Choose who comes")).to_be_visible()
    expect(page.get_by_text("Stella")).to_have_count(0)


def test_a_visit_comes_again(visitor: Visitor, clinic: ClinicBook) -> None:
    rosa, theo, _mina = family(clinic)
    first = local(in_days(4), 10)
    clinic.add_visit(clinic.add_person("Stella").id, first + timedelta(weeks=1))
    with clinic.writing() as session:
        wish = Wish(clinic.check_up, clinic.practitioners[0], first, (theo,))
        order = hold(session, rosa.actor, [wish])
    page = visitor.signed_in(rosa)
    page.goto(f"/book/repeat?order={order.id}")
    repeat = Repeat(page)
    repeat.times("4 visits")
    repeat.look()
    expect(repeat.summary).to_have_text("3 of 4 dates are free.")
    expect(repeat.free_dates).to_have_count(2)
    expect(page.get_by_text("10:00 is taken.")).to_be_visible()
    assert not problems_of(page)
    page.get_by_role("radio", name=re.compile("With Dr Noor Haddad|10:30|9:30")).first.check()
    repeat.free_dates.last.uncheck()
    repeat.keep()
    expect(page).to_have_url(CONFIRM)
    booking = Booking(page)
    expect(booking.kept).to_have_count(3)
    booking.last_button("Book 3 visits for Theo").click()
    expect(page).to_have_url(re.compile("/appointments$"))
    assert len(clinic.visits_of(theo)) == 3
