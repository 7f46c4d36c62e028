"""Answering what is asked, on the Sharing page or by the link from a mail.

Whoever decides for the owner answers; `portal.sharing.asks` is the side of those who ask.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from portal import audit, clock
from portal.account.fresh import require_fresh
from portal.account.links import NO_LONGER_WORKS, Purpose, peek, use
from portal.account.sessions import actor_of
from portal.errors import Invalid, NotFound
from portal.ids import PatientId
from portal.live import touch
from portal.models import Account, Ask, MailLink, Patient, RelationshipSide
from portal.outbox.kinds import Kind
from portal.outbox.queue import queue
from portal.permissions import Action, Actor, Permission, can, require
from portal.sharing.asks import MOST, close_ask
from portal.sharing.change import Answer, find_relationship, give
from portal.sharing.setting import require_own_sharing
from portal.words import _


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
        close_ask(session, row, actor, Answer.ACCEPTED if answers[row.id] else Answer.DECLINED)
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
            holder_first_name=holder.called,
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
