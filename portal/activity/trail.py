"""Find somebody's rows of the audit trail, newest first, without reading past them.

Each part of the trail is one range of an index, read backwards from where the page begins, so a
page costs the same however long the trail has become.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, or_, select, union
from sqlmodel import Session, col

from portal.models import AuditEntry, Staff

ME = "me"
CLINIC = "clinic"
"""Two of the people a trail can be narrowed to; any other is a patient's id."""

# The wrong passwords that somebody gave for the reader's own account are the reader's to know.
_BY_NOBODY = "system"


@dataclass(frozen=True)
class Place:
    """Where a page of the trail begins: before this entry."""

    at: datetime
    id: str


@dataclass(frozen=True)
class Trail:
    """Whose trail it is.

    ``subjects`` are the reader and the profiles joined into theirs; ``known`` are the patients
    they are or were related to, whose refused attempts they may see.
    """

    me: str
    subjects: Sequence[str]
    known: Sequence[str]


def find_entries(
    session: Session, trail: Trail, who: str, before: Place | None, limit: int
) -> Sequence[AuditEntry]:
    """Return up to ``limit`` entries, the newest first, of everybody (empty ``who``) or of one."""
    newest = col(AuditEntry.at).desc(), col(AuditEntry.id).desc()
    # Two parts may hold the same entry, what I did on my own profile: the union keeps one of them.
    parts = [
        select(_part(part, before).order_by(*newest).limit(limit).subquery())
        for part in _parts(trail, who)
    ]
    found = union(*parts).subquery()
    return session.scalars(
        select(AuditEntry)
        .where(col(AuditEntry.id).in_(select(found.c.id)))
        .order_by(*newest)
        .limit(limit)
    ).all()


def _parts(trail: Trail, who: str) -> list[ColumnElement[bool]]:
    actor, subject = col(AuditEntry.actor), col(AuditEntry.subject_id)
    mine = f"patient:{trail.me}"
    if who == ME:
        return [actor == mine]
    if who == CLINIC:
        staff = actor.in_(select("staff:" + col(Staff.id)))
        return [and_(subject == id_, staff, col(AuditEntry.allowed)) for id_ in trail.subjects]
    if who:
        on_me = [and_(subject == id_, actor == f"patient:{who}") for id_ in trail.subjects]
        return [*on_me, and_(subject == who, actor == mine)]
    seen = or_(
        col(AuditEntry.allowed),
        actor.in_([mine, _BY_NOBODY, *(f"patient:{id_}" for id_ in trail.known)]),
    )
    return [*(and_(subject == id_, seen) for id_ in trail.subjects), actor == mine]


def _part(part: ColumnElement[bool], before: Place | None) -> Select[str, datetime]:
    query = select(col(AuditEntry.id), col(AuditEntry.at)).where(part)
    if before is None:
        return query
    # Written so that the first half is a bound for the index.
    at, id_ = col(AuditEntry.at), col(AuditEntry.id)
    return query.where(at <= before.at, or_(at < before.at, id_ < before.id))
