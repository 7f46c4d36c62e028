"""The demo's log-ins: printed at start and in the README, and refused anywhere but in the demo."""

from dataclasses import dataclass

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


def log_ins() -> str:
    """Return the log-ins as lines to print."""
    width = max(len(login.email) for login in LOGINS)
    lines = (f"  {login.email:<{width}}  {login.who}" for login in LOGINS)
    return "\n".join((f"Sign in with the password {PASSWORD} as", *lines))
