"""The least that the same machine needs: a bare JSON route, websocket echo and insert transaction.

`app` is served the way the portal is; the rest measures.
"""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import aiohttp
from sqlalchemy import insert
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from portal import clock, db
from portal.account.fresh import require_fresh
from portal.account.sessions import find_session
from portal.config import ROOT
from portal.db import reading
from portal.ids import new_id
from portal.models import Lockout
from tests.bench.ground import Ground
from tests.bench.timing import median_seconds, percentile
from tests.servers.processes import free_port, listens, stop, wait_for

CLIENTS = 8
SECONDS = 2.0
ECHOES = 2000
QUERIES = 500


async def _json(_request: Request) -> JSONResponse:
    return JSONResponse({"ok": True})


async def _echo(socket: WebSocket) -> None:
    await socket.accept()
    async for text in socket.iter_text():
        await socket.send_text(text)


app = Starlette(routes=[Route("/json", _json), WebSocketRoute("/echo", _echo)])


@contextmanager
def served_floor(ground: Ground) -> Iterator[str]:
    """Serve `app`; give its address."""
    port, log = free_port(), ground.folder / "floor.log"
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "--port", str(port)]
    with log.open("w") as output:
        server = subprocess.Popen(
            [*command, "--log-level", "warning", "tests.bench.floors:app"],
            cwd=ROOT,
            env=os.environ,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        wait_for(lambda: listens(port), server, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        stop(server)


async def json_per_s(url: str) -> float:
    """Return how many JSON answers a second come back to `CLIENTS` clients."""
    until, count = time.perf_counter() + SECONDS, 0

    async def client(session: aiohttp.ClientSession) -> None:
        nonlocal count
        while time.perf_counter() < until:
            async with session.get(f"{url}/json") as answer:
                await answer.json()
            count += 1

    async with aiohttp.ClientSession() as session:
        await asyncio.gather(*(client(session) for _client in range(CLIENTS)))
    return count / SECONDS


async def echo_ms(url: str, text: str) -> float:
    """Return the median round trip of one text, sent by one client."""
    took: list[float] = []
    async with aiohttp.ClientSession() as session, session.ws_connect(f"{url}/echo") as socket:
        for _echo_number in range(ECHOES):
            started = time.perf_counter()
            await socket.send_str(text)
            await socket.receive()
            took.append(time.perf_counter() - started)
    return percentile(took, 50) * 1000


def query_ms(cookie: str) -> float:
    """Return how long the one query of the event takes, in a transaction of its own."""
    with reading() as session:
        who = find_session(session, cookie)
    assert who

    def work() -> None:
        with reading() as session:
            require_fresh(session, who.actor)

    return median_seconds(work, QUERIES) * 1000


def inserts_per_s(writers: int) -> float:
    """Return how many bare transactions that insert one row the database commits a second.

    SQLite lets one writer in at a time, so one writer shows its best there.
    """
    engine = db.engine().execution_options(writes=True)
    until = time.perf_counter() + SECONDS

    def write(_writer: int) -> int:
        count = 0
        while time.perf_counter() < until:
            with engine.begin() as connection:
                row = {"key": new_id(), "failures": 1, "since": clock.now()}
                connection.execute(insert(Lockout), row)
            count += 1
        return count

    with ThreadPoolExecutor(writers) as pool:
        return sum(pool.map(write, range(writers))) / SECONDS
