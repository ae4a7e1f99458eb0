"""The first page is a list of what is to be done; the workbench shows all of one project."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from portal import clock
from portal.projects.kinds import ProjectStatus
from portal.projects.models import Project
from portal.projects.quality.models import Hazard
from portal.projects.sections import GROUP_LABELS, SECTIONS
from portal.projects.upkeep.models import Revisit
from portal.security import Role
from tests import factories
from tests.editing.examples import day, place, publish, typed
from tests.editing.room import handed_in, shown


@pytest.fixture
def at(write):
    return write(lambda s: place(s, reported_on=clock.today()))


@pytest.fixture
def officer(sign_in, at):
    return sign_in(Role.OFFICER, at.unit)


def overdue_things(s, at):
    """One overdue thing of each kind, in projects that the department leads."""
    project = s.get(Project, at.project)
    late = {"due_on": day(2)}
    publish(s, project, "hazard", typed("hazard", at))
    blocker = {"kind": "land", "description": "两户未腾退", "department_id": at.unit}
    publish(s, project, "blocker", blocker | {"raised_on": day(9), "assistants": []} | late)
    publish(s, project, "payment", {"amount_fen": 5, "purpose": "进度款未付"} | late)
    fund = {"kind": "city", "name": "市级补助", "approved_fen": 9, "in_place_fen": 1}
    publish(s, project, "fund", fund | late)
    task = {"name": "完成铺管", "grain": "day", "planned_on": day(2), "person": "李", "post": "长"}
    publish(s, project, "milestone", task)
    done = place(s, ProjectStatus.COMPLETED, unit=project.department)
    visit = s.get(Revisit, done.revisit)
    visit.due_on = clock.today() - timedelta(days=2)
    problem = {"revisit_id": visit.id, "description": "井盖松动", "department_id": at.unit}
    other = s.get(Project, done.project)
    publish(s, other, "problem", problem | {"found_on": day(9)} | late)


def test_everything_overdue_stands_on_the_first_page(officer, at, write):
    assert "要办的事" not in officer.get("/editing/").text
    write(lambda s: overdue_things(s, at))
    text = shown(officer.get("/editing/").text)
    assert "要办的事（7 件）" in text
    for words in (
        "隐患整改逾期 沟槽未支护",
        "堵点未按期解决 两户未腾退",
        "应付款逾期 进度款未付",
        "资金未按期到位 市级补助",
        "节点任务逾期 完成铺管",
        "回头看到期 第3个月",
        "回头看问题整改逾期 井盖松动",
    ):
        assert words in text
    assert "已过 2 天" in text


def test_what_was_done_or_is_somebody_elses_is_not_listed(officer, at, write, sign_in):
    write(lambda s: publish(s, s.get(Project, at.project), "hazard", typed("hazard", at)))
    assert "沟槽未支护" in officer.get("/editing/").text
    stranger = sign_in(Role.OFFICER, at.other)
    assert "沟槽未支护" not in stranger.get("/editing/").text
    write(lambda s: setattr(s.query(Hazard).one(), "fixed_on", clock.today()))
    assert "沟槽未支护" not in officer.get("/editing/").text


def test_a_blocker_given_to_another_department_stands_on_its_page_too(at, write, sign_in):
    def make(s):
        blocker = {"kind": "land", "description": "两户未腾退", "department_id": at.other}
        blocker |= {"raised_on": day(9), "due_on": day(2), "assistants": []}
        publish(s, s.get(Project, at.project), "blocker", blocker)

    write(make)
    page = sign_in(Role.OFFICER, at.other).get("/editing/").text
    assert "由项目牵头单位填报" in page
    assert f"/editing/{at.code}/blocker/" not in page


def test_a_report_that_is_due_leads_to_its_form(officer, at, write):
    old = clock.today() - timedelta(days=40)
    write(lambda s: setattr(s.get(Project, at.project), "reported_on", old))
    write(lambda s: publish(s, s.get(Project, at.project), "honour", typed("honour", at)))
    page = officer.get("/editing/").text
    assert f"/editing/{at.code}/report/new" in page
    assert "已过 40 天" in page


def test_the_workbench_has_every_section_with_counts_and_links(officer, at):
    draft = handed_in(officer, f"/editing/{at.code}/honour/new", **typed("honour", at))
    page = officer.get(f"/editing/{at.code}?open=item").text
    for key, section in SECTIONS.items():
        assert f'id="s-{key}"' in page
        assert f"#s-{key}" in page
        assert section.label in page
    for label in GROUP_LABELS.values():
        assert label in page
    assert page.count('<details class="bench"') == len(SECTIONS)
    assert page.count('" open>') == 1  # the one that was asked for
    assert f"/editing/drafts/{draft}" in page
    for path in (f"/projects/{at.code}", f"/projects/{at.code}/changes"):
        assert f'href="{path}"' in page
        assert officer.get(path).status_code == 200
    assert f'href="/projects/{at.code}/poster"' in page


def statements(app, act) -> int:
    """How many statements a page costs."""
    seen = []

    def note(_c, _cursor, statement, *_rest):
        seen.append(statement)

    engine = app.extensions["engine"]
    event.listen(engine, "before_cursor_execute", note)
    try:
        assert act().status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(seen)


def test_the_lists_cost_the_same_however_long_they_are(app, officer, sign_in, at, write):
    moderator = sign_in(Role.MODERATOR)
    paths = [(officer, "/editing/"), (moderator, "/editing/review")]
    handed_in(officer, f"/editing/{at.code}/participant/new", role="builder", name="甲公司")

    def more(s):
        unit = s.get(Project, at.project).department
        for n in range(15):
            factories.project(s, f"项目{n}", ProjectStatus.IN_PROGRESS, unit, clock.today().year)

    def costs():
        for browser, path in paths:
            browser.get(path)  # renews the standings
        return [statements(app, lambda b=b, p=p: b.get(p)) for b, p in paths]

    few = costs()
    write(more)
    for n in range(15):
        path = f"/editing/{at.code}/participant/new"
        handed_in(officer, path, role="builder", name=f"公司{n}")
    assert costs() == few
