"""What time does to rows: accounts that were never confirmed, and records nobody needs any more.

Each duty works through one batch in one transaction and returns how many rows it had, so that no
lock is held long. Running one twice at once, on any number of hosts, is harmless.
"""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, inspect, or_, tuple_
from sqlmodel import Session, col, select

from portal import audit, clock
from portal.account.closing import VERIFY_WITHIN, close_unconfirmed, flag_visits
from portal.booking.release import release_expired
from portal.db import reading, writing
from portal.models import (
    Account,
    Challenge,
    DemoMail,
    DoneRequest,
    KnownDevice,
    Lockout,
    LoginSession,
    MailLink,
    OutboxMessage,
)
from portal.permissions import SYSTEM
from portal.sharing.asks import expire_asks
from portal.waitlist.pass_on import end_requests, offers_due, pass_on_offers

BATCH = 500
MOST_BATCHES = 20  # in one round; the next round goes on
KEEP_REQUESTS = timedelta(days=7)
KEEP_LOCKOUTS = timedelta(days=7)
KEEP = timedelta(days=30)
KEEP_DEVICES = timedelta(days=366)  # as long as a browser keeps its name
KEEP_CHALLENGES = timedelta(days=1)


def close_unverified(session: Session) -> int:
    """Close accounts whose address was not confirmed in time, and sign them out.

    Their upcoming visits stay booked and are flagged to staff (product.md, section 4).
    """
    accounts = session.exec(
        select(Account)
        .where(
            col(Account.verified_at).is_(None),
            col(Account.closed_at).is_(None),
            col(Account.created_at) < clock.now() - VERIFY_WITHIN,
        )
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    ).all()
    close_unconfirmed(session, accounts)
    flag_visits(session, accounts)
    for account in accounts:
        audit.record(session, SYSTEM, "account.close", account.patient_id)
    return len(accounts)


def forget_requests(session: Session) -> int:
    """Forget forms that no browser will send again."""
    return _delete(session, DoneRequest, col(DoneRequest.done_at) < clock.now() - KEEP_REQUESTS)


def forget_lockouts(session: Session) -> int:
    """Forget failed tries that count for nothing any more."""
    return _delete(session, Lockout, col(Lockout.since) < clock.now() - KEEP_LOCKOUTS)


def forget_sessions(session: Session) -> int:
    """Forget log-in sessions that ended or ran out long ago."""
    old = clock.now() - KEEP
    return _delete(
        session,
        LoginSession,
        or_(col(LoginSession.expires_at) < old, col(LoginSession.ended_at) < old),
    )


def forget_links(session: Session) -> int:
    """Forget links that were used or ran out long ago."""
    old = clock.now() - KEEP
    return _delete(
        session,
        MailLink,
        or_(col(MailLink.expires_at) < old, col(MailLink.used_at) < old),
    )


def forget_challenges(session: Session) -> int:
    """Forget log-ins that were never finished, and what finished ones had begun with."""
    return _delete(session, Challenge, col(Challenge.expires_at) < clock.now() - KEEP_CHALLENGES)


def forget_devices(session: Session) -> int:
    """Forget browsers that nobody has signed in from for a year."""
    return _delete(session, KnownDevice, col(KnownDevice.last_seen_at) < clock.now() - KEEP_DEVICES)


def forget_messages(session: Session) -> int:
    """Forget messages that were sent long ago; parked ones stay until somebody has seen to them."""
    return _delete(session, OutboxMessage, col(OutboxMessage.done_at) < clock.now() - KEEP)


def forget_demo_mails(session: Session) -> int:
    """Forget old mails of the demo clinic."""
    return _delete(session, DemoMail, col(DemoMail.sent_at) < clock.now() - KEEP)


DUTIES: tuple[Callable[[Session], int], ...] = (
    close_unverified,
    expire_asks,
    pass_on_offers,
    end_requests,
    release_expired,
    forget_requests,
    forget_lockouts,
    forget_sessions,
    forget_links,
    forget_challenges,
    forget_devices,
    forget_messages,
    forget_demo_mails,
)


def keep_house() -> None:
    """Do every duty, a bounded number of batches each."""
    for duty in DUTIES:
        for _batch in range(MOST_BATCHES):
            with writing() as session:
                done = duty(session)
            if done < BATCH:
                break


def keep_wait_list() -> None:
    """Pass on the offers that nobody answered in time, far more often than the other duties."""
    with reading() as session:
        if not offers_due(session):
            return
    with writing() as session:
        pass_on_offers(session)


def _delete(session: Session, table: type, old: ColumnElement[bool]) -> int:
    """Delete one batch of what is old."""
    key = inspect(table).primary_key
    batch = select(*key).where(old).limit(BATCH)
    return session.exec(
        delete(table).where(tuple_(*key).in_(batch)).execution_options(synchronize_session=False)
    ).rowcount
