"""Nobody but lead and assisting department comes in; who is complained about finds nothing."""

import pytest
from sqlalchemy import func, select

from portal.cases.models import CaseEvent
from portal.cases.parts import ContactView
from portal.departments.models import Department
from portal.security import Role
from tests.desk.room import RETURN, TITLE, ask, conflicted, main, of, report, sign

REASON = {"note": "需要上门核实漏点"}
ACTS = {
    "sign": {},
    "return": RETURN,
    "dispute": RETURN,
    "extend": {"note": "等材料"},
    "ask-assist": {"note": "请核实"},
    "end-assist": {"note": "不需要了"},
    "answer": {"text": "已办"},
    "conclude": {"text": "已办"},
    "reply": {"text": "已办"},
    "reveal": REASON,
}
LISTS = ["/desk/", "/desk/assists", "/desk/assists?show=given"]
LISTS += [f"/desk/?show={show}" for show in ("disputed", "answered", "asked", "closed")]


def steps(write) -> tuple[int, int]:
    def count(s):
        events = s.scalar(select(func.count()).select_from(CaseEvent))
        return events, s.scalar(select(func.count()).select_from(ContactView))

    return write(count)


def tries(browser, county, reference: str) -> set[int]:
    """Try every door of a case; return the answers."""
    ways = {f"/desk/cases/{reference}/{name}": data for name, data in ACTS.items()}
    ways[f"/desk/assists/{reference}"] = {"text": "意见"}
    for path, data in ways.items():
        if path.endswith("-assist"):
            data["department"] = county.codes[county.other]
    got = {browser.post(path, data=data).status_code for path, data in ways.items()}
    reads = (f"/desk/cases/{reference}", f"/desk/assists/{reference}")
    return got | {browser.get(path).status_code for path in reads}


@pytest.mark.parametrize("who", ["other", "helper", "accused", "office"])
def test_another_department_finds_no_door_open(sign_in, county, write, who):
    browser = sign_in(Role.OFFICER, getattr(county, who))
    before = steps(write)
    assert tries(browser, county, county.case) == {404}
    assert steps(write) == before
    for path in LISTS:
        assert county.case not in browser.get(path).text


@pytest.mark.parametrize("role", [Role.ADMIN, Role.MODERATOR, Role.INSPECTOR])
def test_other_staff_have_no_desk(sign_in, county, write, role):
    browser = sign_in(role)
    before = steps(write)
    assert tries(browser, county, county.case) == {403}
    assert {browser.get(path).status_code for path in LISTS} == {403}
    assert steps(write) == before


def test_visitors_are_sent_to_sign_in_and_change_nothing(client, county, write):
    before = steps(write)
    assert tries(client, county, county.case) == {302, 403}
    assert steps(write) == before


def test_who_assists_does_not_lead_and_who_leads_does_not_assist(helper, officer, county, write):
    write(lambda s: (sign(s, county), ask(s, county)))
    before = steps(write)
    for name, data in ACTS.items():
        assert helper.post(f"{county.door}/{name}", data=data).status_code in (404, 422), name
    assert helper.get(county.door).status_code == 404
    assert officer.get(county.task).status_code == 404
    assert officer.post(county.task, data={"text": "意见"}).status_code == 404
    assert steps(write) == before
    for path in LISTS[:1] + LISTS[3:]:
        assert county.case not in helper.get(path).text


def test_the_accused_department_finds_nothing_even_where_it_has_the_case(sign_in, county, write):
    """Whatever went wrong before: rows that name it as lead or assisting open no door."""

    def force(s):
        case = conflicted(s, county)
        ask(s, county)
        case.department_id = county.accused
        task = of(s, county.case).assists[0]
        task.case_id, task.department_id = case.id, county.accused
        return case.reference

    reference = write(force)
    browser = sign_in(Role.OFFICER, county.accused)
    assert tries(browser, county, reference) == {404}
    for path in LISTS:
        page = browser.get(path)
        assert reference not in page.text
        assert "住建局推诿" not in page.text
        assert set(_counts(page)) == {"0"}


def _counts(page) -> list[str]:
    return [part.partition("</b>")[0] for part in main(page).split("<b>")[1:]]


def test_a_department_that_is_complained_about_is_not_offered(officer, sign_in, county, write):
    reference = write(lambda s: conflicted(s, county).reference)
    page = officer.get(f"/desk/cases/{reference}").text
    options = page.split('id="ask-assist-department"')[1].split("</select>")[0]
    assert f'"{county.codes[county.other]}"' in options
    assert f'"{county.codes[county.accused]}"' not in options
    data = {"department": county.codes[county.accused], "note": "请核实"}
    assert officer.post(f"/desk/cases/{reference}/ask-assist", data=data).status_code == 422
    assert "县住建局" in page, "whom it is about, the lead must know"


def test_who_assists_a_complaint_is_not_told_whom_it_is_about(sign_in, county, write):
    def make(s):
        county.case = conflicted(s, county).reference
        ask(s, county)
        return county.case

    reference = write(make)
    page = sign_in(Role.OFFICER, county.helper).get(f"/desk/assists/{reference}")
    assert page.status_code == 200
    assert "被反映对象" not in page.text
    name = write(lambda s: s.get(Department, county.accused).name)
    assert name not in page.text


@pytest.mark.parametrize("who", ["lead", "helper", "other", "accused"])
def test_a_report_is_the_discipline_offices_alone(sign_in, county, write, who):
    reference = write(lambda s: report(s, county).reference)
    browser = sign_in(Role.OFFICER, getattr(county, who))
    before = steps(write)
    assert tries(browser, county, reference) == {404}
    assert steps(write) == before
    for path in LISTS:
        assert reference not in browser.get(path).text


@pytest.mark.parametrize("path", [f"/desk/cases/{ref}" for ref in ("20260302-999999", "%00", "'")])
def test_what_is_not_there_is_not_found(officer, path):
    assert officer.get(path).status_code == 404
    assert officer.post(f"{path}/sign", data={}).status_code == 404
    assert officer.get(path.replace("cases", "assists")).status_code == 404


def test_the_title_of_a_page_tells_nobody_either(officer, county):
    page = officer.get(county.door)
    assert TITLE not in page.text
