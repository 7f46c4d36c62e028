"""Bookings through the real doors: websocket event, guard, permission, transaction, outbox, audit.

First many people keep many times and book them, then twenty want one.
"""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import func
from sqlmodel import col, select

from portal import routes
from portal.db import reading
from portal.ids import new_id
from portal.models import AuditEntry, OutboxMessage, Visit
from portal.shell.guard import Said
from tests.bench.crowd import BOOK, KEEP, LOAD_TIMES, Crowd, Person, add_crowd, open_tabs
from tests.bench.figures import Figures
from tests.bench.floors import inserts_per_s
from tests.bench.ground import KINDS, Ground
from tests.servers.events import EventSocket, page_of

SAID = Said.get_full_name()
CLIENTS = 8
EACH = 10  # nobody keeps more than twelve times at once
RUNS = 9
WARM_UP = 5
PRICE_CENTS = 8500
RACERS = 20
ROUNDS = 10
# Each client books one practitioner's times in a row; the races are for one nobody else books.
RACED = CLIENTS


class NotBooked(Exception):
    """A booking that had to succeed did not, or left no trace."""


@dataclass
class Client:
    """One person in front of one tab."""

    crowd: Crowd
    person: Person
    tab: EventSocket
    kept: list[str] = field(default_factory=list)
    refused: str = ""

    async def open(self) -> None:
        """Open the page of times, which knows the price that is agreed to."""
        self.tab.page = page_of(self.crowd.page(self.person, 0))
        await self.tab.call(LOAD_TIMES)

    async def keep(self, practitioner: int, slot: int) -> bool:
        """Press "Go on" with a time; tell whether it is kept now.

        Raises:
            NotBooked: the answer is neither that nor a refusal.
        """
        self.tab.page = page_of(self.crowd.page(self.person, slot))
        path = await self._press(KEEP, **self.crowd.wanted(practitioner, slot))
        if not path:
            return False
        self.kept += parse_qs(urlsplit(path).query)["order"]
        return True

    async def book(self) -> None:
        """Press "Book" for what was kept first.

        Raises:
            NotBooked: it was not booked.
        """
        data = {"order_id": self.kept.pop(0), "shown_cents": PRICE_CENTS, "note": ""}
        if await self._press(BOOK, data=data | {"request_key": new_id()}) != routes.APPOINTMENTS:
            raise NotBooked(str(data))

    async def _press(self, name: str, **payload: object) -> str:
        """Return the page that follows, or nothing for a refusal."""
        update = await self.tab.call(name, **payload)
        said = update["delta"].get(SAID, {}).get("notices_rx_state_", [])
        if said and said[0]["kind"] == "error":
            self.refused = said[0]["text"]
            return ""
        follows = update.get("events") or (await self.tab.receive())["events"]
        return follows[0]["payload"].get("path", "")


def measure(ground: Ground) -> Figures:
    """Measure on both databases."""
    figures: Figures = {}
    for kind in KINDS:
        with ground.database(kind) as url:
            crowd = add_crowd(RACERS, practitioners=CLIENTS + 1)
            with ground.served(url) as portal:
                holds, per_s, winners = asyncio.run(_measure(portal.url, crowd))
            _check(crowd)
            floor = inserts_per_s(1 if kind == "sqlite" else CLIENTS)
        figures[f"bookings_per_s_{kind}"] = per_s
        figures[f"holds_per_s_{kind}"] = holds
        figures[f"floor_inserts_per_s_{kind}"] = floor
        figures[f"bookings_per_s_{kind}_x"] = floor / per_s
        figures[f"race_winners_{kind}"] = winners
    return figures


async def _measure(url: str, crowd: Crowd) -> tuple[float, float, int]:
    async with open_tabs(url, crowd.people, routes.BOOK) as tabs:
        clients = [Client(crowd, *one) for one in zip(crowd.people, tabs, strict=True)]
        for one in clients:
            await one.open()
        await _all(clients, 0, WARM_UP)
        runs = [await _all(clients, WARM_UP + n * EACH, EACH) for n in range(RUNS)]
        winners = [await _race(clients, slot) for slot in range(ROUNDS)]
    return median(run[0] for run in runs), median(run[1] for run in runs), max(winners)


async def _all(clients: list[Client], first: int, each: int) -> tuple[float, float]:
    """Let clients keep ``each`` times in a row, then book them; return how many a second of both.

    Each has a practitioner of their own.
    """

    async def keep(number: int) -> None:
        for slot in range(first, first + each):
            if not await clients[number].keep(number, slot):
                raise NotBooked(f"{number}, {slot}: {clients[number].refused}")

    async def book(number: int) -> None:
        for _slot in range(each):
            await clients[number].book()

    per_s: list[float] = []
    for press in (keep, book):
        started = time.perf_counter()
        await asyncio.gather(*map(press, range(CLIENTS)))
        per_s.append(CLIENTS * each / (time.perf_counter() - started))
    return per_s[0], per_s[1]


async def _race(clients: list[Client], slot: int) -> int:
    """Let everybody press for one time at once, and book what they got; return how many did."""
    # Times after those that the clients have booked for themselves.
    slot += WARM_UP + RUNS * EACH
    got = await asyncio.gather(*(one.keep(RACED, slot) for one in clients))
    await asyncio.gather(*(one.book() for one, mine in zip(clients, got, strict=True) if mine))
    return sum(got)


def _check(crowd: Crowd) -> None:
    """Check that every booking left its visit, its mail and its line in the audit trail.

    Raises:
        NotBooked: something is missing, or one time was booked twice.
    """
    wanted = CLIENTS * (WARM_UP + RUNS * EACH) + ROUNDS
    with reading() as session:
        for table in (Visit, OutboxMessage):
            found = session.exec(select(func.count()).select_from(table)).one()
            if found != wanted:
                raise NotBooked(f"{wanted} bookings left {found} rows in {table.__name__}")
        booked = session.exec(
            select(func.count()).where(col(AuditEntry.action) == "visit.book", AuditEntry.allowed)
        ).one()
        raced = session.exec(
            select(Visit.starts_at).where(Visit.practitioner_id == crowd.practitioners[RACED])
        ).all()
    most: list[tuple[datetime, int]] = Counter(raced).most_common(1)
    if booked != wanted or most[0][1] != 1:
        raise NotBooked(f"{booked} of {wanted} audited, one time booked {most[0][1]} times")
