"""Appointments: mine and my family's, coming, past and cancelled."""

from playwright.sync_api import expect

from portal.permissions import Permission
from tests.builders import in_days, local
from tests.e2e.clinic import ClinicBook
from tests.e2e.conftest import Visitor
from tests.e2e.pages.appointments import Appointments


def test_the_visits_of_a_family_are_filtered_by_person(
    visitor: Visitor, clinic: ClinicBook
) -> None:
    rosa, idris = clinic.add_person("Rosa"), clinic.add_person("Idris")
    clinic.link(rosa, idris, Permission.CALENDAR)
    theo = clinic.add_member(rosa, "Theo", colour=3)
    clinic.add_visit(rosa.id, local(in_days(20), 9))
    clinic.add_visit(theo, local(in_days(20), 10))
    clinic.add_visit(theo, local(in_days(21), 9))
    clinic.add_visit(theo, local(in_days(21), 11), cancelled=True)
    clinic.add_visit(theo, local(in_days(-20), 9))
    # Of Idris I see the calendar entries only, not the visits.
    clinic.add_visit(idris.id, local(in_days(20), 9), practitioner=1)

    visits = Appointments(visitor.signed_in(rosa))
    visits.open()
    expect(visits.visits).to_have_count(3)
    expect(visits.visit_of("You")).to_have_count(1)
    expect(visits.visit_of("Theo Marlow")).to_have_count(2)
    visits.show_only("Theo")
    expect(visits.visits).to_have_count(2)
    visits.show_only("Only me")
    expect(visits.visits).to_have_count(1)
    expect(visits.visit_of("You")).to_be_visible()
    visits.show_only("Everyone")
    expect(visits.visits).to_have_count(3)

    visits.show_past()
    expect(visits.visits).to_have_count(2)
    expect(visits.visit_of("Theo Marlow").get_by_text("Cancelled", exact=True)).to_have_count(1)
    expect(visits.visits.get_by_role("button", name="Cancel")).to_have_count(0)
    visits.show_upcoming()
    expect(visits.visits).to_have_count(3)


def test_a_visit_can_be_kept_or_cancelled_and_a_cancelled_one_stays_to_be_found(
    visitor: Visitor, clinic: ClinicBook
) -> None:
    rosa = clinic.add_person()
    theo = clinic.add_member(rosa, "Theo")
    clinic.add_visit(theo, local(in_days(22), 9))
    visits = Appointments(visitor.signed_in(rosa))
    visits.open()
    question = visits.ask_cancel("Theo Marlow")
    expect(question).to_contain_text(f"Theo Marlow, {clinic.CHECK_UP}")
    visits.page.keyboard.press("Escape")
    expect(question).to_be_hidden()
    visits.ask_cancel("Theo Marlow").get_by_role("button", name="Keep the visit").click()
    expect(question).to_be_hidden()
    assert len(clinic.visits_of(theo)) == 1

    visits.cancel("Theo Marlow")
    expect(visits.notice("Cancelled for Theo")).to_be_visible()
    expect(visits.visits).to_have_count(0)
    visits.show_past()
    expect(visits.visit_of("Theo Marlow").get_by_text("Cancelled", exact=True)).to_be_visible()
    expect(visits.visit_of("Theo Marlow").get_by_role("button")).to_have_count(0)
    assert clinic.visits_of(theo) == []
