"""Whatever happens in whatever order, the database answers as the written rules do."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine, func, update
from sqlmodel import Session, col, select

from portal.errors import NotAllowed, NotFound
from portal.ids import PatientId
from portal.models import Account, OutboxMessage, Patient, Staff
from portal.permissions import SIX, Action, Actor, Permission, StaffRole, can
from portal.sharing import change
from tests.permissions.model import Model
from tests.permissions.world import LONG, NOW, World, effort

MOST = 5 if LONG else 4

WHO = st.integers(0, MOST - 1)
SOME = st.sets(st.sampled_from(Permission), min_size=1)


class Families(RuleBasedStateMachine):
    """A clinic to which things happen; the engine is set by the test."""

    engine: Engine

    def __init__(self) -> None:
        """Begin a transaction that never commits."""
        super().__init__()
        self.session = Session(self.engine.execution_options(writes=True))
        self.transaction = self.session.begin()
        self.world, self.model = World(self.session), Model()
        self.people: list[PatientId] = []
        self.doctor = self.world.staff(StaffRole.PRACTITIONER)

    def teardown(self) -> None:
        """Forget everything."""
        self.transaction.rollback()
        self.session.close()

    @initialize()
    def open(self) -> None:
        """Begin with three people: enough for a chain."""
        for _ in range(3):
            self.sign_up(verified=True)

    # What happens to people.

    @precondition(lambda self: len(self.people) < MOST)
    @rule(verified=st.booleans())
    def sign_up(self, verified: bool) -> None:
        """Make an account."""
        self.people.append(self.world.person(verified=verified).me)
        self.model.accounts.add(self.people[-1])
        if verified:
            self.model.confirmed.add(self.people[-1])

    @precondition(lambda self: len(self.people) < MOST)
    @rule(adder=WHO)
    def add_managed_profile(self, adder: int) -> None:
        """Add a family member and hold the six permissions on them."""
        me = self._person(adder)
        if not self.model.may(self._actor(me), Action.FAMILY_ADD, me):
            return
        profile = self.world.patient(manager=me)
        self.people.append(profile)
        self.model.decides.add((me, profile))
        inside = self._relate(me, profile)
        self.world.give(profile, me, *SIX, inside=inside)
        self.model.held |= {(profile, me, p) for p in SIX}

    @rule(one=WHO, other=WHO)
    def relate(self, one: int, other: int) -> None:
        """Link two people, as staff may, perhaps once more."""
        a, b = self._person(one), self._person(other)
        if a != b and (a, b) not in self.model.related:
            self._relate(a, b)

    @rule(who=WHO)
    def verify(self, who: int) -> None:
        """Confirm somebody's address."""
        if (me := self._person(who)) in self.model.accounts:
            self._update(Account, Account.patient_id, me, verified_at=NOW)
            self.model.confirmed.add(me)

    @rule(who=WHO)
    def close(self, who: int) -> None:
        """Close somebody's account."""
        if (me := self._person(who)) in self.model.accounts:
            self._update(Account, Account.patient_id, me, closed_at=NOW)
            self.model.closed.add(me)

    @rule(who=WHO, tidy=st.booleans())
    def claim(self, who: int, tidy: bool) -> None:
        """Give a managed profile a log-in, perhaps without taking it from who managed it."""
        me = self._person(who)
        if me in self.model.accounts:
            return
        self.world.log_in(me)
        self.model.accounts.add(me)
        self.model.confirmed.add(me)
        if tidy:
            self._update(Patient, Patient.id, me, manager_id=None)
            self.model.decides = {pair for pair in self.model.decides if pair[1] != me}

    @rule(who=WHO, cancelled=st.booleans())
    def see_the_doctor(self, who: int, cancelled: bool) -> None:
        """Let somebody have a visit, or call one off."""
        self.world.visit(self._person(who), self.doctor, cancelled=cancelled)
        if not cancelled:
            self.model.seen.add((str(self.doctor.id), self._person(who)))

    @rule(rare=st.integers(0, 4))
    def lose_the_doctor(self, rare: int) -> None:
        """Let the practitioner leave the clinic, now and then."""
        if not rare:
            self._update(Staff, Staff.id, str(self.doctor.id), ended_at=NOW)
            self.model.gone.add(str(self.doctor.id))

    # What people do about permissions; anyone may try anything.

    @rule(actor=WHO, owner=WHO, holder=WHO, permissions=SOME, doctor=st.booleans())
    def give(
        self, actor: int, owner: int, holder: int, permissions: set[Permission], doctor: bool
    ) -> None:
        """Give permissions on somebody to somebody."""
        who = self.doctor if doctor else self._actor(self._person(actor))
        self._give(who, self._person(owner), self._person(holder), permissions)

    @rule(owner=WHO, holder=WHO, permissions=SOME)
    def share(self, owner: int, holder: int, permissions: set[Permission]) -> None:
        """Give permissions as the owner, which is how most are given."""
        me = self._person(owner)
        self._give(self._actor(me), me, self._person(holder), permissions)

    @rule(actor=WHO, owner=WHO, holder=WHO, permissions=SOME)
    def withdraw(self, actor: int, owner: int, holder: int, permissions: set[Permission]) -> None:
        """Withdraw permissions on somebody from somebody."""
        who, subject = self._actor(self._person(actor)), self._person(owner)
        gone = {(subject, self._person(holder), p) for p in permissions} & self.model.held
        if self._attempt(
            self.model.may(who, Action.GRANT_WITHDRAW, subject),
            len(gone) > 0,
            change.withdraw,
            who,
            subject,
            self._person(holder),
            permissions,
        ):
            self.model.held -= gone

    @rule(actor=WHO, owner=WHO, permissions=SOME)
    def give_up(self, actor: int, owner: int, permissions: set[Permission]) -> None:
        """Give up what one holds."""
        who, subject = self._actor(self._person(actor)), self._person(owner)
        gone = {(subject, who.me, p) for p in permissions} & self.model.held
        allowed = self.model.may(who, Action.GRANT_GIVE_UP, subject)
        if self._attempt(allowed, len(gone) > 0, change.give_up, who, subject, permissions):
            self.model.held -= gone

    @rule(actor=WHO, member=WHO)
    def remove(self, actor: int, member: int) -> None:
        """End a relationship."""
        who, subject = self._actor(self._person(actor)), self._person(member)
        allowed = self.model.may(who, Action.RELATIONSHIP_REMOVE, subject)
        if self._attempt(allowed, True, change.remove, who, subject):
            self.model.part(who.me, subject)

    # What must hold after every step.

    @invariant()
    def every_answer_is_the_written_one(self) -> None:
        """Ask about everybody for everybody, each action."""
        actors = [*map(self._actor, self.people), self.doctor]
        triples = [(a, b, p) for a in actors for b in Action for p in self.people]
        found = {t for t in triples if can(self.session, *t)}
        assert found == {t for t in triples if self.model.may(*t)}
        # Said once more without the model's rules: without a live relationship, nothing.
        reached = {(a.me, p) for a, _, p in found if a.patient_id and a.me != p}
        assert reached <= self.model.related

    def _give(
        self, who: Actor, owner: PatientId, holder: PatientId, permissions: set[Permission]
    ) -> None:
        new = {(owner, holder, p) for p in permissions} - self.model.held
        allowed = (
            self.model.may(who, Action.GRANT_GIVE, owner)
            and (owner, holder) in self.model.related
            and (not new or self.model.may_hold(owner, holder))
        )
        if self._attempt(allowed, len(new) > 0, change.give, who, owner, {holder: permissions}):
            self.model.held |= new

    def _attempt(self, allowed: bool, told: bool, what: Callable[..., None], *args: Any) -> bool:
        """Try a change: it is refused exactly if it must be, and tells of itself exactly once."""
        before = self._messages()
        if not allowed:
            with pytest.raises((NotFound, NotAllowed)), self.session.begin_nested():
                what(self.session, *args)
        else:
            what(self.session, *args)
        assert self._messages() - before == (allowed and told)
        return allowed

    def _messages(self) -> int:
        return self.session.exec(select(func.count(col(OutboxMessage.id)))).one()

    def _person(self, number: int) -> PatientId:
        return self.people[number % len(self.people)]

    def _actor(self, patient_id: PatientId) -> Actor:
        return Actor(patient_id=patient_id)

    def _relate(self, one: PatientId, other: PatientId) -> str:
        self.model.related |= {(one, other), (other, one)}
        return self.world.relate(one, other)

    def _update(self, table: Any, key: Any, id_: str, **values: Any) -> None:
        self.session.execute(update(table).where(key == id_).values(**values))


def test_no_sequence_of_changes_opens_more_or_less_than_the_rules(sqlite: Engine) -> None:
    Families.engine = sqlite
    run_state_machine_as_test(Families, settings=effort(quick=10, long=400, steps=14))


def test_the_same_holds_on_postgresql(postgresql: Engine) -> None:
    Families.engine = postgresql
    run_state_machine_as_test(Families, settings=effort(quick=1, long=60, steps=14))
