"""Setting an app for codes up: by somebody signed in, or half-way through their first log-in.

The app's secret waits with what the browser has begun and becomes the account's with the first
right code: until then an app there was before goes on working.
"""

from sqlmodel import Session

from portal.account.challenges import Step, TooLate, begin_step, find_step, finish_step
from portal.account.fresh import require_fresh
from portal.account.log_in import Admitted, Caller, admit, step_account
from portal.account.own import confirmed_account
from portal.account.second_step import (
    NewApp,
    confirm_app,
    describe_app,
    new_secret,
    replace_codes,
    second_step_of,
)
from portal.errors import Invalid
from portal.permissions import Actor
from portal.words import _

WRONG = _("This is not the code that the app shows now. Check the app and try again.")


def begin_app(session: Session, actor: Actor) -> tuple[str, NewApp]:
    """Begin to set up an app for the actor: the secret for the cookie, and what is shown.

    Raises:
        PasswordNeeded: the last proof of who it is, is too old.
    """
    account = confirmed_account(session, actor)
    require_fresh(session, actor)
    sealed = new_secret()
    token = begin_step(session, Step.NEW_APP, account_id=account.id, content=sealed)
    return token, describe_app(session, account, sealed)


def confirm_app_signed_in(session: Session, actor: Actor, token: str, code: str) -> list[str]:
    """Turn the codes on for the actor and return the recovery codes.

    Raises:
        TooLate: this browser has not begun, or too long ago.
        Invalid: the code is wrong; the same app may be tried again.
    """
    account = confirmed_account(session, actor, lock=True)
    begun = find_step(session, Step.NEW_APP, token)
    if begun.account_id != account.id:
        raise TooLate
    codes = confirm_app(session, account, begun.content, code)
    if codes is None:
        raise Invalid({"code": WRONG})
    finish_step(session, Step.NEW_APP, token)
    return codes


def show_app(session: Session, token: str) -> NewApp:
    """Return what is shown half-way through a log-in, the same again after a reload.

    Raises:
        TooLate: this browser has not given the password, or too long ago.
    """
    account = step_account(session, Step.SET_UP, token)
    begun = find_step(session, Step.SET_UP, token)
    if not begun.content:
        begun.content = new_secret()
        session.add(begun)
    return describe_app(session, account, begun.content)


def confirm_app_signing_in(
    session: Session, token: str, code: str, caller: Caller
) -> tuple[list[str], Admitted]:
    """Turn the codes on half-way through a log-in, and let the person in.

    Raises:
        TooLate: this browser has not given the password, or too long ago, or an app was set up
            elsewhere meanwhile.
        Invalid: the code is wrong; the same app may be tried again.
    """
    account = step_account(session, Step.SET_UP, token)
    begun = find_step(session, Step.SET_UP, token)
    if second_step_of(session, account.id).on:
        raise TooLate
    codes = confirm_app(session, account, begun.content, code)
    if codes is None:
        raise Invalid({"code": WRONG})
    finish_step(session, Step.SET_UP, token)
    return codes, admit(session, account, caller)


def fresh_codes(session: Session, actor: Actor) -> list[str]:
    """Return ten new recovery codes for the actor.

    Raises:
        PasswordNeeded: the last proof of who it is, is too old.
        NotAllowed: no app is set up.
    """
    require_fresh(session, actor)
    return replace_codes(session, actor)
