"""What every part stands on: a temporary folder, fresh databases, the front end, served portals."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from scripts import front_end
from tests.racing import use
from tests.servers.databases import Databases, PostgresDatabases, SqliteDatabases
from tests.servers.portal import OURS, Portal, make_portal
from tests.servers.postgres import DURABLE, postgres_server

KINDS = ("sqlite", "postgres")


@dataclass
class Ground:
    """A folder that goes away, and what is made in it."""

    folder: Path
    postgres_url: str

    @cached_property
    def front_end(self) -> Path:
        """Return the build of the present sources."""
        return front_end.build()

    @cached_property
    def _databases(self) -> dict[str, Databases]:
        return {
            "sqlite": SqliteDatabases(self.folder),
            "postgres": PostgresDatabases(self.postgres_url),
        }

    @contextmanager
    def database(self, kind: str = "sqlite") -> Iterator[str]:
        """Let this process work on a fresh migrated database; give its address."""
        databases = self._databases[kind]
        url = databases.new()
        use(url)
        try:
            yield url
        finally:
            use("sqlite:///:memory:")
            databases.drop(url)

    @contextmanager
    def served(self, database_url: str) -> Iterator[Portal]:
        """Serve a database that has been filled, without a worker."""
        secret = os.environ["PORTAL_SECRET_KEY"]
        portal = make_portal(self.front_end, database_url, self.folder, PORTAL_SECRET_KEY=secret)
        try:
            portal.start_web()
            yield portal
        finally:
            portal.stop()


@contextmanager
def make_ground() -> Iterator[Ground]:
    """Start the PostgreSQL server; afterwards nothing is left of it and of the folder.

    Whoever measures may have a clinic in their environment; it must never be reached.
    """
    for name in [name for name in os.environ if OURS.fullmatch(name)]:
        del os.environ[name]
    os.environ.update(
        PORTAL_MODE="test",
        DATABASE_URL="sqlite:///:memory:",
        PORTAL_SECRET_KEY="only-for-measuring-" * 3,
    )
    with (
        tempfile.TemporaryDirectory(prefix="kindred-bench-") as folder,
        postgres_server(DURABLE) as postgres_url,
    ):
        yield Ground(Path(folder), postgres_url)
