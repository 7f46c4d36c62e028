"""Back-up and restore, with the very commands of docs/operations.md, while the portal serves."""

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, inspect, select, table

from portal import clock, db, routes
from portal.backup import CannotBackUp, back_up
from portal.config import ROOT
from portal.db import make_engine
from portal.demo.seed import fill_once
from portal.models import OutboxMessage
from portal.operate import main
from tests.servers.portal import OURS, Portal
from tests.servers.postgres import postgres_server
from tests.servers.programs import postgres_folder

HANDBOOK = ROOT / "docs" / "operations.md"


def tried(name: str) -> str:
    """Return a block of the handbook's commands."""
    pattern = rf"<!-- tried: {re.escape(name)} -->\n```sh\n(.*?)```"
    (block,) = re.findall(pattern, HANDBOOK.read_text(), re.DOTALL)
    return block


def run(name: str, database_url: str, **env: object) -> None:
    """Run a block of the handbook as an operator of that database would."""
    clean = {key: value for key, value in os.environ.items() if not OURS.fullmatch(key)}
    path = f"{postgres_folder()}:{clean['PATH']}"
    # As in a clinic's settings: without the driver that SQLAlchemy wants named.
    ours = {"PORTAL_MODE": "test", "DATABASE_URL": plain(database_url), "PATH": path}
    more = {key: str(value) for key, value in env.items()}
    subprocess.run(["sh", "-euc", tried(name)], cwd=ROOT, env={**clean, **ours, **more}, check=True)


def plain(url: str) -> str:
    """Return a database's address as PostgreSQL's own programs know it."""
    return url.replace("postgresql+psycopg://", "postgresql://")


def counts(url: str) -> dict[str, int]:
    """Return how many rows each table has, that of the migrations included."""
    engine = make_engine(url)
    with engine.connect() as connection:
        names = inspect(connection).get_table_names()
        found = {
            name: connection.scalar(select(func.count()).select_from(table(name))) or 0
            for name in names
        }
    engine.dispose()
    return found


def check_restored(restored: Portal, before: dict[str, int]) -> None:
    """Check that everything is there again and that the portal works on it."""
    assert counts(restored.database_url) == before
    assert before["patient"] > 10
    assert before["alembic_version"] == 1
    assert httpx.get(restored.url + routes.READY, timeout=20).json() == {"ok": True}
    restored.stop()


@pytest.fixture
def filled(database: str) -> str:
    """Give the address of the demo clinic's database."""
    fill_once()
    return database


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_sqlite_database_is_saved_while_it_is_in_use_and_restored(
    filled: str, portal_server: Callable[..., Portal], tmp_path: Path
) -> None:
    backups, data = tmp_path / "backups", tmp_path / "data"
    backups.mkdir()
    data.mkdir()
    (data / "kindred.db-wal").write_text("what a former database left")
    serving = portal_server(database_url=filled)
    before = counts(filled)
    now = clock.now()
    with db.writing() as session:
        # Somebody is in the middle of something, which is not there yet and holds nobody up.
        session.add(
            OutboxMessage(id="1", kind="x", payload={}, dedup="1", created_at=now, run_at=now)
        )
        session.flush()
        run("sqlite back-up", filled, BACKUPS=backups)
    assert (backups / "kindred.db").stat().st_mode & 0o077 == 0
    serving.stop()
    url = f"sqlite:///{data}/kindred.db"
    run("sqlite restore", url, BACKUPS=backups, DATA=data)
    check_restored(portal_server(database_url=url), before)


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_a_postgresql_database_is_saved_while_it_is_in_use_and_restored_into_an_empty_server(
    filled: str, portal_server: Callable[..., Portal], tmp_path: Path
) -> None:
    serving = portal_server(database_url=filled)
    before = counts(filled)
    run("postgresql back-up", filled, BACKUPS=tmp_path)
    serving.stop()
    with postgres_server() as server:
        url = f"{server.removesuffix('/postgres')}/kindred"
        run("postgresql restore", url, BACKUPS=tmp_path, SERVER_URL=plain(server))
        check_restored(portal_server(database_url=url), before)


def test_a_back_up_never_writes_over_another_one(filled: str, tmp_path: Path) -> None:
    there = tmp_path / "kindred.db"
    there.write_text("the last one")
    assert main(["backup", str(there)]) == 2
    assert there.read_text() == "the last one"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_back_up_that_fails_leaves_no_half_a_file(database: str, tmp_path: Path) -> None:
    Path(database.removeprefix("sqlite:///")).write_text("no database at all, but long enough" * 99)
    with pytest.raises(CannotBackUp):
        back_up(database, tmp_path / "kindred.db")
    assert list(tmp_path.iterdir()) == []


def test_only_a_sqlite_file_that_is_there_is_copied(tmp_path: Path) -> None:
    for url in ("postgresql+psycopg://127.0.0.1/kindred", f"sqlite:///{tmp_path}/none.db"):
        with pytest.raises(CannotBackUp):
            back_up(url, tmp_path / "kindred.db")
