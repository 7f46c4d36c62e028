"""Which letter each kind of message becomes."""

from collections.abc import Callable

from sqlmodel import Session

from portal.notifications import (
    access_letters,
    account_letters,
    ask_letters,
    claim_letters,
    link_letters,
    security_letters,
    visit_letters,
    wait_letters,
)
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
    Kind.NEW_DEVICE: security_letters.new_device,
    Kind.SECOND_STEP_ON: security_letters.second_step_on,
    Kind.SECOND_STEP_OFF: security_letters.second_step_off,
    Kind.RECOVERY_CODE_USED: security_letters.recovery_code_used,
    Kind.PASSKEY_ADDED: security_letters.passkey_added,
    Kind.NEW_EMAIL_ASKED: security_letters.new_email_asked,
    Kind.NEW_EMAIL_TOLD: security_letters.new_email_told,
    Kind.EMAIL_CHANGED: security_letters.email_changed,
    Kind.STAFF_INVITED: security_letters.staff_invited,
    Kind.ACCESS_GAINED: access_letters.access_gained,
    Kind.ACCESS_LOST: access_letters.access_lost,
    Kind.ACCESS_GIVEN_UP: access_letters.access_given_up,
    Kind.RELATIONSHIP_ENDED: access_letters.relationship_ended,
    Kind.ASKED: ask_letters.asked,
    Kind.ASK_ANSWERED: ask_letters.ask_answered,
    Kind.CLAIM_LINK: claim_letters.claim_link,
    Kind.CLAIMED: claim_letters.claimed,
    Kind.CLAIMED_TOLD: claim_letters.claimed_told,
    Kind.JOINED: claim_letters.joined,
    Kind.JOINED_TOLD: claim_letters.joined_told,
    Kind.PARTED: claim_letters.parted,
    Kind.PARTED_TOLD: claim_letters.parted_told,
    Kind.LINKED: link_letters.made_link,
    Kind.GUARDIAN_NAMED: link_letters.named_guardian,
    Kind.NOT_ME_SAID: access_letters.not_me_said,
    Kind.VISIT_MAIL: visit_letters.visit_mail,
    Kind.WAIT_OFFERED: wait_letters.offered,
}


def compose(session: Session, message: Claimed) -> Letter | None:
    """Write the letter, from what is true now; ``None`` where nobody is to be told.

    Raises:
        KeyError: a kind nobody writes letters for, such as one of a newer version.
    """
    return COMPOSERS[message.kind](session, message)
