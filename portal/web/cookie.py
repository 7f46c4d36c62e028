"""The session cookie: the only thing that says who somebody is."""

from http.cookies import CookieError, SimpleCookie

from starlette.responses import Response

from portal.config import settings


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
