"""How many mails a second one worker sends to a mail server on this machine."""

import time
from collections.abc import Sequence

from portal.db import writing
from portal.outbox.kinds import Kind
from portal.outbox.queue import queue
from tests import builders
from tests.bench.crowd import add_crowd, starts_at
from tests.bench.figures import Figures
from tests.bench.ground import Ground
from tests.servers.mail import mail_server
from tests.servers.portal import make_portal
from tests.servers.processes import stop

MAILS = 600
WITHIN = 60.0


class NotSent(Exception):
    """The worker did not send everything in time."""


def measure(ground: Ground) -> Figures:
    """Queue what as many bookings queue, then start a worker."""
    with ground.database() as url, mail_server() as mailbox:
        crowd = add_crowd(MAILS, practitioners=1)
        with writing() as session:
            for number, person in enumerate(crowd.people):
                visit_id = builders.add_visit(
                    session,
                    person.id,
                    crowd.practitioners[0],
                    crowd.services[0],
                    starts_at(number),
                    booked_by=f"patient:{person.id}",
                )
                queue(session, Kind.VISITS_BOOKED, visits=[[visit_id, 0]])
        portal = make_portal(ground.front_end, url, ground.folder, SMTP_URL=mailbox.url)
        worker = portal.start_worker()
        try:
            first = _wait(mailbox.messages, 1)
            began_with = len(mailbox.messages)
            last = _wait(mailbox.messages, MAILS)
        finally:
            stop(worker)
    return {"mails_per_s_worker": (MAILS - began_with) / (last - first)}


def _wait(messages: Sequence[object], count: int) -> float:
    """Return the moment at which there were so many messages."""
    until = time.monotonic() + WITHIN
    while len(messages) < count:
        if time.monotonic() > until:
            raise NotSent(f"{len(messages)} of {count} mails in {WITHIN:.0f} s")
        time.sleep(0.002)
    return time.monotonic()
