"""Claim a managed profile with a new account, whose address its link has proved."""

from datetime import timedelta

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from portal import audit, clock
from portal.account import links
from portal.account.log_in import Admitted, Caller, admit
from portal.account.sessions import actor_of
from portal.claim.answers import ClaimForm as ClaimForm
from portal.claim.answers import JoinForm as JoinForm
from portal.claim.invitation import Invitation as Invitation
from portal.claim.invitation import (
    find_claim,
    has_verified_account,
    live_grants,
    relatives,
)
from portal.claim.invitation import read_invitation as read_invitation
from portal.claim.join import join_profile as join_profile
from portal.claim.lock import lock_family
from portal.claim.part import undo_join as undo_join
from portal.claim.rules import Held, decide, ended
from portal.claim.send import send_again as send_again
from portal.claim.send import send_by_staff as send_by_staff
from portal.claim.sign_up import read_sign_up as read_sign_up
from portal.errors import Invalid
from portal.forms import email_key
from portal.ids import new_id
from portal.live import touch
from portal.models import Account, DoneRequest, Patient
from portal.once import content_hash
from portal.outbox.kinds import Kind
from portal.outbox.queue import queue
from portal.permissions import Action
from portal.sharing.change import end_grants
from portal.words import _

HAS_ACCOUNT = _(
    "There is an account with this email already. Sign in to it, then join this profile to it."
)


# A browser that got no answer asks again within minutes; later it is signing in.
AGAIN = timedelta(hours=1)


def check_claim(session: Session, form: ClaimForm) -> tuple[list[str], dict[str, str]]:
    """Return what others know about the person, for judging the password, and what is missing.

    Raises:
        Invalid: the link does not work any more, or its address has an account.
    """
    found = find_claim(session, form.token)
    if found is None:
        raise Invalid({"": links.NO_LONGER_WORKS})
    link, profile = found
    _refuse_known(session, link.about or "")
    _kept, mistakes = decide(live_grants(session, profile.id), form.answers)
    words = [profile.first_name, profile.last_name]
    return words + (link.about or "").replace("@", ".").split("."), mistakes


def find_same_claim(session: Session, form: ClaimForm) -> Account | None:
    """Return the account that this very form made already, when its answer got lost on the way."""
    if not form.request_key:
        return None
    return session.exec(
        select(Account)
        .join(DoneRequest, col(DoneRequest.account_id) == col(Account.id))
        .where(
            DoneRequest.request_key == form.request_key,
            DoneRequest.content == content_hash(form),
            col(Account.created_at) > clock.now() - AGAIN,
            col(Account.closed_at).is_(None),
        )
    ).first()


def claim_profile(
    session: Session, form: ClaimForm, *, password_hash: str, caller: Caller
) -> Admitted:
    """Make the profile its person's own and return the secrets for the cookies.

    From then on nobody decides for them. What they dropped ends, what they kept goes on, and where
    it means more with an account of one's own, the page said so. One mail to them, one to each
    person related to the profile.

    Raises:
        Invalid: the link does not work any more, its address has an account, or something was
            not answered.
    """
    account, profile = _take_over(session, form, password_hash)
    actor = actor_of(account)
    live = live_grants(session, profile.id)
    kept, mistakes = decide(live, form.answers)
    if mistakes:
        raise Invalid(mistakes)
    dropped = ended(live, kept)
    for holder_id, permissions in dropped.items():
        end_grants(session, actor, Action.GRANT_WITHDRAW, profile.id, holder_id, permissions)
    audit.record(session, actor, "profile.claim", profile.id)
    _tell(session, profile, kept, dropped)
    return admit(session, account, caller, tell=False)


def _take_over(session: Session, form: ClaimForm, password_hash: str) -> tuple[Account, Patient]:
    """Use the link up, and make the account that the profile belongs to from now on."""
    found = find_claim(session, form.token)
    if found:
        lock_family(session, found[1].id)
        found = find_claim(session, form.token)  # of two at once the second finds it claimed
    if found is None:
        raise Invalid({"": links.NO_LONGER_WORKS})
    link, profile = found
    email, now = link.about or "", clock.now()
    _refuse_known(session, email)
    links.use(session, links.Purpose.CLAIM, form.token)
    links.end(session, links.Purpose.NOT_ME, patient_id=profile.id)
    account = Account(
        id=new_id(),
        patient_id=profile.id,
        email=email,
        email_key=email_key(email),
        password_hash=password_hash,
        created_at=now,
        verified_at=now,
    )
    profile.manager_id = None
    session.add_all([account, profile])
    try:
        session.flush()
    except IntegrityError:
        # Somebody confirmed another account with this address in the same moment.
        raise Invalid({"": HAS_ACCOUNT}) from None
    if form.request_key:
        session.add(
            DoneRequest(
                account_id=account.id,
                request_key=form.request_key,
                content=content_hash(form),
                done_at=now,
            )
        )
    return account, profile


def _tell(session: Session, profile: Patient, kept: Held, dropped: Held) -> None:
    family = relatives(session, profile.id)
    queue(session, Kind.CLAIMED, profile_id=profile.id, kept=kept)
    for holder_id in family:
        queue(
            session,
            Kind.CLAIMED_TOLD,
            profile_id=profile.id,
            holder_id=holder_id,
            kept=kept.get(holder_id, []),
            ended=dropped.get(holder_id, []),
        )
    touch(session, profile.id, *family)


def _refuse_known(session: Session, email: str) -> None:
    if has_verified_account(session, email):
        raise Invalid({"": HAS_ACCOUNT})
