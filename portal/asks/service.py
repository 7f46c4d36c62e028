"""What the link in a mail may show to whoever opened it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from portal.account.fresh import is_fresh
from portal.account.links import Purpose, peek
from portal.account.second_step import second_step_of
from portal.account.sessions import actor_of
from portal.family import wording
from portal.models import Account, MailLink
from portal.notifications.facts import Person, find_person
from portal.permissions import Action, Actor, Permission, can
from portal.sharing.answers import OpenAsk, open_of_link
from portal.sharing.wording import asks_about, asks_you
from portal.words import _


@dataclass(frozen=True)
class Question:
    """One thing that is asked, in words."""

    id: str
    title: str
    opens: str
    does_not_open: str


@dataclass(frozen=True)
class AboutLink:
    """What the page shows; nothing of it without a link that works."""

    account_id: str
    password_hash: str
    about: str  # whose matter it is: the reader's own profile, or one they manage
    questions: Sequence[Question]
    has_second_step: bool


def about_link(session: Session, token: str) -> AboutLink | None:
    """Return what a link asks, without using it up: mail scanners open every link."""
    link = peek(session, Purpose.ASK, token)
    account = session.get(Account, link.account_id) if link else None
    if link is None or account is None or account.closed_at or not account.patient_id:
        return None
    reader = find_person(session, account.patient_id)
    owner = find_person(session, link.patient_id or "")
    if reader is None or owner is None:
        return None
    # The mail stays in the mailbox of somebody who managed the profile until it was claimed.
    if not can(session, actor_of(account), Action.GRANT_GIVE, owner.id):
        return None
    own = reader.id == owner.id
    about = (
        _("This is about your own profile, {name}.").format(name=owner.full)
        if own
        else _("This is about the profile of {name}, which you manage.").format(name=owner.full)
    )
    return AboutLink(
        account_id=account.id,
        password_hash=account.password_hash,
        about=about,
        questions=_questions(session, link, reader, owner),
        has_second_step=second_step_of(session, account.id).on,
    )


def has_proved(session: Session, actor: Actor | None, account_id: str) -> bool:
    """Tell whether it is this account's holder who is signed in, and proved it just now."""
    return actor is not None and actor.account_id == account_id and is_fresh(session, actor)


def _questions(
    session: Session, link: MailLink, reader: Person, owner: Person
) -> Sequence[Question]:
    found: list[Question] = []
    for ask in open_of_link(session, link):
        named = _named(session, reader, owner, ask)
        permission = Permission(ask.permission)
        if reader.id == owner.id:
            meaning = wording.told_to_owner(permission, named)
            title = asks_you(permission, named)
        else:
            meaning = wording.told_about(permission, named, owner.first)
            title = asks_about(permission, named, owner.first)
        found.append(Question(ask.id, title, meaning.opens, meaning.does_not_open))
    return found


def _named(session: Session, reader: Person, owner: Person, ask: OpenAsk) -> str:
    """Name who asks; a manager may not know the relatives of whom they manage."""
    actor = Actor(patient_id=reader.id)
    if reader.id == owner.id or can(session, actor, Action.RELATIONSHIP_READ, ask.holder_id):
        return ask.holder_first_name
    return _("A family member of {name}").format(name=owner.first)
