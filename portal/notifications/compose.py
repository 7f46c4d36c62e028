"""Which letter each kind of message becomes."""

from collections.abc import Callable

from sqlmodel import Session

from portal.notifications import access_letters, account_letters, visit_letters
from portal.notifications.letter import Letter
from portal.outbox.claim import Claimed
from portal.outbox.kinds import Kind

Composer = Callable[[Session, Claimed], Letter | None]

COMPOSERS: dict[str, Composer] = {
    Kind.SIGNED_UP: account_letters.signed_up,
    Kind.LOGIN_UNVERIFIED: account_letters.signed_up,
    Kind.WELCOME: account_letters.welcome,
    Kind.RESET_ASKED: account_letters.reset_asked,
    Kind.PASSWORD_CHANGED: account_letters.password_changed,
    Kind.ACCESS_GAINED: access_letters.access_gained,
    Kind.ACCESS_LOST: access_letters.access_lost,
    Kind.ACCESS_GIVEN_UP: access_letters.access_given_up,
    Kind.RELATIONSHIP_ENDED: access_letters.relationship_ended,
    Kind.NOT_ME_SAID: access_letters.not_me_said,
    Kind.VISIT_MAIL: visit_letters.visit_mail,
}


def compose(session: Session, message: Claimed) -> Letter | None:
    """Write the letter, from what is true now; ``None`` where nobody is to be told.

    Raises:
        KeyError: a kind nobody writes letters for, such as one of a newer version.
    """
    return COMPOSERS[message.kind](session, message)
