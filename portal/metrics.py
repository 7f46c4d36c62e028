"""What the portal counts while it works, for whoever watches over it: docs/operations.md.

Each process counts for itself; `portal.web.metrics` adds them up. Labels are names of ours only,
never an id, an address or anything a browser sent.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from prometheus_client import Counter, Gauge, Histogram
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy.pool import Pool

from portal.errors import AccessRefused, Invalid, PortalError, SignedOut, TooMany

# Seconds: an event should take a few hundredths, and a person notices a few tenths.
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)

EVENTS = Counter("kindred_events", "Events handled, by handler.", ["handler", "outcome"])
EVENT_SECONDS = Histogram(
    "kindred_event_seconds", "Time in a handler.", ["handler"], buckets=BUCKETS
)
EVENTS_REFUSED = Counter(
    "kindred_events_refused", "Events that reached no handler, by what refused them.", ["why"]
)
REQUESTS = Counter("kindred_http_requests", "Plain HTTP requests.", ["route", "status"])
MAILS = Counter("kindred_mails", "Messages of the outbox carried out.", ["kind", "outcome"])
OPEN_PAGES = Gauge("kindred_open_pages", "Open websockets.", multiprocess_mode="livesum")
CONNECTIONS = Gauge(
    "kindred_database_connections",
    "Database connections in use.",
    multiprocess_mode="livesum",
)

# The first that fits says what became of an event.
OUTCOMES: tuple[tuple[type[BaseException], str], ...] = (
    (SignedOut, "signed_out"),
    (TooMany, "too_many"),
    (AccessRefused, "not_allowed"),
    (Invalid, "invalid"),
    (PortalError, "refused"),
    (Exception, "failed"),
)


@contextmanager
def counting(handler: str) -> Iterator[None]:
    """Count one event, how long its handler takes, and whether it does what it is asked."""
    started, outcome = time.perf_counter(), "ok"
    try:
        yield
    except Exception as error:
        outcome = next(name for kind, name in OUTCOMES if isinstance(error, kind))
        raise
    finally:
        EVENTS.labels(handler, outcome).inc()
        EVENT_SECONDS.labels(handler).observe(time.perf_counter() - started)


def count_refused(why: str) -> None:
    """Count an event that reached no handler; ``why`` is one of a few words in our code."""
    EVENTS_REFUSED.labels(why).inc()


def count_mail(kind: str, outcome: str) -> None:
    """Count a message of the outbox: ``sent``, ``nothing`` (to send) or ``failed``."""
    MAILS.labels(kind, outcome).inc()


def count_connections() -> None:
    """Begin to count the database connections that this process uses."""
    sqlalchemy_event.listen(Pool, "checkout", _taken)
    sqlalchemy_event.listen(Pool, "checkin", _returned)


def _taken(*_arguments: Any) -> None:
    CONNECTIONS.inc()


def _returned(*_arguments: Any) -> None:
    CONNECTIONS.dec()
