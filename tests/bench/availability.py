"""Free times among many visits: one practitioner's day, and two weeks of fifty practitioners."""

from itertools import cycle

from portal.booking.service import find_times
from portal.db import reading
from tests import builders
from tests.bench.bulk import add_visits
from tests.bench.crowd import Crowd, add_crowd
from tests.bench.figures import Figures
from tests.bench.ground import Ground
from tests.bench.timing import median_seconds

SIZES = {"100k": 100_000, "1m": 1_000_000}
PRACTITIONERS = 50
RUNS = 40
FIRST_DAY, LAST_DAY = 2, 40


class NoTimes(Exception):
    """A measured question found nothing, so it measured nothing."""


def measure(ground: Ground) -> Figures:
    """Ask for other days each time."""
    figures: Figures = {}
    for name, count in SIZES.items():
        with ground.database() as url:
            crowd = add_crowd(1, PRACTITIONERS)
            add_visits(url, crowd.practitioners, crowd.services[0], count)
            if name == "100k":
                figures["avail_day_ms"] = _ask_ms(crowd, crowd.practitioners, days=1)
            figures[f"avail_2w_any_ms_{name}"] = _ask_ms(crowd, [None], days=14)
    return figures


def _ask_ms(crowd: Crowd, practitioners: list[str] | list[None], days: int) -> float:
    days_and_who = zip(cycle(range(FIRST_DAY, LAST_DAY)), cycle(practitioners), strict=False)

    def ask() -> None:
        later, practitioner_id = next(days_and_who)
        first_day = builders.in_days(later)
        with reading() as session:
            found = find_times(session, None, crowd.services[0], practitioner_id, first_day, days)
        if not any(day.slots for day in found):
            raise NoTimes(str(first_day))

    return median_seconds(ask, RUNS) * 1000
