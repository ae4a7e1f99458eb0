"""A report whose writer says that nothing was solved is answered by a second pair of eyes."""

import pytest

from portal.cases import actions
from portal.cases.kinds import Resolved
from portal.cases.models import Case
from portal.cases.workflow import State
from portal.departments.models import Department
from portal.errors import NotAllowed
from portal.security import Actor, Role
from tests import factories
from tests.desk.room import County, facts, of, report
from tests.factories import AT


def unhappy(s, county: County, first: str) -> Case:
    """A report that `first` concluded, and that its writer says is not solved."""
    case = report(s, county)
    one = Actor(first, Role.OFFICER, department_id=county.office)
    actions.sign(s, case, actor=one, at=AT)
    actions.conclude(s, case, "已核查，未发现问题。", actor=one, at=AT)
    said = {"resolved": Resolved.NO, "satisfaction": 1, "note": "没有找我核实"}
    actions.judge(s, case, **said, actor=factories.writer(case), at=AT)
    return case


def taken_on(s, county: County, first: str) -> str:
    """Such a report, with the office working on it again."""
    case = unhappy(s, county, first)
    if case.state is State.ASSIGNED:
        actions.sign(s, case, actor=factories.officer(s.get(Department, county.office)), at=AT)
    return case.reference


def test_who_concluded_a_report_does_not_conclude_it_again(s, county):
    case = of(s, taken_on(s, county, "first"))
    text = "再次核查，已约谈相关人员。"
    with pytest.raises(NotAllowed, match="本单位另一个账号"):
        actions.conclude(
            s, case, text, actor=Actor("first", Role.OFFICER, department_id=county.office), at=AT
        )
    assert case.state is State.IN_PROGRESS
    second = Actor("second", Role.OFFICER, department_id=county.office)
    actions.conclude(s, case, text, actor=second, at=AT)
    assert case.state is State.CLOSED


def test_the_page_says_whose_turn_it_is(sign_in, county, write):
    first = sign_in(Role.OFFICER, county.office, username="first")
    second = sign_in(Role.OFFICER, county.office, username="second")
    reference = write(lambda s: taken_on(s, county, "first"))
    door = f"/desk/cases/{reference}"
    page = first.get(door).text
    assert "须由本单位另一个账号的工作人员进行" in page
    assert "上次由您答复办结" in page
    assert 'id="act-conclude"' not in page
    refused = first.post(f"{door}/conclude", data={"text": "维持原答复。"})
    assert refused.status_code == 403
    assert "须由本单位另一个账号的工作人员进行" in refused.text
    page = second.get(door).text
    assert "须由本单位另一个账号的工作人员进行" in page
    assert "上次由您答复办结" not in page
    assert 'id="act-conclude"' in page
    assert second.post(f"{door}/conclude", data={"text": " "}).status_code == 422
    assert second.post(f"{door}/conclude", data={"text": "已约谈，并退还。"}).status_code == 303
    assert facts(write, reference, "state") == (State.CLOSED,)


def test_in_the_first_round_anybody_of_the_office_concludes(sign_in, county, write):
    office = sign_in(Role.OFFICER, county.office)
    reference = write(lambda s: report(s, county).reference)
    door = f"/desk/cases/{reference}"
    assert office.post(f"{door}/sign", data={}).status_code == 303
    assert "另一个账号" not in office.get(door).text
    assert office.post(f"{door}/conclude", data={"text": "已立案。"}).status_code == 303
