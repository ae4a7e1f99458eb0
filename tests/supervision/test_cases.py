"""The inspectors' list and page of cases: all but reports, which are only counted."""

import re

import pytest

from portal.cases import actions, assists, merging
from portal.cases.kinds import REJECT_REASONS
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
    line = "举报由县纪委监委"
    before = main(inspector.get("/supervision/"))

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
        assert line in page.text
        assert "共不足5件（含没有），未办结不足5件（含没有）" in page.text
        for reference in hidden:
            assert reference not in page.text
        assert "举报围标" not in page.text
        assert counts(page)["全部"] == 1
        assert counts(page)["有单位或人员回避"] == 0
    for reference in hidden:
        assert inspector.get(f"/supervision/cases/{reference}").status_code == 404
        data = {"department": county.codes[county.helper], "note": "x"}
        answer = inspector.post(f"/supervision/cases/{reference}/rule", data=data)
        assert answer.status_code == 404
    assert main(inspector.get("/supervision/")) == before, "the first ones change no word"


def test_many_reports_are_told_in_steps_of_five(inspector, county, write):
    write(lambda s: [report(s, county) for _ in range(11)])
    assert "共10件以上，未办结10件以上" in inspector.get("/supervision/").text


def test_the_line_about_reports_names_nobody(sign_in, county, write):
    write(lambda s: report(s, county))
    page = main(sign_in(Role.INSPECTOR).get("/supervision/"))
    page = re.sub(r'<select id="department".*?</select>', "", page, flags=re.S)  # the register
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


def test_a_case_is_found_by_its_number_by_its_words_and_by_its_department(inspector, county, write):
    def make(s):
        other = s.get(Department, county.other)
        found = factories.answered(s, other, title="小学操场积水", body="下雨后100%积水。")
        return found.reference, other.code

    there, code = write(make)
    for query in (
        f"q={there}",
        f"q={there}&show=returned&state=closed",
        "q=操场",
        "q=操场 100%25",
        f"department={code}",
        f"department={code}&state=answered&q=积水",
    ):
        assert listed(inspector.get(f"/supervision/?{query}")) == {there}, query
    for query in ("q=没有这句话", "q=操场_积水", "q=20990101-000001", "department=nobody"):
        page = inspector.get(f"/supervision/?{query}")
        assert listed(page) == set(), query
        assert "没有符合条件的诉求件" in page.text
    page = inspector.get(f"/supervision/?q=操场&department={code}").text
    assert 'value="操场"' in page
    assert f'<option value="{code}" selected>' in page
    assert f"show=overdue&amp;department={code}&amp;q=" in page, "the tabs keep what is asked for"


def test_a_search_finds_nothing_that_is_not_open_to_the_inspector(inspector, county, write):
    number = write(lambda s: report(s, county).reference)
    code = write(lambda s: s.get(Department, county.office).code)
    for query in (f"q={number}", "q=围标", f"department={code}"):
        page = inspector.get(f"/supervision/?{query}")
        assert listed(page) == set(), query
        assert "没有符合条件的诉求件" in page.text


def test_who_has_a_case_is_not_said_to_be_waited_for_once_it_is_over(inspector, county, write):
    def make(s):
        reason = next(iter(REJECT_REASONS))
        refused, merged, parent = (factories.case(s) for _ in range(3))
        actions.reject(s, refused, reason, actor=factories.MODERATOR, at=AT)
        merging.merge(s, merged, parent, actor=factories.MODERATOR, at=AT)
        return refused.reference, merged.reference, parent.reference, dispute(s, county)

    references = write(make)
    page = inspector.get("/supervision/").text
    rows = {r: re.search(rf"{r}</span>.*?</tr>|{r} .*?</tr>", page, re.S)[0] for r in references}
    refused, merged, parent, disputed = (rows[r] for r in references)
    assert "待派单" not in refused
    assert not re.search(r"\d{4}-\d\d-\d\d", refused), "nor a day on which it is due"
    assert "与主件一起办理" in merged
    assert "待派单" in parent
    assert "督查室裁定" in disputed
    assert "现在：县水利局" in disputed
