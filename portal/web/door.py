"""What every plain route that changes something goes through first."""

import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from portal import db
from portal.account.log_in import Caller
from portal.account.sessions import SignedIn, find_session
from portal.config import settings
from portal.errors import Invalid, PortalError, SignedOut, TooMany
from portal.web.cookie import cookie_name, device_cookie_name, step_cookie_name
from portal.web.limits import network_of, take
from portal.words import _

log = logging.getLogger("portal.web")

NO_STORE = {"cache-control": "no-store"}

Handler = Callable[[Request, dict[str, Any]], Awaitable[Response]]


class BadRequest(PortalError):
    """The request was not made by one of our pages."""

    def __init__(self) -> None:
        """Say what to do next."""
        super().__init__(_("Something was wrong with this request. Reload the page and try again."))


def door(limit: str) -> Callable[[Handler], Callable[[Request], Awaitable[Response]]]:
    """Wrap a handler with origin check, rate limit by address, and the answer to a refusal."""

    def wrap(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            try:
                check_origin(request)
                await take(limit, address_of(request))
                return await handler(request, await read_json(request))
            except PortalError as error:
                return refusal(error)
            except Exception:
                log.exception("route %s failed", handler.__name__)
                return failure()

        return answer

    return wrap


def check_origin(request: Request) -> None:
    """Refuse a request that another site made (Fetch Metadata; else the Origin header).

    Raises:
        BadRequest: it did not come from this portal.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        ok = site == "same-origin"
    else:
        ok = request.headers.get("origin") in settings().origins
    if not ok:
        raise BadRequest


async def read_json(request: Request) -> dict[str, Any]:
    """Return the JSON object in the body.

    Only JSON: a form on another site cannot send it without asking first (CORS preflight).

    Raises:
        BadRequest: it is not a JSON object.
    """
    if request.headers.get("content-type", "").split(";")[0].strip() != "application/json":
        raise BadRequest
    try:
        data = json.loads(await request.body())
    except (ValueError, RecursionError, ClientDisconnect):
        # No JSON, brackets without end, or more than the limit (see `portal.web.headers`).
        raise BadRequest from None
    if not isinstance(data, dict):
        raise BadRequest
    return data


async def signed_in(request: Request) -> SignedIn | None:
    """Return the live session behind the request's cookie."""
    token = request.cookies.get(cookie_name(), "")
    return await db.read(find_session, token) if token else None


async def must_be_signed_in(request: Request) -> SignedIn:
    """Return the live session behind the request's cookie.

    Raises:
        SignedOut: there is none.
    """
    live = await signed_in(request)
    if live is None:
        raise SignedOut
    return live


def caller(request: Request) -> Caller:
    """Return the browser at the door."""
    return Caller(
        address=address_of(request),
        user_agent=request.headers.get("user-agent", "")[:300],
        device=request.cookies.get(device_cookie_name(), ""),
    )


def step_of(request: Request) -> str:
    """Return the secret of what this browser has begun, or an empty text."""
    return request.cookies.get(step_cookie_name(), "")


def address_of(request: HTTPConnection) -> str:
    """Return the network address of the browser, past the proxies that are ours, to count it by."""
    hops = settings().proxies
    forwarded = [
        part.strip() for part in ",".join(request.headers.getlist("x-forwarded-for")).split(",")
    ]
    if hops and len(forwarded) >= hops and forwarded[-hops]:
        return network_of(forwarded[-hops])
    return network_of(request.client.host) if request.client else "unknown"


def go(path: str) -> JSONResponse:
    """Answer that it worked and where the browser goes next."""
    return JSONResponse({"next": path}, headers=NO_STORE)


def give(answer: dict[str, Any]) -> JSONResponse:
    """Answer with something to show, once: no browser keeps it."""
    return JSONResponse(answer, headers=NO_STORE)


def refusal(error: PortalError) -> JSONResponse:
    """Answer that it did not work and why, field by field."""
    if isinstance(error, Invalid):
        return JSONResponse({"errors": error.errors}, 422, NO_STORE)
    status = 429 if isinstance(error, TooMany) else 403
    return JSONResponse({"message": error.message}, status, NO_STORE)


def failure() -> JSONResponse:
    """Answer that it failed on our side, and nothing about why."""
    words = _("Something went wrong on our side. Please try again, or call the clinic.")
    return JSONResponse({"message": words}, 500, NO_STORE)


def see_other(path: str) -> Response:
    """Send a browser that posted a plain form to a page."""
    return RedirectResponse(path, 303, headers=NO_STORE)
