"""Rows for tests, written as they are and flushed at once; ids come back, commits are the caller's.

Defaults make a small clinic that is open every day, so that a test names only what it is about.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, SQLModel, col, select

from portal import clock
from portal.account.sessions import start_session
from portal.booking.policy import read_policy
from portal.booking.rules import UNIT_MINUTES, unit_of, wall_clock_instant
from portal.family.labels import COUNTERPART, Label
from portal.ids import AccountId, PatientId, SessionId, new_id
from portal.models import (
    Account,
    Ask,
    BookingPolicy,
    ClaimedUnit,
    Clinic,
    Gathering,
    Grant,
    Hold,
    Location,
    LoginSession,
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
    Visit,
    WaitOffer,
    WaitRequest,
)
from portal.permissions import Actor, Permission, StaffRole

VANCOUVER = "America/Vancouver"
HERE = "here"
"""The id of the place that `add_clinic` makes."""


def add_clinic(
    session: Session, *, zone: str = VANCOUVER, allow_related_profiles: bool = True
) -> None:
    """Add the clinic and its one place, `HERE`."""
    _add(
        session,
        Clinic(
            name="Alder Clinic",
            phone="555-0100",
            opening="Every day, 9:00 to 17:00",
            region="CA",
            currency="CAD",
            allow_related_profiles=allow_related_profiles,
        ),
    )
    add_place(session, HERE, zone=zone)


def add_place(session: Session, place_id: str, *, zone: str = VANCOUVER) -> None:
    """Add a place."""
    _add(session, Location(id=place_id, name=place_id.title(), address="1 Road", zone=zone))


def add_service(
    session: Session,
    name: str = "Check-up",
    *,
    minutes: int = 30,
    price_cents: int = 8500,
    category: str = "Family doctor",
    position: int = 0,
    ended: bool = False,
    kind: str = "individual",
    capacity: int = 1,
    buffers: tuple[int, int] = (0, 0),
    online: bool = True,
    needs: Iterable[str] = (),
) -> str:
    """Add a service with minutes kept free before and after; nobody gives it yet."""
    id_ = new_id()
    service = Service(
        id=id_,
        name=name,
        category=category,
        minutes=minutes,
        price_cents=price_cents,
        position=position,
        ended=ended,
        kind=kind,
        capacity=capacity,
        buffer_before=buffers[0],
        buffer_after=buffers[1],
        online=online,
    )
    _add(session, service)
    _add(session, *(ServiceNeed(service_id=id_, kind=need) for need in needs))
    return id_


def add_room(session: Session, kind: str, *, name: str = "Room", place_id: str = HERE) -> str:
    """Add a room or a piece of equipment."""
    id_ = new_id()
    _add(session, Room(id=id_, location_id=place_id, name=name, kind=kind))
    return id_


def add_class(
    session: Session,
    service_id: str,
    practitioner_id: str,
    starts_at: datetime,
    *,
    minutes: int = 30,
    capacity: int = 2,
    place_id: str = HERE,
) -> str:
    """Add a class with the practitioner's time that it claims."""
    id_ = new_id()
    _add(
        session,
        Gathering(
            id=id_,
            kind="class",
            service_id=service_id,
            practitioner_id=practitioner_id,
            location_id=place_id,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=minutes),
            capacity=capacity,
            made_by="system",
            made_at=clock.now(),
        ),
    )
    first = unit_of(starts_at)
    for unit in range(first, first + minutes // UNIT_MINUTES):
        _add(session, ClaimedUnit(resource_id=practitioner_id, unit=unit, held_by=id_))
    return id_


def set_policy(session: Session, **rules: Any) -> None:
    """Change the clinic's rules of online booking."""
    session.merge(BookingPolicy(**{**read_policy(session).model_dump(), **rules}))
    session.flush()


def add_practitioner(
    session: Session,
    services: Iterable[str] = (),
    *,
    name: str = "Dr Ines Calloway",
    position: int = 0,
    starts: time = time(9),
    ends: time = time(17),
    weekdays: Iterable[int] = range(7),
    place_id: str = HERE,
    ended: bool = False,
) -> str:
    """Add a practitioner who gives ``services`` and works from ``starts`` to ``ends``."""
    id_ = new_id()
    short_name = f"Dr {name.split()[-1]}"
    _add(
        session,
        Practitioner(
            id=id_,
            name=name,
            short_name=short_name,
            role="Family doctor",
            position=position,
            ended=ended,
        ),
    )
    _add(session, *(Offer(practitioner_id=id_, service_id=service_id) for service_id in services))
    for weekday in weekdays:
        add_shift(session, id_, weekday, starts, ends, place_id=place_id)
    return id_


def add_shift(
    session: Session,
    practitioner_id: str,
    weekday: int,
    starts: time,
    ends: time,
    *,
    place_id: str = HERE,
    from_on: date | None = None,
    until_on: date | None = None,
) -> None:
    """Add one weekly working time."""
    _add(
        session,
        Shift(
            id=new_id(),
            practitioner_id=practitioner_id,
            location_id=place_id,
            weekday=weekday,
            starts=starts,
            ends=ends,
            from_on=from_on,
            until_on=until_on,
        ),
    )


def add_patient(
    session: Session,
    first_name: str = "Rosa",
    last_name: str = "Marlow",
    *,
    email: str | None = None,
    manager_id: str | None = None,
) -> PatientId:
    """Add a patient without a log-in."""
    id_ = new_id()
    _add(
        session,
        Patient(
            id=id_,
            first_name=first_name,
            last_name=last_name,
            contact_email=email,
            manager_id=manager_id,
            created_at=clock.now(),
        ),
    )
    return PatientId(id_)


def add_account(
    session: Session,
    patient_id: str,
    *,
    email: str | None = None,
    verified: bool = True,
    closed: bool = False,
    password_hash: str = "",
) -> Actor:
    """Give a patient a log-in; return them as the one who asks."""
    account_id = new_id()
    email = email or f"{account_id.lower()}@example.test"
    _add(
        session,
        Account(
            id=account_id,
            patient_id=patient_id,
            email=email,
            email_key=email.casefold(),
            password_hash=password_hash,
            created_at=clock.now(),
            verified_at=clock.now() if verified else None,
            closed_at=clock.now() if closed else None,
        ),
    )
    return Actor(patient_id=PatientId(patient_id), account_id=AccountId(account_id))


def sign_in(session: Session, actor: Actor) -> Actor:
    """Open a browser of somebody who has just given their password."""
    account = session.get_one(Account, actor.account_id)
    start_session(session, account, "")
    session.flush()
    newest = select(LoginSession.id).where(LoginSession.account_id == account.id)
    id_ = session.exec(newest.order_by(col(LoginSession.created_at).desc())).first()
    return replace(actor, session_id=SessionId(id_ or ""))


def add_person(
    session: Session,
    first_name: str = "Rosa",
    last_name: str = "Marlow",
    *,
    email: str | None = None,
    verified: bool = True,
) -> Actor:
    """Add a patient with a log-in."""
    patient_id = add_patient(session, first_name, last_name, email=email)
    return add_account(session, patient_id, email=email, verified=verified)


def add_staff(
    session: Session,
    role: StaffRole = StaffRole.FRONT_DESK,
    practitioner_id: str | None = None,
    *,
    name: str = "Sam Okoye",
    ended: bool = False,
) -> Actor:
    """Add a member of staff, without a log-in."""
    id_ = new_id()
    left = clock.now() if ended else None
    _add(
        session,
        Staff(id=id_, name=name, role=role, practitioner_id=practitioner_id, ended_at=left),
    )
    return Actor(staff_id=id_)


def add_staff_account(
    session: Session, staff: Actor, *, email: str | None = None, password_hash: str = ""
) -> Actor:
    """Give a member of staff a log-in; return them as the one who asks."""
    account_id = new_id()
    email = email or f"{account_id.lower()}@clinic.example"
    _add(
        session,
        Account(
            id=account_id,
            staff_id=staff.staff_id,
            email=email,
            email_key=email.casefold(),
            password_hash=password_hash,
            created_at=clock.now(),
            verified_at=clock.now(),
        ),
    )
    return Actor(staff_id=staff.staff_id, account_id=AccountId(account_id))


def relate(
    session: Session, one: str, other: str, label: Label = Label.PARTNER, *, colour: int = 2
) -> str:
    """Link two patients without any permission; ``other`` is ``label`` to ``one``."""
    id_ = new_id()
    _add(session, Relationship(id=id_, made_by="system", made_at=clock.now()))
    for me, member, what in ((one, other, label), (other, one, COUNTERPART[label])):
        side = RelationshipSide(
            relationship_id=id_, patient_id=me, member_id=member, label=what, colour=colour
        )
        _add(session, side)
    return id_


def give(
    session: Session, relationship_id: str, owner: str, holder: str, *permissions: Permission
) -> None:
    """Add live grants inside a relationship."""
    for permission in permissions:
        grant = Grant(
            id=new_id(),
            relationship_id=relationship_id,
            owner_id=owner,
            holder_id=holder,
            permission=permission,
            given_by=f"patient:{owner}",
            given_at=clock.now(),
        )
        _add(session, grant)


def add_ask(
    session: Session, relationship_id: str, owner: str, holder: str, permission: Permission
) -> str:
    """Add an open ask inside a relationship."""
    now = clock.now()
    ask = Ask(
        id=new_id(),
        request_id=new_id(),
        relationship_id=relationship_id,
        owner_id=owner,
        holder_id=holder,
        permission=permission,
        asked_at=now,
        expires_at=now + timedelta(days=14),
    )
    _add(session, ask)
    return ask.id


def add_family_member(
    session: Session,
    adder: Actor,
    first_name: str = "Theo",
    *permissions: Permission,
    label: Label = Label.CHILD,
    colour: int = 2,
) -> PatientId:
    """Add a managed profile on which the adder holds ``permissions``."""
    id_ = add_patient(session, first_name, manager_id=adder.me)
    relationship_id = relate(session, adder.me, id_, label, colour=colour)
    give(session, relationship_id, id_, adder.me, *permissions)
    return id_


def add_visit(
    session: Session,
    patient_id: str,
    practitioner_id: str,
    service_id: str,
    starts_at: datetime,
    *,
    minutes: int = 30,
    place_id: str = HERE,
    booked_by: str = "system",
    cancelled: bool = False,
    booked_at: datetime | None = None,
) -> str:
    """Add a visit with the units it claims; it is booked now unless another time is given."""
    id_ = new_id()
    _add(
        session,
        Visit(
            id=id_,
            patient_id=patient_id,
            practitioner_id=practitioner_id,
            service_id=service_id,
            location_id=place_id,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=minutes),
            price_cents=8500,
            currency="CAD",
            booked_by=booked_by,
            booked_at=booked_at or clock.now(),
            request_key=new_id(),
            cancelled_at=clock.now() if cancelled else None,
        ),
    )
    first = unit_of(starts_at)
    units = range(first, first + minutes // UNIT_MINUTES) if not cancelled else ()
    _add(
        session,
        *(
            ClaimedUnit(resource_id=resource_id, unit=unit, held_by=id_)
            for resource_id in (practitioner_id, patient_id)
            for unit in units
        ),
    )
    return id_


def add_request(
    session: Session,
    patient_id: str,
    service_id: str,
    *,
    practitioner_id: str | None = None,
    asked_by: str = "system",
    note: str = "",
) -> str:
    """Put somebody on the wait list, for any time of the coming month."""
    id_ = new_id()
    _add(
        session,
        WaitRequest(
            id=id_,
            patient_id=patient_id,
            service_id=service_id,
            practitioner_id=practitioner_id,
            weekdays=0b1111111,
            from_time=time(0),
            until_time=time(23, 59),
            from_on=in_days(-1),
            until_on=in_days(30),
            note=note,
            asked_by=asked_by,
            asked_at=clock.now(),
        ),
    )
    return id_


def add_offer(
    session: Session,
    request_id: str,
    practitioner_id: str,
    starts_at: datetime,
    *,
    minutes: int = 30,
    place_id: str = HERE,
) -> str:
    """Keep a time for a request for two hours, told already."""
    request = session.get_one(WaitRequest, request_id)
    now, until = clock.now(), clock.now() + timedelta(hours=2)
    where: dict[str, Any] = {
        "practitioner_id": practitioner_id,
        "location_id": place_id,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(minutes=minutes),
        "expires_at": until,
    }
    hold = Hold(
        id=new_id(),
        order_id=new_id(),
        held_by="system",
        people=[request.patient_id],
        service_id=request.service_id,
        price_cents=8500,
        made_at=now,
        **where,
    )
    offer = WaitOffer(
        id=new_id(), request_id=request_id, hold_id=hold.id, offered_at=now, tell_at=now, **where
    )
    first = unit_of(starts_at)
    units = range(first, first + minutes // UNIT_MINUTES)
    taken = {"resource_id": practitioner_id, "held_by": hold.id, "until_at": until}
    _add(session, hold, offer, *(ClaimedUnit(unit=unit, **taken) for unit in units))
    return offer.id


def local(on: date, hour: int, minute: int = 0, *, zone: str = VANCOUVER) -> datetime:
    """Return the instant at which the clocks of a place show a time."""
    return wall_clock_instant(on, time(hour, minute), ZoneInfo(zone))


def in_days(days: int) -> date:
    """Return a day from today on, by UTC."""
    return clock.now().astimezone(UTC).date() + timedelta(days=days)


def _add(session: Session, *rows: SQLModel) -> None:
    session.add_all(rows)
    session.flush()
