"""Bring the database to the newest tables: ``python -m portal.migrate`` or `upgrade()`."""

import logging
import sys

from alembic import command
from alembic.config import Config

from portal.config import ROOT, BadSettings, settings


def alembic_config(url: str | None = None) -> Config:
    """Return Alembic's configuration for ``url``, by default the database of the settings."""
    config = Config(ROOT / "alembic.ini")
    config.attributes["url"] = url or settings().database_url
    return config


def upgrade(url: str | None = None) -> None:
    """Run every migration that is missing, in one transaction.

    Several processes may do so at once: one works, the others wait and then find nothing to do.
    """
    command.upgrade(alembic_config(url), "head")


def main() -> int:
    """Migrate with the settings of the environment; return the exit code."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    try:
        upgrade()
    except BadSettings as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
