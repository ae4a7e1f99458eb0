"""The invented county: as large as promised, the same every time, never in the future."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from portal.cases.models import Case, CaseEvent
from portal.cases.workflow import State, Visibility
from portal.clock import local_day
from portal.county.models import Town
from portal.demo.actions import is_empty, load
from portal.demo.texts import read
from portal.departments.models import Department
from portal.projects.models import Project, ProjectStatus
from portal.ratings.models import Rating

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


def fill(s, now=NOW):
    return load(s, day=now.date(), at=now, password_hash="x")


def digest(s) -> list[tuple]:
    rows = select(Case.reference, Case.title, Case.state, Case.visibility, Case.due_at)
    ratings = select(Project.code, Rating.level, Rating.comment).join(Rating.project)
    return [*s.execute(rows.order_by(Case.reference)), *s.execute(ratings.order_by(Rating.rater))]


def test_it_is_as_large_as_promised(s):
    assert is_empty(s)
    counts = fill(s)
    assert not is_empty(s)
    assert (counts.projects, counts.cases, counts.ratings) == (40, 250, 800)
    sizes = {
        Town: 12,
        Department: 16,
        Project: 40,
        Case: 250,
        Rating: 800,
    }
    for entity, size in sizes.items():
        assert s.scalar(select(func.count()).select_from(entity)) == size, entity
    assert s.scalar(select(func.count(Project.field.distinct()))) == 10
    assert set(s.scalars(select(Case.state).distinct())) == set(State)
    assert set(s.scalars(select(Case.visibility).distinct())) == set(Visibility)
    assert set(s.scalars(select(Project.status).distinct())) == set(ProjectStatus)
    assert s.scalar(select(func.count()).where(Case.round == 2)) == 8


def test_the_same_day_gives_the_same_county(app):
    from_first = []
    for _ in range(2):
        with app.app_context():
            session = app.extensions["db"]()
            fill(session)
            from_first.append(digest(session))
            session.rollback()
            session.close()
    assert from_first[0] == from_first[1]


@pytest.mark.parametrize("day", [date(2026, 1, 2), date(2026, 6, 15), date(2026, 12, 31)])
def test_nothing_lies_in_the_future(s, day):
    now = datetime(day.year, day.month, day.day, 3, tzinfo=UTC)
    fill(s, now)
    assert s.scalar(select(func.max(CaseEvent.at))) <= now
    assert s.scalar(select(func.max(Rating.given_at))) <= now
    assert s.scalar(select(func.max(Project.completed_on))) <= day


@pytest.mark.parametrize("day", [date(2026, 1, 2), date(2026, 12, 31)])
def test_nobody_writes_about_works_that_have_not_begun(s, day):
    fill(s, datetime(day.year, day.month, day.day, 3, tzinfo=UTC))
    linked = s.scalars(select(Case).where(Case.project_id.is_not(None))).all()
    assert len(linked) > 50
    assert all(local_day(case.submitted_at) >= case.project.start_on for case in linked)


def test_most_of_the_waiting_cases_came_since_yesterday(s):
    fill(s)
    waiting = s.scalars(select(Case.submitted_at).where(Case.state == State.SUBMITTED)).all()
    fresh = sum(NOW - at <= timedelta(hours=18) for at in waiting)
    assert (len(waiting), fresh) == (40, 28)  # 36 new and 4 returned


def test_each_history_is_in_order(s):
    fill(s)
    by_case: dict[int, list[datetime]] = {}
    for case_id, at in s.execute(select(CaseEvent.case_id, CaseEvent.at).order_by(CaseEvent.id)):
        by_case.setdefault(case_id, []).append(at)
    assert all(times == sorted(times) for times in by_case.values())


def test_no_number_in_it_belongs_to_anybody():
    for name in ("letters", "comments", "projects"):
        assert not re.search(r"1[3-9]\d{9}|0\d{2,3}-\d{7}", str(read(name)))
