"""What published ledgers get wrong: taken as it stands, and said in words."""

import pytest

from tests.imports.tables import kinds, read, told, words


def test_done_of_a_month_s_plan_is_not_done():
    found = read("""
        序号|项目内容|月度工作计划|落实情况
        1|筛查7400人。|4月:筛查1480人(20%)。|已完成。 筛查3495人,完成率47.23%。
        2|配置除颤仪47台。|4月:公布采购意向。|已完成。 已公布。""")
    screening, devices = found.rows
    assert (screening.status, screening.items[0].done) == ("in_progress", 3495)
    assert screening.plan == "4月:筛查1480人(20%)。"
    assert "contradiction" in kinds(found, 2)
    assert devices.status == "in_progress"
    message = "“已完成”写在工作计划旁边，可能只指计划，没有当作全年完成"
    assert message in words(found, 2) & words(found, 3)


@pytest.mark.parametrize(
    ("row", "flagged"),
    [
        ("体检|16010|人|16010|101.91%|", "按完成数和目标数算得100%，表中写101.91%"),
        ("修路|10|公里|12|80%|", "按完成数和目标数算得120%，表中写80%"),
        ("修路|10|公里|9|90%|已完成", "状态写已完成，百分比却不到100，按实施中处理"),
        ("修路|10|公里|2||已完成", "状态写已完成，完成数却少于目标，按实施中处理"),
        ("修路|10|公里|10|100%|未完成", "百分比达到100，状态却不是已完成"),
    ],
)
def test_numbers_that_do_not_agree_are_contradictions(row, flagged):
    found = read(f"项目|目标|单位|完成数|完成率|状态\n{row}")
    assert flagged in words(found, 2)
    assert "contradiction" in kinds(found, 2)
    assert found.rows[0].status != "completed"


@pytest.mark.parametrize(
    "row", ["甲|15|个|8|53%|", "甲|263|场|230|87%|", "甲|3|个|2|66.67%|", "甲|3|个|9|300%|已完成"]
)
def test_rounded_percents_and_more_than_all_are_no_contradiction(row):
    found = read(f"项目|目标|单位|完成数|完成率|状态\n{row}")
    assert "contradiction" not in kinds(found, 2)


def test_a_hundred_percent_of_starts_is_not_built():
    found = read("""
        指标名称|全年任务目标(个)|实际完成(个)|完成进度
        开工改造老旧小区|15|15|100%
        建成老年食堂|3|3|100%""")
    message = "承诺的是开工，这里的进度可能只指开工，不等于建成"
    assert message in words(found, 2)
    assert message not in words(found, 3)
    assert found.rows[0].status is None
    assert found.rows[0].items[0].unit == "个"


def test_on_schedule_needs_a_reason_or_a_number_that_agrees():
    found = read("""
        序号|任务|1-11月推进情况|是否达序|说明
        1|整治街巷|完成60%。|是|
        2|达标小区|正在选址|否|
        3|中转站|建成7个|否|合同签订晚了2个月""")
    assert [r.on_schedule for r in found.rows] == [True, False, False]
    assert "写达序，百分比60%却低于按月平均的91.7%" in words(found, 2)
    assert "未达序，却没有写明原因" in words(found, 3)
    assert "未达序，却没有写明原因" not in words(found, 4)
    assert found.rows[2].reason == "合同签订晚了2个月"


def test_sums_that_do_not_add_up():
    table = """
        序号|项目名称|总投资(万元)
        1|甲|10
        2|乙|20.5
        小计||30.5
        3|丙|5
        小计||{part}
        合计||{whole}"""
    right = read(table.format(part=5, whole=35.5))
    assert not any("相加" in flag.text for flag in right.flags)
    wrong = read(table.format(part=6, whole=36.5))
    assert "合计写6，各行相加是5" in words(wrong, 6)
    assert "合计写36.5，各行相加是35.5" in words(wrong, 7)
    assert wrong.skipped_rows == (4, 6, 7)


def test_a_sum_before_the_rows_is_compared_too():
    found = read("""
        序号|项目名称|总投资(万元)
        合计||40
        1|甲|10
        2|乙|20""")
    assert "合计写40，各行相加是30" in words(found, 2)


def test_a_sum_over_cells_that_are_no_numbers_is_not_judged():
    found = read("""
        序号|项目名称|总投资(万元)
        1|甲|待定
        2|乙|20
        合计||40""")
    assert not any("相加" in flag.text for flag in found.flags)


def test_prose_above_the_table_that_does_not_add_up():
    found = read("""
        今年共10项,其中住建局1项、教育局4项、城管局4项。||
        序号|项目名称|责任单位
        1|学校|教育局""")
    assert "表上方的文字写共10项，各单位相加是9项" in words(found, 1)


def test_votes_stay_in_the_original_and_an_odd_row_is_pointed_out():
    found = read("""
        序号|民生实事工程//项目名称|测评等次||
        ||满意|基本满意|不满意
        1|学校|28|1|
        2|公路|20|8|1
        3|医院|19|10|
        4|公园|19||""")
    assert [r.name for r in found.rows] == ["学校", "公路", "医院", "公园"]
    assert found.rows[0].original["测评等次满意"] == "28"
    assert found.rows[0].percent is None
    assert kinds(found, 2) == {"left-out"}
    assert words(found, 6) == {"票数合计19，多数行是29"}


def test_a_flattened_row_is_moved_back_and_pointed_out():
    found = read("""
        序号|项目内容|牵头单位|进展情况
        1|学校3所|教育局|建成2所
        2|铺路50公里|已铺路20公里。|
        修桥两座的工程|已完成一座。||
        3|公厕5座|住建局|完成5座""")
    _school, road, _toilets = found.rows
    assert (road.department_code, road.progress_text) == ("edu", "已铺路20公里。")
    assert [i.progress_text for i in road.items] == ["已铺路20公里。", "已完成一座。"]
    assert road.original == {"序号": "2", "项目内容": "铺路50公里", "牵头单位": "已铺路20公里。"}
    message = "整行像是左移了一格（合并单元格展开所致），按右移一格理解，请核对"
    assert message in words(found, 3) & words(found, 4)
    assert message not in words(found, 2) | words(found, 5)


def test_levels_from_remarks():
    found = read("""
        序号|项目内容|备注
        1|学校|市民生实事
        2|公路|县民生实事
        3|医院|推迟""")
    assert [r.level for r in found.rows] == ["city", "county", None]
    assert (2, "备注", "从备注看出考核层级") in told(found)


def test_money_by_source_is_exact_and_may_not_exceed_the_whole():
    found = read("""
        序号|项目名称|总投资(万元)|中央资金(万元)|省级衔接资金(万元)|省级财政资金(万元)|其他资金(元)|完成投资(亿元)
        1|甲|100|10.5|20|30|5000|0.005
        2|乙|10|20||||""")
    row = found.rows[0]
    assert row.funds == {
        "fund_central": 10_500_000,
        "fund_province": 50_000_000,
        "fund_other": 500_000,
    }
    assert (row.amount_fen, row.invested_fen) == (100_000_000, 50_000_000)
    assert words(found, 3) >= {"各项资金相加超过总投资"}
    assert "各项资金相加超过总投资" not in words(found, 2)


def test_leaders_owners_and_assisting_units():
    found = read(
        """
        序号|项目名称|分管领导|牵头单位|配合单位|业主单位|责任人|文号
        1|学校|张三|教育局、住建局|县交通局|城投公司|王五|云政发〔2026〕3号""",
        leaders={"张三": "leader-1"},
    )
    row = found.rows[0]
    assert (row.leader_code, row.department_code) == ("leader-1", "edu")
    assert row.assist_codes == ("build", "road")
    assert row.assist_text == "住建局、县交通局"
    assert (row.owner, row.in_charge, row.document) == ("城投公司", "王五", "云政发〔2026〕3号")


def test_an_unknown_town_and_towns_run_together():
    found = read("""
        序号|项目名称|乡镇|建设地点
        1|学校|城关|
        2|公路|东山镇|
        3|桥||城关镇河口镇""")
    assert [r.town_code for r in found.rows] == ["cg", None, None]
    assert "乡镇“东山镇”未在名册中找到" in words(found, 3)
    assert "几个乡镇连写，中间没有分隔" in words(found, 4)
    assert found.rows[2].town_codes == ("cg", "hk")


def test_every_flag_names_its_cell():
    found = read("""
        序号|项目名称|完成率|其他列
        1|修路|50%(未开工|甲""")
    flag = next(f for f in found.flags if f.text == "括号不成对")
    assert (flag.row, flag.column, flag.index, flag.kind.value) == (2, "完成率", 2, "unclear")
    assert (1, "其他列", "不认识的列，原文保留，没有采用") in told(found)
