"""A small clinic in a real database, row by row: who stands how to whom is up to the test.

Rows are written as they are, past every rule, so that a test can also build what should never be.
"""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, settings
from sqlalchemy import update
from sqlmodel import Session, SQLModel, col

from portal import clock
from portal.ids import AccountId, PatientId, SessionId, new_id
from portal.models import (
    Account,
    Clinic,
    Grant,
    Location,
    LoginSession,
    Patient,
    Practitioner,
    Relationship,
    RelationshipSide,
    Service,
    Staff,
    Visit,
)
from portal.permissions import Actor, Permission, StaffRole

NOW = datetime(2030, 1, 7, 9, tzinfo=UTC)
LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"


def effort(quick: int, long: int, *, steps: int = 20) -> settings:
    """Return how much to try: the same few examples each time, or many new ones if asked."""
    return settings(
        max_examples=long if LONG else quick,
        stateful_step_count=steps * 2 if LONG else steps,
        derandomize=not LONG,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )


class World:
    """Adds people and what is between them to one database."""

    def __init__(self, session: Session) -> None:
        """Write in the caller's transaction."""
        self.session = session

    def patient(self, *, manager: PatientId | None = None) -> PatientId:
        """Add a patient without a log-in, whom ``manager`` decides for."""
        id_ = new_id()
        self._add(
            Patient(id=id_, first_name="A", last_name="B", manager_id=manager, created_at=NOW)
        )
        return PatientId(id_)

    def log_in(
        self, patient_id: PatientId, *, verified: bool = True, closed: bool = False
    ) -> Actor:
        """Give a patient an account; return them as the one who asks."""
        account_id = new_id()
        email = f"{account_id}@example.test"
        self._add(
            Account(
                id=account_id,
                patient_id=patient_id,
                email=email,
                email_key=email,
                password_hash="",
                created_at=NOW,
                verified_at=NOW if verified else None,
                closed_at=NOW if closed else None,
            )
        )
        return Actor(patient_id=patient_id, account_id=AccountId(account_id))

    def sign_in(self, actor: Actor, *, proved_at: datetime | None = None) -> Actor:
        """Open a browser of somebody, who gave the password at ``proved_at``, or just now."""
        id_, now = new_id(), clock.now()
        self._add(
            LoginSession(
                id=id_,
                token_hash=id_,
                account_id=actor.account_id or "",
                device="Firefox",
                created_at=now,
                last_seen_at=now,
                expires_at=now + timedelta(days=1),
                proved_at=proved_at or now,
            )
        )
        return replace(actor, session_id=SessionId(id_))

    def clinic(self, *, patients_manage_sharing: bool = True) -> None:
        """Add the clinic's own row."""
        self._add(
            Clinic(
                name="Alder Clinic",
                phone="555-0100",
                opening="Every day",
                region="CA",
                currency="CAD",
                patients_manage_sharing=patients_manage_sharing,
            )
        )

    def person(self, *, verified: bool = True, closed: bool = False) -> Actor:
        """Add a patient who has an account."""
        return self.log_in(self.patient(), verified=verified, closed=closed)

    def relate(self, one: PatientId, other: PatientId) -> str:
        """Link two patients, without any permission; return the relationship's id."""
        id_ = new_id()
        self._add(Relationship(id=id_, made_by="system", made_at=NOW))
        for me, member in ((one, other), (other, one)):
            self._add(
                RelationshipSide(
                    relationship_id=id_, patient_id=me, member_id=member, label="friend", colour=1
                )
            )
        return id_

    def end(self, relationship_id: str) -> None:
        """End a relationship and leave its grants behind, as only a bug could."""
        for table, id_ in (
            (Relationship, col(Relationship.id)),
            (RelationshipSide, col(RelationshipSide.relationship_id)),
        ):
            self.session.execute(update(table).where(id_ == relationship_id).values(ended_at=NOW))

    def give(
        self,
        owner: PatientId,
        holder: PatientId,
        *permissions: Permission,
        inside: str,
        ended: bool = False,
    ) -> None:
        """Add grants inside a relationship, live or ended."""
        for permission in permissions:
            self._add(
                Grant(
                    id=new_id(),
                    relationship_id=inside,
                    owner_id=owner,
                    holder_id=holder,
                    permission=permission,
                    given_by="system",
                    given_at=NOW,
                    ended_at=NOW if ended else None,
                )
            )

    def staff(self, role: StaffRole, *, ended: bool = False) -> Actor:
        """Add a member of staff; a practitioner's id as one who sees patients is the same."""
        id_ = new_id()
        sees_patients = role is StaffRole.PRACTITIONER
        if sees_patients:
            self._add(Practitioner(id=id_, name="Dr A", short_name="Dr A", role="doctor"))
        self._add(
            Staff(
                id=id_,
                name="Dr A",
                role=role,
                practitioner_id=id_ if sees_patients else None,
                ended_at=NOW if ended else None,
            )
        )
        return Actor(staff_id=id_)

    def visit(
        self,
        patient_id: PatientId,
        practitioner: Actor,
        *,
        starts_at: datetime = NOW - timedelta(days=9),
        cancelled: bool = False,
    ) -> str:
        """Add a visit of a patient with a practitioner; return its id."""
        if self.session.get(Service, "talk") is None:
            self._add(
                Location(id="here", name="Here", address="1 Road", zone="UTC"),
                Service(id="talk", name="Talk", category="Care", minutes=30, price_cents=0),
            )
        self._add(
            Visit(
                id=(id_ := new_id()),
                patient_id=patient_id,
                practitioner_id=str(practitioner.id),
                service_id="talk",
                location_id="here",
                starts_at=starts_at,
                ends_at=starts_at + timedelta(minutes=30),
                price_cents=0,
                currency="CAD",
                booked_by="system",
                booked_at=NOW,
                request_key=new_id(),
                cancelled_at=NOW if cancelled else None,
            )
        )
        return id_

    def _add(self, *rows: SQLModel) -> None:
        for row in rows:
            self.session.add(row)
            self.session.flush()
