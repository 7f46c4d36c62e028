"""What waits for somebody at the desk: flags, addresses nobody confirmed, parked mails, joins."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from portal import audit, clock
from portal.claim.part import WITHIN
from portal.errors import NotFound
from portal.models import Location, OutboxMessage, Patient, ProfileJoin, Visit
from portal.permissions import Action, Actor, may_at_clinic
from portal.staff.patients.service import FoundPatient, describe, full_name
from portal.staff.rights import reaches, require_at_clinic

MOST = 20  # of each list


@dataclass(frozen=True)
class FlaggedVisit:
    """A visit to come that somebody should look at."""

    id: str
    patient_id: str
    patient_name: str
    starts_at: datetime  # on the wall clock of its place
    flag: str


@dataclass(frozen=True)
class ParkedMail:
    """A mail that could not be sent; what it says is nobody's business here."""

    id: str
    kind: str
    since: datetime
    error: str


@dataclass(frozen=True)
class RecentJoin:
    """Two profiles that became one and can still be parted."""

    id: str
    into_id: str
    into_name: str
    from_name: str
    at: datetime
    from_sign_up: bool  # its log-in was closed, and stays so


@dataclass(frozen=True)
class Waiting:
    """The lists of the start page, each at most `MOST` long."""

    profiles: Sequence[FoundPatient]
    visits: Sequence[FlaggedVisit]
    mails: Sequence[ParkedMail]
    joins: Sequence[RecentJoin]
    may_retry: bool


def what_waits(session: Session, actor: Actor) -> Waiting:
    """Return what waits among the actor's own patients; parked mails only at the desk."""
    at_desk = may_at_clinic(session, actor, Action.PROFILE_EDIT)
    return Waiting(
        profiles=_profiles(session, actor),
        visits=_visits(session, actor),
        mails=_mails(session) if at_desk else (),
        joins=_joins(session, actor),
        may_retry=may_at_clinic(session, actor, Action.SETTINGS_EDIT),
    )


def retry_mail(session: Session, actor: Actor, message_id: str) -> None:
    """Let the worker try a parked mail again, from the first try on.

    Raises:
        NotAllowed: the actor has no full access.
        NotFound: it is not parked any more.
    """
    require_at_clinic(session, actor, Action.SETTINGS_EDIT)
    message = session.get(OutboxMessage, message_id, with_for_update=True)
    if message is None or message.dead_at is None or message.done_at:
        raise NotFound
    message.dead_at, message.attempts, message.error = None, 0, None
    message.run_at = clock.now()
    session.add(message)
    audit.record(session, actor, "mail.retry", None, message=message.id, kind=message.kind)


def _profiles(session: Session, actor: Actor) -> Sequence[FoundPatient]:
    one = aliased(Patient)
    ids = session.exec(
        select(one.id)
        .where(col(one.flag).is_not(None), col(one.joined_into_id).is_(None))
        .where(reaches(actor, Action.PROFILE_READ, col(one.id)))
        .order_by(col(one.last_name), col(one.id))
        .limit(MOST)
    ).all()
    by_id = {str(row.id): row for row in describe(session, list(ids))}
    return [by_id[id_] for id_ in ids]


def _visits(session: Session, actor: Actor) -> Sequence[FlaggedVisit]:
    who = aliased(Patient)
    rows = session.exec(
        select(Visit, who, Location)
        .join(who, col(who.id) == col(Visit.patient_id))
        .join(Location, col(Location.id) == col(Visit.location_id))
        .where(
            col(Visit.flag).is_not(None),
            col(Visit.starts_at) > clock.now(),
            col(Visit.cancelled_at).is_(None),
            reaches(actor, Action.VISIT_READ, col(Visit.patient_id)),
        )
        .order_by(col(Visit.starts_at), col(Visit.id))
        .limit(MOST)
    ).all()
    return [
        FlaggedVisit(
            id=visit.id,
            patient_id=patient.id,
            patient_name=full_name(patient),
            starts_at=visit.starts_at.astimezone(ZoneInfo(location.zone)),
            flag=visit.flag or "",
        )
        for visit, patient, location in rows
    ]


def _mails(session: Session) -> Sequence[ParkedMail]:
    rows = session.exec(
        select(OutboxMessage)
        .where(col(OutboxMessage.dead_at).is_not(None), col(OutboxMessage.done_at).is_(None))
        .order_by(col(OutboxMessage.dead_at).desc())
        .limit(MOST)
    ).all()
    return [
        ParkedMail(row.id, row.kind, row.dead_at, row.error or "") for row in rows if row.dead_at
    ]


def _joins(session: Session, actor: Actor) -> Sequence[RecentJoin]:
    source, target = aliased(Patient), aliased(Patient)
    rows = session.exec(
        select(ProfileJoin, source, target)
        .join(source, col(source.id) == col(ProfileJoin.from_id))
        .join(target, col(target.id) == col(ProfileJoin.into_id))
        .where(
            col(ProfileJoin.undone_at).is_(None),
            col(ProfileJoin.at) > clock.now() - WITHIN,
            reaches(actor, Action.PROFILE_PART, col(ProfileJoin.into_id)),
        )
        .order_by(col(ProfileJoin.at).desc())
        .limit(MOST)
    ).all()
    return [
        RecentJoin(
            id=join.id,
            into_id=into.id,
            into_name=full_name(into),
            from_name=full_name(one),
            at=join.at,
            from_sign_up=bool(join.moved.get("closed_account")),
        )
        for join, one, into in rows
    ]
