"""A fresh proof of who is at the keys: the password again, and the code where there is one."""

from sqlmodel import Session

from portal.account.fresh import note_proof
from portal.account.known_devices import known_device
from portal.account.lockout import Try, What, begin_try, succeeded
from portal.account.log_in import WRONG_CODE, Caller
from portal.account.own import own_account
from portal.account.second_step import check_code, second_step_of
from portal.account.service import NOT_CURRENT, AboutPassword, about_me
from portal.permissions import Actor
from portal.words import _


def needs_code(session: Session, actor: Actor) -> bool:
    """Tell whether a proof takes a code beside the password."""
    return second_step_of(session, own_account(session, actor).id).on


def begin_proof(session: Session, actor: Actor, caller: Caller) -> tuple[AboutPassword, Try]:
    """Count a try of the actor's own password and return what to check it by.

    Raises:
        TooMany: there were too many wrong tries.
    """
    about = about_me(session, actor)
    known = known_device(session, about.account_id, caller.device)
    this = begin_try(
        session, What.PROOF, about.account_id, address=caller.address, known_device=known
    )
    return about, this


def finish_proof(
    session: Session, actor: Actor, this: Try, caller: Caller, *, password_ok: bool, code: str
) -> dict[str, str]:
    """Note the proof; return what was wrong, field by field, or nothing.

    Codes are counted with those at the log-in: with the password, that counter would begin anew
    each time somebody gives it right.

    Raises:
        TooMany: there were too many wrong codes.
    """
    if not password_ok:
        return {"password": NOT_CURRENT}
    account = own_account(session, actor)
    if second_step_of(session, account.id).on:
        if not code:
            return {"code": _("Enter the code from your app too.")}
        known = known_device(session, account.id, caller.device)
        guess = begin_try(
            session, What.CODE, account.id, address=caller.address, known_device=known
        )
        if not check_code(session, account, code):
            return {"code": WRONG_CODE}
        succeeded(session, guess)
    succeeded(session, this)
    note_proof(session, actor)
    return {}
