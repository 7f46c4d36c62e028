"""Copy a SQLite database while it is in use; PostgreSQL brings ``pg_dump`` for that."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import make_url


class CannotBackUp(Exception):
    """The database could not be copied; the text is one sentence for whoever asked."""


def back_up(database_url: str, target: Path) -> None:
    """Write all that is committed now into the new file ``target``, for its owner's eyes only.

    Nobody has to stop: SQLite copies from one reading transaction.

    Raises:
        CannotBackUp: it is no SQLite database, the file is there already, or the disk refuses.
    """
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        raise CannotBackUp("This copies SQLite files; use pg_dump (docs/operations.md).")
    if not Path(url.database).exists():
        raise CannotBackUp(f"There is no database {url.database}.")
    unfinished = target.with_name(f"{target.name}.part")
    try:
        # Made first and by nobody else, so that it is never readable by others, not even for a
        # moment; and under another name, so that a copy cut short is not taken for a whole one.
        target.touch(mode=0o600, exist_ok=False)
        with closing(sqlite3.connect(url.database)) as database:
            unfinished.touch(mode=0o600)
            database.execute("VACUUM INTO ?", [str(unfinished)])
        _check(unfinished)
        with unfinished.open("rb") as copy:
            os.fsync(copy.fileno())
        unfinished.replace(target)
    except FileExistsError:
        raise CannotBackUp(f"{target} is there already; name a new file.") from None
    except (OSError, sqlite3.Error) as error:
        unfinished.unlink(missing_ok=True)
        target.unlink(missing_ok=True)
        raise CannotBackUp(f"{target} could not be written: {error}.") from error


def _check(copy: Path) -> None:
    """Read the whole copy once.

    Raises:
        sqlite3.DatabaseError: it is damaged.
    """
    with closing(sqlite3.connect(copy)) as database:
        if database.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise sqlite3.DatabaseError("the copy is damaged")
