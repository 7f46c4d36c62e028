"""Passkeys (WebAuthn): a key on somebody's device, unlocked there by finger, face or PIN.

Having the device and unlocking it are two factors at once, so a passkey signs in by itself, for
patients and for staff. The browser proves it over a challenge that is used once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import webauthn
from sqlmodel import Session, col, select
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, options_to_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from portal import audit, clock
from portal.account.challenges import Step, begin_step, finish_step
from portal.account.device import device_name
from portal.account.fresh import require_fresh
from portal.account.log_in import Admitted, Caller, admit, refuse_demo_log_in
from portal.account.own import confirmed_account, is_open, own_account
from portal.config import settings
from portal.errors import Invalid, NotFound
from portal.ids import new_id
from portal.live import touch
from portal.models import Account, Clinic, Passkey
from portal.outbox.kinds import Kind
from portal.outbox.queue import queue
from portal.permissions import SYSTEM, Actor
from portal.words import _

MOST = 10
UNKNOWN = _("This passkey does not open an account here. Sign in with email and password.")
NOT_MADE = _("The passkey could not be added. Nothing has changed. Please try again.")


@dataclass(frozen=True)
class PasskeyRow:
    """One line of the list on the Security page."""

    id: str
    name: str
    created_at: datetime
    last_used_at: datetime | None


def list_passkeys(session: Session, actor: Actor) -> list[PasskeyRow]:
    """List the actor's passkeys, the newest first."""
    return [
        PasskeyRow(row.id, row.name, row.created_at, row.last_used_at)
        for row in _keys_of(session, own_account(session, actor).id)
    ]


def begin_adding(session: Session, actor: Actor) -> tuple[str, str]:
    """Begin to add a passkey: the secret for the cookie, and the browser's options as JSON.

    Raises:
        PasswordNeeded: the last proof of who it is, is too old.
        Invalid: the account has enough of them.
    """
    account = confirmed_account(session, actor)
    require_fresh(session, actor)
    there = _keys_of(session, account.id)
    if len(there) >= MOST:
        raise Invalid({"": _("You have ten passkeys. Remove one that you do not use.")})
    options = webauthn.generate_registration_options(
        rp_id=rp_id(),
        rp_name=session.get_one(Clinic, "clinic").name,
        user_id=account.id.encode(),
        user_name=account.email,
        user_display_name=account.email,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[
            PublicKeyCredentialDescriptor(id=base64url_to_bytes(one.credential_id)) for one in there
        ],
    )
    content = bytes_to_base64url(options.challenge)
    token = begin_step(session, Step.PASSKEY_ADD, account_id=account.id, content=content)
    return token, options_to_json(options)


def finish_adding(
    session: Session, actor: Actor, token: str, credential: dict[str, Any], user_agent: str
) -> None:
    """Add the passkey that the browser has made, and tell the owner by mail.

    Raises:
        TooLate: this browser has not begun, or too long ago.
        Invalid: what it sent is no new passkey for this account.
    """
    account = confirmed_account(session, actor, lock=True)
    begun = finish_step(session, Step.PASSKEY_ADD, token)
    if begun.account_id != account.id:
        raise NotFound
    try:
        made = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=base64url_to_bytes(begun.content),
            expected_rp_id=rp_id(),
            expected_origin=settings().origins,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        raise Invalid({"": NOT_MADE}) from None
    credential_id = bytes_to_base64url(made.credential_id)
    known = session.exec(select(Passkey.id).where(Passkey.credential_id == credential_id)).first()
    if known or len(_keys_of(session, account.id)) >= MOST:
        raise Invalid({"": NOT_MADE})
    name = device_name(user_agent)
    session.add(
        Passkey(
            id=new_id(),
            account_id=account.id,
            credential_id=credential_id,
            public_key=bytes_to_base64url(made.credential_public_key),
            sign_count=made.sign_count,
            name=name,
            created_at=clock.now(),
        )
    )
    audit.record(session, actor, "passkey.add", account.patient_id)
    touch(session, actor.id or "")
    queue(session, Kind.PASSKEY_ADDED, account_id=account.id, name=name)


def remove_passkey(session: Session, actor: Actor, passkey_id: str) -> None:
    """Take one of the actor's passkeys off; removing one that is gone changes nothing.

    Raises:
        PasswordNeeded: the last proof of who it is, is too old.
    """
    account = own_account(session, actor, lock=True)
    require_fresh(session, actor)
    row = session.get(Passkey, passkey_id)
    if row is None or row.account_id != account.id:
        return
    session.delete(row)
    audit.record(session, actor, "passkey.remove", account.patient_id)
    touch(session, actor.id or "")


def begin_sign_in(session: Session) -> tuple[str, str]:
    """Begin to sign in: the secret for the cookie, and the browser's options as JSON.

    No account is named: the device offers the passkeys it has for this portal.
    """
    options = webauthn.generate_authentication_options(
        rp_id=rp_id(), user_verification=UserVerificationRequirement.REQUIRED
    )
    content = bytes_to_base64url(options.challenge)
    return begin_step(session, Step.PASSKEY_SIGN_IN, content=content), options_to_json(options)


def finish_sign_in(
    session: Session, token: str, credential: dict[str, Any], caller: Caller, *, staff: bool
) -> Admitted | None:
    """Start a session for the passkey's owner; ``None`` where it opens nothing at this door.

    Raises:
        TooLate: this browser has not begun, or too long ago.
    """
    begun = finish_step(session, Step.PASSKEY_SIGN_IN, token)
    row = _owned_row(session, credential)
    account = session.get(Account, row.account_id) if row else None
    if row is None or account is None or not _may_enter(session, account, staff=staff):
        audit.record(session, SYSTEM, "session.refuse", None, allowed=False)
        return None
    try:
        used = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=base64url_to_bytes(begun.content),
            expected_rp_id=rp_id(),
            expected_origin=settings().origins,
            credential_public_key=base64url_to_bytes(row.public_key),
            # A count that does not grow is a copy of the key: refused.
            credential_current_sign_count=row.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        audit.record(session, SYSTEM, "session.refuse", account.patient_id, allowed=False)
        return None
    row.sign_count, row.last_used_at = used.new_sign_count, clock.now()
    session.add(row)
    refuse_demo_log_in(session)
    return admit(session, account, caller)


def rp_id() -> str:
    """Return the host name passkeys are bound to: that of the portal's public address."""
    return urlsplit(settings().origin).hostname or ""


def _may_enter(session: Session, account: Account, *, staff: bool) -> bool:
    at_home = bool(account.staff_id) == staff
    return at_home and account.verified_at is not None and is_open(session, account)


def _owned_row(session: Session, credential: dict[str, Any]) -> Passkey | None:
    """Return the passkey a browser names, locked, if the account it names beside is the owner."""
    sent, response = credential.get("id"), credential.get("response")
    if not isinstance(sent, str) or not sent.isprintable() or not isinstance(response, dict):
        return None
    row = session.exec(
        select(Passkey).where(Passkey.credential_id == sent).with_for_update()
    ).first()
    handle = response.get("userHandle")
    if row is None or handle != bytes_to_base64url(row.account_id.encode()):
        return None
    return row


def _keys_of(session: Session, account_id: str) -> Sequence[Passkey]:
    return session.exec(
        select(Passkey)
        .where(Passkey.account_id == account_id)
        .order_by(col(Passkey.created_at).desc(), col(Passkey.id))
    ).all()
