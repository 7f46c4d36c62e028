"""Another address to sign in with: only a link sent to it changes it."""

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from portal import audit
from portal.account import links
from portal.account.fresh import require_fresh
from portal.account.links import Purpose
from portal.account.log_in import verified_account
from portal.account.own import confirmed_account, is_open
from portal.account.sessions import actor_of, end_other_sessions
from portal.errors import Invalid
from portal.forms import EmailText, Form, email_key, required
from portal.ids import keyed_hash
from portal.live import touch
from portal.models import Account, Patient
from portal.outbox.kinds import Kind
from portal.outbox.queue import queue
from portal.permissions import Actor
from portal.words import _

NOT_YOURS = _("This is not the password of the account that gets this email. Try again.")
TAKEN = _("This address belongs to another account by now. Your email stays as it was.")


class NewEmail(Form):
    """The form that asks for another address."""

    email: EmailText = required(_("Enter your new email."))


def ask_new_email(session: Session, actor: Actor, form: NewEmail) -> None:
    """Send a link to the new address and tell the present one.

    The answer is the same whether or not somebody has an account with it; the mail says so.

    Raises:
        PasswordNeeded: the last proof of who it is, is too old.
        Invalid: it is the address there is.
    """
    account = confirmed_account(session, actor, lock=True)
    require_fresh(session, actor)
    if email_key(form.email) == account.email_key:
        raise Invalid({"email": _("This is your present email already.")})
    links.end(session, Purpose.NEW_EMAIL, account_id=account.id)
    audit.record(session, actor, "account.ask_email", account.patient_id)
    mark = password_mark(account)
    queue(session, Kind.NEW_EMAIL_ASKED, account_id=account.id, email=form.email, mark=mark)
    queue(session, Kind.NEW_EMAIL_TOLD, account_id=account.id, email=account.email)


def use_new_email(
    session: Session, actor: Actor | None, token: str, *, password_ok: bool = False
) -> list[str]:
    """Change the address through the link; return the ids of the sessions that ended.

    ``actor`` is whoever is signed in in the browser that opened it: the owner stays signed in.
    Elsewhere it takes the account's password: otherwise whoever asks for somebody else's address
    would get it by a click of its owner, who might then use an account that others can open.

    Raises:
        Invalid: the link is used or too old, the password is wrong, or somebody else has the
            address by now.
    """
    link = links.use(session, Purpose.NEW_EMAIL, token)
    mine = actor is not None and actor.account_id == link.account_id
    if not mine and not password_ok:
        raise Invalid({"password": NOT_YOURS})
    account = session.get(Account, link.account_id, with_for_update=True)
    if account is None or not is_open(session, account) or not link.about:
        raise Invalid({"": links.NO_LONGER_WORKS})
    key, old = email_key(link.about), account.email
    if verified_account(session, key, staff=bool(account.staff_id)):
        raise Invalid({"": TAKEN})
    _move_contact(session, account, link.about)
    account.email, account.email_key = link.about, key
    session.add(account)
    try:
        session.flush()
    except IntegrityError:
        # Another account was confirmed with this address in the same moment.
        raise Invalid({"": TAKEN}) from None
    links.end_all(session, account.id)  # they are in a mailbox that may be another person's now
    me = actor if actor and mine else actor_of(account)
    audit.record(session, me, "account.email", account.patient_id)
    touch(session, me.id or "")
    queue(session, Kind.EMAIL_CHANGED, account_id=account.id, email=old)
    return end_other_sessions(session, me)


def password_mark(account: Account) -> str:
    """Return what changes with the password: a link that was asked for before is not made then."""
    return keyed_hash("new-email", account.password_hash)


def _move_contact(session: Session, account: Account, email: str) -> None:
    """Let mail about the patient follow, where it went to the same address."""
    patient = session.get(Patient, account.patient_id) if account.patient_id else None
    if patient and email_key(patient.contact_email or "") == account.email_key:
        patient.contact_email = email
        session.add(patient)
