"""Every address of the portal: pages, plain routes, and where a person may be sent back to."""

from urllib.parse import urlencode

HOME = "/"
LOGIN = "/login"
SIGNUP = "/signup"
SIGNUP_FAMILY = "/signup/family"
VERIFY = "/verify"
RESET = "/reset"
RESET_NEW = "/reset/new"
NOT_ME = "/not-me"
BOOK = "/book"
BOOK_TIMES = "/book/times"
BOOK_WHO = "/book/who"
BOOK_CONFIRM = "/book/confirm"
APPOINTMENTS = "/appointments"
APPOINTMENTS_PAST = "/appointments/past"
ACCOUNT = "/account"
ACCOUNT_FAMILY = "/account/family"
ACCOUNT_FAMILY_ADD = "/account/family/add"
ACCOUNT_SHARING = "/account/sharing"
ACCOUNT_ACTIVITY = "/account/activity"
ACCOUNT_SECURITY = "/account/security"
CLAIM = "/claim"
ASK = "/ask"
NEW_EMAIL = "/new-email"
SIGN_IN_CODE = "/login/code"
STAFF = "/staff"
STAFF_LOGIN = "/staff/login"
STAFF_PATIENTS = "/staff/patients"
STAFF_PATIENT = "/staff/patient"
STAFF_SETTINGS = "/staff/settings"
STAFF_PEOPLE = "/staff/people"
STAFF_SECURITY = "/staff/security"

AUTH_LOGIN = "/auth/login"
AUTH_LOGOUT = "/auth/logout"
AUTH_SIGNUP = "/auth/signup"
AUTH_VERIFY = "/auth/verify"
AUTH_RESET = "/auth/reset"
AUTH_RESET_NEW = "/auth/reset/new"
AUTH_PASSWORD = "/auth/password"  # noqa: S105  an address
AUTH_NOT_ME = "/auth/not-me"
HEALTH = "/healthz"
DEMO_MAILBOX = "/demo/mailbox"

RETURN_TO = frozenset(
    {BOOK, BOOK_TIMES, BOOK_WHO, APPOINTMENTS, APPOINTMENTS_PAST, ACCOUNT, ACCOUNT_FAMILY}
    | {ACCOUNT_SECURITY, SIGNUP_FAMILY}
)
"""Pages that signing in may lead back to; anything else from the browser leads to `BOOK`."""


def with_query(path: str, **values: str | None) -> str:
    """Return ``path`` with the values that are there as its query."""
    query = urlencode({name: value for name, value in values.items() if value})
    return f"{path}?{query}" if query else path


def return_to(path: str | None) -> str:
    """Return a page that a person may be sent to after signing in."""
    return path if path in RETURN_TO else BOOK
