"""Finding the header: one to five rows, below titles and unit lines; shown and corrected."""

import pytest

from portal.errors import Invalid
from portal.imports.fields import FIELDS, SYNONYMS, meaning
from portal.imports.headers import find_header, remap
from tests.imports.tables import cells, read, words


def header(text: str):
    return find_header(cells(text))


def test_every_meaning_has_a_label_and_every_synonym_a_meaning():
    assert set(SYNONYMS) <= set(FIELDS)
    for key, texts in SYNONYMS.items():
        for text in texts:
            assert meaning(text, text) == key


def test_a_title_and_a_unit_line_stand_above():
    found = header("""
        云溪县2026年民生实事项目清单|||
        填报单位:县政府办|||单位:万元
        序号|项目名称|责任单位|总投资
        1|学校|教育局|300""")
    assert (found.first, found.last, found.unit) == (2, 2, "万元")
    assert found.title == "云溪县2026年民生实事项目清单"


def test_three_rows_with_funds_by_source():
    found = header("""
        序号|项目名称|资金(万元)||||责任单位
        ||总投资|资金来源|||
        |||中央衔接资金|省级衔接资金|省级财政资金|
        1|学校|300|100|150|50|教育局""")
    assert (found.first, found.last) == (0, 2)
    assert found.columns["amount"] == 2
    assert found.columns["fund_central"] == 3
    assert found.columns["fund_province"] == 4
    assert found.more == {5: "fund_province"}
    assert found.columns["department"] == 6
    assert found.money_unit(4) == "万元"


def test_plan_and_progress_groups_tell_planned_from_invested_money():
    found = header("""
        序号|项目名称|2026年工作计划||项目建设阶段(1-9月份)||
        ||投资(万元)|工程主要形象进度|完成投资(万元)|%|主要形象进度
        1|修路|100|完成路基|60|60|正在铺面""")
    assert found.last == 1
    wanted = {"amount": 2, "plan": 3, "invested": 4, "percent": 5, "progress": 6}
    assert wanted.items() <= found.columns.items()


def test_blanks_and_line_breaks_inside_a_header_fold_away():
    found = header("""
        序 号|项 目 内 容|分管 领导|牵头//单位|责任主体与协同单位|业主单位|项目责任人|文号
        1|学校|张三|教育局||||""")
    assert set(found.columns) == {
        "number",
        "content",
        "leader",
        "department",
        "assist",
        "owner",
        "in_charge",
        "document",
    }


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("1-10月推进情况", "1-11月推进情况"),
        ("至8月10日进展", "最新进展"),
        ("至2025年底累计完成情况", "1-3月进展情况"),
        ("2025年12月进展情况", "2026年1月进展情况"),
    ],
)
def test_the_newest_of_rolling_columns_wins_and_the_older_is_kept(older, newer):
    for first, second in ((older, newer), (newer, older)):
        table = read(f"""
            序号|项目名称|{first}|{second}
            1|学校|甲|乙""")
        row = table.rows[0]
        assert row.progress_text == ("乙" if second == newer else "甲")
        assert {row.original[first], row.original[second]} == {"甲", "乙"}
        assert any("只保留原文" in text for text in words(table, 1))


def test_two_dated_columns_below_one_header():
    found = header("""
        序号|项目 名称|内容和目标|进展情况||承办单位|
        |||至8月10日进展|最新进展|主办|协办""")
    assert (found.last, found.columns["progress"]) == (1, 4)
    assert (found.columns["department"], found.columns["assist"]) == (5, 6)


def test_a_column_called_unit_means_what_it_holds():
    found = header("""
        序号|项目|牵头单位|单位|数量
        1|学校|教育局|所|3""")
    assert (found.columns["department"], found.columns["unit"]) == (2, 3)
    found = header("""
        序号|项目|单位
        1|学校|教育局""")
    assert found.columns["department"] == 2


def test_a_project_number_is_a_code_only_when_it_looks_like_ours():
    ours = read("""
        项目编号|项目名称
        2026-07|学校""")
    assert ours.rows[0].code == "2026-07"
    theirs = read("""
        项目编号|项目名称
        7|学校""")
    assert (theirs.rows[0].code, theirs.rows[0].number) == ("", "7")


def test_numbers_without_a_header_and_numbered_columns():
    found = header("""
        |项目名称|责任单位|进展情况
        1|学校|教育局|在建
        2|公路|交通局|在建""")
    assert found.columns["number"] == 0
    found = header("""
        序号|项目名称|责任单位|进展情况
        1|2|3|4
        1|学校|教育局|在建""")
    assert found.last == 1


def test_a_merged_header_of_a_workbook_counts_as_one():
    rows = [
        ["序号", "项目名称", "进展", "进展"],
        ["序号", "项目名称", "前期手续", "形象进度"],
        ["1", "学校", "已完成", "正在施工"],
    ]
    found = find_header(rows)
    assert (found.last, found.columns["preparation"], found.columns["progress"]) == (1, 2, 3)


@pytest.mark.parametrize("text", ["甲|乙\n1|2", "序号|责任单位\n1|教育局", "a", ""])
def test_a_table_without_projects_has_no_header(text):
    with pytest.raises(Invalid, match="没有找到表头"):
        header(text)


ODD = """
    标题||
    甲|乙|丙
    1|学校|12月底前
    2|公路|6月底"""


def test_a_person_may_say_what_the_columns_mean():
    rows = cells(ODD)
    by_hand = remap(rows, 1, 1, {"number": 0, "name": 1, "due": 2})
    assert by_hand.meanings() == [(0, "甲", "number"), (1, "乙", "name"), (2, "丙", "due")]
    found = read(ODD, header=by_hand)
    assert [str(row.due_on) for row in found.rows] == ["2026-12-31", "2026-06-30"]
    assert found.header is by_hand


@pytest.mark.parametrize(
    ("first", "last", "columns"),
    [
        (1, 0, {"name": 1, "due": 2}),
        (0, 9, {"name": 1, "due": 2}),
        (1, 1, {"name": 1, "due": 7}),
        (1, 1, {"name": 1, "due": 1}),
        (1, 1, {"name": 1, "colour": 2}),
        (1, 1, {"due": 2}),
        (1, 1, {"area": 0}),
        (-1, 1, {"name": 1, "due": 2}),
    ],
)
def test_a_header_that_cannot_be_is_refused(first, last, columns):
    with pytest.raises(Invalid):
        remap(cells(ODD), first, last, columns)


def test_what_was_found_can_be_given_back_unchanged():
    rows = cells("""
        序号|项目名称|资金来源||1-10月进展情况|1-11月进展情况
        ||省级衔接资金(万元)|省级财政资金(万元)||
        1|学校|10|20|甲|乙""")
    found = find_header(rows)
    assert remap(rows, found.first, found.last, found.columns) == found
