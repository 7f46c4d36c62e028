"""Close accounts whose address was never confirmed, and show staff what they had booked."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlalchemy import update
from sqlmodel import Session, col

from portal import clock
from portal.account.sessions import actor_of
from portal.booking.release import release_sessions
from portal.live import end_sessions
from portal.models import Account, LoginSession, Visit

VERIFY_WITHIN = timedelta(days=7)  # product.md, section 4
FLAG_UNCONFIRMED = "email never confirmed"
"""On a visit, for staff."""


def close_unconfirmed(session: Session, accounts: Sequence[Account]) -> None:
    """Close accounts that the caller has locked, and sign them out everywhere."""
    now = clock.now()
    ended = list(
        session.execute(
            update(LoginSession)
            .where(
                col(LoginSession.account_id).in_([account.id for account in accounts]),
                col(LoginSession.ended_at).is_(None),
            )
            .values(ended_at=now)
            .returning(col(LoginSession.id))
        ).scalars()
    )
    end_sessions(session, ended)
    release_sessions(session, ended)
    for account in accounts:
        account.closed_at = now
        session.add(account)


def flag_visits(session: Session, accounts: Iterable[Account]) -> None:
    """Let staff look at the upcoming visits that these accounts have booked; they stay booked."""
    session.exec(
        update(Visit)
        .where(
            col(Visit.booked_by).in_([actor_of(account).name for account in accounts]),
            col(Visit.starts_at) > clock.now(),
            col(Visit.cancelled_at).is_(None),
        )
        .values(flag=FLAG_UNCONFIRMED)
    )
