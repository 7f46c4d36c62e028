"""What one door of the clinic's side is, for the tables of such doors."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from portal import routes
from portal.ids import new_id
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
    request_id: str  # on the wait list
    offer_id: str
    service_id: str
    practitioner_id: str
    free_at: int  # seconds since 1970
    catalogue: Mapping[str, str]  # ids by what they are, see `catalogue_doors.add_catalogue`


def nothing(_at: At) -> Payload:
    """Send nothing."""
    return {}


def form(make: Callable[[At], Payload]) -> Callable[[At], Payload]:
    """Send a form, with the key of its try."""
    return lambda at: {"data": {**make(at), "request_key": new_id()}}


def page(path: str) -> Callable[[At], str]:
    """Call it from the page at an address."""
    return lambda _at: path


start = page(routes.STAFF)


@dataclass(frozen=True)
class StaffDoor:
    """One handler that only staff may call."""

    state: str
    handler: str
    needs: Needs  # besides working here: reaching a patient, two, any at all, full access
    payload: Callable[[At], Payload] = nothing
    page: Callable[[At], str] = start
    writes: bool = False
    mark: str = "staff"

    @property
    def name(self) -> str:
        """Return the name by which a browser calls it."""
        return Door(self.state, self.handler, None).name
