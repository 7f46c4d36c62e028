"""Fill the demo clinic, once: `fill_once`. What was entered since then is never touched.

Rows are written as they are: this is the clinic's past, which queued its mails long ago.
"""

from datetime import date, timedelta

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from portal import clock
from portal.account.passwords import hash_password
from portal.account.sealing import seal
from portal.config import Mode, settings
from portal.db import reading, writing
from portal.demo.calendar import add_calendar
from portal.demo.clinic_data import (
    CLINIC,
    COLLEAGUES,
    ONLY_AT,
    PLACES,
    POLICY,
    SERVICES,
    Place,
)
from portal.demo.family_data import FAMILIES, Family, Link, Person
from portal.demo.logins import APP_KEY, DEMO_DOMAIN, PASSWORD, STAFF_LOGINS
from portal.demo.logins import log_ins as log_ins
from portal.family.labels import COUNTERPART
from portal.ids import new_id
from portal.models import (
    Account,
    AuditEntry,
    Authenticator,
    BookingPolicy,
    Clinic,
    Grant,
    Location,
    Offer,
    Patient,
    Practitioner,
    Relationship,
    RelationshipSide,
    Room,
    Service,
    ServiceNeed,
    Shift,
    Staff,
)
from portal.permissions import Action, Permission
from portal.sharing.relate import COLOURS, OWN_COLOUR

PATIENT_FOR = timedelta(days=400)
RELATED_FOR = timedelta(days=60)


class NotADemo(Exception):
    """The database belongs to a real clinic, or the portal does not run as a demo."""


def fill_once() -> bool:
    """Fill an empty database with the demo clinic, all or nothing; tell whether it did.

    Raises:
        NotADemo: this is not a demo.
    """
    if settings().mode is Mode.PRODUCTION:
        raise NotADemo("Only a demo is filled with the demo clinic.")
    with reading() as session:
        if _is_filled(session):
            return False
    password_hash = hash_password(PASSWORD)  # outside of any transaction: it takes a while
    with writing() as session:
        return _fill(session, password_hash)


def _is_filled(session: Session) -> bool:
    clinic = session.get(Clinic, "clinic")
    if clinic is not None and not clinic.is_demo:
        raise NotADemo("The database holds a real clinic, so it cannot be the demo's.")
    return clinic is not None


def _fill(session: Session, password_hash: str) -> bool:
    if _is_filled(session):
        return False
    try:
        with session.begin_nested():
            session.add(Clinic.model_validate(CLINIC | {"is_demo": True}))
    except IntegrityError:
        return False  # another process was faster, and has finished by now
    _add_clinic(session)
    people: dict[str, str] = {}
    for family in FAMILIES:
        people |= _add_family(session, family, password_hash)
    _add_staff(session, password_hash)
    add_calendar(session, people)
    return True


def _add_clinic(session: Session) -> None:
    """Add places, services, and practitioners with their weeks."""
    session.add(BookingPolicy.model_validate(POLICY))
    for position, place in enumerate(PLACES):
        _add_place(session, place, position)
    for position, one in enumerate(SERVICES):
        service = Service(
            id=one.id,
            name=one.name,
            category=one.category,
            minutes=one.minutes,
            price_cents=one.price_cents,
            position=position,
            kind=one.kind,
            capacity=one.capacity,
            buffer_after=one.after,
            about=one.about,
        )
        session.add(service)
    session.flush()
    session.add_all(ServiceNeed(service_id=one.id, kind=one.needs) for one in SERVICES if one.needs)
    for position, one in enumerate(COLLEAGUES):
        practitioner = Practitioner(
            id=one.id, name=one.name, short_name=one.short_name, role=one.role, position=position
        )
        session.add(practitioner)
    session.flush()
    for one in COLLEAGUES:
        session.add_all(
            Offer(practitioner_id=one.id, service_id=id_, location_id=ONLY_AT.get(id_))
            for id_ in one.services
        )
        session.add_all(
            Shift(
                id=new_id(),
                practitioner_id=one.id,
                location_id=week.place_id,
                weekday=weekday,
                starts=starts,
                ends=ends,
            )
            for week in one.weeks
            for weekday in week.weekdays
            for starts, ends in week.times
        )
    session.flush()


def _add_place(session: Session, place: Place, position: int) -> None:
    row = Location(
        id=place.id,
        name=place.name,
        address=place.address,
        zone=place.zone,
        directions=place.directions,
        join_url=place.join_url,
        position=position,
    )
    session.add(row)
    session.flush()
    session.add_all(
        Room(id=f"{place.id}-{number}", location_id=place.id, name=name, kind=kind)
        for number, (name, kind) in enumerate(place.rooms)
    )


def _add_staff(session: Session, password_hash: str) -> None:
    """Add the people at the desk, each with the demo's public app for codes."""
    since = clock.now() - PATIENT_FOR
    for login in STAFF_LOGINS:
        staff = Staff(
            id=new_id(),
            name=login.name,
            role=login.role,
            practitioner_id=login.practitioner_id,
        )
        account = Account(
            id=new_id(),
            staff_id=staff.id,
            email=login.email,
            email_key=login.email,
            password_hash=password_hash,
            created_at=since,
            verified_at=since,
        )
        app = Authenticator(
            account_id=account.id, secret=seal(APP_KEY), created_at=since, confirmed_at=since
        )
        for row in (staff, account, app):
            session.add(row)
            session.flush()


def _add_family(session: Session, family: Family, password_hash: str) -> dict[str, str]:
    """Add the people of a family and what is between them; return their ids by key."""
    now, today = clock.now(), clock.now().date()
    ids = {person.key: new_id() for person in family.people}
    for number, person in enumerate(family.people):
        patient = Patient(
            id=ids[person.key],
            first_name=person.first_name,
            last_name=person.last_name,
            birth_on=_birthday(person, today),
            # 555-0100 to 555-0199 belong to nobody.
            phone=f"+1604555{100 + number % 100:04}" if person.signs_in else None,
            zone=person.zone,
            contact_email=_address(person.email_of or person.key),
            created_at=now - PATIENT_FOR + timedelta(minutes=number),  # lists keep this order
        )
        session.add(patient)
    session.flush()
    for person in family.people:
        if person.manager:
            session.get_one(Patient, ids[person.key]).manager_id = ids[person.manager]
        if person.signs_in:
            email = _address(person.key)
            account = Account(
                id=new_id(),
                patient_id=ids[person.key],
                email=email,
                email_key=email,
                password_hash=password_hash,
                created_at=now - PATIENT_FOR,
                verified_at=now - PATIENT_FOR,
            )
            session.add(account)
    session.flush()
    seen: dict[str, int] = dict.fromkeys(ids, 0)
    for link in family.links:
        _add_link(session, link, ids, seen)
    return ids


def _add_link(session: Session, link: Link, ids: dict[str, str], seen: dict[str, int]) -> None:
    """Relate two people; ``seen`` counts how many relatives each has got a colour for."""
    since = clock.now() - RELATED_FOR
    relationship = Relationship(id=new_id(), made_by=f"patient:{ids[link.one]}", made_at=since)
    session.add(relationship)
    session.flush()
    sides = (
        (link.one, link.other, link.label, link.one_holds),
        (link.other, link.one, COUNTERPART[link.label], link.other_holds),
    )
    for holder, owner, label, permissions in sides:
        seen[holder] += 1
        side = RelationshipSide(
            relationship_id=relationship.id,
            patient_id=ids[holder],
            member_id=ids[owner],
            label=label,
            colour=OWN_COLOUR + (seen[holder] - 1) % (COLOURS - 1) + 1,
        )
        session.add(side)
        grants = [_grant(relationship, ids[owner], ids[holder], p) for p in permissions]
        session.add_all([*grants, *map(_note, grants)])
    session.flush()


def _note(grant: Grant) -> AuditEntry:
    """Return what the Activity page tells of a permission."""
    return AuditEntry(
        id=new_id(),
        at=grant.given_at,
        actor=grant.given_by,
        subject_id=grant.owner_id,
        action=Action.GRANT_GIVE,
        allowed=True,
        detail={"holder": grant.holder_id, "permission": grant.permission},
    )


def _grant(
    relationship: Relationship, owner_id: str, holder_id: str, permission: Permission
) -> Grant:
    return Grant(
        id=new_id(),
        relationship_id=relationship.id,
        owner_id=owner_id,
        holder_id=holder_id,
        permission=permission,
        given_by=f"patient:{owner_id}",
        given_at=relationship.made_at,
    )


def _address(key: str) -> str:
    return f"{key}@{DEMO_DOMAIN}"


def _birthday(person: Person, today: date) -> date:
    """Return a birth date that makes the person as old as they should be, whatever today is."""
    days = 40 + 11 * (sum(map(ord, person.twin_of or person.key)) % 25)  # since the last birthday
    last = today - timedelta(days=days)
    return last.replace(year=last.year - person.age, day=min(last.day, 28))
