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
from portal.models.clinic import Clinic, Location, Offer, Practitioner, Service, Shift
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
from portal.models.visit import ClaimedUnit, Visit

__all__ = [
    "Account",
    "Ask",
    "AuditEntry",
    "Authenticator",
    "Block",
    "Challenge",
    "ClaimedUnit",
    "Clinic",
    "DemoMail",
    "DoneRequest",
    "Grant",
    "KnownDevice",
    "Location",
    "Lockout",
    "LoginSession",
    "MailLink",
    "Offer",
    "OutboxMessage",
    "Passkey",
    "Patient",
    "Practitioner",
    "ProfileJoin",
    "RecoveryCode",
    "Relationship",
    "RelationshipSide",
    "SearchWord",
    "Service",
    "Shift",
    "Staff",
    "Visit",
]
