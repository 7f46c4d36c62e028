"""A PostgreSQL server of our own, in a temporary folder, without the machine's configuration."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.processes import free_port, listens, stop, wait_for
from tests.servers.programs import postgres_folder

DURABLE = ("max_connections=200",)
# A lost test database costs nothing, so nothing waits for the disk.
SETTINGS = (*DURABLE, "fsync=off", "synchronous_commit=off", "full_page_writes=off")


@contextmanager
def postgres_server(wanted: Iterable[str] = SETTINGS) -> Iterator[str]:
    """Run a server with the settings wanted; give the address of its database ``postgres``.

    Raises:
        Missing: PostgreSQL is not on this machine.
    """
    programs = postgres_folder()
    folder = Path(tempfile.mkdtemp(prefix="kindred-postgres-"))
    data, log, port = folder / "data", folder / "log", free_port()
    try:
        user = _somebody_but_root(folder)
        initdb = [programs / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--no-sync"]
        options = [*initdb, "--encoding=UTF8", "--locale=C.UTF-8"]
        subprocess.run(options, check=True, capture_output=True, cwd=folder, user=user, group=user)
        settings = [*wanted, f"unix_socket_directories={folder}", "listen_addresses=127.0.0.1"]
        flags = [word for setting in settings for word in ("-c", setting)]
        with log.open("w") as output:
            server = subprocess.Popen(
                [programs / "postgres", "-D", data, "-p", str(port), *flags],
                stdout=output,
                stderr=output,
                cwd=folder,
                user=user,
                group=user,
                start_new_session=True,
            )
        try:
            wait_for(lambda: listens(port), server, log)
            yield f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"
        finally:
            # Its fast shutdown: clients are cut off and not waited for.
            stop(server, signal.SIGINT)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _somebody_but_root(folder: Path) -> str | None:
    """Return whom the server must run as, which is not root, and let them have the folder."""
    if os.geteuid() != 0:
        return None
    shutil.chown(folder, "postgres", "postgres")
    return "postgres"
