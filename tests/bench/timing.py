"""Medians and percentiles of what was timed."""

import time
from collections.abc import Callable, Sequence
from statistics import median

WARM_UP = 3


def percentile(values: Sequence[float], percent: int) -> float:
    """Return the smallest value that ``percent`` of all do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


def median_seconds(work: Callable[[], object], runs: int) -> float:
    """Return the median of ``runs`` runs, after a few that do not count."""
    for _run in range(WARM_UP):
        work()
    return median(seconds(work) for _run in range(runs))


def seconds(work: Callable[[], object]) -> float:
    """Return how long one run takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
