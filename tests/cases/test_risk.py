"""A letter that cannot wait stands first in the queue, and the queue says why."""

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.cases.kinds import Kind
from portal.cases.risk import LEVEL_LABELS, Risk, risk

DANGER = [
    ("路灯杆漏电，下雨天有人被电到", "漏电"),
    ("楼下燃气管道漏气", "漏气"),
    ("天然气泄漏，报修没人来", "泄漏"),
    ("学校门口路面塌陷，越陷越大", "塌陷"),
    ("老房子墙要坍塌了", "坍塌"),
    ("外墙瓷砖脱落，砸到了人", "砸到"),
    ("有人从楼上高空抛物，花盆落在脚边", "高空抛物"),
    ("电梯从七楼突然下坠", "下坠"),
    ("井盖丢了，孩子掉下去过", "井盖丢了"),
    ("再不给钱我们就集体上访", "集体上访"),
    ("工友准备明天去堵路", "堵路"),
    ("业主要拉横幅", "拉横幅"),
    ("我真的不想活了", "不想活"),
    ("拿不到工钱他要跳楼", "跳楼"),
    ("学校食堂十几个学生食物中毒", "中毒"),
    ("水库边又有孩子溺水", "溺水"),
    ("丈夫家暴，报警也没用", "家暴"),
    ("女儿在学校被猥亵", "猥亵"),
    ("儿子天天被霸凌，不敢上学", "霸凌"),
    ("后山滑坡，石头快到屋后了", "滑坡"),
    ("水库大坝渗水有管涌", "管涌"),
    ("流浪狗咬伤了三个人", "狗咬"),
    ("养老院护工虐待老人", "虐待"),
    ("危桥随时会断", "危桥"),
    ("刹车失灵的校车还在跑", "刹车失灵"),
]

LIVELIHOOD = [
    ("小区停水三天了", "停水"),
    ("全村没电，冰箱的药都坏了", "没电"),
    ("家里没有暖气，孩子感冒", "没有暖气"),
    ("包工头拖欠工资一年", "拖欠工资"),
    ("一直不发工资，吃饭都成问题", "不发工资"),
    ("隔壁孤寡老人没人管", "孤寡"),
    ("我是独居老人，上不了楼", "独居"),
    ("母亲瘫痪在床，没有收入", "瘫痪"),
    ("低保停发两个月，没钱买米", "停发"),
    ("救命药断货，医院开不到", "救命"),
    ("孩子没学上", "没学上"),
    ("唯一的路断了，出不了村", "出不了村"),
]

DATED = [
    ("明天就要报名截止了，系统打不开", "截止"),
    ("高考期间工地还在施工", "高考"),
    ("马上开学了，学籍还没转", "开学"),
    ("春耕等着用水", "春耕"),
    ("补缴的期限就在本周", "本周"),
]

ORDINARY = [
    "路灯不亮，希望修一下",
    "公交班次太少",
    "建议在公园增加座椅",
    "没有发生漏电，只是灯不亮",
    "检查过，不漏电",
    "希望加强防溺水宣传",
    "商场跳楼价促销太吵",
    "社区办了食物中毒急救培训，很好",
    "没有停水，是水压低",
    "从来没停过电，谢谢供电公司",
    "食堂饭菜太贵",
    "物业费涨了两角",
    "停车位太少",
    "爆炸性新闻刷屏，请网信办核实",
    "自来水管上的漏电保护器在哪里买",
    "建议给公交车换安全带",
]


@pytest.mark.parametrize(("text", "word"), DANGER)
def test_danger_to_life_and_mass_incidents_stand_first(text, word):
    found = risk(Kind.COMPLAINT, text)
    assert found.level == 3
    assert any(word in r.params.get("word", "") for r in found.reasons)


@pytest.mark.parametrize(("text", "word"), LIVELIHOOD)
def test_a_livelihood_cut_off_comes_second(text, word):
    found = risk(Kind.HELP, text)
    assert found.level == 2
    assert any(word in r.params.get("word", "") for r in found.reasons)


@pytest.mark.parametrize(("text", "word"), DATED)
def test_what_is_bound_to_a_day_comes_third(text, word):
    found = risk(Kind.COMPLAINT, text)
    assert found.level == 1
    assert any(word in r.params.get("word", "") for r in found.reasons)


@pytest.mark.parametrize("text", ORDINARY)
def test_the_rest_waits_its_turn(text):
    assert risk(Kind.COMPLAINT, text) == Risk(0, ())


def test_a_danger_that_is_only_feared_is_a_danger_all_the_same():
    assert risk(Kind.COMPLAINT, "担心哪天坍塌砸到人").level == 3


def test_what_is_denied_once_does_not_excuse_what_is_said_later():
    assert risk(Kind.COMPLAINT, "以前不漏电，现在路灯杆漏电").level == 3


def test_a_question_denies_nothing():
    assert risk(Kind.INQUIRY, "请查一下有没有漏电").level == 3


def test_the_highest_level_counts_and_every_level_gives_its_reasons():
    found = risk(Kind.COMPLAINT, "停水三天，楼道漏电，快到高考")
    assert found.level == 3
    assert [(r.level, r.params["word"]) for r in found.reasons] == [
        (3, "漏电"),
        (2, "停水"),
        (1, "高考"),
    ]


def test_a_word_is_given_once_and_few_are_given_for_each_level():
    found = risk(Kind.COMPLAINT, "漏电！漏电！塌陷、坍塌、溺水、猥亵、霸凌、家暴，都没人管")
    assert [r.params["word"] for r in found.reasons] == ["漏电", "塌陷", "坍塌"]


def test_a_child_lifts_a_letter_by_one_and_no_higher_than_the_first_class():
    assert risk(Kind.COMPLAINT, "路灯不亮", has_minor=True).level == 1
    assert risk(Kind.COMPLAINT, "小区停水", has_minor=True).level == 3
    assert risk(Kind.COMPLAINT, "路灯杆漏电", has_minor=True).level == 3
    assert risk(Kind.COMPLAINT, "路灯不亮", has_minor=True).reasons[0].params == {}


def test_a_report_of_wrongdoing_never_waits_with_the_ordinary():
    assert risk(Kind.REPORT, "村会计账目不清").level == 1
    assert risk(Kind.REPORT, "他威胁要打断我的腿").level == 3


def test_a_bad_rating_that_is_followed_up_is_bound_to_its_day():
    assert risk(Kind.FOLLOW_UP, "").level == 1


def test_praise_tells_of_dangers_that_are_over():
    found = risk(Kind.PRAISE, "感谢救起溺水的孩子")
    assert found.level == 1
    assert found.reasons


def test_each_level_has_a_word():
    assert sorted(LEVEL_LABELS) == [0, 1, 2, 3]


@pytest.mark.parametrize("kind", list(Kind))
def test_the_same_letter_has_the_same_risk(kind):
    assert risk(kind, "停水，漏电") == risk(kind, "停水，漏电")


def test_width_and_blanks_make_no_difference():
    assert risk(Kind.COMPLAINT, "路灯杆 漏 电").level == 3


@given(st.sampled_from(list(Kind)), st.text(max_size=200), st.booleans())
def test_any_text_has_a_level_and_reasons_unless_it_is_ordinary(kind, text, has_minor):
    found = risk(kind, text, has_minor=has_minor)
    assert found.level in LEVEL_LABELS
    assert bool(found.reasons) == (found.level > 0)


@given(st.text(max_size=100), st.sampled_from([t for t, _ in DANGER]))
def test_nothing_written_after_a_danger_hides_it(more, danger):
    assert risk(Kind.COMPLAINT, f"{danger}。{more}").level == 3


@pytest.mark.parametrize("unit", ["漏电", "没有漏电", "停水，", "明天"])
def test_time_grows_in_proportion_to_the_length(unit):
    def seconds(n):
        began = perf_counter()
        risk(Kind.COMPLAINT, unit * n)
        return perf_counter() - began

    seconds(100)
    small = min(seconds(500) for _ in range(3))
    assert min(seconds(4_000) for _ in range(3)) < 8 * 4 * small + 0.01
