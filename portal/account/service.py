"""Confirming an address, and passwords.

Hashing takes 40 ms, so it happens between transactions, never inside one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from portal import audit, clock
from portal.account import links
from portal.account.challenges import end_steps
from portal.account.log_in import verified_account
from portal.account.own import is_open, own_account
from portal.account.sessions import actor_of, end_other_sessions
from portal.errors import Invalid
from portal.forms import email_key
from portal.live import touch
from portal.models import Account, MailLink, Patient, Staff
from portal.outbox.kinds import Kind
from portal.outbox.queue import queue
from portal.permissions import Actor
from portal.words import _

NOT_CURRENT = _("This is not your current password. Try again.")
ALREADY_THERE = _("There is already an account with this email. Sign in with it instead.")


@dataclass(frozen=True)
class AboutPassword:
    """What is needed to judge and check the password of one account."""

    account_id: str
    password_hash: str
    about_person: Sequence[str]
    is_staff: bool


def ask_reset(session: Session, email: str, *, staff: bool = False) -> None:
    """Queue the same message for every address; the worker finds out whether it is known."""
    queue(session, Kind.RESET_ASKED, email=email, email_key=email_key(email), staff=staff)


def about_link(session: Session, purpose: links.Purpose, token: str) -> AboutPassword | None:
    """Return the account behind a link that still works, without using the link."""
    link = links.peek(session, purpose, token)
    return _about(session, link.account_id) if link and link.account_id else None


def about_me(session: Session, actor: Actor) -> AboutPassword:
    """Return what is needed to check the actor's own password."""
    return _about_account(session, own_account(session, actor))


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
    if verified_account(session, account.email_key):
        raise Invalid({"": ALREADY_THERE})
    account.verified_at = clock.now()
    session.add(account)
    try:
        session.flush()
    except IntegrityError:
        # Another account with this address was confirmed in the same moment.
        raise Invalid({"": ALREADY_THERE}) from None
    audit.record(session, actor_of(account), "account.verify", account.patient_id)
    touch(session, actor_of(account).id or "")
    queue(session, Kind.WELCOME, account_id=account.id)


def resend_verification(session: Session, actor: Actor) -> None:
    """Send the actor a fresh link to confirm the address."""
    account = own_account(session, actor)
    if account.verified_at is None:
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
    account = own_account(session, actor, lock=True)
    if account.password_hash != old_hash:
        raise Invalid({"current": NOT_CURRENT})
    return _set_password(session, actor, account, new_hash)


def _set_password(
    session: Session, actor: Actor, account: Account, password_hash: str
) -> list[str]:
    account.password_hash = password_hash
    session.add(account)
    ended = end_other_sessions(session, actor)
    # Whatever was begun with the old one: another link, a new address, a log-in half done.
    for purpose in (links.Purpose.RESET, links.Purpose.NEW_EMAIL):
        links.end(session, purpose, account_id=account.id)
    end_steps(session, account.id)
    audit.record(session, actor, "account.password", account.patient_id)
    queue(session, Kind.PASSWORD_CHANGED, account_id=account.id)
    return ended


def _account(session: Session, link: MailLink) -> Account:
    account = session.get(Account, link.account_id, with_for_update=True)
    if account is None or not is_open(session, account):
        raise Invalid({"": links.NO_LONGER_WORKS})
    return account


def _about(session: Session, account_id: str) -> AboutPassword | None:
    account = session.get(Account, account_id)
    if account is None or not is_open(session, account):
        return None
    return _about_account(session, account)


def _about_account(session: Session, account: Account) -> AboutPassword:
    """Return what to check a password by; what others know of the person is not to be in it."""
    known = list(account.email.replace("@", ".").split("."))
    if patient := session.get(Patient, account.patient_id) if account.patient_id else None:
        known += [patient.first_name, patient.last_name]
    if staff := session.get(Staff, account.staff_id) if account.staff_id else None:
        known += staff.name.split()
    return AboutPassword(account.id, account.password_hash, known, is_staff=bool(staff))
