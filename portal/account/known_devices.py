"""Browsers somebody has signed in from: a new one is told by mail, a known one is held up less.

A browser keeps one random name for a year in a cookie of its own, which signs nobody in.
"""

import re

from sqlalchemy import update
from sqlmodel import Session, col, exists, select

from portal import clock
from portal.account.device import device_name
from portal.ids import keyed_hash, new_token
from portal.models import Account, KnownDevice
from portal.outbox.kinds import Kind
from portal.outbox.queue import queue
from portal.upsert import add_missing

# As `new_token` makes them. Another text in the cookie is not taken over.
NAME = re.compile(r"[A-Za-z0-9_-]{43}")


def known_device(session: Session, account_id: str | None, name: str) -> str:
    """Return the hash by which a browser is known to an account, or nothing."""
    if not account_id or not NAME.fullmatch(name):
        return ""
    hashed = _hash(account_id, name)
    return hashed if session.get(KnownDevice, (account_id, hashed)) else ""


def note_device(
    session: Session, account: Account, name: str, user_agent: str, *, tell: bool = True
) -> str:
    """Note that somebody signed in from a browser; return the name for its cookie.

    From one that is new to an account which has had others, a mail is queued, but for ``tell``:
    at sign-up and by an invitation the browser is the first one.
    """
    name = name if NAME.fullmatch(name) else new_token()
    now = clock.now()
    hashed = _hash(account.id, name)
    of_account = col(KnownDevice.account_id) == account.id
    had_one = session.exec(select(exists().where(of_account))).one()
    times = {"first_seen_at": now, "last_seen_at": now}
    if add_missing(session, KnownDevice, account_id=account.id, device_hash=hashed, **times):
        if tell and had_one:
            device = device_name(user_agent)
            queue(session, Kind.NEW_DEVICE, account_id=account.id, device=device)
        return name
    session.execute(
        update(KnownDevice)
        .where(of_account, col(KnownDevice.device_hash) == hashed)
        .values(last_seen_at=now)
    )
    return name


def _hash(account_id: str, name: str) -> str:
    # With the account in it: two people who share a browser are not to be found out by a copy.
    return keyed_hash("device", f"{account_id}\0{name}")
