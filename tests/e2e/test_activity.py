"""My Account > Activity: who did what, filtered, in pages, as a file."""

import csv

from playwright.sync_api import expect

from portal import audit
from portal.permissions import Action, Permission
from tests.builders import in_days, local
from tests.e2e.clinic import ClinicBook
from tests.e2e.conftest import Visitor
from tests.e2e.pages.activity import Activity
from tests.e2e.pages.appointments import Appointments
from tests.e2e.pages.sharing import Sharing


def test_what_one_did_for_the_other_stands_on_both_pages(
    visitor: Visitor, clinic: ClinicBook
) -> None:
    rosa, idris = clinic.add_person("Rosa"), clinic.add_person("=Idris")
    clinic.link(idris, rosa, Permission.BOOK)
    clinic.add_visit(rosa.id, local(in_days(12), 11), practitioner=2)
    hers = Activity(visitor.signed_in(rosa))
    hers.open()
    expect(hers.entries.first).to_contain_text("You signed in.")

    visits = Appointments(visitor.signed_in(idris))
    visits.open()
    visits.ask_cancel("Rosa Marlow").get_by_role("button", name="Cancel the visit").click()
    expect(visits.notice("Cancelled for Rosa")).to_be_visible()
    expect(hers.entries.first).to_contain_text("=Idris cancelled a visit of yours.", timeout=4_000)
    expect(hers.entries.first).to_contain_text("11:00")
    hers.show_only("=Idris")
    expect(hers.entries).to_have_count(1)
    rows = list(csv.reader(hers.download().splitlines()))
    assert rows[0] == ["Day", "Time", "Who", "For", "What", "Details", "Allowed"]
    assert len(rows) == 2
    assert rows[1][2:5] == ["'=Idris", "you", "'=Idris cancelled a visit of yours."]
    assert rows[1][6] == "yes"
    hers.show_only("The clinic")
    expect(hers.page.get_by_role("heading", name="Nothing to show")).to_be_visible()

    his = Activity(visits.page)
    his.open()
    expect(his.entries.first).to_contain_text("You cancelled a visit of Rosa.")
    share = Sharing(hers.page)
    share.open()
    row = share.person("=Idris Marlow").row("Book appointments and add wait list requests")
    expect(row).to_contain_text("to cancel a visit of yours")


def test_a_long_trail_comes_in_pages(visitor: Visitor, clinic: ClinicBook) -> None:
    rosa = clinic.add_person("Rosa")
    with clinic.writing() as session:
        for _n in range(60):
            audit.record(session, rosa.actor, Action.VISIT_BOOK, rosa.id)
    page = Activity(visitor.signed_in(rosa))
    page.open()
    expect(page.entries).to_have_count(25)
    page.older()
    expect(page.entries.first).not_to_contain_text("You signed in.")
    page.older()
    expect(page.entries).to_have_count(11)
    expect(page.page.get_by_role("button", name="Older")).to_have_count(0)
    page.newer()
    expect(page.entries).to_have_count(25)
    page.newer()
    expect(page.entries.first).to_contain_text("You signed in.")
