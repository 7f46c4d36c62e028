"""A Redis server of our own, in memory only."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.processes import free_port, listens, stop, wait_for
from tests.servers.programs import redis_program


@contextmanager
def redis_server() -> Iterator[str]:
    """Run a server; give the address of its database 0.

    Raises:
        Missing: Redis is not on this machine.
    """
    program, port = redis_program(), free_port()
    with tempfile.TemporaryDirectory(prefix="kindred-redis-") as folder:
        log = Path(folder) / "log"
        nothing_on_disk = ("--save", "", "--appendonly", "no", "--dir", folder)
        with log.open("w") as output:
            server = subprocess.Popen(
                [program, "--port", str(port), "--bind", "127.0.0.1", *nothing_on_disk],
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        try:
            wait_for(lambda: listens(port), server, log)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            stop(server)
