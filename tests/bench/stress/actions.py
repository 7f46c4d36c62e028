"""What one process does, drawn by chance; each is one transaction, as behind a door."""

import random
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from threading import Event
from typing import Concatenate, ParamSpec, TypeVar

from sqlmodel import Session, col, select, update

from portal import clock
from portal.booking.book import book_group, book_visit
from portal.booking.hold import Wish, extend, hold, let_go
from portal.booking.order import book_order
from portal.booking.service import find_soonest, find_times, list_bookable_people
from portal.db import reading, writing
from portal.housekeeping import keep_house, keep_wait_list
from portal.ids import AccountId, PatientId, new_id
from portal.models import (
    ClaimedUnit,
    Grant,
    Hold,
    OutboxMessage,
    TimeOff,
    Visit,
    WaitOffer,
    WaitRequest,
)
from portal.notifications.post import DemoPost
from portal.outbox.deliver import deliver_batch
from portal.permissions import Actor, Permission
from portal.sharing.change import give, withdraw
from portal.staff.affected.service import Affects
from portal.staff.practitioners.hours.away import add_time_off, remove_time_off
from portal.staff.practitioners.hours.forms import TimeOffForm
from portal.visits.cancel import cancel_visit
from portal.visits.service import list_visits
from portal.waitlist.answer import accept, decline
from portal.waitlist.ask import DAYS as ANY_DAY
from portal.waitlist.ask import AskForm, ask
from tests import builders
from tests.bench.stress.scene import DAYS, Scene

P = ParamSpec("P")
T = TypeVar("T")

GRID = 10  # minutes between starts: visits of different lengths that overlap in part
HOURS = range(9, 16)
MOST_OFF = 2  # practitioners away at once; with all of them away nothing more would happen


def written(use_case: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Return what a use case answers, in a writing transaction of its own."""
    with writing() as session:
        return use_case(session, *args, **kwargs)


class Actions:
    """Everything that people, staff and the worker do; each tells whether there was anything."""

    def __init__(self, scene: Scene, chance: random.Random) -> None:
        """Begin with nothing kept."""
        self._scene, self._chance = scene, chance
        self._actors = [
            Actor(patient_id=PatientId(p), account_id=AccountId(a)) for p, a in scene.actors
        ]
        self._desk = Actor(staff_id=scene.desk[0], account_id=AccountId(scene.desk[1]))
        self._kept: list[tuple[Actor, str]] = []

    def book(self) -> bool:
        """Book straight away, at a time that others want too."""
        actor, people = self._party()
        written(book_visit, actor, people[0], *self._wanted(), new_id())
        return True

    def order(self) -> bool:
        """Keep times for one person or several, and book them, now or some time later."""
        actor, people = self._party()
        wishes = [Wish(*self._wanted(), people=(one,)) for one in people[: self._upto(3)]]
        order = written(hold, actor, wishes)
        self._kept.append((actor, order.id))
        if self._chance.random() < 0.5:
            actor, order_id = self._kept.pop(self._chance.randrange(len(self._kept)))
            written(book_order, actor, order_id, new_id())
        return True

    def let_go(self) -> bool:
        """Let go of what is kept."""
        if not self._kept:
            return False
        written(let_go, *self._kept.pop())
        return True

    def extend(self) -> bool:
        """Keep it longer."""
        if not self._kept:
            return False
        written(extend, *self._chance.choice(self._kept))
        return True

    def run_out(self) -> bool:
        """Let time go by for something kept or offered, or for a mail that waits."""
        with writing() as session:
            return self._chance.choice([_end_hold, _end_offer, _end_waiting])(session, self._chance)

    def group(self) -> bool:
        """Book a group visit."""
        actor, people = self._party()
        wanted = (self._scene.together, self._practitioner(), self._start())
        written(book_group, actor, people[: 1 + self._upto(3)], *wanted, new_id())
        return True

    def seat(self) -> bool:
        """Take a seat of a class: at once, or after keeping it."""
        actor, people = self._party()
        who, at = self._chance.choice(self._scene.lessons)
        wanted = (self._scene.lesson, who, datetime.fromisoformat(at))
        if self._chance.random() < 0.5:
            written(book_visit, actor, people[0], *wanted, new_id())
        else:
            order = written(hold, actor, [Wish(*wanted, people=(people[0],))])
            written(book_order, actor, order.id, new_id())
        return True

    def reschedule(self) -> bool:
        """Move a visit of one's own or of the family, a group visit with all of it."""
        actor, visit = self._mine()
        if visit is None:
            return False
        starts_at = self._start()
        if visit.service_id == self._scene.lesson:
            who, at = self._chance.choice(self._scene.lessons)
            starts_at = datetime.fromisoformat(at)
        else:
            who = self._practitioner()
        wish = Wish(visit.service_id, who, starts_at, moves_id=visit.id)
        order = written(hold, actor, [wish])
        written(book_order, actor, order.id, new_id())
        return True

    def cancel(self) -> bool:
        """Cancel one, or all of its order or group."""
        actor, visit = self._mine()
        if visit is None:
            return False
        written(
            cancel_visit, actor, visit.id, all_of=self._chance.choice(["", "order", "gathering"])
        )
        return True

    def staff_book(self) -> bool:
        """Book for somebody, as the front desk."""
        person = self._chance.choice(self._actors).me
        written(book_visit, self._desk, person, *self._wanted(), new_id())
        return True

    def staff_cancel(self) -> bool:
        """Cancel anybody's visit, with a reason."""
        with reading() as session:
            ids = session.exec(select(Visit.id).where(col(Visit.cancelled_at).is_(None))).all()
        if not ids:
            return False
        written(cancel_visit, self._desk, self._chance.choice(ids), reason="The power is out.")
        return True

    def time_off(self) -> bool:
        """Send a practitioner away for an hour whatever is booked then, or have one back."""
        with reading() as session:
            away = session.exec(select(TimeOff.id)).all()
        if len(away) >= MOST_OFF:
            written(remove_time_off, self._desk, self._chance.choice(away))
            return True
        hour = self._chance.choice(HOURS)
        typed = {
            "practitioner_id": self._practitioner(),
            "from_on": self._day().isoformat(),
            "from_time": f"{hour:02}:00",
            "until_time": f"{hour + 1:02}:00",
        }
        try:
            written(add_time_off, self._desk, _away(typed))
        except Affects as affects:
            form = _away(typed, affects.fingerprint)
            written(add_time_off, self._desk, form)
        return True

    def ask(self) -> bool:
        """Wait for a time, for oneself or for a family member."""
        actor, people = self._party()
        typed = {
            "patient_id": people[0],
            "service_id": self._chance.choice([*self._scene.alone, self._scene.lesson]),
            "until_on": builders.in_days(2 + DAYS).isoformat(),
            "request_key": new_id(),
            **dict.fromkeys(ANY_DAY, True),
        }
        written(ask, actor, AskForm.model_validate(typed))
        return True

    def accept(self) -> bool:
        """Take a time that is offered, sometimes not; two of a family may do so at once."""
        with reading() as session:
            offers = session.exec(
                select(WaitOffer.id).where(col(WaitOffer.answered_at).is_(None))
            ).all()
        for offer_id in self._chance.sample(offers, len(offers)):
            for actor in self._chance.sample(self._actors, len(self._actors)):
                with reading() as session:
                    people = {one.id for one in list_bookable_people(session, actor)}
                    if not people & set(_for_whom(session, offer_id)):
                        continue
                written(accept if self._chance.random() < 0.8 else decline, actor, offer_id)
                return True
        return False

    def look(self) -> bool:
        """Look for a time and at the family's visits."""
        service = self._chance.choice(self._scene.alone)
        actor = self._chance.choice(self._actors)
        with reading() as session:
            find_soonest(session, actor, service)
            find_times(session, actor, service, None, builders.in_days(2), 7)
            list_visits(session, actor)
        return True

    def share(self) -> bool:
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
        return True

    def send(self) -> bool:
        """Deliver a few mails, as a worker does."""
        return bool(deliver_batch(DemoPost(), new_id(), Event()))

    def keep_house(self) -> bool:
        """Do what a worker does between mails."""
        keep_house()
        keep_wait_list()
        return True

    def _party(self) -> tuple[Actor, list[str]]:
        """Return somebody and those whom they may book for, in any order."""
        actor = self._chance.choice(self._actors)
        with reading() as session:
            people = [one.id for one in list_bookable_people(session, actor)]
        return actor, self._chance.sample(people, len(people))

    def _mine(self) -> tuple[Actor, Visit | None]:
        actor, people = self._party()
        with reading() as session:
            visits: Sequence[Visit] = session.exec(
                select(Visit).where(
                    col(Visit.patient_id).in_(people), col(Visit.cancelled_at).is_(None)
                )
            ).all()
        return actor, self._chance.choice(visits) if visits else None

    def _wanted(self) -> tuple[str, str, datetime]:
        return self._chance.choice(self._scene.alone), self._practitioner(), self._start()

    def _practitioner(self) -> str:
        return self._chance.choice(self._scene.practitioners)

    def _day(self) -> date:
        return builders.in_days(2 + self._chance.randrange(DAYS))

    def _start(self) -> datetime:
        minutes = GRID * self._chance.randrange(6)
        hour = self._chance.choice(HOURS)
        return builders.local(self._day(), hour) + timedelta(minutes=minutes)

    def _upto(self, most: int) -> int:
        return self._chance.randint(1, most)


def _away(typed: dict[str, str], confirmed: str = "") -> TimeOffForm:
    return TimeOffForm.model_validate({**typed, "request_key": new_id(), "confirmed": confirmed})


def _end_hold(session: Session, chance: random.Random) -> bool:
    holds = session.exec(
        select(Hold).where(col(Hold.used_at).is_(None), Hold.held_by != "system")
    ).all()
    if not holds:
        return False
    kept = session.get(Hold, chance.choice(holds).id, with_for_update=True, populate_existing=True)
    if kept is None or kept.used_at:
        return False
    kept.expires_at = clock.now()
    session.exec(
        update(ClaimedUnit).where(col(ClaimedUnit.held_by) == kept.id).values(until_at=clock.now())
    )
    return True


def _end_offer(session: Session, chance: random.Random) -> bool:
    offers = session.exec(select(WaitOffer.id).where(col(WaitOffer.answered_at).is_(None))).all()
    if not offers:
        return False
    offer = session.get_one(WaitOffer, chance.choice(offers), with_for_update=True)
    offer.expires_at = clock.now()
    return True


def _end_waiting(session: Session, chance: random.Random) -> bool:
    waiting = session.exec(
        select(OutboxMessage.id).where(col(OutboxMessage.run_at) > clock.now())
    ).all()
    if not waiting:
        return False
    session.exec(
        update(OutboxMessage)
        .where(col(OutboxMessage.id) == chance.choice(waiting))
        .values(run_at=clock.now())
    )
    return True


def _for_whom(session: Session, offer_id: str) -> list[str]:
    query = (
        select(WaitRequest.patient_id)
        .join(WaitOffer, col(WaitOffer.request_id) == col(WaitRequest.id))
        .where(WaitOffer.id == offer_id)
    )
    return list(session.exec(query).all())
