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
from portal.models import Account, Grant, OutboxMessage, Patient, Staff
from portal.permissions import SIX, Action, Actor, Permission, StaffRole, can
from portal.sharing import change, relate
from tests.permissions.model import Model
from tests.permissions.world import LONG, NOW, World, effort

MOST = 5 if LONG else 4

WHO = st.integers(0, MOST - 1)
WHICH = st.integers(0, 40)
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
        self.world.clinic()
        self.people: list[PatientId] = []
        self.doctor = self.world.staff(StaffRole.PRACTITIONER)

    def teardown(self) -> None:
        """Forget everything."""
        self.transaction.rollback()
        self.session.close()

    @initialize(forth=SOME, back=SOME, onward=SOME)
    def open(self, forth: set[Permission], back: set[Permission], onward: set[Permission]) -> None:
        """Begin with three people in a row who have given something: enough for a chain."""
        for _ in range(3):
            self.sign_up(verified=True)
        for owner, holder, permissions in ((0, 1, forth), (1, 0, back), (1, 2, onward)):
            self.relate(owner, holder)
            me = self._person(owner)
            self._give(self._actor(me), me, self._person(holder), permissions)

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

    # What people do about permissions: what is likely, and then anything at all.

    @precondition(lambda self: self.model.related)
    @rule(number=WHICH, permissions=SOME)
    def share(self, number: int, permissions: set[Permission]) -> None:
        """Give permissions to a relative."""
        owner, holder = self._one_of(self.model.related, number)
        self._give(self._actor(owner), owner, holder, permissions)

    @precondition(lambda self: self.model.held)
    @rule(number=WHICH, others=SOME)
    def withdraw(self, number: int, others: set[Permission]) -> None:
        """Withdraw a permission that somebody holds, and perhaps others that they do not."""
        owner, holder, permission = self._one_of(self.model.held, number)
        self._withdraw(self._actor(owner), owner, holder, {permission, *others})

    @precondition(lambda self: self.model.held)
    @rule(number=WHICH)
    def give_up(self, number: int) -> None:
        """Give up a permission."""
        owner, holder, permission = self._one_of(self.model.held, number)
        self._give_up(self._actor(holder), owner, {permission})

    @precondition(lambda self: self.model.related)
    @rule(number=WHICH)
    def remove(self, number: int) -> None:
        """End a relationship."""
        me, member = self._one_of(self.model.related, number)
        self._remove(self._actor(me), member)

    @rule(actor=WHO, owner=WHO, holder=WHO, permissions=SOME, doctor=st.booleans())
    def try_anything(
        self, actor: int, owner: int, holder: int, permissions: set[Permission], doctor: bool
    ) -> None:
        """Let anybody try to change anything."""
        me, whose, whom = self._person(actor), self._person(owner), self._person(holder)
        who = self.doctor if doctor else self._actor(me)
        self._give(who, whose, whom, permissions)
        self._withdraw(who, whose, whom, permissions)
        self._give_up(self._actor(me), whose, permissions)

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

    @invariant()
    def every_live_grant_is_a_written_one(self) -> None:
        """Look for grants that were left behind, though they may open nothing."""
        rows = self.session.exec(select(Grant).where(col(Grant.ended_at).is_(None))).all()
        assert {(g.owner_id, g.holder_id, g.permission) for g in rows} == self.model.held

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
            self.model.give(new)

    def _withdraw(
        self, who: Actor, owner: PatientId, holder: PatientId, permissions: set[Permission]
    ) -> None:
        gone = {(owner, holder, p) for p in permissions} & self.model.held
        allowed = self.model.may(who, Action.GRANT_WITHDRAW, owner)
        if self._attempt(allowed, len(gone) > 0, change.withdraw, who, owner, holder, permissions):
            self.model.held -= gone

    def _give_up(self, who: Actor, owner: PatientId, permissions: set[Permission]) -> None:
        gone = {(owner, who.me, p) for p in permissions} & self.model.held
        allowed = self.model.may(who, Action.GRANT_GIVE_UP, owner)
        if self._attempt(allowed, len(gone) > 0, change.give_up, who, owner, permissions):
            self.model.held -= gone

    def _remove(self, who: Actor, member: PatientId) -> None:
        allowed = self.model.may(who, Action.RELATIONSHIP_REMOVE, member)
        if self._attempt(allowed, True, relate.remove, who, member):
            self.model.part(who.me, member)

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

    def _one_of(self, known: set[Any], number: int) -> Any:
        """Choose by what hypothesis can repeat: the order of people, not their random ids."""
        order = {person: str(place) for place, person in enumerate(self.people)}
        rows = sorted(known, key=lambda row: [order.get(part, part) for part in row])
        return rows[number % len(rows)]

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
    run_state_machine_as_test(Families, settings=effort(quick=8, long=200, steps=14))


def test_the_same_holds_on_postgresql(postgresql: Engine) -> None:
    Families.engine = postgresql
    run_state_machine_as_test(Families, settings=effort(quick=1, long=30, steps=14))
