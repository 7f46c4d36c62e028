"""Make a repeated form harmless: a browser that reconnects sends the same click again."""

from pydantic import BaseModel
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from portal import clock
from portal.errors import Invalid
from portal.ids import keyed_hash
from portal.models import DoneRequest
from portal.permissions import Actor
from portal.words import _


def first_time(session: Session, actor: Actor, request_key: str, form: BaseModel) -> bool:
    """Tell whether the actor's form is new, and remember it with the caller's transaction.

    Of two at once the second waits for the first and is then told that it is a repetition.

    Raises:
        Invalid: the key came with another content before, so this is no repetition: the person
            corrected something after the first try had arrived unseen.
    """
    key = (actor.account_id or "", request_key)
    content = content_hash(form)
    try:
        with session.begin_nested():
            session.add(
                DoneRequest(
                    account_id=key[0], request_key=key[1], content=content, done_at=clock.now()
                )
            )
    except IntegrityError:
        done = session.get_one(DoneRequest, key)
        if done.content != content:
            raise Invalid(
                {"": _("Your first try had arrived already. Reload the page to see it.")}
            ) from None
        return False
    return True


def content_hash(form: BaseModel) -> str:
    """Return what tells two forms apart without keeping what was typed."""
    return keyed_hash("request", form.model_dump_json(exclude={"password"}))
