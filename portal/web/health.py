"""``GET /healthz``: 200 when the portal can do its work."""

from sqlalchemy import text
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import JSONResponse

from portal import db


def _ask(session: Session) -> None:
    session.connection().execute(text("SELECT id FROM clinic LIMIT 1"))


async def healthz(_request: Request) -> JSONResponse:
    """Answer whether the database answers; nothing else is told to strangers."""
    try:
        await db.read(_ask)
    except Exception:  # noqa: BLE001  whatever it is, the answer is the same and says nothing
        return JSONResponse({"ok": False}, 503, {"cache-control": "no-store"})
    return JSONResponse({"ok": True}, headers={"cache-control": "no-store"})
