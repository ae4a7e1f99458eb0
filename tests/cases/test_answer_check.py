"""An answer that is short, empty, copied or beside the matter is pointed out; others are not."""

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.cases.answer_check import CONCERN_LABELS, Concern, concerns

LETTER = "文化路路灯不亮\n文化路西段的路灯坏了半个月，晚上走路看不见，老人摔了一跤。"
GOOD = (
    "您好！我局于次日派人检查，文化路西段有四盏路灯因电缆老化熄灭，电缆已经更换，四盏灯全部恢复。"
)

EMPTY = [
    "已阅。",
    "阅。",
    "收悉",
    "已收到您的来信。",
    "已转相关部门。",
    "您好！您反映的问题已转相关部门处理，请耐心等待。",
    "正在办理",
    "正在办理中，请您耐心等待，感谢您的理解和支持！",
    "感谢您的来信！",
    "尊敬的王女士：您好！您反映的问题已收悉，我局高度重视，已责成相关部门核实处理，感谢您的支持。",
    "网友：您好！您提出的建议已收悉，我们将认真研究。感谢您对我县工作的关注、理解和支持！",
    "您反映的情况已移交县住建局核实办理，办理结果将及时答复您。",
    "我局已将您的诉求转交河东镇政府调查处理。祝您生活愉快！",
    "已督促物业公司整改到位。",
    "该问题已办结。",
    "特此回复。2026年3月2日",
]

SAYS_SOMETHING = [
    "已修好。",
    "路灯已修好",
    "经查属实，已罚款两千元。",
    "该路段不属于我局管辖，请找交通局。",
    "已要求施工单位三天内整改。",
    "正在办理，预计3月15日前修好路灯。",
    "您咨询的高龄津贴从八十周岁当月起发放。",
    "已转县住建局，工程师周五上门检查您家水管。",
]


def found(text, letter=LETTER, shortest=0, earlier=()):
    return concerns(text, letter=letter, shortest=shortest, earlier=earlier)


def test_an_answer_that_tells_what_was_done_raises_nothing():
    assert found(GOOD, shortest=30) == []


@pytest.mark.parametrize("text", EMPTY)
def test_nothing_but_set_phrases_is_pointed_out(text):
    assert Concern.SET_PHRASES in found(text)


@pytest.mark.parametrize("text", SAYS_SOMETHING)
def test_a_few_words_that_say_something_are_no_set_phrase(text):
    assert Concern.SET_PHRASES not in found(text)


def test_set_phrases_around_an_answer_do_it_no_harm():
    wrapped = (
        f"尊敬的李先生：您好！您反映的问题已收悉。{GOOD}感谢您的监督，祝您生活愉快！特此回复。"
    )
    assert found(wrapped, shortest=30) == []


def test_short_is_what_the_county_says_and_blanks_are_not_counted():
    text = "路 灯\n已　修 好"
    assert found(text, shortest=5) == []
    assert found(text, shortest=6) == [Concern.SHORT]
    assert found(text) == []


def test_an_answer_like_an_earlier_one_is_pointed_out_whatever_names_and_numbers_it_has():
    other = GOOD.replace("您好！", "李先生，你好！").replace("，", ",").replace("。", "!")
    assert found(GOOD, earlier=["已修好。", other]) == [Concern.COPIED]
    dated = "路灯已于3月2日修好，更换灯泡12只，线路一并检查。"
    assert found(dated, earlier=[dated.replace("3月2", "4月15").replace("12", "3")]) == [
        Concern.COPIED
    ]


def test_an_answer_unlike_the_earlier_ones_is_left_alone():
    assert found(GOOD, earlier=[GOOD + "线路一并检查。", GOOD.replace("西段", "东段"), ""]) == []


def test_blank_texts_are_no_copies_of_each_other():
    assert Concern.COPIED not in found("您好！", earlier=["您好！", "", "2026年"])


def test_an_answer_to_another_letter_is_pointed_out():
    other = "您好！老年食堂的饭菜已改为软烂少盐，每周公布菜谱，敬老院也安排了助餐员送饭上门。"
    assert found(other) == [Concern.BESIDE]
    assert found(other, letter="老年食堂饭菜太硬，老人咬不动") == []


def test_words_that_stand_in_every_letter_do_not_count_as_its_matter():
    other = "您好！小区居民反映的问题，我局已经安排人员现场处理，工程进度将在公示栏张贴。"
    letter = "小区居民反映的问题：钢琴班噪音扰民，请安排人员现场处理"
    assert found(other, letter=letter) == [Concern.BESIDE]


def test_a_name_of_the_matter_is_enough_to_mention_it():
    text = "您好！经核查，照明设施的电缆老化，更换以后已经全部恢复，请放心出行，夜间会有人巡查。"
    letter = "晚上黑漆漆的，老人摔了一跤"
    assert found(text, letter=letter) == [Concern.BESIDE]
    assert found(text, letter=letter + "\n路灯\n照明") == []


@pytest.mark.parametrize("letter", ["", "？？？", "help", "请解决", "有没有人管"])
def test_a_letter_that_gives_nothing_to_go_by_is_not_asked_for(letter):
    assert found(GOOD, letter=letter) == []


def test_a_short_answer_is_not_asked_for_the_matter_as_well():
    assert found("该处不归我局管。", shortest=30) == [Concern.SHORT]
    assert found("已转相关部门处理。", shortest=30) == [Concern.SHORT, Concern.SET_PHRASES]


def test_every_concern_has_a_sentence_and_none_of_them_orders_anything():
    assert set(CONCERN_LABELS) == set(Concern)
    assert not [label for label in CONCERN_LABELS.values() if "必须" in label or "不得" in label]


@given(st.text(max_size=300), st.text(max_size=300), st.lists(st.text(max_size=80), max_size=5))
def test_any_text_is_read_without_a_fault(text, letter, earlier):
    shown = concerns(text, letter=letter, shortest=30, earlier=earlier)
    assert shown == sorted(shown, key=list(Concern).index)


@pytest.mark.parametrize("unit", ["转", "要求一", "您好", "尊敬的", "感谢", "已转办局", "路灯"])
def test_time_grows_in_proportion_to_the_length(unit):
    def seconds(n):
        began = perf_counter()
        concerns(unit * n, letter=unit * n, shortest=30, earlier=[unit * n])
        return perf_counter() - began

    seconds(100)
    small = min(seconds(500) for _ in range(5))
    assert min(seconds(4_000) for _ in range(5)) < 8 * 4 * small + 0.02
