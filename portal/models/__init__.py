"""Tables only, one file per noun. No rules, no queries."""

from portal.models.access import DoneRequest, Lockout, LoginSession, MailLink
from portal.models.clinic import Clinic, Location, Offer, Practitioner, Service, Shift
from portal.models.log import AuditEntry, DemoMail, OutboxMessage
from portal.models.people import Account, Patient, Staff
from portal.models.relationship import Grant, Relationship, RelationshipSide
from portal.models.visit import ClaimedUnit, Visit

__all__ = [
    "Account",
    "AuditEntry",
    "ClaimedUnit",
    "Clinic",
    "DemoMail",
    "DoneRequest",
    "Grant",
    "Location",
    "Lockout",
    "LoginSession",
    "MailLink",
    "Offer",
    "OutboxMessage",
    "Patient",
    "Practitioner",
    "Relationship",
    "RelationshipSide",
    "Service",
    "Shift",
    "Staff",
    "Visit",
]
