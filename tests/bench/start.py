"""How long the second ``make demo`` takes to its first answer."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from urllib.error import URLError
from urllib.request import urlopen

from portal.config import ROOT
from tests.bench.figures import Figures
from tests.bench.ground import Ground
from tests.servers.processes import free_port, stop

RUNS = 3
FIRST_WITHIN = 300.0


class NotStarted(Exception):
    """``make demo`` ended or did not answer; the text is what it said."""


def measure(ground: Ground) -> Figures:
    """Start a demo clinic once so that all is set up, then again, a few times."""
    database = f"sqlite:///{ground.folder / 'demo.db'}"
    _start_s(database, ground.folder)
    return {"start_warm_s": median(_start_s(database, ground.folder) for _run in range(RUNS))}


def _start_s(database_url: str, folder: Path) -> float:
    """Return the seconds from ``make demo`` to the first page."""
    port = free_port()
    env = {**os.environ, "PORT": str(port), "DATABASE_URL": database_url}
    started = time.perf_counter()
    with _demo(env, folder / "demo.log") as process:
        while not _answers(port):
            if process.poll() is not None or time.perf_counter() - started > FIRST_WITHIN:
                raise NotStarted((folder / "demo.log").read_text())
            time.sleep(0.02)
        return time.perf_counter() - started


@contextmanager
def _demo(env: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("w") as output:
        process = subprocess.Popen(
            ["make", "demo"],
            cwd=ROOT,
            env=env,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        stop(process)


def _answers(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/", timeout=5):
            return True
    except (URLError, OSError):
        return False
