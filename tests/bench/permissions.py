"""One permission check, and the list of everyone I may act for, among many relationships."""

from itertools import cycle

from portal.booking.service import list_bookable_people
from portal.db import reading
from portal.ids import AccountId, PatientId
from portal.permissions import Action, Actor, can
from tests.bench.bulk import add_relationships
from tests.bench.figures import Figures
from tests.bench.ground import Ground
from tests.bench.timing import median_seconds

SIZES = {"1k": 1_000, "100k": 100_000}
CHECKS = 2000
LISTS = 300


class WrongAnswer(Exception):
    """A measured question was not answered as it had to be."""


def measure(ground: Ground) -> Figures:
    """Ask about many different families, so that no answer is one that was just given."""
    figures: Figures = {}
    for name, count in SIZES.items():
        with ground.database() as url:
            pairs = add_relationships(url, count)
            figures[f"permission_check_us_{name}"] = _check_us(pairs)
            if name == "100k":
                figures[f"visible_list_ms_{name}"] = _list_ms(pairs)
    return figures


def _actor(patient_id: str) -> Actor:
    return Actor(patient_id=PatientId(patient_id), account_id=AccountId("any"))


def _check_us(pairs: list[tuple[str, str]]) -> float:
    """Return the time of one check, half of them about somebody else's child."""
    half = len(pairs) // 2
    strangers = [(adult, pairs[at - half][1]) for at, (adult, _child) in enumerate(pairs)]
    asked = cycle([*((pair, True) for pair in pairs), *((pair, False) for pair in strangers)])
    with reading() as session:

        def check() -> None:
            (adult, child), expected = next(asked)
            if can(session, _actor(adult), Action.VISIT_BOOK, child) != expected:
                raise WrongAnswer(f"{adult} about {child}")

        return median_seconds(check, CHECKS) * 1_000_000


def _list_ms(pairs: list[tuple[str, str]]) -> float:
    adults = cycle([adult for adult, _child in pairs])

    def ask() -> None:
        with reading() as session:
            if len(list_bookable_people(session, _actor(next(adults)))) < 2:
                raise WrongAnswer("nobody to book for")

    return median_seconds(ask, LISTS) * 1000
