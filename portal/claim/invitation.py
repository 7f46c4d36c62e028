"""What a claim link is about, for whoever opens it: read without using it up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session, col, select

from portal.account import links
from portal.family.initials import initials
from portal.family.labels import LABEL_WORDS, Label
from portal.forms import email_key
from portal.models import Account, MailLink, Patient, Relationship, RelationshipSide
from portal.permissions import Action, Actor, Permission, can
from portal.sharing.change import held


class Reader(StrEnum):
    """Who has opened the link."""

    VISITOR = "visitor"
    """Nobody is signed in."""
    RELATED = "related"
    """Somebody who added the profile or is related to it: it is not theirs."""
    UNCONFIRMED = "unconfirmed"
    """Somebody whose own address is not confirmed yet."""
    OTHER = "other"
    """Anybody else with an account, who may be the person the profile is about."""


@dataclass(frozen=True)
class Holder:
    """Somebody who may do something for the profile, with a face as the profile will see it."""

    id: str
    first_name: str
    name: str
    initials: str
    colour: int
    permissions: tuple[Permission, ...]


@dataclass(frozen=True)
class Invitation:
    """What the claim page says; nothing of visits, birth date or other family."""

    first_name: str
    name: str
    email: str
    made_at: datetime
    made_by: str  # empty: the clinic
    made_by_first: str
    made_by_initials: str
    made_by_colour: int  # on the profile's own screens
    relation: str  # what the profile is to who added it: "parent"
    email_has_account: bool
    holders: tuple[Holder, ...]
    reader: Reader


def find_claim(session: Session, token: str) -> tuple[MailLink, Patient] | None:
    """Return the link and the profile, if it could still be claimed with it."""
    link = links.peek(session, links.Purpose.CLAIM, token)
    if link is None:
        return None
    profile = session.get_one(Patient, link.patient_id)
    # Taken off the profile or replaced by another one: whoever reads the old address is nobody.
    same = email_key(profile.contact_email or "") == email_key(link.about or "")
    return (link, profile) if same and is_claimable(session, profile) else None


def is_claimable(session: Session, profile: Patient) -> bool:
    """Tell whether a profile is nobody's own yet."""
    account = select(Account.id).where(Account.patient_id == profile.id)
    return profile.joined_into_id is None and session.exec(account).first() is None


def read_invitation(session: Session, token: str, actor: Actor | None) -> Invitation | None:
    """Return what the link is about; ``None`` for unknown, used and expired links alike."""
    found = find_claim(session, token)
    if found is None:
        return None
    link, profile = found
    adder, relation, made_at = _made(session, profile)
    seen = _face(session, adder, profile.id) if adder else None
    return Invitation(
        first_name=profile.first_name,
        name=f"{profile.first_name} {profile.last_name}",
        email=link.about or "",
        made_at=made_at,
        made_by=_name(adder) if adder else "",
        made_by_first=_first(adder) if adder else "",
        made_by_initials=seen[0] if seen else "",
        made_by_colour=seen[1] if seen else 1,
        relation=relation,
        email_has_account=has_verified_account(session, link.about or ""),
        holders=_holders(session, profile.id),
        reader=reader_of(session, profile.id, actor),
    )


def reader_of(session: Session, profile_id: str, actor: Actor | None) -> Reader:
    """Return how who is signed in stands to the profile."""
    if actor is None or actor.patient_id is None:
        return Reader.VISITOR
    if can(session, actor, Action.RELATIONSHIP_READ, profile_id):
        return Reader.RELATED
    verified = can(session, actor, Action.PROFILE_JOIN, actor.me)
    return Reader.OTHER if verified else Reader.UNCONFIRMED


def has_verified_account(session: Session, email: str) -> bool:
    """Tell whether a patient signs in with this address."""
    return session.exec(
        select(Account.id).where(
            Account.email_key == email_key(email),
            col(Account.patient_id).is_not(None),
            col(Account.verified_at).is_not(None),
            col(Account.closed_at).is_(None),
        )
    ).first() is not None  # fmt: skip


def relatives(session: Session, profile_id: str) -> Sequence[str]:
    """Return the ids of everybody with a live relationship to the profile."""
    return session.exec(
        select(RelationshipSide.member_id)
        .where(RelationshipSide.patient_id == profile_id, col(RelationshipSide.ended_at).is_(None))
        .order_by(RelationshipSide.member_id)
    ).all()


def live_grants(session: Session, profile_id: str) -> dict[str, list[Permission]]:
    """Return what everybody related to the profile may do for it, by their ids."""
    return held(session, profile_id, relatives(session, profile_id))


def _holders(session: Session, profile_id: str) -> tuple[Holder, ...]:
    live = live_grants(session, profile_id)
    rows = session.exec(
        select(Patient, RelationshipSide.colour)
        .join(RelationshipSide, col(RelationshipSide.member_id) == col(Patient.id))
        .where(RelationshipSide.patient_id == profile_id, col(RelationshipSide.ended_at).is_(None))
        .order_by(col(Patient.created_at), col(Patient.id))
    ).all()
    return tuple(
        Holder(
            id=person.id,
            first_name=_first(person),
            name=_name(person),
            initials=initials(_first(person), person.last_name),
            colour=colour,
            permissions=tuple(live[person.id]),
        )
        for person, colour in rows
        if live.get(person.id)
    )


def _made(session: Session, profile: Patient) -> tuple[Patient | None, str, datetime]:
    """Return who added the profile, what it is to them and when; nobody where they are gone."""
    row = session.exec(
        select(Patient, RelationshipSide, Relationship)
        .join(RelationshipSide, col(RelationshipSide.patient_id) == col(Patient.id))
        .join(Relationship, col(Relationship.id) == col(RelationshipSide.relationship_id))
        .where(
            Patient.id == profile.manager_id,
            RelationshipSide.member_id == profile.id,
            col(RelationshipSide.ended_at).is_(None),
        )
    ).first()
    if row is None:
        return None, "", profile.created_at
    adder, side, relationship = row
    if relationship.made_by != f"patient:{adder.id}":
        return None, "", profile.created_at
    other = side.label_text if side.label == Label.OTHER else None
    return adder, other or LABEL_WORDS[Label(side.label)].lower(), relationship.made_at


def _face(session: Session, person: Patient, viewer_id: str) -> tuple[str, int]:
    colour = session.exec(
        select(RelationshipSide.colour).where(
            RelationshipSide.patient_id == viewer_id,
            RelationshipSide.member_id == person.id,
            col(RelationshipSide.ended_at).is_(None),
        )
    ).one()
    return initials(_first(person), person.last_name), colour


def _first(person: Patient) -> str:
    return person.preferred_name or person.first_name


def _name(person: Patient) -> str:
    return f"{_first(person)} {person.last_name}"
