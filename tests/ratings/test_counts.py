"""The counts kept of ratings are what a recount gives, and a wrong one is found and mended."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from portal import clock, db
from portal.projects.models import Project
from portal.ratings import actions, counts, queries
from portal.ratings.actions import Said
from portal.ratings.kinds import Dimension
from portal.ratings.models import Rating, Score, Tally
from tests import factories

AT = factories.AT


@pytest.fixture
def rated(own_app):
    """A project with thirty ratings, some changed and one erased."""
    with own_app.app_context(), db.transaction() as s:
        project = factories.project(s, unit=factories.department(s))
        people = [factories.resident(s) for _ in range(15)]
        for n in range(45):
            by = factories.voter(people[n % 15] if n % 3 else None)
            words = Said(n % 5 + 1, {Dimension.QUALITY: n % 4 + 1})
            actions.give(s, project, words, by, at=AT + timedelta(days=n))
        actions.erase(s, s.scalar(select(Rating).limit(1)), at=AT + timedelta(days=60))
    return own_app


def run(app, *words):
    return app.test_cli_runner().invoke(args=["ratings", "recount", *words])


def test_the_counts_kept_are_what_a_recount_gives(rated):
    with rated.app_context():
        s = db.session()
        ident = s.scalar(select(Project.id))
        assert counts.kept(s, [ident]) == counts.recounted(s, [ident])
        assert sum(counts.kept(s, [ident]).values()) > 60
    assert run(rated, "--check").exit_code == 0


@pytest.mark.parametrize("wrong", ["count", "headline"])
def test_a_wrong_count_is_found_and_mended(rated, wrong):
    with rated.app_context(), db.transaction() as s:
        if wrong == "count":
            s.execute(update(Tally).where(Tally.cut == counts.Cut.TOTAL).values(n=Tally.n + 1))
        else:
            s.execute(update(Score).values(n5=Score.n5 + 1))
    found = run(rated, "--check")
    assert (found.exit_code, "不一致 1 个" in found.output) == (1, True)
    assert "不一致 1 个" in run(rated).output
    assert run(rated, "--check").exit_code == 0


def test_reading_a_projects_figures_takes_as_many_queries_with_many_ratings(s, count_queries):
    few, many = factories.project(s), factories.project(s)
    for n in range(3):
        factories.rating(s, few, n + 1, at=AT + timedelta(hours=30 * n))
    for n in range(40):
        factories.rating(s, many, n % 5 + 1, at=AT + timedelta(hours=30 * n))
    day = clock.local_day(AT)
    with count_queries() as of_few:
        queries.voices(s, few, day)
    with count_queries() as of_many:
        queries.voices(s, many, day)
    assert of_few.n == of_many.n <= 4
