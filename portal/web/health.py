"""``GET /healthz``: 200 when the portal can do its work."""

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import JSONResponse

from portal import db
from portal.models import Clinic


def _ask(session: Session) -> None:
    # Without the clinic's own row no page can be filled; `portal.operate` makes it.
    session.get_one(Clinic, "clinic")


async def healthz(_request: Request) -> JSONResponse:
    """Answer whether the database answers; nothing else is told to strangers."""
    try:
        await db.read(_ask)
    except Exception:  # noqa: BLE001  whatever it is, the answer is the same and says nothing
        return JSONResponse({"ok": False}, 503, {"cache-control": "no-store"})
    return JSONResponse({"ok": True}, headers={"cache-control": "no-store"})
