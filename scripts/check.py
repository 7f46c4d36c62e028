"""Run every quick check side by side and show what each one found.

Run: ``python -m scripts.check``. The commands are the list below; each also works by itself.
"""

import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from scripts.tools import ROOT

SOURCES = ("portal", "tests", "scripts", "alembic", "rxconfig.py")
QUICK = ("tests/unit", "tests/permissions", "tests/architecture")
BIN = ROOT / ".venv" / "bin"

CHECKS = {
    "format": (BIN / "ruff", "format", "--check", *SOURCES),
    "ruff": (BIN / "ruff", "check", *SOURCES),
    "types": (BIN / "basedpyright",),
    "imports": (BIN / "lint-imports",),
    "quick tests": (sys.executable, "-m", "pytest", "-q", *QUICK),
}


def run(command: Sequence[str | Path]) -> subprocess.CompletedProcess[str]:
    """Run one check and keep what it says."""
    return subprocess.run(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )


def main() -> int:
    """Run the checks; return the exit code."""
    started = time.monotonic()
    failed: list[str] = []
    with ThreadPoolExecutor() as pool:
        for name, done in zip(CHECKS, pool.map(run, CHECKS.values()), strict=True):
            if done.returncode:
                failed.append(name)
                print(f"---- {name} ----\n{done.stdout}", flush=True)
    seconds = time.monotonic() - started
    verdict = f"Failed: {', '.join(failed)}." if failed else f"All good: {', '.join(CHECKS)}."
    print(f"{verdict} ({seconds:.0f} s)")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
