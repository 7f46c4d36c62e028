"""Asking for more: a holder asks for permissions, whoever decides for the owner answers.

Nothing changes until it is accepted (product.md, section 3). What a blocked person asks for waits
like any other ask and runs out: they cannot tell, and nobody hears of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from pydantic import Field
from sqlalchemy import func, update
from sqlmodel import Session, col, select

from portal import audit, clock
from portal.account.fresh import require_fresh
from portal.account.links import NO_LONGER_WORKS, Purpose, peek, use
from portal.account.sessions import actor_of
from portal.errors import Invalid, NotAllowed, NotFound
from portal.forms import Form
from portal.ids import Id, PatientId, new_id
from portal.live import touch
from portal.models import Account, Ask, Block, MailLink, Patient, RelationshipSide
from portal.outbox.kinds import Kind
from portal.outbox.queue import queue
from portal.permissions import SIX, Action, Actor, Permission, can, require
from portal.sharing.change import find_relationship, give, held
from portal.sharing.setting import require_own_sharing
from portal.words import _

LASTS = timedelta(days=14)
# Somebody who said no is left in peace for as long as an ask lasts.
PEACE = LASTS
BATCH = 500
MOST = 100  # far more than a family of 40 can have open towards one person who looks


class Answer(StrEnum):
    """What became of an ask."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    TAKEN_BACK = "taken_back"
    ENDED = "ended"  # the relationship ended first


class AskForm(Form):
    """What a holder asks for."""

    member_id: Id
    permissions: list[Permission] = Field(min_length=1, max_length=len(Permission))


@dataclass(frozen=True)
class MyAsk:
    """Something I asked for: waiting for an answer, or not given."""

    id: str
    owner_id: str
    permission: Permission
    asked_at: datetime
    waiting: bool


@dataclass(frozen=True)
class OpenAsk:
    """Something that is asked of me, or of somebody for whom I decide."""

    id: str
    owner_id: str
    holder_id: str
    holder_first_name: str
    holder_label: str  # what the holder is to the owner
    holder_label_text: str | None
    permission: Permission
    asked_at: datetime
    expires_at: datetime


def ask(session: Session, actor: Actor, form: AskForm) -> None:
    """Ask for permissions on a family member; what is held or asked for already is left out.

    Raises:
        NotFound, NotAllowed: the actor is no confirmed relative, the clinic decides itself, or
            nobody decides for the member online.
        Invalid: nothing is left to ask for, or the answer was no a short while ago.
    """
    owner_id = require(session, actor, Action.GRANT_ASK, form.member_id)
    require_own_sharing(session, actor)
    # Locked: of two asks for the same at once, the second finds the first.
    relationship_id = find_relationship(session, owner_id, actor.me)
    answers = decider(session, owner_id)
    if answers is None:
        raise NotAllowed(_("Nobody can answer this online for them. Please call the clinic."))
    if answers == actor.me:
        raise NotAllowed(_("You manage this profile: you can take it back yourself."))
    mine = {one.permission: one for one in _mine(session, actor, owner_id)}
    there = held(session, owner_id, [actor.me])[actor.me]
    wanted = [p for p in SIX if p in form.permissions and p not in there]
    new = [p for p in wanted if p not in mine]
    if not new:
        if any(not mine[p].waiting for p in wanted):
            raise Invalid({"": _("They did not give this. You can ask again in two weeks.")})
        raise Invalid({"": _("You have asked for this already. Please wait for the answer.")})
    _expire(session, col(Ask.owner_id) == owner_id, col(Ask.holder_id) == actor.me)
    unheard = session.get(Block, (owner_id, actor.me)) is not None
    request_id, now = new_id(), clock.now()
    for permission in new:
        session.add(
            Ask(
                id=new_id(),
                request_id=request_id,
                relationship_id=relationship_id,
                owner_id=owner_id,
                holder_id=actor.me,
                permission=permission,
                asked_at=now,
                expires_at=now + LASTS,
                unheard=unheard,
            )
        )
        # Whoever is blocked must not learn it from their own activity; the owner sees none of it.
        more: dict[str, Any] = {"unheard": True} if unheard else {}
        audit.record(session, actor, Action.GRANT_ASK, owner_id, permission=permission, **more)
    touch(session, actor.me)
    if not unheard:
        touch(session, owner_id, answers)
        queue(session, Kind.ASKED, request_id=request_id, owner_id=owner_id)


def answer(session: Session, actor: Actor, answers: Mapping[str, bool]) -> None:
    """Accept (true) or decline asks, by their ids; the holder gets one mail about all of them.

    The same answer sent twice is one answer.

    Raises:
        NotFound: one of the asks is not the actor's to answer, ran out, or its holder was removed.
        PasswordNeeded: accepting takes a fresh proof of who answers.
        NotAllowed: the clinic decides itself, or the holder can be given nothing.
    """
    if any(answers.values()):
        require_fresh(session, actor)
    _answer(session, actor, answers)


def answer_by_link(
    session: Session, token: str, answers: Mapping[str, bool], *, proved: bool
) -> None:
    """Answer the asks that a mail was about; the link then is of no more use.

    ``proved`` says that whoever answers has given the account's password, without which the link
    can only decline: a mailbox alone must not open anybody's information.

    Raises:
        Invalid: the link is used or too old, or an ask is left without an answer.
    """
    link = peek(session, Purpose.ASK, token)
    account = session.get(Account, link.account_id) if link else None
    if link is None or account is None or account.closed_at:
        raise Invalid({"": NO_LONGER_WORKS})
    asked = {one.id for one in open_of_link(session, link)}
    if missing := sorted(asked - set(answers)):
        raise Invalid({f"answers.{id_}": _("Choose yes or no.") for id_ in missing})
    if set(answers) - asked:
        raise NotFound(action=Action.GRANT_GIVE, subject_id=link.patient_id)
    if any(answers.values()) and not proved:
        raise Invalid({"password": _("To say yes, enter the password of your account.")})
    use(session, Purpose.ASK, token)
    _answer(session, actor_of(account), answers)


def take_back(session: Session, actor: Actor, ask_id: str) -> None:
    """Take back something the actor asked for; what was answered meanwhile stays as it is.

    Raises:
        NotFound: it is not an ask of the actor's.
    """
    row = session.get(Ask, ask_id)
    if row is None or row.holder_id != actor.me:
        raise NotFound(action=Action.GRANT_ASK)
    require(session, actor, Action.GRANT_ASK, row.owner_id)
    find_relationship(session, row.owner_id, actor.me)
    session.refresh(row)
    if row.answered_at is None:
        _close(session, row, actor, Answer.TAKEN_BACK)
        touch(session, row.owner_id, row.holder_id)


def my_asks(session: Session, actor: Actor) -> Sequence[MyAsk]:
    """List what the actor asked for: what waits, and what was declined a short while ago."""
    require(session, actor, Action.FAMILY_LIST, actor.me)
    return _mine(session, actor)


def open_asks(session: Session, actor: Actor, owner_id: str) -> Sequence[OpenAsk]:
    """List what waits for an answer of whoever decides for the owner, the oldest first.

    Raises:
        NotFound, NotAllowed: the actor does not decide for the owner.
    """
    require(session, actor, Action.GRANT_GIVE, owner_id)
    return _open(session, col(Ask.owner_id) == owner_id)


def open_of_link(session: Session, link: MailLink) -> Sequence[OpenAsk]:
    """List what a link from a mail can still answer."""
    return _open(session, col(Ask.request_id) == (link.about or ""))


def decider(session: Session, owner_id: str) -> PatientId | None:
    """Return who answers for the owner: they themselves, or who manages them; nobody, perhaps."""
    account = col(Account.patient_id) == owner_id
    if session.exec(select(Account.id).where(account, col(Account.closed_at).is_(None))).first():
        return PatientId(owner_id)
    manager = select(Patient.manager_id).where(Patient.id == owner_id)
    found = session.exec(manager).first()
    return PatientId(found) if found else None


def expire_asks(session: Session) -> int:
    """Close one batch of asks that nobody answered in time; return how many there were."""
    late = (
        select(Ask.id)
        .where(col(Ask.answered_at).is_(None), col(Ask.expires_at) <= clock.now())
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    return _expire(session, col(Ask.id).in_(session.exec(late).all()))


def _answer(session: Session, actor: Actor, answers: Mapping[str, bool]) -> None:
    chosen = select(Ask).where(col(Ask.id).in_(list(answers))).order_by(col(Ask.id))
    rows = session.exec(chosen).all()
    if len(rows) != len(answers):
        raise NotFound(action=Action.GRANT_GIVE)
    for row in rows:
        if row.unheard or not can(session, actor, Action.GRANT_GIVE, row.owner_id):
            raise NotFound(action=Action.GRANT_GIVE, subject_id=row.owner_id)
    require_own_sharing(session, actor)
    # Everything that changes something between two people locks their relationship first.
    for owner_id, holder_id in sorted({(row.owner_id, row.holder_id) for row in rows}):
        find_relationship(session, owner_id, holder_id)
    rows = session.exec(chosen.execution_options(populate_existing=True)).all()
    open_rows = [row for row in rows if not _settled(row, accept=answers[row.id])]
    for pair in sorted({(row.owner_id, row.holder_id) for row in open_rows}):
        asked = [row for row in open_rows if (row.owner_id, row.holder_id) == pair]
        _answer_pair(session, actor, pair, asked, answers)


def _answer_pair(
    session: Session,
    actor: Actor,
    pair: tuple[str, str],
    asked: Sequence[Ask],
    answers: Mapping[str, bool],
) -> None:
    owner_id, holder_id = pair
    yes = [Permission(row.permission) for row in asked if answers[row.id]]
    no = [Permission(row.permission) for row in asked if not answers[row.id]]
    for row in asked:
        _close(session, row, actor, Answer.ACCEPTED if answers[row.id] else Answer.DECLINED)
    if no:
        audit.record(session, actor, "ask.decline", owner_id, holder=holder_id, permissions=no)
    session.flush()
    if yes:
        give(session, actor, owner_id, {PatientId(holder_id): yes})
    touch(session, owner_id, holder_id)
    queue(
        session,
        Kind.ASK_ANSWERED,
        owner_id=owner_id,
        holder_id=holder_id,
        accepted=yes,
        declined=no,
    )


def _settled(row: Ask, *, accept: bool) -> bool:
    """Tell whether the ask has this very answer already.

    Raises:
        NotFound: it was answered otherwise, taken back, or ran out.
    """
    if row.answered_at is None and row.expires_at > clock.now():
        return False
    if row.answer == (Answer.ACCEPTED if accept else Answer.DECLINED):
        return True
    raise NotFound(_("This was answered already, or is too old. Reload the page to see it."))


def _close(session: Session, row: Ask, actor: Actor, answer: Answer) -> None:
    row.answered_at, row.answered_by, row.answer = clock.now(), actor.name, answer
    session.add(row)


def _expire(session: Session, *which: object) -> int:
    """Close those that ran out, for everybody to see."""
    rows = session.exec(
        update(Ask)
        .where(
            col(Ask.answered_at).is_(None),
            col(Ask.expires_at) <= clock.now(),
            *which,  # pyright: ignore[reportArgumentType]
        )
        .values(answered_at=clock.now(), answered_by="system", answer=Answer.EXPIRED)
        .returning(col(Ask.owner_id), col(Ask.holder_id))
    ).all()
    touch(session, *(id_ for row in rows for id_ in row))
    return len(rows)


def _mine(session: Session, actor: Actor, owner_id: str | None = None) -> Sequence[MyAsk]:
    now = clock.now()
    waiting = col(Ask.answered_at).is_(None) & (col(Ask.expires_at) > now)
    declined = (col(Ask.answer) == Answer.DECLINED) & (col(Ask.answered_at) > now - PEACE)
    query = (
        select(Ask)
        .join(RelationshipSide, col(RelationshipSide.relationship_id) == col(Ask.relationship_id))
        .where(
            Ask.holder_id == actor.me,
            RelationshipSide.patient_id == actor.me,
            col(RelationshipSide.ended_at).is_(None),
            waiting | declined,
        )
        .order_by(col(Ask.asked_at), col(Ask.id))
        .limit(MOST * len(SIX))
    )
    if owner_id is not None:
        query = query.where(Ask.owner_id == owner_id)
    return [
        MyAsk(a.id, a.owner_id, Permission(a.permission), a.asked_at, a.answered_at is None)
        for a in session.exec(query)
    ]


def _open(session: Session, which: object) -> Sequence[OpenAsk]:
    rows = session.exec(
        select(Ask, Patient, RelationshipSide)
        .join(Patient, col(Patient.id) == col(Ask.holder_id))
        .join(RelationshipSide, col(RelationshipSide.relationship_id) == col(Ask.relationship_id))
        .where(
            which,  # pyright: ignore[reportArgumentType]
            col(Ask.answered_at).is_(None),
            col(Ask.expires_at) > clock.now(),
            col(Ask.unheard).is_(False),
            col(RelationshipSide.patient_id) == col(Ask.owner_id),
            col(RelationshipSide.ended_at).is_(None),
        )
        .order_by(col(Ask.asked_at), col(Ask.id))
        .limit(MOST)
    ).all()
    found = [
        OpenAsk(
            id=ask.id,
            owner_id=ask.owner_id,
            holder_id=ask.holder_id,
            holder_first_name=holder.preferred_name or holder.first_name,
            holder_label=side.label,
            holder_label_text=side.label_text,
            permission=Permission(ask.permission),
            asked_at=ask.asked_at,
            expires_at=ask.expires_at,
        )
        for ask, holder, side in rows
    ]
    order = list(Permission)
    return sorted(found, key=lambda one: (one.asked_at, order.index(one.permission)))


def count_open(session: Session, actor: Actor) -> int:
    """Return how many asks wait for the actor's own answer, for a mark in the menu."""
    return session.exec(
        select(func.count())
        .select_from(Ask)
        .where(
            Ask.owner_id == actor.me,
            col(Ask.answered_at).is_(None),
            col(Ask.expires_at) > clock.now(),
            col(Ask.unheard).is_(False),
        )
    ).one()
