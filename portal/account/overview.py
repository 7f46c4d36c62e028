"""Everything the Security page shows, read at once."""

from dataclasses import dataclass

from sqlmodel import Session

from portal.account.own import own_account
from portal.account.passkeys import PasskeyRow, list_passkeys
from portal.account.second_step import SecondStep, second_step_of
from portal.account.sessions import SessionRow, list_sessions
from portal.permissions import Actor


@dataclass(frozen=True)
class Overview:
    """The locks of one account."""

    email: str
    verified: bool
    second_step: SecondStep
    passkeys: list[PasskeyRow]
    sessions: list[SessionRow]


def security_overview(session: Session, actor: Actor) -> Overview:
    """Return the locks of the actor's own account."""
    account = own_account(session, actor)
    return Overview(
        email=account.email,
        verified=account.verified_at is not None,
        second_step=second_step_of(session, account.id),
        passkeys=list_passkeys(session, actor),
        sessions=list_sessions(session, actor),
    )
