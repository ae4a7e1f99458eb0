"""What an answer is compared with: the department's last ones, of cases its reader may see."""

from datetime import date

import pytest

from portal.cases import actions
from portal.cases.answer_check import Concern
from portal.cases.answers import EARLIER, doubts_about
from portal.cases.categories.models import Category
from portal.cases.kinds import Kind, TargetKind
from portal.cases.models import Answer
from portal.cases.targets import Target, set_targets
from portal.county.actions import set_setting
from tests.cases.test_adopting import begun
from tests.factories import AT, MODERATOR, answered, case, department, officer

SAID = "路口水管的漏点已经修好，是接头老化，整段管道已更换，三天内再检查一遍。"


@pytest.fixture
def unit(s):
    return department(s)


def given(s, unit, text, **more):
    found = begun(s, unit, Kind.COMPLAINT)
    actions.answer(s, found, text, actor=officer(unit), at=AT, **more)
    return found


def found(s, about, text, actor=MODERATOR, **more):
    return doubts_about(s, about, text, actor=actor, at=AT, **more).found


def test_an_answer_on_record_is_no_copy_of_itself_but_of_one_before_it(s, unit):
    first = given(s, unit, SAID)
    assert found(s, first, SAID, besides=first.answer) == []
    second = given(s, unit, SAID)
    assert found(s, second, SAID, besides=second.answer) == [Concern.COPIED]
    assert found(s, first, SAID, besides=first.answer) == []


def test_an_answer_that_was_sent_back_and_comes_again_unchanged_is_pointed_out(s, unit):
    same = given(s, unit, SAID)
    actions.send_back(s, same, actor=MODERATOR, at=AT, note="请写明期限")
    assert found(s, same, SAID, actor=officer(unit)) == [Concern.COPIED]


def test_only_so_many_of_the_last_answers_are_compared(s, unit):
    given(s, unit, SAID)
    other = given(s, unit, "已更换水表，并且核减了水费。")
    now = begun(s, unit, Kind.COMPLAINT)
    assert found(s, now, SAID) == [Concern.COPIED]
    s.add_all(
        Answer(case_id=other.id, department=unit, text=f"第{n}次核查", public_text="", given_at=AT)
        for n in range(EARLIER)
    )
    s.flush()
    assert found(s, now, SAID) == []


def test_what_is_hidden_from_the_reader_is_not_compared(s, unit):
    """A report's answer is not for moderators, nor that of a case about one's own unit."""
    rules = {"report_department": unit.code}
    set_setting(s, "intake", rules, valid_from=date(2025, 1, 1), basis="试验")
    secret = case(s, kind=Kind.REPORT)
    actions.sign(s, secret, actor=officer(unit), at=AT)
    actions.conclude(s, secret, SAID, actor=officer(unit), at=AT)
    now = begun(s, unit, Kind.COMPLAINT)
    assert found(s, now, SAID) == []
    about = given(s, unit, "水管阀门已更换，水压恢复正常，住户签字确认，漏点回填以后路面也已修补。")
    text = about.answer.text
    assert found(s, now, text, actor=officer(unit)) == [Concern.COPIED]
    accused = [Target(TargetKind.DEPARTMENT, department=unit)]
    set_targets(s, about, accused, actor=MODERATOR, at=AT)
    assert Concern.COPIED not in found(s, now, text, actor=officer(unit))


def test_the_names_of_category_and_project_are_part_of_the_matter(s, unit):
    now = begun(s, unit, Kind.COMPLAINT)
    now.title, now.body = "楼道黑漆漆", "老人摔了跤，膝盖肿着"
    text = "照明设施电缆老化，更换以后全部恢复，夜间安排巡查员值守，故障报修热线张贴墙角。"
    assert found(s, now, text) == [Concern.BESIDE]
    now.category = Category(
        code="x",
        name="路灯",
        sort_order=1,
        is_active=True,
        words=["照明"],
        questions=[],
        stopper={},
    )
    assert found(s, now, text) == []


def test_reading_costs_two_queries_however_much_was_answered(s, unit, count_queries):
    now = begun(s, unit, Kind.COMPLAINT)
    for _ in range(4):
        answered(s, unit)
        s.flush()
        assert (now.category, now.project, now.department) == (None, None, unit)
        with count_queries() as sent:
            doubts_about(s, now, SAID, actor=MODERATOR, at=AT)
        assert sent.n == 2
