"""What the worker does for ratings, and what goes when a project's rows go."""

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select

from portal import clock, db, worker
from portal.county.actions import set_setting
from portal.notifications.models import Message
from portal.projects.kinds import ProjectStatus
from portal.projects.models import Project, Site
from portal.projects.upkeep.models import Revisit
from portal.ratings import rounds
from portal.ratings.kinds import WaveKind
from portal.ratings.models import Rating, Score, Wave
from portal.ratings.waves.actions import overdue
from tests import factories

AT = factories.AT


def waves(s):
    rows = s.scalars(select(Wave).order_by(Wave.project_id, Wave.number))
    return [(w.number, w.kind, w.opens_on, w.closes_on) for w in rows]


@pytest.fixture
def made(own_app):
    """A completed project that was revisited, and one that is being built."""
    with own_app.app_context(), db.transaction() as s:
        done = factories.project(s, unit=factories.department(s))
        factories.project(s, status=ProjectStatus.IN_PROGRESS)
        visit = {"months": 3, "due_on": date(2026, 5, 28), "score": 90, "summary": ""}
        s.add(Revisit(project_id=done.id, done_on=date(2026, 5, 20), **visit))
    return own_app


def test_waves_open_with_acceptance_and_with_each_revisit_once(made):
    with made.app_context():
        assert rounds.open_waves(AT) == 1
        assert rounds.open_waves(AT) == 0
        later = AT + timedelta(days=100)
        assert rounds.open_waves(later) == 1
        assert rounds.open_waves(later) == 0
        s = db.session()
        assert waves(s) == [
            (1, WaveKind.COMPLETION, date(2026, 2, 28), date(2026, 5, 19)),
            (2, WaveKind.REVISIT, date(2026, 5, 20), None),
        ]
        assert overdue(s, clock.local_day(later)) == []


def test_a_county_may_have_windows_and_no_waves_for_revisits(made):
    with made.app_context():
        with db.transaction() as s:
            value = {"mode": "window", "days": 30, "revisit_waves": False}
            set_setting(s, "ratings", value, valid_from=date(2026, 1, 1), basis="x")
        rounds.open_waves(AT + timedelta(days=100))
        assert waves(db.session()) == [
            (1, WaveKind.COMPLETION, date(2026, 2, 28), date(2026, 3, 29))
        ]


def test_a_round_of_the_worker_does_it_all(made):
    with made.app_context():
        worker.tidy()
        s = db.session()
        assert len(waves(s)) == 2
        assert s.scalars(select(Wave.invited_at)).all() != []
        assert s.scalars(select(Message)).all() == []


def test_traits_of_a_rating_are_forgotten_in_time(s):
    given = factories.rating(
        s, factories.project(s), 4, by=factories.voter(network="10.0.0.0/24", device="d")
    )
    assert None not in (given.network, given.device, given.signals_until)
    rounds.forget_signals(s, AT + timedelta(days=90))
    s.refresh(given)
    assert given.network is not None
    rounds.forget_signals(s, AT + timedelta(days=91))
    s.refresh(given)
    assert (given.network, given.device, given.signals_until) == (None, None, None)


def test_ratings_outlive_the_site_and_the_revisit_they_came_from(made):
    with made.app_context():
        with db.transaction() as s:
            project = s.scalar(select(Project).order_by(Project.id).limit(1))
            s.add(Site(project_id=project.id, number=1, name="东门"))
            s.flush()
            site = s.scalar(select(Site))
            at = AT + timedelta(days=100)
            factories.rating(s, project, 5, by=factories.voter(site=site), at=at)
        with db.transaction() as s:
            s.execute(delete(Site))
            s.execute(delete(Revisit))
        s = db.session()
        assert s.scalars(select(Rating.site_id)).all() == [None]
        assert s.scalars(select(Wave.revisit_id)).all() == [None, None]
        assert s.scalars(select(Score.others)).all() == [1]
