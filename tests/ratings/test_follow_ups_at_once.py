"""Officers, a resident and an inspector at once: real threads, real commits, both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal import clock, db
from portal.accounts import actions as accounts
from portal.accounts.sessions import cookie_name
from portal.projects.models import Project
from portal.ratings import counts
from portal.ratings.appeals.models import Appeal
from portal.ratings.followups.models import FollowUp, FollowUpEvent
from portal.ratings.followups.sweep import expire_due, expire_one
from portal.ratings.followups.workflow import Close, State
from portal.ratings.kinds import Standing
from portal.ratings.models import Rating
from portal.residents.models import Resident
from portal.security import Role
from tests import factories
from tests.ratings.following import bad, call, is_right, remedy, resident


@pytest.fixture
def made(own_app):
    """A bad rating without and one with a contact, an officer's and an inspector's session."""
    with own_app.app_context(), db.transaction() as s:
        at = clock.now()
        unit = factories.department(s)
        project = factories.project(s, unit=unit, completed_on=at.date() - timedelta(days=90))
        keys = {}
        for role in (Role.OFFICER, Role.INSPECTOR):
            person = factories.account(s, role, role, unit if role is Role.OFFICER else None)
            _row, keys[role] = accounts.open_session(s, person, browser="x", hours=1, at=at)
        quiet = bad(s, project, resident(s, keeps=False), at=at - timedelta(hours=2))
        other = bad(s, project, at=at - timedelta(hours=2))
        return keys | {"project": project.id, "quiet": quiet.id, "other": other.id}


def at_once(acts) -> list[int]:
    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(lambda act: act(), acts))


def staff(own_app, token):
    client = own_app.test_client()
    with own_app.app_context():
        client.set_cookie(cookie_name(), token)
    return client


def sends(own_app, token, path, **data):
    return lambda: staff(own_app, token).post(path, data=data).status_code


def rates(own_app, made, which, level):
    """What makes the resident rate again, the way the page of the form does."""
    with own_app.app_context():
        rating = db.session().get(FollowUp, made[which]).rating
        project, person = rating.project_id, rating.resident_id

    def run() -> int:
        with own_app.app_context(), db.transaction() as s:
            by = factories.voter(s.get(Resident, person))
            factories.rating(s, s.get(Project, project), level, by=by, at=clock.now())
        return 303

    return run


def exact(own_app, made) -> bool:
    with own_app.app_context():
        return is_right(db.session(), db.session().get(Project, made["project"]))


def read(own_app, ident, *names):
    with own_app.app_context():
        found = db.session().get(FollowUp, ident)
        return tuple(getattr(found, name) for name in names)


def test_of_many_officers_who_press_at_once_one_wins(own_app, made):
    path = f"/appraisal/follow-ups/{made['other']}"
    page = staff(own_app, made[Role.OFFICER]).get(path).text
    seen = page.split('name="seen" value="')[1].split('"')[0]
    press = sends(
        own_app, made[Role.OFFICER], f"{path}/call", outcome="not_reached", note="x", seen=seen
    )
    assert sorted(at_once([press] * 6)) == [303] + [409] * 5
    with own_app.app_context():
        events = select(func.count()).where(FollowUpEvent.follow_up_id == made["other"])
        assert db.session().scalar(events) == 2
    assert exact(own_app, made)


@pytest.mark.parametrize("level", [1, 4])
def test_a_resident_who_rates_again_while_the_officer_reports_loses_nothing(own_app, made, level):
    """The resident's word always holds; the report does unless the resident was content first."""
    path = f"/appraisal/follow-ups/{made['quiet']}/remedy"
    press = sends(own_app, made[Role.OFFICER], path, kind="fixed", text="已修好")
    code, _ = at_once([press, rates(own_app, made, "quiet", level)])
    state, closing, remedied, level_now = read(
        own_app, made["quiet"], "state", "closing", "remedied_at", "rating_id"
    )
    with own_app.app_context():
        assert db.session().get(Rating, level_now).level == level
    assert code in ((303,) if level == 1 else (303, 409))
    assert (remedied is not None) is (code == 303)
    if level == 4:
        assert (state, closing) == (State.CLOSED, Close.BETTER)
    else:
        assert state is State.ASKED or closing is Close.SAME
    assert exact(own_app, made)


def test_of_many_appeals_at_once_one_is_filed_and_of_many_rulings_one_holds(own_app, made):
    path = f"/appraisal/follow-ups/{made['other']}/appeal"
    file = sends(own_app, made[Role.OFFICER], path, ground="mistaken", reason="x")
    assert sorted(at_once([file] * 4)) == [303] + [409] * 3
    with own_app.app_context():
        ident = db.session().scalars(select(Appeal.id)).one()
    path = f"/appraisal/appeals/{ident}"
    rulings = [
        sends(own_app, made[Role.INSPECTOR], path, ruling=word, note=word)
        for word in ("upheld", "dismissed") * 2
    ]
    assert sorted(at_once(rulings)) == [303] + [409] * 3
    with own_app.app_context():
        found = db.session().get(Appeal, ident)
        is_out = found.rating.standing is Standing.REJECTED
        assert is_out is (found.ruling == "upheld") is (found.decision_note == "upheld")
    assert exact(own_app, made)


def test_an_appeal_is_upheld_while_the_officer_calls_and_the_resident_changes_their_mind(
    own_app, made
):
    door = f"/appraisal/follow-ups/{made['other']}"
    file = sends(own_app, made[Role.OFFICER], f"{door}/appeal", ground="mistaken", reason="x")
    assert file() == 303
    with own_app.app_context():
        ident = db.session().scalars(select(Appeal.id)).one()
    path = f"/appraisal/appeals/{ident}"
    codes = at_once(
        [
            sends(own_app, made[Role.INSPECTOR], path, ruling="upheld", note="x"),
            sends(own_app, made[Role.OFFICER], f"{door}/call", outcome="reached", note="x"),
            rates(own_app, made, "other", 4),
        ]
    )
    # Who came first decides whether there still was a bad rating to uphold the appeal against.
    assert set(codes) <= {303, 409, 422}
    state, closing = read(own_app, made["other"], "state", "closing")
    upheld = codes[0] == 303
    assert (state, closing) == ((State.VOID, None) if upheld else (State.CLOSED, Close.BETTER))
    assert exact(own_app, made)


def test_the_sweep_and_a_late_answer_at_once_leave_one_end(own_app, made):
    later = clock.now() + timedelta(days=60)
    with own_app.app_context(), db.transaction() as s:
        f = s.get(FollowUp, made["other"])
        call(s, f, clock.now())
        remedy(s, f, clock.now())
    with own_app.app_context():
        due = expire_due(db.session(), later)
    assert due == [made["other"]]

    def sweep() -> int:
        with own_app.app_context(), db.separate_transaction() as s:
            expire_one(s, due[0], later)
        return 303

    at_once([sweep, rates(own_app, made, "other", 4), sweep])
    assert read(own_app, made["other"], "state", "closing") == (State.CLOSED, Close.BETTER)
    with own_app.app_context():
        kept = counts.kept(db.session(), [made["project"]])
        assert sum(n for cell, n in kept.items() if cell[2] == "no_reply") == 0
    assert exact(own_app, made)
