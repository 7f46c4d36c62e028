"""Security and cache headers on every answer, and the limits on what comes in."""

import json
import logging
from functools import cache
from typing import Any

from reflex.utils.prerequisites import get_web_dir
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portal import routes
from portal.config import settings
from portal.errors import TooMany
from portal.metrics import OPEN_PAGES, REQUESTS
from portal.web.door import address_of
from portal.web.limits import take

log = logging.getLogger("portal.web")

# No form of the portal is larger; the longest has twelve family members.
LARGEST_BODY = 64 * 1024
ASSETS = "/assets/"  # files named by their hash
FILES = (ASSETS, "/favicon.", "/manifest.webmanifest")
PROBES = frozenset({routes.HEALTH, routes.READY})
ADDRESSES = frozenset(
    value for name, value in vars(routes).items() if name.isupper() and isinstance(value, str)
)

HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=()",
}
# They count for documents alone, so files that pages load go without.
OF_DOCUMENTS = ("cross-origin-opener-policy", "permissions-policy")
# What a browser asks with whether a file has changed; one named by its hash never has.
OF_CHANGES = frozenset({b"etag", b"last-modified"})
# Two years, the least that browsers take into their built-in lists.
HSTS = "max-age=63072000; includeSubDomains"


class SecurityHeaders:
    """ASGI wrapper: headers, host check, body limit, and pages without a redirect to a slash."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap the application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request or pass it on."""
        if scope["type"] not in {"http", "websocket"}:
            return await self.app(scope, receive, send)
        headers = Headers(scope=scope)
        # Whoever watches over the process asks it by its address.
        known = scope["path"] in PROBES or _host(headers) in settings().hosts
        if scope["type"] == "websocket":
            # Socket.IO checks the Origin; a request by a foreign host name never gets that far.
            welcome = known and await _may_connect(scope)
            if not welcome:
                return await _refuse_socket(scope, receive, send)
            with OPEN_PAGES.track_inprogress():
                return await self.app(scope, receive, send)
        path = scope["path"]

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                REQUESTS.labels(route_of(path), message["status"]).inc()
                message = {
                    **message,
                    "headers": add_headers(message["headers"], path, message["status"]),
                }
            await send(message)

        length = headers.get("content-length", "0")
        if not known or not length.isdecimal() or int(length) > LARGEST_BODY:
            refusal = ("Too large", 413) if known else ("Unknown host", 421)
            return await PlainTextResponse(*refusal)(scope, receive, send_with_headers)
        page = f"{path.strip('/')}/index.html"
        if not path.endswith("/") and page in policies():
            # Static files would answer with a redirect to the same page with a slash.
            scope = {**scope, "path": f"{path}/", "raw_path": f"{path}/".encode()}
        return await self.app(scope, _bounded(receive), send_with_headers)


def route_of(path: str) -> str:
    """Return what a request is counted as: an address of ours, never what a browser made up."""
    if path.startswith(ASSETS):
        return ASSETS
    return path if path in ADDRESSES else "other"


def add_headers(
    headers: list[tuple[bytes, bytes]], path: str, status: int
) -> list[tuple[bytes, bytes]]:
    """Return the answer's headers with ours; what a route set itself stays."""
    there = {name.lower() for name, _value in headers}
    rule = cache_rule(path, status)
    ours = {**HEADERS, "content-security-policy": policy(path), "cache-control": rule}
    if path.startswith(ASSETS):
        headers = [header for header in headers if header[0].lower() not in OF_CHANGES]
        ours = {name: value for name, value in ours.items() if name not in OF_DOCUMENTS}
    if settings().tls:
        ours["strict-transport-security"] = HSTS
    return headers + [
        (name.encode(), value.encode())
        for name, value in ours.items()
        if name.encode() not in there
    ]


def cache_rule(path: str, status: int) -> str:
    """Return how long a browser may keep it: files named by their hash for ever.

    Not that one is missing: while versions change, another process may have it in a minute.
    """
    keep = path.startswith(ASSETS) and status in (200, 206, 304)
    return "public, max-age=31536000, immutable" if keep else "no-cache"


def policy(path: str) -> str:
    """Return the Content-Security-Policy of a page: its own inline scripts, by their hashes."""
    if path.startswith(FILES):
        # Files that pages load: a policy counts for them only where one is opened by itself.
        return "default-src 'none'; frame-ancestors 'none'"
    page = f"{path.strip('/')}/index.html".lstrip("/")
    known = policies()
    hashes = known.get(page) or known.get("404.html") or []
    return "; ".join(
        (
            "default-src 'none'",
            " ".join(("script-src 'self'", *(f"'{one}'" for one in hashes))),
            "style-src 'self'",
            "img-src 'self' data:",
            "font-src 'self'",
            "connect-src 'self'",
            "manifest-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


@cache
def policies() -> dict[str, list[str]]:
    """Return page -> hashes of its inline scripts, as the build wrote them."""
    file = get_web_dir() / "build" / "csp.json"
    return json.loads(file.read_text()) if file.exists() else {}


def _host(headers: Headers) -> str:
    return headers.get("host", "").rsplit(":", 1)[0]


def _bounded(receive: Receive) -> Receive:
    """Stop reading a body that turns out larger than it said, or never said."""
    seen = 0

    async def read() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        return {"type": "http.disconnect"} if seen > LARGEST_BODY else message

    return read


async def _may_connect(scope: Scope) -> bool:
    """Count a new page: each keeps a state in memory until long after it is closed."""
    try:
        await take("connect", address_of(HTTPConnection(scope)))
    except TooMany:
        log.warning("too many connections")
        return False
    return True


async def _refuse_socket(_scope: Scope, receive: Receive, send: Send) -> Any:
    await receive()
    await send({"type": "websocket.close", "code": 1008})
