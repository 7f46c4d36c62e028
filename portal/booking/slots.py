"""Free starts as a screen shows them, with names, places and the viewer's zone."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from sqlmodel import Session

from portal.booking.free import Question, free_units
from portal.booking.rows import ServiceKind, Slot
from portal.booking.seats import open_classes
from portal.booking.units import instant_of
from portal.models import Location, Practitioner

ONE_DAY = timedelta(days=1)


def slots(
    session: Session,
    question: Question,
    first_day: date,
    last_day: date,
    zone: str | None,
    *,
    every_start: bool = False,
    each: bool = False,
) -> Iterator[Slot]:
    """Yield free starts whose day lies in a range, in no order; days as the viewer's calendar has.

    With ``each`` a start comes for every practitioner who is free then.
    """
    # The calendar of the viewer may be a day ahead of or behind that of a place.
    around = ONE_DAY if zone else timedelta()
    days = (first_day - around, last_day + around)
    if question.service.kind == ServiceKind.CLASS:
        found = _class_slots(session, question, *days, zone)
    else:
        found = _free_slots(session, question, *days, zone, each=each, spread_out=not every_start)
    for slot in found:
        if zone is None or first_day <= slot.starts_shown.date() <= last_day:
            yield slot


def _free_slots(
    session: Session,
    question: Question,
    first_day: date,
    last_day: date,
    zone: str | None,
    *,
    each: bool,
    spread_out: bool,
) -> Iterator[Slot]:
    who = {one.id: one for one in question.practitioners}
    where = {one.id: one for one in question.places}
    units = free_units(session, question, first_day, last_day, each=each, spread_out=spread_out)
    for starts in units:
        for unit, span in starts:
            yield make_slot(unit, who[span.practitioner_id], where[span.location_id], zone)


def _class_slots(
    session: Session, question: Question, first_day: date, last_day: date, zone: str | None
) -> Iterator[Slot]:
    who = {one.id: one for one in question.practitioners}
    where = {one.id: one for one in question.places}
    for held, left, _on in open_classes(session, question, first_day, last_day):
        slot = make_slot(0, who[held.practitioner_id], where[held.location_id], zone)
        yield replace(slot, starts_at=held.starts_at, gathering_id=held.id, seats_left=left)


def make_slot(unit: int, practitioner: Practitioner, place: Location, zone: str | None) -> Slot:
    """Return a free start as a screen shows it."""
    return Slot(
        starts_at=instant_of(unit),
        practitioner_id=practitioner.id,
        practitioner_name=practitioner.name,
        practitioner_short_name=practitioner.short_name,
        location_id=place.id,
        location_name=place.name,
        zone=place.zone,
        shown_zone=zone,
    )
