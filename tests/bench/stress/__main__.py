"""One of the eight, on the database of its environment: ``python -m tests.bench.stress 30 <seed>``.

Its first line says who and what there is; its answer is how often each thing was done or refused.
"""

import json
import random
import sys
import time
from collections import Counter

from sqlalchemy.exc import OperationalError

from portal.db import DEADLOCK
from portal.errors import PortalError
from tests.bench.stress.actions import Actions
from tests.bench.stress.scene import Scene

# Of so many presses, how many are what.
MIX = {
    "book": 6,
    "order": 6,
    "let_go": 1,
    "extend": 1,
    "run_out": 3,
    "group": 3,
    "seat": 4,
    "reschedule": 4,
    "staff_book": 2,
    "staff_cancel": 1,
    "time_off": 1,
    "ask": 1,
    "accept": 3,
    "cancel": 4,
    "look": 2,
    "share": 2,
    "send": 1,
    "keep_house": 1,
}


def main() -> None:
    """Do everything until the time is over."""
    chance = random.Random(int(sys.argv[2]))
    actions = Actions(Scene(**json.loads(sys.stdin.readline())), chance)
    names = [name for name, times in MIX.items() for _time in range(times)]
    until = time.monotonic() + float(sys.argv[1])
    done: Counter[str] = Counter()
    while time.monotonic() < until:
        name = chance.choice(names)
        try:
            done[name if _try(actions, name, done) else f"{name}: nothing to do"] += 1
        except PortalError as error:
            done[f"{name}: {type(error).__name__}"] += 1
    print(json.dumps(done))


def _try(actions: Actions, name: str, done: Counter[str]) -> bool:
    """Do it; like a page, once more where PostgreSQL ended one of two that waited in a circle."""
    try:
        return getattr(actions, name)()
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", "") != DEADLOCK:
            raise
        done[f"{name}: deadlock"] += 1
    return getattr(actions, name)()


if __name__ == "__main__":
    main()
