"""Passwords: forgotten, chosen through a link, changed."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from portal import db, routes
from portal.account import service
from portal.account.links import NO_LONGER_WORKS, Purpose
from portal.account.lockout import succeeded
from portal.account.passwords import hash_off_loop, verify_off_loop, weakness
from portal.account.proof import begin_proof
from portal.account.service import NOT_CURRENT, AboutPassword
from portal.account.staff_accounts import accept_invitation
from portal.clinic import read_typed
from portal.errors import Invalid, TooMany
from portal.forms import email_key
from portal.ids import keyed_hash
from portal.login.forms import AskReset, ChangePassword, NewPassword
from portal.web.cookie import set_step_cookie
from portal.web.door import caller, door, go, must_be_signed_in
from portal.web.limits import take


@door("reset")
async def post_reset(request: Request, data: dict[str, Any]) -> Response:
    """Ask for a link; the answer and the work are the same for every address."""
    form = await read_typed(AskReset, data)
    page = routes.STAFF_RESET if form.staff else routes.RESET
    try:
        await take("reset_email", keyed_hash("reset", email_key(form.email)))
    except TooMany:
        # Said to nobody: else anybody could keep the owner from asking, or learn that they did.
        return go(routes.with_query(page, said="sent"))
    await db.write(service.ask_reset, form.email, staff=form.staff)
    return go(routes.with_query(page, said="sent"))


@door("link")
async def post_new_password(request: Request, data: dict[str, Any]) -> Response:
    """Set a new password through a link; every session of the account ends."""
    form = await read_typed(NewPassword, data)
    about, hashed = await _chosen(Purpose.RESET, form)
    await db.write(service.set_password_by_link, form.token, hashed)
    page = routes.STAFF_LOGIN if about.is_staff else routes.LOGIN
    return go(routes.with_query(page, said="new-password"))


@door("link")
async def post_invitation(request: Request, data: dict[str, Any]) -> Response:
    """Set somebody's first password at the clinic; the app for their codes comes next."""
    form = await read_typed(NewPassword, data)
    _about, hashed = await _chosen(Purpose.INVITE, form)
    token = await db.write(accept_invitation, form.token, hashed)
    response = go(routes.STAFF_SET_UP)
    set_step_cookie(response, token)
    return response


@door("login")
async def post_password(request: Request, data: dict[str, Any]) -> Response:
    """Change the password of the person signed in; their other devices are signed out."""
    form = await read_typed(ChangePassword, data)
    actor = (await must_be_signed_in(request)).actor
    about, this = await db.write(begin_proof, actor, caller(request))
    if not await verify_off_loop(form.current, about.password_hash):
        raise Invalid({"current": NOT_CURRENT})
    await db.write(succeeded, this)
    if why := weakness(form.password, list(about.about_person)):
        raise Invalid({"password": why})
    hashed = await hash_off_loop(form.password)
    await db.write(service.change_password, actor, about.password_hash, hashed)
    page = routes.STAFF_SECURITY if about.is_staff else routes.ACCOUNT_SECURITY
    return go(routes.with_query(page, said="new-password"))


async def _chosen(purpose: Purpose, form: NewPassword) -> tuple[AboutPassword, str]:
    """Return whose password it becomes and its hash.

    Raises:
        Invalid: the link does not work any more, or the password is too weak.
    """
    about = await db.read(service.about_link, purpose, form.token)
    if about is None:
        raise Invalid({"": NO_LONGER_WORKS})
    if why := weakness(form.password, list(about.about_person)):
        raise Invalid({"password": why})
    return about, await hash_off_loop(form.password)
