"""Build the front end once for each state of its sources, into ``.cache/front-end/<hash>/``.

A finished build is never touched again, so a server keeps serving the one it started with while
the next is made. Run: ``python -m scripts.front_end`` (prints nothing when there is nothing to do).
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from scripts.tools import CACHE, ROOT, environment, install, locked

BUILDS = CACHE / "front-end"
CURRENT = BUILDS / "current"
KEPT = 3

WEB = ROOT / ".web"
LOCKS = ROOT / "reflex.lock"


def build() -> Path:
    """Return the folder of the build of the present sources, making it first where needed.

    The folder is what Reflex calls its web directory, as far as serving needs it.
    """
    install()
    with locked("front-end"):
        code = digest(code_files())
        target = _folder(code)
        if not target.exists():
            started = time.monotonic()
            print("Building the front end.", flush=True)
            _run_reflex()
            # Only now: the locks count too, and the first build after a new package completes them.
            target = _folder(code)
            _keep(target)
            print(f"Built in {time.monotonic() - started:.0f} s.", flush=True)
        _point_at(target)
        _forget_old(target)
    return target


def code_files() -> Iterator[Path]:
    """Yield every file of ours, but for the package locks, that can change what browsers get."""
    yield from sorted((ROOT / "portal").rglob("*.py"))
    yield from sorted(f for f in (ROOT / "assets").rglob("*") if f.is_file())
    yield from (ROOT / name for name in ("rxconfig.py", "requirements/app.txt"))
    yield ROOT / "scripts" / "tools" / "package-lock.json"


def digest(files: Iterable[Path]) -> str:
    """Return a hash over files, their names included."""
    total = hashlib.sha256()
    for file in files:
        total.update(f"{file.relative_to(ROOT)}\0".encode())
        total.update(file.read_bytes())
    return total.hexdigest()


def _folder(code: str) -> Path:
    locks = digest(sorted(LOCKS.glob("*")))
    return BUILDS / hashlib.sha256(f"{code} {locks}".encode()).hexdigest()[:16]


def _run_reflex() -> None:
    _start_afresh_where_plugins_changed()
    log = CACHE / "front-end.log"
    with log.open("w") as output:
        done = subprocess.run(
            [ROOT / ".venv" / "bin" / "reflex", "export", "--frontend-only", "--no-zip"],
            cwd=ROOT,
            env=_build_environment(),
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode or not (WEB / "build" / "csp.json").exists():
        sys.exit(f"{log.read_text()}\nThe front end could not be built; {log} says why.")
    _forget_hosts()


def _build_environment() -> dict[str, str]:
    """Return an environment without our settings: a build holds nothing of where it is served."""
    ours = re.compile("PORTAL_.*|PORT|(DATABASE|REDIS|SMTP)_URL")
    env = {name: value for name, value in environment().items() if not ours.fullmatch(name)}
    # The mode that asks for no settings.
    return {**env, "PORTAL_MODE": "test", "REFLEX_ENV_MODE": "prod"}


def _keep(target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    unfinished = target.with_suffix(".part")
    shutil.rmtree(unfinished, ignore_errors=True)
    shutil.copytree(WEB / "build", unfinished / "build", ignore=shutil.ignore_patterns("server"))
    shutil.copytree(WEB / "backend", unfinished / "backend")
    unfinished.rename(target)


def _start_afresh_where_plugins_changed() -> None:
    """Drop ``.web`` when what shapes it changed: Reflex does not undo what a plugin once wrote."""
    shapers = (
        ROOT / "rxconfig.py",
        *(ROOT / "portal" / name for name in ("build.py", "bundle.py", "bundle_files.py")),
        ROOT / "requirements" / "app.txt",
    )
    wanted = hashlib.sha256(b"".join(f.read_bytes() for f in shapers)).hexdigest()
    stamp = CACHE / "front-end.shape"
    if not stamp.exists() or stamp.read_text() != wanted:
        shutil.rmtree(WEB, ignore_errors=True)
        stamp.write_text(wanted)


def _forget_hosts() -> None:
    """Keep download hosts out of the lock: Bun notes them where the registry is not its default."""
    lock = LOCKS / "bun.lock"
    text = lock.read_text()
    clean = re.sub(r'(\["[^"]+", )"https?://[^"]*"', r'\1""', text)
    if clean != text:
        lock.write_text(clean)


def _point_at(target: Path) -> None:
    """Make ``current`` lead to the build, in one step."""
    if CURRENT.is_symlink() and os.readlink(CURRENT) == target.name:
        return
    following = BUILDS / "following"
    following.unlink(missing_ok=True)
    following.symlink_to(target.name)
    following.replace(CURRENT)


def _forget_old(target: Path) -> None:
    target.touch()
    builds = [d for d in BUILDS.iterdir() if d.is_dir() and not d.is_symlink() and not d.suffix]
    for old in sorted(builds, key=lambda d: d.stat().st_mtime, reverse=True)[KEPT:]:
        shutil.rmtree(old)


def sizes(target: Path) -> dict[str, int]:
    """Return the compressed size in bytes of every file that pages load, largest first."""
    files = [*target.glob("build/client/assets/*.br"), *target.glob("build/client/assets/*.woff2")]
    return {f.name: f.stat().st_size for f in sorted(files, key=lambda f: -f.stat().st_size)}


if __name__ == "__main__":
    try:
        made = build()
    except KeyboardInterrupt:
        sys.exit(130)
    if "--sizes" in sys.argv:
        print(json.dumps(sizes(made), indent=1))
