"""Twice at once, with real threads and real commits, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from portal import clock, db
from portal.accounts import actions as accounts
from portal.accounts.sessions import cookie_name
from portal.departments.models import Department
from portal.projects.funds.models import Payment
from portal.projects.models import Project
from portal.projects.quality.models import Hazard
from portal.projects.queries import by_code
from portal.projects.record.actions import propose
from portal.projects.record.models import Draft, Operation
from portal.projects.sections import SECTIONS
from portal.security import Actor, Role
from tests import factories
from tests.editing.examples import place, typed

MOST = 4


@pytest.fixture
def at(own_app):
    with own_app.app_context(), db.transaction() as s:
        return place(s)


@pytest.fixture
def token(own_app, at):
    """Sign somebody in, and return what the browser carries."""

    def make(name, role, unit=None):
        with own_app.app_context(), db.transaction() as s:
            person = factories.account(s, name, role, s.get(Department, unit) if unit else None)
            _row, found = accounts.open_session(s, person, browser="x", hours=1, at=clock.now())
            return found

    return make


@pytest.fixture
def press(own_app):
    """Post to an address from many browsers at the same moment; return the answers' numbers."""

    def run(token, paths, **data):
        start = Barrier(len(paths))

        def one(path):
            client = own_app.test_client()
            with own_app.app_context():
                client.set_cookie(cookie_name(), token)
            start.wait()
            return client.post(path, data=data).status_code

        with ThreadPoolExecutor(len(paths)) as threads:
            return sorted(threads.map(one, paths))

    return run


def drafted(app, at, key, after, times=1):
    """Drafts of a section that wait for review."""
    author = Actor("officer", Role.OFFICER, department_id=at.unit)
    with app.app_context(), db.transaction() as s:
        project = s.get(Project, at.project)
        where = (s, project, SECTIONS[key], Operation.ADD, None, after)
        made = [propose(*where, hand_in=True, actor=author, at=clock.now()) for _ in range(times)]
        return [d.id for d in made]


def count(app, model):
    with app.app_context():
        return db.session().scalar(select(func.count()).select_from(model))


def test_of_many_reviewers_one_publishes(own_app, at, token, press):
    (draft,) = drafted(own_app, at, "hazard", typed("hazard", at))
    paths = [f"/editing/review/{draft}/publish"] * MOST
    assert press(token("mod", Role.MODERATOR), paths) == [303] + [409] * (MOST - 1)
    assert count(own_app, Hazard) == 1


def test_drafts_of_different_rows_are_published_at_once_one_after_the_other(
    own_app, at, token, press
):
    after = typed("hazard", at)
    paths = [f"/editing/review/{d}/publish" for d in drafted(own_app, at, "hazard", after, MOST)]
    assert press(token("mod", Role.MODERATOR), paths) == [303] * MOST
    assert count(own_app, Hazard) == MOST


def test_a_project_reads_as_it_is_by_the_time_it_is_locked(own_app, at):
    if "postgresql" not in own_app.config["DATABASE_URL"]:
        pytest.skip("on SQLite nobody else writes meanwhile")
    with own_app.app_context(), db.transaction() as s:
        seen = by_code(s, at.code)
        with own_app.app_context(), db.transaction() as other:
            by_code(other, at.code, to_change=True).progress_text = "已封顶"
        assert by_code(s, at.code, to_change=True).progress_text == seen.progress_text == "已封顶"


def test_payments_published_at_once_never_exceed_what_is_in_place(own_app, at, token, press):
    after = {"amount_fen": 40_000_000, "purpose": "进度款", "paid_on": clock.today().isoformat()}
    paths = [f"/editing/review/{d}/publish" for d in drafted(own_app, at, "payment", after, MOST)]
    codes = press(token("mod", Role.MODERATOR), paths)
    assert codes[0] == 303
    assert set(codes[1:]) <= {409, 422}
    assert count(own_app, Payment) == 1


def test_one_form_handed_in_many_times_at_once_makes_one_draft(own_app, at, token, press):
    paths = [f"/editing/{at.code}/hazard/new"] * MOST
    mine = token("officer-a", Role.OFFICER, at.unit)
    codes = press(mine, paths, act="submit", **typed("hazard", at))
    assert set(codes) == {303}
    assert count(own_app, Draft) == 1
