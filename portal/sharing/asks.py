"""Asking for more, the holder's side; `portal.sharing.answers` is that of whoever decides.

Nothing changes until it is accepted (product.md, section 3). What a blocked person asks for waits
like any other ask and runs out: they cannot tell, and nobody hears of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic import Field
from sqlalchemy import update
from sqlmodel import Session, col, select

from portal import audit, clock
from portal.errors import Invalid, NotAllowed, NotFound
from portal.forms import Form
from portal.ids import Id, PatientId, new_id
from portal.live import touch
from portal.models import Account, Ask, Block, Patient, RelationshipSide
from portal.outbox.kinds import Kind
from portal.outbox.queue import queue
from portal.permissions import SIX, Action, Actor, Permission, require
from portal.sharing.change import Answer, find_relationship, held
from portal.sharing.setting import require_own_sharing
from portal.words import _

LASTS = timedelta(days=14)
# Somebody who said no is left in peace for as long as an ask lasts.
PEACE = LASTS
BATCH = 500
MOST = 100  # more than anybody reads; what is over shows as soon as these are answered


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
        raise NotAllowed(_("You manage this profile. You can take it back yourself, under Edit."))
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
        close_ask(session, row, actor, Answer.TAKEN_BACK)
        touch(session, row.holder_id, *([] if row.unheard else [row.owner_id]))


def my_asks(session: Session, actor: Actor) -> Sequence[MyAsk]:
    """List what the actor asked for: what waits, and what was declined a short while ago."""
    require(session, actor, Action.FAMILY_LIST, actor.me)
    return _mine(session, actor)


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


def close_ask(session: Session, row: Ask, actor: Actor, answer: Answer) -> None:
    """Write what became of an ask; whoever calls has decided it."""
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
