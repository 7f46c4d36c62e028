"""The demo's log-ins: printed at start and in the README, and refused anywhere but in the demo."""

from dataclasses import dataclass

from portal import routes
from portal.permissions import StaffRole

DEMO_DOMAIN = "demo.kindred.example"
PASSWORD = "quiet-harbour-12"  # noqa: S105 - public on purpose, for the demo only


@dataclass(frozen=True)
class Login:
    """Somebody to sign in as."""

    email: str
    password: str
    who: str


def _login(key: str, who: str) -> Login:
    return Login(f"{key}@{DEMO_DOMAIN}", PASSWORD, who)


LOGINS = (
    _login("rosa", "Rosa Marlow books for her children, her partner, her father and a neighbour"),
    _login("idris", "Idris Marlow, Rosa's partner, lets her book for him and use his cards"),
    _login("anton", "Anton Vesely, Rosa's father, cannot see anything of Rosa"),
    _login("harper", "Harper Quill looks after Ellis; Ellis's other parent is Jonas"),
    _login("jonas", "Jonas Brandvold may book for Ellis and is no relation of Harper any more"),
    _login("grete", "Grete Sorensen cares for her father Walter, together with Paul Iwata"),
    _login("casper", "Casper Thorne, 16, lets his mother pay but not see his visits"),
)


# Everybody at the demo's desk has the same app: its key is public, as the password is.
APP_KEY = "KINDREDDEMOCODESFORSTAFF"


@dataclass(frozen=True)
class StaffLogin(Login):
    """Somebody on the clinic's side, who signs in at /staff with a code too."""

    name: str
    role: StaffRole
    practitioner_id: str | None = None


def _staff(
    key: str, name: str, role: StaffRole, who: str, practitioner_id: str | None = None
) -> StaffLogin:
    return StaffLogin(
        f"{key}@{DEMO_DOMAIN}", PASSWORD, f"{name}, {who}", name, role, practitioner_id
    )


STAFF_LOGINS = (
    _staff(
        "olive", "Olive Reyes", StaffRole.FULL_ACCESS, "runs the clinic: settings, log-ins of staff"
    ),
    _staff("milo", "Milo Baptiste", StaffRole.FRONT_DESK, "front desk: all patients"),
    _staff(
        "ines",
        "Dr Ines Calloway",
        StaffRole.PRACTITIONER,
        "practitioner: her own patients",
        "calloway",
    ),
)


def log_ins() -> str:
    """Return the log-ins as lines to print."""
    width = max(len(login.email) for login in (*LOGINS, *STAFF_LOGINS))
    patients, staff = (
        [f"  {login.email:<{width}}  {login.who}" for login in logins]
        for logins in (LOGINS, STAFF_LOGINS)
    )
    return "\n".join(
        (
            f"Sign in with the password {PASSWORD} as",
            *patients,
            f"and at {routes.STAFF}, with a code from {routes.DEMO_CODES}, as",
            *staff,
        )
    )
