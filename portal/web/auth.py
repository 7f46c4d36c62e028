"""The routes that set and clear the session cookie: plain POSTs, because an event cannot."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from portal import db, routes
from portal.account import service
from portal.account.links import NO_LONGER_WORKS, Purpose
from portal.account.not_me import detach
from portal.account.passwords import hash_off_loop, verify_off_loop, weakness
from portal.account.sessions import end_session, start_session
from portal.clinic import clinic_info, read_typed
from portal.errors import Invalid, PortalError, SignedOut, TooMany
from portal.forms import EmailText, Form, email_key, required
from portal.ids import keyed_hash
from portal.permissions import Actor
from portal.shell.tabs import close_tabs
from portal.signup.service import SignUp, find_same_sign_up, sign_up
from portal.web.cookie import clear_cookie, set_cookie
from portal.web.door import (
    address_of,
    check_origin,
    failure,
    go,
    read_json,
    refusal,
    see_other,
    signed_in,
)
from portal.web.limits import take
from portal.words import _

log = logging.getLogger("portal.web")

Handler = Callable[[Request, dict[str, Any]], Awaitable[Response]]


class LogIn(Form):
    """The log-in form."""

    email: EmailText = required(_("Enter your email."))
    password: str = required(_("Enter your password."))
    next: str = ""


class AskReset(Form):
    """The form that asks for a link to choose a new password."""

    email: EmailText = required(_("Enter your email."))


class Confirm(Form):
    """The form behind a link in a mail."""

    token: str = ""
    password: str = ""


class NewPassword(Form):
    """The form that sets a new password through a link."""

    token: str = ""
    password: str = required(_("Choose a password."))


class ChangePassword(Form):
    """The form that changes the password of somebody signed in."""

    current: str = required(_("Enter your current password."))
    password: str = required(_("Choose a new password."))


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


def _user_agent(request: Request) -> str:
    return request.headers.get("user-agent", "")[:300]


@door("signup")
async def post_signup(request: Request, data: dict[str, Any]) -> Response:
    """Make the account and go on to the family step, whatever is known about the address."""
    form = await read_typed(SignUp, data)
    known_to_others = [form.first_name, form.last_name, *form.email.replace("@", ".").split(".")]
    if why := weakness(form.password, known_to_others):
        raise Invalid({"password": why})
    old = await signed_in(request)
    same = await db.read(find_same_sign_up, form)
    if same and await verify_off_loop(form.password, same.password_hash):
        token = await db.write(start_session, same, _user_agent(request))
    else:
        hashed = await hash_off_loop(form.password)
        agent = _user_agent(request)
        token = await db.write(sign_up, form, password_hash=hashed, user_agent=agent)
    if old:
        await _leave(old.actor, old.session_id)
    info = await db.read(clinic_info)
    response = go(routes.SIGNUP_FAMILY if info.allow_related_profiles else routes.BOOK)
    set_cookie(response, token)
    return response


@door("login")
async def post_login(request: Request, data: dict[str, Any]) -> Response:
    """Sign in; an unknown address, a wrong password and an unconfirmed account answer alike."""
    form = await read_typed(LogIn, data)
    address = address_of(request)
    candidate = await db.read(service.find_candidate, form.email, address)
    ok = await verify_off_loop(form.password, candidate.password_hash)
    token = await db.write(
        service.finish_login,
        candidate,
        email=form.email,
        password_ok=ok,
        address=address,
        user_agent=_user_agent(request),
    )
    if token is None:
        raise Invalid({"": service.WRONG})
    old = await signed_in(request)
    if old:
        await _leave(old.actor, old.session_id)
    response = go(routes.return_to(form.next))
    set_cookie(response, token)
    return response


async def post_logout(request: Request) -> Response:
    """Sign out: a native form, so that it works on a page that has lost its connection."""
    try:
        check_origin(request)
    except PortalError as error:
        return refusal(error)
    live = await signed_in(request)
    if live:
        await _leave(live.actor, live.session_id)
    response = see_other(routes.LOGIN)
    clear_cookie(response)
    return response


@door("link")
async def post_verify(request: Request, data: dict[str, Any]) -> Response:
    """Confirm an address: in the browser that signed up, or with the password chosen then."""
    form = await read_typed(Confirm, data)
    live = await signed_in(request)
    about = await db.read(service.about_link, Purpose.VERIFY, form.token)
    mine = bool(live and about and live.account_id == about.account_id)
    ok = mine or bool(
        about and form.password and await verify_off_loop(form.password, about.password_hash)
    )
    await db.write(service.verify_email, live.actor if live else None, form.token, password_ok=ok)
    return go(routes.BOOK if mine else routes.with_query(routes.LOGIN, said="verified"))


@door("reset")
async def post_reset(request: Request, data: dict[str, Any]) -> Response:
    """Ask for a link; the answer and the work are the same for every address."""
    form = await read_typed(AskReset, data)
    try:
        await take("reset_email", keyed_hash("reset", email_key(form.email)))
    except TooMany:
        # Said to nobody: else anybody could keep the owner from asking, or learn that they did.
        return go(routes.with_query(routes.RESET, said="sent"))
    await db.write(service.ask_reset, form.email)
    return go(routes.with_query(routes.RESET, said="sent"))


@door("link")
async def post_new_password(request: Request, data: dict[str, Any]) -> Response:
    """Set a new password through a link; every session of the account ends."""
    form = await read_typed(NewPassword, data)
    about = await db.read(service.about_link, Purpose.RESET, form.token)
    if about is None:
        raise Invalid({"": NO_LONGER_WORKS})
    if why := weakness(form.password, list(about.about_person)):
        raise Invalid({"password": why})
    hashed = await hash_off_loop(form.password)
    ended = await db.write(service.set_password_by_link, form.token, hashed)
    await close_tabs(ended)
    return go(routes.with_query(routes.LOGIN, said="new-password"))


@door("login")
async def post_password(request: Request, data: dict[str, Any]) -> Response:
    """Change the password of the person signed in; their other devices are signed out."""
    form = await read_typed(ChangePassword, data)
    live = await signed_in(request)
    if live is None:
        raise SignedOut
    about = await db.read(service.about_me, live.actor)
    if not await verify_off_loop(form.current, about.password_hash):
        raise Invalid({"current": _("This is not your current password. Try again.")})
    if why := weakness(form.password, list(about.about_person)):
        raise Invalid({"password": why})
    hashed = await hash_off_loop(form.password)
    ended = await db.write(service.change_password, live.actor, about.password_hash, hashed)
    await close_tabs(ended)
    return go(routes.with_query(routes.ACCOUNT_SECURITY, said="new-password"))


@door("link")
async def post_not_me(_request: Request, data: dict[str, Any]) -> Response:
    """Take an address off a profile that somebody else made with it."""
    form = await read_typed(Confirm, data)
    await db.write(detach, form.token)
    return go(routes.with_query(routes.NOT_ME, said="done"))


async def _leave(actor: Actor, session_id: str) -> None:
    await db.write(end_session, actor, session_id)
    await close_tabs([session_id])


AUTH_ROUTES = [
    Route(routes.AUTH_SIGNUP, post_signup, methods=["POST"]),
    Route(routes.AUTH_LOGIN, post_login, methods=["POST"]),
    Route(routes.AUTH_LOGOUT, post_logout, methods=["POST"]),
    Route(routes.AUTH_VERIFY, post_verify, methods=["POST"]),
    Route(routes.AUTH_RESET, post_reset, methods=["POST"]),
    Route(routes.AUTH_RESET_NEW, post_new_password, methods=["POST"]),
    Route(routes.AUTH_PASSWORD, post_password, methods=["POST"]),
    Route(routes.AUTH_NOT_ME, post_not_me, methods=["POST"]),
]
