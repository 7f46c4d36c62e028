"""A database of each kind for the permission tests, made once and left empty by every test."""

import secrets
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url
from sqlmodel import Session, SQLModel

import portal.models  # noqa: F401  (defines the tables)
from portal.db import make_engine
from tests.permissions.family import Family, make_family
from tests.permissions.world import World


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Give a SQLite file with every table."""
    engine = make_engine(f"sqlite:///{tmp_path_factory.mktemp('permissions')}/test.db")
    SQLModel.metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def postgresql(postgres_url: str) -> Iterator[Engine]:
    """Give a PostgreSQL database with every table."""
    server, name = make_url(postgres_url), f"permissions_{secrets.token_hex(4)}"
    administration = create_engine(server, isolation_level="AUTOCOMMIT")
    with administration.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine = make_engine(server.set(database=name).render_as_string(hide_password=False))
    SQLModel.metadata.create_all(engine)
    yield engine
    engine.dispose()
    with administration.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    administration.dispose()


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Give each of the two in turn."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def world(engine: Engine) -> Iterator[World]:
    """Give an empty clinic that is rolled back after the test."""
    with Session(engine.execution_options(writes=True)) as session, session.begin() as transaction:
        yield World(session)
        transaction.rollback()


@pytest.fixture
def database(engine: Engine) -> Iterator[Engine]:
    """Give a database for a test that commits, and empty it afterwards."""
    yield engine
    with engine.execution_options(writes=True).begin() as connection:
        for table in reversed(SQLModel.metadata.sorted_tables):
            connection.execute(table.delete())


@pytest.fixture
def family(database: Engine) -> Family:
    """Give Ann, Bob, Cy and a stranger in a database for a test that commits."""
    return make_family(database)
