"""Take an address off a profile whose reader says "this is not me"."""

from sqlmodel import Session, col, select

from portal import audit
from portal.account.closing import close_unconfirmed, flag_visits
from portal.account.links import NO_LONGER_WORKS, Purpose, end, peek, use
from portal.account.second_sign_up import SecondSignUp, find_sign_up, lock_sign_up
from portal.errors import Invalid
from portal.forms import email_key
from portal.live import touch
from portal.models import Account, MailLink, Patient
from portal.outbox.kinds import Kind
from portal.outbox.queue import queue
from portal.permissions import SYSTEM

FLAG = "email belongs to somebody else"
"""On the profile, for staff."""
# Both go to the address: whoever could claim the profile can also say that it is not them.
PURPOSES = (Purpose.NOT_ME, Purpose.CLAIM)


def detach(session: Session, token: str) -> None:
    """Use the link: nothing more is sent to the address, and who added the profile is told.

    Mails look the address up when they are sent, so queued ones end too. The profile and its
    visits stay, flagged for the clinic to sort out. Nobody is signed in here: holding the link is
    enough. A sign-up that somebody made with the address of the link's owner is closed.

    Raises:
        Invalid: the link is used or too old, or the profile has another address by now.
    """
    if sign_up := find_sign_up(session, token):
        _close(session, sign_up, token)
        return
    link = next((found for p in PURPOSES if (found := peek(session, p, token))), None)
    profile = _profile(session, link)
    if link is None or profile is None:
        raise Invalid({"": NO_LONGER_WORKS})
    use(session, Purpose(link.purpose), token)
    for purpose in PURPOSES:
        end(session, purpose, patient_id=profile.id)
    profile.contact_email = None
    profile.flag = FLAG
    session.add(profile)
    audit.record(session, SYSTEM, "profile.not_me", profile.id)
    if profile.manager_id:
        queue(session, Kind.NOT_ME_SAID, profile_id=profile.id, told_id=profile.manager_id)
        touch(session, profile.manager_id)


def _close(session: Session, sign_up: SecondSignUp, token: str) -> None:
    """Close a sign-up as if nobody had confirmed it in time; whoever made it is signed out."""
    lock_sign_up(session, sign_up)
    session.get_one(Patient, sign_up.profile.id, with_for_update=True, populate_existing=True)
    if find_sign_up(session, token) is None:
        raise Invalid({"": NO_LONGER_WORKS})
    use(session, Purpose.CLAIM, token)
    close_unconfirmed(session, [sign_up.account])
    flag_visits(session, [sign_up.account])
    sign_up.profile.contact_email = None
    sign_up.profile.flag = FLAG
    session.add(sign_up.profile)
    audit.record(session, SYSTEM, "profile.not_me", sign_up.profile.id)
    audit.record(session, SYSTEM, "account.close", sign_up.profile.id)
    touch(session, sign_up.profile.id)


def _profile(session: Session, link: MailLink | None) -> Patient | None:
    """Return the profile, locked before the link is used, as claiming it does.

    Nobody takes the address off a profile that was claimed or got another address meanwhile.
    """
    if link is None:
        return None
    profile = session.get(Patient, link.patient_id, with_for_update=True)
    if (
        profile is None
        or session.exec(select(Account.id).where(col(Account.patient_id) == profile.id)).first()
    ):
        return None
    other = link.about and email_key(link.about) != email_key(profile.contact_email or "")
    return None if other else profile
