"""The inspectors' list and page of cases: all but reports, which are only counted."""

import re

import pytest

from portal.cases import actions, assists
from portal.cases.parts import CaseAssist, CaseNote
from portal.cases.workflow import State
from portal.departments.models import Department
from portal.security import Role
from tests import factories
from tests.desk.room import DAY, ask, conflicted, main, of, report, returned, sign
from tests.factories import AT
from tests.supervision.test_disputes import dispute


def listed(page) -> set[str]:
    return set(re.findall(r'href="/supervision/cases/([\d-]+)"', page.text))


def counts(page) -> dict[str, int]:
    found = re.findall(r">([^<>]+) <b>(\d+)</b>", main(page))
    return {name: int(n) for name, n in found}


def test_each_filter_shows_its_cases_and_how_many(sign_in, county, write, now):
    def make(s):
        known = conflicted(s, county).reference
        late = factories.case(s, at=AT - 30 * DAY).reference
        pushed = dispute(s, county)
        return known, late, pushed

    known, late, pushed = write(make)
    browser = sign_in(Role.INSPECTOR)
    expected = {
        "all": {known, late, pushed},
        "overdue": {late},
        "disputed": {pushed},
        "returned": {pushed},
        "conflicted": {known},
    }
    for show, references in expected.items():
        page = browser.get(f"/supervision/?show={show}")
        assert listed(page) == references, show
        assert list(counts(page).values()) == [3, 1, 1, 1, 1]
    assert listed(browser.get("/supervision/?overdue=yes")) == {late}
    assert listed(browser.get("/supervision/?state=disputed")) == {pushed}
    assert listed(browser.get("/supervision/?show=overdue&state=disputed")) == set()
    assert "没有符合条件的诉求件" in browser.get("/supervision/?show=overdue&state=closed").text
    assert "退回2次" in browser.get("/supervision/").text


def test_reports_are_counted_and_not_shown(inspector, county, write):
    assert "另有举报" not in inspector.get("/supervision/").text

    def make(s):
        first = report(s, county)
        office = factories.officer(first.department)
        second = report(s, county)
        actions.sign(s, second, actor=office, at=AT)
        actions.conclude(s, second, "已立案。", actor=office, at=AT)
        return first.reference, second.reference

    hidden = write(make)
    for path in (
        "/supervision/",
        "/supervision/?show=conflicted",
        "/supervision/?state=closed",
        "/supervision/?state=assigned",
    ):
        page = inspector.get(path)
        line = "另有举报2件（未办结1件）由县纪委监委"
        assert line in page.text
        for reference in hidden:
            assert reference not in page.text
        assert "举报围标" not in page.text
        assert counts(page)["全部"] == 1
        assert counts(page)["有单位或人员回避"] == 0
    for reference in hidden:
        assert inspector.get(f"/supervision/cases/{reference}").status_code == 403
        data = {"department": county.codes[county.helper], "note": "x"}
        answer = inspector.post(f"/supervision/cases/{reference}/rule", data=data)
        assert answer.status_code == 403


def test_the_line_about_reports_names_nobody(sign_in, county, write):
    write(lambda s: report(s, county))
    page = main(sign_in(Role.INSPECTOR).get("/supervision/"))
    name = write(lambda s: s.get(Department, county.accused).name)
    assert name not in page
    assert "赵某某" not in page


def test_a_case_is_shown_with_everything_that_happened(inspector, county, write):
    def make(s):
        case = returned(s, county)
        sign(s, county)
        ask(s, county)
        ask(s, county, unit=county.other)
        helper = factories.officer(s.get(Department, county.helper))
        late = case.assists[0].due_at + DAY
        assists.assist(s, case, actor=helper, at=late, text="井盖归我局。")
        case.notes.append(CaseNote(at=AT, actor="moderator", text="请盯紧这一件"))

    write(make)
    page = inspector.get(f"/supervision/cases/{county.case}").text
    for words in (
        "不归我局管护",
        "逾期提交",
        "井盖归我局。",
        "待提交",
        "请盯紧这一件",
        "没有人查看过反映人的联系方式",
        "退回次数",
    ):
        assert words in page, words
    tasks = page.split('id="h-tasks"')[1].split("</section>")[0]
    assert tasks.count("<article") == 2


def test_a_task_past_its_day_is_marked(sign_in, county, write, now):
    write(lambda s: (sign(s, county), ask(s, county)))
    now.at = write(lambda s: s.query(CaseAssist).one().due_at) + DAY
    page = sign_in(Role.INSPECTOR).get(f"/supervision/cases/{county.case}").text
    assert "已超期" in page.split('id="h-tasks"')[1].split("</section>")[0]


def test_whom_a_complaint_is_about_is_shown_to_the_inspector(inspector, county, write):
    reference = write(lambda s: conflicted(s, county).reference)
    page = inspector.get(f"/supervision/cases/{reference}").text
    name = write(lambda s: s.get(Department, county.accused).name)
    assert name in page.split('id="h-targets"')[1].split("</section>")[0]


@pytest.mark.parametrize("role", [Role.ADMIN, Role.MODERATOR, Role.OFFICER])
def test_other_staff_do_not_come_in(sign_in, client, county, role):
    browser = sign_in(role, county.lead if role is Role.OFFICER else None)
    for path in ("/supervision/", "/supervision/returns", f"/supervision/cases/{county.case}"):
        assert browser.get(path).status_code == 403, path
        assert client.get(path).status_code == 302, path


def test_a_case_that_is_not_there_is_not_found(inspector, county):
    for reference in ("20260302-999999", "x", "%00"):
        assert inspector.get(f"/supervision/cases/{reference}").status_code == 404


def test_a_long_trail_is_paged(inspector, county, write):
    def make(s):
        case = of(s, county.case)
        for n in range(60):
            actions.withhold(s, case, actor=factories.MODERATOR, at=AT, note=f"理由{n}")
            case.visibility = factories.actions.Visibility.PRIVATE

    write(make)
    first = inspector.get(f"/supervision/cases/{county.case}").text
    following = re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&")
    assert "提交诉求" not in first.split('id="trail"')[1].split("</section>")[0]
    last = inspector.get(following.partition("#")[0]).text
    assert "提交诉求" in last.split('id="trail"')[1].split("</section>")[0]


@pytest.mark.parametrize("path", ["/supervision/", "/supervision/?show=overdue"])
def test_the_list_costs_the_same_queries_whatever_its_length(
    inspector, county, write, count_queries, path
):
    def more(s):
        unit = of(s, county.case).department
        for _ in range(5):
            project = factories.project(s, unit=unit)
            case = factories.case(s, project=project, at=AT - 30 * DAY)
            actions.assign(s, case, unit, actor=factories.MODERATOR, at=AT)

    spent = []
    for _ in range(2):
        write(more)
        inspector.get(path)
        with count_queries() as sent:
            assert inspector.get(path).status_code == 200
        spent.append(sent.n)
    assert 0 < spent[0] == spent[1]


def test_paging_keeps_what_was_chosen(inspector, county, write):
    write(lambda s: [factories.case(s, at=AT - 30 * DAY) for _ in range(30)])
    page = inspector.get(f"/supervision/?show=overdue&state={State.SUBMITTED.value}").text
    following = re.search(r'rel="next" href="([^"]+)"', page)[1]
    assert "show=overdue" in following
    assert "state=submitted" in following
    assert len(listed(inspector.get(following.replace("&amp;", "&")))) == 5
