"""One entry of the audit trail as a row of the Activity page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.activity import wording
from portal.activity.people import Names
from portal.family.wording import short
from portal.models import AuditEntry
from portal.permissions import Action, Permission
from portal.words import _


@dataclass(frozen=True)
class EntryRow:
    """One thing that was done or refused, in words."""

    id: str
    at: datetime  # UTC
    text: str
    detail: str  # what exactly: the permissions, the time of a visit; may be empty
    by: str  # `Actor.name` of who did it
    by_whom: str  # as the sentence begins: "You", a first name, a name and a role
    whom: str  # whose profile it was about: "you", a first name, or nothing
    refused: bool
    is_part: bool = False  # one permission of a change that may have had several


def entry_row(names: Names, visits: Mapping[str, str], entry: AuditEntry) -> EntryRow:
    """Return an entry in the words of the reader; ``visits`` are the times they may see, by id."""
    who, by_me = names.who(entry.actor), names.is_reader(entry.actor)
    mine = entry.subject_id in names.me or (entry.subject_id is None and by_me)
    whom = names.whom(entry.subject_id, tried=not entry.allowed)
    if entry.allowed:
        text = wording.tell(
            _kind(entry),
            who=who,
            whom=whom,
            holder=names.whom(_other(entry)),
            mine=mine,
            by_me=by_me,
            by_clinic=entry.actor.startswith("staff:"),
        )
    elif entry.action == wording.WRONG_PASSWORD:
        text = wording.SOMEBODY_TRIED
    else:
        text = wording.tell_refused(entry.action, who=who, whom=whom, mine=mine, by_me=by_me)
    return EntryRow(
        id=entry.id,
        at=entry.at,
        text=text,
        detail=_detail(entry, visits) if entry.allowed else "",
        by=entry.actor,
        by_whom=who,
        whom=_("you") if mine else whom,
        refused=not entry.allowed,
        is_part="permission" in entry.detail,
    )


def _kind(entry: AuditEntry) -> str:
    """Return the name under which the words for an entry are kept: some actions have two."""
    holder = entry.detail.get("holder")
    if entry.action == Action.GRANT_GIVE and entry.actor == f"patient:{holder}":
        return wording.TAKEN
    if entry.action == Action.RELATIONSHIP_REMOVE and holder:
        return wording.ENDED
    if entry.action in (Action.PROFILE_JOIN, Action.PROFILE_PART) and "join" not in entry.detail:
        return f"{entry.action}:link"
    if entry.action == wording.SESSION_END and entry.detail.get("ended") != entry.session_id:
        return wording.OTHER_SESSION
    return entry.action


def _other(entry: AuditEntry) -> str | None:
    """Return the third person whom an entry names: who may act, who was blocked."""
    for name in ("holder", "person", "member"):
        if isinstance(id_ := entry.detail.get(name), str):
            return id_
    return None


def _detail(entry: AuditEntry, visits: Mapping[str, str]) -> str:
    detail = entry.detail
    permissions = detail.get("permissions") or [detail.get("permission")]
    parts = [short(Permission(one)) for one in permissions if _is_permission(one)]
    parts += [wording.FIELDS[one] for one in detail.get("fields", ()) if one in wording.FIELDS]
    parts += [visits[one] for one in [detail.get("visit", "")] if one in visits]
    text = ", ".join(parts)
    return text[:1].upper() + text[1:]


def _is_permission(value: Any) -> bool:
    # The trail outlives versions: a permission of another one has no words here.
    return isinstance(value, str) and value in list(Permission)
