"""Single-use links in mails: made when a mail is written, stored as a hash, used once."""

from datetime import timedelta
from enum import StrEnum

from sqlalchemy import true, update
from sqlmodel import Session, col, select

from portal import clock
from portal.errors import Invalid
from portal.ids import keyed_hash, new_id, new_token
from portal.models import MailLink
from portal.words import _

NO_LONGER_WORKS = _(
    "This link does not work any more: it is too old or was used before. "
    "Sign in or ask for a new link, or call the clinic."
)


class Purpose(StrEnum):
    """What a link may be used for; a link for one purpose is nothing for another."""

    VERIFY = "verify"
    """Confirm the address of ``account_id``."""
    RESET = "reset"
    """Choose a new password for ``account_id``."""
    NEW_EMAIL = "new_email"
    """Make the address ``about`` that of ``account_id``."""
    INVITE = "invite"
    """Choose the first password of ``account_id``, which belongs to a member of staff."""
    NOT_ME = "not_me"
    """Take the address off the managed profile ``patient_id``."""
    CLAIM = "claim"
    """Make the managed profile ``patient_id`` one's own, or join that of a second sign-up to one's
    account; ``about`` is the address it went to."""
    ASK = "ask"
    """Answer the asks of the request ``about`` for ``patient_id``, as ``account_id``."""


LIFETIME: dict[Purpose, timedelta] = {
    # As long as an account may wait for its address to be confirmed (product.md, section 4).
    Purpose.VERIFY: timedelta(days=7),
    Purpose.RESET: timedelta(hours=1),
    Purpose.NEW_EMAIL: timedelta(hours=24),
    Purpose.INVITE: timedelta(days=7),
    Purpose.NOT_ME: timedelta(days=14),
    Purpose.CLAIM: timedelta(days=14),
    Purpose.ASK: timedelta(days=14),
}


def make_link(
    session: Session,
    purpose: Purpose,
    *,
    account_id: str | None = None,
    patient_id: str | None = None,
    about: str | None = None,
) -> str:
    """Make a link and return its raw token, which belongs in the mail and nowhere else."""
    token, now = new_token(), clock.now()
    session.add(
        MailLink(
            id=new_id(),
            token_hash=_hash(token),
            purpose=purpose,
            account_id=account_id,
            patient_id=patient_id,
            about=about,
            created_at=now,
            expires_at=now + LIFETIME[purpose],
        )
    )
    return token


def peek(session: Session, purpose: Purpose, token: str) -> MailLink | None:
    """Return the link if it could be used now, without using it: mail scanners open every link."""
    return session.exec(
        select(MailLink).where(
            MailLink.token_hash == _hash(token),
            MailLink.purpose == purpose,
            col(MailLink.used_at).is_(None),
            col(MailLink.expires_at) > clock.now(),
        )
    ).one_or_none()


def use(session: Session, purpose: Purpose, token: str) -> MailLink:
    """Use a link up and return it; what else was sent for the same purpose ends with it.

    Of two uses at once one succeeds.

    Raises:
        Invalid: unknown, used and expired links, all with the same sentence.
    """
    now = clock.now()
    id_ = session.exec(
        update(MailLink)
        .where(
            col(MailLink.token_hash) == _hash(token),
            col(MailLink.purpose) == purpose,
            col(MailLink.used_at).is_(None),
            col(MailLink.expires_at) > now,
        )
        .values(used_at=now)
        .returning(col(MailLink.id))
    ).scalar_one_or_none()
    if id_ is None:
        raise Invalid({"": NO_LONGER_WORKS})
    link = session.get_one(MailLink, id_, populate_existing=True)
    # Two relatives may ask somebody at once: their links have nothing to do with each other.
    about = link.about if purpose is Purpose.ASK else None
    end(session, purpose, account_id=link.account_id, patient_id=link.patient_id, about=about)
    return link


def end(
    session: Session,
    purpose: Purpose,
    *,
    account_id: str | None = None,
    patient_id: str | None = None,
    about: str | None = None,
) -> None:
    """Mark every link as used that was sent to these for a purpose and is still open.

    With ``about`` only those for the same thing.
    """
    session.exec(
        update(MailLink)
        .where(
            col(MailLink.purpose) == purpose,
            col(MailLink.account_id).is_not_distinct_from(account_id),
            col(MailLink.patient_id).is_not_distinct_from(patient_id),
            col(MailLink.used_at).is_(None),
            col(MailLink.about) == about if about else true(),
        )
        .values(used_at=clock.now())
    )


def end_all(session: Session, account_id: str) -> None:
    """Mark every link as used that was sent to an account and is still open."""
    session.exec(
        update(MailLink)
        .where(col(MailLink.account_id) == account_id, col(MailLink.used_at).is_(None))
        .values(used_at=clock.now())
    )


def _hash(token: str) -> str:
    return keyed_hash("mail-link", token)
