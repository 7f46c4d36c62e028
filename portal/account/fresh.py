"""Granting access and changing an address take a fresh proof of who is at the keys.

A phone left on a table is signed in; its finder must not be able to let somebody else in for good.
"""

from datetime import timedelta

from sqlalchemy import update
from sqlmodel import Session, col, select

from portal import clock
from portal.errors import PortalError
from portal.models import LoginSession
from portal.permissions import Actor
from portal.words import _

FRESH = timedelta(minutes=15)


class PasswordNeeded(PortalError):
    """The person has to give their password again; the page asks for it and nothing is lost."""

    def __init__(self) -> None:
        """Say what to do next."""
        super().__init__(_("To go on, please enter your password again."))


def is_fresh(session: Session, actor: Actor) -> bool:
    """Tell whether the actor's live session had a proof of who they are just now."""
    proved_at = session.exec(
        select(LoginSession.proved_at).where(
            LoginSession.id == actor.session_id, col(LoginSession.ended_at).is_(None)
        )
    ).first()
    return proved_at is not None and proved_at > clock.now() - FRESH


def require_fresh(session: Session, actor: Actor) -> None:
    """Refuse where the last proof is older than `FRESH`.

    Raises:
        PasswordNeeded: the page asks for the password, then the person presses again.
    """
    if not is_fresh(session, actor):
        raise PasswordNeeded


def note_proof(session: Session, actor: Actor) -> None:
    """Note that the actor has just given their password or used their passkey."""
    session.exec(
        update(LoginSession)
        .where(col(LoginSession.id) == actor.session_id, col(LoginSession.ended_at).is_(None))
        .values(proved_at=clock.now())
    )
