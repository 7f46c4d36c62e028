"""Every page in the states it can be in: axe, one title, no sideways scroll, light and dark."""

from typing import Any

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from portal import routes
from portal.permissions import Permission
from tests.builders import in_days, local
from tests.e2e.axe import problems_of
from tests.e2e.clinic import ClinicBook, new_address
from tests.e2e.conftest import PHONE, Visitor
from tests.e2e.pages.appointments import Appointments
from tests.e2e.pages.booking import Booking
from tests.e2e.pages.doors import LogIn, Reset
from tests.e2e.pages.family import AddFamilyMember, FamilyMembers
from tests.e2e.pages.frame import PageObject
from tests.e2e.pages.sharing import Sharing
from tests.e2e.pages.sign_up import FamilyStep, SignUp, make_account

LIGHT_PHONE = {"viewport": PHONE, "color_scheme": "light"}
DARK_DESK = {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"}
NARROW: ViewportSize = {"width": 360, "height": 740}
LOOKS = pytest.mark.parametrize("look", [LIGHT_PHONE, DARK_DESK], ids=["light phone", "dark desk"])


def check(page: Page) -> None:
    """Check the page as it is now."""
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    assert problems_of(page) == []
    if page.viewport_size == PHONE:
        page.set_viewport_size(NARROW)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        page.set_viewport_size(PHONE)


@LOOKS
def test_the_pages_of_a_visitor(visitor: Visitor, clinic: ClinicBook, look: Any) -> None:
    visitor.allowed = (*visitor.allowed, "status of 404")
    page = visitor.browser(**look)
    for path in (
        routes.HOME,
        routes.LOGIN,
        routes.SIGNUP,
        routes.RESET,
        f"{routes.RESET_NEW}?token=x",
        f"{routes.VERIFY}?token=x",
        f"{routes.NOT_ME}?token=x",
        f"{routes.NOT_ME}?said=done",
        f"{routes.ASK}?token=x",
        f"{routes.ASK}?said=done",
        routes.SIGN_IN_CODE,
        f"{routes.NEW_EMAIL}?token=x",
        f"{routes.NEW_EMAIL}?said=done",
        routes.STAFF_LOGIN,
        routes.STAFF_RESET,
        f"{routes.STAFF_INVITATION}?token=x",
        routes.STAFF_SET_UP,
        "/no/such/page",
    ):
        page.goto(path)
        expect(page.get_by_role("contentinfo")).to_contain_text("Alder Clinic")
        check(page)

    sign_up = SignUp(page)
    sign_up.open()
    sign_up.go_on()
    expect(sign_up.summary).to_be_focused()
    check(page)
    log_in = LogIn(page)
    log_in.open()
    log_in.sign_in("nobody@mail.example.com", "not-the-password-1")
    expect(log_in.alert("password")).to_be_visible()
    check(page)
    reset = Reset(page)
    reset.open()
    reset.ask(new_address())
    expect(reset.heading).to_have_text("Look in your email")
    check(page)


@LOOKS
def test_the_family_step_and_an_address_not_confirmed(
    visitor: Visitor, clinic: ClinicBook, look: Any
) -> None:
    page = visitor.browser(**look)
    make_account(page, new_address("mira"))
    expect(page.get_by_text("Please confirm your email.")).to_be_visible()
    expect(Booking(page).heading).to_have_text("Book a visit")
    check(page)
    page.get_by_role("button", name="Send it again").click()
    expect(PageObject(page).notice("We sent you a new email.")).to_be_visible()
    check(page)

    family = FamilyStep(page)
    family.open()
    check(page)
    family.answer("Yes")
    family.list.add_another()
    family.list.add_another()
    family.list.member(1).fill_in("Other", "Theo", "Okafor")
    family.list.member(1).use_my_address()
    family.list.member(3).take_off()
    check(page)
    family.go_on()
    expect(family.summary).to_be_focused()
    check(page)


@LOOKS
def test_my_account(visitor: Visitor, clinic: ClinicBook, look: Any) -> None:
    rosa = clinic.add_person()
    page = visitor.signed_in(rosa, **look)
    members = FamilyMembers(page)
    members.open()
    expect(page.get_by_role("heading", name="Nobody here yet")).to_be_visible()
    check(page)
    clinic.add_member(rosa, "Theo")
    clinic.add_member(rosa, "Tara", permissions=(), colour=3)
    members.open()
    expect(members.row("Theo Marlow")).to_be_visible()
    check(page)
    dialog = members.edit("Theo Marlow")
    expect(dialog.box.get_by_role("button", name="Give up").first).to_be_visible()
    check(page)
    dialog.close()
    question = members.ask_removal("Theo Marlow")
    expect(question.box).to_contain_text("This stops now")
    check(page)
    question.keep("Theo")

    page.goto(routes.ACCOUNT)
    expect(page.get_by_role("textbox", name="First name")).to_have_value("Rosa")
    check(page)
    page.get_by_role("textbox", name="First name").fill("")
    page.get_by_role("button", name="Save").click()
    expect(PageObject(page).summary).to_be_focused()
    check(page)
    page.goto(routes.ACCOUNT_SECURITY)
    expect(page.get_by_text("This one")).to_be_visible()
    check(page)
    page.locator("summary").filter(has_text="your menu").click()
    check(page)

    form = AddFamilyMember(page)
    form.open()
    check(page)
    form.save()
    expect(form.summary).to_be_focused()
    check(page)


@LOOKS
def test_sharing_asking_and_activity(visitor: Visitor, clinic: ClinicBook, look: Any) -> None:
    rosa, idris, anton = clinic.add_person(), clinic.add_person("Idris"), clinic.add_person("Anton")
    page = visitor.signed_in(rosa, **look)
    sharing = Sharing(page)
    sharing.open()
    expect(page.get_by_role("heading", name="Nobody can act for you")).to_be_visible()
    check(page)
    clinic.link(idris, rosa, Permission.BOOK, Permission.BILL_TO_ACCOUNT)
    clinic.link(anton, rosa)
    clinic.add_member(rosa, "Theo")
    clinic.ask(anton, rosa, Permission.BOOK)
    clinic.ask(rosa, anton, Permission.CALENDAR)
    page.reload()
    box = sharing.person("Idris Marlow")
    expect(box.box.get_by_role("switch").first).to_be_visible()
    check(page)
    sharing.person("Anton").open()
    check(page)
    for button in ("Remove", "Block"):
        box.press(button)
        expect(box.question).to_contain_text("This stops now")
        check(page)
        page.keyboard.press("Escape")
        expect(box.question).to_be_hidden()
    sharing.owners.get_by_role("link", name="Theo").click()
    expect(sharing.heading).to_have_text("People who can act for Theo")
    expect(sharing.person("You").switch("View and pay")).to_be_visible()
    check(page)

    members = FamilyMembers(page)
    members.open()
    expect(members.row("Anton")).to_contain_text("Waiting for Anton.")
    check(page)
    for name in ("Anton", "Theo Marlow"):
        dialog = members.edit(name)
        expect(dialog.ability("View and pay")).to_be_visible()
        check(page)
        dialog.close()
        expect(dialog.box).to_be_hidden()
    page.goto(routes.ACCOUNT_ACTIVITY)
    expect(page.get_by_text("You signed in.").first).to_be_visible()
    check(page)


@LOOKS
def test_booking_and_appointments(visitor: Visitor, clinic: ClinicBook, look: Any) -> None:
    rosa = clinic.add_person()
    theo = clinic.add_member(rosa, "Theo")
    page = visitor.signed_in(rosa, **look)
    visits = Appointments(page)
    visits.open()
    expect(page.get_by_role("heading", name="No visits are booked.")).to_be_visible()
    check(page)

    booking = Booking(page)
    booking.open()
    expect(page.get_by_role("link", name=clinic.CHECK_UP)).to_be_visible()
    check(page)
    booking.choose_service(clinic.CHECK_UP)
    expect(booking.times.first).to_be_visible()
    check(page)
    booking.choose_time(-1)
    expect(booking.chosen_time).to_be_visible()
    check(page)
    booking.go_on()
    expect(booking.person("^Me, ")).to_be_visible()
    check(page)
    form = booking.add_member()
    form.save()
    expect(form.box.get_by_role("alert")).to_be_visible()
    check(page)
    page.keyboard.press("Escape")
    expect(form.box).to_be_hidden()
    booking.choose_person("Theo Marlow")
    expect(booking.confirm_button("Theo")).to_be_visible()
    check(page)
    booking.confirm("Theo")
    expect(visits.notice("Booked for Theo")).to_be_visible()
    check(page)

    page.go_back()
    expect(booking.alert("This is not kept for you any more.")).to_be_visible()
    check(page)
    practitioner = 0 if look is LIGHT_PHONE else 1
    clinic.add_visit(theo, local(in_days(-9), 9), practitioner=practitioner)
    clinic.add_visit(theo, local(in_days(30), 9), cancelled=True)
    clinic.let_undo_pass()
    visits.open()
    question = visits.ask_cancel("Theo Marlow")
    expect(question).to_contain_text("Theo Marlow")
    check(page)
    page.keyboard.press("Escape")
    visits.show_past()
    expect(visits.visits).to_have_count(2)
    check(page)


def test_without_a_connection(visitor: Visitor, clinic: ClinicBook) -> None:
    visitor.expects_no_connection()
    for look in (LIGHT_PHONE, DARK_DESK):
        sign_up = SignUp(visitor.browser(**look))
        sign_up.open()
        expect(sign_up.page.get_by_role("contentinfo")).to_contain_text("Alder Clinic")
        sign_up.page.context.set_offline(True)
        expect(sign_up.connection_line).to_be_visible()
        sign_up.go_on()
        expect(sign_up.alert("What you typed is still here.")).to_be_focused()
        check(sign_up.page)


def test_every_page_has_a_title_of_its_own(visitor: Visitor, clinic: ClinicBook) -> None:
    visitor.allowed = (*visitor.allowed, "status of 404")
    rosa = clinic.add_person()
    pages = {
        visitor.browser(): (
            *(routes.HOME, routes.LOGIN, routes.SIGNUP, routes.RESET, routes.RESET_NEW),
            *(routes.VERIFY, routes.NOT_ME, routes.ASK, "/no/such/page"),
            *(routes.SIGN_IN_CODE, routes.NEW_EMAIL, routes.STAFF_LOGIN, routes.STAFF_RESET),
            *(routes.STAFF_INVITATION, routes.STAFF_SET_UP),
        ),
        visitor.signed_in(rosa): (
            *(routes.SIGNUP_FAMILY, routes.BOOK, routes.BOOK_TIMES, routes.BOOK_WHO),
            *(routes.BOOK_CONFIRM, routes.APPOINTMENTS, routes.APPOINTMENTS_PAST, routes.ACCOUNT),
            *(routes.ACCOUNT_FAMILY, routes.ACCOUNT_FAMILY_ADD, routes.ACCOUNT_SECURITY),
            *(routes.ACCOUNT_SHARING, routes.ACCOUNT_ACTIVITY),
        ),
    }
    titles: dict[str, str] = {}
    for page, paths in pages.items():
        for path in paths:
            page.goto(path)
            expect(page.get_by_role("heading", level=1)).to_have_count(1)
            title = page.title()
            assert title.endswith(" · Kindred")
            assert titles.setdefault(title, path) == path
