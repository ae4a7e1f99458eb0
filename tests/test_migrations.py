"""Models and migrations agree, and every step can be taken back."""

from datetime import date

import pytest
from alembic import command
from sqlalchemy import CheckConstraint, inspect, select
from sqlalchemy.orm import Session

from portal import migrations
from portal.db import Base, make_engine
from portal.ratings import counts
from portal.ratings.kinds import Channel, Proof
from portal.ratings.models import Rating, Score, Wave


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


def test_every_check_of_the_models_is_in_the_database(engine):
    """Alembic compares columns and keys, and not what a CHECK demands."""
    migrations.upgrade(engine)
    found = inspect(engine)
    for table in Base.metadata.tables.values():
        wanted = {c.name for c in table.constraints if isinstance(c, CheckConstraint)}
        there = {c["name"] for c in found.get_check_constraints(table.name)}
        assert there == wanted, table.name


def test_ratings_given_before_there_were_waves_keep_their_place(engine):
    command.upgrade(migrations._config(engine), "0006")
    with engine.begin() as connection:
        for statement in OLD_RATINGS:
            connection.exec_driver_sql(statement)
    migrations.upgrade(engine)
    with Session(engine) as s:
        (wave,) = s.scalars(select(Wave))
        assert (wave.number, wave.opens_on, wave.closes_on) == (1, date(2026, 2, 28), None)
        first, second = s.scalars(select(Rating).order_by(Rating.id))
        assert (first.proof, first.channel, first.town_code) == (Proof.NONE, Channel.WEB, "t1")
        assert first.said_at > first.given_at
        assert second.said_at == second.given_at
        assert [r.level for r in first.revisions] == [2]
        assert not counts.is_wrong(s, 1, 10)
        assert s.get_one(Score, 1).others == 2
        s.rollback()
    for step in ("0006", "head"):
        go = command.downgrade if step == "0006" else command.upgrade
        go(migrations._config(engine), step)
    with Session(engine) as s:
        assert len(s.scalars(select(Rating)).all()) == 2


OLD_RATINGS = (
    "INSERT INTO town (code, name, sort_order) VALUES ('t1', '城关镇', 1)",
    "INSERT INTO project (id, code, year, source_key, sort_order, number, name, content, field, "
    "place, town_code, department_text, amount_text, due_text, status, progress_text, "
    "completed_on, updated_at) VALUES (1, '2026-01', 2026, 'k', 1, '1', '供水', '', '', '', "
    "'t1', '', '', '', 'completed', '', '2026-02-28', '2026-03-01 00:00:00')",
    "INSERT INTO rating (id, project_id, rater, level, comment, comment_visibility, given_at, "
    "changed_at, version) VALUES "
    "(1, 1, 'a', 4, '好', 'public', '2026-03-02 01:00:00', '2026-03-03 01:00:00', 2), "
    "(2, 1, 'b', 1, '', 'private', '2026-03-02 02:00:00', NULL, 1)",
    "INSERT INTO rating_revision (rating_id, level, comment, replaced_at) "
    "VALUES (1, 2, '', '2026-03-03 01:00:00')",
)
"""Two ratings of one project as the shape before waves held them."""
