"""Links from mails that change an address."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from portal import db, routes
from portal.account.links import Purpose
from portal.account.lockout import What, begin_try, succeeded
from portal.account.new_email import use_new_email
from portal.account.not_me import detach
from portal.account.passwords import verify_off_loop
from portal.account.service import about_link
from portal.account.sessions import SignedIn
from portal.clinic import read_typed
from portal.login.forms import Confirm
from portal.web.door import address_of, door, go, signed_in


@door("link")
async def post_not_me(request: Request, data: dict[str, Any]) -> Response:
    """Take an address off a profile that somebody else made with it."""
    form = await read_typed(Confirm, data)
    await db.write(detach, form.token)
    return go(routes.with_query(routes.NOT_ME, said="done"))


@door("link")
async def post_new_email(request: Request, data: dict[str, Any]) -> Response:
    """Change the address of an account: in a browser it is signed in, or with its password."""
    form = await read_typed(Confirm, data)
    live = await signed_in(request)
    ok = await _is_password(request, form, live)
    actor = live.actor if live else None
    await db.write(use_new_email, actor, form.token, password_ok=ok)
    return go(routes.with_query(routes.NEW_EMAIL, said="done"))


async def _is_password(request: Request, form: Confirm, live: SignedIn | None) -> bool:
    """Check the password beside the link where one was given; tries are counted before."""
    about = await db.read(about_link, Purpose.NEW_EMAIL, form.token)
    if about is None or not form.password or (live and live.account_id == about.account_id):
        return False
    this = await db.write(begin_try, What.LINK, about.account_id, address=address_of(request))
    ok = await verify_off_loop(form.password, about.password_hash)
    if ok:
        await db.write(succeeded, this)
    return ok
