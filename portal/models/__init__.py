"""Tables only, one file per noun. No rules, no queries."""

from portal.models.access import (
    Authenticator,
    Challenge,
    DoneRequest,
    KnownDevice,
    Lockout,
    LoginSession,
    MailLink,
    Passkey,
    RecoveryCode,
)
from portal.models.clinic import (
    BookingPolicy,
    Clinic,
    DayHours,
    Holiday,
    Location,
    Offer,
    Practitioner,
    Room,
    Service,
    ServiceNeed,
    Shift,
    TimeOff,
)
from portal.models.group import PatientGroup, PatientGroupMember
from portal.models.log import AuditEntry, DemoMail, OutboxMessage
from portal.models.people import Account, Patient, Staff
from portal.models.relationship import (
    Ask,
    Block,
    Grant,
    ProfileJoin,
    Relationship,
    RelationshipSide,
)
from portal.models.search import SearchWord
from portal.models.visit import ClaimedUnit, Gathering, Hold, Visit
from portal.models.wait import WaitOffer, WaitRequest

__all__ = [
    "Account",
    "Ask",
    "AuditEntry",
    "Authenticator",
    "Block",
    "BookingPolicy",
    "Challenge",
    "ClaimedUnit",
    "Clinic",
    "DayHours",
    "DemoMail",
    "DoneRequest",
    "Gathering",
    "Grant",
    "Hold",
    "Holiday",
    "KnownDevice",
    "Location",
    "Lockout",
    "LoginSession",
    "MailLink",
    "Offer",
    "OutboxMessage",
    "Passkey",
    "Patient",
    "PatientGroup",
    "PatientGroupMember",
    "Practitioner",
    "ProfileJoin",
    "RecoveryCode",
    "Relationship",
    "RelationshipSide",
    "Room",
    "SearchWord",
    "Service",
    "ServiceNeed",
    "Shift",
    "Staff",
    "TimeOff",
    "Visit",
    "WaitOffer",
    "WaitRequest",
]
