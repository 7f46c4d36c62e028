"""``GET /appointments/visit.ics``: one visit for a calendar program."""

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from portal import db, routes
from portal.booking.policy import read_policy
from portal.clinic import clinic_info
from portal.errors import PortalError
from portal.models import Visit
from portal.permissions import Actor
from portal.visits.ics import to_ics
from portal.visits.service import get_visit
from portal.web.door import refusal, see_other, signed_in
from portal.web.limits import take


def visit_ics(session: Session, actor: Actor, visit_id: str) -> bytes:
    """Return the calendar entry of a visit.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    row = get_visit(session, actor, visit_id)
    visit = session.get_one(Visit, row.id)
    changed_at = max(filter(None, (visit.booked_at, visit.moved_at, visit.cancelled_at)))
    return to_ics(
        row,
        clinic=clinic_info(session).name,
        sequence=visit.sequence,
        changed_at=changed_at,
        hide_service=read_policy(session).hide_services,
    )


async def get_visit_ics(request: Request) -> Response:
    """Send the entry, as a file that calendar programs open."""
    live = await signed_in(request)
    if live is None or live.actor.kind != "patient":
        return see_other(routes.with_query(routes.LOGIN, next=routes.APPOINTMENTS))
    try:
        await take("download", live.actor.me)
        entry = await db.read(visit_ics, live.actor, request.query_params.get("id", ""))
    except PortalError as error:
        return refusal(error)
    headers = {
        "cache-control": "no-store",
        "content-disposition": 'attachment; filename="visit.ics"',
    }
    return Response(entry, media_type="text/calendar; charset=utf-8", headers=headers)


VISIT_ROUTES = [Route(routes.VISIT_ICS, get_visit_ics, methods=["GET"])]
