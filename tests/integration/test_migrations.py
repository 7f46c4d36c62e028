"""The migrations make, on both kinds of database, what the tables in the code say, and undo it."""

import secrets
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Engine, create_engine, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from portal.config import ROOT
from portal.db import make_engine
from portal.ids import new_id
from portal.migrate import alembic_config, upgrade
from portal.models import ClaimedUnit, Grant, RelationshipSide, Visit
from tests import builders


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the address of a database without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/empty.db"
        return
    server = make_url(request.getfixturevalue("postgres_url"))
    name = f"empty_{secrets.token_hex(4)}"
    administration = create_engine(server, isolation_level="AUTOCOMMIT")
    with administration.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield server.set(database=name).render_as_string(hide_password=False)
    with administration.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    administration.dispose()


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """Give a migrated database, past the settings."""
    engine = make_engine(database_url)
    yield engine
    engine.dispose()


def tables(url: str) -> set[str]:
    engine = make_engine(url)
    found = set(inspect(engine).get_table_names())
    engine.dispose()
    return found


def test_the_migrations_make_exactly_the_tables_of_the_code(empty_url: str) -> None:
    upgrade(empty_url)
    command.check(alembic_config(empty_url))  # raises where they differ


def test_going_back_to_nothing_and_forth_again_works(empty_url: str) -> None:
    upgrade(empty_url)
    made = tables(empty_url)
    command.downgrade(alembic_config(empty_url), "base")
    assert tables(empty_url) == {"alembic_version"}
    upgrade(empty_url)
    assert tables(empty_url) == made


def test_migrating_again_changes_nothing(empty_url: str) -> None:
    upgrade(empty_url)
    upgrade(empty_url)
    assert "visit" in tables(empty_url)


def test_two_processes_may_migrate_at_once(empty_url: str) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "portal.migrate"],
            cwd=ROOT,
            env={"DATABASE_URL": empty_url, "PORTAL_MODE": "test", "PATH": "/usr/bin:/bin"},
            stderr=subprocess.PIPE,
            text=True,
        )
        for _each in range(2)
    ]
    said = [process.communicate(timeout=60)[1] for process in processes]
    assert [process.returncode for process in processes] == [0, 0], said
    assert sum("Running upgrade" in text for text in said) == 1, said


def test_every_constraint_has_a_readable_name(engine: Engine) -> None:
    inspector = inspect(engine)
    for table in inspector.get_table_names():
        if table == "alembic_version":
            continue
        assert inspector.get_pk_constraint(table)["name"] == f"pk_{table}"
        for constraint in (
            *inspector.get_foreign_keys(table),
            *inspector.get_unique_constraints(table),
            *inspector.get_check_constraints(table),
        ):
            assert constraint["name"], (table, constraint)
            assert table in str(constraint["name"])


def test_no_unit_of_anybodys_time_can_be_claimed_twice(engine: Engine) -> None:
    assert inspect(engine).get_pk_constraint("claimed_unit")["constrained_columns"] == [
        "resource_id",
        "unit",
    ]
    with Session(engine.execution_options(writes=True)) as session:
        visit_ids = [add_visit(session, day) for day in (3, 4)]
        session.add(ClaimedUnit(resource_id="somebody", unit=1, held_by=visit_ids[0]))
        session.flush()
        session.add(ClaimedUnit(resource_id="somebody", unit=1, held_by=visit_ids[1]))
        with pytest.raises(IntegrityError):
            session.flush()


def test_postgresql_refuses_overlapping_visits_even_without_units(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            sql = "SELECT count(*) FROM sqlite_master WHERE sql LIKE '%EXCLUDE%'"
            assert connection.execute(text(sql)).scalar_one() == 0
        return
    with Session(engine) as session:
        first = session.get_one(Visit, add_visit(session, 3))
        later = first.starts_at + timedelta(minutes=30)
        session.add(visit_like(first, starts_at=later))  # begins when the first one ends
        session.flush()
        session.add(visit_like(first, starts_at=later, cancelled_at=later))
        session.flush()
        session.add(visit_like(first, starts_at=first.starts_at + timedelta(minutes=25)))
        with pytest.raises(IntegrityError, match="ex_visit_practitioner_id_overlap"):
            session.flush()


def test_there_is_one_live_relationship_between_two_people(engine: Engine) -> None:
    with Session(engine.execution_options(writes=True)) as session:
        one, other = (builders.add_patient(session) for _each in range(2))
        first = builders.relate(session, one, other)
        session.get_one(RelationshipSide, (first, one)).ended_at = builders.local(
            builders.in_days(0), 9
        )
        session.get_one(RelationshipSide, (first, other)).ended_at = builders.local(
            builders.in_days(0), 9
        )
        session.flush()
        builders.relate(session, one, other)
        with pytest.raises(IntegrityError):
            builders.relate(session, one, other)


def test_a_permission_is_live_once_between_two_people(engine: Engine) -> None:
    with Session(engine.execution_options(writes=True)) as session:
        one, other = (builders.add_patient(session) for _each in range(2))
        relationship_id = builders.relate(session, one, other)
        builders.give(session, relationship_id, one, other, builders.Permission.BOOK)
        session.add(grant_with(relationship_id, one, other, ended=True))
        session.flush()
        session.add(grant_with(relationship_id, one, other, ended=False))
        with pytest.raises(IntegrityError):
            session.flush()


def test_an_address_is_unique_among_confirmed_accounts_only(engine: Engine) -> None:
    with Session(engine.execution_options(writes=True)) as session:
        builders.add_person(session, email="a@example.test")
        builders.add_person(session, email="a@example.test", verified=False)
        builders.add_person(session, email="a@example.test", verified=False)
        with pytest.raises(IntegrityError):
            builders.add_person(session, email="a@example.test")


def add_visit(session: Session, day: int) -> str:
    """Add a visit in a clinic of its own making."""
    if session.get(builders.Clinic, "clinic") is None:
        builders.add_clinic(session)
    service_id = builders.add_service(session)
    practitioner_id = builders.add_practitioner(session, [service_id])
    at = builders.local(builders.in_days(day), 9)
    patient_id = builders.add_patient(session)
    return builders.add_visit(session, patient_id, practitioner_id, service_id, at)


def visit_like(visit: Visit, **changes: Any) -> Visit:
    """Return a visit of half an hour that claims nothing."""
    values: dict[str, Any] = (
        visit.model_dump() | {"id": new_id(), "request_key": new_id()} | changes
    )
    values["ends_at"] = values["starts_at"] + timedelta(minutes=30)
    return Visit(**values)


def grant_with(relationship_id: str, owner: str, holder: str, *, ended: bool) -> Grant:
    now = builders.clock.now()
    return Grant(
        id=new_id(),
        relationship_id=relationship_id,
        owner_id=owner,
        holder_id=holder,
        permission=builders.Permission.BOOK,
        given_by="system",
        given_at=now,
        ended_at=now if ended else None,
    )
