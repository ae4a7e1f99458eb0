"""Before an answer leaves the desk: what became of a suggestion, and hints that never refuse."""

import re
from datetime import date

import pytest
from sqlalchemy import select

from portal.cases import actions
from portal.cases.adopting import SHORTEST_WHY
from portal.cases.kinds import Adoption, Kind
from portal.cases.models import Answer
from portal.cases.workflow import State
from portal.county.actions import set_setting
from portal.departments.models import Department
from tests import factories
from tests.desk.room import act, facts, main, of, sign
from tests.factories import AT, MODERATOR

SAID = "路口水管的漏点已经修好，是接头老化，整段管道已更换，三天内再检查一遍。"


def suggest(s, county):
    """Make the case a suggestion that is being worked on."""
    case = of(s, county.case)
    case.kind = Kind.SUGGESTION
    sign(s, county)


def answers(write) -> list[tuple[str, Adoption | None]]:
    return write(lambda s: [(a.text, a.adoption) for a in s.scalars(select(Answer))])


def hints(page) -> list[str]:
    """The hints beside an answer that is not sent yet."""
    notice = re.search(r'id="doubts">(.*?)</div>', page.text, re.S)
    return re.findall(r"<li>(.*?)</li>", notice[1]) if notice else []


def go_on(page) -> str:
    """What the button sends that sends the answer past the hints."""
    return re.search(r'name="confirmed" value="([^"]*)"[^>]*>仍然提交', page.text)[1]


def test_only_a_suggestion_is_asked_what_became_of_it(officer, county, write):
    write(lambda s: sign(s, county))
    assert "采纳情况" not in main(officer.get(county.door))
    write(lambda s: setattr(of(s, county.case), "kind", Kind.SUGGESTION))
    page = main(officer.get(county.door))
    assert re.findall(r'name="adoption" value="(\w+)"', page) == [a.value for a in Adoption]
    assert " checked" not in page


@pytest.mark.parametrize("more", [{}, {"adoption": ""}, {"adoption": "perhaps"}])
def test_a_suggestion_without_it_is_sent_back_with_all_that_was_written(
    officer, county, write, more
):
    write(lambda s: suggest(s, county))
    page = act(officer, county, "answer", text=SAID, **more)
    assert page.status_code == 422
    assert SAID in page.text
    assert 'href="#answer-adoption-0"' in page.text
    assert not answers(write)


def test_a_suggestion_is_answered_with_it_and_the_page_says_so(officer, county, write):
    write(lambda s: suggest(s, county))
    assert act(officer, county, "answer", text=SAID, adoption="partly").status_code == 303
    assert answers(write) == [(SAID, Adoption.PARTLY)]
    page = main(officer.get(county.door))
    assert re.search(r"tag-info.*?</svg>部分采纳", page)


def test_declining_without_a_reason_is_sent_back_and_the_choice_stays(officer, county, write):
    write(lambda s: suggest(s, county))
    page = act(officer, county, "answer", text="暂不采纳。", adoption="declined")
    assert page.status_code == 422
    assert f"没有采纳的，请写明理由，不少于{SHORTEST_WHY}字。" in page.text
    assert 'value="declined" checked' in page.text
    assert not answers(write)


def test_another_kind_takes_no_such_word_whatever_the_form_sends(officer, county, write):
    write(lambda s: sign(s, county))
    assert act(officer, county, "answer", text=SAID, adoption="adopted").status_code == 303
    assert answers(write) == [(SAID, None)]


def test_a_full_answer_goes_out_at_once(officer, county, write):
    write(lambda s: sign(s, county))
    assert act(officer, county, "answer", text=SAID).status_code == 303
    assert facts(write, county.case, "state") == (State.ANSWERED,)


def test_a_short_answer_of_set_phrases_is_shown_once_more_and_then_goes_out(officer, county, write):
    write(lambda s: sign(s, county))
    text = "已转相关部门处理。"
    page = act(officer, county, "answer", text=text)
    assert page.status_code == 200
    assert [hint[:4] for hint in hints(page)] == ["不足30", "只有“已"]
    assert text in page.text
    assert 'href="#doubts"' in page.text
    assert not answers(write)
    again = act(officer, county, "answer", text=text, confirmed=go_on(page))
    assert again.status_code == 303
    assert answers(write) == [(text, None)]


def test_the_first_button_alone_does_not_send_it_past_the_hints(officer, county, write):
    write(lambda s: sign(s, county))
    for _ in range(2):
        assert act(officer, county, "answer", text="已阅。").status_code == 200
    assert not answers(write)


def test_who_goes_on_is_still_shown_what_is_new(officer, county, write):
    write(lambda s: sign(s, county))
    page = act(officer, county, "answer", text="水管修好了")
    beside = "您好！老年食堂的饭菜已改为软烂少盐，每周公布菜谱，并且安排了助餐员每天中午送饭上门。"
    page = act(officer, county, "answer", text=beside, confirmed=go_on(page))
    assert page.status_code == 200
    assert hints(page) == ["没有提到来信所说的事。"]


def test_the_length_is_the_countys_own(officer, county, write):
    def own(s):
        sign(s, county)
        rules = {"answer_length": 3}
        set_setting(s, "intake", rules, valid_from=date(2025, 6, 1), basis="试验")

    write(own)
    assert act(officer, county, "answer", text="水管修好了").status_code == 303


def test_the_words_of_an_earlier_answer_are_pointed_out_and_no_case_is_named(
    officer, county, write
):
    def earlier(s):
        unit = s.get(Department, county.lead)
        other = factories.case(s)
        actions.assign(s, other, unit, actor=MODERATOR, at=AT)
        actions.sign(s, other, actor=factories.officer(unit), at=AT)
        actions.answer(s, other, f"李先生您好！{SAID}", actor=factories.officer(unit), at=AT)
        sign(s, county)
        return other.reference

    reference = write(earlier)
    page = act(officer, county, "answer", text=SAID)
    assert hints(page) == ["与承办单位以前的一份答复相同（不计称呼、标点和数字）。"]
    assert reference not in page.text


def test_what_another_department_answered_is_not_compared(officer, county, write):
    def elsewhere(s):
        unit = s.get(Department, county.other)
        other = factories.case(s)
        actions.assign(s, other, unit, actor=MODERATOR, at=AT)
        actions.sign(s, other, actor=factories.officer(unit), at=AT)
        actions.answer(s, other, SAID, actor=factories.officer(unit), at=AT)
        sign(s, county)

    write(elsewhere)
    assert act(officer, county, "answer", text=SAID).status_code == 303


def test_hints_cost_the_same_whatever_was_answered_before(officer, county, write, count_queries):
    write(lambda s: sign(s, county))

    def cost():
        with count_queries() as sent:
            assert act(officer, county, "answer", text="已阅。").status_code == 200
        return sent.n

    before = cost()

    def many(s):
        unit = s.get(Department, county.lead)
        for _ in range(12):
            factories.closed(s, unit)

    write(many)
    assert cost() == before


def test_an_outdated_page_says_so_before_any_hint(officer, county, write):
    write(lambda s: sign(s, county))
    page = act(officer, county, "answer", text="已阅。", seen="1")
    assert page.status_code == 409
    assert not hints(page)
    assert "已阅。" in page.text


def test_an_answer_that_is_no_longer_due_is_refused_not_hinted_at(officer, county):
    page = act(officer, county, "answer", text="已阅。")
    assert page.status_code == 409
    assert not hints(page)


def test_taking_over_parts_keeps_the_choice_that_was_made(officer, county, write):
    write(lambda s: suggest(s, county))
    page = act(officer, county, "answer", text=SAID, adoption="adopted", take="parts")
    assert page.status_code == 200
    assert 'value="adopted" checked' in page.text
    assert not hints(page)
