"""Signing in with the password and, for some, a code; signing out."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from portal import db, routes
from portal.account.challenges import Step
from portal.account.log_in import (
    WRONG,
    WRONG_CODE,
    HalfWay,
    find_candidate,
    finish_code,
    finish_password,
)
from portal.account.passwords import verify_off_loop
from portal.account.sessions import end_session
from portal.clinic import read_typed
from portal.errors import Invalid, PortalError
from portal.login.forms import GiveCode, LogIn
from portal.web.auth.admission import let_in
from portal.web.cookie import clear_cookie, set_step_cookie
from portal.web.door import (
    caller,
    check_origin,
    door,
    go,
    refusal,
    see_other,
    signed_in,
    step_of,
)


@door("login")
async def post_login(request: Request, data: dict[str, Any]) -> Response:
    """Sign in; an unknown address, a wrong password and an unconfirmed account answer alike."""
    form = await read_typed(LogIn, data)
    who = caller(request)
    candidate = await db.write(find_candidate, form.email, who, staff=form.staff)
    ok = await verify_off_loop(form.password, candidate.password_hash)
    came = await db.write(finish_password, candidate, who, password_ok=ok)
    if came is None:
        raise Invalid({"": WRONG})
    if isinstance(came, HalfWay):
        page = routes.SIGN_IN_CODE if came.step is Step.CODE else routes.STAFF_SET_UP
        response = go(routes.with_query(page, next=form.next))
        set_step_cookie(response, came.token)
        return response
    return await let_in(request, came, form.next)


@door("login")
async def post_code(request: Request, data: dict[str, Any]) -> Response:
    """Take the second step in the browser that gave the password."""
    form = await read_typed(GiveCode, data)
    admitted = await db.write(finish_code, step_of(request), form.code, caller(request))
    if admitted is None:
        raise Invalid({"code": WRONG_CODE})
    return await let_in(request, admitted, form.next)


async def post_logout(request: Request) -> Response:
    """Sign out: a native form, so that it works on a page that has lost its connection."""
    try:
        check_origin(request)
    except PortalError as error:
        return refusal(error)
    live = await signed_in(request)
    if live:
        await db.write(end_session, live.actor, live.session_id)
    staff = live is not None and live.actor.kind == "staff"
    response = see_other(routes.STAFF_LOGIN if staff else routes.LOGIN)
    clear_cookie(response)
    return response
