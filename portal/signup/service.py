"""Make a patient with an account, whatever is known about the address already."""

from sqlmodel import Session, col, select

from portal import audit, clock
from portal.account.log_in import Admitted, Caller, admit
from portal.account.sessions import actor_of
from portal.forms import EmailText, PersonName, Phone, ShortText, WithBirthDate, email_key, required
from portal.ids import new_id
from portal.models import Account, DoneRequest, Patient
from portal.once import content_hash
from portal.outbox.kinds import Kind
from portal.outbox.queue import queue
from portal.words import _


class SignUp(WithBirthDate):
    """What sign-up asks for (issue: first name, last name, e-mail, mobile phone, password)."""

    first_name: PersonName = required(_("Enter your first name."))
    last_name: PersonName = required(_("Enter your last name."))
    email: EmailText = required(_("Enter your email. You sign in with it."))
    phone: Phone = required(_("Enter your mobile phone number."))
    password: str = required(_("Choose a password."))
    preferred_name: PersonName = ""
    pronouns: ShortText = ""


def sign_up(session: Session, form: SignUp, *, password_hash: str, caller: Caller) -> Admitted:
    """Make patient, account and session; return the secrets for the cookies.

    It never looks whether the address is known: screen, answer and time are the same, and the
    mail to the address says which it is (product.md, section 4).
    """
    now = clock.now()
    patient = Patient(
        id=new_id(),
        first_name=form.first_name,
        last_name=form.last_name,
        preferred_name=form.preferred_name or None,
        pronouns=form.pronouns or None,
        birth_on=form.birth_on,
        phone=form.phone,
        contact_email=form.email,
        created_at=now,
    )
    account = Account(
        id=new_id(),
        patient_id=patient.id,
        email=form.email,
        email_key=email_key(form.email),
        password_hash=password_hash,
        created_at=now,
    )
    session.add(patient)
    session.flush()
    session.add(account)
    session.flush()
    if form.request_key:
        session.add(
            DoneRequest(
                account_id=account.id,
                request_key=form.request_key,
                content=content_hash(form),
                done_at=now,
            )
        )
    audit.record(session, actor_of(account), "account.create", patient.id)
    queue(session, Kind.SIGNED_UP, account_id=account.id)
    return admit(session, account, caller, tell=False)


def find_same_sign_up(session: Session, form: SignUp) -> Account | None:
    """Return the account that this very form made already, when its answer got lost on the way."""
    return session.exec(
        select(Account)
        .join(DoneRequest, col(DoneRequest.account_id) == col(Account.id))
        .where(
            Account.email_key == email_key(form.email),
            DoneRequest.request_key == form.request_key,
            DoneRequest.content == content_hash(form),
            col(Account.closed_at).is_(None),
        )
    ).first()
