"""Join a profile to the account that its person has: two profiles become one.

It is a managed profile, or what a second sign-up with the account's own address has made.
"""

from zoneinfo import ZoneInfo

from sqlalchemy import update
from sqlmodel import Session, col, select

from portal import audit, clock, say
from portal.account import links
from portal.account.closing import close_unconfirmed
from portal.account.fresh import require_fresh
from portal.claim.answers import JoinForm
from portal.claim.invitation import Reader, find_claim, live_grants, reader_of
from portal.claim.lock import lock_family
from portal.claim.move import first_clash, move_bonds, move_memberships, move_visits, move_waiting
from portal.claim.rules import Held, decide, field_of
from portal.claim.sign_up import open_sign_up
from portal.clinic import clinic_info
from portal.errors import Invalid, NotAllowed
from portal.ids import new_id
from portal.live import touch
from portal.models import Account, Block, Patient, ProfileJoin, Visit
from portal.outbox.kinds import Kind
from portal.outbox.queue import queue
from portal.permissions import Action, Actor, require
from portal.words import _


def join_profile(session: Session, actor: Actor, form: JoinForm) -> str:
    """Move all that the profile has to the actor; return the id of the join.

    The profile opens nothing any more. What others could do for it they may do for the actor only
    where the actor has kept it. One mail to the actor, one to each person related to the profile.
    A second sign-up is closed with it; its page names nobody but the person, so nothing that
    others could do for it is kept.

    Raises:
        NotAllowed: the actor's address is not confirmed or not that of the sign-up, or the profile
            is somebody of their own family.
        PasswordNeeded: the actor has not proved who they are for a while.
        Invalid: the link does not work any more, something was not answered, or both profiles
            have a visit at the same time.
    """
    require(session, actor, Action.PROFILE_JOIN, actor.me)
    sign_up = open_sign_up(session, actor, form.token)
    profile = sign_up.profile if sign_up else _open(session, actor, form.token)
    require_fresh(session, actor)
    kept = {} if sign_up else _kept(session, actor, profile, form)
    _refuse_clash(session, profile.id, actor.me)
    links.use(session, links.Purpose.CLAIM, form.token)
    links.end(session, links.Purpose.NOT_ME, patient_id=profile.id)
    join = _move(session, actor, profile, kept, sign_up.account if sign_up else None)
    family = [bond["other"] for bond in join.moved["bonds"]]
    for subject_id in (profile.id, actor.me):
        audit.record(session, actor, Action.PROFILE_JOIN, subject_id, join=join.id)
    queue(session, Kind.JOINED, join_id=join.id)
    for other_id in family:
        queue(session, Kind.JOINED_TOLD, join_id=join.id, told_id=other_id)
    touch(session, profile.id, actor.me, *family)
    return join.id


def refuse_reader(reader: Reader) -> None:
    """Refuse somebody signed in whose link this is not; nothing happens.

    Raises:
        NotAllowed: in words for each case.
    """
    if reader is Reader.RELATED:
        raise NotAllowed(
            _(
                "This link is for somebody in your own family, so nothing was changed. If the "
                "profile is yours, call the clinic."
            )
        )
    if reader is not Reader.OTHER:
        raise NotAllowed(_("Confirm your own email first. Then open this link again."))


def _open(session: Session, actor: Actor, token: str) -> Patient:
    """Return the profile behind the link, locked with everybody whom the join changes."""
    found = find_claim(session, token)
    if found:
        refuse_reader(reader_of(session, found[1].id, actor))
        lock_family(session, found[1].id, actor.me)
        found = find_claim(session, token)  # of two at once the second finds it joined
    if found is None:
        raise Invalid({"": links.NO_LONGER_WORKS})
    refuse_reader(reader_of(session, found[1].id, actor))
    return found[1]


def _kept(session: Session, actor: Actor, profile: Patient, form: JoinForm) -> Held:
    kept, mistakes = decide(live_grants(session, profile.id), form.answers)
    for holder_id, permissions in kept.items():
        if permissions and session.get(Block, (actor.me, holder_id)):
            words = _("You have blocked this person. Drop this, or take the block back first.")
            mistakes[field_of(holder_id, permissions[0])] = words
    if mistakes:
        raise Invalid(mistakes)
    return kept


def _refuse_clash(session: Session, from_id: str, into_id: str) -> None:
    clash = first_clash(session, from_id, into_id)
    if clash is None:
        return
    day = say.day(clash.starts_at.astimezone(ZoneInfo(clinic_info(session).zone)).date())
    raise Invalid(
        {
            "": _(
                "Both profiles have a visit at the same time on {day}. Cancel one of the two or "
                "call the clinic, then open this link again."
            ).format(day=day)
        }
    )


def _move(
    session: Session,
    actor: Actor,
    profile: Patient,
    kept: Held,
    account: Account | None,
) -> ProfileJoin:
    visits = list(session.exec(select(Visit.id).where(Visit.patient_id == profile.id)).all())
    before = {"manager_id": profile.manager_id, "contact_email": profile.contact_email}
    managed = session.exec(
        update(Patient)
        .where(col(Patient.manager_id) == profile.id)
        .values(manager_id=actor.me)
        .returning(col(Patient.id))
    ).scalars()
    moved = {
        **before,
        "manages": list(managed),
        "visits": move_visits(session, visits, profile.id, actor.me),
        "requests": move_waiting(session, profile.id, actor.me),
        "bonds": move_bonds(session, actor, profile.id, actor.me, kept),
        "closed_account": account.id if account else None,
    }
    move_memberships(session, profile.id, actor.me)
    if account:
        close_unconfirmed(session, [account])
    profile.manager_id, profile.contact_email = None, None
    profile.joined_into_id = actor.me
    join = ProfileJoin(
        id=new_id(),
        from_id=profile.id,
        into_id=actor.me,
        by=actor.name,
        at=clock.now(),
        moved=moved,
    )
    session.add_all([profile, join])
    session.flush()
    return join
