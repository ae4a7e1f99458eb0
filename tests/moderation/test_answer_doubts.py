"""Beside an answer that waits, a moderator reads what is worth a second look; it stops nothing."""

import re

import pytest
from sqlalchemy import select

from portal.cases import actions
from portal.cases.kinds import Adoption, Kind
from portal.cases.models import Case
from portal.cases.workflow import State
from portal.departments.models import Department
from portal.security import Role
from tests import factories
from tests.factories import AT, MODERATOR

SAID = "路口水管的漏点已经修好，是接头老化，整段管道已更换，三天内再检查一遍。"


@pytest.fixture
def moderator(sign_in):
    """A moderator's browser."""
    return sign_in(Role.MODERATOR)


@pytest.fixture
def unit(write):
    """The id of a department."""
    return write(lambda s: factories.department(s).id)


def answered(s, unit, text, adoption=None, **more):
    """A case whose answer waits, in these words."""
    found, department = factories.case(s, **more), s.get(Department, unit)
    officer = factories.officer(department)
    actions.assign(s, found, department, actor=MODERATOR, at=AT)
    actions.sign(s, found, actor=officer, at=AT)
    actions.answer(s, found, text, adoption=adoption, actor=officer, at=AT)
    return found.reference


def hints(page):
    """What stands in the notice."""
    notice = re.search(r'id="doubts">(.*?)</div>', page.text, re.S)
    return re.findall(r"<li>(.*?)</li>", notice[1]) if notice else []


def door(reference):
    return f"/moderation/cases/{reference}"


def test_a_full_answer_stands_without_hints(moderator, write, unit):
    reference = write(lambda s: answered(s, unit, SAID))
    page = moderator.get(door(reference))
    assert SAID in page.text
    assert 'id="doubts"' not in page.text


def test_set_phrases_are_pointed_out_and_can_be_released_all_the_same(moderator, write, unit):
    reference = write(lambda s: answered(s, unit, "已转相关部门处理。"))
    page = moderator.get(door(reference))
    assert len(hints(page)) == 2
    assert "只是提示，不影响发布" in page.text
    assert moderator.post(f"{door(reference)}/close", data={}).status_code == 303
    state = write(lambda s: s.scalar(select(Case.state).where(Case.reference == reference)))
    assert state is State.CLOSED
    assert not hints(moderator.get(door(reference)))


def test_the_second_of_two_equal_answers_is_pointed_out_and_the_first_is_not(
    moderator, write, unit
):
    first, second = (write(lambda s: answered(s, unit, SAID)) for _ in range(2))
    assert not hints(moderator.get(door(first)))
    assert hints(moderator.get(door(second))) == [
        "与承办单位以前的一份答复相同（不计称呼、标点和数字）。"
    ]
    assert first not in moderator.get(door(second)).text.partition('id="doubts"')[2][:600]


def test_an_answer_that_is_out_already_is_not_hinted_at(moderator, write, unit):
    reference = write(lambda s: answered(s, unit, "已阅。"))

    def release(s):
        found = s.scalar(select(Case).where(Case.reference == reference))
        texts = {"public_title": "漏水", "public_body": "路口漏水。"}
        actions.publish(s, found, **texts, actor=MODERATOR, at=AT)

    write(release)
    page = moderator.get(door(reference))
    assert "这份答复已经公开，办结时不再改动。" in page.text
    assert not hints(page)


def test_the_hints_cost_the_same_whatever_was_answered_before(
    moderator, write, unit, count_queries
):
    def cost(reference):
        with count_queries() as sent:
            assert moderator.get(door(reference)).status_code == 200
        return sent.n

    first = write(lambda s: answered(s, unit, "已阅。"))
    cost(first)
    before = cost(first)
    last = write(lambda s: [answered(s, unit, "已阅。") for _ in range(9)][-1])
    assert abs(cost(last) - before) <= 1


def test_what_became_of_a_suggestion_is_read_before_it_is_released(moderator, write, unit):
    reference = write(lambda s: answered(s, unit, SAID, Adoption.DECLINED, kind=Kind.SUGGESTION))
    page = moderator.get(door(reference)).text
    assert re.search(r'tag-hold"><svg[^>]*>.{0,120}?</svg>未采纳', page)


def test_an_inspector_reads_it_too(sign_in, write, unit):
    reference = write(lambda s: answered(s, unit, SAID, Adoption.PARTLY, kind=Kind.SUGGESTION))
    page = sign_in(Role.INSPECTOR).get(f"/supervision/cases/{reference}").text
    assert re.search(r"</svg>部分采纳", page)
