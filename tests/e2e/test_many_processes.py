"""The same walks on two web processes and two workers behind a proxy, and processes that die."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.clinic import ClinicBook, new_address
from tests.e2e.conftest import Visitor
from tests.e2e.letters import wait_for_mail
from tests.e2e.pages.appointments import Appointments
from tests.e2e.pages.booking import Booking
from tests.e2e.pages.family import AddFamilyMember, FamilyMembers
from tests.e2e.test_family import (
    test_a_permission_given_up_is_gone_at_once_and_its_owner_is_told,
    test_two_family_members_are_added_at_once,
    test_whoever_is_removed_can_do_nothing_more_even_on_a_page_that_is_open,
)
from tests.e2e.test_sign_up import (
    test_a_new_patient_signs_up_with_family_and_books_for_a_child,
)
from tests.e2e.test_the_whole_walk import (
    fill_demo,
    page,
    test_a_new_patient_books_for_the_family_and_sees_what_is_left,
)
from tests.servers.chain import Chain, freeze, kill, serving_chain, thaw
from tests.servers.databases import Databases, new_database
from tests.servers.mail import MailServer

# The walks are those of the other modules; only what they walk on is another.
__all__ = [
    "page",
    "test_a_new_patient_books_for_the_family_and_sees_what_is_left",
    "test_a_new_patient_signs_up_with_family_and_books_for_a_child",
    "test_a_permission_given_up_is_gone_at_once_and_its_owner_is_told",
    "test_two_family_members_are_added_at_once",
    "test_whoever_is_removed_can_do_nothing_more_even_on_a_page_that_is_open",
]


@pytest.fixture(scope="module")
def chain_clinic(postgres_databases: Databases) -> Iterator[ClinicBook]:
    """Open a clinic on PostgreSQL."""
    with new_database(postgres_databases) as url:
        yield ClinicBook(url)


@pytest.fixture(scope="module")
def chain(
    front_end: Path,
    chain_clinic: ClinicBook,
    redis_url: str,
    _mail_server: MailServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Chain]:
    """Serve it by many processes."""
    folder, url = tmp_path_factory.mktemp("chain"), chain_clinic.database_url
    settings = {"REDIS_URL": redis_url, "SMTP_URL": _mail_server.url}
    with serving_chain(front_end, url, folder, **settings) as one:
        yield one


@pytest.fixture
def demo(
    front_end: Path, postgres_databases: Databases, redis_url: str, tmp_path: Path
) -> Iterator[Chain]:
    """Serve the demo clinic by many processes."""
    with new_database(postgres_databases) as url:
        fill_demo(url)
        settings = {"PORTAL_MODE": "demo", "REDIS_URL": redis_url}
        with serving_chain(front_end, url, tmp_path, **settings) as one:
            yield one


@pytest.fixture
def portal(chain: Chain) -> Chain:
    """Walk through that one."""
    return chain


@pytest.fixture
def clinic(chain_clinic: ClinicBook) -> ClinicBook:
    """Return its clinic."""
    return chain_clinic


def test_each_web_process_dies_in_turn_and_the_form_is_where_it_was(
    visitor: Visitor, clinic: ClinicBook, portal: Chain
) -> None:
    visitor.expects_no_connection()
    form = AddFamilyMember(visitor.signed_in(clinic.add_person()))
    form.open()
    form.list.member(1).fill_in("Child", "Theo", "Marlow", new_address("theo"))
    for number, web in enumerate(portal.webs):
        kill(web.web)
        form.list.add_another()
        form.list.member(number + 2).fill_in("Sibling", f"Ada{number}", "Marlow", new_address("a"))
        expect(form.connection_line).to_have_count(0)
        web.start_web()
    form.save()
    members = FamilyMembers(form.page)
    for name in ("Theo", "Ada0", "Ada1"):
        expect(members.row(f"{name} Marlow")).to_have_count(1)


def test_a_click_that_died_with_its_process_is_carried_out_once_by_the_other(
    visitor: Visitor, clinic: ClinicBook, portal: Chain
) -> None:
    visitor.expects_no_connection()
    rosa = clinic.add_person()
    booking = Booking(visitor.signed_in(rosa))
    booking.open()
    booking.choose_service(clinic.CHECK_UP)
    booking.choose_time(6)
    booking.go_on()
    booking.choose_me()
    expect(booking.confirm_button("me")).to_be_visible()
    holder = portal.holder()
    freeze(holder.web)
    booking.confirm()
    booking.page.wait_for_timeout(300)
    kill(holder.web)
    try:
        expect(Appointments(booking.page).notice("Booked for you")).to_be_visible()
    finally:
        holder.start_web()
    assert len(clinic.visits_of(rosa.id)) == 1


def test_a_form_that_died_with_its_process_is_sent_again_and_saved_once(
    visitor: Visitor, clinic: ClinicBook, portal: Chain
) -> None:
    visitor.expects_no_connection()
    form = AddFamilyMember(visitor.signed_in(clinic.add_person()))
    form.open()
    form.list.member(1).fill_in("Child", "Theo", "Marlow", new_address("theo"))
    holder = portal.holder()
    freeze(holder.web)
    form.save()
    form.page.wait_for_timeout(300)
    kill(holder.web)
    try:
        members = FamilyMembers(form.page)
        expect(members.notice("You can book for them now.")).to_be_visible()
        expect(members.row("Theo Marlow")).to_have_count(1)
    finally:
        holder.start_web()


def test_a_page_opens_and_a_person_stays_signed_in_while_a_process_is_away(
    visitor: Visitor, clinic: ClinicBook, portal: Chain
) -> None:
    visitor.expects_no_connection()
    rosa = clinic.add_person()
    clinic.add_member(rosa, "Theo")
    members = FamilyMembers(visitor.signed_in(rosa))
    for web in portal.webs:
        kill(web.web)
        members.open()
        expect(members.row("Theo Marlow")).to_be_visible()
        web.start_web()


def test_mails_queued_while_a_worker_dies_are_sent_once_by_the_other(
    visitor: Visitor, clinic: ClinicBook, portal: Chain, mail: MailServer
) -> None:
    form = AddFamilyMember(visitor.signed_in(clinic.add_person()))
    form.open()
    addresses = [new_address("child") for _ in range(4)]
    for number, address in enumerate(addresses, start=1):
        if number > 1:
            form.list.add_another()
        form.list.member(number).fill_in("Child", f"Theo{number}", "Marlow", address)
    dies, lives = portal.workers
    for worker in (dies, lives):
        freeze(worker)
    form.save()
    expect(FamilyMembers(form.page).row("Theo4 Marlow")).to_be_visible()
    kill(dies)
    thaw(lives)
    for address in addresses:
        wait_for_mail(mail, address, "A profile was made with your email")
    assert [len(mail.to(address)) for address in addresses] == [1] * len(addresses)
