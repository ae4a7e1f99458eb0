"""Twice at once, with real threads and real commits, on both databases."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from portal import clock, db
from portal.accounts import actions as accounts
from portal.cases.models import Case, CaseEvent
from portal.errors import WrongState
from portal.projects.models import Project
from portal.projects.schedule.models import Standing
from portal.ratings import counts, queries
from portal.ratings.kinds import Proof
from portal.ratings.models import Rating
from portal.residents import sessions as residents
from portal.residents.models import Resident
from portal.security import Role
from tests import factories
from tests.test_main_job import FORM


@pytest.fixture
def made(own_app):
    """A completed project, a department, a waiting case and a moderator's session."""
    with own_app.app_context(), db.transaction() as s:
        unit = factories.department(s)
        project = factories.project(s, unit=unit)
        case = factories.case(s, at=clock.now())
        person = factories.account(s, "moderator", Role.MODERATOR)
        _row, token = accounts.open_session(s, person, browser="x", hours=1, at=clock.now())
        return {
            "unit": unit.code,
            "project": project.code,
            "case": case.reference,
            "token": token,
        }


def at_once(times: int, act) -> list[int]:
    with ThreadPoolExecutor(8) as threads:
        return list(threads.map(act, range(times)))


def count(app, entity) -> int:
    with app.app_context():
        return db.session().scalar(select(func.count()).select_from(entity))


def test_one_form_sent_many_times_at_once_makes_one_case(own_app, made):
    form = FORM | {"submission_key": "one opened form"}

    def send(_n):
        return own_app.test_client().post("/feedback/new", data=form).status_code

    assert at_once(12, send) == [303] * 12
    assert count(own_app, Case) == 2


def test_one_browser_rating_many_times_at_once_counts_once(own_app, made):
    def rate(n):
        client = own_app.test_client()
        with client.session_transaction() as cookie:
            cookie["browser"] = "one browser"
        path = f"/projects/{made['project']}/rate"
        return client.post(path, data={"level": str(n % 5 + 1)}).status_code

    codes = at_once(40, rate)
    assert set(codes) <= {303, 409}
    assert 303 in codes
    assert count(own_app, Rating) == 1


def test_a_hundred_ratings_of_one_resident_at_once_leave_one(own_app, made):
    """From many browsers of one person, with every level: one rating, and exact counts."""
    with own_app.app_context(), db.transaction() as s:
        person = factories.resident(s, at=clock.now())
        with own_app.test_request_context():
            answer = own_app.make_response("")
            residents.sign_in(answer, person)
        name, _, value = answer.headers["Set-Cookie"].partition(";")[0].partition("=")

    def rate(n):
        client = own_app.test_client()
        client.set_cookie(name, value)
        path = f"/projects/{made['project']}/rate"
        return client.post(path, data={"level": str(n % 5 + 1)}).status_code

    assert set(at_once(100, rate)) == {303}
    with own_app.app_context():
        s = db.session()
        found = s.scalars(select(Rating)).one()
        assert found.proof is Proof.VERIFIED
        kept = counts.kept(s, [found.project_id])
        assert kept == counts.recounted(s, [found.project_id])
        totals = {cell: n for cell, n in kept.items() if cell[1] == counts.Cut.TOTAL}
        assert totals == {(found.wave_id, "total", "", Proof.VERIFIED, found.level): 1}


def test_many_residents_at_once_are_all_counted(own_app, made):
    """Forty verified residents press the button together: forty ratings, exact counts."""
    with own_app.app_context(), db.transaction() as s:
        people = [factories.resident(s, at=clock.now()).id for _ in range(40)]

    def rate(n):
        with own_app.app_context(), db.transaction() as s:
            by = factories.voter(s.get_one(Resident, people[n]))
            factories.rating(s, s.scalar(select(Project)), n % 5 + 1, by=by, at=clock.now())
        return 200

    assert at_once(40, rate) == [200] * 40
    assert count(own_app, Rating) == 40
    with own_app.app_context():
        s = db.session()
        project = s.scalar(select(Project))
        assert counts.kept(s, [project.id]) == counts.recounted(s, [project.id])
        said = queries.voices(s, project, clock.today())
        assert said.headline.total + said.not_counted == 40


def test_of_many_moderators_one_assigns(own_app, made):
    def assign(_n):
        client = own_app.test_client()
        client.set_cookie("staff", made["token"])
        path = f"/moderation/cases/{made['case']}/assign"
        return client.post(path, data={"department": made["unit"]}).status_code

    codes = at_once(8, assign)
    assert sorted(codes) == [303] + [409] * 7
    assert count(own_app, CaseEvent) == 2


def test_a_day_that_many_begin_at_once_begins_once(own_app):
    """Eight first visitors of a day: each gets the list, every project is judged once."""
    with own_app.app_context(), db.transaction() as s:
        for _ in range(30):
            factories.project(s)

    def visit(_n):
        return own_app.test_client().get("/projects").status_code

    assert at_once(8, visit) == [200] * 8
    assert count(own_app, Standing) == 30


@pytest.mark.parametrize(("state", "told"), [("40P01", WrongState), ("08006", OperationalError)])
def test_who_makes_way_in_a_deadlock_may_try_again(own_app, state, told):
    """A lost connection is another thing: that one is not told as somebody else's change."""
    error = OperationalError("UPDATE", {}, type("Lost", (Exception,), {"sqlstate": state})())
    with own_app.app_context(), pytest.raises(told), db.transaction():
        raise error
