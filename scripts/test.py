"""Run all tests, or one suite, and end with one line that adds up every run.

Run: ``python -m scripts.test [suite] [pytest arguments]``; a suite is a folder of ``tests/``. The
browser tests are a pytest of their own, as Playwright's loop and asyncio's do not share a process.
"""

import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path

from scripts import front_end
from scripts.tools import CACHE, ROOT
from tests.servers.programs import prepare

BROWSER = "e2e"
MOST_SECOND_TRIES = 3
TOGETHER = sorted({file.parent.name for file in (ROOT / "tests").glob("*/test_*.py")} - {BROWSER})


def main(arguments: list[str]) -> int:
    """Set up what the tests need, run them, print the sum; return the exit code."""
    suites = [name for name in (*TOGETHER, BROWSER) if name in arguments[:1]]
    runs = [suites] if suites else [TOGETHER, [BROWSER]]
    rest = arguments[len(suites) :]
    missing = prepare()
    front_end.build()
    total: Counter[str] = Counter()
    for run in runs:
        counts = run_suites(run, rest)
        if run == [BROWSER] and 0 < counts["failed"] <= MOST_SECOND_TRIES:
            counts, again = try_again(counts)
            missing.append(again)
        total += counts
    for sentence in missing:
        print(sentence)
    print(f"{total['passed']} passed, {total['failed']} failed, {total['skipped']} skipped")
    return 1 if total["failed"] or not total["passed"] else 0


def run_suites(suites: list[str], arguments: list[str]) -> Counter[str]:
    """Run pytest once over some suites; return how many tests ended how.

    A run that fails without a failed test, as it crashed or found no test, counts as one failure.
    """
    report = CACHE / f"tests-{suites[0]}.xml"
    report.unlink(missing_ok=True)
    # Each worker has a portal, a browser and a mail server of its own; two keep two cores busy.
    workers = min(os.cpu_count() or 1, 2 if suites == [BROWSER] else 4)
    # By file: what a module sets up for its tests is then set up once.
    spread = ("-n", str(workers), "--dist", "loadfile") if workers > 1 else ()
    command = [sys.executable, "-m", "pytest", *(f"tests/{suite}" for suite in suites)]
    done = subprocess.run(
        [*command, *spread, f"--junitxml={report}", *arguments], cwd=ROOT, check=False
    )
    counts = read_report(report)
    if done.returncode and not counts["failed"]:
        counts["failed"] = 1
    return counts


def try_again(first: Counter[str]) -> tuple[Counter[str], str]:
    """Run the browser tests that failed once more, alone; return the sum and what to say of it.

    A browser on a busy machine can miss a beat. What fails twice is broken, and what needed a
    second try is never passed over in silence.
    """
    failed = first["failed"]
    command = [sys.executable, "-m", "pytest", f"tests/{BROWSER}", "--last-failed"]
    code = subprocess.run([*command, "--last-failed-no-failures=none"], cwd=ROOT, check=False)
    if code.returncode:
        return first, f"{failed} BROWSER TESTS FAILED, ALSO ALONE."
    counts = first + Counter(passed=failed)
    counts["failed"] = 0
    return counts, f"{failed} BROWSER TESTS PASSED ONLY AT THE SECOND TRY; SEE ABOVE WHICH."


def read_report(report: Path) -> Counter[str]:
    """Add up a JUnit report; an error in a fixture or in collecting is a failure too."""
    counts: Counter[str] = Counter()
    if not report.exists():
        return counts
    for suite in ET.parse(report).getroot().iter("testsuite"):  # noqa: S314  pytest wrote it
        tests, skipped = int(suite.get("tests", 0)), int(suite.get("skipped", 0))
        failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        counts += Counter(passed=max(0, tests - skipped - failed), failed=failed, skipped=skipped)
    return counts


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
