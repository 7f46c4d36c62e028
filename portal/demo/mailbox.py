"""The demo's mailbox: every mail the demo clinic sent, as its reader would see it; and its codes.

It shows anybody any mail, links to reset passwords included, and the codes that staff sign in with,
so both exist only in demo mode and on a demo database: in any other mode there is no such route.
"""

import base64
import hashlib
import re
from html import unescape
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pyotp.totp import TOTP
from sqlmodel import Session, col, select
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from portal import clock, routes, say
from portal.account.second_step import PERIOD
from portal.clinic import clinic_info
from portal.config import Mode, settings
from portal.db import read
from portal.demo.logins import APP_KEY, PASSWORD, STAFF_LOGINS
from portal.models import Clinic, DemoMail
from portal.notifications.facts import clinic_zone
from portal.words import _

SHOWN = 100

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.globals["_"] = _


def mailbox_routes() -> list[Route]:
    """Return the mailbox's routes: none at all unless this is the demo."""
    if settings().mode is not Mode.DEMO:
        return []
    return [
        Route(routes.DEMO_MAILBOX, show_mailbox, methods=["GET"]),
        Route(routes.DEMO_MAILBOX + "/mail", show_mail, methods=["GET"]),
        Route(routes.DEMO_CODES, show_codes, methods=["GET"]),
    ]


async def show_mailbox(_request: Request) -> Response:
    """List the newest mails."""
    page = await read(_list_page)
    return _html(page) if page else Response(status_code=404)


async def show_mail(request: Request) -> Response:
    """Show the HTML of one mail, nothing around it."""
    page = await read(_mail_page, request.query_params.get("id", ""))
    return _html(page) if page else Response(status_code=404)


async def show_codes(_request: Request) -> Response:
    """Show the code that the app of the demo's staff shows now; the page renews itself."""
    page = await read(_codes_page)
    if page is None:
        return Response(status_code=404)
    left = PERIOD - int(clock.now().timestamp()) % PERIOD
    response = _html(page)
    response.headers["Refresh"] = str(left)
    return response


def style_hashes(page: str) -> str:
    """Return the CSP sources for exactly the styles of this page, attributes included.

    Mail programs need styles in the mail, and the portal's CSP knows no ``unsafe-inline``.
    """
    styles = re.findall(r"<style[^>]*>(.*?)</style>", page, re.DOTALL)
    styles += [unescape(value) for value in re.findall(r'\sstyle="([^"]*)"', page)]
    digests = sorted({base64.b64encode(hashlib.sha256(s.encode()).digest()) for s in styles})
    return " ".join(["'unsafe-hashes'", *(f"'sha256-{digest.decode()}'" for digest in digests)])


def _html(page: str) -> Response:
    csp = f"default-src 'none'; style-src {style_hashes(page)}; img-src 'self'; form-action 'none'"
    return HTMLResponse(
        page,
        headers={
            "Content-Security-Policy": f"{csp}; base-uri 'none'; frame-ancestors 'none'",
            "Cache-Control": "no-store",
        },
    )


def _list_page(session: Session) -> str | None:
    if not _is_demo(session):
        return None
    zone = clinic_zone(session)
    mails = session.exec(
        select(DemoMail)
        .order_by(col(DemoMail.sent_at).desc(), col(DemoMail.message_id))
        .limit(SHOWN)
    ).all()
    rows = [(mail, say.day_time(mail.sent_at.astimezone(zone))) for mail in mails]
    return _templates.get_template("mailbox.html").render(
        clinic=clinic_info(session),
        rows=rows,
        shown=SHOWN,
        here=routes.DEMO_MAILBOX,
        now=say.clock_time(clock.now().astimezone(zone)),
    )


def _mail_page(session: Session, message_id: str) -> str | None:
    mail = session.get(DemoMail, message_id) if _is_demo(session) else None
    return mail.html if mail else None


def _codes_page(session: Session) -> str | None:
    if not _is_demo(session):
        return None
    code = TOTP(APP_KEY).at(clock.now())
    return _templates.get_template("codes.html").render(
        clinic=clinic_info(session),
        code=f"{code[:3]} {code[3:]}",
        key=APP_KEY,
        logins=STAFF_LOGINS,
        password=PASSWORD,
        sign_in=routes.STAFF_LOGIN,
    )


def _is_demo(session: Session) -> bool:
    clinic = session.get(Clinic, "clinic")
    return clinic is not None and clinic.is_demo
