"""The preset taxonomy is whole, unambiguous, and leads what residents write to its matter."""

import re
from collections import Counter
from itertools import chain

import pytest

from portal.county import taxonomy
from portal.county.taxonomy import (
    MAX_CODE,
    TAXONOMY,
    Question,
    QuestionKind,
    Severity,
    Stopper,
    find,
    group_of,
    matters,
    owner,
)

REGISTER = {
    "water": ("县自来水公司", "供水公司"),
    "build": ("县住房和城乡建设局", "住建局"),
    "city": ("县综合行政执法局", "城管局"),
    "schools": ("县教育体育局", "教体局"),
    "police": ("县公安局", "交警大队"),
    "nature": ("市生态环境局县分局", "生态环境分局"),
    "office": ("县政府办公室", "政府办"),
}

LETTERS = [
    ("小区从昨天晚上停水到现在，也没有通知", "supply.water-cut"),
    ("三楼以上水压太低，洗澡都洗不了", "supply.water-cut"),
    ("人民路口自来水管爆管，水流了一地", "supply.water-leak"),
    ("家里自来水发黄，不敢喝", "supply.water-quality"),
    ("一到晚上就跳闸，空调带不动", "supply.power-cut"),
    ("天然气开户收了三千多，合理吗", "supply.gas"),
    ("暖气不热，家里只有十四度", "supply.heating"),
    ("小区没有充电桩，电动车没处充", "supply.charging"),
    ("楼下垃圾桶满了三天没人收", "sanitation.rubbish"),
    ("广场的公厕脏得进不去人", "sanitation.toilet"),
    ("文化路一整排路灯都不亮", "street.lamp"),
    ("路中间井盖没了，差点摔倒", "street.cover"),
    ("学校门口全是流动摊点，占道严重", "street.stalls"),
    ("顶楼住户私搭乱建一间房", "street.illegal-building"),
    ("物业收钱不干活，保安天天睡觉", "housing.property"),
    ("开发商逾期交房两年了", "housing.late"),
    ("入住五年还办不下来房产证", "housing.title"),
    ("维修基金用到哪里去了", "housing.fund"),
    ("孩子今年入学，学区怎么划分", "education.admission"),
    ("班主任体罚学生", "education.teacher"),
    ("学校食堂的午餐又凉又难吃", "education.food"),
    ("校车超员，孩子站着", "education.bus"),
    ("儿子在班里被欺凌半年", "education.bullying"),
    ("县医院医生看病三分钟就打发人", "health.care"),
    ("村卫生室常年锁门，村医不在", "health.village"),
    ("异地就医报销比例是多少", "welfare.medical"),
    ("父亲瘫痪在床，想问低保怎么申请", "welfare.minimum"),
    ("老年食堂只开了一个月", "welfare.elderly"),
    ("退休后养老金少发了两个月", "welfare.pension"),
    ("包工头拖欠工资半年", "work.wages"),
    ("在厂里受伤，老板不给认定工伤", "work.injury"),
    ("公司试用期随便辞退人", "work.contract"),
    ("村道断了，车进不去", "rural.road"),
    ("水渠堵了，稻田浇不上水", "rural.water"),
    ("户厕改了不能用", "rural.toilet"),
    ("种粮补贴没有打到一卡通", "rural.subsidy"),
    ("村里的养猪场臭水直排", "rural.breeding"),
    ("公交车一个小时才来一趟", "traffic.bus"),
    ("出租车拒载还不打表", "traffic.taxi"),
    ("路口没有红绿灯，也没有斑马线", "traffic.lights"),
    ("大货车超载把路都压坏了", "traffic.overload"),
    ("化工厂半夜偷排废气", "environment.factory"),
    ("工地夜间施工，睡不了觉", "environment.noise-site"),
    ("广场舞音响太大，扰民", "environment.noise-life"),
    ("楼下烧烤油烟直往家里灌", "environment.fumes"),
    ("超市卖过期食品", "market.food"),
    ("健身馆办卡以后跑路了，不退款", "market.consumer"),
    ("电梯困人好几次，物业说等配件", "market.lift-safety"),
    ("消防通道被私家车堵死", "safety.fire"),
    ("有人在小区赌博到半夜", "safety.order"),
    ("流浪狗成群，孩子不敢出门", "safety.dogs"),
    ("外墙脱落砸坏了车", "safety.falling"),
    ("后山滑坡，石头滚到院子里", "safety.disaster"),
    ("社区健身器材坏了没人修", "culture.fitness"),
    ("图书馆周末不开门", "culture.library"),
    ("办事大厅排队两小时，窗口只开一个", "conduct.window"),
    ("几个部门互相踢皮球", "conduct.attitude"),
    ("落户需要什么材料", "conduct.household"),
    ("广场刚铺好又拆了重铺，纯属形象工程", "conduct.formalism"),
    ("村口的牌楼是政绩工程，没人用", "conduct.formalism"),
    ("一个月来了五拨重复检查，干部天天填表", "conduct.formalism"),
    ("培训走过场，搞形式主义", "conduct.formalism"),
    ("花坛年年翻修，太浪费", "conduct.formalism"),
    ("项目资金被镇里挪用了", "conduct.graft"),
    ("到户的补助被截留一半", "conduct.graft"),
    ("我们村手机信号差，打不通电话", "other.telecom"),
    ("快递都不送到村里", "other.post"),
]


def test_there_are_groups_with_five_to_nine_matters_each():
    assert 14 <= len(TAXONOMY) <= 20
    assert not {g.code: len(g.matters) for g in TAXONOMY if not 5 <= len(g.matters) <= 9}
    assert TAXONOMY[-1].code == "other"


def test_no_group_is_left_out():
    assert len(TAXONOMY) == len(taxonomy._ALL)


def test_codes_are_short_kebab_unique_and_begin_with_their_group():
    codes = [g.code for g in TAXONOMY] + [m.code for m in matters()]
    assert not [c for c, n in Counter(codes).items() if n > 1]
    assert not [c for c in codes if len(c) > MAX_CODE]
    assert not [c for c in codes if not re.fullmatch(r"[a-z]+(\.[a-z]+(-[a-z]+)*)?", c)]
    assert all(group_of(m.code) is g for g in TAXONOMY for m in g.matters)


def test_names_are_unique():
    names = [g.name for g in TAXONOMY] + [m.name for m in matters()]
    assert not [name for name, n in Counter(names).items() if n > 1]


def test_no_word_belongs_to_two_matters():
    words = Counter(chain.from_iterable(set(m.words) for m in matters()))
    assert not [word for word, n in words.items() if n > 1]
    assert not [word for word in words if len(word) < 2]


def test_every_matter_has_words_and_departments():
    assert not [m.code for m in matters() if not m.words or not m.departments]
    assert not [m.code for m in matters() if len(set(m.words)) != len(m.words)]


def test_questions_have_labels_and_keys_that_are_unique_within_their_matter():
    for m in matters():
        keys = [q.key for q in m.questions]
        assert len(set(keys)) == len(keys), m.code
        assert all(re.fullmatch("[a-z_]+", q.key) and q.label for q in m.questions), m.code
        assert all(bool(q.choices) == (q.kind is QuestionKind.CHOICE) for q in m.questions)


def test_a_question_means_the_same_wherever_its_key_is_asked():
    labels = {}
    for q in chain.from_iterable(m.questions for m in matters()):
        labels.setdefault(q.key, set()).add(q)
    assert not {key for key, asked in labels.items() if len(asked) > 1}


def test_nobody_is_asked_more_than_four_things():
    assert max(len(m.questions) for m in matters()) == 4


def test_stoppers_say_where_to_go_and_their_numbers_can_be_dialled():
    stoppers = [m.stopper for m in matters() if m.stopper]
    assert len({s.code for s in stoppers}) == len(stoppers)
    assert all(s.title and s.advice and re.fullmatch(r"\d{0,11}", s.phone) for s in stoppers)
    assert all(s.phone for s in stoppers if s.severity is Severity.CALL_NOW)


@pytest.mark.parametrize("matter", [m for m in matters() if m.questions], ids=lambda m: m.code)
def test_questions_survive_being_kept_as_json(matter):
    assert tuple(Question.of(q.as_json()) for q in matter.questions) == matter.questions


def test_a_stopper_survives_being_kept_as_json():
    for m in matters():
        if m.stopper:
            assert Stopper.of(m.code, m.stopper.as_json()) == m.stopper
    assert Stopper.of("x", {}) is None
    kept = Stopper.of("x.y", {"title": "找民政局", "advice": "到窗口", "phone": ""})
    assert kept == Stopper("category-x.y", "找民政局", "到窗口", "", Severity.ELSEWHERE)


def test_a_question_that_does_not_fit_its_kind_is_refused():
    with pytest.raises(ValueError, match="choices do not fit"):
        Question.of({"key": "a", "label": "b", "kind": "choice"})
    with pytest.raises(ValueError, match="choices do not fit"):
        Question.of({"key": "a", "label": "b", "choices": ["一"]})


@pytest.mark.parametrize(("text", "code"), LETTERS)
def test_a_letter_leads_to_its_matter(text, code):
    assert code in find(text, most=2)


def test_most_letters_lead_to_their_matter_at_once():
    right = sum(find(text, most=1) == [code] for text, code in LETTERS)
    assert right >= 0.9 * len(LETTERS)


def test_the_beginning_of_a_word_is_enough_for_somebody_who_types():
    assert find("加装") == ["works.lift"]
    assert find("车") == []


@pytest.mark.parametrize("text", ["", "你好", "谢谢领导关心"])
def test_words_that_point_nowhere_find_nothing(text):
    assert find(text) == []


def test_a_county_searches_by_its_own_words():
    assert find("村口的大槐树", {"tree": ["槐树"], "road": ["公路"]}) == ["tree"]


@pytest.mark.parametrize(
    ("code", "department"),
    [
        ("supply.water-cut", "water"),
        ("works.drain", "build"),
        ("street.lamp", "city"),
        ("education.food", "schools"),
        ("environment.factory", "nature"),
        ("environment.noise-life", "police"),
        ("other.else", "office"),
        ("health.care", None),
    ],
)
def test_a_matter_finds_its_department_in_the_register(code, department):
    departments = next(m.departments for m in matters() if m.code == code)
    assert owner(departments, REGISTER) == department


def test_a_whole_name_comes_before_a_part_of_one():
    register = {"team": ("县公安局交通警察大队",), "police": ("县公安局",)}
    assert owner(("公安局",), register) == "police"
