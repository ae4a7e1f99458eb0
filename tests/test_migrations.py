"""Models and migrations agree, and every step can be taken back."""

import pytest
from alembic import command
from sqlalchemy import inspect

from portal import migrations
from portal.db import Base, make_engine


@pytest.fixture
def engine(database_url, tmp_path):
    """An empty database: on PostgreSQL a schema-less one of its own."""
    if database_url.startswith("sqlite"):
        engine = make_engine(f"sqlite:///{tmp_path / 'steps.sqlite'}")
    else:
        server = make_engine(database_url).execution_options(isolation_level="AUTOCOMMIT")
        with server.connect() as connection:
            connection.exec_driver_sql("DROP DATABASE IF EXISTS steps")
            connection.exec_driver_sql("CREATE DATABASE steps")
        server.dispose()
        engine = make_engine(database_url.replace("/postgres?", "/steps?"))
    yield engine
    engine.dispose()


def test_the_models_are_what_the_migrations_make(engine):
    migrations.upgrade(engine)
    assert migrations.differences(engine) == ""


def test_every_step_can_be_taken_back_and_forth(engine):
    migrations.upgrade(engine)
    tables = set(inspect(engine).get_table_names())
    assert set(Base.metadata.tables) < tables
    command.downgrade(migrations._config(engine), "base")
    assert set(inspect(engine).get_table_names()) == {"alembic_version"}
    migrations.upgrade(engine)
    assert set(inspect(engine).get_table_names()) == tables
