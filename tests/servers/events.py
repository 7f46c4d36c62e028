"""A browser's websocket without a browser: sends events as fast as the portal answers them.

It speaks Socket.IO over Engine.IO 4 by itself: a client library costs several times as much per
message, which a measurement with 200 clients would take for the portal's own time.
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import aiohttp

from portal.shell.guard import HYDRATE
from portal.web.cookie import cookie_name

NAMESPACE = "/_event"
# Engine.IO 4: a message is "4", a ping "2", its answer "3"; Socket.IO 5 inside of a message:
# "0" connects to a namespace, "2" is an event.
PING, PONG, CONNECTED, EVENT = "2", "3", f"40{NAMESPACE}", f"42{NAMESPACE},"
ROOT_STATE, HYDRATED = HYDRATE.rsplit(".", 1)[0], "is_hydrated_rx_state_"
ANSWERS_WITHIN = 30.0


def page_of(path: str) -> dict[str, Any]:
    """Return what a browser sends with each event of where it is."""
    return {"pathname": path.split("?")[0], "asPath": path}


class EventSocket:
    """One open tab."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, path: str) -> None:
        """Take a connected websocket; ``path`` is the page that the tab shows."""
        self._socket = socket
        self.page = page_of(path)

    async def send(self, name: str, **payload: Any) -> None:
        """Send one event by the full name of its handler."""
        event = {"name": name, "payload": payload, "router_data": self.page}
        await self._socket.send_str(EVENT + json.dumps(["event", event]))

    async def receive(self) -> dict[str, Any]:
        """Return the next update: the ``delta`` of the state, or the ``events`` that follow it.

        Raises:
            ConnectionError: the portal closed the connection.
            TimeoutError: nothing came.
        """
        while True:
            text = await _receive(self._socket)
            if text.startswith(EVENT):
                name, update = json.loads(text.removeprefix(EVENT))
                if name == "event":
                    return update

    async def call(self, name: str, **payload: Any) -> dict[str, Any]:
        """Send one event and return its delta; where the handler sends on, ``events`` come next."""
        await self.send(name, **payload)
        return await self.receive()


@asynccontextmanager
async def open_tab(
    session: aiohttp.ClientSession, url: str, path: str, cookie: str = ""
) -> AsyncIterator[EventSocket]:
    """Open a tab on the portal at ``url`` and wait until its page has loaded."""
    headers = {"Origin": url, "Cookie": f"{cookie_name()}={cookie}"}
    address = f"{url}{NAMESPACE}/?EIO=4&transport=websocket&token={uuid4()}"
    async with session.ws_connect(address, headers=headers, max_msg_size=0) as socket:
        tab = EventSocket(socket, path)
        await _receive(socket)
        boot = {"name": HYDRATE, "payload": {}, "router_data": tab.page}
        await socket.send_str(CONNECTED + "," + json.dumps({"event": boot}))
        while not _is_loaded(await tab.receive()):
            continue
        yield tab


def _is_loaded(update: dict[str, Any]) -> bool:
    """Tell whether this is the update after which a page is shown as loaded."""
    return update["delta"].get(ROOT_STATE, {}).get(HYDRATED) is True


async def _receive(socket: aiohttp.ClientWebSocketResponse) -> str:
    """Return the next message that is not one of Engine.IO's pings."""
    while True:
        message = await socket.receive(ANSWERS_WITHIN)
        if message.type is not aiohttp.WSMsgType.TEXT:
            raise ConnectionError(f"the portal sent {message.type.name}")
        if message.data != PING:
            return message.data
        await socket.send_str(PONG)
