"""Who is asking now."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from portal.ids import AccountId, PatientId, SessionId


class StaffRole(StrEnum):
    """What somebody does at the clinic."""

    FULL_ACCESS = "full_access"
    FRONT_DESK = "front_desk"
    PRACTITIONER = "practitioner"


@dataclass(frozen=True)
class Actor:
    """A signed-in patient, a member of staff, or the system: who it is, never what it may do."""

    patient_id: PatientId | None = None
    account_id: AccountId | None = None
    session_id: SessionId | None = None
    staff_id: str | None = None

    @property
    def kind(self) -> Literal["patient", "staff", "system"]:
        """Return which of the three this actor is."""
        return "patient" if self.patient_id else "staff" if self.staff_id else "system"

    @property
    def id(self) -> str | None:
        """Return the patient's or staff member's id."""
        return self.patient_id or self.staff_id

    @property
    def name(self) -> str:
        """Return how the audit trail writes this actor."""
        return f"{self.kind}:{self.id}" if self.id else "system"

    @property
    def me(self) -> PatientId:
        """Return the patient this actor is; only for actors who are patients."""
        if self.patient_id is None:
            raise TypeError("this actor is not a patient")
        return self.patient_id


SYSTEM = Actor()
"""The worker and an operator's commands; it may do only what the policy lists."""
