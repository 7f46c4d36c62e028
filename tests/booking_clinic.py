"""A clinic of two practitioners on a Monday morning, for tests of booking."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlmodel import SQLModel, func, select

from portal.booking.service import (
    Day,
    VisitRow,
    book_visit,
    find_times,
)
from portal.db import reading, writing
from portal.errors import PortalError
from portal.ids import new_id
from portal.models import (
    AuditEntry,
    ClaimedUnit,
    OutboxMessage,
    Visit,
)
from portal.permissions import Actor
from tests import builders

# A Monday morning in Vancouver, before anybody works.
NOW = datetime(2030, 1, 7, 14, tzinfo=UTC)
MONDAY = date(2030, 1, 7)
TUESDAY = date(2030, 1, 8)
ANYTHING_ELSE = (None, 7, "", "no", "x" * 5_000, "a'; drop table visit; --", "\0", "\ud800", "é")


@dataclass(frozen=True)
class Clinic:
    """One service, given by two practitioners from 9:00 to 17:00, and somebody with a child."""

    service_id: str
    calloway: str
    lindqvist: str
    rosa: Actor
    theo: str
    stranger: Actor

    def book(self, **changes: Any) -> VisitRow:
        """Book Tuesday at 9:30 for Rosa, apart from what the test changes."""
        wanted = {
            "actor": self.rosa,
            "patient_id": self.rosa.me,
            "service_id": self.service_id,
            "practitioner_id": self.calloway,
            "starts_at": builders.local(TUESDAY, 9, 30),
            "request_key": new_id(),
        } | changes
        with writing() as session:
            return book_visit(session, wanted.pop("actor"), **wanted)

    def refused(self, error: type[PortalError], **changes: Any) -> str:
        """Check that booking is refused and writes nothing; return the sentence."""
        before = everything()
        with pytest.raises(error) as caught:
            self.book(**changes)
        assert everything() == before
        return caught.value.message

    def times(self, practitioner_id: str | None = None, first_day: date = TUESDAY) -> Day:
        """Return the first day's free times."""
        with reading() as session:
            return find_times(
                session, None, self.service_id, practitioner_id, first_day, 1, every_start=True
            )[0]


def everything() -> list[int]:
    """Count what booking writes."""
    with reading() as session:
        return [
            session.exec(select(func.count()).select_from(table)).one()
            for table in (Visit, ClaimedUnit, AuditEntry, OutboxMessage)
        ]


def shown(day: Day) -> list[str]:
    """Return the starts of a day as a screen would show them."""
    return [f"{slot.starts_local:%H:%M}" for slot in day.slots]


@contextmanager
def changed(table: type[SQLModel], row_id: str) -> Iterator[Any]:
    """Change one row."""
    with writing() as session:
        yield session.get_one(table, row_id)
