"""Setting up the app that makes codes, and recovery codes; both are shown once, from here."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from portal import db, routes
from portal.account.set_up import (
    begin_app,
    confirm_app_signed_in,
    confirm_app_signing_in,
    fresh_codes,
    show_app,
)
from portal.clinic import read_typed
from portal.login.forms import SetUp
from portal.web.auth.admission import with_session
from portal.web.cookie import clear_step_cookie, set_step_cookie
from portal.web.door import caller, door, give, must_be_signed_in, step_of


@door("link")
async def post_app(request: Request, data: dict[str, Any]) -> Response:
    """Answer with the picture and the key of a new app.

    Half-way through a log-in it belongs to that log-in, else to the person signed in.
    """
    form = await read_typed(SetUp, data)
    if form.signing_in:
        app = await db.write(show_app, step_of(request))
        return give({"picture": app.picture, "key": app.key})
    actor = (await must_be_signed_in(request)).actor
    token, app = await db.write(begin_app, actor)
    response = give({"picture": app.picture, "key": app.key})
    set_step_cookie(response, token)
    return response


@door("login")
async def post_app_confirm(request: Request, data: dict[str, Any]) -> Response:
    """Turn the codes on with the first one, and answer with the recovery codes."""
    form = await read_typed(SetUp, data)
    if form.signing_in:
        codes, admitted = await db.write(
            confirm_app_signing_in, step_of(request), form.code, caller(request)
        )
        response = give({"codes": codes, "next": routes.return_to(form.next, staff=True)})
        return await with_session(request, response, admitted)
    actor = (await must_be_signed_in(request)).actor
    codes = await db.write(confirm_app_signed_in, actor, step_of(request), form.code)
    response = give({"codes": codes})
    clear_step_cookie(response)
    return response


@door("login")
async def post_recovery_codes(request: Request, data: dict[str, Any]) -> Response:
    """Answer with ten new recovery codes; the old ones work no more."""
    await read_typed(SetUp, data)
    actor = (await must_be_signed_in(request)).actor
    return give({"codes": await db.write(fresh_codes, actor)})
