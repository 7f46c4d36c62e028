"""A family in which a profile is joined to an account, for tests of joining and parting."""

from dataclasses import dataclass

import pytest
from sqlmodel import select

from portal.claim.service import JoinForm, join_profile, undo_join
from portal.db import reading, writing
from portal.errors import Invalid, PortalError
from portal.ids import PatientId
from portal.models import (
    ClaimedUnit,
    Visit,
)
from portal.outbox.kinds import Kind
from portal.permissions import Actor, Permission
from tests import builders
from tests.claiming import (
    family_of,
    patient,
    signed_in,
)
from tests.outbox import rows

P = Permission


@dataclass
class Family:
    """Rosa, who added Idris, and Idris with the account he has had all along."""

    rosa: Actor
    profile: PatientId
    idris: Actor
    staff: Actor
    practitioner: str
    service: str

    def visit(self, patient_id: str, hour: int = 9, *, days: int = 3) -> str:
        """Add a visit of somebody."""
        with writing() as session:
            at = builders.local(builders.in_days(days), hour)
            return builders.add_visit(session, patient_id, self.practitioner, self.service, at)


def units(patient_id: str) -> set[tuple[str, int]]:
    with reading() as session:
        found = session.exec(select(ClaimedUnit).where(ClaimedUnit.resource_id == patient_id))
        return {(one.held_by, one.unit) for one in found}


def visits(patient_id: str) -> set[str]:
    with reading() as session:
        return set(session.exec(select(Visit.id).where(Visit.patient_id == patient_id)))


def kinds() -> list[str]:
    return sorted(row.kind for row in rows() if row.kind != Kind.ACCESS_GAINED)


def refused(family: Family, form: JoinForm, error: type[PortalError] = Invalid) -> PortalError:
    """Try to join as Idris; check that nothing has changed."""
    before = (family_of(family.idris.me), visits(family.idris.me), patient(family.profile))
    with pytest.raises(error) as caught, writing() as session:
        join_profile(session, signed_in(session, family.idris), form)
    assert (family_of(family.idris.me), visits(family.idris.me)) == before[:2]
    assert patient(family.profile).model_dump() == before[2].model_dump()
    return caught.value


def undo(family: Family, join_id: str) -> None:
    with writing() as session:
        undo_join(session, family.staff, join_id)
