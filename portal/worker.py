"""Send what the outbox holds and keep house, until told to stop: ``python -m portal.worker``.

Run as many as you like, on as many hosts as you like. SIGTERM and SIGINT finish the current
message; a worker that is killed loses nothing (see `portal.outbox.deliver`).
"""

import logging
import os
import signal
import socket
import sys
import time
from threading import Event

from sqlalchemy.exc import OperationalError

from portal.channel import Publisher
from portal.config import BadSettings, settings
from portal.housekeeping import keep_house, keep_wait_list
from portal.ids import new_id
from portal.live import listen
from portal.metrics import count_connections
from portal.notifications.post import Post, Unreachable, open_post
from portal.outbox.deliver import deliver_batch
from portal.web.logs import configure_logs

log = logging.getLogger("portal.worker")

POLL = 0.5  # seconds; how long a mail waits at most when nothing else does
HOUSE_EVERY = 60.0
WAIT_LIST_EVERY = 1.0  # a time that nobody took goes to the next in line
FIRST_WAIT, LONGEST_WAIT = 1.0, 30.0  # while the mail server or the database is away


def work(post: Post, worker: str, stop: Event) -> None:
    """Deliver and keep house until ``stop`` is set."""
    wait = FIRST_WAIT
    house_at = wait_list_at = time.monotonic()
    while not stop.is_set():
        try:
            if time.monotonic() >= house_at:
                keep_house()
                house_at = time.monotonic() + HOUSE_EVERY
            if time.monotonic() >= wait_list_at:
                keep_wait_list()
                wait_list_at = time.monotonic() + WAIT_LIST_EVERY
            delivered = deliver_batch(post, worker, stop)
            wait = FIRST_WAIT
        except (Unreachable, OperationalError) as error:
            name = error.cause if isinstance(error, Unreachable) else type(error).__name__
            log.warning("waiting %.0f s: %s", wait, name)
            post.close()
            stop.wait(wait)
            wait = min(wait * 2, LONGEST_WAIT)
            continue
        if not delivered:
            post.close()
            stop.wait(POLL)
    post.close()


def main() -> int:
    """Run one worker with the settings of the environment; return the exit code."""
    configure_logs()
    count_connections()
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_signal: stop.set())
    try:
        post = open_post(settings())
    except BadSettings as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if redis := settings().redis_url:
        listen(Publisher(redis))
    work(post, f"{socket.gethostname()}:{os.getpid()}:{new_id()}", stop)
    return 0


if __name__ == "__main__":
    sys.exit(main())
