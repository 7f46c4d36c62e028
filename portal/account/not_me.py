"""Take an address off a managed profile whose reader says "this is not me"."""

from sqlmodel import Session

from portal import audit
from portal.account.links import NO_LONGER_WORKS, Purpose, use
from portal.errors import Invalid
from portal.models import Patient
from portal.outbox.kinds import Kind
from portal.outbox.queue import queue
from portal.permissions import SYSTEM


def detach(session: Session, token: str) -> None:
    """Use the link: nothing more is sent to the address, and whoever added the profile is told.

    Mails look the address up when they are sent, so queued ones end too. The profile and its
    visits stay, for the clinic to sort out. Nobody is signed in here: holding the link is enough.

    Raises:
        Invalid: the link is used or too old.
    """
    link = use(session, Purpose.NOT_ME, token)
    profile = session.get(Patient, link.patient_id, with_for_update=True)
    if profile is None:
        raise Invalid({"": NO_LONGER_WORKS})
    profile.contact_email = None
    session.add(profile)
    audit.record(session, SYSTEM, "profile.not_me", profile.id)
    if profile.manager_id:
        queue(session, Kind.NOT_ME_SAID, profile_id=profile.id, told_id=profile.manager_id)
