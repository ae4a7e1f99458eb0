"""Reporting progress: what is shown, what is demanded when behind, what follows from it."""

from datetime import timedelta
from decimal import Decimal

import pytest

from portal import clock, db
from portal.projects.kinds import ProjectStatus
from portal.projects.models import Item, Project
from portal.projects.record.models import Change
from portal.projects.schedule.models import ProgressReport, Remedy, Standing
from portal.projects.schedule.rules import Light
from portal.security import Role
from tests.editing.examples import day, place, publish
from tests.editing.room import handed_in, post, published, shown
from tests.editing.room import publish as press_publish

REPORT = {"as_of": day(), "status": "in_progress", "narrative": "正在铺设主管。"}
REMEDY = {"cause": "用地未腾退。", "measure": "增加班组。", "new_date": day(-20)}


@pytest.fixture
def at(write):
    """A project whose plan wants 80 % by today, and 40 % of it reported."""

    def make(s):
        found = place(s, percent=Decimal(40))
        project = s.get(Project, found.project)
        publish(s, project, "plan", {"by_on": day(40), "percent": "80"})
        publish(s, project, "plan", {"by_on": day(-5), "percent": "80"})
        return found

    return write(make)


@pytest.fixture
def officer(sign_in, at):
    return sign_in(Role.OFFICER, at.unit)


@pytest.fixture
def moderator(sign_in):
    return sign_in(Role.MODERATOR)


@pytest.fixture
def path(at):
    return f"/editing/{at.code}/report/new"


def project(app, at):
    with app.app_context():
        return db.session().get(Project, at.project)


def test_the_form_says_the_plan_and_from_where_on_more_is_demanded(officer, path):
    text = shown(officer.get(path).text)
    assert "按计划今天应完成 80.0%" in text
    assert "完成百分比在 70.0% 及以下属于滞后" in text
    assert "还没有公布过进展" in text


@pytest.mark.parametrize(
    ("percent", "remedy", "status"),
    [
        ("70", {}, 422),
        ("70.01", {}, 303),
        ("40", {}, 422),
        ("40", {"cause": "用地"}, 422),
        ("40", REMEDY, 303),
        ("75", {"cause": "用地"}, 422),
        ("75", REMEDY, 303),
    ],
)
def test_what_is_behind_is_not_reported_without_cause_measure_and_date(
    officer, path, percent, remedy, status
):
    assert post(officer, path, **REPORT, **remedy, percent=percent).status_code == status


def test_each_of_the_three_that_is_missing_is_pointed_at(officer, path):
    page = post(officer, path, **REPORT, cause="用地", percent="10")
    assert "按序时计划应完成80.00%，进度滞后" in page.text
    for name, is_wrong in [("cause", False), ("measure", True), ("new_date", True)]:
        assert (f'id="{name}-error"' in page.text) is is_wrong
    assert "正在铺设主管。" in page.text


def test_a_remedy_is_kept_in_versions_and_the_promise_stays(app, at, officer, moderator, path):
    due = project(app, at).due_on
    for percent in ("45", "50"):
        published(officer, moderator, path, **REPORT, **REMEDY, percent=percent)
    with app.app_context():
        numbers = [r.number for r in db.session().query(Remedy).order_by(Remedy.number)]
        light = db.session().get(Standing, at.project).light
    assert numbers == [1, 2]
    assert light in (Light.LATE, Light.SEVERE)
    found = project(app, at)
    assert (found.percent, found.due_on) == (50, due)
    assert found.progress_text == "正在铺设主管。"
    assert "上次填报（截至" in officer.get(path).text


def test_quantities_typed_once_reach_the_items_and_make_the_percent(
    app, at, officer, moderator, path
):
    page = officer.get(path)
    assert f'name="item-{at.item}"' in page.text
    assert "目标 12公里" in page.text
    published(officer, moderator, path, **REPORT, **{f"item-{at.item}": "9.5"})
    with app.app_context():
        s = db.session()
        assert s.get(Item, at.item).done == Decimal("9.5")
        assert s.get(Project, at.project).percent == Decimal("79.2")
        logged = s.query(Change).filter_by(section="item", field="done").one()
        assert (logged.row, logged.before, logged.after) == ("供水管道", "", "9.5")


def test_a_figure_that_was_left_as_it_is_does_not_undo_anothers(app, at, officer, moderator, path):
    item = f"item-{at.item}"
    first = handed_in(officer, path, **REPORT, percent="85", **{item: "10"})
    second = handed_in(officer, path, **(REPORT | {"narrative": "另报。"}), percent="86")
    assert "10" in officer.get(f"/editing/drafts/{first}").text
    press_publish(moderator, first)
    press_publish(moderator, second)
    with app.app_context():
        assert db.session().get(Item, at.item).done == 10


def test_a_report_on_an_item_that_went_is_refused_when_published(
    app, at, officer, moderator, path, write
):
    draft = handed_in(officer, path, **REPORT, percent="85", **{f"item-{at.item}": "10"})
    write(lambda s: s.delete(s.get(Item, at.item)))
    refused = press_publish(moderator, draft)
    assert refused.status_code == 422
    assert "填报涉及的子项已被删除" in refused.text
    for page in (officer.get(f"/editing/drafts/{draft}"), officer.get(f"/editing/{at.code}")):
        assert page.status_code == 200


def test_an_item_of_another_project_is_not_written(app, at, officer, moderator, path, write):
    foreign = write(place)
    published(officer, moderator, path, **REPORT, percent="85", **{f"item-{foreign.item}": "11"})
    with app.app_context():
        assert db.session().get(Item, foreign.item).done is None


@pytest.mark.parametrize("figure", ["-1", "1e3", "9" * 20, "1.23456", "十"])
def test_a_quantity_that_is_none_is_an_error_of_its_field(at, officer, path, figure):
    page = post(officer, path, **REPORT, percent="85", **{f"item-{at.item}": figure})
    assert page.status_code == 422
    assert f'id="item-{at.item}-error"' in page.text


def test_a_percent_once_public_is_not_left_out_to_hide_being_behind(at, officer, path, write):
    write(lambda s: s.delete(s.get(Item, at.item)))
    page = post(officer, path, **REPORT)
    assert page.status_code == 422
    assert "此前公布过完成百分比，请继续填写。" in page.text


def test_a_day_to_come_and_a_day_before_the_last_report_are_refused(at, officer, moderator, path):
    assert "不能是将来的日期" in post(officer, path, **(REPORT | {"as_of": day(-1)})).text
    published(officer, moderator, path, **REPORT, percent="85")
    earlier = post(officer, path, **(REPORT | {"as_of": day(1)}), percent="85")
    assert "不能再报更早的进展" in earlier.text


def test_once_the_promised_day_has_passed_the_form_says_so(officer, at, path, write):
    def pass_by(s):
        found = s.get(Project, at.project)
        found.start_on, found.due_on = None, clock.today() - timedelta(days=1)

    write(pass_by)
    assert "已超过承诺完成日期：必须填写" in officer.get(path).text
    assert post(officer, path, **REPORT, percent="99").status_code == 422


def test_a_completed_project_takes_no_more_reports(app, sign_in, write):
    done = write(lambda s: place(s, ProjectStatus.COMPLETED))
    officer = sign_in(Role.OFFICER, done.unit)
    page = post(officer, f"/editing/{done.code}/report/new", **REPORT, percent="100")
    assert page.status_code == 422
    assert "项目已完工、暂停或终止，不再填报进展。" in page.text
    with app.app_context():
        assert db.session().query(ProgressReport).count() == 0
