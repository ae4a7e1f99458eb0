"""The administrators' registers: county leaders, and projects put on a list by hand."""

import pytest

from portal import clock, db
from portal.audit.models import AuditEntry
from portal.projects.models import Project, StageRecord
from portal.projects.people.models import Duty, Leader
from portal.projects.record.models import Change
from portal.projects.schedule.models import Standing
from portal.security import Role
from tests import factories
from tests.editing.examples import day, place

LEADER = {"code": "wang", "name": "王立民", "post": "副县长", "sort_order": "2"}


@pytest.fixture
def admin(sign_in):
    return sign_in(Role.ADMIN)


def test_a_leader_is_added_changed_and_retired_on_record(app, admin):
    assert admin.post("/editing/leaders/new", data=LEADER).status_code == 303
    changed = {"name": "王立民", "post": "县委常委、副县长", "sort_order": "1"}
    assert admin.post("/editing/leaders/wang", data=changed).status_code == 303
    page = admin.get("/editing/leaders")
    assert "县委常委、副县长" in page.text
    assert "已离任" in page.text
    with app.app_context():
        s = db.session()
        assert s.query(Leader).one().is_active is False
        found = s.query(AuditEntry).filter(AuditEntry.act.startswith("leader:"))
        assert [e.act for e in found.order_by(AuditEntry.id)] == ["leader:create", "leader:change"]
        assert found.filter_by(act="leader:change").one().details["before"]["post"] == "副县长"


@pytest.mark.parametrize(
    "more",
    [
        {"code": "new"},
        {"code": "中文"},
        {"code": ""},
        {"name": ""},
        {"post": "长" * 41},
        {"sort_order": "-1"},
        {"sort_order": "99999999999"},
        {"sort_order": "x"},
        {"code": "a" * 31},
    ],
)
def test_a_leader_that_cannot_be_is_refused_with_words(admin, more):
    page = admin.post("/editing/leaders/new", data=LEADER | more)
    assert page.status_code == 422
    assert "error-summary" in page.text


def test_a_code_is_given_once(admin):
    admin.post("/editing/leaders/new", data=LEADER)
    page = admin.post("/editing/leaders/new", data=LEADER)
    assert page.status_code == 422
    assert "代码“wang”已被使用。" in page.text
    assert admin.get("/editing/leaders/nobody").status_code == 404


def test_a_retired_leader_is_offered_no_more_but_stays_where_chosen(admin, write, sign_in):
    at = write(place)
    form = f"/editing/{at.code}/duty/new"
    assert "王立民 副县长" in admin.get(form).text
    write(lambda s: setattr(s.get(Leader, at.leader), "is_active", False))
    assert "王立民 副县长" not in admin.get(form).text


@pytest.fixture
def unit(write):
    return write(lambda s: factories.department(s, code="shuili").code)


def typed(unit, **more):
    return {
        "year": "2026",
        "name": "城北菜市场改造",
        "department": unit,
        "listed_on": day(20),
        "document_no": "县人大〔2026〕1号",
    } | more


def test_a_project_is_put_on_the_list_audited_and_in_the_log(app, admin, unit, client):
    answer = admin.post("/editing/projects/new", data=typed(unit))
    assert answer.status_code == 303
    code = answer.location.rsplit("/", 1)[1]
    assert code.startswith("2026-")
    with app.app_context():
        s = db.session()
        found = s.query(Project).filter_by(code=code).one()
        assert s.query(StageRecord).filter_by(project_id=found.id).one().stage == "list"
        assert s.query(Duty).filter_by(project_id=found.id).one().role == "lead"
        assert {c.field for c in s.query(Change)} == {"name", "document_no"}
        assert s.query(AuditEntry).filter_by(act="project:create").one()
        assert s.get(Standing, found.id).day == clock.today()
    assert client.get(f"/projects/{code}").status_code == 200
    assert "城北菜市场改造" in client.get("/projects?q=菜市场").text
    again = admin.post("/editing/projects/new", data=typed(unit, name="另一个项目"))
    assert again.location.rsplit("/", 1)[1] != code


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"year": "1899"}, "2000至2100"),
        ({"year": "٢٠٢٦"}, "2000至2100"),
        ({"year": "9" * 5000}, "2000至2100"),
        ({"name": ""}, "请填写这一项"),
        ({"department": "nobody"}, "error"),
        ({"listed_on": day(-2)}, "不能是将来的日期"),
        ({"listed_on": "2026-02-30"}, "确有这一天"),
        ({"name": "长" * 201}, "最多 200 个字"),
    ],
)
def test_a_project_that_cannot_be_is_refused_with_words(app, admin, unit, more, words):
    page = admin.post("/editing/projects/new", data=typed(unit, **more))
    assert page.status_code == 422
    assert words in page.text
    with app.app_context():
        assert db.session().query(Project).count() == 0


def test_a_name_is_on_a_years_list_once(admin, unit):
    admin.post("/editing/projects/new", data=typed(unit))
    page = admin.post("/editing/projects/new", data=typed(unit))
    assert page.status_code == 422
    assert "已有同名项目" in page.text
    assert admin.post("/editing/projects/new", data=typed(unit, year="2025")).status_code == 303
