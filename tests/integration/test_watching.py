"""Whoever watches over the portal: is it alive, is it ready, what does it count."""

import asyncio
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import aiohttp
import httpx
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text
from sqlmodel import Session

from portal import clock, routes
from portal.db import make_engine
from portal.models import OutboxMessage
from portal.web.metrics import forget_dead
from tests.builders import add_clinic
from tests.integration.test_serve import Serve, clinic_url, log, port, running, serve
from tests.servers.databases import Databases
from tests.servers.events import open_tab
from tests.servers.portal import Portal
from tests.servers.processes import free_port
from tests.servers.redis import redis_server

__all__ = ["clinic_url", "log", "port", "serve"]


def failing(portal: Portal) -> list[str]:
    """Return what a portal says is missing, having checked that it says nothing else."""
    answer = httpx.get(portal.url + routes.READY, timeout=20)
    body = answer.json()
    words = body.pop("failing", [])
    assert body == {"ok": not words}
    assert answer.status_code == (503 if words else 200)
    return words


def run_sql(url: str, sql: str) -> None:
    """Run one statement."""
    engine = make_engine(url)
    with engine.execution_options(writes=True).begin() as connection:
        connection.execute(text(sql))
    engine.dispose()


def test_ready_says_in_one_word_what_is_missing_and_alive_does_not_care(
    portal_server: Callable[..., Portal], database_url: str
) -> None:
    with redis_server() as redis:
        portal = portal_server(database_url=database_url, REDIS_URL=redis)
        assert failing(portal) == ["clinic"]
        engine = make_engine(database_url)
        with Session(engine.execution_options(writes=True)) as session, session.begin():
            add_clinic(session)
        engine.dispose()
        assert failing(portal) == []
        run_sql(database_url, "UPDATE alembic_version SET version_num = '0001'")
        assert failing(portal) == ["migrations"]
        run_sql(database_url, "UPDATE alembic_version SET version_num = 'of_a_newer_kindred'")
        assert failing(portal) == []
    assert failing(portal) == ["redis"]
    run_sql(database_url, "ALTER TABLE clinic RENAME TO hospital")
    assert failing(portal) == ["clinic", "redis"]
    assert httpx.get(portal.url + routes.HEALTH).json() == {"ok": True}
    portal.stop()


def test_ready_waits_for_no_database_that_does_not_answer(
    portal_server: Callable[..., Portal], postgres_databases: Databases
) -> None:
    url = postgres_databases.new()
    portal = portal_server(database_url=url)
    postgres_databases.drop(url)
    assert failing(portal) == ["database", "migrations", "clinic"]
    assert httpx.get(portal.url + routes.HEALTH).status_code == 200
    portal.stop()


def numbers(port: int) -> dict[tuple[str, ...], float]:
    """Return what is counted: name and label values to number."""
    page = httpx.get(f"http://127.0.0.1:{port}/metrics").text
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
    }


async def look_at_pages(url: str, times: int) -> None:
    """Open the start page's socket and leave it again."""
    async with aiohttp.ClientSession() as session:
        for _time in range(times):
            async with open_tab(session, url, routes.HOME) as tab:
                await tab.send("reflex___state____state.setvar", var_name="is_hydrated", value=1)
                await asyncio.sleep(0.2)


def test_the_counts_of_all_processes_are_added_up_and_only_this_machine_reads_them(
    serve: Serve, log: Path, port: int, clinic_url: str, redis_url: str
) -> None:
    metrics = free_port()
    late = OutboxMessage(
        id="late",
        kind="unheard_of",
        payload={},
        dedup="late",
        created_at=clock.now(),
        run_at=clock.now(),
    )
    with Session(make_engine(clinic_url)) as session:
        session.add(late)
        session.commit()
    running(serve, log, PORTAL_WORKERS="2", REDIS_URL=redis_url, PORTAL_METRICS_PORT=str(metrics))
    url = f"http://127.0.0.1:{port}"
    for _time in range(20):
        assert httpx.get(url + routes.HOME).status_code == 200
        assert httpx.get(f"{url}/somebody/made/this/up").status_code == 404
    asyncio.run(look_at_pages(url, 4))

    there = numbers(metrics)
    assert there["kindred_http_requests_total", "/", "200"] == 20
    assert there["kindred_http_requests_total", "other", "404"] == 20
    assert there["kindred_events_total", "Shell.load", "ok"] == 4
    assert there["kindred_event_seconds_count", "Shell.load"] == 4
    assert there["kindred_events_refused_total", "no_door"] == 4
    assert there["kindred_mails_total", "unheard_of", "failed"] == 1
    assert there["kindred_outbox_waiting",] == 1
    assert there["kindred_outbox_parked",] == 0
    assert there["kindred_sessions_live",] == 0
    assert there["kindred_database_up",] == 1
    assert there["kindred_open_pages",] == 0
    assert "kindred_database_connections" in {name for name, *_labels in there}
    assert httpx.get(f"{url}/metrics").status_code == 404
    assert "kindred_" not in httpx.get(f"{url}/metrics").text


def test_of_a_process_that_died_only_what_it_had_open_is_forgotten(tmp_path: Path) -> None:
    gone = subprocess.Popen(["true"])
    gone.wait()
    mine, open_there, counted_there = (
        tmp_path / name
        for name in (
            f"gauge_livesum_{os.getpid()}.db",
            f"gauge_livesum_{gone.pid}.db",
            f"counter_{gone.pid}.db",
        )
    )
    for file in (mine, open_there, counted_there):
        file.touch()
    forget_dead(tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted([mine, counted_there])


def test_a_port_in_use_for_the_metrics_is_one_sentence(serve: Serve, log: Path, redis_url: str):
    taken = redis_url.split(":")[2].split("/")[0]
    assert serve(PORTAL_METRICS_PORT=taken).wait(30) == 1
    assert f"127.0.0.1:{taken}" in log.read_text().splitlines()[-1]
