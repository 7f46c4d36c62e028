"""The portal itself, as it is served: granian with a finished front end, the worker beside it."""

import os
import re
import subprocess
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from portal.config import ROOT, read_settings
from portal.serve import process_environment, web_command, worker_command
from tests.servers.processes import free_port, stop, wait_for

SECRET_KEY = "only-for-tests-" * 4
OURS = re.compile("PORTAL_.*|PORT|(DATABASE|REDIS|SMTP)_URL")


@dataclass
class Portal:
    """A served portal."""

    url: str
    database_url: str
    env: dict[str, str]
    log_file: Path
    web: subprocess.Popen[bytes] | None = None
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def log(self) -> str:
        """Return what the web process and the workers have logged so far."""
        return self.log_file.read_text()

    def start_web(self) -> None:
        """Start the web process and wait for its first answer."""
        self.begin()
        self.wait()

    def begin(self) -> None:
        """Start the web process."""
        self.web = self._start(web_command(read_settings(self.env)))

    def wait(self) -> None:
        """Wait for the first answer of the web process."""
        assert self.web
        wait_for(self._answers, self.web, self.log_file)

    def start_worker(self) -> subprocess.Popen[bytes]:
        """Start one more worker."""
        self.workers.append(self._start(worker_command()))
        return self.workers[-1]

    def restart(self) -> None:
        """Stop the web process and start it anew on the same port and database."""
        if self.web:
            stop(self.web)
        self.start_web()

    def stop(self) -> None:
        """Stop the web process and the workers."""
        for process in (self.web, *self.workers):
            if process:
                stop(process)

    def _start(self, command: list[str]) -> subprocess.Popen[bytes]:
        with self.log_file.open("a") as log:
            return subprocess.Popen(
                command, cwd=ROOT, env=self.env, stdout=log, stderr=log, start_new_session=True
            )

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=5):
                return True
        except urllib.error.HTTPError:
            # A fresh database has no clinic yet, so that the portal is not healthy; it is there.
            return True
        except OSError:
            return False


def make_portal(front_end: Path, database_url: str, folder: Path, **env: str) -> Portal:
    """Return a portal on a free port, not started yet; ``env`` overrides its settings."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    inherited = {name: value for name, value in os.environ.items() if not OURS.fullmatch(name)}
    settings = {
        "PORTAL_MODE": "test",
        "PORT": str(port),
        "PORTAL_ORIGIN": url,
        "DATABASE_URL": database_url,
        "PORTAL_SECRET_KEY": SECRET_KEY,
        # All tests come from one address; those of the limits themselves set it to 1.
        "PORTAL_RATE_FACTOR": "1000",
    }
    complete = process_environment({**inherited, **settings, **env}, front_end)
    return Portal(url, database_url, complete, folder / f"portal-{port}.log")
