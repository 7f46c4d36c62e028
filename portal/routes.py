"""Every address of the portal: pages, plain routes, and where a person may be sent back to."""

import re
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
ACTIVITY_CSV = "/account/activity.csv"
ACCOUNT_SECURITY = "/account/security"
CLAIM = "/claim"
ASK = "/ask"
NEW_EMAIL = "/new-email"
SIGN_IN_CODE = "/login/code"
STAFF = "/staff"
STAFF_LOGIN = "/staff/login"
STAFF_RESET = "/staff/reset"
STAFF_INVITATION = "/staff/invitation"
STAFF_SET_UP = "/staff/login/set-up"
STAFF_PATIENTS = "/staff/patients"
STAFF_PATIENT = "/staff/patient"
STAFF_LINK = "/staff/link"
STAFF_LINK_ADD = "/staff/link/add"
STAFF_LINK_NEW = "/staff/link/new"
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
AUTH_ASK = "/auth/ask"
AUTH_CLAIM = "/auth/claim"
AUTH_CODE = "/auth/login/code"
AUTH_PROVE = "/auth/prove"
AUTH_INVITATION = "/auth/invitation"
AUTH_NEW_EMAIL = "/auth/new-email"
AUTH_APP = "/auth/app"
AUTH_APP_CONFIRM = "/auth/app/confirm"
AUTH_RECOVERY_CODES = "/auth/recovery-codes"
AUTH_PASSKEY = "/auth/passkey"
AUTH_PASSKEY_SIGN_IN = "/auth/passkey/sign-in"
AUTH_PASSKEY_NEW = "/auth/passkey/new"
AUTH_PASSKEY_ADD = "/auth/passkey/add"
HEALTH = "/healthz"
READY = "/readyz"
DEMO_MAILBOX = "/demo/mailbox"
DEMO_CODES = "/demo/codes"

RETURN_TO = frozenset(
    {BOOK, BOOK_TIMES, BOOK_WHO, APPOINTMENTS, APPOINTMENTS_PAST, ACCOUNT, ACCOUNT_FAMILY}
    | {ACCOUNT_SHARING, ACCOUNT_ACTIVITY, ACCOUNT_SECURITY, SIGNUP_FAMILY}
)
"""Pages that signing in may lead back to; anything else from the browser leads to `BOOK`."""

STAFF_RETURN_TO = frozenset({STAFF, STAFF_PATIENTS, STAFF_SETTINGS, STAFF_PEOPLE, STAFF_SECURITY})
"""Likewise for staff; anything else leads to `STAFF`."""


def with_query(path: str, **values: str | None) -> str:
    """Return ``path`` with the values that are there as its query."""
    query = urlencode({name: value for name, value in values.items() if value})
    return f"{path}?{query}" if query else path


def return_to(path: str | None, *, staff: bool = False) -> str:
    """Return a page that a person may be sent to after signing in."""
    if staff:
        return path if path in STAFF_RETURN_TO else STAFF
    return path if path and (path in RETURN_TO or is_claim(path)) else BOOK


def is_claim(path: str) -> bool:
    """Tell whether an address is that of a claim link: signing in comes in between."""
    return re.fullmatch(rf"{CLAIM}\?token=[A-Za-z0-9_-]{{1,100}}", path) is not None
