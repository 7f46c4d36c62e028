"""My activity: what was done on my profile, and what I did for others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlmodel import Session, col

from portal import say
from portal.activity.people import Known, Names, in_trail, people_of, staff_of
from portal.activity.rows import EntryRow, entry_row
from portal.activity.trail import CLINIC, ME, Place, Trail, find_entries
from portal.clinic import clinic_info
from portal.errors import NotFound
from portal.models import AuditEntry, Location, Patient, Visit
from portal.permissions import Action, Actor, require, visible

PAGE = 25
MOST_DOWNLOADED = 5_000


@dataclass(frozen=True)
class ActivityPage:
    """Some entries, and where the next page begins, if there is one."""

    entries: tuple[EntryRow, ...]
    after: Place | None
    zone: str  # IANA name of the clinic's time


def list_activity(
    session: Session,
    actor: Actor,
    who: str = "",
    before: Place | None = None,
    limit: int = PAGE,
) -> ActivityPage:
    """List what was done on the actor's profile and what they did for others, newest first.

    ``who`` narrows it to what one did: `ME`, `CLINIC`, or somebody the actor is or was related to.
    Others' refused attempts are listed where the actor knows them, never a stranger's.

    Raises:
        NotFound: ``who`` is nobody the actor knows.
    """
    trail, known = _mine(session, actor)
    if who and who not in (ME, CLINIC, *known):
        raise NotFound(action=Action.ACTIVITY_READ, subject_id=who)
    # One more than is shown tells whether there is another page.
    found = find_entries(session, trail, who, before, limit + 1)
    entries, more = found[:limit], len(found) > limit
    names = Names(trail.subjects, known, staff_of(session, entries))
    visits = _visit_times(session, actor, entries)
    rows = [entry_row(names, visits, entry) for entry in entries if _is_told(trail, entry)]
    after = Place(entries[-1].at, entries[-1].id) if more else None
    return ActivityPage(tuple(rows), after, clinic_info(session).zone)


def list_people(session: Session, actor: Actor) -> list[Known]:
    """List the family members, present and past, of whom the actor's activity holds anything."""
    trail, known = _mine(session, actor)
    return in_trail(session, actor, trail.subjects, known)


def _mine(session: Session, actor: Actor) -> tuple[Trail, dict[str, Known]]:
    me = require(session, actor, Action.ACTIVITY_READ, actor.me)
    joined = session.scalars(select(col(Patient.id)).where(col(Patient.joined_into_id) == me)).all()
    subjects = [me, *joined]
    known = people_of(session, subjects)
    return Trail(me, subjects, list(known)), known


def _is_told(trail: Trail, entry: AuditEntry) -> bool:
    """Tell whether somebody is to see an entry of their trail."""
    mine = entry.actor == f"patient:{trail.me}"
    # An ask of somebody whom its owner does not hear; who asked must not notice that.
    unheard = bool(entry.detail.get("unheard")) and not mine
    # A join stands in the trails of both profiles, which are one now.
    joined = entry.subject_id in trail.subjects and entry.subject_id != trail.me
    return not unheard and not (mine and joined and entry.action == Action.PROFILE_JOIN)


def _visit_times(
    session: Session, actor: Actor, entries: Sequence[AuditEntry]
) -> Mapping[str, str]:
    """Return when the visits are that the entries name, of those that the actor may see now."""
    ids = {id_ for entry in entries if isinstance(id_ := entry.detail.get("visit"), str)}
    if not ids:
        return {}
    rows = session.execute(
        select(col(Visit.id), col(Visit.starts_at), col(Location.zone))
        .join(Location, col(Location.id) == col(Visit.location_id))
        .where(
            col(Visit.id).in_(ids),
            col(Visit.patient_id).in_(visible(actor, Action.VISIT_READ)),
        )
    ).all()
    return {id_: say.day_time(at.astimezone(ZoneInfo(zone))) for id_, at, zone in rows}
