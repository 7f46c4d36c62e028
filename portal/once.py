"""Make a repeated form harmless: a browser that reconnects sends the same click again."""

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from portal import clock
from portal.models import DoneRequest
from portal.permissions import Actor


def first_time(session: Session, actor: Actor, request_key: str) -> bool:
    """Tell whether the actor's form is new, and remember it with the caller's transaction.

    Of two at once the second waits for the first and is then told that it is a repetition.
    """
    try:
        with session.begin_nested():
            session.add(
                DoneRequest(
                    account_id=actor.account_id or "", request_key=request_key, done_at=clock.now()
                )
            )
    except IntegrityError:
        return False
    return True
