"""Add a row unless it is there, on both databases and whoever else does the same just now."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel


def add_missing(session: Session, table: type[SQLModel], **values: Any) -> bool:
    """Add a row where none with its key exists; tell whether it was added.

    Of two at once one adds it, after the other has ended.
    """
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    rows = table.__table__  # pyright: ignore[reportAttributeAccessIssue]
    statement = insert(rows).values(**values).on_conflict_do_nothing()
    added = statement.returning(*rows.primary_key.columns)
    session.flush()
    return session.connection().execute(added).first() is not None
