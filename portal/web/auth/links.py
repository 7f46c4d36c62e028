"""Links from mails that need no password."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from portal import db, routes
from portal.account.new_email import use_new_email
from portal.account.not_me import detach
from portal.clinic import read_typed
from portal.login.forms import Confirm
from portal.web.door import door, go, signed_in


@door("link")
async def post_not_me(request: Request, data: dict[str, Any]) -> Response:
    """Take an address off a profile that somebody else made with it."""
    form = await read_typed(Confirm, data)
    await db.write(detach, form.token)
    return go(routes.with_query(routes.NOT_ME, said="done"))


@door("link")
async def post_new_email(request: Request, data: dict[str, Any]) -> Response:
    """Change the address of an account through the link sent to the new one."""
    form = await read_typed(Confirm, data)
    live = await signed_in(request)
    await db.write(use_new_email, live.actor if live else None, form.token)
    return go(routes.with_query(routes.NEW_EMAIL, said="done"))
