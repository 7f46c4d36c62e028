"""The outbox on real databases and a real mail server: nothing lost, nothing sent twice unknown."""

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta

import pytest
from sqlmodel import col, update

from portal import clock
from portal.config import ROOT
from portal.db import writing
from portal.ids import new_id
from portal.models import (
    OutboxMessage,
)
from portal.notifications.post import SmtpPost, Unreachable, is_loopback
from portal.outbox import claim as claims
from portal.outbox.deliver import deliver_batch
from portal.outbox.kinds import Kind
from portal.outbox.queue import queue
from tests.builders import add_clinic, add_person
from tests.outbox import deliver_all, rows
from tests.servers.mail import MailServer
from tests.servers.processes import free_port

# Starts a worker process for each line it reads and answers with its number. Their leases run out
# fast, so that what a killed one held is soon taken up again.
NURSERY = """
import os, signal, sys
from datetime import timedelta
from portal.outbox import claim
from portal import worker
claim.LEASE = timedelta(seconds=0.4)
for line in sys.stdin:
    pid = os.fork()
    if pid == 0:
        os._exit(worker.main())
    print(pid, flush=True)
    print(os.waitpid(pid, 0)[1], flush=True)
"""


def queue_mails(count: int) -> None:
    """Queue mails to as many accounts, each with an address of its own."""
    with writing() as session:
        add_clinic(session)
        for number in range(count):
            actor = add_person(session, email=f"person{number}@example.test")
            queue(session, Kind.PASSWORD_CHANGED, account_id=actor.account_id)


class Nursery:
    """Starts one worker process after the other, without the second that Python takes to start."""

    def __init__(self, database_url: str, server: MailServer) -> None:
        """Get ready."""
        env = {**os.environ, "DATABASE_URL": database_url, "SMTP_URL": server.url}
        self._process = subprocess.Popen(
            [sys.executable, "-c", NURSERY],
            cwd=ROOT,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self._pid = 0

    def start(self) -> None:
        """Start a worker."""
        assert self._process.stdin
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        self._pid = self._read()

    def end(self, number: signal.Signals) -> int:
        """Send a signal to the worker and return how it ended: 0 is well."""
        os.kill(self._pid, number)
        return self._read()

    def close(self) -> None:
        """End the nursery."""
        self._process.communicate(timeout=10)

    def _read(self) -> int:
        assert self._process.stdout
        return int(self._process.stdout.readline())


def open_rows() -> int:
    return sum(row.done_at is None for row in rows())


def test_nothing_is_lost_when_workers_are_killed_at_any_line(
    database: str, smtp_server: MailServer
) -> None:
    count = 120
    queue_mails(count)
    nurseries = [Nursery(database, smtp_server) for _ in range(2)]
    kills = 0
    until = time.monotonic() + 90
    while open_rows() and time.monotonic() < until:
        for nursery in nurseries:
            nursery.start()
        sent, patience = len(smtp_server.messages), time.monotonic() + 6
        while len(smtp_server.messages) < sent + 3 + 2 * kills and time.monotonic() < patience:
            if not open_rows():
                break
            time.sleep(0.01)
        # A little later each time, so that the blow falls at another line.
        time.sleep(kills % 7 / 1000)
        for nursery in nurseries:
            nursery.end(signal.SIGKILL)
        kills += 1
    for nursery in nurseries:
        nursery.close()
    assert kills >= 5
    arrived: dict[str, set[str]] = {}
    for message, recipients in zip(smtp_server.messages, smtp_server.recipients, strict=True):
        arrived.setdefault(recipients[0], set()).add(message["Message-ID"])
    assert len(arrived) == count
    assert {len(ids) for ids in arrived.values()} == {1}
    assert len({id_ for ids in arrived.values() for id_ in ids}) == count


def test_sigterm_finishes_the_current_message_and_lets_the_others_go(
    database: str, smtp_server: MailServer
) -> None:
    queue_mails(60)
    nursery = Nursery(database, smtp_server)
    nursery.start()
    while len(smtp_server.messages) < 5:
        time.sleep(0.01)
    assert nursery.end(signal.SIGTERM) == 0
    nursery.close()
    sent = len(smtp_server.messages)
    assert sum(row.done_at is not None for row in rows()) == sent
    assert all(row.lease_owner is None for row in rows())
    deliver_all(SmtpPost(smtp_server.url, "localhost"))
    assert len(smtp_server.messages) == 60


def test_two_workers_at_once_send_each_mail_once(database: str, smtp_server: MailServer) -> None:
    queue_mails(40)
    threads = [
        threading.Thread(
            target=deliver_all, args=(SmtpPost(smtp_server.url, "localhost"), f"worker{n}")
        )
        for n in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(smtp_server.messages) == 40
    assert len({message["Message-ID"] for message in smtp_server.messages}) == 40


def test_a_dead_mail_server_makes_mails_wait_and_counts_no_try(
    database: str, smtp_server: MailServer
) -> None:
    queue_mails(3)
    post = SmtpPost(f"smtp://127.0.0.1:{free_port()}", "localhost")
    for _ in range(claims.TRIES + 2):
        with pytest.raises(Unreachable):
            deliver_batch(post, "test", threading.Event())
    assert {row.error for row in rows()} == {"ConnectionRefusedError"}
    assert {(row.attempts, row.dead_at, row.lease_owner) for row in rows()} == {(0, None, None)}
    deliver_all(SmtpPost(smtp_server.url, "localhost"))
    assert len(smtp_server.messages) == 3


def test_a_failed_mail_waits_longer_each_time_and_is_parked_after_the_last_try(
    database: str, smtp_server: MailServer
) -> None:
    queue_mails(1)
    smtp_server.answer = "451 not now"
    pauses = []
    while rows()[0].dead_at is None:
        before = clock.now()
        deliver_all(SmtpPost(smtp_server.url, "localhost"))
        row = rows()[0]
        assert row.error == "SMTPDataError"
        pauses.append(round((row.run_at - before).total_seconds()))
        make_due(row.id)
    assert pauses[:4] == [30, 60, 120, 240]
    assert max(pauses) == claims.LONGEST_PAUSE.total_seconds()
    assert rows()[0].attempts == len(pauses) == claims.TRIES
    smtp_server.clear()
    deliver_all(SmtpPost(smtp_server.url, "localhost"))
    assert smtp_server.messages == []
    assert rows()[0].done_at is None


def test_a_mail_that_is_refused_for_good_is_parked_soon(
    database: str, smtp_server: MailServer
) -> None:
    queue_mails(1)
    smtp_server.answer = "554 no such thing"
    while rows()[0].dead_at is None:
        deliver_all(SmtpPost(smtp_server.url, "localhost"))
        make_due(rows()[0].id)
    assert rows()[0].attempts == claims.TRIES_WHEN_REFUSED


def test_one_bad_message_does_not_keep_the_others(database: str, smtp_server: MailServer) -> None:
    with writing() as session:
        queue(session, Kind.PASSWORD_CHANGED, account_nonsense="x")
        session.add(
            OutboxMessage(
                id=new_id(),
                kind="of_a_newer_version",
                payload={},
                dedup=new_id(),
                created_at=clock.now(),
                run_at=clock.now(),
            )
        )
    queue_mails(2)
    deliver_all(SmtpPost(smtp_server.url, "localhost"))
    assert len(smtp_server.messages) == 2
    assert [row.error for row in rows() if row.done_at is None] == ["KeyError", "KeyError"]


def test_a_lease_that_ran_out_is_taken_over_and_its_old_holder_lets_go(database: str) -> None:
    queue_mails(1)
    with writing() as session:
        (message,) = claims.claim(session, "one")
        assert claims.claim(session, "two") == []
    with writing() as session:
        session.exec(update(OutboxMessage).values(lease_until=clock.now() - timedelta(seconds=1)))
    with writing() as session:
        assert [m.id for m in claims.claim(session, "two")] == [message.id]
        assert not claims.renew(session, "one", message)
        claims.put_back(session, "one", message, "Late")
    assert rows()[0].lease_owner == "two"
    assert rows()[0].attempts == 0


def test_a_connection_the_server_closed_meanwhile_is_made_again(
    database: str, smtp_server: MailServer
) -> None:
    queue_mails(2)
    post = SmtpPost(smtp_server.url, "localhost")
    with writing() as session:
        session.exec(update(OutboxMessage).values(run_at=clock.now() + timedelta(hours=1)))
    first, second = rows()
    make_due(first.id)
    deliver_batch(post, "test", threading.Event())
    assert post._smtp is not None
    assert post._smtp.sock is not None
    post._smtp.sock.close()
    make_due(second.id)
    deliver_batch(post, "test", threading.Event())
    post.close()
    assert len(smtp_server.messages) == 2


@pytest.mark.parametrize(
    ("host", "local"),
    [("localhost", True), ("127.0.0.1", True), ("::1", True), ("mail.example.test", False)],
)
def test_mail_leaves_this_machine_only_over_tls(host: str, *, local: bool) -> None:
    assert is_loopback(host) is local


def make_due(message_id: str) -> None:
    """Bring a message's next try forward to now."""
    with writing() as session:
        session.exec(
            update(OutboxMessage)
            .where(col(OutboxMessage.id) == message_id)
            .values(run_at=clock.now())
        )
