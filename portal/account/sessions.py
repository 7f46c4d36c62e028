"""Log-in sessions: a random secret in the browser's cookie, its hash and its limits here."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, or_, update
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from portal import audit, clock
from portal.account.device import device_name
from portal.booking.release import release_sessions
from portal.ids import AccountId, PatientId, SessionId, keyed_hash, new_id, new_token
from portal.live import end_sessions, touch
from portal.models import Account, LoginSession, Staff
from portal.permissions import Actor

# Long enough for a clinic's waiting room, short enough for a phone left on a bus.
IDLE = timedelta(hours=2)
ABSOLUTE = timedelta(days=7)
# Staff see everybody's data, often on a screen at a desk: one shift, and not beyond a break.
STAFF_IDLE = timedelta(minutes=30)
STAFF_ABSOLUTE = timedelta(hours=12)
# How stale `last_seen_at` may get, so that not every event writes.
SEEN_EVERY = timedelta(minutes=5)


# What a session meets that has not ended, next to its account.
_LIVE = (
    col(LoginSession.ended_at).is_(None),
    col(LoginSession.expires_at) > bindparam("now"),
    or_(
        col(LoginSession.last_seen_at) > bindparam("staff_since"),
        and_(col(Account.staff_id).is_(None), col(LoginSession.last_seen_at) > bindparam("since")),
    ),
)
# Asked at every event, so put together once: that takes longer than to answer it.
_FIND = (
    sa_select(
        col(LoginSession.id),
        col(LoginSession.last_seen_at),
        col(Account.id),
        col(Account.patient_id),
        col(Account.staff_id),
        col(Account.verified_at),
    )
    .join(Account, col(Account.id) == col(LoginSession.account_id))
    .join(Staff, col(Staff.id) == col(Account.staff_id), isouter=True)
    .where(
        col(LoginSession.token_hash) == bindparam("token_hash"),
        *_LIVE,
        col(Account.closed_at).is_(None),
        col(Staff.ended_at).is_(None),
    )
)


@dataclass(frozen=True)
class SignedIn:
    """A live session: who it is and what the shell of every page shows."""

    actor: Actor
    account_id: AccountId
    session_id: SessionId
    verified: bool
    stale: bool


@dataclass(frozen=True)
class SessionRow:
    """One line of the list on the Security page."""

    id: str
    device: str
    started_at: datetime
    last_seen_at: datetime
    is_this: bool


def start_session(session: Session, account: Account, user_agent: str) -> str:
    """Start a session and return the secret for the cookie, which is kept nowhere else."""
    token = new_token()
    now = clock.now()
    row = LoginSession(
        id=new_id(),
        token_hash=keyed_hash("session", token),
        account_id=account.id,
        device=device_name(user_agent),
        created_at=now,
        last_seen_at=now,
        expires_at=now + (STAFF_ABSOLUTE if account.staff_id else ABSOLUTE),
        proved_at=now,
    )
    session.add(row)
    actor = actor_of(account, row.id)
    audit.record(session, actor, "session.start", account.patient_id)
    touch(session, actor.id or "")
    return token


def find_session(session: Session, token: str) -> SignedIn | None:
    """Return the live session behind a cookie, or ``None`` if there is none any more."""
    now = clock.now()
    found = session.execute(
        _FIND, {"token_hash": keyed_hash("session", token), **_limits(now)}
    ).first()
    if found is None:
        return None
    id_, last_seen_at, account_id, patient_id, staff_id, verified_at = found
    return SignedIn(
        actor=Actor(
            patient_id=patient_id, account_id=account_id, session_id=id_, staff_id=staff_id
        ),
        account_id=account_id,
        session_id=id_,
        verified=verified_at is not None,
        stale=last_seen_at < now - SEEN_EVERY,
    )


def touch_session(session: Session, session_id: str) -> None:
    """Note that the session was used just now."""
    session.exec(
        update(LoginSession)
        .where(col(LoginSession.id) == session_id)
        .values(last_seen_at=clock.now())
    )


def end_session(session: Session, actor: Actor, session_id: str) -> list[str]:
    """End one session of the actor's own account; return its id, or nothing where it had ended."""
    return _end(session, actor, col(LoginSession.id) == session_id)


def end_other_sessions(session: Session, actor: Actor) -> list[str]:
    """End every session of the actor's account but this one; return the ids that were ended."""
    return _end(session, actor, col(LoginSession.id) != (actor.session_id or ""))


def list_sessions(session: Session, actor: Actor) -> list[SessionRow]:
    """List where the actor is signed in, the latest first; at most 50."""
    rows = session.exec(
        select(LoginSession)
        .join(Account, col(Account.id) == col(LoginSession.account_id))
        .where(LoginSession.account_id == actor.account_id, *_LIVE)
        .order_by(col(LoginSession.last_seen_at).desc())
        .limit(50),
        params=_limits(clock.now()),
    ).all()
    return [
        SessionRow(row.id, row.device, row.created_at, row.last_seen_at, row.id == actor.session_id)
        for row in rows
    ]


def actor_of(account: Account, session_id: str | None = None) -> Actor:
    """Return the actor that an account's holder is: a patient or a member of staff."""
    return Actor(
        patient_id=PatientId(account.patient_id) if account.patient_id else None,
        account_id=AccountId(account.id),
        session_id=SessionId(session_id) if session_id else None,
        staff_id=account.staff_id,
    )


def _limits(now: datetime) -> dict[str, datetime]:
    return {"now": now, "since": now - IDLE, "staff_since": now - STAFF_IDLE}


def _end(session: Session, actor: Actor, which: object) -> list[str]:
    ended = session.execute(
        update(LoginSession)
        .where(
            col(LoginSession.account_id) == actor.account_id,
            col(LoginSession.ended_at).is_(None),
            which,  # pyright: ignore[reportArgumentType]
        )
        .values(ended_at=clock.now())
        .returning(col(LoginSession.id))
    ).scalars()
    ids = list(ended)
    end_sessions(session, ids)  # their tabs close with the commit
    release_sessions(session, ids)
    touch(session, actor.id or "")
    for id_ in ids:
        audit.record(session, actor, "session.end", actor.patient_id, ended=id_)
    return ids
