"""The account of whoever is signed in, patient or staff: only its owner gets to its security."""

from sqlmodel import Session

from portal.errors import NotAllowed, NotFound, SignedOut
from portal.models import Account, Staff
from portal.permissions import Action, Actor, require
from portal.words import _


def own_account(session: Session, actor: Actor, *, lock: bool = False) -> Account:
    """Return the actor's own open account.

    Raises:
        NotFound, NotAllowed: a patient may not look after this account.
        SignedOut: it was closed, or the person does not work here any more.
    """
    if actor.kind == "patient":
        require(session, actor, Action.ACCOUNT_SECURITY, actor.me)
    account = session.get(Account, actor.account_id, with_for_update=lock)
    if account is None or not is_open(session, account):
        raise SignedOut
    if (account.patient_id, account.staff_id) != (actor.patient_id, actor.staff_id):
        raise NotFound
    return account


def confirmed_account(session: Session, actor: Actor, *, lock: bool = False) -> Account:
    """Return the actor's own account if its address is confirmed.

    Raises:
        NotAllowed: it is not; what makes a log-in last begins with that.
    """
    account = own_account(session, actor, lock=lock)
    if account.verified_at is None:
        raise NotAllowed(_("Please confirm your email first. The link is in the email we sent."))
    return account


def is_open(session: Session, account: Account) -> bool:
    """Tell whether anybody may sign in with the account at all."""
    if account.closed_at:
        return False
    if account.staff_id is None:
        return True
    staff = session.get(Staff, account.staff_id)
    return staff is not None and staff.ended_at is None
