"""The doors of the clinic's side, written by hand like those in `doors.py`: what each takes."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from portal import routes
from portal.permissions import Permission
from tests.security.catalogue_doors import CATALOGUE_DOORS
from tests.security.doors import Payload
from tests.security.schedule_doors import SCHEDULE_DOORS
from tests.security.staff_door import At, StaffDoor
from tests.security.staff_door import form as _form
from tests.security.staff_door import nothing as _nothing
from tests.security.staff_door import page as _page


def _patient(at: At) -> Payload:
    return {"patient_id": at.patient_id}


def _pair(at: At) -> Payload:
    return {"patient_id": at.patient_id, "member_id": at.member_id}


def _link(at: At) -> Payload:
    calls = {"member_is": "child", "patient_is": "parent", "seen": "new"}
    texts = {"member_is_text": "", "patient_is_text": ""}
    may = dict.fromkeys(map(str, Permission), False)
    return {**_pair(at), **calls, **texts, "patient_may": may, "member_may": {**may, "book": True}}


def _birth_date() -> Payload:
    return {"birth_on_day": "1", "birth_on_month": "2", "birth_on_year": "2015"}


def _new_relative(at: At) -> Payload:
    names = {"first_name": "Noa", "last_name": "Strand", "email": "", "phone": ""}
    calls = {"member_is": "child", "patient_is": "parent", "decides": False}
    return {"patient_id": at.patient_id, **names, **calls, **_birth_date()}


def _contact(at: At) -> Payload:
    names = {"first_name": "Sia", "last_name": "Strand", "preferred_name": "", "pronouns": ""}
    reach = {"email": "sia@family.example", "phone": "604 555 0188"}
    return {"patient_id": at.patient_id, **names, **reach, **_birth_date()}


def _colleague(_at: At) -> Payload:
    return {"name": "Noor Haddad", "email": "noor@clinic.example", "role": "front_desk"}


def _staff(at: At) -> Payload:
    return {"staff_id": at.staff_id}


def _patient_page(path: str, name: str = "id") -> Callable[[At], str]:
    return lambda at: routes.with_query(path, **{name: at.patient_id})


def _link_page(at: At) -> str:
    return routes.with_query(routes.STAFF_LINK, id=at.patient_id, **{"with": at.member_id})


def _wait_form(at: At) -> Payload:
    days = {f"day_{number}": True for number in range(7)}
    fields = {"patient_id": at.patient_id, "service_id": at.service_id, "practitioner_id": ""}
    until_on = datetime.fromtimestamp(at.free_at, UTC).date().isoformat()
    return {**fields, **days, "until_on": until_on}


WAITING, ADD_WAITING = "staff.wait_list.state.Waiting", "staff.wait_list.state.AddWaiting"
HOME, PATIENTS = "staff.home.state.Home", "staff.patients.state.Patients"
FILE, LINK = "staff.patient.state.File", "staff.link.state.Link"
SETTINGS, PEOPLE = "staff.settings.state.Settings", "staff.people.state.Colleagues"
ALL_SETTINGS: dict[str, Any] = {
    **dict.fromkeys(("same_day", "patients_cancel", "patients_reschedule", "several_people"), True),
    **dict.fromkeys(("group_visits", "classes", "recurring", "wait_list"), True),
    "lead_minutes": "45",
    "horizon_days": "56",
    "step_minutes": "10",
    "most_upcoming": "",
    "late_cancel_hours": "24",
    "wait_offer_minutes": "120",
    "policy_text": "",
    "night_from": "21:00",
    "night_until": "07:00",
    "hide_services": False,
    "allow_related_profiles": False,
    "patients_manage_sharing": True,
}

# In this order none takes away what the next one needs.
STAFF_DOORS = (
    StaffDoor(HOME, "load", "nothing"),
    StaffDoor(HOME, "refresh", "nothing"),
    StaffDoor(PATIENTS, "load", "nothing", page=_page(routes.STAFF_PATIENTS)),
    StaffDoor(PATIENTS, "search", "nothing", lambda _at: {"text": "zyxe"}),
    # It leaves the visit on the trail, which is no change of the patient's things.
    StaffDoor(FILE, "load", "patient", page=_patient_page(routes.STAFF_PATIENT)),
    StaffDoor(FILE, "refresh", "patient", page=_patient_page(routes.STAFF_PATIENT)),
    StaffDoor(FILE, "edit", "nothing"),
    StaffDoor(FILE, "choose_guardian", "nothing"),
    StaffDoor(FILE, "ask_hand_over", "nothing", lambda at: {"visit_id": at.visit_id}),
    StaffDoor(FILE, "close", "nothing"),
    StaffDoor(LINK, "load", "both", page=_link_page),
    StaffDoor(LINK, "load_add", "patient", page=_patient_page(routes.STAFF_LINK_ADD)),
    StaffDoor(LINK, "load_new", "patient", page=_patient_page(routes.STAFF_LINK_NEW)),
    StaffDoor(LINK, "preview", "nothing", lambda at: {"data": _link(at)}),
    StaffDoor(LINK, "close", "nothing"),
    StaffDoor(LINK, "ask_removal", "both", _pair),
    # Of two who are linked it is refused in words and shows how they are; tests of its own save.
    StaffDoor(LINK, "save", "both", _form(_link)),
    StaffDoor(LINK, "add_new", "desk", _form(_new_relative), writes=True),
    StaffDoor(FILE, "save", "desk", _form(_contact), writes=True),
    StaffDoor(
        FILE,
        "save_guardian",
        "patient",
        _form(lambda at: {"patient_id": at.patient_id, "guardian_id": at.guardian_id}),
        writes=True,
    ),
    StaffDoor(FILE, "send_claim", "patient", _patient, writes=True),
    StaffDoor(FILE, "seen", "desk", _patient, writes=True),
    StaffDoor(FILE, "seen_visit", "desk", lambda at: {"visit_id": at.visit_id}, writes=True),
    StaffDoor(HOME, "seen_profile", "desk", _patient),
    StaffDoor(HOME, "seen_visit", "desk", lambda at: {"visit_id": at.visit_id}),
    StaffDoor(HOME, "part", "desk", lambda at: {"join_id": at.join_id}, writes=True),
    StaffDoor(LINK, "remove", "both", _form(lambda at: {**_pair(at), "quiet": True}), writes=True),
    StaffDoor(HOME, "retry", "full", lambda at: {"message_id": at.message_id}, writes=True),
    StaffDoor(SETTINGS, "load", "full", page=_page(routes.STAFF_SETTINGS)),
    StaffDoor(SETTINGS, "refresh", "full", page=_page(routes.STAFF_SETTINGS)),
    StaffDoor(SETTINGS, "save", "full", _form(lambda _at: ALL_SETTINGS), writes=True),
    StaffDoor(PEOPLE, "load", "full", page=_page(routes.STAFF_PEOPLE)),
    StaffDoor(PEOPLE, "refresh", "full", page=_page(routes.STAFF_PEOPLE)),
    # They only open a dialog about somebody whom the page lists already.
    StaffDoor(PEOPLE, "ask_new", "nothing"),
    StaffDoor(PEOPLE, "edit", "nothing", _staff),
    StaffDoor(PEOPLE, "ask_end", "nothing", _staff),
    StaffDoor(PEOPLE, "close", "nothing"),
    StaffDoor(PEOPLE, "invite", "full", _form(_colleague), writes=True),
    StaffDoor(
        PEOPLE,
        "invite_again",
        "full",
        lambda at: {"staff_id": at.invited_id},
        writes=True,
    ),
    StaffDoor(
        PEOPLE,
        "save",
        "full",
        _form(lambda at: {**_staff(at), "role": "full_access"}),
        writes=True,
    ),
    StaffDoor(PEOPLE, "new_app", "full", _staff, writes=True),
    StaffDoor(PEOPLE, "end", "full", _staff, writes=True),
    StaffDoor(
        FILE,
        "hand_over",
        "both",
        _form(lambda at: {"visit_id": at.visit_id, "to_id": at.member_id}),
        writes=True,
    ),
    *(
        StaffDoor(WAITING, name, "nothing", payload, page=_page(routes.STAFF_WAIT_LIST))
        for name, payload in (
            ("load", _nothing),
            ("refresh", _nothing),
            ("show_service", lambda at: {"service_id": at.service_id}),
            ("show_practitioner", lambda at: {"practitioner_id": at.practitioner_id}),
            ("turn", lambda _at: {"page": 1}),
            ("ask_withdraw", lambda at: {"request_id": at.request_id}),
            ("close", _nothing),
        )
    ),
    StaffDoor(WAITING, "choose_time", "patient", lambda at: {"request_id": at.request_id}),
    StaffDoor(
        WAITING,
        "offer",
        "patient",
        lambda at: {"request_id": at.request_id, "at": at.free_at, "who": at.practitioner_id},
        writes=True,
    ),
    StaffDoor(WAITING, "accept", "patient", lambda at: {"offer_id": at.offer_id}, writes=True),
    StaffDoor(
        WAITING, "withdraw", "patient", lambda at: {"request_id": at.request_id}, writes=True
    ),
    StaffDoor(
        ADD_WAITING, "load", "patient", page=_patient_page(routes.STAFF_WAIT_LIST_ADD, "for")
    ),
    StaffDoor(ADD_WAITING, "add", "patient", _form(_wait_form), writes=True),
    *CATALOGUE_DOORS,
    *SCHEDULE_DOORS,
    # Last: afterwards nothing can be offered to them.
    StaffDoor(FILE, "bar_online", "desk", lambda at: {**_patient(at), "barred": True}, writes=True),
)
