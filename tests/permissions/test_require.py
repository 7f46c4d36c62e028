"""A refusal says no more than the person may know."""

import pytest

from portal.errors import NotAllowed, NotFound
from portal.models import Visit
from portal.permissions import Action, Actor, Permission, StaffRole, require, require_row
from tests.permissions.world import World


def _refusal(world: World, actor: Actor, action: Action, subject_id: str) -> Exception:
    with pytest.raises((NotFound, NotAllowed)) as caught:
        require(world.session, actor, action, subject_id)
    return caught.value


def test_a_stranger_and_nobody_at_all_look_the_same(world: World) -> None:
    me, stranger = world.person(), world.person()
    for action in Action:
        there = _refusal(world, me, action, stranger.me)
        nowhere = _refusal(world, me, action, "nobody")
        assert (type(there), str(there)) == (type(nowhere), str(nowhere))
        assert type(there) is NotFound


def test_a_relative_learns_that_they_may_not(world: World) -> None:
    me, relative = world.person(), world.person()
    world.relate(me.me, relative.me)
    assert type(_refusal(world, me, Action.VISIT_BOOK, relative.me)) is NotAllowed


def test_an_ex_relative_is_a_stranger_again(world: World) -> None:
    me, relative = world.person(), world.person()
    world.end(world.relate(me.me, relative.me))
    assert type(_refusal(world, me, Action.VISIT_BOOK, relative.me)) is NotFound


def test_who_may_gets_the_id_back(world: World) -> None:
    me = world.person()
    assert require(world.session, me, Action.VISIT_BOOK, me.me) == me.me


def test_a_row_is_opened_only_for_its_own_patient(world: World) -> None:
    booker, relative, owner = world.person(), world.person(), world.person()
    for holder in (booker, relative):
        inside = world.relate(owner.me, holder.me)
        if holder is booker:
            world.give(owner.me, booker.me, Permission.BOOK, inside=inside)
    visit_id = world.visit(owner.me, world.staff(StaffRole.PRACTITIONER))
    for actor in (booker, owner):
        row = require_row(world.session, actor, Action.VISIT_CANCEL, Visit, visit_id)
        assert row.id == visit_id
    for actor, id_ in ((relative, visit_id), (world.person(), visit_id), (owner, "nothing")):
        with pytest.raises(NotFound):
            require_row(world.session, actor, Action.VISIT_CANCEL, Visit, id_)
