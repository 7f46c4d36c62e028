"""How many mails each way of changing a permission sends, and to whom: never two for one change.

Each path runs as a person would take it, and the worker sends what it queued to a real mail server.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from sqlmodel import col, select

from portal.account.links import Purpose, make_link
from portal.account.log_in import Caller
from portal.booking.hold import Wish, hold
from portal.booking.order import book_order
from portal.claim.answers import ClaimForm, JoinForm
from portal.claim.part import undo_join
from portal.claim.service import claim_profile, join_profile
from portal.db import reading, writing
from portal.family.add import NewFamily, add_family_members
from portal.family.labels import Label
from portal.family.service import give_up, take_back
from portal.forms import read_form
from portal.ids import PatientId, new_id
from portal.models import Account, Ask, Patient, ProfileJoin
from portal.notifications.post import SmtpPost
from portal.permissions import SIX, Actor, Permission
from portal.sharing import answers, asks, block, relate
from portal.sharing import service as sharing
from portal.signup.service import SignUp, sign_up
from portal.staff.link.edit import EndForm, LinkForm, end_link, save_link
from portal.staff.link.links import NEW, find_link
from portal.staff.patient.guardian import GuardianForm, set_guardian
from portal.visits.cancel import cancel_visit
from tests import builders
from tests.outbox import deliver_all, let_undo_pass, rows
from tests.servers.mail import MailServer

BOOK, PAY = Permission.BOOK, Permission.VIEW_AND_PAY
ROSA, IDRIS, THEO = (f"{name}@family.example" for name in ("rosa", "idris", "theo"))


@dataclass
class House:
    """Rosa and Idris are a couple who may do nothing yet; Theo is a profile that Rosa added."""

    rosa: Actor
    idris: Actor
    theo: PatientId
    desk: Actor
    mail: MailServer

    def do(self, what: Callable[..., Any], *args: Any, **options: Any) -> Any:
        """Run one use case in a transaction of its own."""
        with writing() as session:
            return what(session, *args, **options)

    def sent(self) -> Counter[str]:
        """Let the worker send what is queued; return how many mails each address got by it."""
        before = len(self.mail.messages)
        deliver_all(SmtpPost(self.mail.url, "localhost"))
        assert all(row.done_at for row in rows()), [row.error for row in rows()]
        return Counter(str(m["To"]) for m in self.mail.messages[before:])


@pytest.fixture
def house(database: str, smtp_server: MailServer) -> House:
    with writing() as session:
        builders.add_clinic(session)
        rosa, idris = (
            builders.sign_in(session, builders.add_person(session, name, email=email))
            for name, email in (("Rosa", ROSA), ("Idris", IDRIS))
        )
        builders.relate(session, rosa.me, idris.me)
        theo = builders.add_family_member(session, rosa, "Theo", *SIX)
        session.get_one(Patient, theo).contact_email = THEO
        desk = builders.add_staff_account(session, builders.add_staff(session))
        desk = builders.sign_in(session, desk)
    return House(rosa, idris, theo, desk, smtp_server)


def new_member(email: str, **more: object) -> NewFamily:
    member = {
        "relationship": "child",
        "first_name": "Mina",
        "last_name": "Marlow",
        "email": email,
        **more,
    }
    data = {"members": [member], "request_key": new_id()}
    return read_form(NewFamily, data, region="CA", today=date(2026, 11, 22))


def claim_token(house: House, profile: PatientId) -> str:
    return house.do(make_link, Purpose.CLAIM, patient_id=profile, about=THEO)


def kept(house: House, *, dropped: tuple[Permission, ...] = ()) -> dict[str, dict[str, str]]:
    return {house.rosa.me: {p: "drop" if p in dropped else "keep" for p in SIX}}


def asked(house: House, *permissions: Permission) -> list[str]:
    form = asks.AskForm(member_id=house.idris.me, permissions=list(permissions))
    house.do(asks.ask, house.rosa, form)
    with reading() as session:
        return list(session.exec(select(Ask.id).where(col(Ask.answered_at).is_(None))))


def panel(house: House, *, idris_may: set[Permission], rosa_may: set[Permission]) -> None:
    """Save the blue pencil's form about Rosa (the patient) and Idris."""
    with reading() as session:
        seen = find_link(session, house.desk, house.rosa.me, house.idris.me).seen
    form = LinkForm(
        patient_id=house.rosa.me,
        member_id=house.idris.me,
        seen=seen,
        member_is=Label.PARTNER,
        patient_is=Label.PARTNER,
        patient_may={p: p in rosa_may for p in Permission},
        member_may={p: p in idris_may for p in Permission},
    )
    house.do(save_link, house.desk, form)


def test_sign_up_with_a_family_member(house: House) -> None:
    typed = {
        "first_name": "Uma",
        "last_name": "Berg",
        "email": "uma@family.example",
        "phone": "604 555 0140",
        "password": "wary otter lantern 9",
    }
    form = read_form(SignUp, typed, region="CA", today=date(2026, 11, 22))
    house.do(sign_up, form, password_hash="", caller=Caller(address="192.0.2.1"))
    assert house.sent() == {"uma@family.example": 1}  # confirm your email
    with writing() as session:
        account = session.exec(select(Account).where(Account.email == "uma@family.example")).one()
        uma = Actor(patient_id=PatientId(account.patient_id or ""), account_id=account.id)  # pyright: ignore[reportArgumentType]
    house.do(add_family_members, uma, new_member("mina@family.example"))
    assert house.sent() == {"mina@family.example": 1}


@pytest.mark.parametrize("place", ["the tab", "while booking"])
def test_adding_somebody_tells_their_address_once(house: House, place: str) -> None:
    house.do(add_family_members, house.rosa, new_member(f"{place[:3]}@family.example"))
    assert house.sent() == {f"{place[:3]}@family.example": 1}


def test_adding_somebody_who_may_bill_to_me_tells_me_too(house: House) -> None:
    form = new_member("mina@family.example", bill_to_my_account=True)
    house.do(add_family_members, house.rosa, form)
    assert house.sent() == {"mina@family.example": 1, ROSA: 1}


def test_adding_a_child_with_my_own_address_sends_one_mail_to_it(house: House) -> None:
    house.do(add_family_members, house.rosa, new_member(ROSA))
    assert house.sent() == {ROSA: 1}


def test_claiming_tells_the_owner_and_each_relative_once(house: House) -> None:
    form = ClaimForm(
        token=claim_token(house, house.theo), answers=kept(house, dropped=(PAY,)), password="x"
    )
    house.do(claim_profile, form, password_hash="", caller=Caller(address="192.0.2.1"))
    assert house.sent() == {THEO: 1, ROSA: 1}


def test_joining_and_undoing_it_tell_each_once(house: House) -> None:
    with writing() as session:
        theo = builders.sign_in(
            session, builders.add_person(session, "Theo", email="theo-at-work@family.example")
        )
    form = JoinForm(token=claim_token(house, house.theo), answers=kept(house, dropped=(PAY,)))
    house.do(join_profile, theo, form)
    assert house.sent() == {"theo-at-work@family.example": 1, ROSA: 1}
    with reading() as session:
        join_id = session.exec(select(ProfileJoin.id)).one()
    house.do(undo_join, house.desk, join_id)
    told = house.sent()
    assert told["theo-at-work@family.example"] == told[ROSA] == 1
    assert set(told) <= {"theo-at-work@family.example", ROSA, THEO}
    assert max(told.values()) == 1


def test_asking_and_answering(house: House) -> None:
    book, pay = asked(house, BOOK, PAY)
    assert house.sent() == {IDRIS: 1}
    house.do(answers.answer, house.idris, {book: True, pay: False})
    # The owner is told what is new, the one who asked what the answer is.
    assert house.sent() == {IDRIS: 1, ROSA: 1}


def test_declining_tells_only_who_asked(house: House) -> None:
    ids = asked(house, BOOK, PAY)
    house.sent()
    house.do(answers.answer, house.idris, dict.fromkeys(ids, False))
    assert house.sent() == {ROSA: 1}


def test_asking_somebody_who_blocked_me_tells_nobody(house: House) -> None:
    house.do(block.block, house.idris, house.rosa.me)
    asked(house, BOOK)
    assert house.sent() == {}


def test_the_sharing_page(house: House) -> None:
    house.do(sharing.switch_on, house.rosa, house.rosa.me, house.idris.me, BOOK)
    assert house.sent() == {ROSA: 1}
    house.do(sharing.switch_on, house.rosa, house.rosa.me, house.idris.me, BOOK)
    assert house.sent() == {}
    house.do(sharing.switch_off, house.rosa, house.rosa.me, house.idris.me, BOOK)
    assert house.sent() == {IDRIS: 1}


def test_a_switch_turned_on_and_off_before_the_worker_came_still_tells_the_owner(
    house: House,
) -> None:
    house.do(sharing.switch_on, house.rosa, house.rosa.me, house.idris.me, BOOK)
    house.do(sharing.switch_off, house.rosa, house.rosa.me, house.idris.me, BOOK)
    assert house.sent() == {ROSA: 1, IDRIS: 1}


def test_blocking_ends_everything_and_tells_nobody(house: House) -> None:
    house.do(sharing.switch_on, house.rosa, house.rosa.me, house.idris.me, BOOK)
    house.sent()
    house.do(block.block, house.rosa, house.idris.me)
    assert house.sent() == {}


def test_giving_up_and_taking_back_on_a_managed_profile(house: House) -> None:
    house.do(give_up, house.rosa, house.theo, BOOK)
    assert house.sent() == {THEO: 1}
    house.do(take_back, house.rosa, house.theo, BOOK)
    assert house.sent() == {THEO: 1}


def test_the_staff_panel_tells_each_owner_and_each_holder_once(house: House) -> None:
    panel(house, idris_may={BOOK, PAY}, rosa_may=set())
    assert house.sent() == {ROSA: 1}
    panel(house, idris_may={BOOK}, rosa_may={BOOK})
    assert house.sent() == {IDRIS: 2}  # he lost something about Rosa, and she gained about him
    panel(house, idris_may={BOOK}, rosa_may={BOOK})
    assert house.sent() == {}
    form = EndForm(patient_id=house.rosa.me, member_id=house.idris.me)
    house.do(end_link, house.desk, form)
    assert house.sent() == {ROSA: 1, IDRIS: 1}


def link_with_a_stranger(house: House, *, stranger_may: bool) -> str:
    """Let the desk link Rosa with Uma, who perhaps may book for her."""
    with writing() as session:
        uma = builders.add_person(session, "Uma", email="uma@family.example")
    form = LinkForm(
        patient_id=house.rosa.me,
        member_id=uma.me,
        seen=NEW,
        member_is=Label.FRIEND,
        patient_is=Label.FRIEND,
        patient_may=dict.fromkeys(Permission, False),
        member_may={p: stranger_may and p is BOOK for p in Permission},
    )
    house.do(save_link, house.desk, form)
    return uma.me


@pytest.mark.parametrize("stranger_may", [False, True])
def test_a_link_made_by_staff_is_told_to_both_once(house: House, stranger_may: bool) -> None:
    link_with_a_stranger(house, stranger_may=stranger_may)
    assert house.sent() == {ROSA: 1, "uma@family.example": 1}


def test_a_new_guardian_is_told_to_the_profiles_address(house: House) -> None:
    with writing() as session:
        builders.relate(session, house.idris.me, house.theo)
    form = GuardianForm(patient_id=house.theo, guardian_id=house.idris.me)
    house.do(set_guardian, house.desk, form)
    assert house.sent() == {THEO: 1}


@pytest.mark.parametrize(("quiet", "told"), [(False, {IDRIS: 1}), (True, {})])
def test_removing_tells_the_other_once_or_nobody(
    house: House, quiet: bool, told: dict[str, int]
) -> None:
    house.do(sharing.switch_on, house.rosa, house.rosa.me, house.idris.me, BOOK)
    house.sent()
    house.do(relate.remove, house.rosa, house.idris.me, quiet=quiet)
    assert house.sent() == told


def test_visits_booked_in_one_go_send_one_mail_to_each_mailbox(house: House) -> None:
    with writing() as session:
        service = builders.add_service(session)
        practitioner = builders.add_practitioner(session, [service])
        starts = [builders.local(builders.in_days(3), hour) for hour in (9, 10, 11)]
        people = (house.rosa.me, house.theo, house.theo)
        wishes = [
            Wish(service, practitioner, at, people=(who,))
            for who, at in zip(people, starts, strict=True)
        ]
        order = hold(session, house.rosa, wishes)
    visits = house.do(book_order, house.rosa, order.id, new_id())
    let_undo_pass()
    assert house.sent() == {ROSA: 1, THEO: 1}
    house.do(cancel_visit, house.rosa, visits[1].id)
    assert house.sent() == {ROSA: 1, THEO: 1}
    house.do(cancel_visit, house.rosa, visits[0].id, all_of="order")
    assert house.sent() == {ROSA: 1, THEO: 1}
    house.do(cancel_visit, house.rosa, visits[0].id, all_of="order")
    assert house.sent() == {}
