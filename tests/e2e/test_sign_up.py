"""A new patient signs up with family and books for them."""

import re

from playwright.sync_api import Locator, expect

from tests.e2e.clinic import PASSWORD, ClinicBook, new_address
from tests.e2e.conftest import Visitor
from tests.e2e.letters import link_in, text_of, wait_for_mail
from tests.e2e.pages.appointments import Appointments
from tests.e2e.pages.booking import Booking
from tests.e2e.pages.family import FamilyMembers
from tests.e2e.pages.sign_up import FamilyStep, SignUp
from tests.servers.mail import MailServer

REQUIRED = {
    "First name": "Enter your first name.",
    "Last name": "Enter your last name.",
    "Email": "Enter your email. You sign in with it.",
    "Mobile phone": "Enter your mobile phone number.",
    "Password": "Choose a password.",
}
OF_A_MEMBER = {
    "First name": "Enter the first name.",
    "Last name": "Enter the last name.",
    "Email": "Enter an email. If there is none, use your own.",
}


def colour_of(face: Locator) -> str:
    """Return the colour that a face is painted in."""
    return face.evaluate("node => getComputedStyle(node).backgroundColor")


def test_a_new_patient_signs_up_with_family_and_books_for_a_child(
    visitor: Visitor, clinic: ClinicBook, mail: MailServer
) -> None:
    page = visitor.browser()
    mine, partners = new_address("mira"), new_address("sam")

    page.goto("/")
    page.get_by_role("link", name="Create an account").last.click()
    sign_up = SignUp(page)
    sign_up.fill_in("Mira", "Okafor", mine, "+1 604 555 0123", PASSWORD)
    sign_up.born("27", "3", "1986")
    sign_up.go_on()

    family = FamilyStep(page)
    expect(family.heading).to_have_text("Your family")
    family.answer("Yes")
    one = family.list.member(1)
    one.fill_in("Child", "Theo", "Okafor")
    one.use_my_address()
    expect(one.field("Email")).to_have_value(mine)
    expect(one.box).to_contain_text("Emails about Theo will come to you.")
    family.list.add_another()
    family.list.member(2).fill_in("Other", "Lena", "Brandt", new_address("lena"))
    family.list.member(2).field("In your words").fill("Neighbour upstairs")
    family.list.add_another()
    family.list.member(3).fill_in("Partner", "Sam", "Okafor", partners)
    family.list.member(3).billing.check()

    family.list.member(1).take_off()
    expect(family.list.members).to_have_count(2)
    expect(family.notice("Theo Okafor is off the list.")).to_be_visible()
    family.list.undo()
    expect(family.list.members).to_have_count(3)
    expect(family.list.member(1).field("First name")).to_have_value("Theo")
    expect(family.list.member(1).field("Email")).to_have_value(mine)
    family.go_on()

    booking = Booking(page)
    expect(booking.heading).to_have_text("Book a visit")
    booking.choose_service(clinic.CHECK_UP)
    booking.choose_time(3)
    booking.go_on()
    booking.choose_person("Theo Okafor")
    expect(booking.banner).to_contain_text("Booking for Theo Okafor")
    colour = colour_of(booking.banner.get_by_text("TO", exact=True))
    booking.confirm("Theo")

    visits = Appointments(page)
    expect(visits.heading).to_have_text("Appointments")
    expect(visits.notice("Booked for Theo")).to_be_visible()
    face = visits.visit_of("Theo Okafor").get_by_text("TO", exact=True)
    expect(face).to_be_visible()
    assert colour_of(face) == colour
    visits.undo()
    expect(visits.notice("Undone for Theo")).to_be_visible()
    expect(visits.visits).to_have_count(0)

    members = FamilyMembers(page)
    members.open()
    expect(members.row("Lena Brandt")).to_contain_text("Neighbour upstairs")
    expect(members.row("Sam Okafor")).to_contain_text("Your partner")
    expect(members.row("Theo Okafor")).to_contain_text("Your child")
    wait_for_mail(mail, mine, "Confirm your email")
    added = wait_for_mail(mail, partners, "A profile was made with your email")
    assert "Mira Okafor" in text_of(added)
    # What was undone at once is told to nobody.
    clinic.let_undo_pass()
    assert not [letter for letter in mail.to(mine) if "Visit" in str(letter["subject"])]


def test_sign_up_says_what_is_missing_beside_each_field_and_keeps_what_was_typed(
    visitor: Visitor, clinic: ClinicBook
) -> None:
    sign_up = SignUp(visitor.browser())
    sign_up.open()
    sign_up.go_on()

    expect(sign_up.summary).to_be_focused()
    expect(sign_up.summary).to_contain_text("Five things to fix")
    for label, sentence in REQUIRED.items():
        expect(sign_up.field(label)).to_have_accessible_description(re.compile(re.escape(sentence)))
        expect(sign_up.summary.get_by_role("link", name=sentence)).to_be_visible()
    sign_up.summary.get_by_role("link", name=REQUIRED["Mobile phone"]).click()
    expect(sign_up.field("Mobile phone")).to_be_focused()

    sign_up.fill_in("Mira", "Okafor", "mira.example.com", "12", "password")
    sign_up.born("31", "2", "1986")
    sign_up.go_on()
    expect(sign_up.summary).to_be_focused()
    expect(sign_up.field("Email")).to_have_accessible_description(re.compile("no @ sign"))
    expect(sign_up.field("Email")).to_have_value("mira.example.com")
    expect(sign_up.field("First name")).to_have_value("Mira")
    expect(sign_up.field("Mobile phone")).to_have_value("12")
    sign_up.fill_in(email=new_address("mira"), phone="+1 604 555 0123", password="okafor-okafor")
    sign_up.born("28", "2", "1986")
    sign_up.go_on()
    expect(sign_up.field("Password")).to_have_accessible_description(
        re.compile("easy to guess|uses your name")
    )
    sign_up.fill_in(password=PASSWORD)
    sign_up.go_on()

    family = FamilyStep(sign_up.page)
    expect(family.heading).to_have_text("Your family")
    family.go_on()
    expect(family.summary.get_by_role("link", name="Choose yes or no.")).to_be_visible()
    family.answer("Yes")
    family.list.add_another()
    family.list.member(1).fill_in("Child", "Theo", "Okafor", new_address())
    family.go_on()
    expect(family.summary).to_be_focused()
    expect(family.summary).to_contain_text("Four things to fix")
    second = family.list.member(2)
    for label, sentence in OF_A_MEMBER.items():
        expect(second.field(label)).to_have_accessible_description(re.compile(re.escape(sentence)))
        link = family.summary.get_by_role("link", name=f"Family member 2: {sentence}")
        expect(link).to_be_visible()
    expect(second.relationship).to_have_accessible_description("Choose how you are related.")
    expect(family.list.member(1).field("First name")).to_have_value("Theo")


def test_a_reload_in_the_middle_of_sign_up_brings_back_what_was_typed(visitor: Visitor) -> None:
    page = visitor.browser()
    sign_up = SignUp(page)
    sign_up.open()
    sign_up.fill_in("Mira", "Okafor", new_address("mira"), "+1 604 555 0123", PASSWORD)
    page.reload()
    expect(sign_up.notice("We kept what you typed before.")).to_be_visible()
    expect(sign_up.field("First name")).to_have_value("Mira")
    expect(sign_up.field("Password")).to_have_value("")
    sign_up.fill_in(password=PASSWORD)
    sign_up.go_on()

    family = FamilyStep(page)
    family.answer("Yes")
    family.list.member(1).fill_in("Child", "Theo", "Okafor")
    family.list.add_another()
    family.list.member(2).fill_in("Sibling", "Ada", "Okafor")
    page.reload()
    expect(family.list.members).to_have_count(2)
    expect(family.list.member(2).field("First name")).to_have_value("Ada")
    expect(family.list.member(2).relationship).to_have_value("sibling")


def test_signing_up_with_a_known_address_looks_the_same(
    visitor: Visitor, clinic: ClinicBook, mail: MailServer
) -> None:
    known = clinic.add_person().email
    seen = []
    for address in (known, new_address("new")):
        page = visitor.browser()
        sign_up = SignUp(page)
        sign_up.open()
        sign_up.fill_in("Mira", "Okafor", address, "+1 604 555 0123", PASSWORD)
        sign_up.go_on()
        family = FamilyStep(page)
        expect(family.heading).to_have_text("Your family")
        family.answer("No")
        family.go_on()
        expect(page.get_by_role("heading", level=1)).to_have_text("Book a visit")
        expect(page.get_by_text(address)).to_be_visible()
        expect(page.get_by_role("link", name=clinic.CHECK_UP)).to_be_visible()
        seen.append(page.get_by_role("main").inner_text().replace(address, ""))
    assert seen[0] == seen[1]
    letter = wait_for_mail(mail, known, "You already have an account")
    assert "Nobody else was told" in text_of(letter)
    wait_for_mail(mail, address, "Confirm your email")


def test_whoever_reads_the_mail_can_say_this_is_not_me(
    visitor: Visitor, clinic: ClinicBook, mail: MailServer
) -> None:
    rosa = clinic.add_person()
    strangers = new_address("stranger")
    page = visitor.signed_in(rosa)
    family = FamilyStep(page)
    family.open()
    family.answer("Yes")
    family.list.member(1).fill_in("Sibling", "Nils", "Marlow", strangers)
    family.go_on()
    expect(family.heading).to_have_text("Book a visit")

    letter = wait_for_mail(mail, strangers, "A profile was made with your email")
    link = link_in(letter, "/not-me")
    stranger = visitor.browser()
    stranger.goto(link)
    expect(stranger.get_by_role("heading", level=1)).to_have_text("Is this not you?")
    stranger.get_by_role("button", name="Take my address off").click()
    expect(stranger.get_by_role("heading", level=1)).to_have_text(
        "Your address is off that profile"
    )
    told = wait_for_mail(mail, rosa.email, "does not belong to your family member")
    assert "Nils Marlow" in text_of(told)

    stranger.goto(link)
    stranger.get_by_role("button", name="Take my address off").click()
    expect(stranger.get_by_role("alert").filter(has_text="does not work any more")).to_be_visible()
