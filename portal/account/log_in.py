"""Signing in: the password, then for some a second step, then a session.

Hashing takes 40 ms, so it happens between transactions, never inside one. Patients and staff have
doors of their own: at one nobody finds the accounts of the other.
"""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from portal import audit
from portal.account.challenges import Step, TooLate, begin_step, find_step, finish_step
from portal.account.known_devices import known_device, note_device
from portal.account.lockout import Try, What, begin_try, succeeded
from portal.account.own import is_open
from portal.account.second_step import check_code, second_step_of
from portal.account.sessions import start_session
from portal.config import Mode, settings
from portal.errors import Invalid, NotFound
from portal.forms import email_key
from portal.models import Account, Clinic
from portal.outbox.kinds import Kind
from portal.outbox.queue import queue
from portal.permissions import SYSTEM
from portal.words import _

WRONG = _("Email or password is wrong. Check both, or use “Forgot your password?”.")
WRONG_CODE = _("This code is wrong or was used before. Wait for the next one and try again.")


@dataclass(frozen=True)
class Caller:
    """The browser at the door: its network address, its own words, the name we gave it."""

    address: str
    user_agent: str = ""
    device: str = ""


@dataclass(frozen=True)
class Candidate:
    """An account that a password is tried against; empty where the address is unknown."""

    this_try: Try
    account_id: str | None = None
    password_hash: str | None = None


@dataclass(frozen=True)
class Admitted:
    """A session was started: the secrets for the browser's two cookies."""

    session: str
    device: str
    staff: bool


@dataclass(frozen=True)
class HalfWay:
    """The password was right; ``token`` lets this browser take the step that is missing."""

    step: Step
    token: str


def find_candidate(
    session: Session, email: str, caller: Caller, *, staff: bool = False
) -> Candidate:
    """Count a try and find its account: the verified one, else the newest unverified one.

    Raises:
        TooMany: there were too many wrong tries; a delay is running.
    """
    key = email_key(email)
    account = account_by_email(session, key, staff=staff)
    known = known_device(session, account.id if account else "", caller.device)
    name = f"{'staff' if staff else 'patient'}\0{key}"
    this = begin_try(session, What.PASSWORD, name, address=caller.address, known_device=known)
    return Candidate(this, account.id, account.password_hash) if account else Candidate(this)


def finish_password(
    session: Session, candidate: Candidate, caller: Caller, *, password_ok: bool
) -> Admitted | HalfWay | None:
    """Start a session, or the second step; ``None`` where the log-in is wrong.

    An account that is not verified yet gets a fresh link by mail and the usual words on screen
    (product.md, section 4).
    """
    account = session.get(Account, candidate.account_id) if candidate.account_id else None
    live = account and is_open(session, account)
    same = account and account.password_hash == candidate.password_hash
    if not account or not live or not same or not password_ok:
        subject_id = account.patient_id if account else None
        audit.record(session, SYSTEM, "session.refuse", subject_id, allowed=False)
        return None
    if account.verified_at is None:
        queue(session, Kind.LOGIN_UNVERIFIED, account_id=account.id)
        return None
    succeeded(session, candidate.this_try)
    refuse_demo_log_in(session)
    if second_step_of(session, account.id).on:
        return HalfWay(Step.CODE, begin_step(session, Step.CODE, account_id=account.id))
    if account.staff_id:
        return HalfWay(Step.SET_UP, begin_step(session, Step.SET_UP, account_id=account.id))
    return admit(session, account, caller)


def finish_code(session: Session, token: str, code: str, caller: Caller) -> Admitted | None:
    """Take the second step with a code; ``None`` where it is wrong, which is counted.

    Raises:
        TooLate: this browser has not given the password, or too long ago.
        TooMany: there were too many wrong codes.
    """
    account = step_account(session, Step.CODE, token)
    known = known_device(session, account.id, caller.device)
    this = begin_try(session, What.CODE, account.id, address=caller.address, known_device=known)
    if not check_code(session, account, code):
        audit.record(session, SYSTEM, "session.refuse", account.patient_id, allowed=False)
        return None
    succeeded(session, this)
    finish_step(session, Step.CODE, token)
    return admit(session, account, caller)


def step_account(session: Session, step: Step, token: str) -> Account:
    """Return the account of a half-finished log-in.

    Raises:
        TooLate: there is none, or the account was closed meanwhile.
    """
    challenge = find_step(session, step, token)
    account = session.get(Account, challenge.account_id)
    if account is None or not is_open(session, account):
        raise TooLate
    return account


def admit(session: Session, account: Account, caller: Caller, *, tell: bool = True) -> Admitted:
    """Start a session for somebody who has shown all that it takes.

    A mail is queued where the browser is a new one, but for ``tell``.
    """
    device = note_device(session, account, caller.device, caller.user_agent, tell=tell)
    secret = start_session(session, account, caller.user_agent)
    return Admitted(secret, device, staff=account.staff_id is not None)


def admit_again(session: Session, account: Account, caller: Caller) -> Admitted:
    """Let somebody in whose form was carried out before, but its answer got lost on the way.

    Raises:
        Invalid: codes were turned on since, which no form goes past.
    """
    if second_step_of(session, account.id).on:
        raise Invalid({"": _("Your first try had arrived already. Please sign in.")})
    return admit(session, account, caller, tell=False)


def refuse_demo_log_in(session: Session) -> None:
    """Let nobody in through a log-in of the demo, whose password is public, but in the demo.

    Raises:
        NotFound: production was pointed at the demo's database (`portal.serve` refuses to start).
    """
    if settings().mode is Mode.PRODUCTION and session.get_one(Clinic, "clinic").is_demo:
        raise NotFound


def account_by_email(session: Session, key: str, *, staff: bool) -> Account | None:
    """Return the open account with an address: the verified one, else the newest unverified."""
    whose = col(Account.staff_id)
    return session.exec(
        select(Account)
        .where(
            Account.email_key == key,
            col(Account.closed_at).is_(None),
            whose.is_not(None) if staff else whose.is_(None),
        )
        .order_by(col(Account.verified_at).is_(None), col(Account.created_at).desc())
        .limit(1)
    ).first()


def verified_account(session: Session, key: str, *, staff: bool = False) -> Account | None:
    """Return the open account whose confirmed address this is."""
    found = account_by_email(session, key, staff=staff)
    return found if found and found.verified_at else None
