"""Booking one visit: what, with whom, when, for whom, yes."""

import re

from playwright.sync_api import expect

from tests.builders import in_days, local
from tests.e2e.clinic import ClinicBook, new_address
from tests.e2e.conftest import Visitor
from tests.e2e.letters import text_of, wait_for_mail
from tests.e2e.pages.appointments import Appointments
from tests.e2e.pages.booking import TIME, Booking
from tests.e2e.pages.sign_up import make_account
from tests.servers.mail import MailServer


def test_booking_for_oneself_with_the_keyboard(
    visitor: Visitor, clinic: ClinicBook, mail: MailServer
) -> None:
    rosa = clinic.add_person()
    page = visitor.signed_in(rosa, viewport={"width": 1280, "height": 900})
    booking = Booking(page)
    booking.open()
    booking.choose_service(clinic.CHECK_UP)
    expect(booking.count).to_have_text(re.compile(r"^\d+ times free$"))
    first_week = booking.week.inner_text()
    booking.week_after()
    expect(booking.week).not_to_have_text(first_week)
    booking.week_before()
    expect(booking.week).to_have_text(first_week)
    booking.choose_practitioner("Dr Noor Haddad")
    expect(booking.times.first).to_have_accessible_name(re.compile("with Dr Haddad"))
    booking.choose_practitioner("Anyone")
    # Whoever of the two has less to do that day.
    expect(booking.times.first).to_have_accessible_name(re.compile("with Dr (Calloway|Haddad)"))

    booking.times.first.focus()
    for key, place in (("ArrowRight", 1), ("ArrowRight", 2), ("ArrowLeft", 1), ("Home", 0)):
        page.keyboard.press(key)
        expect(booking.times.nth(place)).to_be_focused()
    page.keyboard.press("ArrowDown")
    first_day = booking.times.first.get_attribute("aria-label") or ""
    focused = page.locator(":focus")
    expect(focused).to_have_accessible_name(TIME)
    expect(focused).not_to_have_accessible_name(re.compile(first_day.split(",")[0]))
    page.keyboard.press("End")
    expect(booking.times.last).to_be_focused()
    page.keyboard.press("Enter")
    expect(booking.chosen_time).to_have_count(1)
    expect(booking.go_on_button).to_be_visible()
    booking.go_on()
    booking.choose_me()
    expect(booking.banner).to_contain_text("Booking for yourself")
    booking.confirm()

    visits = Appointments(page)
    expect(visits.notice("Booked for you")).to_be_visible()
    expect(visits.visit_of("You")).to_contain_text(clinic.CHECK_UP)
    clinic.let_undo_pass()
    letter = wait_for_mail(mail, rosa.email, "Visit booked")
    assert clinic.CHECK_UP not in str(letter["subject"])
    assert clinic.CHECK_UP in text_of(letter)
    visits.open()
    visits.cancel("You")
    expect(visits.notice("Cancelled for you")).to_be_visible()
    wait_for_mail(mail, rosa.email, "Visit cancelled")


def test_a_family_member_is_added_in_place_and_booked_for_once(
    visitor: Visitor, clinic: ClinicBook
) -> None:
    rosa = clinic.add_person()
    booking = Booking(visitor.signed_in(rosa))
    booking.open()
    booking.choose_service(clinic.LONG_TALK)
    booking.choose_time(5)
    booking.go_on()
    form = booking.add_member()
    form.save()
    expect(form.box.get_by_role("alert")).to_contain_text("Four things to fix")
    form.fields.fill_in("Parent", "Anton", "Vesely", new_address("anton"))
    form.save()
    expect(form.box).to_be_hidden()
    booking.choose_person("Anton Vesely")
    expect(booking.banner).to_contain_text("Booking for Anton Vesely")
    booking.confirm_button("Anton").dblclick()

    visits = Appointments(booking.page)
    expect(visits.notice("Booked for Anton")).to_be_visible()
    expect(visits.visit_of("Anton Vesely")).to_have_count(1)


def test_a_time_taken_meanwhile_says_so_and_the_nearest_are_one_press_away(
    visitor: Visitor, clinic: ClinicBook
) -> None:
    rosa, harper = clinic.add_person("Rosa"), clinic.add_person("Harper")
    theo = clinic.add_member(rosa, "Theo")
    slow, quick = Booking(visitor.signed_in(rosa)), Booking(visitor.signed_in(harper))
    for booking in (slow, quick):
        booking.open()
        booking.choose_service(clinic.CHECK_UP)
        booking.choose_practitioner("Dr Piet de Vries")
        expect(booking.times.first).to_have_accessible_name(re.compile("with Dr Vries"))
    taken = slow.choose_time(2)
    assert quick.choose_time(2) == taken
    quick.go_on()
    expect(quick.countdown).to_be_visible()

    # It is only kept yet, but nobody else gets it.
    slow.go_on()
    expect(slow.alert("That time has just been taken. Nothing was booked.")).to_be_visible()
    expect(slow.page.get_by_role("button", name=taken)).to_have_count(0)
    expect(slow.near).to_have_count(3)
    slow.near.nth(1).click()
    expect(slow.near.nth(1)).to_have_attribute("aria-pressed", "true")
    slow.go_on()
    slow.choose_person("Theo Marlow")
    slow.confirm("Theo")
    expect(Appointments(slow.page).notice("Booked for Theo")).to_be_visible()
    assert len(clinic.visits_of(theo)) == 1


def test_nobody_can_be_at_two_visits_at_once_but_two_children_can(
    visitor: Visitor, clinic: ClinicBook
) -> None:
    rosa = clinic.add_person()
    theo = clinic.add_member(rosa, "Theo")
    ada = clinic.add_member(rosa, "Ada", colour=3)
    booking = Booking(visitor.signed_in(rosa))
    booking.open()
    booking.choose_service(clinic.CHECK_UP)
    booking.choose_practitioner("Dr Ines Calloway")
    booking.week_after()
    expect(booking.times.first).to_have_accessible_name(re.compile("with Dr Calloway"))
    when = booking.choose_time(-1).removesuffix("with Dr Calloway")
    booking.go_on()
    booking.choose_person("Theo Marlow")
    booking.confirm("Theo")
    expect(Appointments(booking.page).notice("Booked for Theo")).to_be_visible()

    booking.open()
    booking.choose_service(clinic.CHECK_UP)
    booking.choose_practitioner("Dr Noor Haddad")
    booking.week_after()
    booking.page.get_by_role("button", name=f"{when}with Dr Haddad").click()
    booking.go_on()
    booking.choose_person("Theo Marlow")
    booking.confirm("Theo")
    expect(
        booking.page.get_by_text("This person already has a visit at that time.")
    ).to_be_visible()
    booking.change("who this is for")
    booking.choose_person("Ada Marlow")
    booking.confirm("Ada")
    expect(Appointments(booking.page).notice("Booked for Ada")).to_be_visible()
    assert len(clinic.visits_of(theo)) == len(clinic.visits_of(ada)) == 1


def test_every_step_keeps_its_choices_over_a_reload_and_the_back_button(
    visitor: Visitor, clinic: ClinicBook
) -> None:
    rosa = clinic.add_person()
    clinic.add_member(rosa, "Theo")
    booking = Booking(visitor.signed_in(rosa))
    page = booking.page
    booking.open()
    booking.choose_service(clinic.LONG_TALK)
    expect(booking.times.first).to_be_visible()
    page.reload()
    expect(page.get_by_role("main")).to_contain_text(clinic.LONG_TALK)
    when = booking.choose_time(4)
    booking.go_on()
    expect(booking.heading).to_have_text("Who is this for?")
    at = when.split(",")[1].strip()
    page.reload()
    expect(page.get_by_role("main")).to_contain_text(at)
    expect(page.get_by_role("main")).to_contain_text(clinic.LONG_TALK)
    booking.choose_person("Theo Marlow")
    expect(booking.heading).to_have_text("Check and confirm")
    page.reload()
    expect(booking.banner).to_contain_text("Booking for Theo Marlow")
    expect(booking.confirm_button("Theo")).to_be_visible()
    expect(booking.kept).to_contain_text(at)

    page.go_back()
    expect(booking.heading).to_have_text("Who is this for?")
    expect(page.get_by_role("main")).to_contain_text(at)
    page.go_back()
    expect(booking.heading).to_have_text("Choose a time")
    expect(page.get_by_role("main")).to_contain_text(clinic.LONG_TALK)
    expect(booking.times.first).to_be_visible()
    page.go_back()
    expect(booking.heading).to_have_text("Book a visit")
    for heading in ("Choose a time", "Who is this for?", "Check and confirm"):
        page.go_forward()
        expect(booking.heading).to_have_text(heading)
    expect(booking.banner).to_contain_text("Booking for Theo Marlow")
    booking.confirm("Theo")
    expect(Appointments(page).notice("Booked for Theo")).to_be_visible()
    # Back to the page that booked: it books nothing again by itself.
    page.go_back()
    expect(
        booking.alert("If you have just booked it, you find it in Appointments.")
    ).to_be_visible()
    page.go_forward()
    expect(Appointments(page).visit_of("Theo Marlow")).to_have_count(1)


def test_three_visits_can_be_booked_before_the_address_is_confirmed(
    visitor: Visitor, clinic: ClinicBook
) -> None:
    page, email = visitor.browser(), new_address("mira")
    make_account(page, email)
    booking = Booking(page)
    expect(booking.heading).to_have_text("Book a visit")
    (account,) = clinic.accounts_of(email)
    assert account.patient_id
    for days in (5, 6, 7):
        clinic.add_visit(
            account.patient_id,
            local(in_days(days), 9),
            practitioner=1,
            booked_by=f"patient:{account.patient_id}",
        )
    booking.choose_service(clinic.CHECK_UP)
    booking.choose_time(7)
    booking.go_on()
    booking.choose_me()
    expect(booking.alert("You can have three visits before you confirm")).to_be_visible()
    assert len(clinic.visits_of(account.patient_id)) == 3
