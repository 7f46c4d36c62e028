"""The people on a patient's page: who they are, whether they sign in, where their mail goes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from portal.forms import email_key
from portal.models import Account, Patient
from portal.staff.patients.service import age, clinic_today, full_name


@dataclass(frozen=True)
class Brief:
    """One person as staff see them beside another."""

    id: str
    first_name: str  # as they are called
    last_name: str
    full_name: str
    birth_on: date | None
    age: int | None
    email: str  # where mail about them goes
    log_in: str  # "", "unconfirmed", "open" or "closed"
    manager_id: str
    manager_name: str
    joined_into: str

    def shares_mailbox(self, other: "Brief") -> bool:
        """Tell whether mail about both arrives at one address."""
        return bool(self.email) and email_key(self.email) == email_key(other.email)


def find_people(session: Session, ids: Iterable[str]) -> dict[str, Brief]:
    """Return the patients with these ids, by id; the caller has asked who may know of them."""
    manager = aliased(Patient)
    rows = session.exec(
        select(Patient, Account, manager)
        .join(Account, col(Account.patient_id) == col(Patient.id), isouter=True)
        .join(manager, col(manager.id) == col(Patient.manager_id), isouter=True)
        .where(col(Patient.id).in_(list(ids)))
    ).all()
    today = clinic_today(session)
    return {patient.id: _brief(patient, account, who, today) for patient, account, who in rows}


def _brief(
    patient: Patient, account: Account | None, manager: Patient | None, today: date
) -> Brief:
    log_in = _log_in(account)
    managed = manager if log_in in {"", "closed"} else None
    return Brief(
        id=patient.id,
        first_name=patient.preferred_name or patient.first_name,
        last_name=patient.last_name,
        full_name=full_name(patient),
        birth_on=patient.birth_on,
        age=age(patient.birth_on, today),
        # Mail goes where the log-in is; nobody reads that of a closed one.
        email=(account.email if account else patient.contact_email) or "",
        log_in=log_in,
        manager_id=managed.id if managed else "",
        manager_name=full_name(managed) if managed else "",
        joined_into=patient.joined_into_id or "",
    )


def _log_in(account: Account | None) -> str:
    if account is None:
        return ""
    if account.closed_at:
        return "closed"
    return "open" if account.verified_at else "unconfirmed"
