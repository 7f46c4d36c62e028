"""The clinic's people: who works here, with which role, and since when not any more."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from portal import audit
from portal.account.fresh import require_fresh
from portal.account.staff_accounts import end_staff_access, forget_staff_app, invite_staff
from portal.errors import Invalid, NotFound
from portal.forms import EmailText, Form, PersonName, email_key, required
from portal.ids import Id, IdOrNone, new_id
from portal.live import touch
from portal.models import Account, Authenticator, Practitioner, Staff
from portal.once import first_time
from portal.permissions import SYSTEM, Action, Actor, StaffRole
from portal.staff.rights import require_at_clinic
from portal.words import _

MOST = 200
LAST_ONE = _("Nobody else has full access. Give it to a colleague first.")


@dataclass(frozen=True)
class StaffRow:
    """Somebody who works here."""

    id: str
    name: str
    role: StaffRole
    practitioner_id: str
    practitioner_name: str
    email: str
    log_in: str  # "none", "invited", "ready" (a password, no app yet), "open" or "ended"
    is_me: bool


class StaffForm(Form):
    """A new colleague, or the new role of one."""

    name: PersonName = required(_("Enter the name."))
    email: EmailText = required(_("Enter the email for signing in."))
    role: StaffRole = required(_("Choose a role."))
    practitioner_id: IdOrNone = ""


class RoleForm(Form):
    """The new role of a colleague."""

    staff_id: Id
    role: StaffRole
    practitioner_id: IdOrNone = ""


def list_staff(session: Session, actor: Actor) -> Sequence[StaffRow]:
    """List who works here by name, then who does no more; at most `MOST`.

    Raises:
        NotAllowed: the actor has no full access.
    """
    require_at_clinic(session, actor, Action.STAFF_MANAGE)
    rows = session.exec(
        select(Staff, Practitioner, Account, Authenticator)
        .join(Practitioner, col(Practitioner.id) == col(Staff.practitioner_id), isouter=True)
        .join(Account, col(Account.staff_id) == col(Staff.id), isouter=True)
        .join(Authenticator, col(Authenticator.account_id) == col(Account.id), isouter=True)
        .order_by(col(Staff.ended_at).is_not(None), func.lower(Staff.name), col(Staff.id))
        .limit(MOST)
    ).all()
    return [
        StaffRow(
            id=staff.id,
            name=staff.name,
            role=StaffRole(staff.role),
            practitioner_id=staff.practitioner_id or "",
            practitioner_name=practitioner.name if practitioner else "",
            email=account.email if account else "",
            log_in=_log_in(staff, account, app),
            is_me=staff.id == actor.staff_id,
        )
        for staff, practitioner, account, app in rows
    ]


def list_practitioners(session: Session, actor: Actor) -> Sequence[tuple[str, str]]:
    """List the ids and names of who sees patients, for the link of a log-in to one of them.

    Raises:
        NotAllowed: the actor has no full access.
    """
    require_at_clinic(session, actor, Action.STAFF_MANAGE)
    return session.exec(
        select(Practitioner.id, Practitioner.name)
        .where(col(Practitioner.ended).is_(False))
        .order_by(col(Practitioner.position), col(Practitioner.name))
        .limit(MOST)
    ).all()


def add_staff(session: Session, actor: Actor, form: StaffForm) -> None:
    """Add a colleague and send them an invitation to choose a password.

    Raises:
        NotAllowed: the actor has no full access.
        PasswordNeeded: the last proof of who it is, is too old.
        Invalid: the address is a colleague's, or a practitioner is missing.
    """
    if actor != SYSTEM:  # the operator's command adds the first one
        require_at_clinic(session, actor, Action.STAFF_MANAGE)
        require_fresh(session, actor)
    if form.request_key and not first_time(session, actor, form.request_key, form):
        return
    staff = Staff(
        id=new_id(),
        name=form.name,
        role=form.role,
        practitioner_id=_practitioner(session, form.role, form.practitioner_id),
    )
    session.add(staff)
    session.flush()
    audit.record(session, actor, "staff.add", None, staff_id=staff.id, role=form.role)
    invite_staff(session, actor, staff.id, form.email)


def invite(session: Session, actor: Actor, form: StaffForm) -> None:
    """Add a colleague; whoever was invited to this address already gets another invitation.

    Raises:
        NotAllowed, Invalid: as `add_staff`.
    """
    waiting = session.exec(
        select(Staff.id)
        .join(Account)
        .where(
            Account.email_key == email_key(form.email),
            col(Account.verified_at).is_(None),
            col(Staff.ended_at).is_(None),
        )
    ).first()
    if waiting:
        invite_staff(session, actor, waiting, form.email)
    else:
        add_staff(session, actor, form)


def change_role(session: Session, actor: Actor, form: RoleForm) -> None:
    """Change what a colleague may do; it holds from their next click on.

    Raises:
        NotAllowed: the actor has no full access.
        PasswordNeeded: the last proof of who it is, is too old.
        NotFound: nobody with this id works here.
        Invalid: nobody with full access would be left, or a practitioner is missing.
    """
    require_at_clinic(session, actor, Action.STAFF_MANAGE)
    require_fresh(session, actor)
    staff = _lock(session, form.staff_id)
    before = staff.role
    if form.role is not StaffRole.FULL_ACCESS:
        _refuse_last(session, staff)
    staff.role = form.role
    staff.practitioner_id = _practitioner(session, form.role, form.practitioner_id)
    session.add(staff)
    audit.record(
        session, actor, "staff.role", None, staff_id=staff.id, before=before, after=form.role
    )
    touch(session, staff.id)


def invite_again(session: Session, actor: Actor, staff_id: str) -> None:
    """Send a colleague who has not signed in yet a new invitation; the one before ends.

    Raises:
        NotAllowed: the actor has no full access.
        NotFound: nobody with this id works here.
        Invalid: they can sign in already.
    """
    require_at_clinic(session, actor, Action.STAFF_MANAGE)
    account = session.exec(select(Account).where(Account.staff_id == staff_id)).first()
    if account is None:
        raise NotFound
    invite_staff(session, actor, staff_id, account.email)


def end_access(session: Session, actor: Actor, staff_id: str) -> list[str]:
    """End a colleague's access at once; return the ids of the sessions that ended.

    Raises:
        NotAllowed: the actor has no full access, or is this person.
        NotFound: nobody with this id has worked here.
        Invalid: nobody with full access would be left.
    """
    require_at_clinic(session, actor, Action.STAFF_MANAGE)
    _refuse_last(session, _lock(session, staff_id, ended=True))
    return end_staff_access(session, actor, staff_id)


def new_app(session: Session, actor: Actor, staff_id: str) -> list[str]:
    """Let a colleague who lost the app set up another; return the ids of the ended sessions.

    Raises:
        NotAllowed: the actor has no full access, or is this person.
        PasswordNeeded: the last proof of who it is, is too old.
        NotFound: they have no log-in.
    """
    require_at_clinic(session, actor, Action.STAFF_MANAGE)
    require_fresh(session, actor)
    return forget_staff_app(session, actor, staff_id)


def _lock(session: Session, staff_id: str, *, ended: bool = False) -> Staff:
    """Return a colleague's row, locked after those of all with full access, in one order."""
    session.exec(
        select(Staff.id)
        .where(Staff.role == StaffRole.FULL_ACCESS, col(Staff.ended_at).is_(None))
        .order_by(col(Staff.id))
        .with_for_update()
    ).all()
    staff = session.get(Staff, staff_id, with_for_update=True, populate_existing=True)
    if staff is None or (staff.ended_at and not ended):
        raise NotFound
    return staff


def _refuse_last(session: Session, staff: Staff) -> None:
    """Refuse to take full access from the last one who has it and can sign in."""
    if staff.role != StaffRole.FULL_ACCESS or staff.ended_at:
        return
    others = session.exec(
        select(func.count())
        .select_from(Staff)
        .join(Account)
        .where(
            Staff.role == StaffRole.FULL_ACCESS,
            Staff.id != staff.id,
            col(Staff.ended_at).is_(None),
            col(Account.verified_at).is_not(None),
            col(Account.closed_at).is_(None),
        )
    ).one()
    if not others:
        raise Invalid({"": LAST_ONE})


def _practitioner(session: Session, role: StaffRole, practitioner_id: str) -> str | None:
    """Return whose patients a colleague sees; only practitioners have any."""
    if role is not StaffRole.PRACTITIONER:
        return None
    practitioner = session.get(Practitioner, practitioner_id) if practitioner_id else None
    if practitioner is None or practitioner.ended:
        raise Invalid({"practitioner_id": _("Choose who in the diary this person is.")})
    return practitioner.id


def _log_in(staff: Staff, account: Account | None, app: Authenticator | None) -> str:
    if staff.ended_at or (account and account.closed_at):
        return "ended" if staff.ended_at else "none"
    if account is None:
        return "none"
    if account.verified_at is None:
        return "invited"
    return "open" if app and app.confirmed_at else "ready"
