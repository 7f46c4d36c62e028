"""Carry out claimed messages, one after the other.

For each: a short transaction that renews the lease, asks again who may be told and writes the
letter; then the mail server, outside any transaction; then a short transaction that notes it. A
worker that dies between the last two sends the same mail again, with the same ``Message-ID``.
"""

import logging
from threading import Event

from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from portal.clinic import ClinicInfo, clinic_info
from portal.db import reading, writing
from portal.metrics import count_mail
from portal.notifications.compose import compose
from portal.notifications.letter import Letter
from portal.notifications.post import Post, Refused, Unreachable
from portal.notifications.render import to_message
from portal.notifications.visit_readers import ABOUT, fan_out
from portal.outbox.claim import Claimed, claim, finish, is_due, put_back, release, renew

log = logging.getLogger("portal.worker")


def deliver_batch(post: Post, worker: str, stop: Event) -> int:
    """Claim one batch and carry it out; return how many messages were claimed.

    When ``stop`` is set the current message is finished and the others are let go.

    Raises:
        Unreachable: there is no mail server; everything claimed waits, and no try is counted.
    """
    with reading() as session:
        if not is_due(session):
            return 0
    with writing() as session:
        batch = claim(session, worker)
    error = None
    try:
        for message in batch:
            if stop.is_set():
                break
            _deliver(post, worker, message)
    except Unreachable as unreachable:
        error = unreachable.cause
        raise
    finally:
        with writing() as session:
            release(session, worker, error)
    return len(batch)


def _deliver(post: Post, worker: str, message: Claimed) -> None:
    """Carry out one message, or note that it failed."""
    try:
        with writing() as session:
            if not renew(session, worker, message):
                return
            work = _prepare(session, message)
            if work is None:
                finish(session, message)
                count_mail(message.kind, "nothing")
                return
        letter, clinic = work
        post.send(to_message(letter, clinic, message.id))
    except (Unreachable, OperationalError):
        # Not this message's fault: the mail server or the database is away.
        raise
    except Exception as error:  # noqa: BLE001 - noted, logged and tried again
        # Whatever is wrong with one message must not keep the others from being sent.
        name = error.cause if isinstance(error, Refused) else type(error).__name__
        log.warning("message %s (%s) failed: %s", message.id, message.kind, name)
        with writing() as session:
            put_back(session, worker, message, name, refused=isinstance(error, Refused))
        count_mail(message.kind, "failed")
        return
    with writing() as session:
        finish(session, message)
    count_mail(message.kind, "sent")


def _prepare(session: Session, message: Claimed) -> tuple[Letter, ClinicInfo] | None:
    """Return the letter to send; ``None`` where nobody is to be told, or nobody any more."""
    if message.kind in ABOUT:
        fan_out(session, message)
        return None
    letter = compose(session, message)
    return (letter, clinic_info(session)) if letter else None
