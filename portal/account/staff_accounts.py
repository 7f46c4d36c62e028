"""Log-ins of the people who work at the clinic: invited, ended, helped out by full access."""

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from portal import audit, clock
from portal.account import links
from portal.account.challenges import Step, begin_step, end_steps
from portal.account.links import Purpose
from portal.account.log_in import verified_account
from portal.account.own import is_open
from portal.account.second_step import forget_second_step
from portal.account.sessions import actor_of, end_other_sessions
from portal.errors import Invalid, NotAllowed, NotFound
from portal.forms import email_key
from portal.ids import new_id
from portal.models import Account, Staff
from portal.outbox.kinds import Kind
from portal.outbox.queue import queue
from portal.permissions import SYSTEM, Action, Actor, may_at_clinic
from portal.words import _

TAKEN = _("Somebody else who works here signs in with this email. Use another one.")


def invite_staff(session: Session, actor: Actor, staff_id: str, email: str) -> None:
    """Send somebody who works here a link (7 days) to choose their first password with.

    A second invitation ends the first one; it may go to another address.

    Raises:
        NotAllowed: the actor may not manage staff.
        NotFound: nobody with this id works here.
        Invalid: they can sign in already, or the address is somebody else's here.
    """
    _require_manager(session, actor)
    staff = session.get(Staff, staff_id, with_for_update=True)
    if staff is None or staff.ended_at:
        raise NotFound
    key, now = email_key(email), clock.now()
    account = session.exec(select(Account).where(Account.staff_id == staff_id)).first()
    if account and account.verified_at and account.closed_at is None:
        raise Invalid({"email": _("They can sign in already, with another or the same email.")})
    if verified_account(session, key, staff=True):
        raise Invalid({"email": TAKEN})
    account = account or Account(
        id=new_id(), staff_id=staff_id, email="", email_key="", password_hash="", created_at=now
    )
    account.email, account.email_key, account.password_hash = email, key, ""
    # Like a sign-up, it is closed when nothing came of it within 7 days.
    account.created_at, account.verified_at, account.closed_at = now, None, None
    session.add(account)
    session.flush()
    links.end(session, Purpose.INVITE, account_id=account.id)
    audit.record(session, actor, "staff.invite", None, staff_id=staff_id)
    queue(session, Kind.STAFF_INVITED, account_id=account.id)


def accept_invitation(session: Session, token: str, password_hash: str) -> str:
    """Set the first password; return the secret of the half-finished log-in that follows.

    Raises:
        Invalid: the link is used or too old, or the address is somebody else's by now.
    """
    link = links.use(session, Purpose.INVITE, token)
    account = session.get(Account, link.account_id, with_for_update=True)
    if account is None or not is_open(session, account) or account.verified_at:
        raise Invalid({"": links.NO_LONGER_WORKS})
    account.password_hash, account.verified_at = password_hash, clock.now()
    session.add(account)
    try:
        session.flush()
    except IntegrityError:
        raise Invalid({"": TAKEN}) from None
    audit.record(session, actor_of(account), "account.verify", None)
    return begin_step(session, Step.SET_UP, account_id=account.id)


def end_staff_access(session: Session, actor: Actor, staff_id: str) -> list[str]:
    """End somebody's work here and their log-in; return the ids of the sessions that ended.

    Their tabs close with the commit. Ending it twice changes nothing.

    Raises:
        NotAllowed: the actor may not manage staff, or is this person.
        NotFound: nobody with this id has ever worked here.
    """
    _require_manager(session, actor)
    if staff_id == actor.staff_id:
        raise NotAllowed(_("You cannot end your own access. Ask a colleague with full access."))
    staff = session.get(Staff, staff_id, with_for_update=True)
    if staff is None:
        raise NotFound
    now = clock.now()
    staff.ended_at = staff.ended_at or now
    session.add(staff)
    audit.record(session, actor, "staff.end", None, staff_id=staff_id)
    account = session.exec(select(Account).where(Account.staff_id == staff_id)).first()
    if account is None:
        return []
    account.closed_at = account.closed_at or now
    session.add(account)
    for purpose in (Purpose.INVITE, Purpose.RESET, Purpose.NEW_EMAIL):
        links.end(session, purpose, account_id=account.id)
    end_steps(session, account.id)
    return end_other_sessions(session, actor_of(account))


def forget_staff_app(session: Session, actor: Actor, staff_id: str) -> list[str]:
    """Help out somebody who lost app and recovery codes; return the ids of the ended sessions.

    The next log-in with the password sets up a new app.

    Raises:
        NotAllowed: the actor may not manage staff, or is this person.
        NotFound: they have no log-in.
    """
    _require_manager(session, actor)
    if staff_id == actor.staff_id:
        raise NotAllowed(_("Set up another app on your own Security page."))
    account = session.exec(select(Account).where(Account.staff_id == staff_id)).first()
    if account is None or not is_open(session, account):
        raise NotFound
    forget_second_step(session, account, by=actor)
    end_steps(session, account.id)
    return end_other_sessions(session, actor_of(account))


def _require_manager(session: Session, actor: Actor) -> None:
    # The operator's command invites the first one.
    if actor != SYSTEM and not may_at_clinic(session, actor, Action.STAFF_MANAGE):
        raise NotAllowed(
            _("Only people with full access look after log-ins."), action=Action.STAFF_MANAGE
        )
