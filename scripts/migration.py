"""Write a migration from the difference between tables and migrations, for both databases.

Run: ``python -m scripts.migration "what changes"``. Read the result before committing it: the
comparison does not see exclusion constraints, triggers or renamed columns.
"""

import os
import sys
import tempfile
from pathlib import Path

import alembic.command

ROOT = Path(__file__).resolve().parent.parent


def main(message: str) -> int:
    """Compare with a fresh SQLite database at the newest migration; return the exit code."""
    if not message:
        print('Say what changes: make migration m="add the wait list"', file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        # A database of its own: the one being worked with may hold anything.
        url = f"sqlite:///{folder}/kindred.db"
        os.environ.update(PORTAL_MODE="test", DATABASE_URL=url)
        from portal.migrate import alembic_config, upgrade

        if any((ROOT / "alembic" / "versions").glob("*.py")):
            upgrade()
        alembic.command.revision(alembic_config(), message=message, autogenerate=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(" ".join(sys.argv[1:])))
