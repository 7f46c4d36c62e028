"""A websocket and plain HTTP by hand, to send a served portal what no browser of ours would."""

import json
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import Any
from uuid import uuid4

import aiohttp
import pytest

from portal import config, db
from portal.shell.guard import HYDRATE
from tests.servers.portal import Portal

NAMESPACE = "/_event"
EVENT = f"42{NAMESPACE},"
QUIET = 0.4  # seconds without an answer after which none is expected any more
SOON = 10.0


class Closed(Exception):
    """The portal closed the connection or would not open it."""


class Wire:
    """One open websocket."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """Take a connected socket."""
        self._socket = socket
        self.seen: list[dict[str, Any]] = []

    async def send(
        self,
        name: Any,
        page: str = "/nowhere",
        payload: Any = None,
        **router_data: Any,
    ) -> None:
        """Send one event; ``router_data`` forges what the page usually says about itself."""
        about = {"pathname": page.split("?")[0], "asPath": page, **router_data}
        event = {"name": name, "payload": payload or {}, "router_data": about}
        await self.send_text(EVENT + json.dumps(["event", event]))

    async def send_text(self, text: str) -> None:
        """Send one frame as it is."""
        try:
            await self._socket.send_str(text)
        except (ConnectionError, aiohttp.ClientError) as error:
            raise Closed from error

    async def receive(self, within: float) -> dict[str, Any] | None:
        """Return the next update, or ``None`` if none comes in time.

        Raises:
            Closed: the portal closed the connection.
        """
        until = time.monotonic() + within
        while (left := until - time.monotonic()) > 0:
            try:
                message = await self._socket.receive(left)
            except TimeoutError:
                return None
            if message.type is not aiohttp.WSMsgType.TEXT:
                raise Closed
            if message.data == "2":
                await self._socket.send_str("3")
            elif message.data.startswith(EVENT):
                name, update = json.loads(message.data.removeprefix(EVENT))
                if name == "event":
                    self.seen.append(update)
                    return update
        return None

    async def until(self, word: str, within: float = SOON) -> dict[str, Any]:
        """Wait for an update that has a word in it.

        Raises:
            AssertionError: none came.
        """
        end = time.monotonic() + within
        while (left := end - time.monotonic()) > 0:
            update = await self.receive(left)
            if update is not None and word in json.dumps(update, ensure_ascii=False):
                return update
        raise AssertionError(f"nothing with {word!r} came within {within} s")

    async def rest(self) -> str:
        """Return as text all that comes until nothing more does."""
        found: list[str] = []
        while update := await self.receive(QUIET):
            found.append(json.dumps(update, ensure_ascii=False))
        return "\n".join(found)

    async def call(self, name: Any, *args: Any, **kwargs: Any) -> str:
        """Send one event and return as text all that comes back."""
        await self.send(name, *args, **kwargs)
        return await self.rest()

    async def closed(self, within: float = SOON) -> bool:
        """Tell whether the portal closes the connection in time."""
        try:
            while await self.receive(within):
                continue
        except Closed:
            return True
        return False


@asynccontextmanager
async def connect(
    portal: Portal,
    cookie: str = "",
    *,
    token: str | None = None,
    page: str = "/nowhere",
    boot: bool = True,
    headers: Mapping[str, str] | None = None,
) -> AsyncIterator[Wire]:
    """Open a tab.

    Raises:
        Closed: the portal refuses.
    """
    sent = {"Origin": portal.url, **(headers or {})}
    if cookie:
        sent["Cookie"] = f"kindred={cookie}"
    query = f"EIO=4&transport=websocket&token={token or uuid4()}"
    async with aiohttp.ClientSession() as session:
        try:
            socket = await session.ws_connect(
                f"{portal.url}{NAMESPACE}/?{query}", headers=sent, max_msg_size=0
            )
        except (aiohttp.ClientError, ConnectionError) as error:
            raise Closed from error
        async with socket:
            wire = Wire(socket)
            await socket.receive(SOON)
            event = {
                "name": HYDRATE,
                "payload": {},
                "router_data": {"pathname": page.split("?")[0], "asPath": page},
            }
            auth = "," + json.dumps({"event": event}) if boot else ","
            await wire.send_text(f"40{NAMESPACE}{auth}")
            await socket.receive(SOON)
            if boot:
                await wire.until('"is_hydrated_rx_state_": true')
            yield wire


@contextmanager
def inside(portal: Portal) -> Iterator[None]:
    """Let the portal's own modules work in this process as they do in the served one."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("DATABASE_URL", "PORTAL_SECRET_KEY", "PORTAL_ORIGIN", "PORT"):
            patch.setenv(name, portal.env[name])
        _forget()
        yield
        _forget()


def _forget() -> None:
    if db.engine.cache_info().currsize:
        db.engine().dispose()
    db.engine.cache_clear()
    config.settings.cache_clear()
