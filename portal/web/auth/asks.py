"""Answering what a mail asked, signed in or not."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from portal import db, routes
from portal.account.links import NO_LONGER_WORKS
from portal.account.lockout import What, begin_try, succeeded
from portal.account.passwords import verify_off_loop
from portal.asks.forms import AnswerAsks
from portal.asks.service import AboutLink, about_link, has_proved
from portal.clinic import read_typed
from portal.errors import Invalid
from portal.sharing.answers import answer_by_link
from portal.web.door import address_of, door, go, signed_in
from portal.words import _


@door("link")
async def post_ask(request: Request, data: dict[str, Any]) -> Response:
    """Answer each question: no by the link alone, yes with the account's password besides."""
    form = await read_typed(AnswerAsks, data)
    about = await db.read(about_link, form.token)
    if about is None:
        raise Invalid({"": NO_LONGER_WORKS})
    live = await signed_in(request)
    if live and live.account_id != about.account_id:
        raise Invalid({"": _("You are signed in as somebody else. Sign out first.")})
    proved = await db.read(has_proved, live.actor if live else None, about.account_id)
    if form.says_yes and not proved and form.password:
        proved = await _is_password(request, about, form.password)
    await db.write(answer_by_link, form.token, form.as_answers(), proved=proved)
    return go(routes.with_query(routes.ASK, said="done"))


async def _is_password(request: Request, about: AboutLink, password: str) -> bool:
    """Check the password beside the link; each try is counted before it is judged."""
    if about.has_second_step:
        words = _("Your account asks for a code too. Sign in to say yes.")
        raise Invalid({"password": words})
    this = await db.write(begin_try, What.LINK, about.account_id, address=address_of(request))
    if not await verify_off_loop(password, about.password_hash):
        raise Invalid({"password": _("This is not the password of your account. Try again.")})
    await db.write(succeeded, this)
    return True
