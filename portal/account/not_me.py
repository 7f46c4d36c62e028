"""Take an address off a managed profile whose reader says "this is not me"."""

from sqlmodel import Session, col, select

from portal import audit
from portal.account.links import NO_LONGER_WORKS, Purpose, end, peek, use
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
    enough.

    Raises:
        Invalid: the link is used or too old, or the profile has another address by now.
    """
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
