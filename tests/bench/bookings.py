"""Bookings through the real doors: websocket event, guard, permission, transaction, outbox, audit.

First many people for many times, then twenty for one.
"""

import asyncio
import time
from collections import Counter
from datetime import datetime
from statistics import median

from sqlalchemy import func
from sqlmodel import col, select

from portal import routes
from portal.db import reading
from portal.models import AuditEntry, OutboxMessage, Visit
from portal.shell.guard import Said
from tests.bench.crowd import BOOK, Crowd, add_crowd, open_tabs
from tests.bench.figures import Figures
from tests.bench.floors import inserts_per_s
from tests.bench.ground import KINDS, Ground
from tests.servers.events import EventSocket

SAID = Said.get_full_name()
CLIENTS = 8
EACH = 40
RUNS = 3
WARM_UP = 5
RACERS = 20
ROUNDS = 10
# Each client books one practitioner's times in a row; the races are for one nobody else books.
RACED = CLIENTS


class NotBooked(Exception):
    """A booking that had to succeed did not, or left no trace."""


def measure(ground: Ground) -> Figures:
    """Measure on both databases."""
    figures: Figures = {}
    for kind in KINDS:
        with ground.database(kind) as url:
            crowd = add_crowd(RACERS, practitioners=CLIENTS + 1)
            with ground.served(url) as portal:
                per_s, winners = asyncio.run(_measure(portal.url, crowd))
            _check(crowd)
            floor = inserts_per_s(1 if kind == "sqlite" else CLIENTS)
        figures[f"bookings_per_s_{kind}"] = per_s
        figures[f"floor_inserts_per_s_{kind}"] = floor
        figures[f"bookings_per_s_{kind}_x"] = floor / per_s
        figures[f"race_winners_{kind}"] = winners
    return figures


async def _measure(url: str, crowd: Crowd) -> tuple[float, int]:
    async with open_tabs(url, crowd.people, routes.BOOK) as tabs:
        await _book_all(crowd, tabs, 0, WARM_UP)
        runs = [await _book_all(crowd, tabs, WARM_UP + n * EACH, EACH) for n in range(RUNS)]
        winners = [await _race(crowd, tabs, slot) for slot in range(ROUNDS)]
    return median(runs), max(winners)


async def _book_all(crowd: Crowd, tabs: list[EventSocket], first: int, each: int) -> float:
    """Let each client book ``each`` times in a row; return how many bookings a second that is."""

    async def client(number: int) -> None:
        for slot in range(first, first + each):
            wanted = crowd.booking(crowd.people[number], number, slot)
            if not await _book(tabs[number], wanted):
                raise NotBooked(str(wanted))

    started = time.perf_counter()
    await asyncio.gather(*(client(number) for number in range(CLIENTS)))
    return CLIENTS * each / (time.perf_counter() - started)


async def _race(crowd: Crowd, tabs: list[EventSocket], slot: int) -> int:
    """Let everybody book one time at once, where the patients are free; return who got it."""
    # Times after those that the clients have booked for themselves.
    wanted = [crowd.booking(person, RACED, WARM_UP + RUNS * EACH + slot) for person in crowd.people]
    tries = zip(tabs, wanted, strict=True)
    return sum(await asyncio.gather(*(_book(tab, one) for tab, one in tries)))


async def _book(tab: EventSocket, wanted: dict[str, str | int]) -> bool:
    """Book; tell whether it was booked and the portal goes on to the list of visits.

    Raises:
        NotBooked: the answer is neither that nor a refusal.
    """
    update = await tab.call(BOOK, **wanted)
    said = update["delta"].get(SAID, {}).get("notices_rx_state_", [])
    if said and said[0]["kind"] == "error":
        return False
    # That it worked is said on the page that opens next.
    follows = update.get("events") or (await tab.receive())["events"]
    if [event["payload"].get("path") for event in follows] != [routes.APPOINTMENTS]:
        raise NotBooked(f"{said}, {follows}")
    return True


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
