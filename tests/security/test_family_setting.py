"""*Allow Patients to add related profiles* off: no way in, not even for who had the form open."""

from collections.abc import Callable, Iterator

import httpx
import pytest
from sqlalchemy import update
from sqlmodel import col

from portal import routes
from portal.db import writing
from portal.models import Clinic
from portal.permissions import Action
from tests.security.browser import assert_calm
from tests.security.conftest import Open
from tests.security.doors import DOORS
from tests.security.wire import inside
from tests.security.world import World, changed, dump
from tests.servers.portal import Portal

ADDING = [
    door for door in DOORS if door.action is Action.FAMILY_ADD and door.handler in {"go_on", "add"}
]
NOT_NOW = "cannot be added online at the moment"


def switch(on: bool) -> None:
    """Change the clinic's setting."""
    with writing() as session:
        session.execute(
            update(Clinic).where(col(Clinic.id) == "clinic").values(allow_related_profiles=on)
        )


async def test_every_way_to_add_is_refused_at_once(
    world: World, browsers: Open, caplog: pytest.LogCaptureFixture
) -> None:
    tab = browsers(world.stranger_cookie)
    await tab.hydrate()
    assert len(ADDING) == 3
    switch(False)
    before = dump()
    for door in ADDING:
        page = door.page(world, world.at_own)
        answer = await tab.send(door.name, page, door.payload(world, world.at_own))
        assert answer.has(NOT_NOW), door.name
        assert answer.goes_to == [], door.name
        assert_calm(answer, caplog, door.name)
    assert changed(before) == []
    switch(True)
    for door in ADDING:
        before = dump()
        page = door.page(world, world.at_own)
        await tab.send(door.name, page, door.payload(world, world.at_own))
        assert "patient" in changed(before), door.name


@pytest.mark.parametrize(
    ("handler", "leads_to"), [("signup", routes.BOOK), ("family", routes.ACCOUNT_FAMILY)]
)
async def test_the_pages_lead_away_and_the_frame_offers_nothing(
    handler: str, leads_to: str, world: World, browsers: Open
) -> None:
    state = {"signup": "FamilyStep.load", "family": "Family.load_add"}[handler]
    door = next(door for door in DOORS if f"{door.state.rsplit('.', 1)[1]}.{door.handler}" == state)
    tab = browsers(world.stranger_cookie)
    await tab.hydrate()
    assert (await tab.send(door.name)).goes_to == []
    switch(False)
    sent = await tab.send(door.name)
    assert sent.goes_to == [leads_to]
    assert sent.vars["portal___shell___state____shell"]["may_add_family"] is False


@pytest.fixture
def portal(serve: Callable[..., Portal]) -> Iterator[Portal]:
    """Serve the portal."""
    served = serve()
    with inside(served):
        yield served
    served.stop()


def test_sign_up_goes_straight_on_to_booking(portal: Portal) -> None:
    for on, leads_to in ((True, routes.SIGNUP_FAMILY), (False, routes.BOOK)):
        switch(on)
        answer = httpx.post(
            portal.url + routes.AUTH_SIGNUP,
            json={
                "first_name": "Sten",
                "last_name": "Strand",
                "email": "sten@family.example",
                "phone": "604 555 0140",
                "password": "wary otter lantern 9",
            },
            headers={"Origin": portal.url},
        )
        assert answer.json() == {"next": leads_to}
