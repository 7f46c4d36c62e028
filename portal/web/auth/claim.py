"""Claiming a profile with a new account: a plain POST, because it signs the person in."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from portal import db, routes
from portal.account.log_in import Admitted, admit_again
from portal.account.passwords import hash_off_loop, verify_off_loop, weakness
from portal.claim.service import ClaimForm, check_claim, claim_profile, find_same_claim
from portal.clinic import read_typed
from portal.errors import Invalid
from portal.web.auth.admission import with_session
from portal.web.door import caller, door, go, signed_in
from portal.words import _


@door("link")
async def post_claim(request: Request, data: dict[str, Any]) -> Response:
    """Make the profile behind a link the person's own, and sign them in."""
    form = await read_typed(ClaimForm, data)
    admitted = await _again(request, form)
    if admitted is None:
        if await signed_in(request):
            raise Invalid({"": _("Somebody is signed in here. Sign out first; nothing happened.")})
        known, mistakes = await db.read(check_claim, form)
        if why := weakness(form.password, known):
            mistakes["password"] = why
        if mistakes:
            raise Invalid(mistakes)
        hashed = await hash_off_loop(form.password)
        admitted = await db.write(claim_profile, form, password_hash=hashed, caller=caller(request))
    response = go(routes.with_query(routes.ACCOUNT_SHARING, said="claimed"))
    return await with_session(request, response, admitted)


async def _again(request: Request, form: ClaimForm) -> Admitted | None:
    """Answer a form whose first answer got lost on the way."""
    same = await db.read(find_same_claim, form)
    if same is None or not await verify_off_loop(form.password, same.password_hash):
        return None
    return await db.write(admit_again, same, caller(request))
