"""Who decides for a profile without a log-in: a family member whom staff name, or the clinic."""

from sqlmodel import Session

from portal import audit
from portal.account.fresh import require_fresh
from portal.errors import Invalid, NotFound
from portal.forms import Form
from portal.ids import Id, IdOrNone
from portal.live import touch
from portal.models import Block, Patient
from portal.outbox.kinds import Kind
from portal.outbox.queue import queue
from portal.permissions import Action, Actor, require
from portal.sharing.relate import linked
from portal.staff.briefs import Brief, find_people
from portal.words import _

NAMED = "profile.guardian"


class GuardianForm(Form):
    """Whom staff name; an empty ``guardian_id`` leaves it to the clinic."""

    patient_id: Id
    guardian_id: IdOrNone = ""


def set_guardian(session: Session, actor: Actor, form: GuardianForm) -> None:
    """Name who decides for a managed profile from now on, in the place of anybody before.

    It gives no permission on the profile by itself: each one that is taken is told to the profile's
    address (product.md, section 3).

    Raises:
        NotFound, NotAllowed: the profile is not the actor's to change.
        PasswordNeeded: somebody is named, and the last proof of who it is, is too old.
        Invalid: the profile has a log-in of its own, or this person cannot decide for it.
    """
    require(session, actor, Action.GRANT_GIVE, form.patient_id)
    profile = session.get(Patient, form.patient_id, with_for_update=True)
    if profile is None:
        raise NotFound
    people = find_people(session, {profile.id, form.guardian_id})
    if people[profile.id].log_in in {"open", "unconfirmed"} or profile.joined_into_id:
        raise Invalid({"": _("This person has an account and decides for themselves.")})
    if form.guardian_id:
        require_guardian(people.get(form.guardian_id))
        if not linked(session, profile.id, form.guardian_id):
            raise Invalid({"guardian_id": _("They are not linked. Link the two profiles first.")})
        if session.get(Block, (profile.id, form.guardian_id)):
            raise Invalid({"guardian_id": _("This person is blocked. Choose somebody else.")})
    before = profile.manager_id
    if before == (form.guardian_id or None):
        return
    if form.guardian_id:
        require_fresh(session, actor)
    profile.manager_id = form.guardian_id or None
    session.add(profile)
    audit.record(session, actor, NAMED, profile.id, guardian=form.guardian_id, before=before)
    if form.guardian_id:
        queue(
            session,
            Kind.GUARDIAN_NAMED,
            profile_id=profile.id,
            guardian_id=form.guardian_id,
        )
    touch(session, *{profile.id, before, form.guardian_id} - {None, ""})


def require_guardian(who: Brief | None) -> None:
    """Refuse somebody who cannot decide for another.

    Raises:
        Invalid: they have no log-in, or its address is not confirmed.
    """
    if who is None or who.log_in != "open":
        raise Invalid(
            {
                "guardian_id": _(
                    "Only somebody with an account and a confirmed email can decide for another."
                )
            }
        )
