"""Projects for tests of their pages, and what reads a page."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from portal.projects.kinds import ProjectStatus
from portal.projects.models import Project
from portal.ratings import actions as ratings
from portal.ratings.models import Rating
from tests import factories
from tests.public.rows import NOW, add


def running(s: Session, **more: object) -> Project:
    """A project under way that has been promised for the end of November."""
    unit = factories.department(s)
    project = factories.project(
        s,
        status=ProjectStatus.IN_PROGRESS,
        unit=unit,
        percent=None,
        reported_on=None,
        promised_on=date(2026, 11, 30),
        **more,
    )
    for by, percent in (("2026-06-30", "50"), ("2026-10-31", "75"), ("2026-11-30", "100")):
        add(s, project, "plan", by_on=by, percent=percent)
    return project


def accepted(s: Session, day: date = date(2026, 5, 6)) -> Project:
    """A project that was accepted in May."""
    project = running(s)
    add(
        s,
        project,
        "acceptance",
        accepted_on=day.isoformat(),
        by="县住建局",
        standard="GB 50268-2008",
        result="passed",
        is_final=True,
    )
    return project


def heard_of(s: Session, given: list[Rating]) -> None:
    """Let the words of ratings be read."""
    for rating in given:
        ratings.decide_comment(s, rating, publish=True, actor=factories.MODERATOR, at=NOW)


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """Count what a block asks of the database."""
    found: list[str] = []
    engine = app.extensions["engine"]

    def note(_conn, _cursor, statement, *_rest):
        found.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield found
    event.remove(engine, "before_cursor_execute", note)


def words(page) -> str:
    """The text of a page with its markup and its idle blanks gone."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))
