"""The standings that lists read: always what the rules say, renewed when a day begins."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from portal import db, worker
from portal.projects.funds.models import FundSource, Payment
from portal.projects.kinds import FundKind, ProjectStatus
from portal.projects.models import Project
from portal.projects.queries import Filters, by_code, rows
from portal.projects.schedule.models import PlanPoint, Standing
from portal.projects.schedule.rules import Light
from portal.projects.schedule.standings import assess_all, ensure_fresh, is_fresh, renew
from tests import factories

DAY = date(2026, 6, 30)
KEPT = ("planned", "ends_on", "start_late", "funds_behind", "is_stale")


def recount(s, day):
    """Every kept standing says what the rules say today."""
    projects = s.scalars(select(Project)).all()
    found = assess_all(s, projects, day)
    for project in projects:
        kept, one = s.get(Standing, project.id), found[project.id]
        assert all(getattr(kept, name) == getattr(one, name) for name in KEPT)
        verdict = one.verdict
        assert (kept.light, kept.gap, kept.ratio) == (verdict.light, verdict.gap, verdict.ratio)


@pytest.fixture
def county(s):
    """A finished, a running and a planned project; one with a plan and money of its own."""
    found = [
        factories.project(s, status=status)
        for status in (ProjectStatus.COMPLETED, ProjectStatus.IN_PROGRESS, ProjectStatus.PLANNED)
    ]
    running = found[1]
    s.add(PlanPoint(project_id=running.id, by_on=date(2026, 6, 30), percent=Decimal(70)))
    s.add(
        FundSource(
            project_id=running.id,
            kind=FundKind.COUNTY,
            name="县财政",
            approved_fen=1000,
            in_place_fen=500,
        )
    )
    s.flush()
    return found


def test_a_list_finds_standings_for_projects_that_have_none(s, county):
    assert not is_fresh(s, DAY)
    s.commit()
    ensure_fresh(s, DAY)
    assert is_fresh(s, DAY)
    recount(s, DAY)
    assert len(rows(s, Filters(year=2026), limit=9)) == 3


def test_projects_that_came_another_way_become_findable(s, county):
    s.commit()
    ensure_fresh(s, DAY)
    assert len(rows(s, Filters(q="供水管网"), limit=9)) == 3
    assert rows(s, Filters(q="学校"), limit=9) == []


def test_a_new_day_renews_what_it_may_have_changed_and_leaves_the_rest(s, county):
    renew(s, county, DAY)
    s.commit()
    later = date(2026, 12, 1)
    ensure_fresh(s, later)
    days = dict(s.execute(select(Standing.project_id, Standing.day)).all())
    assert [days[p.id] for p in county] == [DAY, later, later]
    lights = dict(s.execute(select(Standing.project_id, Standing.light)).all())
    assert lights[county[1].id] is Light.SEVERE
    ensure_fresh(s, later)
    assert is_fresh(s, later)


def test_a_payment_moves_the_light_of_the_money(s, county):
    renew(s, county, DAY)
    assert s.get(Standing, county[1].id).funds_behind == 2
    s.add(Payment(project_id=county[1].id, amount_fen=650, purpose="进度款", paid_on=DAY))
    renew(s, [county[1]], DAY)
    assert s.get(Standing, county[1].id).funds_behind == 0
    recount(s, DAY)


def test_the_worker_begins_the_day(app, s, county):
    s.commit()
    worker.tidy()
    assert s.scalar(select(Standing.project_id).limit(1)) is not None


def test_a_project_that_is_being_changed_when_the_day_begins_is_left_to_who_changes_it(own_app):
    if "postgresql" not in own_app.config["DATABASE_URL"]:
        pytest.skip("on SQLite one waits for the other")
    with own_app.app_context(), db.transaction() as s:
        found = factories.project(s, status=ProjectStatus.IN_PROGRESS)
        renew(s, [found], DAY)
        code, ident = found.code, found.id
    with own_app.app_context():
        with db.transaction() as s:
            by_code(s, code, to_change=True)
            with own_app.app_context():
                ensure_fresh(db.session(), DAY + timedelta(days=1))
                assert db.session().get(Standing, ident).day == DAY
        ensure_fresh(db.session(), DAY + timedelta(days=1))
        assert db.session().get(Standing, ident).day > DAY
