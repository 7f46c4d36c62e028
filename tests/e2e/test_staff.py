"""The clinic's side, as a receptionist, a practitioner and somebody with full access use it."""

from typing import Any

import pytest
from playwright.sync_api import expect

from portal.family.labels import Label
from portal.permissions import Permission, StaffRole
from tests.builders import in_days, local, relate
from tests.e2e.clinic import ClinicBook, new_address
from tests.e2e.conftest import Visitor
from tests.e2e.letters import text_of, wait_for_mail
from tests.e2e.pages.family import AddFamilyMember, FamilyMembers
from tests.e2e.pages.staff import LinkPage, PatientPage, PatientSearch, StaffStart
from tests.e2e.test_every_page import DARK_DESK, LIGHT_PHONE, check
from tests.servers.mail import MailServer

BOOK = "Book appointments and add wait list requests"
DESKTOP = {"viewport": {"width": 1280, "height": 900}}


def test_a_receptionist_links_two_patients_and_everybody_concerned_learns_of_it(
    visitor: Visitor, clinic: ClinicBook, mail: MailServer
) -> None:
    rosa = clinic.add_person("Rosalba", "Vinter")
    idris = clinic.add_person("Idrissa", "Vinter")
    family = FamilyMembers(visitor.signed_in(rosa))
    family.open()
    expect(family.page.get_by_role("heading", name="Nobody here yet")).to_be_visible()

    start = StaffStart(visitor.at_desk(clinic.add_colleague(), **DESKTOP))
    start.open()
    expect(start.search.field).to_be_focused()
    start.search.choose("vint rosal", "Rosalba Vinter")
    patient = PatientPage(start.page)
    expect(patient.heading).to_have_text("Rosalba Vinter")
    expect(patient.part("Relationship")).to_contain_text("Not related to any other patient.")
    patient.add_link().choose("idrissa", "Idrissa Vinter")

    link = LinkPage(start.page)
    expect(link.heading).to_have_text("Rosalba Vinter and Idrissa Vinter")
    link.call("Idrissa", "Rosalba", "Parent")
    expect(start.page.get_by_role("combobox", name="Rosalba is Idrissa’s…")).to_have_value("child")
    link.switch("Rosalba", "Idrissa", BOOK).check()
    expect(link.after).to_contain_text("Rosalba will be able to book visits for Idrissa.")
    expect(link.after).to_contain_text("Idrissa will not be able to do anything for Rosalba.")
    expect(link.after).to_contain_text("Idrissa gets an email: Rosalba gains")
    link.save()
    expect(patient.notice("Saved.")).to_be_visible()
    expect(patient.relative("Idrissa Vinter")).to_contain_text("Rosalba’s parent")
    expect(patient.relative("Idrissa Vinter")).to_contain_text("Book visits")

    # Rosa's page, open all the while, shows it by itself.
    expect(family.row("Idrissa Vinter")).to_contain_text("Your parent", timeout=2000)
    letter = text_of(wait_for_mail(mail, idris.email, "New access to your information"))
    assert "Rosalba" in letter
    assert BOOK in letter
    wait_for_mail(mail, rosa.email, "A family link was made")


def test_somebody_else_saved_first(visitor: Visitor, clinic: ClinicBook) -> None:
    rosa, idris = clinic.add_person("Rosa"), clinic.add_person("Idris")
    clinic.link(rosa, idris, Permission.BOOK, Permission.CALENDAR)
    page = visitor.at_desk(clinic.add_colleague(), **DESKTOP)
    patient = PatientPage(page)
    patient.open_for(rosa.id)
    link = patient.edit("Idris Marlow")
    expect(link.switch("Rosa", "Idris", BOOK)).to_be_checked()
    link.switch("Rosa", "Idris", "Fill out").check()

    other = LinkPage(visitor.at_desk(clinic.add_colleague(), **DESKTOP))
    other.page.goto(page.url)
    other.switch("Rosa", "Idris", BOOK).uncheck()
    other.save()
    expect(other.notice("Saved.")).to_be_visible()

    link.save()
    expect(page.get_by_text("Somebody changed this meanwhile")).to_be_visible()
    expect(link.switch("Rosa", "Idris", BOOK)).not_to_be_checked()
    expect(link.switch("Rosa", "Idris", "Fill out")).not_to_be_checked()
    link.switch("Rosa", "Idris", "Fill out").check()
    link.save()
    expect(patient.relative("Idris Marlow")).to_contain_text("Fill in forms, Add to calendar")


def test_removing_lists_what_stops_and_tells_both(
    visitor: Visitor, clinic: ClinicBook, mail: MailServer
) -> None:
    rosa, idris = clinic.add_person("Rosa"), clinic.add_person("Idris")
    clinic.link(rosa, idris, Permission.BOOK)
    clinic.add_visit(idris.id, local(in_days(9), 11), booked_by=f"patient:{rosa.id}")
    patient = PatientPage(visitor.at_desk(clinic.add_colleague()))
    patient.open_for(rosa.id)
    question = patient.edit("Idris Marlow").ask_removal()
    expect(question).to_contain_text("Rosa loses for Idris: Book visits.")
    expect(question).to_contain_text("Rosa can no longer change the visit booked for Idris on")
    expect(question).to_contain_text("Idris’s coming visit stays booked.")
    question.get_by_role("button", name="Remove", exact=True).click()
    expect(patient.notice("The link has ended")).to_be_visible()
    expect(patient.relative("Idris Marlow")).to_have_count(0)
    for person in (rosa, idris):
        wait_for_mail(mail, person.email, "A family link has ended")


def test_a_new_profile_is_made_beside_a_patient(visitor: Visitor, clinic: ClinicBook) -> None:
    rosa = clinic.add_person("Rosa", "Quist")
    patient = PatientPage(visitor.at_desk(clinic.add_colleague()))
    patient.open_for(rosa.id)
    patient.add_link()
    page = patient.page
    page.get_by_role("link", name="Make a new profile").click()
    expect(patient.heading).to_have_text("New profile")
    page.get_by_role("textbox", name="First name").fill("Theo")
    page.get_by_role("textbox", name="Last name").fill("Quist")
    page.get_by_role("combobox", name="The new person is Rosa’s…").select_option("Child")
    page.get_by_role("checkbox", name="Rosa decides for the new profile").check()
    page.get_by_role("button", name="Make the profile").click()
    link = LinkPage(page)
    expect(link.heading).to_have_text("Rosa Quist and Theo Quist")
    expect(link.switch("Rosa", "Theo", BOOK)).to_be_checked()
    expect(link.switch("Theo", "Rosa", BOOK)).not_to_be_checked()
    expect(link.after).to_contain_text("Saving sends no email.")
    page.get_by_role("navigation", name="You are here").get_by_role(
        "link", name="Rosa Quist"
    ).click()
    expect(patient.relative("Theo Quist")).to_contain_text("Managed by Rosa Quist")
    expect(patient.relative("Theo Quist")).to_contain_text("All six")


def test_the_setting_switched_off_while_an_add_form_is_open(
    visitor: Visitor, clinic: ClinicBook
) -> None:
    rosa = clinic.add_person()
    form = AddFamilyMember(visitor.signed_in(rosa))
    form.open()
    form.list.member(1).fill_in("Child", "Theo", "Marlow")
    form.list.member(1).use_my_address()
    desk = visitor.at_desk(clinic.add_colleague(StaffRole.FULL_ACCESS))
    desk.goto("/staff/settings")
    try:
        allow = desk.get_by_role("checkbox", name="Allow Patients to add related profiles")
        allow.uncheck()
        desk.get_by_role("button", name="Save").click()
        expect(desk.get_by_role("status").filter(has_text="Saved.")).to_be_visible()
        form.save()
        expect(form.alert("cannot be added online")).to_be_visible()
        allow.check()
        desk.get_by_role("button", name="Save").click()
        expect(desk.get_by_role("status").filter(has_text="Saved.")).to_be_visible()
    finally:
        clinic.allow_related_profiles(on=True)


def test_a_practitioner_sees_only_their_own_patients(visitor: Visitor, clinic: ClinicBook) -> None:
    seen, unseen = clinic.add_person("Xenia", "Amsel"), clinic.add_person("Xenia", "Bussard")
    clinic.add_visit(seen.id, local(in_days(-4), 15), practitioner=2)
    doctor = clinic.add_colleague(StaffRole.PRACTITIONER, practitioner=2, name="Piet de Vries")
    start = StaffStart(visitor.at_desk(doctor))
    start.open()
    start.search.field.fill("xenia")
    expect(start.search.found).to_have_count(1)
    expect(start.search.link("Xenia Amsel")).to_be_visible()
    patient = PatientPage(start.page)
    patient.open_for(unseen.id)
    expect(patient.alert("We cannot find that.")).to_be_visible()
    start.page.goto("/staff/settings")
    expect(patient.alert("This takes full access.")).to_be_visible()
    start.page.goto("/staff/people")
    expect(patient.alert("This takes full access.")).to_be_visible()


def test_the_search_loses_no_key_and_works_without_a_pointer(
    visitor: Visitor, clinic: ClinicBook
) -> None:
    for name in ("Ottilie", "Ottokar"):
        clinic.add_person(name, "Zwickl")
    start = StaffStart(visitor.at_desk(clinic.add_colleague(), **DESKTOP))
    start.open()
    expect(start.search.field).to_be_focused()
    start.page.keyboard.type("zwickl ott", delay=25)
    expect(start.search.field).to_have_value("zwickl ott")
    expect(start.search.found).to_have_count(2)
    expect(start.notice("2 patients found.")).to_be_visible()
    start.page.keyboard.press("ArrowDown")
    expect(start.search.link("Ottilie Zwickl")).to_be_focused()
    start.page.keyboard.press("ArrowDown")
    expect(start.search.link("Ottokar Zwickl")).to_be_focused()
    start.page.keyboard.press("ArrowUp")
    start.page.keyboard.press("ArrowUp")
    expect(start.search.field).to_be_focused()
    start.page.keyboard.type("ok")
    start.page.keyboard.press("Enter")
    expect(start.search.link("Ottokar Zwickl")).to_be_focused()
    start.page.keyboard.press("Enter")
    expect(PatientPage(start.page).heading).to_have_text("Ottokar Zwickl")
    start.page.go_back()
    expect(PatientSearch(start.page).field).to_have_value("zwickl ottok")
    expect(start.search.link("Ottokar Zwickl")).to_be_visible()


def test_a_profile_is_corrected_gets_a_guardian_and_is_sent_a_link_to_claim_it(
    visitor: Visitor, clinic: ClinicBook, mail: MailServer
) -> None:
    rosa, idris = clinic.add_person("Rosa"), clinic.add_person("Idris")
    theo = clinic.add_member(rosa, "Theo")
    clinic.relate(theo, idris.id)
    patient = PatientPage(visitor.at_desk(clinic.add_colleague()))
    patient.open_for(theo)
    page = patient.page
    expect(patient.part("Contact")).to_contain_text("Rosa Marlow decides for this profile.")
    page.get_by_role("button", name="Edit contact details").click()
    form = page.get_by_role("dialog", name="Contact details")
    address = new_address("theo")
    form.get_by_role("textbox", name="Email").fill(address)
    form.get_by_role("textbox", name="Day").fill("31")
    form.get_by_role("textbox", name="Month").fill("2")
    form.get_by_role("textbox", name="Year").fill("2015")
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_role("alert")).to_contain_text("This is not a date.")
    form.get_by_role("textbox", name="Day").fill("3")
    form.get_by_role("button", name="Save").click()
    expect(form).to_be_hidden()
    expect(page.get_by_text("Born 3 February 2015")).to_be_visible()
    expect(patient.part("Contact")).to_contain_text(address)

    page.get_by_role("button", name="Change who decides").click()
    question = page.get_by_role("dialog", name="Who decides for Theo")
    question.get_by_role("combobox", name="Who decides").select_option("Idris Marlow")
    question.get_by_role("button", name="Save").click()
    expect(patient.part("Contact")).to_contain_text("Idris Marlow decides for this profile.")
    page.get_by_role("button", name="Send a link to claim it").click()
    expect(patient.notice("Sent. The link works for 14 days")).to_be_visible()
    letter = wait_for_mail(mail, address, "Your profile at")
    assert "/claim?token=" in text_of(letter)


def test_a_colleague_is_invited_and_another_is_signed_out_at_once(
    visitor: Visitor, clinic: ClinicBook, mail: MailServer
) -> None:
    leaving = clinic.add_colleague(name="Lea Ving")
    theirs = StaffStart(visitor.at_desk(leaving))
    theirs.open()
    expect(theirs.search.field).to_be_visible()
    page = visitor.at_desk(clinic.add_colleague(StaffRole.FULL_ACCESS), **DESKTOP)
    page.goto("/staff/people")
    page.get_by_role("button", name="Invite somebody").click()
    form = page.get_by_role("dialog", name="Invite somebody")
    address = new_address("noor")
    form.get_by_role("textbox", name="Name").fill("Noor Haddad")
    form.get_by_role("textbox", name="Email").fill(address)
    form.get_by_role("radio", name="Practitioner").check()
    form.get_by_role("button", name="Send the invitation").click()
    expect(form.get_by_role("alert")).to_contain_text("Choose who in the diary")
    form.get_by_role("combobox", name="Who they are in the diary").select_option("Dr Noor Haddad")
    form.get_by_role("button", name="Send the invitation").click()
    expect(form).to_be_hidden()
    noor = page.get_by_role("listitem").filter(has_text=address)
    expect(noor).to_contain_text("Invited, has not signed in yet")
    letter = mail.wait_for(lambda message: address in str(message["to"]))
    assert "/staff/invitation?token=" in text_of(letter)

    row = page.get_by_role("listitem").filter(has_text="Lea Ving")
    row.get_by_role("button", name="End access").click()
    question = page.get_by_role("dialog", name="End the access of Lea Ving")
    question.get_by_role("button", name="End access").click()
    expect(page.get_by_role("status").filter(has_text="Ended.")).to_be_visible()
    expect(theirs.heading).to_have_text("Staff sign in", timeout=2000)


LOOKS = pytest.mark.parametrize("look", [LIGHT_PHONE, DARK_DESK], ids=["light phone", "dark desk"])


@LOOKS
def test_every_page_of_staff_in_its_states(visitor: Visitor, clinic: ClinicBook, look: Any) -> None:
    rosa, idris = clinic.add_person("Rosa"), clinic.add_person("Idris")
    clinic.link(rosa, idris, Permission.BOOK, Permission.VIEW_AND_PAY, both_ways=True)
    theo = clinic.add_member(rosa, "Theo")
    clinic.add_visit(theo, local(in_days(20), 12 if look is LIGHT_PHONE else 13))
    clinic.flag(theo)
    page = visitor.at_desk(clinic.add_colleague(StaffRole.FULL_ACCESS), **look)
    start, patient, link = StaffStart(page), PatientPage(page), LinkPage(page)
    titles: set[str] = set()
    start.open()
    expect(start.part("Profiles to look at")).to_be_visible()
    check(page)
    start.search.field.fill("marlow")
    expect(start.search.found.first).to_be_visible()
    check(page)
    start.search.field.fill("nobody of this name")
    expect(start.notice("Nobody found.")).to_be_visible()
    check(page)
    for path, shown in (
        ("/staff/patients", "Patients"),
        (f"/staff/patient?id={rosa.id}", "Rosa Marlow"),
        (f"/staff/patient?id={theo}", "Theo Marlow"),
        ("/staff/patient?id=nobody", "Patient"),
        (f"/staff/link?id={rosa.id}&with={idris.id}", "Rosa Marlow and Idris Marlow"),
        (f"/staff/link/add?id={rosa.id}", "Link another patient"),
        (f"/staff/link/new?id={rosa.id}", "New profile"),
        ("/staff/settings", "Booking, Cancelling & Relationships"),
        ("/staff/people", "Staff"),
    ):
        page.goto(path)
        expect(start.heading).to_have_text(shown)
        expect(page.locator(".skeleton")).to_have_count(0)
        check(page)
        titles.add(page.title())
    assert len(titles) == 7
    page.goto(f"/staff/link?id={rosa.id}&with={idris.id}")
    expect(link.ask_removal()).to_contain_text("This stops now")
    check(page)
    patient.open_for(theo)
    for button in ("Edit contact details", "Change who decides"):
        page.get_by_role("button", name=button).click()
        expect(page.get_by_role("dialog")).to_be_visible()
        check(page)
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_be_hidden()
    page.goto("/staff/people")
    page.get_by_role("button", name="Invite somebody").click()
    form = page.get_by_role("dialog")
    form.get_by_role("button", name="Send the invitation").click()
    expect(form.get_by_role("alert")).to_be_visible()
    check(page)
    page.keyboard.press("Escape")
    page.locator("summary").filter(has_text="your menu").click()
    check(page)


def test_a_visit_booked_for_the_wrong_child_is_moved_to_the_right_one(
    visitor: Visitor, clinic: ClinicBook, mail: MailServer
) -> None:
    rosa = clinic.add_person("Rosamund", "Lind")
    theo, tara = (clinic.add_member(rosa, name) for name in ("Theobald", "Tarja"))
    with clinic.writing() as session:
        relate(session, theo, tara, Label.SIBLING)
    visit = clinic.add_visit(theo, local(in_days(6), 14), practitioner=2)
    patient = PatientPage(visitor.at_desk(clinic.add_colleague()))
    patient.open_for(theo)
    patient.page.get_by_role("button", name="For somebody else").click()
    dialog = patient.page.get_by_role("dialog")
    dialog.get_by_role("combobox", name="Whose visit it is").select_option(label="Tarja Marlow")
    dialog.get_by_role("button", name="Move the visit").click()
    expect(patient.notice("Moved.")).to_be_visible()
    expect(patient.page.get_by_text("Cancelled", exact=True)).to_be_visible()
    assert clinic.visits_of(theo) == []
    assert [one.id for one in clinic.visits_of(tara)] != [visit]
    clinic.let_undo_pass()
    wait_for_mail(mail, rosa.email, "Visit booked")
