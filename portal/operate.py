"""Commands for whoever runs the portal, what nobody can do from a page.

``python -m portal.operate clinic name="Harbour Lane Clinic" phone=555-0140 ...`` makes the clinic
or changes its settings, ``python -m portal.operate show`` prints them; README.md lists them.
``staff name="Olive Reyes" email=... role=full_access`` invites somebody to the clinic's side.
``backup FILE`` copies a SQLite database while it is in use. ``parked``, ``unpark``,
``sign-everybody-out``, ``forget-app EMAIL`` and ``forget-unreadable-apps`` are told of in
docs/operations.md.
"""

import sys
from pathlib import Path

from sqlmodel import Session

from portal import audit, clock, db
from portal.backup import CannotBackUp, back_up
from portal.channel import Publisher
from portal.config import BadSettings, settings
from portal.errors import Invalid
from portal.forms import read_form
from portal.live import listen
from portal.models import Clinic
from portal.permissions import SYSTEM
from portal.staff.people.service import StaffForm, invite
from portal.upkeep import DUTIES, forget_app_of

TEXTS = ("name", "phone", "opening", "region", "currency")
SWITCHES = ("allow_related_profiles", "patients_manage_sharing")
COLLEAGUE = ("name", "email", "role", "practitioner_id")


class BadCommand(Exception):
    """The words of the command are off; the text says how."""


def set_clinic(session: Session, words: list[str]) -> Clinic:
    """Change the clinic's settings as ``name=value`` words say; make the clinic if there is none.

    Raises:
        BadCommand: an unknown name or value, or a new clinic without all its texts.
    """
    given: dict[str, str | bool] = {
        name: _switch(name, value) if name in SWITCHES else value
        for name, value in _values(words, (*TEXTS, *SWITCHES)).items()
    }
    clinic = session.get(Clinic, "clinic")
    if clinic is None:
        missing = [name for name in TEXTS if not given.get(name)]
        if missing:
            raise BadCommand(f"A new clinic needs {', '.join(missing)} too.")
        clinic = Clinic.model_validate(given)
    clinic.sqlmodel_update(given)
    session.add(clinic)
    audit.record(session, SYSTEM, "clinic.set", None, fields=sorted(given))
    return clinic


def invite_colleague(session: Session, words: list[str]) -> None:
    """Invite somebody to the clinic's side, as ``name=value`` words say; or send it once more.

    Raises:
        BadCommand: an unknown name or value, or something is missing.
    """
    given = _values(words, COLLEAGUE)
    clinic = session.get(Clinic, "clinic")
    if clinic is None:
        raise BadCommand("There is no clinic yet: make it first.")
    try:
        form = read_form(StaffForm, given, region=clinic.region, today=clock.now().date())
        invite(session, SYSTEM, form)
    except Invalid as error:
        problems = (f"{name}: {words}" if name else words for name, words in error.errors.items())
        raise BadCommand("\n".join(problems)) from None


def _values(words: list[str], known: tuple[str, ...]) -> dict[str, str]:
    """Read ``name=value`` words."""
    given: dict[str, str] = {}
    for word in words:
        name, found, value = word.partition("=")
        if not found or name not in known:
            raise BadCommand(f"{word!r}: give name=value with {', '.join(known)}.")
        given[name] = value
    return given


def _switch(name: str, value: str) -> bool:
    if value not in {"on", "off"}:
        raise BadCommand(f"{name} is {value!r}; it must be on or off.")
    return value == "on"


def main(words: list[str]) -> int:
    """Run one command; answer with an exit code."""
    try:
        if redis := settings().redis_url:
            listen(Publisher(redis))  # pages that are open hear of what changes
        match words:
            case ["clinic", *rest] if rest:
                with db.writing() as session:
                    set_clinic(session, rest)
            case ["staff", *rest] if rest:
                with db.writing() as session:
                    invite_colleague(session, rest)
                return 0
            case ["show"]:
                pass
            case [name] if name in DUTIES:
                with db.writing() as session:
                    print(DUTIES[name](session))
                return 0
            case ["forget-app", email]:
                with db.writing() as session:
                    print(forget_app_of(session, email))
                return 0
            case ["backup", target]:
                back_up(settings().database_url, Path(target))
                return 0
            case _:
                raise BadCommand(__doc__ or "")
    except (BadCommand, BadSettings, CannotBackUp) as error:
        print(error, file=sys.stderr)
        return 2
    with db.reading() as session:
        clinic = session.get(Clinic, "clinic")
        for name in (*TEXTS, *SWITCHES):
            print(f"{name}={getattr(clinic, name, '')}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
