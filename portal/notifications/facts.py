"""Whom a mail is about and whom it goes to, read when it is sent."""

import re
import unicodedata
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from portal.clinic import clinic_info
from portal.family.initials import initials
from portal.forms import email_key
from portal.ids import PatientId
from portal.models import Account, Patient, RelationshipSide, Staff
from portal.notifications.letter import Face
from portal.permissions import Action, Actor, can
from portal.words import _

# Characters that turn the direction of the text around them.
BIDI = dict.fromkeys(map(ord, "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))
FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"


# Put together once, because that takes longer than SQLite takes to answer them.
_PERSON = (
    select(Patient, Account)
    .join(Account, col(Account.patient_id) == col(Patient.id), isouter=True)
    .where(Patient.id == bindparam("patient_id"))
)
_COLOUR = select(RelationshipSide.colour).where(
    RelationshipSide.patient_id == bindparam("viewer_id"),
    RelationshipSide.member_id == bindparam("person_id"),
    col(RelationshipSide.ended_at).is_(None),
)
_EVER = select(RelationshipSide.relationship_id).where(
    RelationshipSide.patient_id == bindparam("viewer_id"),
    RelationshipSide.member_id == bindparam("person_id"),
)


@dataclass(frozen=True)
class Person:
    """A patient as mails speak of them; names are safe to put into a sentence."""

    id: PatientId
    first: str
    full: str
    initials: str
    address: str | None
    has_account: bool

    def shares_mailbox(self, other: "Person") -> bool:
        """Tell whether mail to both arrives at one address."""
        if self.address is None or other.address is None:
            return False
        return email_key(self.address) == email_key(other.address)


def find_person(session: Session, patient_id: str) -> Person | None:
    """Return the patient and the address mail goes to: the account's, without one the profile's.

    A closed account gets no mail.
    """
    found = session.exec(_PERSON, params={"patient_id": patient_id}).first()
    if found is None:
        return None
    patient, account = found
    is_open = account is not None and account.closed_at is None
    address = account.email if account and is_open else None
    first = plain_name(patient.called)
    last = plain_name(patient.last_name)
    return Person(
        id=PatientId(patient.id),
        first=first,
        full=f"{first} {last}",
        initials=initials(patient.called, patient.last_name),
        address=address if account else patient.contact_email,
        has_account=is_open,
    )


def plain_name(name: str) -> str:
    """Return a name that stays a name in any mail program.

    No line ends, nothing that turns the text around it, and nothing that a mail program would
    make a link of: a name must not carry advertisements to strangers.
    """
    text = unicodedata.normalize("NFC", name).translate(BIDI)
    text = "".join(" " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c for c in text)
    text = re.sub(r"[/\\:@]", " ", text)
    text = re.sub(r"\.(?=\w)", ". ", text)
    text = " ".join(text.split())
    if any(unicodedata.bidirectional(c) in {"R", "AL"} for c in text):
        return f"{FIRST_STRONG_ISOLATE}{text}{POP_ISOLATE}"
    return text


def maker(session: Session, actor_name: str, reader_id: str, subject_id: str) -> str:
    """Say who did something for a subject (`Actor.name`), as it may be said to ``reader_id``.

    Whom else the subject is related to is nobody's to know but the subject's.
    """
    kind, _colon, id_ = actor_name.partition(":")
    if kind == "patient" and id_ == reader_id:
        return _("You")
    if kind == "patient" and (person := find_person(session, id_)):
        reader = Actor(patient_id=PatientId(reader_id))
        known = can(session, reader, Action.RELATIONSHIP_READ, id_) or (
            # Who acted for the payer of a group visit may be nobody whom the others have met.
            reader_id == subject_id and _were_related(session, subject_id, id_)
        )
        return person.full if known else _("A family member")
    if kind == "staff" and (staff := session.get(Staff, id_)):
        return _("{name} at our clinic").format(name=plain_name(staff.name))
    return _("Our clinic")


def _were_related(session: Session, one_id: str, other_id: str) -> bool:
    """Tell whether two patients are the same, or have or had a relationship."""
    both = {"viewer_id": one_id, "person_id": other_id}
    return one_id == other_id or session.exec(_EVER, params=both).first() is not None


def face_of(session: Session, person: Person, viewer_id: str) -> Face:
    """Return a person's face in the colour it has on the viewer's screens (one's own is 1)."""
    who = {"viewer_id": viewer_id, "person_id": person.id}
    colour = session.exec(_COLOUR, params=who).first()
    return Face(person.initials, colour or 1)


def clinic_zone(session: Session) -> ZoneInfo:
    """Return the clinic's own time zone, for times that belong to no visit."""
    return ZoneInfo(clinic_info(session).zone)
