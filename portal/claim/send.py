"""Send the link with which a profile is claimed: again by who added it, or by the clinic."""

from datetime import timedelta

from sqlmodel import Session, col, func, select

from portal import audit, clock
from portal.account import links
from portal.claim.invitation import is_claimable
from portal.errors import Invalid, NotFound, TooMany
from portal.forms import email_key
from portal.models import Account, AuditEntry, Patient
from portal.outbox.kinds import Kind
from portal.outbox.queue import queue
from portal.permissions import Action, Actor, require
from portal.words import _

SENT = "profile.invite"
# Whoever reads the address did not ask for any of these mails.
MOST = 3
WITHIN = timedelta(hours=24)


def send_again(session: Session, actor: Actor, member_id: str) -> None:
    """Send a new link to a profile that the actor manages; links sent before end.

    Raises:
        NotFound, NotAllowed: the actor does not decide for that patient.
        Invalid: there is nobody to send it to, or the address is the actor's own.
        TooMany: it was sent often enough today.
    """
    require(session, actor, Action.GRANT_GIVE, member_id)
    profile = _profile(session, member_id)
    own = session.exec(select(Account.email).where(Account.id == actor.account_id)).first()
    if own and email_key(own) == email_key(profile.contact_email or ""):
        raise Invalid(
            {
                "": _(
                    "This profile has your own email, so the link would come to you. Call the "
                    "clinic with their own email first."
                )
            }
        )
    _send(session, actor, profile)


def send_by_staff(session: Session, actor: Actor, patient_id: str) -> None:
    """Send a new link from the clinic, also where who added the profile is gone.

    Raises:
        NotFound, NotAllowed: the actor is no member of staff, or may not reach that patient.
        Invalid: there is nobody to send it to.
        TooMany: it was sent often enough today.
    """
    if actor.staff_id is None:
        raise NotFound(action=Action.GRANT_GIVE, subject_id=patient_id)
    require(session, actor, Action.GRANT_GIVE, patient_id)
    _send(session, actor, _profile(session, patient_id))


def _profile(session: Session, patient_id: str) -> Patient:
    """Return the profile, locked so that two presses at once count each other."""
    profile = session.get_one(Patient, patient_id, with_for_update={"key_share": True})
    if not is_claimable(session, profile):
        raise Invalid({"": _("This person has an account already. They can simply sign in.")})
    if not profile.contact_email:
        raise Invalid({"": _("There is no email on this profile. Call the clinic to add one.")})
    return profile


def _send(session: Session, actor: Actor, profile: Patient) -> None:
    sent = session.exec(
        select(func.count())
        .select_from(AuditEntry)
        .where(
            AuditEntry.subject_id == profile.id,
            AuditEntry.action == SENT,
            col(AuditEntry.allowed).is_(True),
            col(AuditEntry.at) > clock.now() - WITHIN,
        )
    ).one()
    if sent >= MOST:
        raise TooMany(
            _("The link was sent three times today. Ask them to look in their spam folder too.")
        )
    links.end(session, links.Purpose.CLAIM, patient_id=profile.id)
    audit.record(session, actor, SENT, profile.id)
    queue(session, Kind.CLAIM_LINK, profile_id=profile.id, by=actor.name)
