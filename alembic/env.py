"""Run migrations: one metadata for SQLite and PostgreSQL, one transaction, one at a time."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection, Engine, text
from sqlmodel import AutoString

from portal import models
from portal.config import settings
from portal.db import make_engine
from portal.models.columns import UtcDateTime

# Importing the tables is what fills the metadata.
METADATA = models.Visit.metadata

# Any fixed number: whoever holds this lock of the database migrates, everybody else waits.
MIGRATION_LOCK = 5_140_555_0140


def render_item(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Write our column types into a new migration by their plain names."""
    if kind == "type" and isinstance(item, UtcDateTime):
        autogen.imports.add("from portal.models.columns import UtcDateTime")
        return "UtcDateTime()"
    if kind == "type" and isinstance(item, AutoString):
        return "sa.String()"
    return False


def migrate(connection: Connection) -> None:
    """Bring the database to the revision that was asked for, all or nothing."""
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        # SQLite cannot alter most things: Alembic then copies the table.
        render_as_batch=True,
        compare_type=True,
        compare_server_default=True,
        render_item=render_item,
        # SQLite has transactional DDL; Alembic only thinks it has not, because of the old driver.
        transactional_ddl=True,
    )
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
        context.run_migrations()
        if connection.dialect.name == "sqlite":
            broken = connection.execute(text("PRAGMA foreign_key_check")).first()
            if broken:
                raise RuntimeError(f"The migration left rows of {broken[0]} that refer to nothing.")


def run(engine: Engine) -> None:
    """Open the one connection of this run; on SQLite ``writes`` queues several processes."""
    with engine.connect().execution_options(writes=True) as connection:
        if connection.dialect.name == "sqlite":
            # Copying a table drops the old one, which must not be taken for deleting its rows.
            # The switch does nothing inside a transaction, which SQLAlchemy would begin.
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")  # pyright: ignore[reportOptionalMemberAccess]
        migrate(connection)
    engine.dispose()


if context.is_offline_mode():
    raise SystemExit("Migrations need the database itself; --sql is not supported.")

run(make_engine(context.config.attributes.get("url") or settings().database_url))
