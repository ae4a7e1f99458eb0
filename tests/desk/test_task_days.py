"""An assisting department's own day: the county's, or the one that whoever asks gives it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.cases import actions, assists
from portal.cases.parts import CaseAssist
from portal.clock import local_day
from portal.departments.models import Department
from portal.errors import Invalid
from portal.security import Role
from tests import factories
from tests.desk.room import DAY, County, act, of
from tests.factories import AT, MODERATOR

NO_DAYS = ("0", "-1", "61", "二", "2.5", "1e1", "²", "9" * 40)


def ask(s, county: County, at=AT, **more):
    """Have the lead ask another department, at a moment."""
    case = of(s, county.case)
    lead = factories.officer(s.get(Department, county.lead))
    helper = s.get(Department, county.helper)
    return assists.ask_assist(s, case, helper, actor=lead, at=at, note="请核实", **more)


def day_of(task: CaseAssist) -> str:
    return local_day(task.due_at).isoformat()


def dues(write) -> list[str]:
    return write(lambda s: [day_of(task) for task in s.scalars(select(CaseAssist))])


@pytest.mark.parametrize(
    ("days", "due"),
    [(None, "2026-03-05"), (1, "2026-03-03"), (4, "2026-03-06"), (5, "2026-03-09")],
)
def test_a_task_has_the_working_days_it_was_given_or_the_countys(app, s, county, days, due):
    assert day_of(ask(s, county, days=days)) == due  # a Monday; the answer is due on the 9th


@pytest.mark.parametrize("days", [6, 60])
def test_no_task_is_due_after_the_answer(s, county, days):
    with pytest.raises(Invalid, match="最迟到2026-03-09"):
        ask(s, county, days=days)
    assert of(s, county.case).assists == []


@pytest.mark.parametrize("days", [0, -3, 61, 10**9])
def test_no_task_has_no_day_at_all(s, county, days):
    with pytest.raises(Invalid, match="1到60个工作日"):
        ask(s, county, days=days)


def test_the_countys_limit_is_cut_short_by_the_day_of_the_answer(s, county):
    case = of(s, county.case)
    assert ask(s, county, case.due_at - DAY).due_at == case.due_at


def test_after_the_day_of_the_answer_a_task_has_the_countys_limit_and_no_more(s, county):
    late = of(s, county.case).due_at + timedelta(hours=1)
    with pytest.raises(Invalid):
        ask(s, county, late, days=4)
    task = ask(s, county, late)
    assert day_of(task) == "2026-03-13"
    assert task.due_at > late


def test_the_lead_gives_a_day_of_its_own_on_the_page(officer, county, write):
    assert 'id="ask-assist-days"' in officer.get(county.door).text
    data = {"department": county.codes[county.helper], "note": "请核实", "days": "1"}
    assert act(officer, county, "ask-assist", **data).status_code == 303
    assert dues(write) == ["2026-03-03"]
    assert "期限：2026-03-03" in officer.get(county.door).text


def test_a_day_too_late_is_refused_in_words(officer, county, write):
    data = {"department": county.codes[county.helper], "note": "请核实", "days": "6"}
    page = act(officer, county, "ask-assist", **data)
    assert page.status_code == 422
    assert "最迟到2026-03-09" in page.text
    assert dues(write) == []


@pytest.mark.parametrize("days", NO_DAYS)
def test_what_is_no_number_of_days_is_asked_for_again_beside_the_field(
    officer, county, write, days
):
    data = {"department": county.codes[county.helper], "note": "请核实", "days": days}
    page = act(officer, county, "ask-assist", **data)
    assert page.status_code == 422
    assert 'id="ask-assist-days-error"' in page.text
    assert "请核实" in page.text
    assert dues(write) == []


def test_a_moderator_gives_each_helper_a_day_while_handing_the_case_out(sign_in, county, write):
    moderator = sign_in(Role.MODERATOR)
    reference = write(lambda s: factories.case(s).reference)
    door = f"/moderation/cases/{reference}"
    rows = {
        "department": county.codes[county.lead],
        "assists-0-department": county.codes[county.helper],
        "assists-0-task": "查管网图",
        "assists-0-days": "2",
        "assists-1-department": county.codes[county.other],
        "assists-1-task": "查学校用水",
    }
    wrong = moderator.post(f"{door}/assign", data=rows | {"assists-0-days": "x"})
    assert wrong.status_code == 422
    assert "协办期限请填1到60个工作日" in wrong.text
    assert moderator.post(f"{door}/assign", data=rows).status_code == 303
    assert dues(write) == ["2026-03-04", "2026-03-05"]


def test_a_moderator_asks_one_more_with_a_day_of_its_own(sign_in, county, write):
    moderator = sign_in(Role.MODERATOR)
    door = f"/moderation/cases/{county.case}"
    assert 'id="ask-assist-days"' in moderator.get(door).text
    data = {"department": county.codes[county.helper], "note": "查管网图", "days": "4"}
    assert moderator.post(f"{door}/ask-assist", data=data).status_code == 303
    assert dues(write) == ["2026-03-06"]


def test_an_assignment_that_asks_too_late_is_not_made(sign_in, county, write):
    moderator = sign_in(Role.MODERATOR)
    reference = write(lambda s: factories.case(s).reference)
    rows = {
        "department": county.codes[county.lead],
        "assists-0-department": county.codes[county.helper],
        "assists-0-task": "查管网图",
        "assists-0-days": "20",
    }
    page = moderator.post(f"/moderation/cases/{reference}/assign", data=rows)
    assert page.status_code == 422
    assert "最迟到2026-03-09" in page.text
    assert write(lambda s: of(s, reference).department) is None


def test_an_extension_leaves_more_days_to_give(s, county):
    case = of(s, county.case)
    lead = factories.officer(s.get(Department, county.lead))
    actions.sign(s, case, actor=lead, at=AT)
    actions.extend(s, case, actor=lead, at=AT, note="要等管道到货")
    assert day_of(ask(s, county, days=6)) == "2026-03-10"
    assert MODERATOR.name not in [task.asked_by for task in case.assists]
