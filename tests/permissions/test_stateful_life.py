"""The same machine, in which people also ask, answer, block, claim and join, by the services."""

from secrets import token_hex

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import Engine
from sqlmodel import col, select

from portal.account.links import Purpose, make_link
from portal.account.log_in import Caller
from portal.claim.answers import ClaimForm, JoinForm
from portal.claim.rules import DROP, KEEP
from portal.claim.service import claim_profile, join_profile
from portal.errors import Invalid, NotAllowed, NotFound
from portal.ids import PatientId
from portal.models import Account, Ask, Block, Patient
from portal.permissions import SIX, Action, Actor, Permission
from portal.sharing import answers, asks, block
from tests.permissions.test_stateful import SOME, WHICH, WHO, Families
from tests.permissions.world import effort

REFUSALS = (NotFound, NotAllowed, Invalid)
ALL_OR_NONE = st.sets(st.sampled_from(Permission))


class Lives(Families):
    """Families whose members ask each other, block each other and get log-ins of their own."""

    @precondition(lambda self: self.model.related)
    @rule(number=WHICH, permissions=SOME)
    def ask(self, number: int, permissions: set[Permission]) -> None:
        """Ask a relative for something."""
        owner, holder = self._one_of(self.model.related, number)
        wanted = {p for p in permissions if p in SIX and (owner, holder, p) not in self.model.held}
        new = {(owner, holder, p) for p in wanted} - set(self.model.asks)
        peace = {one for one in new if one in self.model.declined}
        answers = self.model.decider(owner)
        allowed = (
            self.model.may(self._actor(holder), Action.GRANT_ASK, owner)
            and answers not in (None, holder)
            and bool(new - peace)
        )
        form = asks.AskForm(member_id=owner, permissions=sorted(permissions))
        unheard = (owner, holder) in self.model.blocked
        if self._try(allowed, int(not unheard), asks.ask, self._actor(holder), form):
            self.model.asks |= dict.fromkeys(new - peace, unheard)

    @precondition(lambda self: self.model.asks)
    @rule(number=WHICH, who=WHO, right=st.booleans(), accept=st.booleans())
    def answer(self, number: int, who: int, right: bool, accept: bool) -> None:
        """Let whoever decides, or anybody else, answer an ask."""
        owner, holder, permission = one = self._one_of(set(self.model.asks), number)
        decides = self.model.decider(owner) if right else None
        actor = self._proved(PatientId(decides or self._person(who)))
        allowed = not self.model.asks[one] and self.model.may(actor, Action.GRANT_GIVE, owner)
        id_ = self.session.exec(
            select(Ask.id).where(
                Ask.owner_id == owner,
                Ask.holder_id == holder,
                Ask.permission == permission,
                col(Ask.answered_at).is_(None),
            )
        ).one()
        if self._try(allowed, 2 if accept else 1, answers.answer, actor, {id_: accept}):
            del self.model.asks[one]
            if accept:
                self.model.held.add(one)
            else:
                self.model.declined.add(one)

    @precondition(lambda self: self.model.related)
    @rule(number=WHICH)
    def block(self, number: int) -> None:
        """Block a relative."""
        me, person = self._one_of(self.model.related, number)
        actor = self._actor(me)
        allowed = self.model.may(actor, Action.PERSON_BLOCK, me) and self.model.may(
            actor, Action.RELATIONSHIP_LABEL, person
        )
        if self._try(allowed, 0, block.block, actor, person):
            self.model.block(me, person)

    @precondition(lambda self: self.model.blocked)
    @rule(number=WHICH)
    def unblock(self, number: int) -> None:
        """Let somebody ask again."""
        me, person = self._one_of(self.model.blocked, number)
        allowed = self.model.may(self._actor(me), Action.PERSON_BLOCK, me)
        if self._try(allowed, 0, block.unblock, self._actor(me), person):
            self.model.blocked.discard((me, person))

    @rule(who=WHO, keep=ALL_OR_NONE)
    def claim_by_link(self, who: int, keep: set[Permission]) -> None:
        """Make a profile its person's own."""
        profile = self._person(who)
        live = {g for g in self.model.held if g[0] == profile}
        allowed = profile not in self.model.accounts and profile not in self.model.joined
        form = ClaimForm(token=self._link(profile), answers=_answers(live, keep), password="x")
        told = 1 + len(self.model.relatives(profile))
        caller = Caller(address="192.0.2.1", user_agent="Firefox")
        if self._try(allowed, told, claim_profile, form, password_hash="", caller=caller):
            self.model.claim(profile)
            self.model.held -= {g for g in live if g[2] not in keep}

    @rule(who=WHO, other=WHO, keep=ALL_OR_NONE)
    def join(self, who: int, other: int, keep: set[Permission]) -> None:
        """Make a managed profile one with somebody's own."""
        profile, me = self._person(who), self._person(other)
        actor = self._proved(me)
        live = {g for g in self.model.held if g[0] == profile}
        kept = {(h, p) for _owner, h, p in live if p in keep}
        allowed = (
            self.model.may(actor, Action.PROFILE_JOIN, me)
            and profile not in self.model.accounts | self.model.joined | {me}
            and (me, profile) not in self.model.related
            and not any((me, holder) in self.model.blocked for holder, _p in kept)
        )
        form = JoinForm(token=self._link(profile), answers=_answers(live, keep))
        told = 1 + len(self.model.relatives(profile))
        if self._try(allowed, told, join_profile, actor, form):
            self.model.join(profile, me, kept)

    @invariant()
    def what_waits_is_what_was_asked(self) -> None:
        """Look for asks that were left behind."""
        rows = self.session.exec(select(Ask).where(col(Ask.answered_at).is_(None))).all()
        found = {(a.owner_id, a.holder_id, Permission(a.permission)): a.unheard for a in rows}
        assert found == self.model.asks
        blocks = self.session.exec(select(Block)).all()
        assert {(b.patient_id, b.blocked_id) for b in blocks} == self.model.blocked

    @invariant()
    def a_joined_profile_opens_and_holds_nothing(self) -> None:
        """Look for anything that still hangs on a profile which is another's by now."""
        gone = self.model.joined
        assert not any(one in gone or other in gone for one, other in self.model.related)
        rows = select(Patient.id).where(col(Patient.joined_into_id).is_not(None))
        assert set(self.session.exec(rows)) == gone

    def _try(self, allowed: bool, told: int, what, *args, **options) -> bool:
        before = self._messages()
        if not allowed:
            with pytest.raises(REFUSALS), self.session.begin_nested():
                what(self.session, *args, **options)
        else:
            what(self.session, *args, **options)
            self.session.flush()
        assert self._messages() - before == (told if allowed else 0)
        return allowed

    def _proved(self, patient_id: PatientId) -> Actor:
        account = select(Account.id).where(Account.patient_id == patient_id)
        account_id = self.session.exec(account).first()
        actor = Actor(patient_id=patient_id, account_id=account_id)  # pyright: ignore[reportArgumentType]
        return self.world.sign_in(actor) if account_id else actor

    def _link(self, profile: PatientId) -> str:
        email = f"{token_hex(6)}@example.test"
        self._update(Patient, Patient.id, profile, contact_email=email)
        self.session.expire_all()
        return make_link(self.session, Purpose.CLAIM, patient_id=profile, about=email)


def _answers(
    live: set[tuple[str, str, Permission]], keep: set[Permission]
) -> dict[str, dict[str, str]]:
    answers: dict[str, dict[str, str]] = {}
    for _owner, holder, permission in live:
        answers.setdefault(holder, {})[permission] = KEEP if permission in keep else DROP
    return answers


def test_no_life_opens_more_or_less_than_the_rules(sqlite: Engine) -> None:
    Lives.engine = sqlite
    run_state_machine_as_test(Lives, settings=effort(quick=12, long=200, steps=16))


def test_no_life_does_so_on_postgresql(postgresql: Engine) -> None:
    Lives.engine = postgresql
    run_state_machine_as_test(Lives, settings=effort(quick=1, long=30, steps=16))
