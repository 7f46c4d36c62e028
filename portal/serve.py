"""Serve the portal: migrations, the web processes and the worker beside them, until Ctrl-C.

Run: ``python -m portal.serve``, after ``make build``. Settings: see README.md, "Configuration".
In demo mode it also fills the demo clinic, once, and prints who can log in.
"""

import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from fcntl import LOCK_SH, flock
from pathlib import Path

from portal import routes
from portal.config import ROOT, BadSettings, Mode, Settings, settings
from portal.db import reading
from portal.migrate import upgrade
from portal.models import Clinic

FRONT_END = ROOT / ".cache" / "front-end" / "current"
STATE = ROOT / "var"
SERVING = STATE / "serving.lock"
SECRET = STATE / "secret"

READY_WITHIN = 60.0
STOP_WITHIN = 10.0


class CannotServe(Exception):
    """The portal cannot start or go on; the text is one sentence for whoever started it."""


def web_command(settings: Settings) -> list[str]:
    """Return the command of the web server, without the environment it needs."""
    # Of several web processes one may die: the others go on until it is there again. A single one
    # takes everything with it, and the supervisor starts afresh.
    several = ("--respawn-failed-workers",) if settings.workers > 1 else ()
    return [
        *(sys.executable, "-m", "granian", "--interface", "asgi", "--factory"),
        *(
            "--host",
            settings.host,
            "--port",
            str(settings.port),
            "--workers",
            str(settings.workers),
            *several,
        ),
        *("--log-level", "warning", "portal.portal:app"),
    ]


def worker_command() -> list[str]:
    """Return the command of the worker."""
    return [sys.executable, "-m", "portal.worker"]


def process_environment(env: Mapping[str, str], front_end: Path) -> dict[str, str]:
    """Return the environment in which Reflex serves a finished build and nothing else.

    In any other mode it would send the text of exceptions to browsers.
    """
    ours = {
        "REFLEX_ENV_MODE": "prod",
        "__REFLEX_SKIP_COMPILE": "true",
        "__REFLEX_MOUNT_FRONTEND_COMPILED_APP": "true",
        "REFLEX_WEB_WORKDIR": str(front_end.resolve()),
        "REFLEX_DIR": str(ROOT / ".cache" / "reflex"),
        "REFLEX_TELEMETRY_ENABLED": "false",
        "REFLEX_CHECK_LATEST_VERSION": "false",
    }
    # Its presence would switch Reflex into its own testing mode.
    return {k: v for k, v in env.items() if k != "PYTEST_CURRENT_TEST"} | ours


def demo_secret() -> str:
    """Return the secret of this checkout's demo, made on first use, for its owner's eyes only."""
    if not SECRET.exists():
        STATE.mkdir(exist_ok=True)
        descriptor = os.open(SECRET, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return SECRET.read_text()


@contextmanager
def served_state() -> Iterator[None]:
    """Hold what tells ``make demo-reset`` that somebody serves from ``var/``."""
    STATE.mkdir(exist_ok=True)
    with SERVING.open("w") as file:
        flock(file, LOCK_SH)
        yield


def hold_port(settings: Settings) -> socket.socket:
    """Return a socket that keeps the port for the web server that is about to start.

    The web server shares its port with whoever asks to share, so that two portals started together
    would each get half of the visitors: the second must notice before.

    Raises:
        CannotServe: somebody else has the port.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    address = (settings.host, settings.port)
    try:
        with socket.socket(family) as probe:
            # Connections that a former server left behind are no reason to refuse.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
        held = socket.socket(family)
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        held.bind(address)
    except OSError as error:
        where = f"{settings.host}:{settings.port}"
        raise CannotServe(
            f"Cannot listen on {where} ({error.strerror}); stop what does, or choose another PORT."
        ) from error
    return held


def ready(settings: Settings) -> bool:
    """Ask the web server whether it can do its work."""
    host = "127.0.0.1" if settings.host == "0.0.0.0" else settings.host
    address = f"http://{f'[{host}]' if ':' in host else host}:{settings.port}{routes.READY}"
    try:
        with urllib.request.urlopen(address, timeout=2):
            return True
    except (urllib.error.URLError, OSError):
        return False


def check_running(running: Mapping[str, subprocess.Popen[bytes]]) -> None:
    """Check that everything still runs.

    Raises:
        CannotServe: something ended by itself.
    """
    for name, process in running.items():
        if process.poll() is not None:
            raise CannotServe(
                f"The {name} ended by itself (code {process.returncode}); stopping the rest."
            )


def stop(running: Mapping[str, subprocess.Popen[bytes]]) -> None:
    """Stop every process, and those it started; whoever does not go in time is ended."""
    for process in running.values():
        process.terminate()
    until = time.monotonic() + STOP_WITHIN
    for process in running.values():
        try:
            process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def check_clinic(settings: Settings) -> None:
    """Find out whose clinic the database holds, before anybody is served from it.

    Raises:
        CannotServe: there is none, or production was pointed at the demo's, whose log-ins have a
            password that everybody knows.
    """
    with reading() as session:
        clinic = session.get(Clinic, "clinic")
    if clinic is None:
        raise CannotServe(
            "The database has no clinic yet; python -m portal.operate clinic makes one (README.md)."
        )
    if settings.mode is Mode.PRODUCTION and clinic.is_demo:
        raise CannotServe(
            "DATABASE_URL names the demo clinic's database, whose log-ins everybody knows; "
            "give production a database of its own."
        )


@contextmanager
def metrics(settings: Settings) -> Iterator[dict[str, str]]:
    """Serve the metrics where a port is set; give what the processes need to be counted.

    Raises:
        CannotServe: somebody else has the port.
    """
    if not settings.metrics_port:
        yield {}
        return
    from portal.web.metrics import counted

    with ExitStack() as stack:
        try:
            environment = stack.enter_context(counted(settings.metrics_port))
        except OSError as error:
            raise CannotServe(
                f"Cannot listen on 127.0.0.1:{settings.metrics_port} ({error.strerror}); "
                "choose another PORTAL_METRICS_PORT."
            ) from error
        yield environment


def run(settings: Settings, stopping: threading.Event) -> None:
    """Serve until ``stopping`` is set.

    Raises:
        CannotServe: it could not start, or a process ended by itself.
    """
    if not (FRONT_END / "build" / "csp.json").exists():
        raise CannotServe("The front end is not built; run make build.")
    upgrade()
    if settings.mode is Mode.DEMO:
        from portal.demo.seed import fill_once

        fill_once()
    check_clinic(settings)
    with metrics(settings) as counted:
        serve(settings, stopping, process_environment({**os.environ, **counted}, FRONT_END))


def serve(settings: Settings, stopping: threading.Event, env: dict[str, str]) -> None:
    """Run the web server and the worker until ``stopping`` is set or one of them ends."""
    commands = {"web server": web_command(settings), "worker": worker_command()}
    running: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name, command in commands.items():
            # In sessions of their own, so that Ctrl-C reaches them once, through stop().
            running[name] = subprocess.Popen(command, cwd=ROOT, env=env, start_new_session=True)
        until = time.monotonic() + READY_WITHIN
        while not ready(settings) and not stopping.wait(0.1):
            check_running(running)
            if time.monotonic() > until:
                raise CannotServe(
                    f"The portal was not ready within {READY_WITHIN:.0f} s; {routes.READY} says "
                    "which part fails."
                )
        if not stopping.is_set():
            greet(settings)
        while not stopping.wait(0.2):
            check_running(running)
    finally:
        stop(running)


def greet(settings: Settings) -> None:
    """Say where the portal is and, in the demo, who can log in."""
    print(f"Kindred runs on {settings.origin} (Ctrl-C stops it).", flush=True)
    if settings.mode is Mode.DEMO:
        from portal.demo.logins import log_ins

        print(log_ins(), flush=True)


def main() -> int:
    """Serve with the settings of the environment; return the exit code."""
    # What it writes, the database above all, is nobody else's to read.
    os.umask(0o077)
    if os.environ.get("PORTAL_MODE") == Mode.DEMO:
        os.environ.setdefault("PORTAL_SECRET_KEY", demo_secret())
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stopping.set())
    try:
        with served_state(), hold_port(settings()):
            run(settings(), stopping)
    except (BadSettings, CannotServe) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
