"""Reading single cells: exact where they are exact, a doubt in words where they are not."""

from datetime import date
from decimal import Decimal

import pytest

from portal.imports.cells import (
    Value,
    level_in_words,
    parse_amount,
    parse_level,
    parse_on_schedule,
    parse_percent,
    parse_status,
)
from portal.imports.dates import Dates, parse_dates
from portal.imports.parties import bare_unit, read_leader, read_towns, read_units


@pytest.mark.parametrize(
    ("text", "unit", "fen"),
    [
        ("1360", "万元", 1_360_000_000),
        ("1,360.5", "万元", 1_360_500_000),
        ("0.3", "亿元", 3_000_000_000),
        ("１２．５", "万元", 12_500_000),
        ("12.34", "元", 1234),
        ("300万元", "亿元", 300_000_000),
        ("2亿", "", 20_000_000_000),
        ("—", "万元", None),
    ],
)
def test_amounts_are_exact(text, unit, fen):
    assert parse_amount(text, unit) == Value(fen)


@pytest.mark.parametrize(
    "text", ["无", "100-200", "-5", "0.001", "9" * 30, "1" + "0" * 12, "3000(其中县财政500)"]
)
def test_an_amount_that_is_no_plain_amount_is_flagged_and_not_used(text):
    value = parse_amount(text, "元")
    assert value.value is None
    assert value.flag


def test_an_amount_without_a_unit_is_not_guessed():
    assert parse_amount("300", "").value is None


@pytest.mark.parametrize(
    ("text", "percent", "is_flagged"),
    [
        ("80%", "80", False),
        ("98.4%", "98.4", False),
        ("286%", "286", False),
        ("９６．１％", "96.1", False),
        ("88%(推进缓慢)", "88", True),
        ("50%(未开工", "50", True),
        ("80%(其中东段50%)", "80", True),
    ],
)
def test_percents_keep_their_remarks(text, percent, is_flagged):
    value = parse_percent(text)
    assert value.value == Decimal(percent)
    assert bool(value.flag) is is_flagged


@pytest.mark.parametrize("text", ["60%、40%", "-5%", "99999999%", "0.95"])
def test_a_percent_that_is_not_one_is_flagged_and_not_used(text):
    value = parse_percent(text)
    assert value.value is None
    assert value.flag


def test_a_bare_number_is_a_percent_only_under_a_percent_sign():
    assert parse_percent("187.9", in_percent=True) == Value(Decimal("187.9"))
    assert parse_percent("187.9").value is None
    assert parse_percent("") == Value(None)


@pytest.mark.parametrize(
    ("text", "start", "due"),
    [
        ("2026-12-31", None, date(2026, 12, 31)),
        ("2026.2", None, date(2026, 2, 28)),
        ("12月底前", None, date(2026, 12, 31)),
        ("9月投入使用", None, date(2026, 9, 30)),
        ("2027年6月", None, date(2027, 6, 30)),
        ("明年3月", None, date(2027, 3, 31)),
        ("6月上旬", None, date(2026, 6, 10)),
        ("10月15日前完成", None, date(2026, 10, 15)),
        ("5月底前动工", date(2026, 5, 31), None),
        ("3月开工,11月完工", date(2026, 3, 31), date(2026, 11, 30)),
        ("2025/3-2026/10", date(2025, 3, 1), date(2026, 10, 31)),
        ("3月-11月", date(2026, 3, 1), date(2026, 11, 30)),
        ("2025-2027", date(2025, 1, 1), date(2027, 12, 31)),
        ("三季度", None, date(2026, 9, 30)),
        ("上半年开工", date(2026, 6, 30), None),
        ("2026", None, date(2026, 12, 31)),
        ("全年", None, date(2026, 12, 31)),
    ],
)
def test_deadlines_are_understood_as_they_are_written(text, start, due):
    read = parse_dates(text, 2026)
    assert read.value == Dates(start, due)
    assert bool(read.flag) is (text != "2026-12-31")


@pytest.mark.parametrize(
    "text", ["13月底", "2026-02-30", "尽快", "常态化开展", "6月,9月", "2027/5-2026/3", "0月0日"]
)
def test_a_deadline_that_is_none_is_flagged(text):
    value = parse_dates(text, 2026)
    assert value.value is None
    assert value.flag


def test_statuses():
    assert parse_status("超额完成").value == "completed"
    assert parse_status("未完成").value == "in_progress"
    assert parse_status("未开工").value == "planned"
    assert parse_status("差不多了").flag


def test_levels_are_read_from_columns_remarks_and_titles():
    assert parse_level("县定").value == "county"
    assert parse_level("省").value == "province"
    both = parse_level("省、市考核")
    assert (both.value, bool(both.flag)) == ("province", True)
    assert parse_level("其他").flag
    assert level_in_words("市民生实事") == "city"
    assert level_in_words("2026年4月省政府民生实事项目进展情况汇总表") == "province"
    assert level_in_words("市县民生实事未完成项目") is None
    assert level_in_words("县城关镇") is None


def test_on_schedule_or_not():
    assert [parse_on_schedule(text).value for text in ("是", "否", "")] == [True, False, None]
    assert parse_on_schedule("大概").flag


REGISTER = {bare_unit(name): code for name, code in {"县教育局": "edu", "县水利局": "eau"}.items()}


def test_the_first_unit_leads_and_the_others_assist():
    units = read_units("县教育局\n县水利局", REGISTER)
    assert (units.lead, units.others, units.other_names) == ("edu", ("eau",), ("县水利局",))
    assert len(units.doubts) == 1


def test_an_unknown_first_unit_does_not_hand_the_lead_to_the_second():
    units = read_units("县文广新局、教育局", REGISTER)
    assert (units.lead, units.others) == (None, ("edu",))
    assert any("文化广电旅游" in str(doubt.params) for doubt in units.doubts)


def test_remarks_and_persons_beside_a_unit_are_told_apart():
    assert read_units("教育局(县国资公司代建)", REGISTER).lead == "edu"
    units = read_units("教育局 王小明", REGISTER, with_people=True)
    assert (units.lead, units.people, units.doubts) == ("edu", ("王小明",), [])
    assert read_units("各街道、相关部门", REGISTER, lead=False).doubts == []


def test_leaders_are_looked_up_when_there_is_a_register():
    assert read_leader("张 三", {"张三": "z"}) == ("z", [])
    code, doubts = read_leader("李四", {"张三": "z"})
    assert (code, len(doubts)) == (None, 1)
    assert read_leader("李四", {}) == (None, [])
    code, doubts = read_leader("张三、李四", {"张三": "z"})
    assert (code, len(doubts)) == ("z", 1)


def test_towns_without_a_separator_are_pointed_out():
    towns = {"城关镇": "cg", "河口镇": "hk"}
    codes, doubts = read_towns("城关镇河口镇", towns)
    assert (codes, len(doubts)) == (["cg", "hk"], 2)
    assert read_towns("河口中学", towns) == (["hk"], [])
    assert len(read_towns("城关镇、河口镇", towns)[1]) == 1
    assert read_towns("县城", towns) == ([], [])
