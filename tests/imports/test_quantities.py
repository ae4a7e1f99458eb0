"""How much of what: out of a sentence only when it is said once."""

from decimal import Decimal

import pytest

from portal.imports.flags import Kind
from portal.imports.quantities import (
    Quantity,
    done_in_words,
    find_quantities,
    is_lower_better,
    is_measure,
    parse_done,
    parse_target,
)


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("120条", "120", "条"),
        ("2836户", "2836", "户"),
        ("1,200 户", "1200", "户"),
        ("改造危旧房2836户。", "2836", "户"),
        ("新建成东路、西路等8条断头路", "8", "条"),
        ("为60岁以上老人免费体检24723人", "24723", "人"),
        ("筛查1万例以上", "1", "万例"),
        ("改造街区100.5万平方米", "100.5", "万平方米"),
        ("修建海堤(南段4.65公里)3座", "3", "座"),
    ],
)
def test_one_quantity_is_a_target(text, value, unit):
    assert parse_target(text).value == Quantity(Decimal(value), unit)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("新建学校3所,新增学位3800个", Kind.UNCLEAR),
        ("新建100-200个", Kind.UNCLEAR),
        ("均达到100%", Kind.LEFT_OUT),
        ("报销比例达50%", Kind.LEFT_OUT),
        ("不设年度目标任务,常态化开展", Kind.LEFT_OUT),
        ("推进职业中专扩容提升", Kind.LEFT_OUT),
        ("修建海堤(南段4.65公里)", Kind.LEFT_OUT),
        ("第3个五年", Kind.LEFT_OUT),
        ("涉及3部门", Kind.LEFT_OUT),
    ],
)
def test_what_is_no_single_quantity_stays_null_and_is_flagged(text, kind):
    read = parse_target(text)
    assert read.value is None
    assert read.flag
    assert read.flag.kind is kind


def test_a_bare_number_has_the_unit_of_its_column():
    assert parse_target("15", "个").value == Quantity(Decimal(15), "个")
    assert parse_target("").flag is None
    assert parse_done("均达到100%", None).value is None
    assert parse_done("1.5", Quantity(Decimal(3), "公里")).value == Quantity(Decimal("1.5"), "公里")


@pytest.mark.parametrize("text", ["失业率低于4.5%", "不高于3人", "控制在5个以内"])
def test_a_limit_to_stay_under_is_recognised(text):
    read = parse_target(text)
    assert read.value
    assert read.value.is_limit
    assert read.flag


def test_a_limit_in_another_clause_is_none_of_this_target():
    assert not parse_target("审批压缩到3日以内,新建学校3所").value.is_limit
    assert is_lower_better("城镇登记失业率低于(%)")
    assert not is_lower_better("新建学校")


def done(text: str, value: str, unit: str):
    return done_in_words(text, Quantity(Decimal(value), unit))


@pytest.mark.parametrize(
    ("text", "value", "unit", "found"),
    [
        ("新建东街、西街等13家驿站。", "7", "家", "13"),
        ("完成大中修50公里,剩余预计11月底前完成。", "100", "公里", "50"),
        ("已筛查10111例", "1", "万例", "1.0111"),
        ("新增599B、2754等4条线路", "3", "条", "4"),
        ("培训188人,完成进度80%", "235", "人", "188"),
        ("惠及188名", "235", "人", "188"),
    ],
)
def test_what_is_done_is_read_from_a_sentence_that_says_it_once(text, value, unit, found):
    read = done(text, value, unit)
    assert read.value == Quantity(Decimal(found), unit)
    assert read.flag


@pytest.mark.parametrize(
    ("text", "value", "unit", "kind"),
    [
        ("建成38个厢房,70个分类亭", "210", "个", Kind.UNCLEAR),
        ("新建6处路桥", "6", "条", Kind.LEFT_OUT),
        ("剩余20公里正在施工", "100", "公里", Kind.LEFT_OUT),
        ("建成1721套,其中一处完成90%,另一处85%", "1700", "套", Kind.CONTRADICTION),
    ],
)
def test_what_is_done_stays_null_when_the_sentence_is_not_clear(text, value, unit, kind):
    read = done(text, value, unit)
    assert read.value is None
    assert read.flag
    assert read.flag.kind is kind


def test_a_sentence_without_numbers_says_nothing_and_needs_no_flag():
    read = done("正在招标", "5", "个")
    assert (read.value, read.flag) == (None, None)


def test_done_in_another_unit_is_not_compared():
    read = parse_done("3处", Quantity(Decimal(5), "条"))
    assert read.value is None
    assert read.flag


def test_measure_words():
    assert is_measure("万平方米")
    assert is_measure("个")
    assert not is_measure("教育局")
    assert find_quantities("A区3号楼2026年5月") == []
