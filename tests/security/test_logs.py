"""A log tells that something was refused or failed, and nothing of whom, by whom, or with what."""

import io
import logging
from collections.abc import Callable, Iterator

import httpx
import pytest
from pyotp.totp import TOTP

from portal import clock, routes
from portal.account.passwords import hash_password
from portal.db import writing
from portal.models import Account
from portal.shell.guard import FRAMEWORK
from portal.visits import service as visits
from portal.web.logs import Redact
from tests import builders
from tests.security.conftest import Open
from tests.security.doors import DOORS, FAMILY, ROUTES, VISITS
from tests.security.test_socket import door
from tests.security.wire import EVENT, Closed, connect, inside
from tests.security.world import MARKER, PHONE, World, make_world
from tests.servers.portal import Portal

SENT = "Qwertz"
"""In all that is sent: names, passwords, cookies, tokens, headers, addresses, bodies."""
BODIES = {route.path: route.body for route in ROUTES if route.body}


@pytest.fixture(scope="module")
def portal(serve: Callable[..., Portal]) -> Iterator[Portal]:
    """Serve the portal with its worker; the mail server it is told of does not exist."""
    served = serve(worker=True, SMTP_URL="smtp://127.0.0.1:9")
    with inside(served):
        yield served
    served.stop()


async def test_nothing_that_was_sent_or_stored_is_in_the_log(portal: Portal) -> None:
    world = make_world()
    about = {"Cookie": f"kindred={SENT}cookie", "User-Agent": f"{SENT}agent", "X-Extra": SENT}
    async with httpx.AsyncClient(base_url=portal.url) as client:
        for path in (route.path for route in ROUTES if route.body):
            for body in (f'{{"email":"{SENT}@family.example"', f'{{"{SENT}": "{SENT}"}}', SENT):
                headers = {**about, "Content-Type": "application/json", "Origin": portal.url}
                await client.post(f"{path}?{SENT}", content=body, headers=headers)
            fields = {name: SENT for name, value in BODIES[path].items() if value != ""}
            fields |= {"email": f"{SENT}@family.example"} if "email" in BODIES[path] else {}
            await client.post(path, json=fields, headers={**about, "Origin": portal.url})
        await client.get(f"/{SENT}?token={SENT}", headers=about)
        await client.get("/", headers={**about, "Host": f"{SENT}.example"})
        await client.get(f"/{SENT}%ff/%00?{SENT}", headers=about)
        await client.get(f"/_event/?EIO=4&transport=polling&token={SENT}", headers=about)
    for origin in (portal.url, f"https://{SENT}.example"):
        try:
            async with connect(
                portal, world.stranger_cookie, token=f"{SENT}token", headers={"Origin": origin}
            ) as wire:
                for name in (SENT, f"{DOORS[0].name}.{SENT}", *(one.name for one in DOORS)):
                    await wire.send(name, f"/{SENT}", {SENT: SENT, "data": {SENT: SENT}})
                    await wire.send(name, f"/{SENT}", [SENT])
                # Arguments of the wrong type: Reflex writes them into a warning.
                give_up = door(FAMILY, "give_up").name
                await wire.send(give_up, payload={"member_id": SENT, "permission": SENT})
                error = {"error_type": SENT, "message": SENT, "substate": SENT}
                await wire.send_text(f'{EVENT}["client_error",{error}]'.replace("'", '"'))
                for name in FRAMEWORK:
                    for payload in (
                        {"vars": {f"{SENT}.{SENT}": SENT}},
                        {"info": SENT, "component_stack": SENT},
                        {"value": SENT, SENT: SENT},
                    ):
                        await wire.send(name, payload=payload)
                for frame in (f'{EVENT}["event","{SENT}"]', f'{EVENT}["{SENT}",{{}}]', f"42{SENT}"):
                    await wire.send_text(frame)
                await wire.rest()
        except Closed:
            continue
    async with connect(portal, world.victim_cookie) as wire:
        for one in (door(FAMILY, "load"), door(VISITS, "load"), door(FAMILY, "remove")):
            await wire.call(one.name, payload=one.payload(world, world.at_victim))
        forged = {"visit_id": world.at_victim.visit_id, "all_of": ""}
        await wire.send(door(VISITS, "cancel").name, payload=forged)
        await wire.rest()
    log = portal.log()
    assert "refused" in log, "nothing was logged at all"
    secrets = (SENT, MARKER, PHONE, world.victim_cookie, world.stranger_cookie)
    told = [line for line in log.splitlines() if any(s.lower() in line.lower() for s in secrets)]
    assert told == [], log
    assert "Traceback" not in log


async def test_the_secrets_of_a_log_in_are_in_no_log(portal: Portal) -> None:
    """Password, cookies, the app's key, codes and recovery codes, of log-ins that go well."""
    world, password = make_world(), "quiet Harbour lantern 4"
    with writing() as session:
        account = session.get_one(Account, world.stranger.account_id)
        account.password_hash = hash_password(password)
    async with httpx.AsyncClient(base_url=portal.url, headers={"Origin": portal.url}) as client:
        login = {"email": world.stranger_email, "password": password}
        await client.post(routes.AUTH_LOGIN, json=login)
        shown = (await client.post(routes.AUTH_APP, json={})).json()
        app = TOTP(shown["key"].replace(" ", ""))
        answer = await client.post(routes.AUTH_APP_CONFIRM, json={"code": app.at(clock.now())})
        codes = answer.json()["codes"]
        for code in (codes[0], "abcde-fghjk", codes[1]):
            await client.post(routes.AUTH_LOGIN, json=login)
            half = client.cookies["kindred-step"]
            await client.post(routes.AUTH_CODE, json={"code": code})
        cookies = [half, client.cookies["kindred"], client.cookies["kindred-device"]]
        await client.post(routes.AUTH_PROVE, json={"password": password, "code": codes[2]})
        await client.post(routes.AUTH_PASSKEY, json={})
    log = portal.log()
    secrets = [password, app.secret, shown["key"], *codes, *cookies, world.stranger_email]
    assert [secret for secret in secrets if secret in log] == []
    assert "Traceback" not in log


async def test_the_health_of_the_portal_tells_no_more_than_that(portal: Portal) -> None:
    async with httpx.AsyncClient(base_url=portal.url) as client:
        assert (await client.get(routes.HEALTH)).json() == {"ok": True}
        assert (await client.get("/ping")).text == '"pong"'
        assert set((await client.get("/_health")).json()) <= {"status", "db", "redis"}


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Give what the portal's own log handler writes."""
    handlers = logging.getLogger().handlers
    ours = next(h for h in handlers if any(isinstance(f, Redact) for f in h.filters))
    assert isinstance(ours, logging.StreamHandler)
    before = ours.setStream(stream := io.StringIO())
    yield stream
    ours.setStream(before)


class Broken(Exception):
    """Something that nobody thought of."""


async def test_whatever_fails_inside_a_handler_is_a_calm_notice_and_a_line_without_its_text(
    world: World,
    browsers: Open,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    written: io.StringIO,
) -> None:
    def fail(*_args: object, **_kwargs: object) -> None:
        raise Broken(f"{SENT} of {world.victim.me}")

    monkeypatch.setattr(visits, "list_visits", fail)
    tab = browsers(world.stranger_cookie)
    await tab.hydrate()
    with caplog.at_level(logging.DEBUG):
        answer = await tab.send(door(VISITS, "load").name, routes.APPOINTMENTS)
    assert answer.has("Something went wrong on our side")
    assert not answer.has(SENT, "Broken", "Traceback", world.victim.me)
    log = written.getvalue()
    assert "Visits.load failed" in log
    assert "Broken at" in log
    assert SENT not in log
    assert world.victim.me not in log


async def test_a_failure_outside_of_a_handler_tells_nothing_either(
    world: World,
    browsers: Open,
    monkeypatch: pytest.MonkeyPatch,
    written: io.StringIO,
) -> None:
    def fail(*_args: object, **_kwargs: object) -> None:
        raise Broken(SENT)

    tab = browsers(world.stranger_cookie)
    await tab.hydrate()
    with writing() as session:
        builders.add_patient(session)
    monkeypatch.setattr("portal.shell.guard.find_session", fail)
    answer = await tab.send(door(VISITS, "load").name, routes.APPOINTMENTS)
    assert answer.vars == {}
    assert not answer.has(SENT, "Broken")
    log = written.getvalue()
    assert "Broken at" in log
    assert SENT not in log
