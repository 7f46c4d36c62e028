"""A reading event through the guard and one query, by many people at once; and what a tab costs.

50 and 200 people send an event a second each, as people do; how many events a second there can be
at all is a figure of its own, and so is a whole page with its frame.
"""

import asyncio
import json
import random
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from portal import routes
from tests.bench.crowd import BEGIN, LOAD_PAGE, Crowd, add_crowd, open_tabs
from tests.bench.figures import Figures
from tests.bench.floors import echo_ms, json_per_s, query_ms, served_floor
from tests.bench.ground import Ground
from tests.bench.timing import percentile
from tests.servers.events import EventSocket
from tests.servers.portal import Portal

RUNS = 3
ALONE = 400
FULL_SPEED = 50
FULL_SPEED_SECONDS = 4.0
PACED_SECONDS = {50: 8, 200: 8}
MOST = max(PACED_SECONDS)
ASKED = "asked_rx_state_"  # the password is asked for, in the place of an answer


class Refused(Exception):
    """An event that had to be answered was not, so that a refusal was measured."""


def measure(ground: Ground) -> Figures:
    """Measure memory first, then events from few clients to many."""
    with ground.database() as url:
        crowd = add_crowd(MOST, practitioners=8)
        query = query_ms(crowd.people[0].cookie)
        with ground.served(url) as portal:
            figures = asyncio.run(_measure(portal, crowd))
    with served_floor(ground) as floor:
        text = json.dumps({"name": BEGIN, "payload": {"what": "app"}})
        echo = asyncio.run(echo_ms(floor, text))
        figures["floor_json_per_s"] = asyncio.run(json_per_s(floor))
    figures |= {"floor_echo_ms": echo, "floor_query_ms": query}
    figures["event_p50_ms_1_x"] = figures["event_p50_ms_1"] / (echo + query)
    return figures


async def _measure(portal: Portal, crowd: Crowd) -> Figures:
    figures: Figures = {}
    async with open_tabs(portal.url, crowd.people[:1], routes.BOOK) as [tab]:
        figures["rss_idle_mb"] = memory_mb(portal)
        await _one_after_the_other(tab, _event_ms)
        alone = [await _one_after_the_other(tab, _event_ms) for _run in range(RUNS)]
        figures["event_p50_ms_1"] = median(percentile(run, 50) for run in alone)
        figures["event_p99_ms_1"] = median(percentile(run, 99) for run in alone)
        pages = [await _one_after_the_other(tab, _page_ms) for _run in range(RUNS)]
        figures["page_p50_ms_1"] = median(percentile(run, 50) for run in pages)
    few, more = crowd.people[:FULL_SPEED], crowd.people[FULL_SPEED:]
    async with AsyncExitStack() as stack:
        tabs = await stack.enter_async_context(open_tabs(portal.url, few, routes.BOOK))
        # With these, what the server keeps once for all is there too.
        await asyncio.gather(*map(_event_ms, tabs))
        before = memory_mb(portal)
        tabs += await stack.enter_async_context(open_tabs(portal.url, more, routes.BOOK))
        figures["rss_per_session_kb"] = (memory_mb(portal) - before) * 1024 / len(more)
        figures["events_per_s"] = await _full_speed(tabs[:FULL_SPEED])
        for clients, seconds in PACED_SECONDS.items():
            took = await _paced(tabs[:clients], seconds)
            figures[f"event_p50_ms_{clients}"] = percentile(took, 50)
            figures[f"event_p99_ms_{clients}"] = percentile(took, 99)
    return figures


async def _event_ms(tab: EventSocket) -> float:
    """Press a button that opens a dialog for whoever has just proved who they are."""
    started = time.perf_counter()
    update = await tab.call(BEGIN, what="app")
    took = (time.perf_counter() - started) * 1000
    if any(ASKED in part for part in update["delta"].values()) or not update["delta"]:
        raise Refused(str(update))
    return took


async def _page_ms(tab: EventSocket) -> float:
    """Open a page again: its frame and what is on it."""
    started = time.perf_counter()
    await tab.call(LOAD_PAGE)
    return (time.perf_counter() - started) * 1000


async def _one_after_the_other(
    tab: EventSocket, event_ms: Callable[[EventSocket], Awaitable[float]]
) -> list[float]:
    return [await event_ms(tab) for _event in range(ALONE)]


async def _full_speed(tabs: list[EventSocket]) -> float:
    """Return how many events a second are answered when nobody pauses."""
    until = time.perf_counter() + FULL_SPEED_SECONDS

    async def press(tab: EventSocket) -> int:
        count = 0
        while time.perf_counter() < until:
            await _event_ms(tab)
            count += 1
        return count

    return sum(await asyncio.gather(*map(press, tabs))) / FULL_SPEED_SECONDS


async def _paced(tabs: list[EventSocket], seconds: int) -> list[float]:
    """Return what every event took when each tab sends one a second, all at different moments."""
    started = time.perf_counter()

    async def press(tab: EventSocket) -> list[float]:
        offset, took = random.random(), []
        for second in range(seconds):
            await asyncio.sleep(max(0.0, started + second + offset - time.perf_counter()))
            took.append(await _event_ms(tab))
        return took

    return [ms for run in await asyncio.gather(*map(press, tabs)) for ms in run]


@dataclass(frozen=True)
class _Process:
    pid: int
    parent: int


def memory_mb(portal: Portal) -> float:
    """Return the memory of the web server and its workers, shared pages counted once."""
    assert portal.web
    processes = [_process(entry) for entry in Path("/proc").glob("[0-9]*")]
    family = {portal.web.pid}
    family |= {one.pid for one in processes if one and one.parent in family}
    return sum(_pss_kb(pid) for pid in family) / 1024


def _process(entry: Path) -> _Process | None:
    try:
        after_name = (entry / "stat").read_text().rsplit(")", 1)[1].split()
    except OSError:  # it has just ended
        return None
    return _Process(int(entry.name), int(after_name[1]))


def _pss_kb(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
