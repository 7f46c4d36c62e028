"""``python -m portal.serve`` starts everything, says so, and leaves nothing behind."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from sqlmodel import Session

from portal import routes
from portal.config import ROOT
from portal.db import make_engine
from portal.serve import FRONT_END
from tests.builders import add_clinic
from tests.servers.databases import Databases
from tests.servers.processes import (
    LISTENING,
    children_of,
    free_port,
    listens,
    sockets,
    stop,
    wait_for,
)

Serve = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Return the file that takes what a served portal prints."""
    return tmp_path / "log"


@pytest.fixture
def port() -> int:
    """Return a free port."""
    return free_port()


@pytest.fixture
def clinic_url(sqlite_databases: Databases) -> str:
    """Return the address of a database with a clinic."""
    url = sqlite_databases.new()
    with Session(make_engine(url)) as session:
        add_clinic(session)
        session.commit()
    return url


@pytest.fixture
def serve(front_end: Path, clinic_url: str, log: Path, port: int) -> Iterator[Serve]:
    """Give a function that starts ``portal.serve`` on ``port`` with a database of its own."""
    assert FRONT_END.resolve() == front_end
    started: list[subprocess.Popen[bytes]] = []

    def start(**env: str) -> subprocess.Popen[bytes]:
        settings = {"PORT": str(port), "DATABASE_URL": clinic_url}
        with log.open("a") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "portal.serve"],
                cwd=ROOT,
                env={**os.environ, "PORTAL_MODE": "test", **settings, **env},
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        started.append(process)
        return process

    yield start
    for process in started:
        stop(process)


def running(serve: Serve, log: Path, **env: str) -> subprocess.Popen[bytes]:
    """Start the portal and wait until it says that it runs."""
    process = serve(**env)
    wait_for(lambda: "Kindred runs on" in log.read_text(), process, log)
    return process


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_all_that_it_started(serve: Serve, log: Path, port: int, sign: int):
    process = running(serve, log)
    family = children_of(process.pid)
    assert len(family) == 3, "the web server, its one process, the worker"
    process.send_signal(sign)
    assert process.wait(20) == 0
    assert not listens(port)
    assert [pid for pid in family if Path(f"/proc/{pid}").exists()] == []


def test_it_does_not_go_on_without_its_worker(serve: Serve, log: Path, port: int):
    process = running(serve, log)
    commands = {pid: Path(f"/proc/{pid}/cmdline").read_text() for pid in children_of(process.pid)}
    (worker,) = (pid for pid, command in commands.items() if "portal.worker" in command)
    os.kill(worker, signal.SIGKILL)
    assert process.wait(20) == 1
    assert "The worker ended by itself" in log.read_text()
    assert not listens(port)


def test_of_several_web_processes_one_may_die(
    serve: Serve, log: Path, port: int, redis_url: str
) -> None:
    process = running(serve, log, PORTAL_WORKERS="2", REDIS_URL=redis_url)
    family = {pid: children_of(pid) for pid in children_of(process.pid)}
    (server,) = (pid for pid, children in family.items() if children)
    assert len(family[server]) == 2
    # It runs as soon as one of them answers.
    wait_for(lambda: sockets(port, LISTENING) == 2, process, log)
    os.kill(family[server][0], signal.SIGKILL)
    for _time in range(20):
        assert httpx.get(f"http://127.0.0.1:{port}{routes.HEALTH}", timeout=20).status_code == 200
        time.sleep(0.1)
    wait_for(lambda: sockets(port, LISTENING) == 2, process, log)
    assert process.poll() is None


def test_a_port_in_use_is_one_sentence(serve: Serve, log: Path, port: int):
    with socket.socket() as somebody:
        somebody.bind(("127.0.0.1", port))
        somebody.listen()
        assert serve().wait(20) == 1
    (sentence,) = log.read_text().splitlines()
    assert f"127.0.0.1:{port}" in sentence
    assert "PORT" in sentence


def test_wrong_settings_are_one_sentence_each(serve: Serve, log: Path):
    assert serve(REDIS_URL="localhost", SMTP_URL="localhost").wait(20) == 1
    first, second = sorted(log.read_text().splitlines())
    assert first.startswith("REDIS_URL")
    assert second.startswith("SMTP_URL")


def test_production_refuses_to_start_without_a_secret(serve: Serve, log: Path):
    origin = "https://portal.clinic.example"
    assert serve(PORTAL_MODE="production", PORTAL_ORIGIN=origin).wait(20) == 1
    assert "PORTAL_SECRET_KEY is missing" in log.read_text()


def test_a_database_without_a_clinic_is_one_sentence(
    serve: Serve, sqlite_databases: Databases, log: Path
):
    assert serve(DATABASE_URL=sqlite_databases.new()).wait(30) == 1
    assert log.read_text().splitlines()[-1].startswith("The database has no clinic yet")


def test_the_demo_says_who_can_log_in(serve: Serve, sqlite_databases: Databases, log: Path):
    empty = sqlite_databases.new()
    process = serve(PORTAL_MODE="demo", PORTAL_SECRET_KEY="k" * 40, DATABASE_URL=empty)
    wait_for(lambda: "@demo.kindred.example" in log.read_text(), process, log)
