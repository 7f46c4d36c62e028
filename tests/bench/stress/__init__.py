"""Eight processes that do everything with a calendar at once, then a look at every line of it."""

import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import asdict

from portal.config import ROOT
from portal.db import reading
from tests.bench.figures import Figures
from tests.bench.ground import KINDS, Ground
from tests.bench.stress.check import faults, overlaps
from tests.bench.stress.scene import Scene, add_scene

PROCESSES = 8
SECONDS = 30
# What a run that put anything to the test has done on each database.
MUST_HAPPEN = frozenset(
    {"book", "order", "group", "seat", "reschedule", "accept", "staff_book", "staff_cancel"}
    | {"time_off", "cancel", "share", "send", "run_out", "keep_house"}
)


class Crashed(Exception):
    """A process ended badly, something never happened, or what there is now contradicts itself."""


def measure(ground: Ground) -> Figures:
    """Return the overlaps on both databases together.

    Raises:
        Crashed: as it says; the text has everything that is wrong.
    """
    found = 0
    for kind in KINDS:
        with ground.database(kind):
            done = run(add_scene())
            missing = MUST_HAPPEN - done.keys()
            with reading() as session:
                found += overlaps(session)
                wrong = faults(session)
            print(f"\n  {kind}: {dict(sorted(done.items()))}", file=sys.stderr)
            if wrong or missing:
                raise Crashed("\n".join([f"{kind}: never done: {sorted(missing)}", *wrong]))
    return {"overlaps_after_stress": found}


def run(scene: Scene, seconds: float = SECONDS, count: int = PROCESSES) -> Counter[str]:
    """Let ``count`` processes do everything; return how often each thing was done or refused.

    Raises:
        Crashed: one of them ended badly.
    """
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.bench.stress", str(seconds), str(seed)],
            cwd=ROOT,
            env=os.environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed in range(count)
    ]
    total: Counter[str] = Counter()
    try:
        for process in processes:
            assert process.stdin
            process.stdin.write(json.dumps(asdict(scene)) + "\n")
            process.stdin.flush()
        for process in processes:
            answer, _errors = process.communicate(timeout=seconds * 4 + 60)
            if process.returncode:
                raise Crashed(f"a process ended with {process.returncode}")
            total += Counter(json.loads(answer))
    finally:
        for process in processes:
            process.kill()
    return total
