"""Join the profile of a second sign-up to the account that its address has already."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from portal.account import links
from portal.account.closing import VERIFY_WITHIN
from portal.account.log_in import verified_account
from portal.account.second_sign_up import SecondSignUp, find_sign_up, lock_sign_up
from portal.claim.lock import lock_family
from portal.errors import Invalid, NotAllowed
from portal.permissions import Actor
from portal.sharing.relate import linked
from portal.words import _


class Opener(StrEnum):
    """Who has opened the link of a second sign-up."""

    VISITOR = "visitor"
    """Nobody is signed in."""
    OWNER = "owner"
    """The account with that very address."""
    SIGN_UP = "sign_up"
    """The sign-up itself, in the browser that made it."""
    RELATED = "related"
    """The account with that address, which the clinic has linked with the sign-up as family."""
    OTHER = "other"
    """Anybody else."""


@dataclass(frozen=True)
class SignUpSeen:
    """What the page says of a sign-up; nothing of its visits or family, which may be a stranger's.

    Whoever typed the address may have typed it wrong.
    """

    name: str
    email: str
    made_at: datetime
    closes_at: datetime
    opener: Opener


def read_sign_up(session: Session, token: str, actor: Actor | None) -> SignUpSeen | None:
    """Return what a link says of a second sign-up; ``None`` where it is about none."""
    found = find_sign_up(session, token)
    if found is None:
        return None
    return SignUpSeen(
        name=f"{found.profile.first_name} {found.profile.last_name}",
        email=found.account.email,
        made_at=found.account.created_at,
        closes_at=found.account.created_at + VERIFY_WITHIN,
        opener=_opener(session, found, actor),
    )


def open_sign_up(session: Session, actor: Actor, token: str) -> SecondSignUp | None:
    """Return the sign-up behind a link, locked with all whom a join changes; ``None`` for others.

    Raises:
        NotAllowed: the actor is not signed in to the account with that address.
        Invalid: it was confirmed, joined or closed in the same moment.
    """
    found = find_sign_up(session, token)
    if found is None:
        return None
    _refuse(_opener(session, found, actor))
    lock_sign_up(session, found)
    lock_family(session, found.profile.id, actor.me)
    found = find_sign_up(session, token)
    if found is None:
        raise Invalid({"": links.NO_LONGER_WORKS})
    _refuse(_opener(session, found, actor))
    return found


def _opener(session: Session, sign_up: SecondSignUp, actor: Actor | None) -> Opener:
    if actor is None or actor.patient_id is None:
        return Opener.VISITOR
    if actor.me == sign_up.profile.id:
        return Opener.SIGN_UP
    own = verified_account(session, sign_up.account.email_key)
    if own is None or own.patient_id != actor.me:
        return Opener.OTHER
    return Opener.RELATED if linked(session, actor.me, sign_up.profile.id) else Opener.OWNER


def _refuse(opener: Opener) -> None:
    if opener is Opener.SIGN_UP:
        raise NotAllowed(
            _("You are signed in with the new sign-up. Sign in to the account you had before.")
        )
    if opener is Opener.RELATED:
        raise NotAllowed(
            _(
                "These two profiles are linked as family, so nothing was changed. If both are "
                "yours, call the clinic."
            )
        )
    if opener is not Opener.OWNER:
        raise NotAllowed(
            _(
                "This link works only in the account with the email it was sent to. Sign out, "
                "then open it again. Nothing was changed."
            )
        )
