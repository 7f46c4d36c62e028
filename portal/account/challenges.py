"""Things a browser has begun and must finish within minutes: a log-in half done, a passkey.

A half-finished log-in is no session: its secret sits in a cookie of its own and opens nothing but
the one step that is missing.
"""

from datetime import timedelta
from enum import StrEnum

from sqlalchemy import update
from sqlmodel import Session, col, select

from portal import clock
from portal.errors import PortalError
from portal.ids import keyed_hash, new_id, new_token
from portal.models import Challenge
from portal.words import _

LIFETIME = timedelta(minutes=10)


class Step(StrEnum):
    """What the browser has to do next."""

    CODE = "code"
    """The password was right; give the code of the second step."""
    SET_UP = "set_up"
    """The password was right; a member of staff has no second step yet and sets it up;
    ``content`` is the sealed secret of the app, once it was shown."""
    NEW_APP = "new_app"
    """Give the first code of an app for the person signed in; ``content`` is its sealed secret."""
    PASSKEY_SIGN_IN = "passkey_sign_in"
    """Sign ``content`` with a passkey, whoever it belongs to."""
    PASSKEY_ADD = "passkey_add"
    """Make a new passkey for the account over ``content``."""


class TooLate(PortalError):
    """The step was begun too long ago, elsewhere, or never."""

    def __init__(self) -> None:
        """Say what to do next."""
        super().__init__(_("That took too long. Nothing has changed. Please begin again."))


def begin_step(
    session: Session, step: Step, *, account_id: str | None = None, content: str = ""
) -> str:
    """Begin a step and return the secret for the browser's cookie, which is kept nowhere else."""
    token, now = new_token(), clock.now()
    session.add(
        Challenge(
            id=new_id(),
            token_hash=_hash(token),
            purpose=step,
            account_id=account_id,
            content=content,
            created_at=now,
            expires_at=now + LIFETIME,
        )
    )
    return token


def find_step(session: Session, step: Step, token: str) -> Challenge:
    """Return what a browser has begun, locked until the transaction ends, and still open.

    Raises:
        TooLate: unknown, finished and expired steps alike.
    """
    found = session.exec(
        select(Challenge)
        .where(
            Challenge.token_hash == _hash(token),
            Challenge.purpose == step,
            col(Challenge.used_at).is_(None),
            col(Challenge.expires_at) > clock.now(),
        )
        .with_for_update()
    ).one_or_none()
    if found is None:
        raise TooLate
    return found


def finish_step(session: Session, step: Step, token: str) -> Challenge:
    """Use a step up and return it; of two at once one succeeds.

    Raises:
        TooLate: unknown, finished and expired steps alike.
    """
    found = find_step(session, step, token)
    found.used_at = clock.now()
    session.add(found)
    return found


def end_steps(session: Session, account_id: str) -> None:
    """End what an account has begun: its password is another one now, or it is closed."""
    session.exec(
        update(Challenge)
        .where(col(Challenge.account_id) == account_id, col(Challenge.used_at).is_(None))
        .values(used_at=clock.now())
    )


def _hash(token: str) -> str:
    return keyed_hash("challenge", token)
