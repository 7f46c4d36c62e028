"""My Account > Family Members: add, give up, rename, remove."""

from playwright.sync_api import expect

from portal.permissions import Permission
from tests.e2e.clinic import ClinicBook, new_address
from tests.e2e.conftest import Visitor
from tests.e2e.letters import text_of, wait_for_mail
from tests.e2e.pages.booking import Booking
from tests.e2e.pages.family import AddFamilyMember, FamilyMembers
from tests.servers.mail import MailServer

BOOK = "Book appointments and add wait list requests"


def test_two_family_members_are_added_at_once(
    visitor: Visitor, clinic: ClinicBook, mail: MailServer
) -> None:
    rosa = clinic.add_person()
    page = visitor.signed_in(rosa)
    members, form = FamilyMembers(page), AddFamilyMember(page)
    members.open()
    expect(page.get_by_role("heading", name="Nobody here yet")).to_be_visible()
    members.add_button.click()
    expect(form.heading).to_have_text("Add Family Member")
    form.list.member(1).fill_in("Child", "Theo", "Marlow")
    form.list.member(1).use_my_address()
    form.list.add_another()
    adas = new_address("ada")
    form.list.member(2).fill_in("Person I look after", "Ada", "Marlow", adas)
    form.save()

    expect(members.notice("All added. You can book for them now.")).to_be_visible()
    expect(members.row("Theo Marlow")).to_contain_text("Your child. Managed by you.")
    expect(members.row("Ada Marlow")).to_contain_text("Person you look after")
    expect(members.ability("Ada Marlow", "Book visits")).not_to_contain_text("no")
    wait_for_mail(mail, rosa.email, "A profile was made with your email")
    letter = text_of(wait_for_mail(mail, adas, "A profile was made with your email"))
    assert "Rosa Marlow" in letter
    assert BOOK in letter


def test_a_permission_given_up_is_gone_at_once_and_its_owner_is_told(
    visitor: Visitor, clinic: ClinicBook, mail: MailServer
) -> None:
    rosa, idris = clinic.add_person("Rosa"), clinic.add_person("Idris")
    clinic.link(rosa, idris, Permission.BOOK, Permission.CALENDAR)
    members = FamilyMembers(visitor.signed_in(rosa))
    members.open()
    dialog = members.edit("Idris Marlow")
    expect(dialog.ability("View and pay")).to_contain_text("You do not have this.")
    dialog.give_up(BOOK)
    expect(dialog.ability(BOOK)).to_contain_text("You do not have this.")
    expect(dialog.ability("See appointments").get_by_role("button")).to_be_visible()
    dialog.close()
    expect(dialog.box).to_be_hidden()
    expect(members.ability("Idris", "Book visits")).to_contain_text("no")
    letter = text_of(wait_for_mail(mail, idris.email, "A family member gave up access"))
    assert "Rosa Marlow" in letter
    assert BOOK in letter

    members.page.reload()
    expect(members.ability("Idris", "Book visits")).to_contain_text("no")
    booking = Booking(members.page)
    booking.open()
    booking.choose_service(clinic.CHECK_UP)
    booking.choose_time()
    booking.go_on()
    expect(booking.person("^Me, ")).to_be_visible()
    expect(booking.person("Idris")).to_have_count(0)


def test_what_i_call_a_family_member_can_be_changed(visitor: Visitor, clinic: ClinicBook) -> None:
    rosa = clinic.add_person()
    clinic.add_member(rosa, "Theo")
    members = FamilyMembers(visitor.signed_in(rosa))
    members.open()
    dialog = members.edit("Theo Marlow")
    dialog.call_them("Other", "Godson")
    expect(members.notice("Saved.")).to_be_visible()
    expect(members.row("Theo Marlow")).to_contain_text("Godson")
    members.page.reload()
    expect(members.row("Theo Marlow")).to_contain_text("Godson")
    dialog = members.edit("Theo Marlow")
    dialog.call_them("Grandchild")
    expect(members.row("Theo Marlow")).to_contain_text("Your grandchild")


def test_whoever_is_removed_can_do_nothing_more_even_on_a_page_that_is_open(
    visitor: Visitor, clinic: ClinicBook, mail: MailServer
) -> None:
    rosa, idris = clinic.add_person("Rosa"), clinic.add_person("Idris")
    clinic.link(rosa, idris, Permission.BOOK, both_ways=True)
    open_page = Booking(visitor.signed_in(idris))
    open_page.open()
    open_page.choose_service(clinic.CHECK_UP)
    open_page.choose_time()
    open_page.go_on()
    open_page.choose_person("Rosa Marlow")
    expect(open_page.confirm_button("Rosa")).to_be_visible()

    members = FamilyMembers(visitor.signed_in(rosa))
    members.open()
    question = members.ask_removal("Idris Marlow")
    expect(question.box).to_contain_text("This stops now, for you both")
    expect(question.box).to_contain_text("For Idris you lose: Book visits.")
    expect(question.box).to_contain_text("Bills that are paid stay paid.")
    question.keep("Idris")
    expect(question.box).to_be_hidden()
    members.ask_removal("Idris Marlow").remove("Idris")
    expect(members.notice("Idris is removed from your family.")).to_be_visible()
    expect(members.row("Idris Marlow")).to_have_count(0)
    wait_for_mail(mail, idris.email, "A family link has ended")

    expect(open_page.notice("You can no longer book for Rosa.")).to_be_visible()
    expect(open_page.confirm_button("Rosa")).to_have_count(0)
    open_page.page.get_by_role("link", name="Choose somebody else").click()
    expect(open_page.page.get_by_role("radio", name="Me, ")).to_be_visible()
    expect(open_page.page.get_by_role("radio", name="Rosa Marlow")).to_have_count(0)
    assert clinic.visits_of(rosa.id) == []


def test_a_quiet_removal_sends_no_mail(
    visitor: Visitor, clinic: ClinicBook, mail: MailServer
) -> None:
    rosa, idris = clinic.add_person("Rosa"), clinic.add_person("Idris")
    clinic.link(rosa, idris, Permission.BOOK)
    members = FamilyMembers(visitor.signed_in(rosa))
    members.open()
    members.ask_removal("Idris Marlow").remove("Idris", quietly=True)
    expect(members.row("Idris Marlow")).to_have_count(0)
    # A mail that is queued later has come: this one would have come before it.
    members.page.goto("/signup/family")
    added = AddFamilyMember(members.page)
    added.open()
    added.list.member(1).fill_in("Child", "Theo", "Marlow")
    added.list.member(1).use_my_address()
    added.save()
    wait_for_mail(mail, rosa.email, "A profile was made with your email")
    assert mail.to(idris.email) == []
