"""What no page of ours ever sends: every argument of every handler, in every wrong shape."""

import copy
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest

from tests.security.browser import Answer, assert_calm, pretty
from tests.security.conftest import Open
from tests.security.doors import DOORS, FAMILY, Payload
from tests.security.world import MARKER, PHONE, World, changed, dump

DEEP: list[Any] = []
for _level in range(200):
    DEEP = [DEEP]

HOSTILE: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1.5,
    float("nan"),
    float("inf"),
    10**30,
    "",
    " ",
    "x" * 60_000,
    "é" * 101,
    "../../etc/passwd",
    "%00",
    "\x00",
    "a\x00b",
    "\ud800",
    "\u202enoitcerid\u202c",
    "𝒵𝓎\u0301\u200d",
    "'; DROP TABLE patient; --",
    "{{7*7}}${7*7}<script>alert(1)</script>",
    "a@b\r\nBcc: c@d",
    [],
    ["x"] * 10_000,
    [[]],
    {},
    {"a": {"b": {"c": []}}},
    {"__class__": "Actor", "patient_id": "x"},
    DEEP,
)
# With the slower way of running, those that a database or Redis could take differently.
TELLING: tuple[Any, ...] = (10**30, "a\x00b", "\ud800", "x" * 60_000, {"a": DEEP})
QUERY_VALUES = (
    "",
    "\x00",
    "a\x00b",
    "-1",
    "9" * 30,
    "x" * 5_000,
    "٣",
    "../..",
    "\ud800",
    "' OR 1=1",
)
EXTRA = ("actor", "state", "session", "_session_id", "kwargs", "__class__", "\ud800", "")


def shapes(payload: Payload, values: tuple[Any, ...], depth: int) -> Iterator[tuple[str, Payload]]:
    """Yield the payload with one thing wrong in it, and a word for it."""
    for key in EXTRA:
        yield f"extra {key!r}", {**payload, key: {"patient_id": "x"}}
    for path in _paths(payload):
        if len(path) > depth:
            continue
        yield f"without {path}", _with(payload, path, ...)
        for value in values:
            yield f"{path} = {pretty(value)}", _with(payload, path, value)
        if isinstance(_at(payload, path), dict):
            yield f"extra in {path}", _with(payload, (*path, "actor"), "x")
            yield f"strange name in {path}", _with(payload, (*path, "\ud800\x00"), "x")


async def test_nothing_that_a_browser_can_send_breaks_a_handler(
    way: str, world: World, browsers: Open, caplog: pytest.LogCaptureFixture
) -> None:
    values = HOSTILE if way == "embedded" else TELLING
    for door in DOORS:
        tab = browsers(world.stranger_cookie)
        await tab.hydrate()
        page = door.page(world, world.at_own)
        # The block of a new member is the same in three forms.
        depth = 9 if door.state == FAMILY else 2
        for what, payload in shapes(door.payload(world, world.at_own), values, depth):
            answer = await tab.send(door.name, page, payload)
            assert_calm(answer, caplog, f"{door.name}: {what}")
            assert not answer.has(MARKER, PHONE), f"{door.name}: {what}"
            assert not answer.sent_to_login, f"{door.name} was not even asked: {what}"


async def test_a_query_that_no_page_of_ours_has_breaks_no_page(
    world: World, browsers: Open, caplog: pytest.LogCaptureFixture
) -> None:
    tab = browsers(world.stranger_cookie)
    await tab.hydrate()
    for door in (door for door in DOORS if door.handler.startswith("load")):
        path, _, query = door.page(world, world.at_own).partition("?")
        given = dict(parse_qsl(query))
        for name in given or ("said", "token", "next"):
            for value in QUERY_VALUES:
                forged = urlencode({**given, name: value}, errors="surrogatepass")
                answer = await tab.send(door.name, f"{path}?{forged}")
                assert_calm(answer, caplog, f"{door.name}?{name}={value[:20]!r}")
                assert not answer.has(MARKER, PHONE)


@pytest.mark.parametrize(
    "path", ["//evil.example", "https://evil.example", "\x00", "/%ED%A0%80", ""]
)
async def test_an_address_that_no_page_has_breaks_nothing_and_leads_nowhere_else(
    path: str, world: World, browsers: Open, caplog: pytest.LogCaptureFixture
) -> None:
    for cookie in ("", world.stranger_cookie):
        tab = browsers(cookie)
        for answer in [await tab.hydrate(path), *[await one(tab, path) for one in _CALLS]]:
            assert_calm(answer, caplog, path)
            assert not [to for to in answer.goes_to if not to.startswith("/") or to[:2] == "//"]


async def test_arguments_beside_the_known_ones_change_nothing(world: World, browsers: Open) -> None:
    """Not even where they say what the guard itself would say."""
    actor = {"patient_id": world.victim.me, "account_id": world.victim.account_id}
    tab = browsers(world.stranger_cookie)
    await tab.hydrate()
    before = dump()
    for door in DOORS:
        if not door.payload(world, world.at_own):
            continue
        payload = {**door.payload(world, world.at_own), "actor": actor}
        answer = await tab.send(door.name, door.page(world, world.at_own), payload)
        assert not answer.has(MARKER, PHONE)
    assert changed(before) == []


async def _load_shell(tab: Any, path: str) -> Answer:
    return await tab.send(DOORS[0].name, path)


async def _load_family(tab: Any, path: str) -> Answer:
    door = next(door for door in DOORS if door.state.endswith("Family"))
    return await tab.send(door.name, path)


_CALLS = (_load_shell, _load_family)

Path = tuple[str | int, ...]


def _paths(value: Any, path: Path = ()) -> Iterator[Path]:
    """Yield the way to everything inside of a payload."""
    if isinstance(value, dict):
        below = list(value.items())
    else:
        below = list(enumerate(value)) if isinstance(value, list) else []
    for key, one in below:
        yield (*path, key)
        yield from _paths(one, (*path, key))


def _at(payload: Payload, path: Path) -> Any:
    value: Any = payload
    for key in path:
        value = value[key]
    return value


def _with(payload: Payload, path: Path, value: Any) -> Payload:
    """Return a copy with one place changed, or (``...``) taken out."""
    new = copy.deepcopy(payload)
    inside = _at(new, path[:-1])
    if value is ...:
        del inside[path[-1]]
    else:
        inside[path[-1]] = value
    return new
