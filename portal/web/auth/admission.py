"""Letting a browser in: the cookies of a new session, and the end of the one it had."""

from starlette.requests import Request
from starlette.responses import Response

from portal import db, routes
from portal.account.log_in import Admitted
from portal.account.sessions import end_session
from portal.web.cookie import clear_step_cookie, set_cookie, set_device_cookie
from portal.web.door import go, signed_in


async def let_in(request: Request, admitted: Admitted, wanted: str) -> Response:
    """Answer somebody who has signed in; they go on to the page they wanted, if it is one."""
    return await with_session(request, go(routes.return_to(wanted, staff=admitted.staff)), admitted)


async def with_session(request: Request, response: Response, admitted: Admitted) -> Response:
    """Give the browser its new session with an answer; the session it had before ends."""
    if old := await signed_in(request):
        await db.write(end_session, old.actor, old.session_id)
    set_cookie(response, admitted.session)
    set_device_cookie(response, admitted.device)
    clear_step_cookie(response)
    return response
