"""Named lists of patients: who keeps them, and that they change nobody's permissions."""

import pytest
from sqlmodel import Session

from portal.db import reading, writing
from portal.errors import Invalid, NotAllowed, NotFound
from portal.ids import PatientId, new_id
from portal.models import Patient
from portal.permissions import Action, Actor, StaffRole, can, visible
from portal.staff.groups import service
from portal.staff.groups.service import Group, GroupForm
from tests import builders

pytestmark = pytest.mark.usefixtures("database")


def add_world(session: Session) -> tuple[Actor, list[PatientId]]:
    """Add a clinic, somebody at the desk and three patients."""
    builders.add_clinic(session)
    desk = builders.add_staff_account(session, builders.add_staff(session))
    return desk, [builders.add_patient(session, name) for name in ("Rosa", "Theo", "Tara")]


def form(name: str, group_id: str = "") -> GroupForm:
    """Fill the form in."""
    return GroupForm(name=name, group_id=group_id, request_key=new_id())


def groups(actor: Actor) -> tuple[Group, ...]:
    """List them."""
    with reading() as session:
        return service.list_groups(session, actor)


def test_a_group_is_made_filled_renamed_and_ended() -> None:
    with writing() as session:
        desk, people = add_world(session)
        id_ = service.save_group(session, desk, form("The Smiths"))
        for person in (*people, people[0]):
            service.add_member(session, desk, id_, person)
        service.remove_member(session, desk, id_, people[1])
    [smiths] = groups(desk)
    assert [one.name for one in smiths.members] == ["Rosa Marlow", "Tara Marlow"]
    with writing() as session:
        service.save_group(session, desk, form("The Smith-Marlows", id_))
    assert groups(desk)[0].name == "The Smith-Marlows"
    with reading() as session:
        assert service.read_group(session, desk, id_).id == id_
    with writing() as session:
        service.end_group(session, desk, id_)
        with pytest.raises(NotFound):
            service.read_group(session, desk, id_)
    assert groups(desk) == ()


def test_being_on_a_list_opens_nothing() -> None:
    with writing() as session:
        desk, people = add_world(session)
        rosa = builders.add_account(session, people[0])
        before = rights(session, rosa, people)
        id_ = service.save_group(session, desk, form("The Smiths"))
        for person in people:
            service.add_member(session, desk, id_, person)
    with reading() as session:
        assert rights(session, rosa, people) == before


def rights(session: Session, actor: Actor, people: list[PatientId]) -> list[object]:
    """Return everything that somebody may do to these people, and whom they reach."""
    each: list[object] = [
        (action, one) for action in Action for one in people if can(session, actor, action, one)
    ]
    return each + [sorted(session.scalars(visible(actor, action)).all()) for action in Action]


def test_a_form_sent_twice_makes_one_group() -> None:
    with writing() as session:
        desk, _people = add_world(session)
        same = form("The Smiths")
        service.save_group(session, desk, same)
        service.save_group(session, desk, same)
    assert len(groups(desk)) == 1


def test_twelve_people_are_the_most() -> None:
    with writing() as session:
        desk, _people = add_world(session)
        id_ = service.save_group(session, desk, form("The Smiths"))
        for number in range(12):
            person = builders.add_patient(session, f"Kid {number}")
            service.add_member(session, desk, id_, person)
        with pytest.raises(Invalid, match="at most 12"):
            service.add_member(session, desk, id_, builders.add_patient(session))


def test_a_profile_that_was_joined_comes_as_the_one_it_is_part_of() -> None:
    with writing() as session:
        desk, (rosa, theo, tara) = add_world(session)
        id_ = service.save_group(session, desk, form("The Smiths"))
        service.add_member(session, desk, id_, theo)
        session.get_one(Patient, theo).joined_into_id = rosa
        session.get_one(Patient, tara).joined_into_id = rosa
        session.flush()
        with pytest.raises(Invalid, match="part of another"):
            service.add_member(session, desk, id_, tara)
    assert [one.id for one in groups(desk)[0].members] == [rosa]


def test_only_the_desk_keeps_groups() -> None:
    with writing() as session:
        desk, people = add_world(session)
        id_ = service.save_group(session, desk, form("The Smiths"))
        sees = builders.add_practitioner(session)
        others = [
            builders.add_staff_account(
                session, builders.add_staff(session, StaffRole.PRACTITIONER, sees)
            ),
            builders.add_account(session, people[0]),
        ]
        for actor in others:
            for refused in (
                lambda: service.list_groups(session, actor),  # noqa: B023
                lambda: service.read_group(session, actor, id_),  # noqa: B023
                lambda: service.save_group(session, actor, form("Mine")),  # noqa: B023
                lambda: service.add_member(session, actor, id_, people[0]),  # noqa: B023
                lambda: service.remove_member(session, actor, id_, people[0]),  # noqa: B023
                lambda: service.end_group(session, actor, id_),  # noqa: B023
            ):
                with pytest.raises(NotAllowed):
                    refused()
