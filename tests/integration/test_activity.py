"""The Activity page's service: whose doings somebody sees, in which words, a page at a time."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import Session, col

from portal import audit, clock
from portal.activity.service import PAGE, ActivityPage, list_activity, list_people
from portal.activity.trail import CLINIC, ME
from portal.db import reading, writing
from portal.errors import NotFound
from portal.family.add import NewFamily, NewMember, add_family_members
from portal.ids import new_id
from portal.models import AuditEntry, Patient, Relationship, RelationshipSide, Staff
from portal.permissions import SIX, SYSTEM, Action, Actor, Permission, StaffRole
from portal.sharing import change
from tests import builders

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def rosa() -> Actor:
    with writing() as session:
        builders.add_clinic(session)
        return builders.add_person(session, "Rosa")


def person(first_name: str) -> Actor:
    with writing() as session:
        return builders.add_person(session, first_name)


def related(one: Actor, other: Actor, *permissions: Permission) -> str:
    with writing() as session:
        id_ = builders.relate(session, one.me, other.me)
        builders.give(session, id_, one.me, other.me, *permissions)
        return id_


def end(relationship_id: str) -> None:
    with writing() as session:
        for table, of in (
            (Relationship, col(Relationship.id)),
            (RelationshipSide, col(RelationshipSide.relationship_id)),
        ):
            session.execute(update(table).where(of == relationship_id).values(ended_at=clock.now()))


def note(actor: Actor, action: str, subject_id: str | None, **more: Any) -> None:
    with writing() as session:
        audit.record(session, actor, action, subject_id, **more)


def shown(actor: Actor, who: str = "") -> list[str]:
    return [entry.text for entry in page(actor, who).entries]


def page(actor: Actor, who: str = "") -> ActivityPage:
    with reading() as session:
        return list_activity(session, actor, who)


def test_what_others_did_on_mine_and_what_i_did_for_others_are_in_one_list(rosa: Actor) -> None:
    idris = person("Idris")
    related(rosa, idris, Permission.BOOK)
    note(idris, Action.VISIT_BOOK, rosa.me)
    note(rosa, Action.VISIT_CANCEL, idris.me)
    note(rosa, Action.VISIT_BOOK, rosa.me)
    note(idris, Action.VISIT_BOOK, idris.me)
    assert shown(rosa) == [
        "You booked a visit.",
        "You cancelled a visit of Idris.",
        "Idris booked a visit for you.",
    ]
    assert shown(rosa, idris.me) == [
        "You cancelled a visit of Idris.",
        "Idris booked a visit for you.",
    ]
    assert shown(rosa, ME) == ["You booked a visit.", "You cancelled a visit of Idris."]


def test_refused_attempts_are_seen_of_those_one_knows_and_never_of_a_stranger(rosa: Actor) -> None:
    idris, ex, stranger = person("Idris"), person("Casper"), person("Mallory")
    related(rosa, idris)
    end(related(rosa, ex))
    for actor in (idris, ex, stranger):
        note(actor, Action.VISIT_READ, rosa.me, allowed=False)
    assert shown(rosa) == [
        "Casper tried to see your visits. It was not allowed.",
        "Idris tried to see your visits. It was not allowed.",
    ]
    with reading() as session:
        with pytest.raises(NotFound):
            list_activity(session, rosa, stranger.me)
        assert {one.first_name for one in list_people(session, rosa)} == {"Idris", "Casper"}


def test_trying_an_id_tells_no_name(rosa: Actor) -> None:
    stranger = person("Mallory")
    note(rosa, Action.VISIT_READ, stranger.me, allowed=False)
    note(rosa, "Family.edit", stranger.me, allowed=False)
    with reading() as session:
        found = list_activity(session, rosa)
        assert list_people(session, rosa) == []
    assert "Mallory" not in repr(found)
    assert [entry.text for entry in found.entries] == [
        "You tried something that is not allowed.",
        "You tried to see the visits of somebody else. It was not allowed.",
    ]


def test_relatives_of_relatives_are_a_family_member(rosa: Actor) -> None:
    idris, adder = person("Idris"), person("Jonas")
    with writing() as session:
        theo = builders.add_family_member(session, rosa, "Theo", *SIX)
        builders.relate(session, theo, idris.me)
    note(rosa, Action.GRANT_GIVE, theo, holder=idris.me, permission=Permission.BOOK)
    note(adder, Action.PROFILE_EDIT, rosa.me, fields=["phone"])
    found = page(rosa)
    assert [entry.text for entry in found.entries] == [
        "A family member changed your details.",
        "You let somebody else do more for Theo.",
    ]
    assert [entry.detail for entry in found.entries] == ["Phone", "Book visits"]


def test_staff_are_named_with_their_role_and_their_refusals_stay_inside(rosa: Actor) -> None:
    with writing() as session:
        desk = builders.add_staff(session, StaffRole.FRONT_DESK, name="Sam Okoye")
        builders.add_staff(session, name="Never Here")
    note(desk, "profile.open", rosa.me)
    note(desk, Action.CHART_READ, rosa.me, allowed=False)
    with writing() as session:
        session.get_one(Staff, desk.staff_id).ended_at = clock.now()
    assert shown(rosa) == ["Sam Okoye (front desk) opened your profile."]
    assert shown(rosa, CLINIC) == ["Sam Okoye (front desk) opened your profile."]


def test_my_own_account_is_part_of_it(rosa: Actor) -> None:
    here = Actor(rosa.patient_id, rosa.account_id, session_id=None)
    note(rosa, "session.start", rosa.me)
    note(SYSTEM, "session.refuse", rosa.me, allowed=False)
    note(here, "session.end", rosa.me, ended=new_id())
    assert shown(rosa) == [
        "You signed out another device.",
        "Somebody tried to sign in as you. It was not allowed.",
        "You signed in.",
    ]


def test_what_a_joined_profile_went_through_is_mine(rosa: Actor) -> None:
    idris = person("Idris")
    with writing() as session:
        old = builders.add_family_member(session, idris, "Rosa", *SIX)
    note(idris, Action.VISIT_BOOK, old)
    assert shown(rosa) == []
    with writing() as session:
        session.get_one(Patient, old).joined_into_id = rosa.me
    assert shown(rosa) == ["Idris booked a visit for you."]


def test_an_ask_that_is_not_heard_shows_to_whoever_asked_only(rosa: Actor) -> None:
    idris = person("Idris")
    related(rosa, idris)
    note(idris, Action.GRANT_ASK, rosa.me, permission=Permission.BOOK, unheard=True)
    assert shown(rosa) == []
    assert shown(idris) == ["You asked to do more for Rosa."]


def test_adding_giving_up_and_removing_read_as_sentences(rosa: Actor) -> None:
    member = NewMember(
        relationship="child", first_name="Theo", last_name="Marlow", email="theo@mail.example"
    )
    with writing() as session:
        (theo,) = add_family_members(session, rosa, NewFamily(members=[member]))
    with writing() as session:
        change.give_up(session, rosa, theo, [Permission.INTAKE])
    found = page(rosa)
    assert found.entries[0].text == "You gave up something you could do for Theo."
    assert found.entries[0].detail == "Fill in forms"
    texts = {entry.text for entry in found.entries}
    assert texts >= {"You added Theo to your family.", "You chose to do more for Theo."}


def test_the_time_of_a_visit_is_told_as_long_as_one_may_see_it(rosa: Actor) -> None:
    idris = person("Idris")
    relationship_id = related(idris, rosa, Permission.BOOK)
    with writing() as session:
        service = builders.add_service(session)
        practitioner = builders.add_practitioner(session, [service])
        at = builders.local(builders.in_days(3), 9, 30)
        visit = builders.add_visit(session, idris.me, practitioner, service, at)
    note(rosa, Action.VISIT_BOOK, idris.me, visit=visit)
    assert page(rosa).entries[0].detail.endswith(", 9:30")
    end(relationship_id)
    assert page(rosa).entries[0].detail == ""


def test_pages_hold_twenty_five_and_follow_each_other_without_gap_or_repetition(
    rosa: Actor,
) -> None:
    idris = person("Idris")
    related(rosa, idris)
    began = clock.now()
    # Many at the very same instant: the place is told by the id too.
    with writing() as session:
        for n in range(60):
            add_entry(session, idris if n % 2 else rosa, rosa.me, began - timedelta(seconds=n // 7))
    with reading() as session:
        pages = list(all_pages(session, rosa))
    assert [len(found.entries) for found in pages] == [PAGE, PAGE, 10]
    entries = [entry for found in pages for entry in found.entries]
    assert len({entry.id for entry in entries}) == 60
    assert all(one.at >= other.at for one, other in pairwise(entries))


def add_entry(session: Session, actor: Actor, subject_id: str, at: datetime) -> None:
    session.add(
        AuditEntry(
            id=new_id(),
            at=at,
            actor=actor.name,
            subject_id=subject_id,
            action=Action.VISIT_BOOK,
            allowed=True,
        )
    )


def all_pages(session: Session, actor: Actor, who: str = "") -> Iterable[ActivityPage]:
    before = None
    while True:
        found = list_activity(session, actor, who, before)
        yield found
        if found.after is None:
            return
        before = found.after


def test_a_join_is_one_line_for_whoever_joined_and_one_for_each_relative(rosa: Actor) -> None:
    idris = person("Idris")
    related(rosa, idris)
    with writing() as session:
        old = builders.add_patient(session, "Rosa")
        session.get_one(Patient, old).joined_into_id = rosa.me
    for subject_id in (old, rosa.me):
        note(rosa, Action.PROFILE_JOIN, subject_id, join=new_id())
    note(rosa, Action.PROFILE_JOIN, idris.me, holder=rosa.me, permission=Permission.BOOK)
    assert shown(rosa) == [
        "Two profiles became one, and what you can do for Idris moved with them.",
        "You joined another profile with yours.",
    ]
    assert shown(idris) == [
        "Two profiles became one, and what Rosa can do for you moved with them."
    ]


def test_a_former_relative_is_named_for_what_they_did_and_never_for_what_i_try(
    rosa: Actor,
) -> None:
    ex = person("Casper")
    relationship_id = related(rosa, ex)
    note(rosa, Action.VISIT_BOOK, ex.me)
    end(relationship_id)
    note(rosa, Action.VISIT_READ, ex.me, allowed=False)
    assert shown(rosa) == [
        "You tried to see the visits of somebody else. It was not allowed.",
        "You booked a visit for Casper.",
    ]
