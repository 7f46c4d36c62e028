"""Adding family members and what a family member's row shows."""

from datetime import date
from threading import Thread

import pytest
from sqlmodel import Session, col, select

from portal import db
from portal.account.fresh import FRESH, PasswordNeeded
from portal.errors import Invalid, NotAllowed, NotFound
from portal.family import service
from portal.family.add import MOST_IN_ALL, NewFamily, add_family_members, free_colours
from portal.family.faces import family_faces
from portal.forms import read_form
from portal.ids import new_id
from portal.models import (
    AuditEntry,
    Clinic,
    Grant,
    LoginSession,
    OutboxMessage,
    Patient,
    RelationshipSide,
)
from portal.outbox.kinds import Kind
from portal.permissions import SIX, Actor, Permission
from tests import builders


def form(*names: str, key: str = "", **more: object) -> NewFamily:
    members = [
        {
            "relationship": "child",
            "first_name": name,
            "last_name": "Marlow",
            "email": f"{name.lower()}@example.com",
            **more,
        }
        for name in names
    ]
    data = {"members": members, "request_key": key or new_id()}
    return read_form(NewFamily, data, region="CA", today=date(2026, 11, 22))


@pytest.fixture
def rosa(database: str) -> Actor:
    with db.writing() as session:
        builders.add_clinic(session)
        return builders.add_person(session)


def add(actor: Actor, wanted: NewFamily) -> list[str]:
    with db.writing() as session:
        return list(add_family_members(session, actor, wanted))


def count(session: Session, table: type) -> int:
    return len(session.exec(select(table)).all())


def test_a_new_member_is_a_managed_profile_on_which_the_adder_holds_all_six(rosa: Actor) -> None:
    (theo,) = add(rosa, form("Theo"))
    with db.reading() as session:
        (row,) = service.list_members(session, rosa)
        assert (row.id, row.held, row.managed_by_me) == (theo, SIX, True)
        assert session.exec(select(Grant.owner_id)).all() == [theo] * len(SIX)
        kinds = session.exec(select(OutboxMessage.kind)).all()
        assert kinds == [Kind.ACCESS_GAINED]
        actions = session.exec(select(AuditEntry.action)).all()
        assert sorted(actions) == ["family.add", *["grant.give"] * len(SIX)]


def test_the_ticked_box_gives_the_member_the_use_of_the_adders_cards(rosa: Actor) -> None:
    with db.writing() as session:
        rosa = builders.sign_in(session, rosa)
    (sam,) = add(rosa, form("Sam", bill_to_my_account=True))
    with db.reading() as session:
        given = session.exec(
            select(Grant.holder_id, Grant.permission).where(Grant.owner_id == rosa.me)
        ).all()
        assert given == [(sam, Permission.BILL_TO_ACCOUNT)]


def test_the_ticked_box_takes_a_fresh_proof_and_nothing_is_half_done(rosa: Actor) -> None:
    with db.writing() as session:
        rosa = builders.sign_in(session, rosa)
        session.get_one(LoginSession, rosa.session_id).proved_at -= FRESH
    with pytest.raises(PasswordNeeded):
        add(rosa, form("Sam", bill_to_my_account=True))
    with db.reading() as session:
        assert service.list_members(session, rosa) == []
    assert add(rosa, form("Sam"))


def test_the_same_form_again_adds_nobody_and_sends_nothing(rosa: Actor) -> None:
    wanted = form("Theo", "Mina")
    assert len(add(rosa, wanted)) == 2
    assert add(rosa, wanted) == []
    with db.reading() as session:
        assert count(session, Patient) == 3
        assert count(session, OutboxMessage) == 2


def test_a_corrected_form_under_the_same_key_is_not_taken_for_a_repetition(rosa: Actor) -> None:
    add(rosa, form("Theo", key="k1"))
    with pytest.raises(Invalid, match="arrived already"):
        add(rosa, form("Teo", key="k1"))
    with db.reading() as session:
        assert count(session, Patient) == 2


def test_somebody_elses_key_is_no_repetition(rosa: Actor) -> None:
    with db.writing() as session:
        idris = builders.add_person(session, "Idris")
    assert add(rosa, form("Theo", key="k1"))
    assert add(idris, form("Theo", key="k1"))


def test_with_the_setting_off_nobody_is_added(rosa: Actor) -> None:
    with db.writing() as session:
        session.get_one(Clinic, "clinic").allow_related_profiles = False
    with pytest.raises(NotAllowed, match="call the clinic"):
        add(rosa, form("Theo"))
    with db.reading() as session:
        assert count(session, Patient) == 1


def test_a_family_that_would_grow_too_large_is_refused_as_a_whole(rosa: Actor) -> None:
    with db.writing() as session:
        for number in range(MOST_IN_ALL - 1):
            builders.add_family_member(session, rosa, f"Child {number}")
    with pytest.raises(Invalid, match="limit of 40"):
        add(rosa, form("Theo", "Mina"))
    assert len(add(rosa, form("Theo"))) == 1


def test_no_colour_comes_twice_before_all_are_taken() -> None:
    assert free_colours([])[:7] == [2, 3, 4, 5, 6, 7, 8]
    assert free_colours([2, 3, 5])[:4] == [4, 6, 7, 8]
    assert len(free_colours([])) == 12


def test_members_of_one_family_get_different_colours(rosa: Actor) -> None:
    add(rosa, form("Theo", "Mina"))
    add(rosa, form("June"))
    with db.reading() as session:
        colours = session.exec(
            select(RelationshipSide.colour).where(col(RelationshipSide.patient_id) == rosa.me)
        ).all()
        assert sorted(colours) == [2, 3, 4]


@pytest.mark.parametrize(
    ("permissions", "last_name"),
    [
        ((), ""),
        ((Permission.CALENDAR, Permission.NOTIFICATIONS, Permission.FINANCIAL_EMAILS), ""),
        ((Permission.BOOK,), "Marlow"),
        ((Permission.INTAKE,), "Marlow"),
        ((Permission.VIEW_AND_PAY,), "Marlow"),
    ],
)
def test_a_last_name_is_shown_only_by_what_shows_the_person(
    rosa: Actor, permissions: tuple[Permission, ...], last_name: str
) -> None:
    with db.writing() as session:
        idris = builders.add_person(session, "Idris")
        relationship = builders.relate(session, rosa.me, idris.me)
        builders.give(session, relationship, idris.me, rosa.me, *permissions)
    with db.reading() as session:
        (row,) = service.list_members(session, rosa)
    assert (row.first_name, row.last_name) == ("Idris", last_name)


def test_a_manager_takes_back_what_they_gave_up_and_nobody_else_can(rosa: Actor) -> None:
    with db.writing() as session:
        rosa = builders.sign_in(session, rosa)
    (theo,) = add(rosa, form("Theo"))
    with db.writing() as session:
        service.give_up(session, rosa, theo, Permission.BOOK)
    with db.writing() as session:
        row = service.take_back(session, rosa, theo, Permission.BOOK)
    assert row.held == SIX
    with db.writing() as session:
        idris = builders.add_person(session, "Idris")
        builders.relate(session, rosa.me, idris.me)
    with db.writing() as session, pytest.raises(NotAllowed):
        service.take_back(session, rosa, idris.me, Permission.BOOK)
    with db.writing() as session, pytest.raises(NotFound):
        service.take_back(session, rosa, theo, Permission.BILL_TO_ACCOUNT)


def test_initials_are_told_apart_in_the_whole_family_wherever_they_stand(rosa: Actor) -> None:
    theo, tara = add(rosa, form("Theo", "Tara"))
    with db.reading() as session:
        letters = family_faces(session, rosa)
    assert letters == {rosa.me: "RM", theo: "TH", tara: "TA"}


def test_removing_somebody_twice_is_fine(rosa: Actor) -> None:
    (theo,) = add(rosa, form("Theo"))
    wanted = service.RemovalForm(member_id=theo, quiet=True)
    for _time in range(2):
        with db.writing() as session:
            service.remove_member(session, rosa, wanted)
    with db.reading() as session:
        assert not service.list_members(session, rosa)
        assert session.get_one(Patient, theo).manager_id is None


def test_two_forms_at_once_count_the_same_family(rosa: Actor) -> None:
    with db.writing() as session:
        for number in range(MOST_IN_ALL - 1):
            builders.add_family_member(session, rosa, f"Child {number}")
    answers: list[object] = []

    def try_it(name: str) -> None:
        try:
            answers.append(add(rosa, form(name)))
        except Invalid as error:
            answers.append(error)

    threads = [Thread(target=try_it, args=(name,)) for name in ("Theo", "Mina")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(type(answer).__name__ for answer in answers) == ["Invalid", "list"]
    with db.reading() as session:
        assert len(service.list_members(session, rosa)) == MOST_IN_ALL
