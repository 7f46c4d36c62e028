"""The clinic behind the served portal: people and visits that were there before a walk begins."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache

from pyotp import random_base32
from pyotp.totp import TOTP
from sqlalchemy import update
from sqlmodel import Session, col, select

from portal import clock
from portal.account.passwords import hash_password
from portal.account.sealing import seal
from portal.booking.policy import UNDO_FOR
from portal.db import make_engine
from portal.ids import PatientId
from portal.models import (
    Account,
    Authenticator,
    ClaimedUnit,
    Clinic,
    Hold,
    Offer,
    OutboxMessage,
    Patient,
    RelationshipSide,
    Visit,
)
from portal.outbox.kinds import Kind
from portal.permissions import SIX, Actor, Permission, StaffRole
from tests import builders

PASSWORD = "slow-otter-lantern-42"
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Person:
    """Somebody with an account, as a walk knows them."""

    first_name: str
    last_name: str
    email: str
    actor: Actor
    password: str = PASSWORD

    @property
    def id(self) -> PatientId:
        """Return the id of their profile."""
        return self.actor.me

    @property
    def name(self) -> str:
        """Return first and last name."""
        return f"{self.first_name} {self.last_name}"


@dataclass(frozen=True)
class Colleague:
    """Somebody who works at the clinic, with an app that makes codes."""

    name: str
    email: str
    actor: Actor
    secret: str
    password: str = PASSWORD

    @property
    def code(self) -> str:
        """Return the code that the app shows now; each works once."""
        return TOTP(self.secret).now()


def new_address(name: str = "somebody") -> str:
    """Return an address that nobody in this run has."""
    return f"{name}-{next(_numbers)}@mail.example.com"


class ClinicBook:
    """The clinic's database, opened beside the portal that serves it."""

    CHECK_UP = "Check-up"
    LONG_TALK = "Long talk"

    def __init__(self, database_url: str) -> None:
        """Open the doors: two services, three practitioners, every day from 8 to 20."""
        self.database_url = database_url
        self._engine = make_engine(database_url)
        with self.writing() as session:
            builders.add_clinic(session)
            self.check_up = builders.add_service(session, self.CHECK_UP)
            self.long_talk = builders.add_service(
                session, self.LONG_TALK, minutes=60, price_cents=0, category="Mind", position=1
            )
            services = (self.check_up, self.long_talk)
            self.practitioners = [
                builders.add_practitioner(
                    session, services, name=name, position=n, starts=time(8), ends=time(20)
                )
                for n, name in enumerate(("Dr Ines Calloway", "Dr Noor Haddad", "Dr Piet de Vries"))
            ]

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a transaction."""
        with (
            Session(self._engine.execution_options(writes=True), expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    def add_person(
        self,
        first_name: str = "Rosa",
        last_name: str = "Marlow",
        *,
        email: str | None = None,
        verified: bool = True,
    ) -> Person:
        """Add a patient with an account whose password is `PASSWORD`."""
        email = email or new_address("patient")
        with self.writing() as session:
            patient_id = builders.add_patient(session, first_name, last_name, email=email)
            actor = builders.add_account(
                session,
                patient_id,
                email=email,
                verified=verified,
                password_hash=_hash_of_password(),
            )
        return Person(first_name, last_name, email, actor)

    def add_colleague(
        self,
        role: StaffRole = StaffRole.FRONT_DESK,
        *,
        name: str = "Sam Okoye",
        practitioner: int | None = None,
    ) -> Colleague:
        """Add somebody who works here and signs in with `PASSWORD` and a code."""
        email, secret = new_address("staff"), random_base32()
        sees = self.practitioners[practitioner] if practitioner is not None else None
        with self.writing() as session:
            staff = builders.add_staff(session, role, sees, name=name)
            actor = builders.add_staff_account(
                session, staff, email=email, password_hash=_hash_of_password()
            )
            now = clock.now()
            session.add(
                Authenticator(
                    account_id=actor.account_id or "",
                    secret=seal(secret),
                    created_at=now,
                    confirmed_at=now,
                )
            )
        return Colleague(name, email, actor, secret)

    def add_member(
        self,
        of: Person,
        first_name: str = "Theo",
        *,
        permissions: tuple[Permission, ...] = SIX,
        colour: int = 2,
    ) -> PatientId:
        """Add a child's managed profile to somebody's family."""
        with self.writing() as session:
            return builders.add_family_member(
                session, of.actor, first_name, *permissions, colour=colour
            )

    def link(
        self, holder: Person, owner: Person, *permissions: Permission, both_ways: bool = False
    ) -> None:
        """Make two people a couple; ``owner`` gives ``holder`` these permissions."""
        with self.writing() as session:
            relationship_id = builders.relate(session, holder.id, owner.id)
            builders.give(session, relationship_id, owner.id, holder.id, *permissions)
            if both_ways:
                builders.give(session, relationship_id, holder.id, owner.id, *permissions)

    def ask(self, holder: Person, owner: Person, permission: Permission) -> None:
        """Let somebody ask a relative for a permission, without a mail."""
        with self.writing() as session:
            relationship_id = session.exec(
                select(RelationshipSide.relationship_id).where(
                    RelationshipSide.patient_id == holder.id,
                    RelationshipSide.member_id == owner.id,
                )
            ).one()
            builders.add_ask(session, relationship_id, owner.id, holder.id, permission)

    def relate(self, one: str, other: str) -> None:
        """Link two patients without any permission."""
        with self.writing() as session:
            builders.relate(session, one, other)

    def flag(self, patient_id: str) -> None:
        """Have staff look at a profile."""
        with self.writing() as session:
            session.exec(update(Patient).where(col(Patient.id) == patient_id).values(flag="look"))

    def add_visit(
        self,
        patient_id: str,
        starts_at: datetime,
        *,
        practitioner: int = 0,
        cancelled: bool = False,
        booked_by: str = "system",
        booked_ago: timedelta = timedelta(hours=1),
    ) -> str:
        """Add a check-up, booked longer ago than a booking can be undone."""
        with self.writing() as session:
            return builders.add_visit(
                session,
                patient_id,
                self.practitioners[practitioner],
                self.check_up,
                starts_at,
                cancelled=cancelled,
                booked_by=booked_by,
                booked_at=clock.now() - booked_ago,
            )

    def add_group_service(self, name: str, *, capacity: int = 6) -> str:
        """Offer a visit for people who come together; everybody gives it."""
        with self.writing() as session:
            service = builders.add_service(
                session, name, kind="group", capacity=capacity, category="Family", position=5
            )
            for practitioner in self.practitioners:
                session.add(Offer(practitioner_id=practitioner, service_id=service))
        return service

    def add_class(self, name: str, starts_at: datetime, *, capacity: int = 3) -> str:
        """Offer a class and hold it once, with the last of the practitioners."""
        with self.writing() as session:
            service = builders.add_service(
                session, name, kind="class", capacity=capacity, category="Classes", position=6
            )
            session.add(Offer(practitioner_id=self.practitioners[-1], service_id=service))
            return builders.add_class(
                session, service, self.practitioners[-1], starts_at, capacity=capacity
            )

    def let_undo_pass(self) -> None:
        """Let the minutes go by in which a booking can be undone and its mail waits."""
        with self.writing() as session:
            waiting = (
                col(OutboxMessage.kind) == Kind.VISITS_BOOKED,
                col(OutboxMessage.done_at).is_(None),
            )
            session.exec(update(OutboxMessage).where(*waiting).values(run_at=clock.now()))
            for visit in session.exec(
                select(Visit).where(col(Visit.booked_at) > clock.now() - UNDO_FOR)
            ):
                visit.booked_at -= UNDO_FOR

    def kept_by(self, person: Person) -> int:
        """Return how many times are kept for somebody who has not booked them yet."""
        with self.writing() as session:
            mine = select(Hold.id).where(Hold.held_by == person.actor.name)
            return len(session.exec(mine.where(col(Hold.used_at).is_(None))).all())

    def end_holds(self, person: Person) -> None:
        """Let the times that somebody keeps run out now."""
        now = clock.now()
        with self.writing() as session:
            mine = select(Hold.id).where(Hold.held_by == person.actor.name)
            session.exec(
                update(ClaimedUnit)
                .where(col(ClaimedUnit.held_by).in_(mine))
                .values(until_at=now)
                .execution_options(synchronize_session=False)
            )
            holds = update(Hold).where(col(Hold.held_by) == person.actor.name)
            session.exec(holds.values(expires_at=now))

    def visits_of(self, patient_id: str) -> list[Visit]:
        """Return what is booked for somebody."""
        with self.writing() as session:
            query = select(Visit).where(Visit.patient_id == patient_id)
            return [visit for visit in session.exec(query) if visit.cancelled_at is None]

    def member_of(self, person: Person, first_name: str) -> str:
        """Return the id of one of the profiles that somebody has added."""
        with self.writing() as session:
            theirs = select(Patient.id).where(Patient.manager_id == person.id)
            return session.exec(theirs.where(Patient.first_name == first_name)).one()

    def managed_by(self, person: Person) -> str:
        """Return the id of the one profile that somebody has added."""
        with self.writing() as session:
            return session.exec(select(Patient.id).where(Patient.manager_id == person.id)).one()

    def accounts_of(self, email: str) -> list[Account]:
        """Return the accounts made with an address, confirmed or not."""
        with self.writing() as session:
            return list(session.exec(select(Account).where(Account.email == email)))

    def allow_related_profiles(self, *, on: bool) -> None:
        """Turn the clinic's setting *Allow Patients to add related profiles* on or off."""
        with self.writing() as session:
            session.exec(update(Clinic).values(allow_related_profiles=on))


@cache
def _hash_of_password() -> str:
    return hash_password(PASSWORD)
