"""Eight processes that book, cancel, share, look and send at once, then a look at the diary.

A process is ``python -m tests.bench.stress <seconds> <seed>`` on the database of its environment;
its first line says who and what there is, its answer how often each thing was done.
"""

import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import timedelta
from threading import Event

from sqlalchemy import func
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from portal.booking.service import book_visit, find_soonest, find_times, list_bookable_people
from portal.config import ROOT
from portal.db import reading, writing
from portal.errors import PortalError
from portal.ids import AccountId, PatientId, new_id
from portal.models import Account, Grant, Visit
from portal.notifications.post import DemoPost
from portal.outbox.deliver import deliver_batch
from portal.permissions import Actor, Permission
from portal.sharing.change import give, withdraw
from portal.visits.service import cancel_visit, list_visits
from tests import builders
from tests.bench.crowd import add_crowd, starts_at
from tests.bench.figures import Figures
from tests.bench.ground import KINDS, Ground

PROCESSES = 8
SECONDS = 30
PEOPLE, PRACTITIONERS, FAMILY = 12, 3, 2
TIMES = 160
GRID = 10  # minutes: visits of half an hour that overlap in part


class Crashed(Exception):
    """A process ended badly, or nothing was booked, so nothing was put to the test."""


@dataclass(frozen=True)
class Scene:
    """Who and what there is."""

    actors: list[tuple[str, str]]  # patient, account
    services: list[str]
    practitioners: list[str]


def measure(ground: Ground) -> Figures:
    """Return the overlaps on both databases together."""
    found = 0
    for kind in KINDS:
        with ground.database(kind):
            scene = _scene()
            done = _run(scene)
            if not done["book"]:
                raise Crashed(f"nothing was booked on {kind}: {done}")
            with reading() as session:
                found += overlaps(session)
    return {"overlaps_after_stress": found}


def overlaps(session: Session) -> int:
    """Count pairs of live visits in which a practitioner or a patient is in two places."""
    one, other = aliased(Visit), aliased(Visit)
    same = (col(one.practitioner_id) == col(other.practitioner_id)) | (
        col(one.patient_id) == col(other.patient_id)
    )
    pairs = (
        select(func.count())
        .select_from(one)
        .join(other, same & (col(one.id) < col(other.id)))
        .where(
            col(one.cancelled_at).is_(None),
            col(other.cancelled_at).is_(None),
            col(one.starts_at) < col(other.ends_at),
            col(other.starts_at) < col(one.ends_at),
        )
    )
    return session.exec(pairs).one()


def _scene() -> Scene:
    crowd = add_crowd(PEOPLE, PRACTITIONERS, FAMILY)
    with writing() as session:
        ids = [person.id for person in crowd.people]
        # Everybody is related to the next one, and may be given more or less.
        for one, other in zip(ids, [*ids[1:], ids[0]], strict=True):
            builders.relate(session, one, other)
        accounts = session.exec(select(Account.patient_id, Account.id)).all()
    return Scene([(p or "", a) for p, a in accounts], crowd.services, crowd.practitioners)


def _run(scene: Scene) -> Counter[str]:
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.bench.stress", str(SECONDS), str(seed)],
            cwd=ROOT,
            env=os.environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed in range(PROCESSES)
    ]
    total: Counter[str] = Counter()
    try:
        for process in processes:
            assert process.stdin
            process.stdin.write(json.dumps(asdict(scene)) + "\n")
            process.stdin.flush()
        for process in processes:
            answer, _errors = process.communicate(timeout=SECONDS * 4)
            if process.returncode:
                raise Crashed(f"a process ended with {process.returncode}")
            total += Counter(json.loads(answer))
    finally:
        for process in processes:
            process.kill()
    return total


class Actions:
    """What one process does, drawn by chance; each is one transaction, as behind a door."""

    def __init__(self, scene: Scene, chance: random.Random) -> None:
        """Begin with no visit of one's own."""
        self._scene, self._chance = scene, chance
        self._actors = [
            Actor(patient_id=PatientId(p), account_id=AccountId(a)) for p, a in scene.actors
        ]
        self._booked: list[tuple[Actor, str]] = []

    def book(self) -> None:
        """Book for somebody whom somebody may book for, at a time that others want too."""
        actor = self._chance.choice(self._actors)
        minutes = GRID * self._chance.randrange(3)
        with reading() as session:
            people = list_bookable_people(session, actor)
        with writing() as session:
            visit = book_visit(
                session,
                actor,
                self._chance.choice(people).id,
                self._chance.choice(self._scene.services),
                self._chance.choice(self._scene.practitioners),
                starts_at(self._chance.randrange(TIMES)) + timedelta(minutes=minutes),
                new_id(),
            )
        self._booked.append((actor, visit.id))

    def cancel(self) -> None:
        """Cancel a visit, if there is one."""
        if self._booked:
            actor, visit_id = self._booked.pop(self._chance.randrange(len(self._booked)))
            with writing() as session:
                cancel_visit(session, actor, visit_id)

    def look(self) -> None:
        """Look for a time and at the family's visits."""
        service = self._chance.choice(self._scene.services)
        actor = self._chance.choice(self._actors)
        with reading() as session:
            find_soonest(session, actor, service)
            find_times(session, actor, service, None, builders.in_days(2), 7)
            list_visits(session, actor)

    def share(self) -> None:
        """Let the next person book, or no longer."""
        at = self._chance.randrange(len(self._actors))
        owner, holder = self._actors[at], self._actors[at - 1]
        with writing() as session:
            held = session.exec(
                select(Grant.id).where(
                    Grant.owner_id == owner.me,
                    Grant.holder_id == holder.me,
                    col(Grant.ended_at).is_(None),
                )
            ).first()
            if held:
                withdraw(session, owner, owner.me, holder.me, [Permission.BOOK])
            else:
                give(session, owner, owner.me, {holder.me: [Permission.BOOK]})

    def send(self) -> None:
        """Deliver a few mails, as a worker does."""
        deliver_batch(DemoPost(), new_id(), Event())


def main() -> None:
    """Do everything until the time is over; print how often each thing was done or refused."""
    chance = random.Random(int(sys.argv[2]))
    given = json.loads(sys.stdin.readline())
    actions = Actions(Scene(**given), chance)
    choices: list[Callable[[], None]] = [
        *[actions.book] * 8,
        *[actions.cancel] * 3,
        *[actions.look] * 2,
        *[actions.share] * 2,
        actions.send,
    ]
    until = time.monotonic() + float(sys.argv[1])
    done: Counter[str] = Counter()
    while time.monotonic() < until:
        action = chance.choice(choices)
        try:
            action()
            done[action.__name__] += 1
        except PortalError as error:
            done[f"{action.__name__}: {type(error).__name__}"] += 1
    print(json.dumps(done))


if __name__ == "__main__":
    main()
