"""``/metrics`` for Prometheus, on a port of its own that only this machine can reach.

`portal.serve` answers it for all processes that it started: they leave their counts in files
(Prometheus's multiprocess mode), and what the database knows is read when somebody asks.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector
from sqlalchemy import func
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select

from portal import clock
from portal.account.sessions import IDLE
from portal.db import reading
from portal.models import LoginSession, OutboxMessage
from portal.outbox.claim import OPEN, PARKED

ONLY_HERE = "127.0.0.1"
FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # where the library looks when a process starts

GAUGES = {
    "kindred_database_up": "1 when the database answers.",
    "kindred_outbox_waiting": "Messages that are still to be carried out.",
    "kindred_outbox_parked": "Messages that failed too often; somebody has to see to them.",
    "kindred_outbox_oldest_seconds": "How long the message that is longest due has been waiting.",
    "kindred_sessions_live": "Log-in sessions not ended and seen in the last two hours.",
}


class ProcessCollector(MultiProcessCollector):
    """What the processes have counted; of one that is gone, not what it had open."""

    def collect(self) -> Iterable[Metric]:
        """Add up the files of all processes."""
        forget_dead(Path(self._path))
        return super().collect()


def forget_dead(folder: Path) -> None:
    """Remove what processes had open that ended without a chance to say so."""
    for file in folder.glob("gauge_live*.db"):
        pid = int(file.stem.rsplit("_", 1)[1])
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            mark_process_dead(pid, str(folder))


class DatabaseCollector(Collector):
    """What the database knows, read anew for each scrape; the same on every host."""

    def collect(self) -> Iterator[Metric]:
        """Yield one gauge for each number."""
        try:
            with reading() as session:
                numbers = read_numbers(session)
        except SQLAlchemyError:
            numbers = {"kindred_database_up": 0.0}
        for name, value in numbers.items():
            yield GaugeMetricFamily(name, GAUGES[name], value=value)


def read_numbers(session: Session) -> dict[str, float]:
    """Return the gauges of `GAUGES` by name."""
    now = clock.now()
    count, due_since = session.exec(
        select(func.count(), func.min(OutboxMessage.run_at)).where(OPEN)
    ).one()
    parked = session.exec(select(func.count()).where(PARKED)).one()
    live = session.exec(
        select(func.count()).where(
            col(LoginSession.ended_at).is_(None),
            col(LoginSession.expires_at) > now,
            col(LoginSession.last_seen_at) > now - IDLE,
        )
    ).one()
    return {
        "kindred_database_up": 1.0,
        "kindred_outbox_waiting": count,
        "kindred_outbox_parked": parked,
        # A message that is tried again later has a time to come and is not late.
        "kindred_outbox_oldest_seconds": max(0.0, (now - due_since).total_seconds())
        if due_since
        else 0.0,
        "kindred_sessions_live": live,
    }


@contextmanager
def counted(port: int) -> Iterator[dict[str, str]]:
    """Serve ``/metrics`` on a port of 127.0.0.1; give what the counted processes need to know.

    Raises:
        OSError: somebody else has the port.
    """
    with TemporaryDirectory(prefix="kindred-metrics-") as folder:
        registry = CollectorRegistry()
        registry.register(ProcessCollector(None, folder))
        registry.register(DatabaseCollector())
        server, thread = start_http_server(port, ONLY_HERE, registry)
        try:
            yield {FOLDER: folder}
        finally:
            server.shutdown()
            server.server_close()
            thread.join()
