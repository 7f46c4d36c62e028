"""Signing up, and confirming the address afterwards."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from portal import db, routes
from portal.account import service
from portal.account.links import Purpose
from portal.account.lockout import What, begin_try, succeeded
from portal.account.log_in import admit_again
from portal.account.passwords import hash_off_loop, verify_off_loop, weakness
from portal.clinic import clinic_info, read_typed
from portal.errors import Invalid
from portal.login.forms import Confirm
from portal.signup.service import SignUp, find_same_sign_up, sign_up
from portal.web.auth.admission import with_session
from portal.web.door import address_of, caller, door, go, signed_in


@door("signup")
async def post_signup(request: Request, data: dict[str, Any]) -> Response:
    """Make the account and go on to the family step, whatever is known about the address."""
    form = await read_typed(SignUp, data)
    known_to_others = [form.first_name, form.last_name, *form.email.replace("@", ".").split(".")]
    if why := weakness(form.password, known_to_others):
        raise Invalid({"password": why})
    same = await db.read(find_same_sign_up, form)
    if same and await verify_off_loop(form.password, same.password_hash):
        admitted = await db.write(admit_again, same, caller(request))
    else:
        hashed = await hash_off_loop(form.password)
        admitted = await db.write(sign_up, form, password_hash=hashed, caller=caller(request))
    info = await db.read(clinic_info)
    response = go(routes.SIGNUP_FAMILY if info.allow_related_profiles else routes.BOOK)
    return await with_session(request, response, admitted)


@door("link")
async def post_verify(request: Request, data: dict[str, Any]) -> Response:
    """Confirm an address: in the browser that signed up, or with the password chosen then."""
    form = await read_typed(Confirm, data)
    live = await signed_in(request)
    about = await db.read(service.about_link, Purpose.VERIFY, form.token)
    mine = bool(live and about and live.account_id == about.account_id)
    ok = mine
    if about and form.password and not mine:
        address = address_of(request)
        this = await db.write(begin_try, What.LINK, about.account_id, address=address)
        ok = await verify_off_loop(form.password, about.password_hash)
        if ok:
            await db.write(succeeded, this)
    await db.write(service.verify_email, live.actor if live else None, form.token, password_ok=ok)
    return go(routes.BOOK if mine else routes.with_query(routes.LOGIN, said="verified"))
