"""A clinic with a few services and one family, for tests of the calendar."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlmodel import SQLModel, func, select

from portal.booking.hold import Wish
from portal.db import reading, writing
from portal.models import (
    AuditEntry,
    ClaimedUnit,
    Gathering,
    Hold,
    OutboxMessage,
    Visit,
)
from portal.permissions import Actor, Permission
from tests import builders

# A Monday morning in Vancouver, before anybody works.
NOW = datetime(2030, 1, 7, 14, tzinfo=UTC)
TUESDAY = date(2030, 1, 8)
WRITTEN = (Visit, Gathering, Hold, ClaimedUnit, AuditEntry, OutboxMessage)


@dataclass(frozen=True)
class Family:
    """Rosa books for Theo and Mina; Idris lets her book for him and books for Theo himself."""

    check_up: str
    counselling: str  # a group visit of 2 to 4 people
    yoga: str  # a class
    ultrasound: str  # needs the one machine
    calloway: str
    lindqvist: str
    rosa: Actor
    idris: Actor
    theo: str
    mina: str
    stranger: Actor

    def wish(self, hour: int = 9, minute: int = 0, *people: str, **changes: object) -> Wish:
        """Return a check-up on Tuesday with Dr Calloway, apart from what the test changes."""
        wanted = {
            "service_id": self.check_up,
            "practitioner_id": self.calloway,
            "starts_at": builders.local(TUESDAY, hour, minute),
            "people": people,
        } | changes
        return Wish(**wanted)  # pyright: ignore[reportArgumentType]


def add_family(database: str) -> Family:
    """Add the clinic, which works every day from 9:00 to 17:00, and the family."""
    with writing() as session:
        builders.add_clinic(session)
        check_up = builders.add_service(session)
        counselling = builders.add_service(
            session, "Family counselling", kind="group", capacity=4, minutes=60
        )
        yoga = builders.add_service(session, "Yoga", kind="class", capacity=2)
        ultrasound = builders.add_service(session, "Ultrasound", needs=["Machine"])
        builders.add_room(session, "Machine")
        every = [check_up, counselling, yoga, ultrasound]
        rosa = builders.add_person(session)
        idris = builders.add_person(session, "Idris", "Marlow")
        bond = builders.relate(session, rosa.me, idris.me)
        builders.give(session, bond, idris.me, rosa.me, Permission.BOOK)
        theo = builders.add_family_member(session, rosa, "Theo", Permission.BOOK)
        to_theo = builders.relate(session, idris.me, theo)
        builders.give(session, to_theo, theo, idris.me, Permission.BOOK)
        return Family(
            check_up,
            counselling,
            yoga,
            ultrasound,
            builders.add_practitioner(session, every),
            builders.add_practitioner(session, every, name="Dr Wen Lindqvist", position=1),
            rosa,
            idris,
            theo,
            builders.add_family_member(session, rosa, "Mina", Permission.BOOK, colour=3),
            builders.add_person(session, "Stranger", "Danger"),
        )


def rows(table: type[SQLModel]) -> int:
    """Count the rows of a table."""
    with reading() as session:
        return session.exec(select(func.count()).select_from(table)).one()


def everything() -> list[int]:
    """Count what booking writes."""
    return [rows(table) for table in WRITTEN]
