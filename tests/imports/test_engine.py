"""Reading ledgers as counties publish them: nothing lost, nothing corrected in silence."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from portal.errors import Invalid
from portal.imports.ledger import parse
from portal.imports.reading import read_table
from tests.imports.tables import TOWNS, UNITS, measured

LEDGERS = Path(__file__).parent / "ledgers"


def ledger(name: str, year: int = 2026):
    return parse(read_table(LEDGERS / name).rows, year, UNITS, TOWNS)


def messages(found) -> list[tuple[int, str]]:
    return [(flag.row, flag.message) for flag in found.flags]


def test_a_monthly_table_with_all_its_traps():
    found = ledger("monthly.csv")
    assert (found.read, found.taken, found.skipped) == (6, 4, 2)
    school, road, canteen = found.rows
    assert (school.row, school.name, school.percent) == (4, "新建公办幼儿园3所", Decimal(88))
    assert school.department_code == "edu"
    assert school.amount_fen == 1_360_500_000
    assert school.due_on == date(2026, 12, 31)
    assert school.original["总投资"] == "1,360.5"
    assert school.original["进展情况"] == "88%(河口点推进缓慢)"
    assert (road.department_code, road.department_text) == ("road", "县交通局\n县财政局")
    assert (road.percent, road.status, road.rows) == (None, "in_progress", (5, 6))
    assert measured(road.items) == [
        (5, "改造农村公路40公里", 40, "公里", None),
        (6, "新增公交线路2条", 2, "条", None),
    ]
    bus = road.items[1]
    assert (bus.status, bus.start_on, bus.due_on) == ("completed", date(2026, 5, 31), None)
    assert (canteen.department_code, canteen.percent) == (None, None)
    assert canteen.amount_fen == 80_000_000
    told = messages(found)
    for row, words in [
        (4, "百分比旁边有文字说明"),
        (5, "括号不成对"),
        (6, "作为上面项目“%(project)s”的子项"),
        (6, "写的是开工时间，不是完成时间"),
        (7, "进展文字里有多个百分比，没有采用"),
        (7, "金额写作约数"),
        (8, "合计行，跳过"),
        (9, "表下说明，跳过"),
    ]:
        assert (row, words) in told


def test_two_header_rows_and_parts_of_a_project():
    found = ledger("two_header_rows.csv")
    assert [r.name for r in found.rows] == ["(一)断头路打通", "(一)校园照明改造"]
    assert [i.name for i in found.rows[0].items] == ["1.北门路", "2.南门路"]
    assert [r.department_code for r in found.rows] == ["build", "edu"]
    assert (found.read, found.taken) == (3, 3)


def test_a_table_of_indicators_becomes_a_project_each():
    found = ledger("indicators.csv")
    assert [(r.name, len(r.items)) for r in found.rows] == [("就业", 1), ("培训", 1)]
    assert (found.read, found.taken) == (2, 2)


def test_a_list_of_nothing_we_know_is_refused():
    with pytest.raises(Invalid, match="没有找到表头"):
        ledger("no_projects.csv")


def test_another_year_in_the_title_is_pointed_out():
    flags = ledger("monthly.csv", year=2025).flags
    assert [f.params for f in flags if "标题" in f.message] == [{"named": "2026", "year": 2025}]


def test_a_long_text_becomes_a_short_name_and_stays_whole():
    text = "完成县应急广播指挥中心和乡镇分控中心建设,建成三百七十六个村居广播室," + "装" * 60
    found = parse([["序号", "项目内容"], ["1", text]], 2026, {}, {})
    row = found.rows[0]
    assert row.name == "完成县应急广播指挥中心和乡镇分控中心建设"
    assert row.content == text


def test_a_long_name_beside_a_content_is_not_lost():
    name = "实施" + "很长的名称" * 20
    found = parse([["项目名称", "建设内容"], [name, "修路"]], 2026, {}, {})
    assert found.rows[0].content == f"{name}\n修路"


def test_the_same_row_twice_is_kept_and_flagged():
    rows = [["序号", "项目名称"], ["1", "修路"], ["1", "修路"]]
    found = parse(rows, 2026, {}, {})
    assert len({r.source_key for r in found.rows}) == 2
    assert (3, "与前面的行重复") in messages(found)


def test_a_repeated_header_and_a_blank_row_are_no_projects():
    rows = [["序号", "项目名称"], ["1", "修路"], ["", ""], ["序号", "项目名称"], ["2", "建校"]]
    found = parse(rows, 2026, {}, {})
    assert [r.row for r in found.rows] == [2, 5]
    assert (found.read, found.skipped_rows) == (3, (4,))
