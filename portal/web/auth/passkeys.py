"""Passkeys: what the browser's own dialog needs, and what it brings back."""

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from portal import db
from portal.account.passkeys import (
    UNKNOWN,
    begin_adding,
    begin_sign_in,
    finish_adding,
    finish_sign_in,
)
from portal.clinic import read_typed
from portal.errors import Invalid
from portal.forms import Form
from portal.login.forms import UsePasskey
from portal.web.auth.admission import let_in
from portal.web.cookie import clear_step_cookie, set_step_cookie
from portal.web.door import caller, door, give, must_be_signed_in, step_of


@door("link")
async def post_passkey(request: Request, data: dict[str, Any]) -> Response:
    """Begin to sign in with a passkey: the challenge, bound to this browser."""
    await read_typed(Form, data)
    return _ask(*await db.write(begin_sign_in))


@door("login")
async def post_passkey_sign_in(request: Request, data: dict[str, Any]) -> Response:
    """Sign in with what the device has signed."""
    form = await read_typed(UsePasskey, data)
    admitted = await db.write(
        finish_sign_in, step_of(request), form.credential, caller(request), staff=form.staff
    )
    if admitted is None:
        raise Invalid({"": UNKNOWN})
    return await let_in(request, admitted, form.next)


@door("link")
async def post_passkey_new(request: Request, data: dict[str, Any]) -> Response:
    """Begin to add a passkey for the person signed in."""
    await read_typed(Form, data)
    actor = (await must_be_signed_in(request)).actor
    return _ask(*await db.write(begin_adding, actor))


@door("login")
async def post_passkey_add(request: Request, data: dict[str, Any]) -> Response:
    """Add the passkey that the device has made."""
    form = await read_typed(UsePasskey, data)
    actor = (await must_be_signed_in(request)).actor
    agent = caller(request).user_agent
    await db.write(finish_adding, actor, step_of(request), form.credential, agent)
    response = give({"added": True})
    clear_step_cookie(response)
    return response


def _ask(token: str, options: str) -> Response:
    response = give({"options": json.loads(options)})
    set_step_cookie(response, token)
    return response
