"""The second step of signing in: a code from an app (TOTP, RFC 6238), or a recovery code.

The app's secret is encrypted in the database, and each code works once: none at or before the
time step of the last one that was accepted.
"""

import hmac
from dataclasses import dataclass

import segno
from pyotp import random_base32
from pyotp.totp import TOTP
from sqlalchemy import delete, update
from sqlmodel import Session, col

from portal import audit, clock
from portal.account.fresh import require_fresh
from portal.account.own import confirmed_account
from portal.account.recovery import codes_left, forget_codes, new_codes, use_code
from portal.account.sealing import seal, unseal
from portal.account.sessions import actor_of
from portal.errors import NotAllowed
from portal.live import touch
from portal.models import Account, Authenticator, Clinic
from portal.outbox.kinds import Kind
from portal.outbox.queue import queue
from portal.permissions import Actor
from portal.words import _

PERIOD = 30  # seconds; what every app assumes
# A phone's clock may be one time step off (RFC 6238, section 5.2).
OFF_BY = (0, -1, 1)


@dataclass(frozen=True)
class NewApp:
    """What is shown to set an app up: a picture to scan, and the same as text to type."""

    picture: str  # a data: address of an SVG
    key: str


@dataclass(frozen=True)
class SecondStep:
    """What the Security page shows."""

    on: bool
    codes_left: int


def second_step_of(session: Session, account_id: str) -> SecondStep:
    """Tell whether an account asks for a code, and how many recovery codes are left."""
    if session.get(Authenticator, account_id) is None:
        return SecondStep(on=False, codes_left=0)
    return SecondStep(on=True, codes_left=codes_left(session, account_id))


def new_secret() -> str:
    """Make the secret of a new app, sealed; it counts for nothing before `confirm_app`."""
    return seal(random_base32())


def describe_app(session: Session, account: Account, sealed: str) -> NewApp:
    """Return what the person scans or types."""
    secret = unseal(sealed) or ""
    uri = TOTP(secret).provisioning_uri(
        name=account.email, issuer_name=session.get_one(Clinic, "clinic").name
    )
    picture = segno.make(uri, error="m", micro=False).svg_data_uri(
        scale=5, border=4, dark="#000", light="#fff", encode_minimal=True
    )
    return NewApp(picture, " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)))


def confirm_app(session: Session, account: Account, sealed: str, code: str) -> list[str] | None:
    """Turn the second step on if the code is one of the new app.

    It takes the place of an app there was. Returns the recovery codes, shown once, or ``None``
    where the code is wrong.
    """
    at = _matching_step(unseal(sealed), code, after=0)
    if at is None:
        return None
    now = clock.now()
    row = session.get(Authenticator, account.id, with_for_update=True)
    row = row or Authenticator(account_id=account.id, secret="", created_at=now)
    row.secret, row.created_at, row.confirmed_at, row.last_counter = sealed, now, now, at
    session.add(row)
    audit.record(session, actor_of(account), "second_step.on", account.patient_id)
    touch(session, actor_of(account).id or "")
    queue(session, Kind.SECOND_STEP_ON, account_id=account.id)
    return new_codes(session, account.id)


def check_code(session: Session, account: Account, typed: str) -> bool:
    """Tell whether a code is right, and use it up: the app's own, or a recovery code."""
    code = "".join(typed.split())
    if len(code) != 6:
        return use_code(session, account, code)
    row = session.get(Authenticator, account.id)
    at = _matching_step(unseal(row.secret), code, after=row.last_counter) if row else None
    if at is None:
        return False
    # Of two at once with the same code one gets in.
    used = session.execute(
        update(Authenticator)
        .where(col(Authenticator.account_id) == account.id, col(Authenticator.last_counter) < at)
        .values(last_counter=at)
        .returning(col(Authenticator.account_id))
    ).all()
    return bool(used)


def replace_codes(session: Session, actor: Actor) -> list[str]:
    """Make ten new recovery codes for the actor; the caller has asked for a fresh proof.

    Raises:
        NotAllowed: no app is set up, so nobody ever asks for one.
    """
    account = confirmed_account(session, actor, lock=True)
    if session.get(Authenticator, account.id) is None:
        raise NotAllowed(_("There is no sign-in code to recover. Turn it on first."))
    audit.record(session, actor, "second_step.codes", account.patient_id)
    return new_codes(session, account.id)


def turn_off(session: Session, actor: Actor) -> None:
    """Ask the actor for no code any more.

    Raises:
        PasswordNeeded: the last proof of who it is, is too old.
        NotAllowed: the actor is a member of staff, who cannot do without.
    """
    account = confirmed_account(session, actor, lock=True)
    require_fresh(session, actor)
    if account.staff_id:
        raise NotAllowed(_("People who work here always sign in with a code. Set up another app."))
    forget_second_step(session, account, by=actor)


def forget_second_step(session: Session, account: Account, *, by: Actor) -> None:
    """Take the app and all recovery codes off an account, and tell its owner."""
    gone = session.execute(
        delete(Authenticator)
        .where(col(Authenticator.account_id) == account.id)
        .returning(col(Authenticator.account_id))
    ).all()
    forget_codes(session, account.id)
    if gone:
        audit.record(session, by, "second_step.off", account.patient_id)
        touch(session, actor_of(account).id or "")
        queue(session, Kind.SECOND_STEP_OFF, account_id=account.id, by=by.name)


def _matching_step(secret: str | None, code: str, *, after: int) -> int | None:
    """Return the time step a code belongs to, near now and after the last one used."""
    if not secret or not (code.isascii() and code.isdecimal() and len(code) == 6):
        return None
    totp = TOTP(secret, interval=PERIOD)
    now = int(clock.now().timestamp()) // PERIOD
    for step in (now + off for off in OFF_BY):
        if step > after and hmac.compare_digest(totp.generate_otp(step), code):
            return step
    return None
