"""The portal as a clinic chain runs it: two web processes and two workers behind a proxy."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.servers.portal import Portal, make_portal
from tests.servers.processes import CONNECTED, free_port, listens, sockets, stop, wait_for

WEBS = WORKERS = 2


@dataclass
class Chain(Portal):
    """A portal of several processes; what a walk sees of it is the proxy's address."""

    webs: list[Portal] = field(default_factory=list)
    proxy: subprocess.Popen[bytes] | None = None

    def start_web(self) -> None:
        """Start the proxy and every web process, and wait until all answer."""
        ports = [one.env["PORT"] for one in self.webs]
        own_port = self.url.rsplit(":", 1)[1]
        self.proxy = self._start([sys.executable, "-m", "tests.servers.proxy", own_port, *ports])
        for one in self.webs:
            one.begin()
        wait_for(lambda: listens(int(own_port)), self.proxy, self.log_file)
        for one in self.webs:
            one.wait()

    def stop(self) -> None:
        """Stop every process."""
        for one in self.webs:
            one.stop()
        super().stop()
        if self.proxy:
            stop(self.proxy)

    def holder(self) -> Portal:
        """Return the web process that holds the only open websocket.

        Every other request has a connection of its own, which ends with its answer.
        """
        (holder,) = (one for one in self.webs if sockets(int(one.env["PORT"]), CONNECTED))
        return holder


def make_chain(front_end: Path, database_url: str, folder: Path, **env: str) -> Chain:
    """Return a chain on free ports, not started yet; ``env`` overrides its settings."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    env = {"PORTAL_ORIGIN": url, "PORTAL_PROXIES": "1", **env}
    webs = [make_portal(front_end, database_url, folder, **env) for _ in range(WEBS)]
    log_file = folder / f"chain-{port}.log"
    for one in webs:
        one.log_file = log_file
    return Chain(url, database_url, {**webs[0].env, "PORT": str(port)}, log_file, webs=webs)


@contextmanager
def serving_chain(front_end: Path, database_url: str, folder: Path, **env: str) -> Iterator[Chain]:
    """Run a chain with its workers; ``env`` overrides its settings."""
    chain = make_chain(front_end, database_url, folder, **env)
    try:
        chain.start_web()
        for _number in range(WORKERS):
            chain.start_worker()
        yield chain
    finally:
        chain.stop()


def kill(process: subprocess.Popen[bytes] | None) -> None:
    """End a process and all that it started at once, as a crash of the machine would."""
    assert process
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def freeze(process: subprocess.Popen[bytes] | None) -> None:
    """Stop a process and all that it started in the middle of whatever they do."""
    assert process
    os.killpg(process.pid, signal.SIGSTOP)


def thaw(process: subprocess.Popen[bytes] | None) -> None:
    """Let a frozen process go on."""
    assert process
    os.killpg(process.pid, signal.SIGCONT)
