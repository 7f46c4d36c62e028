"""The session cookie, the only thing that says who somebody is, and two that say less.

One carries a log-in that is half done, the other the name by which a browser is known again.
"""

from http.cookies import CookieError, SimpleCookie

from starlette.responses import Response

from portal.account.challenges import LIFETIME
from portal.config import settings

YEAR = 365 * 24 * 3600  # seconds


def cookie_name() -> str:
    """Return the cookie's name; on TLS the prefix binds it to this host (RFC 6265bis, 4.1.3.2)."""
    return "__Host-kindred" if settings().tls else "kindred"


def read_cookie(header: str | None) -> str:
    """Return the session's secret from a Cookie header, or an empty text."""
    try:
        morsel = SimpleCookie(header or "").get(cookie_name())
    except CookieError:
        return ""
    return morsel.value if morsel else ""


def set_cookie(response: Response, token: str) -> None:
    """Give the browser the session; it forgets it when it closes, the server sooner."""
    response.set_cookie(
        cookie_name(), token, httponly=True, samesite="lax", secure=settings().tls, path="/"
    )


def clear_cookie(response: Response) -> None:
    """Take the session from the browser, and what its pages kept there."""
    response.delete_cookie(
        cookie_name(), httponly=True, samesite="lax", secure=settings().tls, path="/"
    )
    response.headers["clear-site-data"] = '"storage"'


def step_cookie_name() -> str:
    """Return the name of the cookie for a log-in that is half done."""
    return f"{cookie_name()}-step"


def device_cookie_name() -> str:
    """Return the name of the cookie by which a browser is known again; it signs nobody in."""
    return f"{cookie_name()}-device"


def set_step_cookie(response: Response, token: str) -> None:
    """Give the browser what it has begun, for as long as it may take to finish."""
    response.set_cookie(
        step_cookie_name(),
        token,
        max_age=int(LIFETIME.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=settings().tls,
        path="/",
    )


def clear_step_cookie(response: Response) -> None:
    """Take a finished step from the browser."""
    response.delete_cookie(
        step_cookie_name(), httponly=True, samesite="strict", secure=settings().tls, path="/"
    )


def set_device_cookie(response: Response, name: str) -> None:
    """Let the browser be known again for a year."""
    response.set_cookie(
        device_cookie_name(),
        name,
        max_age=YEAR,
        httponly=True,
        samesite="lax",
        secure=settings().tls,
        path="/",
    )
