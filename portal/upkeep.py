"""What whoever runs the portal has to do now and then: `portal.operate` and docs/operations.md."""

from collections.abc import Callable

from sqlalchemy import func, update
from sqlmodel import Session, col, select

from portal import audit, clock
from portal.account.challenges import end_steps
from portal.account.log_in import verified_account
from portal.account.sealing import unseal
from portal.account.second_step import forget_second_step
from portal.account.sessions import actor_of, end_other_sessions
from portal.forms import email_key
from portal.live import end_sessions
from portal.models import Account, Authenticator, LoginSession, OutboxMessage
from portal.outbox.claim import PARKED
from portal.permissions import SYSTEM


def list_parked(session: Session) -> str:
    """Say which kinds of messages failed too often, with which error, and how many they are."""
    rows = session.exec(
        select(OutboxMessage.kind, OutboxMessage.error, func.count())
        .where(PARKED)
        .group_by(col(OutboxMessage.kind), col(OutboxMessage.error))
        .order_by(col(OutboxMessage.kind), col(OutboxMessage.error))
    ).all()
    return "\n".join(f"{count} {kind}: {error}" for kind, error, count in rows) or "None is parked."


def unpark(session: Session) -> str:
    """Have every parked message tried again from now on, as often as a new one."""
    count = session.exec(
        update(OutboxMessage).where(PARKED).values(dead_at=None, attempts=0, run_at=clock.now())
    ).rowcount
    audit.record(session, SYSTEM, "outbox.unpark", None, count=count)
    return f"{count} messages are tried again."


def sign_everybody_out(session: Session) -> str:
    """End every log-in session, as after a restore, which brings old ones back."""
    ended = session.scalars(
        update(LoginSession)
        .where(col(LoginSession.ended_at).is_(None))
        .values(ended_at=clock.now())
        .returning(col(LoginSession.id))
    ).all()
    end_sessions(session, ended)
    audit.record(session, SYSTEM, "session.end_all", None, count=len(ended))
    return f"{len(ended)} sessions have ended."


def forget_unreadable_apps(session: Session) -> str:
    """Take the authenticator apps off accounts that a new PORTAL_SECRET_KEY has shut out.

    Their owners are told by mail, sign in with the password and set the app up again.
    """
    shut_out = [app for app in session.exec(select(Authenticator)) if unseal(app.secret) is None]
    for app in shut_out:
        account = session.get_one(Account, app.account_id)
        forget_second_step(session, account, by=SYSTEM)
    return f"{len(shut_out)} apps are forgotten."


def forget_app_of(session: Session, email: str) -> str:
    """Help a patient in who lost both app and recovery codes; the clinic has seen who it is.

    They are told by mail and sign in with the password alone. For staff, full access does it under
    Staff.
    """
    account = verified_account(session, email_key(email))
    if account is None:
        return "No patient signs in with this address."
    forget_second_step(session, account, by=SYSTEM)
    end_steps(session, account.id)
    end_other_sessions(session, actor_of(account))
    return "Their sign-in codes are off."


DUTIES: dict[str, Callable[[Session], str]] = {
    "parked": list_parked,
    "unpark": unpark,
    "sign-everybody-out": sign_everybody_out,
    "forget-unreadable-apps": forget_unreadable_apps,
}
"""The commands of `portal.operate` that take no words, by name."""
