"""Every door is in the table of `doors.py`, and everything in the table is a door."""

import pytest
import reflex as rx
from reflex_base.registry import RegistrationContext

from portal import portal
from portal.shell.guard import FRAMEWORK, MARK, guarded
from tests.security.doors import DOORS, FRAMEWORK_ROUTES, ROOT, ROUTES
from tests.security.staff_doors import STAFF_DOORS

BY_NAME = {door.name: door for door in (*DOORS, *STAFF_DOORS)}
# Reflex gives one to every state; the guard refuses it like everything without a mark.
SETTER = "setvar"


def registered() -> dict[str, str]:
    """Return every handler that a browser can name, with the guard's mark or nothing."""
    handlers = RegistrationContext.get().event_handlers
    return {name: getattr(one.handler.fn, MARK, "") for name, one in handlers.items()}


def ours() -> dict[str, str]:
    """Return those of them that are the portal's own."""
    return {
        name: mark
        for name, mark in registered().items()
        if ".portal___" in name and name.rsplit(".", 1)[1] != SETTER
    }


def test_every_handler_is_in_the_table_and_every_line_of_it_is_a_handler() -> None:
    assert set(ours()) == set(BY_NAME)


def test_every_handler_is_as_open_as_the_table_says() -> None:
    assert ours() == {name: door.mark for name, door in BY_NAME.items()}


def test_no_handler_is_without_a_mark() -> None:
    assert unmarked() == set()


def test_the_walk_over_handlers_finds_one_that_somebody_forgot_to_mark() -> None:
    with RegistrationContext.get().fork():

        class Planted(rx.State):
            """A state with one door and one hole."""

            @guarded
            def door(self) -> None:
                """Do nothing."""

            def hole(self) -> None:
                """Do nothing."""

        name = Planted.get_full_name()
        assert unmarked(f"{name}.") == {f"{name}.hole"}
    assert unmarked(f"{name}.") == set()


def unmarked(where: str = ".portal___") -> set[str]:
    """Return the handlers that a browser can name and the guard does not know."""
    return {
        name
        for name, mark in registered().items()
        if where in name and not mark and name.rsplit(".", 1)[1] != SETTER
    }


def test_the_names_of_the_framework_are_those_that_reflex_has() -> None:
    assert set(registered()) >= FRAMEWORK


def test_of_reflex_own_handlers_the_guard_lets_through_no_other_than_these() -> None:
    ends = {name.removeprefix(f"{ROOT}.").rsplit(".", 1)[-1] for name in FRAMEWORK}
    assert ends == {
        "hydrate_and_load",
        "on_load_internal",
        "set_is_hydrated",
        "update_vars_internal",
        "handle_frontend_exception",
    }


def test_no_var_can_be_set_by_browser_storage() -> None:
    """`update_vars_internal` sets those, whatever a browser sends."""
    states = [rx.State, *_below(rx.State)]
    stored = [
        f"{state.__name__}.{name}"
        for state in states
        for name in state.vars
        if state._is_client_storage(name)
    ]
    assert stored == []


def _below(state: type[rx.State]) -> list[type[rx.State]]:
    found: list[type[rx.State]] = []
    for one in state.get_substates():
        found += [one, *_below(one)]  # pyright: ignore[reportArgumentType]
    return found


def test_every_plain_route_is_in_the_table() -> None:
    found = {
        (route.path, frozenset(route.methods or ()))  # pyright: ignore[reportAttributeAccessIssue]
        for route in portal.http.routes
        if route.path  # pyright: ignore[reportAttributeAccessIssue]
    }
    assert found == {(route.path, route.methods) for route in ROUTES}


def test_reflex_adds_no_routes_but_these() -> None:
    assert portal.app._api is not None
    paths = {getattr(route, "path", "") for route in portal.app._api.routes}
    assert paths - {""} <= FRAMEWORK_ROUTES


@pytest.mark.parametrize("door", BY_NAME.values(), ids=lambda door: f"{door.state}.{door.handler}")
def test_no_handler_takes_an_actor_from_the_browser(door: object) -> None:
    name = getattr(door, "name")  # noqa: B009  the fixture's type is what the table holds
    handler = RegistrationContext.get().event_handlers[name].handler
    assert "actor" not in handler.fn.__annotations__
