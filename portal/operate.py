"""Commands for whoever runs the portal, until the clinic's own settings pages exist.

``python -m portal.operate clinic name="Harbour Lane Clinic" phone=555-0140 ...`` makes the clinic
or changes its settings, ``python -m portal.operate show`` prints them; README.md lists them.
"""

import sys

from sqlmodel import Session

from portal import audit, db
from portal.models import Clinic
from portal.permissions import SYSTEM

TEXTS = ("name", "phone", "opening", "region", "currency")
SWITCHES = ("allow_related_profiles",)


class BadCommand(Exception):
    """The words of the command are off; the text says how."""


def set_clinic(session: Session, words: list[str]) -> Clinic:
    """Change the clinic's settings as ``name=value`` words say; make the clinic if there is none.

    Raises:
        BadCommand: an unknown name or value, or a new clinic without all its texts.
    """
    given: dict[str, str | bool] = {}
    for word in words:
        name, found, value = word.partition("=")
        if not found or name not in (*TEXTS, *SWITCHES):
            raise BadCommand(f"{word!r}: give name=value with {', '.join((*TEXTS, *SWITCHES))}.")
        given[name] = _switch(name, value) if name in SWITCHES else value
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


def _switch(name: str, value: str) -> bool:
    if value not in {"on", "off"}:
        raise BadCommand(f"{name} is {value!r}; it must be on or off.")
    return value == "on"


def main(words: list[str]) -> int:
    """Run one command; answer with an exit code."""
    try:
        match words:
            case ["clinic", *rest] if rest:
                with db.writing() as session:
                    set_clinic(session, rest)
            case ["show"]:
                pass
            case _:
                raise BadCommand(__doc__ or "")
    except BadCommand as error:
        print(error, file=sys.stderr)
        return 2
    with db.reading() as session:
        clinic = session.get(Clinic, "clinic")
        for name in (*TEXTS, *SWITCHES):
            print(f"{name}={getattr(clinic, name, '')}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
