"""The clinic's rules, as far as they change what somebody who books reads and is offered."""

from dataclasses import dataclass

from sqlmodel import Session, select

from portal.booking.policy import read_policy
from portal.models import Clinic
from portal.permissions import Actor


@dataclass(frozen=True)
class Terms:
    """The rules of online booking that a patient reads about."""

    several_people: bool
    recurring: bool
    wait_list: bool
    patients_cancel: bool
    patients_reschedule: bool
    late_cancel_hours: int
    policy_text: str
    phone: str


def read_terms(session: Session, _actor: Actor | None) -> Terms:
    """Return the rules as they are now; open to everyone."""
    policy = read_policy(session)
    return Terms(
        several_people=policy.several_people,
        recurring=policy.recurring,
        wait_list=policy.wait_list,
        patients_cancel=policy.patients_cancel,
        patients_reschedule=policy.patients_reschedule,
        late_cancel_hours=policy.late_cancel_hours,
        policy_text=policy.policy_text,
        phone=session.exec(select(Clinic.phone)).first() or "",
    )
