"""Districts down, indicators across: each indicator a project, each district an item."""

from decimal import Decimal

from portal.imports.headers import find_header, remap
from tests.imports.tables import cells, kinds, measured, read, words

WIDE = """
    地区|就业工程|||||||
    |促进城乡就业|||||||
    |城镇新增就业(人)|||登记失业率低于(%)|||技能培训(人)|
    |县人社局||||||县教育局|
    |目标//任务|进度|完成比例(%)|目标//任务|进度|完成比例(%)|目标任务|进度
    全县|100|250|250|4.3|3.57||30|31
    县本级|||||||10|11
    新区||||||||
    城关镇|60|150|250|4.3|3.48||20|20
    河口镇|40|100|250|4.3|3.8|||"""


def test_each_indicator_is_a_project_and_each_district_an_item():
    found = read(WIDE)
    jobs, rate, training = found.rows
    assert (found.header.first, found.header.last) == (0, 4)
    assert (jobs.name, jobs.field, jobs.department_text) == ("城镇新增就业", "就业工程", "县人社局")
    assert training.department_code == "edu"
    assert measured(jobs.items) == [
        (9, "城关镇", 60, "人", 150),
        (10, "河口镇", 40, "人", 100),
    ]
    assert measured(training.items) == [(7, "县本级", 10, "人", 11), (9, "城关镇", 20, "人", 20)]
    assert (jobs.percent, jobs.target) == (250, "100人")
    assert jobs.total
    assert (jobs.total.row, jobs.total.quantity, jobs.total.done) == (6, 100, 250)
    assert rate.percent is None


def test_its_rows_are_counted_as_districts():
    found = read(WIDE)
    assert (found.read, found.taken_rows, found.skipped_rows) == (5, (6, 7, 9, 10), (8,))
    assert "该地区没有数据，跳过" in words(found, 8)


def test_lower_is_better_and_no_percent_is_made_up():
    rate = read(WIDE).rows[1]
    assert all(item.lower_is_better and item.percent is None for item in rate.items)
    assert rate.items[0].quantity == Decimal("4.3")
    assert rate.items[0].unit == "%"


def test_a_total_that_does_not_add_up_is_contradicted():
    found = read(WIDE.replace("全县|100|250|250", "全县|100|260|260"))
    assert "合计写260，各行相加是250" in words(found, 6)
    assert "contradiction" in kinds(found, 6)
    assert "contradiction" not in kinds(read(WIDE), 6)


def test_a_wrong_percent_of_a_district_is_contradicted():
    found = read(WIDE.replace("城关镇|60|150|250", "城关镇|60|150|240"))
    assert "按完成数和目标数算得250%，表中写240%" in words(found, 9)


def test_two_header_rows_are_enough():
    found = read("""
        乡镇|就业|||培训||
        |目标任务|完成数|完成率|目标任务|完成数|完成率
        城关镇|10|12|120%|5|5|100%
        注：本表由人社局提供||||||""")
    assert [r.name for r in found.rows] == ["就业", "培训"]
    assert found.rows[0].total is None
    assert found.skipped_rows == (4,)


def test_such_a_header_can_be_given_back_by_hand():
    rows = cells(WIDE)
    found = find_header(rows)
    assert remap(rows, 0, 4, {"area": 0}) == found
