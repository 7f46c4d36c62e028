"""A sign-up with an address that has an account already, as the link in the mail about it sees it.

The link goes to the owner of the address. It opens only a sign-up that is not confirmed, as long as
the address belongs to somebody's confirmed account.
"""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from portal.account import links
from portal.account.links import Purpose
from portal.account.log_in import verified_account
from portal.forms import email_key
from portal.models import Account, Patient


@dataclass(frozen=True)
class SecondSignUp:
    """What a sign-up made: the profile, and the account that nobody has confirmed."""

    profile: Patient
    account: Account


def find_sign_up(session: Session, token: str) -> SecondSignUp | None:
    """Return the sign-up behind a link, if it is open and its address still has an account."""
    link = links.peek(session, Purpose.CLAIM, token)
    key = email_key(link.about or "") if link else ""
    if link is None or verified_account(session, key) is None:
        return None
    found = session.exec(
        select(Patient, Account)
        .join(Account, col(Account.patient_id) == col(Patient.id))
        .where(
            Patient.id == link.patient_id,
            col(Patient.joined_into_id).is_(None),
            Account.email_key == key,
            col(Account.verified_at).is_(None),
            col(Account.closed_at).is_(None),
        )
    ).first()
    return SecondSignUp(*found) if found else None


def lock_sign_up(session: Session, sign_up: SecondSignUp) -> None:
    """End the links that would confirm the address, and lock the account.

    In the order of confirming, and before its profile, as booking does: whoever locks otherwise
    and this would wait for each other.
    """
    links.end(session, Purpose.VERIFY, account_id=sign_up.account.id)
    session.get_one(
        Account, sign_up.account.id, with_for_update={"key_share": True}, populate_existing=True
    )
