"""The doors of what is offered: services, practitioners and their hours, places, holidays."""

from collections.abc import Callable
from datetime import time, timedelta
from typing import Any

from sqlmodel import Session

from portal import clock, routes
from portal.ids import new_id
from portal.models import DayHours, Holiday, Practitioner, Room, Service, Shift, TimeOff
from tests import builders
from tests.security.doors import Payload
from tests.security.staff_door import At, StaffDoor, form, page

SERVICES, SERVICE = "staff.services.state.Services", "staff.services.edit.state.EditService"
PEOPLE = "staff.practitioners.state.Practitioners"
PRACTITIONER = "staff.practitioners.edit.state.EditPractitioner"
HOURS = "staff.practitioners.hours.state.WorkingHours"
PLACES, HOLIDAYS = "staff.places.state.Places", "staff.holidays.state.Holidays"


def add_catalogue(session: Session) -> dict[str, str]:
    """Add one of each thing that the doors change, none of them used by a visit; return ids."""
    ids = {
        what: new_id()
        for what in (*("service", "practitioner", "room", "holiday"), *("shift", "day", "off"))
    }
    place = new_id()
    builders.add_place(session, place)
    now, soon = clock.now(), builders.in_days(40)
    them = ids["practitioner"]
    session.add_all(
        [
            Service(id=ids["service"], name="Massage", category="Body", minutes=30, price_cents=0),
            Practitioner(id=ids["practitioner"], name="Ada", short_name="Ada", role="Nurse"),
            Room(id=ids["room"], location_id=place, name="Room", kind="Treatment room"),
            Holiday(id=ids["holiday"], on_date=soon, name="Feast", location_id=place),
        ]
    )
    session.flush()
    session.add_all(
        [
            Shift(
                id=ids["shift"],
                location_id=place,
                weekday=0,
                starts=time(9),
                ends=time(10),
                practitioner_id=them,
            ),
            DayHours(id=ids["day"], on_date=soon, practitioner_id=them),
            TimeOff(
                id=ids["off"],
                practitioner_id=them,
                starts_at=now,
                ends_at=now + timedelta(hours=1),
            ),
        ]
    )
    session.flush()
    return {**ids, "place": place}


def _of(**names: str) -> Callable[[At], Payload]:
    """Send ids: the argument, and what it is in `At.catalogue`."""
    return lambda at: {name: at.catalogue[what] for name, what in names.items()}


def _form(**names: str) -> Callable[[At], Payload]:
    return form(_of(**names))


def _typed(values: dict[str, Any], **names: str) -> Callable[[At], Payload]:
    return form(lambda at: {**_of(**names)(at), **values})


def _page_of(path: str, what: str) -> Callable[[At], str]:
    return lambda at: routes.with_query(path, id=at.catalogue[what])


_OTHER_DAY = builders.in_days(41).isoformat()
_SERVICE = {
    "name": "Massage",
    "category": "Body",
    "about": "",
    "minutes": "40",
    "price": "85",
    "buffer_before": "5",
    "buffer_after": "5",
    "kind": "individual",
    "online": True,
}
_PRACTITIONER = {
    "name": "Ada Berg",
    "short_name": "",
    "role": "Nurse",
    "step_minutes": "",
    "online": True,
    "offers": {},
}
_SHIFT = {"starts": "11:00", "ends": "12:00", "days": {"3": True}, "from_on": "", "until_on": ""}
_TIME_OFF = {"from_on": _OTHER_DAY, "from_time": "", "until_on": "", "until_time": "", "reason": ""}
_PLACE = {
    "name": "There",
    "address": "1 Road",
    "zone": "America/Vancouver",
    "directions": "Up",
    "join_url": "",
}


def _move(name: str, what: str) -> Callable[[At], Payload]:
    return lambda at: {name: at.catalogue[what], "up": True}


CATALOGUE_DOORS = (
    StaffDoor(SERVICES, "load", "full", page=page(routes.STAFF_SERVICES)),
    StaffDoor(SERVICES, "refresh", "full", page=page(routes.STAFF_SERVICES)),
    StaffDoor(SERVICES, "move", "full", _move("service_id", "service"), writes=True),
    StaffDoor(SERVICES, "ask_end", "nothing", _of(service_id="service")),
    StaffDoor(SERVICES, "close", "nothing"),
    StaffDoor(SERVICE, "load", "full", page=_page_of(routes.STAFF_SERVICE, "service")),
    StaffDoor(SERVICE, "save", "full", _typed(_SERVICE, service_id="service"), writes=True),
    StaffDoor(SERVICES, "end", "full", _form(service_id="service"), writes=True),
    StaffDoor(SERVICES, "bring_back", "full", _of(service_id="service"), writes=True),
    StaffDoor(PEOPLE, "load", "desk", page=page(routes.STAFF_PRACTITIONERS)),
    StaffDoor(PEOPLE, "refresh", "desk", page=page(routes.STAFF_PRACTITIONERS)),
    StaffDoor(PEOPLE, "move", "full", _move("practitioner_id", "practitioner"), writes=True),
    StaffDoor(PEOPLE, "ask_end", "nothing", _of(practitioner_id="practitioner")),
    StaffDoor(PEOPLE, "close", "nothing"),
    StaffDoor(
        PRACTITIONER, "load", "desk", page=_page_of(routes.STAFF_PRACTITIONER, "practitioner")
    ),
    StaffDoor(
        PRACTITIONER, "refresh", "desk", page=_page_of(routes.STAFF_PRACTITIONER, "practitioner")
    ),
    StaffDoor(
        PRACTITIONER,
        "save",
        "full",
        _typed(_PRACTITIONER, practitioner_id="practitioner"),
        writes=True,
    ),
    StaffDoor(HOURS, "new_shift", "nothing"),
    StaffDoor(HOURS, "edit_shift", "nothing", _of(shift_id="shift")),
    StaffDoor(HOURS, "new_day", "nothing"),
    StaffDoor(HOURS, "new_time_off", "nothing"),
    StaffDoor(HOURS, "ask_remove_shift", "nothing", _of(shift_id="shift")),
    StaffDoor(HOURS, "ask_remove_day", "nothing", _of(day_id="day")),
    StaffDoor(HOURS, "close", "nothing"),
    StaffDoor(
        HOURS,
        "save_shift",
        "full",
        _typed(_SHIFT, practitioner_id="practitioner", place_id="place"),
        writes=True,
    ),
    StaffDoor(HOURS, "remove_shift", "full", _form(id="shift"), writes=True),
    StaffDoor(
        HOURS,
        "add_day",
        "full",
        _typed({"on_date": _OTHER_DAY, "works": "no"}, practitioner_id="practitioner"),
        writes=True,
    ),
    StaffDoor(HOURS, "remove_day", "full", _form(id="day"), writes=True),
    StaffDoor(
        HOURS,
        "add_time_off",
        "desk",
        _typed(_TIME_OFF, practitioner_id="practitioner"),
        writes=True,
    ),
    StaffDoor(HOURS, "remove_time_off", "desk", _of(time_off_id="off"), writes=True),
    StaffDoor(PEOPLE, "end", "full", _form(practitioner_id="practitioner"), writes=True),
    StaffDoor(PEOPLE, "bring_back", "full", _of(practitioner_id="practitioner"), writes=True),
    StaffDoor(PLACES, "load", "full", page=page(routes.STAFF_PLACES)),
    StaffDoor(PLACES, "refresh", "full", page=page(routes.STAFF_PLACES)),
    StaffDoor(PLACES, "new_place", "nothing"),
    StaffDoor(PLACES, "edit_place", "nothing", _of(place_id="place")),
    StaffDoor(PLACES, "ask_end_place", "nothing", _of(place_id="place")),
    StaffDoor(PLACES, "new_room", "nothing", _of(place_id="place")),
    StaffDoor(PLACES, "edit_room", "nothing", _of(room_id="room")),
    StaffDoor(PLACES, "ask_end_room", "nothing", _of(room_id="room")),
    StaffDoor(PLACES, "close", "nothing"),
    StaffDoor(PLACES, "save_place", "full", _typed(_PLACE, place_id="place"), writes=True),
    StaffDoor(
        PLACES,
        "save_room",
        "full",
        _typed({"name": "Blue room", "kind": "Room"}, room_id="room", place_id="place"),
        writes=True,
    ),
    StaffDoor(PLACES, "end_room", "full", _form(id="room"), writes=True),
    StaffDoor(PLACES, "bring_back_room", "full", _of(room_id="room"), writes=True),
    StaffDoor(PLACES, "end_place", "full", _form(id="place"), writes=True),
    StaffDoor(PLACES, "bring_back_place", "full", _of(place_id="place"), writes=True),
    StaffDoor(HOLIDAYS, "load", "full", page=page(routes.STAFF_HOLIDAYS)),
    StaffDoor(HOLIDAYS, "refresh", "full", page=page(routes.STAFF_HOLIDAYS)),
    StaffDoor(HOLIDAYS, "ask_new", "nothing"),
    StaffDoor(HOLIDAYS, "close", "nothing"),
    StaffDoor(
        HOLIDAYS,
        "add",
        "full",
        _typed({"on_date": _OTHER_DAY, "name": "Feast", "place_id": ""}),
        writes=True,
    ),
    StaffDoor(HOLIDAYS, "remove", "full", _of(holiday_id="holiday"), writes=True),
)
