"""Times for three people in one search: two weeks of fifty practitioners among many visits."""

from itertools import cycle

from portal.booking.together.rows import Asked
from portal.booking.together.rules import Kind
from portal.booking.together.service import find_together
from portal.db import reading, writing
from portal.models import Offer
from portal.permissions import SIX, Actor
from tests import builders
from tests.bench.availability import PRACTITIONERS, RUNS, SIZES, NoTimes
from tests.bench.bulk import add_visits
from tests.bench.crowd import add_crowd
from tests.bench.figures import Figures
from tests.bench.ground import Ground
from tests.bench.timing import median_seconds

CHILDREN = ("Theo", "Mina")
DAYS = 14
SHORT = 10  # minutes
FIRST_DAY, LAST_DAY = 2, 40


def measure(ground: Ground) -> Figures:
    """Ask in each way for other days each time; the slowest way and size is what counts."""
    found: list[float] = []
    for count in SIZES.values():
        with ground.database() as url:
            crowd = add_crowd(0, PRACTITIONERS)
            rosa, people, short = _add_family(crowd.practitioners)
            add_visits(url, crowd.practitioners, crowd.services[0], count)
            for kind in Kind:
                # The gaps between the visits of `add_visits` are as long as one of them.
                service_id = short if kind == Kind.BACK_TO_BACK else crowd.services[0]
                asked = [Asked(person, service_id) for person in people]
                found.append(_ask_ms(rosa, asked, kind))
    return {"sibling_search_ms": max(found)}


def _add_family(practitioners: list[str]) -> tuple[Actor, list[str], str]:
    """Add three people, and a service of which three fit between two visits."""
    with writing() as session:
        rosa = builders.add_person(session, "Rosa")
        theirs = [builders.add_family_member(session, rosa, name, *SIX) for name in CHILDREN]
        short = builders.add_service(session, "Cleaning", minutes=SHORT)
        session.add_all(Offer(practitioner_id=one, service_id=short) for one in practitioners)
        return rosa, [rosa.me, *theirs], short


def _ask_ms(rosa: Actor, asked: list[Asked], kind: Kind) -> float:
    days = cycle(range(FIRST_DAY, LAST_DAY))

    def ask() -> None:
        first_day = builders.in_days(next(days))
        with reading() as session:
            found = find_together(session, rosa, asked, kind, first_day, DAYS)
        if not found:
            raise NoTimes(f"{kind} from {first_day}")

    return median_seconds(ask, RUNS) * 1000
