"""Log-in, confirming an address, and passwords.

Hashing takes 40 ms, so it happens between transactions, never inside one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from portal import audit, clock
from portal.account import links
from portal.account.lockout import count_failure, forget_failures, refuse_locked
from portal.account.sessions import actor_of, end_other_sessions, start_session
from portal.config import Mode, settings
from portal.errors import Invalid, NotFound
from portal.forms import email_key
from portal.models import Account, Clinic, MailLink, Patient
from portal.outbox.kinds import Kind
from portal.outbox.queue import queue
from portal.permissions import SYSTEM, Action, Actor, require
from portal.words import _

WRONG = _("Email or password is wrong. Check both, or use “Forgot your password?”.")
ALREADY_THERE = _("There is already an account with this email. Sign in with it instead.")


@dataclass(frozen=True)
class Candidate:
    """An account that a password is tried against; empty where the address is unknown."""

    account_id: str | None = None
    password_hash: str | None = None


@dataclass(frozen=True)
class AboutPassword:
    """What is needed to judge and check the password of one account."""

    account_id: str
    password_hash: str
    about_person: Sequence[str]


def find_candidate(session: Session, email: str, address: str) -> Candidate:
    """Find the account a log-in is meant for: the verified one, else the newest unverified one.

    Raises:
        TooMany: there were too many failed tries from this network address.
    """
    refuse_locked(session, email_key(email), address)
    account = _account_by_email(session, email)
    return Candidate(account.id, account.password_hash) if account else Candidate()


def finish_login(
    session: Session,
    candidate: Candidate,
    *,
    email: str,
    password_ok: bool,
    address: str,
    user_agent: str,
) -> str | None:
    """Start a session and return the cookie's secret, or count the failure and return ``None``.

    An account that is not verified yet gets a fresh link by mail and the usual words on screen
    (product.md, section 4).
    """
    key = email_key(email)
    account = session.get(Account, candidate.account_id) if candidate.account_id else None
    live = account and not account.closed_at and account.password_hash == candidate.password_hash
    if not account or not live or not password_ok:
        count_failure(session, key, address)
        audit.record(
            session,
            SYSTEM,
            "session.refuse",
            account.patient_id if account else None,
            allowed=False,
        )
        return None
    if account.verified_at is None:
        count_failure(session, key, address)
        queue(session, Kind.LOGIN_UNVERIFIED, account_id=account.id)
        return None
    forget_failures(session, key, address)
    refuse_demo_log_in(session)
    return start_session(session, account, user_agent)


def refuse_demo_log_in(session: Session) -> None:
    """Let nobody in through a log-in of the demo, whose password is public, but in the demo.

    Raises:
        NotFound: production was pointed at the demo's database (`portal.serve` refuses to start).
    """
    if settings().mode is Mode.PRODUCTION and session.get_one(Clinic, "clinic").is_demo:
        raise NotFound


def ask_reset(session: Session, email: str) -> None:
    """Queue the same message for every address; the worker finds out whether it is known."""
    queue(session, Kind.RESET_ASKED, email=email, email_key=email_key(email))


def about_link(session: Session, purpose: links.Purpose, token: str) -> AboutPassword | None:
    """Return the account behind a link that still works, without using the link."""
    link = links.peek(session, purpose, token)
    return _about(session, link.account_id) if link and link.account_id else None


def about_me(session: Session, actor: Actor) -> AboutPassword:
    """Return what is needed to check the actor's own password."""
    require(session, actor, Action.ACCOUNT_SECURITY, actor.me)
    about = _about(session, actor.account_id or "")
    if about is None:
        raise NotFound
    return about


def verify_email(session: Session, actor: Actor | None, token: str, *, password_ok: bool) -> None:
    """Confirm the address of the account behind a link.

    It takes the browser that signed up, or the password chosen then: otherwise whoever signs up
    with somebody else's address would have it confirmed by a click of its owner.

    Raises:
        Invalid: the link is used or too old, the password is wrong, or the address was meanwhile
            confirmed for another account.
    """
    link = links.peek(session, links.Purpose.VERIFY, token)
    mine = link is not None and actor is not None and link.account_id == actor.account_id
    if link is not None and not mine and not password_ok:
        raise Invalid({"password": _("This is not the password chosen at sign-up. Try again.")})
    account = _account(session, links.use(session, links.Purpose.VERIFY, token))
    if account.verified_at:
        return
    if _verified_account(session, account.email_key):
        raise Invalid({"": ALREADY_THERE})
    account.verified_at = clock.now()
    session.add(account)
    try:
        session.flush()
    except IntegrityError:
        # Another account with this address was confirmed in the same moment.
        raise Invalid({"": ALREADY_THERE}) from None
    audit.record(session, actor_of(account), "account.verify", account.patient_id)
    queue(session, Kind.WELCOME, account_id=account.id)


def resend_verification(session: Session, actor: Actor) -> None:
    """Send the actor a fresh link to confirm the address."""
    require(session, actor, Action.ACCOUNT_SECURITY, actor.me)
    account = session.get(Account, actor.account_id)
    if account and account.verified_at is None:
        queue(session, Kind.SIGNED_UP, account_id=account.id)


def set_password_by_link(session: Session, token: str, password_hash: str) -> list[str]:
    """Set a new password through a link from a mail; return the ids of the sessions that ended.

    Raises:
        Invalid: the link is used or too old.
    """
    account = _account(session, links.use(session, links.Purpose.RESET, token))
    return _set_password(session, actor_of(account), account, password_hash)


def change_password(session: Session, actor: Actor, old_hash: str, new_hash: str) -> list[str]:
    """Set a new password on the actor's account; return the ids of the sessions that ended.

    Raises:
        Invalid: the password was changed elsewhere since it was checked.
    """
    require(session, actor, Action.ACCOUNT_SECURITY, actor.me)
    account = session.get(Account, actor.account_id, with_for_update=True)
    if account is None or account.password_hash != old_hash:
        raise Invalid({"current": _("This is not your current password. Try again.")})
    return _set_password(session, actor, account, new_hash)


def _set_password(
    session: Session, actor: Actor, account: Account, password_hash: str
) -> list[str]:
    account.password_hash = password_hash
    session.add(account)
    ended = end_other_sessions(session, actor)
    links.end(session, links.Purpose.RESET, account_id=account.id)
    audit.record(session, actor, "account.password", account.patient_id)
    queue(session, Kind.PASSWORD_CHANGED, account_id=account.id)
    return ended


def _account(session: Session, link: MailLink) -> Account:
    account = session.get(Account, link.account_id, with_for_update=True)
    if account is None or account.closed_at:
        raise Invalid({"": links.NO_LONGER_WORKS})
    return account


def _about(session: Session, account_id: str) -> AboutPassword | None:
    found = session.exec(
        select(Account, Patient)
        .join(Patient, col(Patient.id) == col(Account.patient_id))
        .where(Account.id == account_id, col(Account.closed_at).is_(None))
    ).first()
    if found is None:
        return None
    account, patient = found
    return AboutPassword(
        account.id,
        account.password_hash,
        (patient.first_name, patient.last_name, *account.email.replace("@", ".").split(".")),
    )


def _account_by_email(session: Session, email: str) -> Account | None:
    return session.exec(
        select(Account)
        .where(Account.email_key == email_key(email), col(Account.closed_at).is_(None))
        .order_by(col(Account.verified_at).is_(None), col(Account.created_at).desc())
        .limit(1)
    ).first()


def _verified_account(session: Session, key: str) -> Account | None:
    return session.exec(
        select(Account).where(
            Account.email_key == key,
            col(Account.verified_at).is_not(None),
            col(Account.closed_at).is_(None),
        )
    ).first()
