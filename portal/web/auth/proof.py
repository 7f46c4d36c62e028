"""Asking again who it is, before something that lasts (`portal.account.fresh`)."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from portal import db
from portal.account.passwords import verify_off_loop
from portal.account.proof import begin_proof, finish_proof
from portal.clinic import read_typed
from portal.errors import Invalid
from portal.login.forms import Prove
from portal.web.door import caller, door, give, must_be_signed_in


@door("login")
async def post_prove(request: Request, data: dict[str, Any]) -> Response:
    """Note that the person signed in has just given their password, and the code they may have."""
    form = await read_typed(Prove, data)
    actor = (await must_be_signed_in(request)).actor
    who = caller(request)
    about, this = await db.write(begin_proof, actor, who)
    ok = await verify_off_loop(form.password, about.password_hash)
    wrong = await db.write(finish_proof, actor, this, who, password_ok=ok, code=form.code)
    if wrong:
        raise Invalid(wrong)
    return give({"proved": True})
