"""Suggestions follow the strength of the evidence and say what they rest on."""

import itertools

import pytest

from portal.routing import rules as routing
from portal.routing.rules import Reason, Unit, suggest

ROADS = Unit("roads", "县交通运输局", ("交通局", "公路局"), ("农村公路", "危桥", "公交线路"))
SCHOOLS = Unit("schools", "县教育体育局", ("教育局", "体育局"), ("学校建设", "校车", "幼儿园"))
WATER = Unit("water", "县水利局", ("水利局",), ("供水", "水库", "农村饮水安全"))
PIPES = Unit("pipes", "县自来水公司", ("供水公司",), ("停水", "水压"))
CITY = Unit("city", "县城管局", ("城市管理局",), ("路灯", "井盖", "油烟(餐饮)", "占道经营"))
MARKET = Unit("market", "市场监管局", ("市监局",), ("食品安全", "电梯安全", "AED"))
POLICE = Unit("police", "县公安局", ("公安",), ("养犬", "红绿灯"))
VILLAGE = Unit("village", "乡镇人民政府", ("××镇",), ("村道",))
UNITS = (ROADS, SCHOOLS, WATER, PIPES, CITY, MARKET, POLICE, VILLAGE)


def codes(text, **known):
    return [s.department for s in suggest(text, UNITS, **known)]


def reasons(text, **known):
    return [(r.text, *r.params.values()) for r in suggest(text, UNITS, **known)[0].reasons]


@pytest.mark.parametrize(
    ("text", "department"),
    [
        ("村口的危桥塌了，孩子过河危险", "roads"),
        ("农村公路坑坑洼洼", "roads"),
        ("校车超载", "schools"),
        ("小区停水三天，水压也低", "pipes"),
        ("门口路灯不亮，井盖破损", "city"),
        ("夜里油烟呛人", "city"),
        ("电梯安全没人管", "market"),
        ("广场上的aed坏了", "market"),
        ("广场上的ＡＥＤ坏了", "market"),
        ("邻居养 犬扰民", "police"),
        ("请某某市教育局回答", "schools"),
        ("请区交通运输局回答", "roads"),
        ("请交通运输局回答", "roads"),
    ],
)
def test_a_letter_leads_to_the_department_whose_names_or_duties_it_mentions(text, department):
    assert codes(text)[0] == department


@pytest.mark.parametrize("text", ["", "谢谢！", "希望尽快解决", "××镇", "农贸市场局面混乱"])
def test_a_letter_that_points_nowhere_gets_no_suggestion(text):
    assert codes(text) == []


def test_no_units_give_no_suggestion():
    assert suggest("危桥", (), project_lead=("roads", "危桥改造")) == []


def test_each_piece_of_evidence_is_given_as_a_reason_strongest_first():
    found = reasons(
        "请交通局修好危桥和农村公路",
        project_lead=("roads", "危桥改造"),
        category_owner=("roads", "道路交通"),
    )
    assert found == [
        (routing.BY_PROJECT, "危桥改造"),
        (routing.BY_CATEGORY, "道路交通"),
        (routing.BY_NAME, "交通局"),
        (routing.BY_DUTY, "农村公路"),
        (routing.BY_DUTY, "危桥"),
    ]


def test_every_reason_can_be_filled_in():
    known = {"project_lead": ("roads", "危桥改造"), "category_owner": ("city", "市容")}
    made = suggest("交通局的危桥和路灯 100%", UNITS, **known)
    texts = [reason.text % reason.params for s in made for reason in s.reasons]
    assert "项目“危桥改造”的牵头单位" in texts
    assert "类别“市容”由该单位负责" in texts
    assert "正文提到单位名称“交通局”" in texts
    assert "正文提到职责“路灯”" in texts


def test_project_lead_comes_before_category_before_name_before_duties():
    text = "水利局，校车、幼儿园、学校建设"
    known = {"project_lead": ("roads", "路"), "category_owner": ("city", "市容")}
    assert codes(text, **known) == ["roads", "city", "water"]
    assert codes(text, category_owner=("city", "市容")) == ["city", "water", "schools"]
    assert codes(text) == ["water", "schools"]


def test_no_weight_is_reached_by_all_weaker_ones_together():
    weights = [
        routing.DUTIES_AT_MOST,
        routing.NAME,
        routing.CATEGORY_OWNER,
        routing.PROJECT_LEAD,
    ]
    weaker = itertools.accumulate(weights)
    assert all(total < weight for total, weight in zip(weaker, weights[1:], strict=False))
    assert routing.SHORT_NAME < 2 * routing.PER_CHARACTER


def test_weaker_evidence_for_the_same_department_adds_up():
    [alone] = suggest("危桥", UNITS)
    [named] = suggest("交通局，危桥", UNITS)
    assert named.score == alone.score + routing.NAME


def test_a_name_inside_a_longer_name_of_another_department_counts_only_for_the_longer():
    transit = Unit("transit", "公共交通局")
    assert [s.department for s in suggest("公共交通局", (ROADS, transit))] == ["transit"]
    assert [s.department for s in suggest("公共交通局和交通局", (ROADS, transit))] == [
        "roads",
        "transit",
    ]


def test_a_duty_inside_a_name_of_another_department_does_not_count():
    assert codes("供水公司不接电话") == ["pipes"]
    assert codes("供水公司不管供水") == ["pipes", "water"]


def test_a_duty_inside_a_longer_duty_counts_only_for_the_longer():
    lamps = Unit("lamps", "路灯所", (), ("路灯改造",))
    assert [s.department for s in suggest("路灯改造", (CITY, lamps))] == ["lamps"]


def test_a_word_shared_by_two_departments_counts_for_both_in_their_given_order():
    twin = Unit("twin", "另一局", (), ("路灯",))
    assert [s.department for s in suggest("路灯", (CITY, twin))] == ["city", "twin"]
    assert [s.department for s in suggest("路灯", (twin, CITY))] == ["twin", "city"]


def test_a_short_name_that_is_also_a_word_weighs_less_than_a_duty():
    assert codes("公安小区的路灯坏了") == ["city", "police"]


def test_distinct_duties_count_and_repetitions_do_not():
    [once] = suggest("路灯", UNITS)
    [repeated] = suggest("路灯路灯，还是路灯", UNITS)
    [two] = suggest("路灯和井盖", UNITS)
    assert repeated == once
    assert two.score > once.score


def test_longer_duty_words_weigh_more():
    assert codes("水库边的农村公路") == ["roads", "water"]


def test_the_level_is_not_taken_off_a_word_that_only_begins_like_one():
    assert codes("市场监管局") == ["market"]
    assert codes("农场监管局") == []


def test_a_name_that_begins_with_the_county_and_a_word_of_the_town_is_found():
    city = Unit("city", "县城市管理局")
    assert [s.department for s in suggest("请城市管理局回答", (city, ROADS))] == ["city"]
    assert [s.department for s in suggest("请县城市管理局回答", (city, ROADS))] == ["city"]


def test_each_sign_stands_by_itself_strongest_first():
    found = routing.signs("请交通局修好危桥和路灯", UNITS, project_lead=("roads", "危桥改造"))
    assert [(sign.department, sign.points) for sign in found] == [
        ("roads", routing.PROJECT_LEAD),
        ("roads", routing.NAME),
        ("roads", 2 * routing.PER_CHARACTER),
        ("city", 2 * routing.PER_CHARACTER),
    ]


def test_at_most_three_departments_are_suggested():
    assert len(codes("危桥、校车、水库、停水、路灯、养犬")) == 3


def test_only_the_longest_name_and_three_duties_are_shown():
    busy = Unit("busy", "县建设局", ("住房建设局",), ("供热", "供气", "燃气", "公租房"))
    [found] = suggest("住房建设局和建设局：供热、供气、燃气、公租房", (busy,))
    assert found.reasons[0] == Reason(routing.BY_NAME, {"word": "住房建设局"})
    assert [r.params["word"] for r in found.reasons[1:]] == ["公租房", "供热", "供气"]


def test_a_department_that_is_not_offered_is_never_suggested():
    assert codes("", project_lead=("closed", "路"), category_owner=("gone", "水")) == []
