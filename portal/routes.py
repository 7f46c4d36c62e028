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
BOOK_TOGETHER = "/book/together"
BOOK_REPEAT = "/book/repeat"
APPOINTMENTS = "/appointments"
APPOINTMENTS_PAST = "/appointments/past"
WAIT_LIST = "/appointments/wait-list"
WAIT_LIST_ASK = "/appointments/wait-list/ask"
VISIT = "/appointments/visit"
VISIT_ICS = "/appointments/visit.ics"
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
STAFF_SCHEDULE = "/staff/schedule"
STAFF_BOOK = "/staff/book"
STAFF_VISIT = "/staff/visit"
STAFF_GROUPS = "/staff/groups"
STAFF_CLASSES = "/staff/classes"
STAFF_WAIT_LIST = "/staff/wait-list"
STAFF_WAIT_LIST_ADD = "/staff/wait-list/add"
STAFF_SERVICES = "/staff/services"
STAFF_SERVICE = "/staff/service"
STAFF_PRACTITIONERS = "/staff/practitioners"
STAFF_PRACTITIONER = "/staff/practitioner"
STAFF_PLACES = "/staff/places"
STAFF_HOLIDAYS = "/staff/holidays"
STAFF_TIME_OFF = "/staff/time-off"
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
    | {WAIT_LIST}
    | {ACCOUNT_SHARING, ACCOUNT_ACTIVITY, ACCOUNT_SECURITY, SIGNUP_FAMILY}
)
"""Pages that signing in may lead back to; anything else from the browser leads to `BOOK`."""

STAFF_RETURN_TO = frozenset(
    {STAFF, STAFF_PATIENTS, STAFF_SETTINGS, STAFF_PEOPLE, STAFF_SECURITY, STAFF_SCHEDULE}
    | {STAFF_GROUPS, STAFF_CLASSES, STAFF_WAIT_LIST, STAFF_SERVICES, STAFF_PRACTITIONERS}
    | {STAFF_PLACES, STAFF_HOLIDAYS}
)
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
