"""Resolve every package anew and write the lock files, with hashes and without hosts.

Run: ``python -m scripts.lock``. Python's come from ``requirements/*.in``, the tools' from
``scripts/tools/package.json``; the front end's follow from the pages, at the next build.
"""

import os
import subprocess
import sys

from scripts.tools import ROOT, npm

REQUIREMENTS = ROOT / "requirements"
# The oldest Python the portal runs on; markers in the locks cover the newer ones.
PYTHON = "3.11"


def main() -> int:
    """Write the three lock files; return the exit code."""
    for name in ("app", "test"):
        compile_python(name)
    npm(
        *("install", "--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund"),
        *("--omit-lockfile-registry-resolved", "--loglevel=error"),
        cwd=ROOT / "scripts" / "tools",
    )
    print("The locks are new; run make test before committing them.")
    return 0


def compile_python(name: str) -> None:
    """Lock one set of Python packages for every platform."""
    subprocess.run(
        [
            *(ROOT / ".venv" / "bin" / "uv", "pip", "compile", "--quiet", "--upgrade"),
            *("--universal", "--python-version", PYTHON, "--generate-hashes"),
            *("--no-header", "--no-emit-index-url", "--no-emit-find-links"),
            *(f"requirements/{name}.in", "--output-file", f"requirements/{name}.txt"),
        ],
        cwd=ROOT,
        env={**os.environ, **pip_index()},
        check=True,
    )


def pip_index() -> dict[str, str]:
    """Return for uv, which does not read pip's configuration, where pip gets its packages."""
    command = [sys.executable, "-m", "pip", "config", "get", "global.index-url"]
    found = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    return {"UV_DEFAULT_INDEX": found} if found and "UV_DEFAULT_INDEX" not in os.environ else {}


if __name__ == "__main__":
    sys.exit(main())
