"""A small clinic that many want at once: three practitioners, two rooms, a class a day."""

from dataclasses import dataclass, field

from sqlmodel import select

from portal.db import writing
from portal.models import Account, Offer
from tests import builders
from tests.bench.crowd import add_crowd

PEOPLE, PRACTITIONERS, FAMILY = 12, 3, 2
DAYS = 8
CLASS_HOUR, SEATS = 13, 4


@dataclass(frozen=True)
class Scene:
    """Who and what there is, as ids."""

    actors: list[tuple[str, str]]  # patient, account
    desk: tuple[str, str]  # staff, account
    practitioners: list[str]
    alone: list[str]  # services for one; the last needs a room and has buffers
    together: str  # a group visit, in the same rooms
    lesson: str  # a class
    lessons: list[tuple[str, str]] = field(default_factory=list)  # practitioner, instant


def add_scene() -> Scene:
    """Fill an empty database."""
    crowd = add_crowd(PEOPLE, PRACTITIONERS, FAMILY)
    with writing() as session:
        ids = [person.id for person in crowd.people]
        # Everybody is related to the next one, and may be given more or less.
        for one, other in zip(ids, [*ids[1:], ids[0]], strict=True):
            builders.relate(session, one, other)
        in_room = builders.add_service(
            session, "Treatment", minutes=20, buffers=(5, 10), needs=["table"]
        )
        together = builders.add_service(
            session, "Family talk", kind="group", capacity=4, minutes=40, needs=["table"]
        )
        lesson = builders.add_service(session, "Lesson", kind="class", capacity=SEATS)
        for number in range(2):
            builders.add_room(session, "table", name=f"Room {number}")
        lessons: list[tuple[str, str]] = []
        for who in crowd.practitioners:
            for service in (in_room, together, lesson):
                session.add(Offer(practitioner_id=who, service_id=service))
        for day in range(2, 2 + DAYS):
            who = crowd.practitioners[day % PRACTITIONERS]
            starts_at = builders.local(builders.in_days(day), CLASS_HOUR)
            builders.add_class(session, lesson, who, starts_at, capacity=SEATS)
            lessons.append((who, starts_at.isoformat()))
        accounts = session.exec(select(Account.patient_id, Account.id)).all()
        desk = builders.add_staff_account(session, builders.add_staff(session))
    return Scene(
        actors=[(patient or "", account) for patient, account in accounts],
        desk=(desk.staff_id or "", desk.account_id or ""),
        practitioners=crowd.practitioners,
        alone=[*crowd.services[:2], in_room],
        together=together,
        lesson=lesson,
        lessons=lessons,
    )
