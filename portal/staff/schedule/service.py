"""The schedule of a day or of one practitioner's week; each table is read once, whoever works."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlmodel import Session, col, select

from portal import clock
from portal.booking.hours import working_spans
from portal.booking.policy import read_policy
from portal.booking.units import Span, first_unit_from, instant_of
from portal.errors import NotFound
from portal.models import ClaimedUnit, Location, Practitioner, Staff
from portal.permissions import Action, Actor, may_at_clinic
from portal.staff.patients.service import clinic_today
from portal.staff.schedule.hours import Key, away_on, read_away, read_closed
from portal.staff.schedule.items import read_items
from portal.staff.schedule.rows import Block, Column, Kind, Schedule, Work
from portal.staff.schedule.rules import free_pieces, week_of

MOST_PRACTITIONERS = 200
MOST_PLACES = 100
WEEK = timedelta(days=6)
SATURDAY = 5


@dataclass(frozen=True)
class Asked:
    """Which part of the schedule somebody wants to see."""

    on: date | None = None  # today, unless they say
    week: bool = False
    practitioner_id: str = ""
    place_id: str = ""


def read_schedule(session: Session, actor: Actor, asked: Asked) -> Schedule:
    """Return a day of everybody, or the week of one practitioner.

    Who comes is named only as far as the actor may know: a practitioner sees the patients they
    have or had, and of others that a time is taken.

    Raises:
        NotFound: the actor does not work here, or there is no such practitioner or place.
    """
    if actor.kind != "staff":
        raise NotFound
    places = _places(session)
    today = clinic_today(session)
    everybody = _practitioners(session)
    on = asked.on or today
    whose = ""
    if asked.week:
        whose = asked.practitioner_id or _own(session, actor) or next(iter(everybody), "")
    shown = [whose] if whose else list(everybody)
    _refuse_unknown(asked, shown, everybody, places)
    first_on, last_on = (week_of(on), week_of(on) + WEEK) if asked.week else (on, on)
    columns = _columns(session, actor, shown, everybody, places, first_on, last_on)
    columns = [_at(column, asked.place_id) for column in columns]
    if asked.week:
        kept = [one for one in columns if one.on.weekday() < SATURDAY or not one.is_empty]
    else:
        ended = {id_ for id_, one in everybody.items() if one.ended}
        columns = [one for one in columns if not (one.is_empty and one.practitioner_id in ended)]
        kept = [one for one in columns if not one.is_empty]
    return Schedule(
        today=today,
        first_on=first_on,
        last_on=last_on,
        columns=tuple(kept),
        idle=() if asked.week else tuple(one.name for one in columns if one not in kept),
        practitioners=tuple((id_, one.name) for id_, one in everybody.items() if not one.ended),
        places=tuple((place.id, place.name) for place in places if not place.ended),
        practitioner_id=whose,
        place_id=asked.place_id,
        may_edit=may_at_clinic(session, actor, Action.SCHEDULE_EDIT),
        closed=read_closed(session, {place.id: place for place in places}, first_on, last_on),
    )


def _practitioners(session: Session) -> dict[str, Practitioner]:
    rows = session.exec(
        select(Practitioner)
        .order_by(col(Practitioner.position), col(Practitioner.id))
        .limit(MOST_PRACTITIONERS)
    ).all()
    return {row.id: row for row in rows}


def _places(session: Session) -> Sequence[Location]:
    """Return every place, also those that are closed for good: their visits stay in the past."""
    return session.exec(select(Location).order_by(col(Location.id)).limit(MOST_PLACES)).all()


def _own(session: Session, actor: Actor) -> str:
    """Return who the actor is in the diary, for somebody who sees patients."""
    query = select(Staff.practitioner_id).where(Staff.id == actor.staff_id)
    return session.exec(query).first() or ""


def _refuse_unknown(
    asked: Asked,
    shown: Sequence[str],
    everybody: dict[str, Practitioner],
    places: Sequence[Location],
) -> None:
    known = {place.id for place in places}
    if not places or any(id_ not in everybody for id_ in shown):
        raise NotFound
    if asked.place_id and asked.place_id not in known:
        raise NotFound


def _columns(
    session: Session,
    actor: Actor,
    shown: Sequence[str],
    everybody: dict[str, Practitioner],
    places: Sequence[Location],
    first_on: date,
    last_on: date,
) -> list[Column]:
    where = {place.id: place for place in places}
    spans: dict[Key, list[Span]] = defaultdict(list)
    for span in working_spans(
        session, shown, places, first_on, last_on, read_policy(session), staff=True
    ):
        spans[span.practitioner_id, span.on].append(span)
    away = read_away(session, shown, first_on, last_on)
    blocks = read_items(session, actor, shown, where, first_on, last_on)
    taken = _taken(session, shown, [span for found in spans.values() for span in found])
    not_before = first_unit_from(clock.now())
    found: list[Column] = []
    for who in shown:
        for n in range((last_on - first_on).days + 1):
            key = who, first_on + timedelta(days=n)
            main = where[spans[key][0].location_id] if spans[key] else places[0]
            one_day = [
                *blocks[key],
                *_free(spans[key], taken[who], not_before, where),
                *away_on(away, key, main.zone),
            ]
            found.append(
                Column(
                    practitioner_id=who,
                    name=everybody[who].name,
                    on=key[1],
                    work=tuple(_work(span, where) for span in spans[key]),
                    blocks=tuple(sorted(one_day, key=lambda one: one.starts_at)),
                )
            )
    return found


def _taken(
    session: Session, practitioner_ids: Sequence[str], spans: Sequence[Span]
) -> dict[str, set[int]]:
    """Return the units that are taken of each practitioner's working time."""
    found: dict[str, set[int]] = defaultdict(set)
    if not spans:
        return found
    rows = session.exec(
        select(ClaimedUnit.resource_id, ClaimedUnit.unit, ClaimedUnit.until_at).where(
            col(ClaimedUnit.resource_id).in_(practitioner_ids),
            col(ClaimedUnit.unit) >= min(span.start for span in spans),
            col(ClaimedUnit.unit) < max(span.end for span in spans),
        )
    ).all()
    now = clock.now()
    for who, unit, until_at in rows:
        if until_at is None or until_at > now:
            found[who].add(unit)
    return found


def _free(
    spans: Sequence[Span], taken: set[int], not_before: int, where: dict[str, Location]
) -> list[Block]:
    found: list[Block] = []
    for span in spans:
        place = where[span.location_id]
        for piece in free_pieces([range(span.start, span.end)], taken, not_before):
            start, end = instant_of(piece.start), instant_of(piece.stop)
            found.append(Block(Kind.FREE, "", start, end, place.zone, place.name, place.id))
    return found


def _work(span: Span, where: dict[str, Location]) -> Work:
    place = where[span.location_id]
    start, end = instant_of(span.start), instant_of(span.end)
    return Work(start, end, place.zone, place.id, place.name)


def _at(column: Column, place_id: str) -> Column:
    """Leave only what is at one place; somebody who is away is away everywhere."""
    if not place_id:
        return column
    work = tuple(one for one in column.work if one.place_id == place_id)
    blocks = tuple(one for one in column.blocks if one.place_id == place_id)
    if work or blocks:
        blocks = tuple(one for one in column.blocks if one.place_id in {"", place_id})
    return replace(column, work=work, blocks=blocks)
