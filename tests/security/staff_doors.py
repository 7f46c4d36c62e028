"""The doors of the clinic's side, written by hand like those in `doors.py`: what each takes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from portal import routes
from portal.ids import new_id
from portal.permissions import Permission
from tests.security.doors import Door, Payload

Needs = Literal["nothing", "patient", "both", "desk", "full"]


@dataclass(frozen=True)
class At:
    """What an event of staff is aimed at."""

    patient_id: str
    member_id: str  # a relative of theirs
    guardian_id: str  # a relative with an account
    visit_id: str  # flagged
    join_id: str
    message_id: str  # a parked mail
    staff_id: str  # a colleague
    invited_id: str  # one who has not signed in yet


def _nothing(_at: At) -> Payload:
    return {}


def _patient(at: At) -> Payload:
    return {"patient_id": at.patient_id}


def _form(make: Callable[[At], Payload]) -> Callable[[At], Payload]:
    return lambda at: {"data": {**make(at), "request_key": new_id()}}


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


def _page(path: str) -> Callable[[At], str]:
    return lambda _at: path


def _patient_page(path: str) -> Callable[[At], str]:
    return lambda at: routes.with_query(path, id=at.patient_id)


def _link_page(at: At) -> str:
    return routes.with_query(routes.STAFF_LINK, id=at.patient_id, **{"with": at.member_id})


_start = _page(routes.STAFF)


@dataclass(frozen=True)
class StaffDoor:
    """One handler that only staff may call."""

    state: str
    handler: str
    needs: Needs  # besides working here: reaching a patient, two, any at all, full access
    payload: Callable[[At], Payload] = _nothing
    page: Callable[[At], str] = _start
    writes: bool = False
    mark: str = "staff"

    @property
    def name(self) -> str:
        """Return the name by which a browser calls it."""
        return Door(self.state, self.handler, None).name


HOME, PATIENTS = "staff.home.state.Home", "staff.patients.state.Patients"
FILE, LINK = "staff.patient.state.File", "staff.link.state.Link"
SETTINGS, PEOPLE = "staff.settings.state.Settings", "staff.people.state.Colleagues"
BOTH_SETTINGS: dict[str, Any] = {
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
    StaffDoor(SETTINGS, "save", "full", _form(lambda _at: BOTH_SETTINGS), writes=True),
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
)
