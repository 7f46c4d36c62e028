"""Two families who have nothing to do with each other, in a real database.

Everything of the first one carries a marker, so that a test can tell whether any of it got out.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, SQLModel, col, select

from portal import clock
from portal.account.links import Purpose, end, make_link
from portal.account.sessions import start_session
from portal.booking.hold import Wish, hold
from portal.db import reading, writing
from portal.family.labels import Label
from portal.ids import new_id
from portal.models import (
    Account,
    Clinic,
    Grant,
    LoginSession,
    Passkey,
    Patient,
    Relationship,
    RelationshipSide,
)
from portal.permissions import SIX, Actor, Permission
from tests import builders

MARKER = "Zyxel"
"""In every name, address and word that belongs to the family that must stay unseen."""
PHONE = "+16045559901"
SEEN_ON = "Firefox on Zyxel"

# What asking alone may change: the trail of it, the count of failures, when a session was used.
COMES_AND_GOES = {"audit_entry", "lockout"}
LAST_SEEN = ("login_session", "last_seen_at")


@dataclass(frozen=True)
class Target:
    """What an event is aimed at: a person with a visit and a signed-in browser."""

    patient_id: str
    visit_id: str
    session_id: str
    passkey_id: str = ""
    relative_id: str = ""  # somebody who decides for themselves: the victim, or an own friend
    ask_id: str = ""  # what is asked of the person
    own_ask_id: str = ""  # what they asked a friend for; of an own child, what its manager did
    claim_token: str = ""  # of a link to claim a profile: used up already, or one's own
    request_id: str = ""  # on the wait list
    offer_id: str = ""  # from the wait list, and another one
    other_offer_id: str = ""
    order_id: str = ""  # a time that is kept for the person


@dataclass(frozen=True)
class World:
    """Who and what there is."""

    victim: Actor
    victim_cookie: str
    at_victim: Target
    stranger: Actor
    stranger_cookie: str
    stranger_email: str
    at_own: Target  # the stranger's own child
    service_id: str
    practitioner_id: str
    free_at: datetime


def make_world() -> World:
    """Add both families, and the clinic where there is none yet."""
    victim_email, own_email = (f"{name}-{token_hex(4)}@family.example" for name in (MARKER, "sten"))
    with writing() as session:
        if session.get(Clinic, "clinic") is None:
            builders.add_clinic(session)
        service = builders.add_service(session)
        hidden = builders.add_service(session, f"{MARKER} talk", ended=True)
        practitioner = builders.add_practitioner(session, [service])
        free_at = builders.local(builders.in_days(3), 9)
        victim = builders.add_person(session, f"{MARKER}vera", f"{MARKER}last", email=victim_email)
        patient = session.get_one(Patient, victim.me)
        patient.phone, patient.pronouns = PHONE, f"{MARKER}they"
        session.add(patient)
        child = builders.add_family_member(session, victim, f"{MARKER}child", *SIX)
        builders.add_visit(session, child, practitioner, hidden, free_at + timedelta(hours=4))
        visit = builders.add_visit(
            session, victim.me, practitioner, hidden, free_at + timedelta(hours=2)
        )
        victim_cookie, victim_session = sign_in(session, victim)
        session.get_one(LoginSession, victim_session).device = SEEN_ON
        tokens = [_add_claim_link(session, child), _add_claim_link(session, None, own_email)]
        passkeys = [_add_passkey(session, victim, f"{MARKER}key")]
        stranger = builders.add_person(session, "Sten", "Strand", email=own_email)
        own_child = builders.add_family_member(session, stranger, "Sia", *SIX)
        own_visit = builders.add_visit(
            session, own_child, practitioner, service, free_at + timedelta(hours=6)
        )
        session.get_one(Patient, own_child).contact_email = "sia@family.example"
        asked_of_victim = _add_asks(session, victim, victim.me, f"{MARKER}friend")
        asked_of_child = _add_asks(session, stranger, own_child, "Finn")
        stranger_cookie, stranger_session = sign_in(session, stranger)
        passkeys.append(_add_passkey(session, stranger, "Key"))
        waits = [
            _add_waiting(session, person, service, practitioner, free_at + timedelta(hours=hours))
            for person, hours in ((victim.me, 1), (own_child, 3))
        ]
        orders = [
            _add_order(
                session, actor, person, service, practitioner, free_at + timedelta(days=days)
            )
            for actor, person, days in ((victim, victim.me, 2), (stranger, own_child, 3))
        ]
    return World(
        victim=victim,
        victim_cookie=victim_cookie,
        at_victim=Target(
            *(victim.me, visit, victim_session, passkeys[0]),
            *(victim.me, *asked_of_victim[1:], tokens[0], *waits[0], orders[0]),
        ),
        stranger=stranger,
        stranger_cookie=stranger_cookie,
        stranger_email=own_email,
        at_own=Target(
            *(own_child, own_visit, stranger_session, passkeys[1]),
            *(*asked_of_child, tokens[1], *waits[1], orders[1]),
        ),
        service_id=service,
        practitioner_id=practitioner,
        free_at=free_at,
    )


def sign_in(session: Session, actor: Actor) -> tuple[str, str]:
    """Start a session of somebody; return the cookie's secret and the session's id."""
    account = session.get_one(Account, actor.account_id)
    before = set(session.exec(select(LoginSession.id)).all())
    cookie = start_session(session, account, "")
    session.flush()
    after = set(session.exec(select(LoginSession.id)).all())
    return cookie, (after - before).pop()


def _add_asks(session: Session, person: Actor, owner_id: str, friend: str) -> tuple[str, str, str]:
    """Give somebody a friend who asks ``owner_id`` for something, and whom they ask.

    Returns the ids of the friend and of both asks.
    """
    friend_id = builders.add_person(session, friend).me
    of_friend = builders.relate(session, person.me, friend_id, Label.FRIEND)
    of_owner = of_friend
    if owner_id != person.me:
        of_owner = builders.relate(session, owner_id, friend_id, Label.FRIEND)
    ask = builders.add_ask(session, of_owner, owner_id, friend_id, Permission.BOOK)
    own_ask = builders.add_ask(session, of_friend, friend_id, person.me, Permission.CALENDAR)
    return friend_id, ask, own_ask


def _add_waiting(
    session: Session, patient_id: str, service_id: str, practitioner_id: str, at: datetime
) -> tuple[str, str, str]:
    """Let somebody wait for three things, of which two are offered; return request and offers."""
    note = f"{MARKER} note" if session.get_one(Patient, patient_id).phone == PHONE else ""
    first, *others = (
        builders.add_request(session, patient_id, service_id, note=note) for _number in range(3)
    )
    one, other = (
        builders.add_offer(session, request, practitioner_id, at + timedelta(minutes=30 * number))
        for number, request in enumerate(others)
    )
    return first, one, other


def _add_order(
    session: Session, actor: Actor, person: str, service: str, practitioner: str, at: datetime
) -> str:
    """Let somebody keep a time for a person, without having booked it."""
    return hold(session, actor, [Wish(service, practitioner, at, (person,))]).id


def _add_claim_link(session: Session, profile: str | None, email: str = "") -> str:
    """Make a link to somebody's profile that is used up, or a good one to a profile of nobody's."""
    if profile is not None:
        token = make_link(session, Purpose.CLAIM, patient_id=profile)
        end(session, Purpose.CLAIM, patient_id=profile)
        return token
    profile = builders.add_patient(session, "Sten", "Strand", email=email)
    return make_link(session, Purpose.CLAIM, patient_id=profile, about=email)


def _add_passkey(session: Session, actor: Actor, name: str) -> str:
    """Give somebody a passkey, of which nobody has the device."""
    row = Passkey(
        id=new_id(),
        account_id=actor.account_id or "",
        credential_id=new_id(),
        public_key="AAAA",
        sign_count=0,
        name=name,
        created_at=clock.now(),
    )
    session.add(row)
    return row.id


def relate(world: World, *permissions: Permission, ended: bool = False) -> str:
    """Make the stranger a relative of the victim, or somebody who was one; return the id."""
    with writing() as session:
        id_ = builders.relate(session, world.stranger.me, world.victim.me, Label.FRIEND)
        builders.give(session, id_, world.victim.me, world.stranger.me, *permissions)
        if not ended:
            return id_
        now = clock.now()
        for table, of in (
            (Relationship, col(Relationship.id)),
            (RelationshipSide, col(RelationshipSide.relationship_id)),
            (Grant, col(Grant.relationship_id)),
        ):
            session.execute(update(table).where(of == id_).values(ended_at=now))
    return id_


def give_only(world: World, relationship_id: str, permission: Permission) -> None:
    """Let the stranger hold this one permission on the victim, and no other."""
    with writing() as session:
        session.execute(
            update(Grant)
            .where(col(Grant.relationship_id) == relationship_id, col(Grant.ended_at).is_(None))
            .values(ended_at=clock.now())
        )
        builders.give(session, relationship_id, world.victim.me, world.stranger.me, permission)


def age_session(session_id: str, **values: datetime) -> None:
    """Change when a session began, was used, ran out or ended."""
    with writing() as session:
        session.execute(
            update(LoginSession).where(col(LoginSession.id) == session_id).values(**values)
        )


def close_account(actor: Actor) -> None:
    """Close somebody's account and leave their session open, as only a bug could."""
    with writing() as session:
        session.get_one(Account, actor.account_id).closed_at = clock.now()


def dump() -> dict[str, list[tuple[Any, ...]]]:
    """Return all that is in the database, but for what comes and goes with every question."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    with reading() as session:
        for table in SQLModel.metadata.sorted_tables:
            if table.name not in COMES_AND_GOES:
                columns = [c for c in table.columns if (table.name, c.name) != LAST_SEEN]
                rows = session.connection().execute(select(*columns)).all()
                found[table.name] = sorted((tuple(map(repr, row)) for row in rows), key=repr)
    return found


def changed(before: dict[str, list[tuple[Any, ...]]]) -> list[str]:
    """Return the names of the tables that are not as they were."""
    now = dump()
    return [name for name, rows in before.items() if now[name] != rows]
