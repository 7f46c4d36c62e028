"""The doors of the schedule: days, visits, booking at the desk, groups, classes, time off."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlmodel import Session

from portal import clock, routes
from portal.booking.units import instant_of, unit_of
from portal.ids import new_id
from portal.models import Gathering, PatientGroup, PatientGroupMember, Service, TimeOff, Visit
from tests import builders
from tests.security.doors import Payload
from tests.security.staff_door import At, StaffDoor, form, page

DIARY, VISIT = "staff.schedule.state.Diary", "staff.visit.state.OneVisit"
BOOK, GROUPS = "staff.book.state.Arranging", "staff.groups.state.Groups"
CLASSES, AWAY = "staff.classes.state.Courses", "staff.away.state.Absence"


def add_schedule(session: Session, patient: str, relative: str, marker: str) -> dict[str, str]:
    """Add a visit for each thing that can be done to one, a group, a class, time off; return ids.

    What is ``marker`` in them is nobody's business who has never seen the patient.
    """
    service = builders.add_service(session)
    who, away = (builders.add_practitioner(session, [service]) for _each in range(2))
    on = builders.in_days(50)
    begun = instant_of(unit_of(clock.now() - timedelta(hours=1)))
    times = {
        "marked_visit": (who, begun),
        "cancelled_visit": (who, builders.local(on, 9)),
        "moved_visit": (who, builders.local(on, 10)),
        "wrong_visit": (who, builders.local(on, 11)),
        "away_visit": (away, builders.local(on, 12)),
    }
    ids = {
        what: builders.add_visit(session, patient, with_whom, service, at)
        for what, (with_whom, at) in times.items()
    }
    for id_ in ids.values():
        session.get_one(Visit, id_).note = marker
    session.get_one(Visit, ids["cancelled_visit"]).flag = marker
    group, off = new_id(), new_id()
    session.add(PatientGroup(id=group, name=marker, made_by="system", made_at=clock.now()))
    session.flush()
    session.add(PatientGroupMember(group_id=group, patient_id=relative))
    session.add(
        TimeOff(
            id=off,
            practitioner_id=away,
            starts_at=builders.local(on, 12),
            ends_at=builders.local(on, 13),
            reason="Course",
        )
    )
    session.flush()
    found = {"diary_service": service, "diary_who": who, "group": group, "away": off}
    return {**ids, **found, **_add_class(session, on.isoformat())}


def _add_class(session: Session, on: str) -> dict[str, str]:
    yoga = builders.add_service(session, "Yoga")
    row = session.get_one(Service, yoga)
    row.kind, row.capacity = "class", 5
    who = builders.add_practitioner(session, [yoga])
    starts_at = builders.local(datetime.fromisoformat(on).date(), 15)
    one = Gathering(
        id=new_id(),
        kind="class",
        service_id=yoga,
        practitioner_id=who,
        location_id=builders.HERE,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=30),
        capacity=5,
        made_by="system",
        made_at=clock.now(),
    )
    session.add(one)
    session.flush()
    return {"class": one.id, "class_service": yoga, "class_who": who}


_ON = builders.in_days(50)
_LATER = int(builders.local(_ON, 14).timestamp())
_LATER_STILL = int(builders.local(_ON, 16).timestamp())


def _of(**names: str) -> Callable[[At], Payload]:
    return lambda at: {name: at.catalogue[what] for name, what in names.items()}


def _member(at: At) -> Payload:
    return {"group_id": at.catalogue["group"], "patient_id": at.patient_id}


def _one(at: At) -> Payload:
    return {"patient_id": at.patient_id}


def _page_of(path: str, what: str, name: str = "id") -> Callable[[At], str]:
    return lambda at: routes.with_query(path, **{name: at.catalogue[what]})


def _book_page(at: At) -> str:
    ids = {"for": at.patient_id, "service": at.catalogue["diary_service"]}
    return routes.with_query(routes.STAFF_BOOK, **ids, **{"with": at.catalogue["diary_who"]})


def _booking(at: At) -> Payload:
    ids = {"service_id": "diary_service", "practitioner_id": "diary_who"}
    return {**_of(**ids)(at), "people": [at.patient_id], "at": _LATER, "price_cents": 8500}


def _class(at: At) -> Payload:
    ids = _of(service_id="class_service", practitioner_id="class_who")(at)
    when = {"on": builders.in_days(51).isoformat(), "at": "10:00", "weeks": "1", "seats": ""}
    return {**ids, **when, "place_id": builders.HERE}


_days = page(routes.with_query(routes.STAFF_SCHEDULE, on=_ON.isoformat()))

SCHEDULE_DOORS = (
    StaffDoor(DIARY, "load", "nothing", page=_days),
    StaffDoor(DIARY, "refresh", "nothing", page=_days),
    StaffDoor(DIARY, "go", "nothing", lambda _at: {"on": _ON.isoformat()}, page=_days),
    StaffDoor(DIARY, "go_to_place", "nothing", lambda _at: {"place_id": ""}, page=_days),
    StaffDoor(DIARY, "go_to_week", "nothing", _of(practitioner_id="diary_who"), page=_days),
    StaffDoor(BOOK, "load", "patient", page=_book_page),
    StaffDoor(BOOK, "refresh", "patient", page=_book_page),
    StaffDoor(BOOK, "ask_add", "nothing"),
    StaffDoor(BOOK, "close", "nothing"),
    StaffDoor(BOOK, "add", "patient", _one, page=_book_page),
    StaffDoor(BOOK, "add_group", "desk", _of(group_id="group"), page=_book_page),
    StaffDoor(BOOK, "toggle", "nothing", _one),
    StaffDoor(BOOK, "let_pay", "nothing", _one),
    StaffDoor(BOOK, "choose_service", "nothing", _of(service_id="diary_service")),
    StaffDoor(BOOK, "choose_practitioner", "nothing", _of(practitioner_id="diary_who")),
    StaffDoor(BOOK, "go", "nothing", lambda _at: {"on": _ON.isoformat()}),
    StaffDoor(BOOK, "show_every", "nothing"),
    StaffDoor(
        BOOK,
        "choose",
        "nothing",
        lambda at: {"at": _LATER, "who": at.catalogue["diary_who"]},
    ),
    StaffDoor(BOOK, "book", "patient", form(_booking), page=_book_page, writes=True),
    StaffDoor(
        BOOK,
        "move",
        "patient",
        lambda at: {**_of(visit_id="moved_visit", who="diary_who")(at), "at": _LATER_STILL},
        page=_page_of(routes.STAFF_BOOK, "moved_visit", "move"),
        writes=True,
    ),
    StaffDoor(VISIT, "load", "patient", page=_page_of(routes.STAFF_VISIT, "cancelled_visit")),
    StaffDoor(VISIT, "refresh", "patient", page=_page_of(routes.STAFF_VISIT, "cancelled_visit")),
    StaffDoor(VISIT, "ask_cancel", "nothing"),
    StaffDoor(VISIT, "ask_hand_over", "nothing"),
    StaffDoor(VISIT, "close", "nothing"),
    StaffDoor(
        VISIT,
        "mark",
        "patient",
        lambda at: {**_of(visit_id="marked_visit")(at), "mark": "arrived"},
        writes=True,
    ),
    StaffDoor(VISIT, "seen", "desk", _of(visit_id="cancelled_visit"), writes=True),
    StaffDoor(
        VISIT,
        "cancel",
        "patient",
        form(lambda at: {**_of(visit_id="cancelled_visit")(at), "reason": "Away"}),
        writes=True,
    ),
    StaffDoor(
        VISIT,
        "hand_over",
        "both",
        form(lambda at: {**_of(visit_id="wrong_visit")(at), "to_id": at.member_id}),
        writes=True,
    ),
    StaffDoor(GROUPS, "load", "desk", page=page(routes.STAFF_GROUPS)),
    StaffDoor(GROUPS, "refresh", "desk", page=page(routes.STAFF_GROUPS)),
    StaffDoor(GROUPS, "ask_new", "nothing"),
    *(
        StaffDoor(GROUPS, name, "nothing", _of(group_id="group"))
        for name in ("rename", "ask_add", "ask_end")
    ),
    StaffDoor(GROUPS, "close", "nothing"),
    StaffDoor(
        GROUPS,
        "save",
        "desk",
        form(lambda at: {**_of(group_id="group")(at), "name": "The Strands"}),
        writes=True,
    ),
    StaffDoor(GROUPS, "add", "desk", _member, writes=True),
    StaffDoor(GROUPS, "remove", "desk", _member, writes=True),
    StaffDoor(GROUPS, "end", "desk", _of(group_id="group"), writes=True),
    StaffDoor(CLASSES, "load", "nothing", page=page(routes.STAFF_CLASSES)),
    StaffDoor(CLASSES, "refresh", "nothing", page=page(routes.STAFF_CLASSES)),
    StaffDoor(CLASSES, "ask_new", "nothing"),
    StaffDoor(CLASSES, "ask_call_off", "nothing", _of(gathering_id="class")),
    StaffDoor(CLASSES, "close", "nothing"),
    StaffDoor(CLASSES, "make", "desk", form(_class), writes=True),
    StaffDoor(
        CLASSES,
        "call_off",
        "desk",
        form(lambda at: {**_of(gathering_id="class")(at), "reason": ""}),
        writes=True,
    ),
    StaffDoor(AWAY, "load", "desk", page=_page_of(routes.STAFF_TIME_OFF, "away")),
    StaffDoor(AWAY, "refresh", "desk", page=_page_of(routes.STAFF_TIME_OFF, "away")),
    StaffDoor(AWAY, "ask", "nothing"),
    StaffDoor(AWAY, "close", "nothing"),
    StaffDoor(
        AWAY,
        "tell",
        "desk",
        form(lambda at: {**_of(time_off_id="away")(at), "reason": "Ill"}),
        writes=True,
    ),
    StaffDoor(AWAY, "go_on", "nothing"),
)
