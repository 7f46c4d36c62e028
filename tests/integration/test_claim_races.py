"""Claiming and joining while others do the same, or something that gets in the way."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlmodel import col, select

from portal.booking.book import book_visit
from portal.claim.service import (
    ClaimForm,
    JoinForm,
    claim_profile,
    join_profile,
    send_again,
    undo_join,
)
from portal.db import reading, writing
from portal.errors import PortalError
from portal.family.labels import Label
from portal.ids import PatientId, new_id
from portal.models import Account, AuditEntry, Patient, ProfileJoin, RelationshipSide, Visit
from portal.outbox.kinds import Kind
from portal.permissions import SIX, Actor, Permission
from portal.sharing.change import give, withdraw
from portal.sharing.relate import Side, relate, remove
from tests import builders
from tests.claiming import (
    CALLER,
    PASSWORD_HASH,
    add_profile,
    answers,
    family_of,
    held_by,
    join,
    link_to,
    patient,
    signed_in,
)
from tests.outbox import rows

ROUNDS = 6
BOOK = Permission.BOOK
Try = Callable[[], object]


def at_once(*tries: Try) -> list[str]:
    """Run all at the same moment; return "done" or the name of the refusal, in order."""
    outcomes = [""] * len(tries)
    barrier = threading.Barrier(len(tries))

    def run(number: int) -> None:
        with reading() as session:  # the connection is open before the race begins
            session.connection()
        barrier.wait()
        try:
            tries[number]()
            outcomes[number] = "done"
        except PortalError as error:
            outcomes[number] = type(error).__name__
        except Exception as error:  # noqa: BLE001 - a crash is an outcome too, and fails the test
            outcomes[number] = f"crashed: {error!r}"

    threads = [threading.Thread(target=run, args=[n]) for n in range(len(tries))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not [one for one in outcomes if one.startswith("crashed")], outcomes
    return outcomes


@dataclass
class Family:
    """Rosa, the profile of Idris that she added, and Idris with an account of his own."""

    rosa: Actor
    profile: PatientId
    idris: Actor
    staff: Actor

    def claims(self, token: str = "", *keep: Permission) -> Try:
        """Try to claim the profile with a new account."""
        token = token or link_to(self.profile)
        form = ClaimForm(token=token, password="x", answers=answers(self.profile, *keep))

        def run() -> None:
            with writing() as session:
                claim_profile(session, form, password_hash=PASSWORD_HASH, caller=CALLER)

        return run

    def joins(self, token: str = "", *keep: Permission) -> Try:
        """Try to join the profile to the account."""
        return joins(self.profile, self.idris, *keep, token=token)


def joins(profile: str, into: Actor, *keep: Permission, token: str = "") -> Try:
    """Try to join a profile to an account."""
    form = JoinForm(token=token or link_to(profile), answers=answers(profile, *keep))
    with writing() as session:
        actor = signed_in(session, into)

    def run() -> None:
        with writing() as session:
            join_profile(session, actor, form)

    return run


@pytest.fixture
def make_family(database: str) -> Callable[[], Family]:
    with writing() as session:
        builders.add_clinic(session)

    def make() -> Family:
        address = f"idris-{new_id().strip('-_').lower()}@family.example"
        with writing() as session:
            rosa = builders.add_person(session, "Rosa")
            idris = builders.add_person(session, "Idris")
            profile = add_profile(session, rosa, email=address)
            return Family(rosa, profile, idris, builders.add_staff(session))

    return make


Make = Callable[[], Family]


def test_one_link_claimed_twice_at_once_makes_one_account(make_family: Make) -> None:
    for _round in range(ROUNDS):
        family = make_family()
        token = link_to(family.profile)
        outcomes = at_once(*(family.claims(token, BOOK) for _n in range(4)))
        assert sorted(outcomes) == ["Invalid"] * 3 + ["done"]
        with reading() as session:
            query = select(Account).where(Account.patient_id == family.profile)
            assert len(session.exec(query).all()) == 1


def test_two_links_claimed_and_joined_at_once_do_one_of_the_two(make_family: Make) -> None:
    for _round in range(ROUNDS):
        family = make_family()
        outcomes = at_once(family.claims(), family.joins(), family.joins())
        assert sorted(outcomes) == ["Invalid"] * 2 + ["done"]
        with reading() as session:
            accounts = session.exec(
                select(Account).where(Account.patient_id == family.profile)
            ).all()
            joins_ = session.exec(
                select(ProfileJoin).where(ProfileJoin.from_id == family.profile)
            ).all()
        assert len(accounts) + len(joins_) == 1


def test_claiming_while_the_adder_removes(make_family: Make) -> None:
    for _round in range(ROUNDS):
        family = make_family()

        def leave(family: Family = family) -> None:
            with writing() as session:
                remove(session, family.rosa, family.profile)

        assert at_once(family.claims("", *SIX), leave) == ["done", "done"]
        assert family_of(family.profile) == []
        assert held_by(family.rosa.me, family.profile) == set()


def test_joining_while_the_adder_removes(make_family: Make) -> None:
    """Either Rosa removes the profile first, or she finds that it is Idris's by now."""
    for _round in range(ROUNDS):
        family = make_family()

        def leave(family: Family = family) -> None:
            with writing() as session:
                remove(session, family.rosa, family.profile)

        joined, removed = at_once(family.joins("", *SIX), leave)
        assert joined == "done"
        assert family_of(family.profile) == []
        kept = set() if removed == "done" else set(SIX)
        assert held_by(family.rosa.me, family.idris.me) == kept
        assert family_of(family.rosa.me) == ([] if removed == "done" else [family.idris.me])


def test_joining_while_somebody_books_for_the_profile(make_family: Make) -> None:
    """No visit is left with a profile that opens nothing."""
    with writing() as session:
        service = builders.add_service(session)
        practitioner = builders.add_practitioner(session, [service])
    for number in range(ROUNDS):
        family = make_family()
        at = builders.local(builders.in_days(3), 9 + number)

        def book(family: Family = family, at: object = at) -> None:
            with writing() as session:
                book_visit(
                    session,
                    family.rosa,
                    family.profile,
                    service,
                    practitioner,
                    at,  # pyright: ignore[reportArgumentType]
                    new_id(),
                )

        joined, booked = at_once(family.joins("", *SIX), book)
        assert joined == "done"
        with reading() as session:
            of = {
                visit.patient_id
                for visit in session.exec(select(Visit).where(Visit.booked_by == family.rosa.name))
            }
        assert of == ({family.idris.me} if booked == "done" else set())


def test_two_people_who_added_each_other_join_at_once(make_family: Make) -> None:
    for _round in range(ROUNDS):
        family = make_family()
        with writing() as session:
            rosas = add_profile(session, family.idris, "Rosa", email="rosa@family.example")
        tries = (joins(family.profile, family.idris, BOOK), joins(rosas, family.rosa, BOOK))
        outcomes = at_once(*tries)
        # The one who came second may be asked to press again.
        for outcome, again in zip(outcomes, tries, strict=True):
            if outcome != "done":
                again()
        assert family_of(family.rosa.me) == [family.idris.me]
        assert family_of(family.idris.me) == [family.rosa.me]
        assert held_by(family.rosa.me, family.idris.me) == {BOOK}
        assert held_by(family.idris.me, family.rosa.me) == {BOOK}


def test_giving_and_withdrawing_while_the_profile_is_claimed(make_family: Make) -> None:
    for _round in range(ROUNDS):
        family = make_family()
        with writing() as session:
            withdraw(session, family.rosa, family.profile, family.rosa.me, [Permission.CALENDAR])

        def change(family: Family = family) -> None:
            with writing() as session:
                give(
                    session,
                    family.rosa,
                    family.profile,
                    {family.rosa.me: [Permission.CALENDAR]},
                )

        claimed, given = at_once(family.claims("", BOOK), change)
        # Whoever is second: the one is asked again, the other decides no more.
        assert (claimed, given) in {("done", "NotAllowed"), ("Invalid", "done")}
        assert (patient(family.profile).manager_id is None) is (claimed == "done")


def test_staff_relate_a_profile_while_it_is_joined(make_family: Make) -> None:
    for _round in range(ROUNDS):
        family = make_family()
        with writing() as session:
            mina = builders.add_person(session, "Mina")

        def link(family: Family = family, mina: Actor = mina) -> None:
            with writing() as session:
                one = Side(family.profile, Label.FRIEND)
                relate(session, family.staff, one, Side(mina.me, Label.FRIEND))

        at_once(family.joins("", BOOK), link)
        if patient(family.profile).joined_into_id:
            with reading() as session:
                live = session.exec(
                    select(RelationshipSide).where(
                        RelationshipSide.patient_id == family.profile,
                        col(RelationshipSide.ended_at).is_(None),
                    )
                ).all()
            assert live == []


def test_a_join_is_undone_once(make_family: Make) -> None:
    for _round in range(ROUNDS):
        family = make_family()
        join_id = join(family.profile, family.idris, BOOK)

        def undo(family: Family = family, join_id: str = join_id) -> None:
            with writing() as session:
                undo_join(session, family.staff, join_id)

        def leave(family: Family = family) -> None:
            with writing() as session:
                remove(session, family.idris, family.rosa.me, quiet=True)

        outcomes = at_once(undo, undo, leave)
        assert sorted(outcomes[:2]) == ["Invalid", "done"]
        assert held_by(family.rosa.me, family.idris.me) == set()
        back = family_of(family.profile)
        assert back in ([], [family.rosa.me])
        assert held_by(family.rosa.me, family.profile) == (set(SIX) if back else set())


def test_links_sent_at_once_are_three_at_most(make_family: Make) -> None:
    family = make_family()

    def send() -> None:
        with writing() as session:
            send_again(session, family.rosa, family.profile)

    outcomes = at_once(*[send] * 8)
    assert sorted(outcomes) == ["TooMany"] * 5 + ["done"] * 3
    assert [row.kind for row in rows() if row.kind == Kind.CLAIM_LINK] == [Kind.CLAIM_LINK] * 3
    with reading() as session:
        sent = select(AuditEntry).where(AuditEntry.action == "profile.invite")
        assert len(session.exec(sent).all()) == 3
        assert session.get_one(Patient, family.profile).contact_email
