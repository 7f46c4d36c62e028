"""Fresh migrated databases, copied from one template, so that each test can have its own."""

import secrets
import shutil
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from portal.migrate import upgrade


class Databases(ABC):
    """Makes databases of one kind."""

    @abstractmethod
    def new(self) -> str:
        """Return the address of a new migrated, empty database."""

    @abstractmethod
    def drop(self, url: str) -> None:
        """Remove a database; whoever is connected is cut off."""


class SqliteDatabases(Databases):
    """Copies of one SQLite file."""

    def __init__(self, folder: Path) -> None:
        """Migrate the template in ``folder``."""
        self._folder = folder
        self._template = folder / "template.db"
        upgrade(f"sqlite:///{self._template}")

    def new(self) -> str:
        """Copy the template."""
        file = self._folder / f"{secrets.token_hex(8)}.db"
        shutil.copy(self._template, file)
        return f"sqlite:///{file}"

    def drop(self, url: str) -> None:
        """Remove the file and what SQLite keeps beside it."""
        file = Path(url.removeprefix("sqlite:///"))
        for part in self._folder.glob(f"{file.name}*"):
            part.unlink(missing_ok=True)


class PostgresDatabases(Databases):
    """Copies of one database on a PostgreSQL server."""

    def __init__(self, server_url: str) -> None:
        """Migrate the template on the server that ``server_url`` leads to."""
        self._server = make_url(server_url)
        self._template = f"template_{secrets.token_hex(4)}"
        self._run(f"CREATE DATABASE {self._template}")
        upgrade(self._url(self._template))

    def new(self) -> str:
        """Copy the template."""
        name = f"kindred_{secrets.token_hex(8)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {self._template}")
        return self._url(name)

    def drop(self, url: str) -> None:
        """Drop the database."""
        self._run(f"DROP DATABASE IF EXISTS {make_url(url).database} WITH (FORCE)")

    def _url(self, name: str) -> str:
        return self._server.set(database=name).render_as_string(hide_password=False)

    def _run(self, sql: str) -> None:
        engine = create_engine(self._server, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(sql))
        engine.dispose()


@contextmanager
def new_database(databases: Databases) -> Iterator[str]:
    """Give the address of a new database and drop it afterwards."""
    url = databases.new()
    try:
        yield url
    finally:
        databases.drop(url)
