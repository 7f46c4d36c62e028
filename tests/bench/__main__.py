"""Measure the portal: ``python -m tests.bench [part ...]``; all parts write ``bench.json``.

With ``BENCH_BEFORE=<an earlier bench.json>`` the table shows what has changed.
"""

import importlib
import os
import sys
import time
from pathlib import Path

from tests.bench.figures import Figures
from tests.bench.ground import make_ground
from tests.bench.report import BENCH_JSON, load, save, table

PARTS = (
    "start",
    "browser",
    "events",
    "bookings",
    "stress",
    "permissions",
    "staff_search",
    "availability",
    "together",
    "mails",
)

QUIET = 1.5  # the load average, in processes, above which others distort the figures


def main(wanted: list[str]) -> int:
    """Measure the parts wanted, or all; return the exit code."""
    unknown = [name for name in wanted if name not in PARTS]
    if unknown:
        print(f"No such part: {', '.join(unknown)}. There are: {', '.join(PARTS)}.")
        return 2
    earlier = os.environ.get("BENCH_BEFORE")
    before = load(Path(earlier)) if earlier else None
    if os.getloadavg()[0] > QUIET:
        print(f"The machine is busy (load {os.getloadavg()[0]:.1f}): figures will be worse.")
    figures: Figures = {}
    started = time.monotonic()
    try:
        with make_ground() as ground:
            for name in wanted or PARTS:
                part_started = time.monotonic()
                print(f"{name} ... ", end="", file=sys.stderr, flush=True)
                figures |= importlib.import_module(f"tests.bench.{name}").measure(ground)
                print(f"{time.monotonic() - part_started:.0f} s", file=sys.stderr, flush=True)
    finally:  # what was measured before a part failed is worth knowing too
        print(table(figures, before))
    if not wanted:
        save(figures)
        print(f"\n{BENCH_JSON.name} written in {time.monotonic() - started:.0f} s.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
