"""Many clients at once: in threads of one process, and as several processes (``-m tests.racing``).

A process reads one JSON line for each round: the database, the attempts of its threads and the
second at which all begin. It answers with one JSON line of outcomes.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from portal import db
from portal.booking.service import book_visit
from portal.config import ROOT, settings
from portal.db import reading, writing
from portal.errors import PortalError
from portal.ids import AccountId, PatientId
from portal.permissions import Actor
from portal.visits.cancel import cancel_visit

# Enough for every process to have read its line.
HEAD_START = 0.15


@dataclass(frozen=True)
class Attempt:
    """One client's try to book, or, with ``cancels``, to cancel a visit."""

    actor_id: str
    patient_id: str = ""
    service_id: str = ""
    practitioner_id: str = ""
    starts_at: str = ""  # ISO
    request_key: str = ""
    cancels: str = ""


def run(attempt: Attempt) -> str:
    """Try; return the id of the visit, or the name of the refusal."""
    actor = Actor(patient_id=PatientId(attempt.actor_id), account_id=AccountId("any"))
    try:
        with writing() as session:
            if attempt.cancels:
                return cancel_visit(session, actor, attempt.cancels).id
            return book_visit(
                session,
                actor,
                attempt.patient_id,
                attempt.service_id,
                attempt.practitioner_id,
                datetime.fromisoformat(attempt.starts_at),
                attempt.request_key,
            ).id
    except PortalError as error:
        return f"{type(error).__name__}!"
    except Exception as error:  # noqa: BLE001 - a crash is an outcome too, and fails the test
        return f"crashed: {error!r}"


def run_at_once(attempts: Sequence[Attempt], at: float = 0) -> list[str]:
    """Run each attempt in a thread, all from the same moment on; return the outcomes in order."""
    outcomes = [""] * len(attempts)
    barrier = threading.Barrier(len(attempts))

    def client(number: int) -> None:
        with reading() as session:  # the connection is open before the race begins
            session.connection()
        barrier.wait()
        time.sleep(max(0.0, at - time.time()))
        outcomes[number] = run(attempts[number])

    threads = [threading.Thread(target=client, args=[n]) for n in range(len(attempts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


class Racers:
    """Several processes that race against one another."""

    def __init__(self, processes: list["subprocess.Popen[str]"]) -> None:
        """Take the processes."""
        self._processes = processes

    def run_at_once(self, attempts: Sequence[Attempt]) -> list[str]:
        """Deal the attempts out, run all at the same moment, return every outcome."""
        count = len(self._processes)
        at = time.time() + HEAD_START
        for number, process in enumerate(self._processes):
            line = {
                "database_url": settings().database_url,
                "at": at,
                "attempts": [asdict(one) for one in attempts[number::count]],
            }
            assert process.stdin is not None
            process.stdin.write(json.dumps(line) + "\n")
            process.stdin.flush()
        return [outcome for process in self._processes for outcome in _answer(process)]


@contextmanager
def racers(count: int) -> Iterator[Racers]:
    """Start processes; stop them at the end."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.racing"],
            cwd=ROOT,
            env=os.environ | {"PORTAL_MODE": "test"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _number in range(count)
    ]
    try:
        for process in processes:
            _answer(process)
        yield Racers(processes)
    finally:
        for process in processes:
            process.communicate(timeout=30)


def _answer(process: "subprocess.Popen[str]") -> list[Any]:
    assert process.stdout is not None
    return json.loads(process.stdout.readline())


def use(database_url: str) -> None:
    """Let ``portal.db`` work on another database."""
    if database_url != os.environ.get("DATABASE_URL"):
        if db.engine.cache_info().currsize:
            db.engine().dispose()
        os.environ["DATABASE_URL"] = database_url
        db.engine.cache_clear()
        settings.cache_clear()


def main() -> None:
    """Answer rounds until the input ends; an empty answer at first says that all is loaded."""
    print("[]", flush=True)
    for line in sys.stdin:
        given = json.loads(line)
        use(given["database_url"])
        attempts = [Attempt(**one) for one in given["attempts"]]
        print(json.dumps(run_at_once(attempts, given["at"])), flush=True)


if __name__ == "__main__":
    main()
