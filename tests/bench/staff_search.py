"""The patient search of the front desk, among 200,000 patients."""

from collections.abc import Callable

from portal.db import reading, writing
from portal.permissions import Actor
from portal.staff.patients.service import find_patients
from tests import builders
from tests.bench.bulk import add_named_patients
from tests.bench.figures import Figures
from tests.bench.ground import Ground
from tests.bench.timing import median_seconds

PATIENTS = 200_000
ROUNDS = 12
# What a receptionist types, key by key and whole: common and rare, one name and two, dates, ends of
# numbers, and what nobody is called.
COMMON = (
    *("m", "ma", "mar", "ro", "rosa", "rosa m", "rosa mar", "mar ro", "m r", "ann lee", "lee 1986"),
    *("obrien", "1986", "555", "rosa 1986", "marlow rosa 555"),
)
RARE = (
    *("27 3 1986", "1986-03-27 ro", "0140", "604 555", "604 555 0140", "rosa marlow 0140"),
    *("zzz", "ro zzz", "annling nunezova-lee"),
)


class WrongAnswer(Exception):
    """A measured question was not answered as it had to be."""


def measure(ground: Ground) -> Figures:
    """Ask each question several times in turn; the figure is the slowest question's median."""
    with ground.database() as url:
        with writing() as session:
            builders.add_clinic(session)
            desk = builders.add_staff(session)
        add_named_patients(url, PATIENTS)
        slowest = max(median_seconds(_ask(desk, typed), ROUNDS) for typed in COMMON + RARE)
    return {"staff_search_ms_200k": slowest * 1000}


def _ask(desk: Actor, typed: str) -> Callable[[], None]:
    def ask() -> None:
        with reading() as session:
            found = find_patients(session, desk, typed)
        if typed in COMMON and not found.patients:
            raise WrongAnswer(typed)

    return ask
