"""The browser's end of the connection, ``assets/kit/socket.js``, and a Socket.IO server."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import socketio
from aiohttp import WSMsgType, web
from socketio.exceptions import ConnectionRefusedError as Refused

from portal.config import ROOT
from scripts.tools import node_wheel

SPACE = "/_event"
HANDSHAKE = {"sid": "x", "upgrades": [], "pingInterval": 100, "pingTimeout": 100, "maxPayload": 9}

# Node has browsers' WebSocket, and no window that tells of a lost network.
BROWSER = f"""
import io from "{ROOT}/assets/kit/socket.js";
const window = new EventTarget();
globalThis.addEventListener = window.addEventListener.bind(window);
globalThis.removeEventListener = window.removeEventListener.bind(window);
const said = [];
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const soon = async (what) => {{ for (let i = 0; i < 200 && !what(); i++) await wait(20); }};
const heard = (name) => soon(() => said.some((one) => one[0] === name));
const make = (port, host = "127.0.0.1") => {{
  const socket = io(`ws://${{host}}:${{port}}{SPACE}`, {{
    path: "{SPACE}", transports: ["websocket"], query: {{ token: "t" }},
  }});
  for (const name of ["connect", "connect_error", "disconnect", "event"])
    socket.on(name, (value) => said.push([name, value?.message ?? value]));
  return socket;
}};
"""


class Server:
    """A Socket.IO server that notes what it hears."""

    def __init__(self) -> None:
        """Answer every event, ping every second, refuse whoever is nobody."""
        self.heard: list[Any] = []
        self.io = socketio.AsyncServer(async_mode="aiohttp", ping_interval=1, ping_timeout=0.5)
        self.io.on("connect", self._connect, namespace=SPACE)
        self.io.on("event", self._event, namespace=SPACE)
        self.io.on("disconnect", self._disconnect, namespace=SPACE)

    async def _connect(self, _sid: str, environ: dict[str, Any], auth: Any) -> None:
        self.heard.append(["connect", environ["QUERY_STRING"], auth])
        if auth == "nobody":
            raise Refused("not you")

    async def _event(self, sid: str, value: Any) -> None:
        self.heard.append(["event", value])
        if value == "leave":
            await self.io.disconnect(sid, namespace=SPACE)
        else:
            await self.io.emit("event", {"echo": value}, to=sid, namespace=SPACE)

    async def _disconnect(self, _sid: str, _reason: str) -> None:
        self.heard.append(["disconnect"])


@asynccontextmanager
async def listening(app: web.Application) -> AsyncIterator[int]:
    """Serve an application on a free port of this machine; give the port."""
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


async def in_browser(code: str) -> list[Any]:
    """Run a script and return what its socket said."""
    ended = f"{BROWSER}{code}\nconsole.log(JSON.stringify(said)); process.exit();"
    process = await asyncio.create_subprocess_exec(
        *(node_wheel() / "bin/node", "--input-type=module", "--eval", ended),
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await asyncio.wait_for(process.communicate(), 20)
    return json.loads(output)


async def with_server(code: str) -> tuple[list[Any], list[Any]]:
    """Run a script, with the server at ``port``; return what its socket and the server heard."""
    server, app = Server(), web.Application()
    server.io.attach(app, socketio_path=SPACE)
    async with listening(app) as port:
        said = await in_browser(f"const port = {port};{code}")
        await asyncio.sleep(0.1)
    return said, server.heard


async def test_it_connects_with_what_the_page_gives_and_keeps_what_was_sent_before():
    said, heard = await with_server("""
        const socket = make(port);
        socket.auth = { event: "é" };
        socket.io.encoder.replacer = (key, value) => value === undefined ? null : value;
        socket.connect();
        socket.emit("event", { a: 1, b: undefined });
        await heard("event");
    """)
    assert said == [["connect", None], ["event", {"echo": {"a": 1, "b": None}}]]
    assert heard[0] == ["connect", "token=t&EIO=4&transport=websocket", {"event": "é"}]


async def test_a_connection_made_in_advance_is_used():
    said, heard = await with_server("""
        const socket = make(port);
        let opened = 0;
        socket.io.open((error) => { opened += error ? 100 : 1; });
        await soon(() => opened);
        const line = socket.io.wire;
        said.push(["opened", opened, socket.connected, socket.io.engine._maxPayload]);
        socket.connect();
        await heard("connect");
        said.push(["same", line === socket.io.wire]);
    """)
    assert said == [["opened", 1, False, 1_000_000], ["connect", None], ["same", True]]
    assert [one[0] for one in heard].count("connect") == 1


async def test_pings_keep_it_open():
    said, _ = await with_server("""
        const socket = make(port);
        socket.connect();
        await wait(2600);
        socket.emit("event", "still here");
        await heard("event");
    """)
    assert said == [["connect", None], ["event", {"echo": "still here"}]]


async def test_leaving_and_coming_back():
    said, heard = await with_server("""
        const socket = make(port);
        socket.connect();
        await heard("connect");
        socket.disconnect();
        socket.disconnect();
        socket.io.opts.query = { token: "u" };
        socket.connect();
        await soon(() => said.length === 3);
    """)
    assert said == [["connect", None], ["disconnect", "io client disconnect"], ["connect", None]]
    assert heard[1] == ["disconnect"]
    assert heard[2][1].startswith("token=u&")


async def test_the_server_ends_it():
    said, _ = await with_server("""
        const socket = make(port);
        socket.connect();
        socket.emit("event", "leave");
        await heard("disconnect");
        await wait(100);
    """)
    assert said == [["connect", None], ["disconnect", "io server disconnect"]]


async def test_the_server_refuses():
    said, _ = await with_server("""
        const socket = make(port);
        socket.auth = "nobody";
        socket.connect();
        await heard("connect_error");
        await wait(100);
        said.push(["open", Boolean(socket.io.wire)]);
    """)
    assert said == [["connect_error", "not you"], ["open", False]]


async def test_a_lost_network_ends_it_at_once_but_not_on_the_server_s_own_machine():
    said, _ = await with_server("""
        const [away, local] = [make(port), make(port, "localhost")];
        away.connect();
        local.connect();
        await soon(() => said.length === 2);
        window.dispatchEvent(new Event("offline"));
        said.push([away.connected, local.connected]);
    """)
    assert said[2:] == [["disconnect", "transport close"], [False, True]]


async def test_nobody_is_there():
    said = await in_browser("""
        const socket = make(1);
        let answer;
        socket.io.open((error) => { answer = error.message; });
        await soon(() => answer);
        said.push(["warm", answer]);
        socket.connect();
        await heard("connect_error");
        socket.disconnect();
    """)
    assert said == [["warm", "transport error"], ["connect_error", "transport error"]]


async def test_a_server_that_falls_silent_or_talks_nonsense_is_left():
    async def answer(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_str(f"0{json.dumps(HANDSHAKE)}")
        async for message in socket:
            assert message.type is WSMsgType.TEXT
            await socket.send_str(f'40{SPACE},{{"sid":"y"}}')
            if request.query["token"] == "mad":
                await socket.send_str(f"42{SPACE},[not json")
        return socket

    app = web.Application()
    app.router.add_get(f"{SPACE}/", answer)
    async with listening(app) as port:
        said = await in_browser(f"""
            const [silent, mad] = [make({port}), make({port})];
            mad.io.opts.query = {{ token: "mad" }};
            for (const socket of [mad, silent])
              socket.io.decoder.tryParse = (text) => {{
                try {{ return JSON.parse(text); }} catch {{ return false; }}
              }};
            mad.connect();
            await heard("disconnect");
            silent.connect();
            await soon(() => said.length === 4);
        """)
    assert [one[1] for one in said] == [None, "parse error", None, "ping timeout"]
