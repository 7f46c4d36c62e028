"""A plain proxy before several web processes: ``python -m tests.servers.proxy PORT BACKEND...``.

Every connection goes to the next backend in turn, and each carries one request or one websocket, so
that a page, its files and its socket come from different processes. A backend that refuses is
skipped, and one that dies before it answered a question is asked no more: the next one is.
"""

import asyncio
import re
import sys
from collections import deque
from contextlib import suppress

HEAD_END = b"\r\n\r\n"
LARGEST_HEAD = 64 * 1024
CHUNK = 64 * 1024
NO_BACKEND = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Proxy:
    """Passes connections on to backends on ports of 127.0.0.1."""

    def __init__(self, backends: list[int]) -> None:
        """Begin with the first backend."""
        self._backends = deque(backends)

    async def serve(self, port: int) -> None:
        """Accept connections until the process ends."""
        server = await asyncio.start_server(self._handle, "127.0.0.1", port, limit=LARGEST_HEAD)
        async with server:
            await server.serve_forever()

    async def _handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # Whichever side goes away first, the other one is hung up on.
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            head = await reader.readuntil(HEAD_END)
            head = forwarded(head, writer.get_extra_info("peername")[0])
            await self._pass_on(head, reader, writer)
        writer.close()

    async def _pass_on(
        self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Send one request to the next backend that takes it, and everything after both ways."""
        self._backends.rotate(-1)
        for port in tuple(self._backends):
            try:
                backend = await asyncio.open_connection("127.0.0.1", port)
            except ConnectionRefusedError:
                continue
            backend[1].write(head)
            answered = await _exchange((reader, writer), backend)
            backend[1].close()
            if answered or not head.startswith(b"GET "):
                return
        writer.write(NO_BACKEND)


async def _exchange(
    browser: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    backend: tuple[asyncio.StreamReader, asyncio.StreamWriter],
) -> bool:
    """Pass everything both ways until one side is done; tell whether the backend answered."""
    up = asyncio.create_task(_pump(browser[0], backend[1]))
    down = asyncio.create_task(_pump(backend[0], browser[1]))
    await asyncio.wait({up, down}, return_when=asyncio.FIRST_COMPLETED)
    gone = up.done()
    for one in (up, down):
        one.cancel()
    return gone or down.result()


async def _pump(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> bool:
    """Pass on what comes until the end; tell whether anything came."""
    any_came = False
    with suppress(OSError):
        while data := await source.read(CHUNK):
            any_came = True
            target.write(data)
            await target.drain()
    return any_came


def forwarded(head: bytes, address: str) -> bytes:
    """Return the head of a request with the visitor's address, and for one request only."""
    lines = head.removesuffix(HEAD_END).split(b"\r\n")
    if not re.search(rb"(?im)^upgrade: *websocket", head):
        kept = (b"connection:", b"keep-alive:")
        lines = [line for line in lines if not line.lower().startswith(kept)]
        lines.append(b"Connection: close")
    lines.append(f"X-Forwarded-For: {address}".encode())
    return b"\r\n".join(lines) + HEAD_END


if __name__ == "__main__":
    asyncio.run(Proxy([int(port) for port in sys.argv[2:]]).serve(int(sys.argv[1])))
