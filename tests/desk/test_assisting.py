"""A department that assists sees its task and its day, and gives its part to the lead."""

import pytest
from sqlalchemy import select

from portal.cases import actions, returns
from portal.cases.assists import ask_assist
from portal.cases.parts import CaseAssist
from portal.departments.models import Department
from portal.security import Role
from tests import factories
from tests.desk.room import BASIS, DAY, ask, main, of, returned, sign
from tests.factories import AT, MODERATOR

PART = "井盖归我局，已更换。"


@pytest.fixture
def asked(write, county):
    """The helper's part is awaited by the end of Thursday."""
    write(lambda s: (sign(s, county), ask(s, county)))


def tasks(write) -> list[tuple[str, bool | None]]:
    return write(lambda s: [(t.text, t.was_in_time) for t in s.scalars(select(CaseAssist))])


def test_a_part_is_given_once_and_reaches_the_lead(helper, officer, county, write, asked):
    page = helper.get(county.task).text
    assert "期限：2026-03-05" in page
    assert "待提交" in page
    assert helper.post(county.task, data={"text": PART}).status_code == 303
    assert tasks(write) == [(PART, True)]
    page = helper.get(county.task).text
    assert "按时提交" in page
    assert PART in page
    assert 'id="act-assist"' not in page
    assert helper.post(county.task, data={"text": "再交一次"}).status_code == 409
    assert PART in officer.get(county.door).text
    assert write(lambda s: of(s, county.case).events[-1].department_id) == county.helper
    assert county.case not in main(helper.get("/desk/assists"))
    assert county.case in main(helper.get("/desk/assists?show=given"))


@pytest.mark.parametrize("text", ["", " \n", "字" * 4001])
def test_an_empty_or_oversized_part_is_refused(helper, county, write, asked, text):
    page = helper.post(county.task, data={"text": text})
    assert page.status_code == 422
    assert "处需要修改" in page.text
    assert tasks(write) == [("", None)]


def test_its_clock_is_its_own_and_lateness_is_frozen(sign_in, county, write, now, asked):
    now.at = write(lambda s: s.scalars(select(CaseAssist.due_at)).one())
    helper = sign_in(Role.OFFICER, county.helper)
    assert "已超期" not in main(helper.get("/desk/assists"))
    now.at += DAY / 86400
    assert "已超期" in main(helper.get("/desk/assists"))
    assert helper.post(county.task, data={"text": PART}).status_code == 303
    assert tasks(write) == [(PART, False)]
    assert "逾期提交" in helper.get(county.task).text
    due = write(lambda s: of(s, county.case).due_at)
    assert due > now.at, "the lead's own day is another"


def test_the_first_due_stand_first(sign_in, county, write, now):
    def more(s):
        lead, helper = s.get(Department, county.lead), s.get(Department, county.helper)
        found = []
        for days in (3, 1, 2):
            case = factories.case(s, title=f"第{days}件")
            actions.assign(s, case, lead, actor=MODERATOR, at=AT)
            ask_assist(s, case, helper, actor=MODERATOR, at=AT, note="请核实", days=days)
            found.append(case.reference)
        return found

    third, first, second = write(more)
    page = main(sign_in(Role.OFFICER, county.helper).get("/desk/assists"))
    places = [page.index(f'href="/desk/assists/{ref}"') for ref in (first, second, third)]
    assert places == sorted(places)


def test_what_was_ended_or_went_elsewhere_is_gone(helper, county, write, asked):
    def elsewhere(s):
        case = of(s, county.case)
        helper = s.get(Department, county.helper)
        for task in case.assists:
            task.ended_at = AT
        assert helper.id not in case.assisting

    write(elsewhere)
    assert helper.get(county.task).status_code == 404
    assert helper.post(county.task, data={"text": PART}).status_code == 404
    assert county.case not in helper.get("/desk/assists").text
    assert county.case not in helper.get("/desk/assists?show=given").text


def test_while_the_case_is_disputed_no_part_is_taken(helper, county, write):
    def dispute(s):
        case = returned(s, county)
        ask(s, county)
        lead = factories.officer(case.department)
        returns.dispute(s, case, actor=lead, at=AT, note="仍不归我局", basis=BASIS)

    write(dispute)
    page = helper.get(county.task)
    assert page.status_code == 200
    assert 'id="act-assist"' not in page.text
    assert helper.post(county.task, data={"text": PART}).status_code == 409


def test_who_assists_does_not_read_history_answers_or_other_parts(helper, county, write, asked):
    def more(s):
        ask(s, county, unit=county.other)
        case = of(s, county.case)
        case.assists[-1].task = "给教育局的任务"

    write(more)
    page = helper.get(county.task).text
    for words in ("办理过程", "给教育局的任务", "请核实后答复居民", "被反映对象"):
        assert words not in page
