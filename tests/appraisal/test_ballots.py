"""Staff write ballots down as they were published, and correct what they copied wrongly."""

import re

import pytest
from sqlalchemy import select

from portal.audit.models import AuditEntry
from portal.ratings.ballots.models import Ballot
from portal.security import Role
from tests import factories
from tests.ratings.ballots import ROWS, recorded, typed

DOORS = ("/appraisal/ballots", "/appraisal/ballots/new", "/appraisal/ballots/{id}")
DOORS += ("/appraisal/ballots/{id}/edit",)


@pytest.fixture
def inspector(sign_in):
    """The browser of an inspector."""
    return sign_in(Role.INSPECTOR)


@pytest.fixture
def ballot(write) -> int:
    """The id of a ballot on record."""
    return write(lambda s: recorded(s).id)


def acts(write) -> list[str]:
    """The acts on ballots, in the order of the trail."""
    entries = select(AuditEntry.act).where(AuditEntry.act.like("ballot:%")).order_by(AuditEntry.id)
    return write(lambda s: s.scalars(entries).all())


@pytest.mark.parametrize("role", [Role.INSPECTOR, Role.ADMIN])
def test_inspectors_and_administrators_come_in(sign_in, ballot, role):
    client = sign_in(role)
    assert [client.get(path.format(id=ballot)).status_code for path in DOORS] == [200] * 4


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.OFFICER])
def test_other_staff_do_not(sign_in, write, ballot, role):
    unit = write(lambda s: factories.department(s).id)
    client = sign_in(role, unit if role is Role.OFFICER else None)
    assert [client.get(path.format(id=ballot)).status_code for path in DOORS] == [403] * 4
    for path in ("/appraisal/ballots/new", f"/appraisal/ballots/{ballot}/edit"):
        assert client.post(path, data=typed("别的,1,1,1", version=1)).status_code == 403
    assert acts(write) == ["ballot:record"]


def test_visitors_are_asked_to_sign_in(client, ballot):
    assert {client.get(path.format(id=ballot)).status_code for path in DOORS} == {302}


def test_what_is_not_there_is_not_found(inspector):
    for ident in (1, 2**31 - 1, 2**31, 10**30):
        assert inspector.get(f"/appraisal/ballots/{ident}").status_code == 404
        assert inspector.get(f"/appraisal/ballots/{ident}/edit").status_code == 404


def test_an_empty_list_says_so(inspector):
    assert "还没有登记过代表测评" in inspector.get("/appraisal/ballots").text


def test_a_ballot_is_written_down_and_shown_with_its_verdicts(inspector, write):
    code = write(lambda s: factories.project(s, "老旧小区改造").code)
    answer = inspector.post("/appraisal/ballots/new", data=typed(), follow_redirects=True)
    assert answer.status_code == 200
    assert re.fullmatch(r"/appraisal/ballots/\d+", answer.request.path)
    assert f'href="/projects/{code}"' in answer.text
    assert answer.text.count("没有对应到项目") == 7
    assert "8 ÷ 8 项" in answer.text
    assert "相差" not in answer.text
    listed = inspector.get("/appraisal/ballots").text
    assert "民生实事项目完成情况满意度测评" in listed
    assert "8 项" in listed


def test_rows_that_do_not_add_up_are_saved_and_pointed_out(inspector, write):
    data = typed("老旧小区改造，26，2，", present=29)
    answer = inspector.post("/appraisal/ballots/new", data=data, follow_redirects=True)
    assert "三项合计 28，到会 29，相差 1" in answer.text
    line = write(lambda s: s.scalar(select(Ballot)).lines[0].votes)
    assert (line.satisfied, line.basic, line.unsatisfied) == (26, 2, 0)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("year", "1999", "请填写 2000 至 2100 之间的整数。"),
        ("year", "今年", "请填写 2000 至 2100 之间的整数。"),
        ("title", "", "请填写这一项。"),
        ("members", "0", "请填写 1 至 99999 之间的整数。"),
        ("members", "-3", "请填写 1 至 99999 之间的整数。"),
        ("present", "9" * 30, "请填写 0 至 99999 之间的整数。"),
        ("held_on", "2026-02-30", "请选择测评日期。"),
        ("held_on", "2099-01-01", "测评日期不能晚于今天。"),
        ("source", "", "请填写这一项。"),
        ("lines", "甲,1,1\n乙,2,2,2\n丙,x,0,0", "第3行：满意票“x”应当是 0 至 99999 的整数。"),
        ("lines", "   ", "请至少填写一行。"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(inspector, write, field, value, said):
    answer = inspector.post("/appraisal/ballots/new", data=typed() | {field: value})
    assert answer.status_code == 422
    assert said in answer.text
    assert "区人大常委会" in answer.text
    assert acts(write) == []


def test_a_rule_that_does_not_exist_is_refused(inspector, write):
    answer = inspector.post("/appraisal/ballots/new", data=typed(rule="none"))
    assert answer.status_code == 422
    assert acts(write) == []


def test_many_wrong_lines_are_counted(inspector):
    text = "\n".join(["甲,1,1"] * 20)
    answer = inspector.post("/appraisal/ballots/new", data=typed(text))
    assert "第8行" in answer.text
    assert "第9行" not in answer.text
    assert "另有 12 处。" in answer.text


def test_the_same_ballot_twice_is_refused_in_words(inspector, ballot):
    answer = inspector.post("/appraisal/ballots/new", data=typed())
    assert answer.status_code == 422
    assert "这一年已有同名、同一天的测评记录。" in answer.text


def field_of(page: str, name: str) -> str:
    """The value of a field of a form."""
    area = re.search(rf'<textarea[^>]*name="{name}"[^>]*>\s*(.*?)</textarea>', page, re.S)
    return area[1] if area else re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)[1]


def test_a_form_that_is_sent_back_as_it_came_changes_nothing(inspector, write, ballot):
    page = inspector.get(f"/appraisal/ballots/{ballot}/edit").text
    data = typed(field_of(page, "lines"), version=field_of(page, "version"))
    answer = inspector.post(f"/appraisal/ballots/{ballot}/edit", data=data, follow_redirects=True)
    assert "没有改动。" in answer.text
    assert acts(write) == ["ballot:record"]


def test_a_correction_is_made_and_what_was_before_is_kept(inspector, write, ballot):
    page = inspector.get(f"/appraisal/ballots/{ballot}/edit").text
    text = field_of(page, "lines").replace("20，8，1", "21，7，1")
    data = typed(text, version=field_of(page, "version"))
    answer = inspector.post(f"/appraisal/ballots/{ballot}/edit", data=data, follow_redirects=True)
    assert "测评已更正。" in answer.text
    assert "登记更正" in answer.text
    assert acts(write) == ["ballot:record", "ballot:change"]
    assert "20, 8, 1" in inspector.get("/supervision/audit?act=ballot:change").text


def test_two_who_correct_at_once_do_not_overwrite_each_other(inspector, write, ballot):
    address = f"/appraisal/ballots/{ballot}/edit"
    assert inspector.post(address, data=typed("甲，29，，", version=1)).status_code == 303
    late = inspector.post(address, data=typed("乙，29，，", version=1))
    assert late.status_code == 409
    assert "别人更正过这次测评" in late.text
    assert inspector.post(address, data=typed("乙，29，，", version="x")).status_code == 409
    assert write(lambda s: [r.name for r in s.get(Ballot, ballot).lines]) == ["甲"]


def test_a_correction_that_cannot_be_read_is_refused(inspector, write, ballot):
    answer = inspector.post(f"/appraisal/ballots/{ballot}/edit", data=typed("甲，29", version=1))
    assert answer.status_code == 422
    assert write(lambda s: len(s.get(Ballot, ballot).lines)) == len(ROWS)


def test_a_correction_may_not_become_another_ballot(inspector, write, ballot):
    other = write(lambda s: recorded(s, title="另一次").id)
    answer = inspector.post(f"/appraisal/ballots/{other}/edit", data=typed(version=1))
    assert answer.status_code == 422
    assert "这一年已有同名、同一天的测评记录。" in answer.text
