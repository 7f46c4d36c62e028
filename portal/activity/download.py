"""``GET /account/activity.csv``: the Activity page as a table for other programs."""

import csv
import io
import re
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from portal import db, routes
from portal.activity.service import MOST_DOWNLOADED, ActivityPage, list_activity
from portal.errors import PortalError
from portal.web.door import refusal, see_other, signed_in
from portal.web.limits import take
from portal.words import _

# A cell that begins with one of these is a formula to Excel, LibreOffice and Google Sheets
# (OWASP, "CSV Injection"); a name is typed by somebody else.
# Where commas belong to numbers they cut at semicolons, even inside quotes that are not theirs.
_FORMULA = re.compile(r"((?:^|[,;|\t\r])[\s\ufeff\"]*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])")


async def get_activity(request: Request) -> Response:
    """Send what the page shows with the same filter, up to `MOST_DOWNLOADED` of the newest."""
    live = await signed_in(request)
    if live is None or live.actor.kind != "patient":
        return see_other(routes.with_query(routes.LOGIN, next=routes.ACCOUNT_ACTIVITY))
    who = request.query_params.get("who", "")
    try:
        await take("download", live.actor.me)
        found = await db.read(list_activity, live.actor, who, None, MOST_DOWNLOADED)
    except PortalError as error:
        return refusal(error)
    headers = {
        "cache-control": "no-store",
        "content-disposition": 'attachment; filename="activity.csv"',
    }
    return Response(to_csv(found), media_type="text/csv; charset=utf-8", headers=headers)


def to_csv(found: ActivityPage) -> str:
    """Write entries as CSV (RFC 4180) in the clinic's time; the first character tells Excel UTF-8.

    No ids: a file travels, and they are nobody's business.
    """
    out = io.StringIO()
    out.write("\ufeff")
    write = csv.writer(out, lineterminator="\r\n")
    write.writerow([_("Day"), _("Time"), _("Who"), _("For"), _("What"), _("Details"), _("Allowed")])
    zone = ZoneInfo(found.zone)
    for row in found.entries:
        at = row.at.astimezone(zone)
        allowed = _("no") if row.refused else _("yes")
        cells = [row.by_whom, row.whom, row.text, row.detail, allowed]
        write.writerow([at.date().isoformat(), f"{at:%H:%M}", *map(_plain, cells)])
    return out.getvalue()


def _plain(text: str) -> str:
    """Return a cell that no program takes for a formula, wherever it cuts."""
    return _FORMULA.sub(r"\1'", text)


ACTIVITY_ROUTES = [Route(routes.ACTIVITY_CSV, get_activity, methods=["GET"])]
