"""Profiles to claim and links to claim them with, for tests of claiming and joining."""

from dataclasses import replace

from sqlmodel import Session, col, select

from portal import clock
from portal.account.links import Purpose, make_link
from portal.account.log_in import Caller
from portal.claim.invitation import live_grants
from portal.claim.service import ClaimForm, JoinForm, claim_profile, join_profile
from portal.db import reading, writing
from portal.family.labels import Label
from portal.ids import PatientId, SessionId, new_id
from portal.models import (
    Account,
    Grant,
    LoginSession,
    Patient,
    ProfileJoin,
    Relationship,
    RelationshipSide,
)
from portal.permissions import SIX, Actor, Permission
from tests import builders

PASSWORD_HASH = "not-a-hash"
CALLER = Caller(address="203.0.113.9", user_agent="Firefox Linux")


def add_profile(
    session: Session,
    adder: Actor,
    first_name: str = "Idris",
    *permissions: Permission,
    email: str = "idris@family.example",
    label: Label = Label.PARTNER,
) -> PatientId:
    """Add a profile that ``adder`` manages, with an address of its own and all six permissions."""
    profile = builders.add_family_member(
        session, adder, first_name, *(permissions or SIX), label=label
    )
    session.get_one(Patient, profile).contact_email = email
    relationship = session.exec(
        select(Relationship)
        .join(RelationshipSide, col(RelationshipSide.relationship_id) == col(Relationship.id))
        .where(RelationshipSide.patient_id == profile)
    ).one()
    relationship.made_by = adder.name
    session.flush()
    return profile


def link_to(profile: str) -> str:
    """Make a link to claim a profile with, as its mail does; return the secret."""
    with writing() as session:
        email = session.get_one(Patient, profile).contact_email
        return make_link(session, Purpose.CLAIM, patient_id=profile, about=email)


def signed_in(session: Session, actor: Actor) -> Actor:
    """Return the actor with a session that was proved just now."""
    id_, now = SessionId(new_id()), clock.now()
    row = LoginSession(
        id=id_,
        token_hash=new_id(),
        account_id=actor.account_id or "",
        device="",
        created_at=now,
        last_seen_at=now,
        expires_at=now,
        proved_at=now,
    )
    session.add(row)
    session.flush()
    return replace(actor, session_id=id_)


def answers(profile: str, *keep: Permission) -> dict[str, dict[str, str]]:
    """Answer everything that is live now: keep these, drop the others."""
    with reading() as session:
        live = live_grants(session, profile)
    return {h: {p: "keep" if p in keep else "drop" for p in all_} for h, all_ in live.items()}


def claim(profile: str, *keep: Permission, token: str = "") -> Actor:
    """Claim a profile with a new account, keep these of everybody; return who it is now."""
    token = token or link_to(profile)
    form = ClaimForm(token=token, password="any", answers=answers(profile, *keep))
    with writing() as session:
        claim_profile(session, form, password_hash=PASSWORD_HASH, caller=CALLER)
        account = session.exec(select(Account).where(Account.patient_id == profile)).one()
        return Actor(patient_id=PatientId(profile), account_id=account.id)  # pyright: ignore[reportArgumentType]


def join(profile: str, into: Actor, *keep: Permission, token: str = "") -> str:
    """Join a profile to somebody's account, keep these of everybody; return the join's id."""
    form = JoinForm(token=token or link_to(profile), answers=answers(profile, *keep))
    with writing() as session:
        return join_profile(session, signed_in(session, into), form)


def held_by(holder: str, owner: str) -> set[str]:
    """Return what somebody may do for somebody, by live grants inside a live relationship."""
    with reading() as session:
        return set(
            session.exec(
                select(Grant.permission)
                .join(Relationship, col(Relationship.id) == col(Grant.relationship_id))
                .where(
                    Grant.holder_id == holder,
                    Grant.owner_id == owner,
                    col(Grant.ended_at).is_(None),
                    col(Relationship.ended_at).is_(None),
                )
            )
        )


def family_of(patient_id: str) -> list[str]:
    """Return the ids of everybody with a live relationship to somebody, each as often as it is."""
    with reading() as session:
        query = select(RelationshipSide.member_id).where(
            RelationshipSide.patient_id == patient_id, col(RelationshipSide.ended_at).is_(None)
        )
        return sorted(session.exec(query))


def patient(patient_id: str) -> Patient:
    """Return a patient's row."""
    with reading() as session:
        return session.get_one(Patient, patient_id)


def the_join(join_id: str) -> ProfileJoin:
    """Return the row of a join."""
    with reading() as session:
        return session.get_one(ProfileJoin, join_id)
