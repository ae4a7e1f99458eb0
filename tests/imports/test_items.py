"""Projects and their parts: each named thing once, each row in one place."""

from datetime import date
from decimal import Decimal

from portal.imports.ledger import parse
from tests.imports.tables import TOWNS, UNITS, cells, measured, read, words


def test_rows_without_a_number_are_items_of_the_project_above():
    found = read("""
        序号|项目内容|进展情况|责任单位
        1|新建托育驿站7家。|新建东街等13家驿站。|教育局
        |新增托位500个。|新增托位600个。|
        |筛查1万例以上。|筛查10111例。|
        2|改造公路100公里。|完成50公里,剩余预计11月底前完成。|交通局""")
    nursery, road = found.rows
    assert measured(nursery.items) == [
        (2, "新建托育驿站7家", 7, "家", 13),
        (3, "新增托位500个", 500, "个", 600),
        (4, "筛查1万例以上", 1, "万例", Decimal("1.0111")),
    ]
    assert measured(road.items) == [(5, "改造公路100公里", 100, "公里", 50)]
    assert nursery.rows == (2, 3, 4)
    assert "作为上面项目“新建托育驿站7家”的子项" in words(found, 3)
    assert (found.read, found.taken, found.skipped) == (4, 4, 0)


def test_an_item_has_its_own_dates_and_the_project_keeps_its_own():
    found = read("""
        序号|民生实事|责任单位|完成时限
        5|开工建设养老楼。|教育局|5月底前动工
        |开工建设老年大学。||12月底前""")
    project = found.rows[0]
    assert (project.start_on, project.due_on) == (date(2026, 5, 31), None)
    assert [item.due_on for item in project.items] == [None, date(2026, 12, 31)]
    assert [item.quantity for item in project.items] == [None, None]


GROUPED = """
    序号|牵头单位|项目数量|项目名称||业主单位|本月进展情况|
    |||||  |前期手续|在建形象进度
    一|住建局|1个|(一)打通断头路(3条路)|1.北门路|城投公司|已完工|
    ||||2.南门路|城管局|在建|
    二|教育局|2个|(一)操场更换||教育局|已完工|
    |||(二)幼儿园补短板|1.东园|教育局|已完工|
    ||||2.西园|城投公司|已完工|"""


def test_numbers_of_departments_are_not_numbers_of_projects():
    found = read(GROUPED)
    assert [(r.number, r.name) for r in found.rows] == [
        ("一(一)", "(一)打通断头路(3条路)"),
        ("二(一)", "(一)操场更换"),
        ("二(二)", "(二)幼儿园补短板"),
    ]
    assert [[i.name for i in r.items] for r in found.rows] == [
        ["1.北门路", "2.南门路"],
        [],
        ["1.东园", "2.西园"],
    ]
    assert [r.department_code for r in found.rows] == ["build", "edu", "edu"]
    assert [i.owner for i in found.rows[0].items] == ["城投公司", "城管局"]
    assert (found.read, found.taken) == (5, 5)


def test_a_project_is_completed_when_every_part_is():
    streets, court, kindergartens = read(GROUPED).rows
    assert (streets.status, court.status) == ("in_progress", "completed")
    assert kindergartens.status == "completed"
    assert streets.progress_text == "1.北门路：已完工\n2.南门路：在建"


def test_a_table_that_names_another_number_of_projects_is_contradicted():
    found = read(GROUPED.replace("|2个|", "|3个|"))
    assert "写明3个项目，表中有2个" in words(found, 5)
    assert not any("个项目，表中" in text for text in words(read(GROUPED), 5))


def test_ordinals_in_names_make_projects_without_a_column_of_counts():
    found = read("""
        序号|牵头单位|项目名称
        一|住建局|(一)修路
        ||(二)修桥
        二|教育局|(一)学校""")
    assert [r.number for r in found.rows] == ["一(一)", "一(二)", "二(一)"]


def test_merged_cells_of_a_workbook_give_the_same_projects():
    rows = cells("""
        序号|牵头单位|项目名称|子项|投资(万元)|完成率
        1|教育局|修路|北门路|10|50%
        1|教育局|修路|南门路|10|50%
        2|教育局|建校||20|""")
    merged = frozenset({(2, 0), (2, 1), (2, 2), (2, 4), (2, 5), (3, 1)})
    found = parse(rows, 2026, UNITS, TOWNS, merged=merged)
    road, school = found.rows
    assert [i.name for i in road.items] == ["北门路", "南门路"]
    assert road.amount_fen == 10_000_000
    assert school.department_code == "edu"
    assert "与上面合并的金额，只算一次" in words(found, 3)


def test_a_name_written_again_beside_each_part_is_one_project():
    found = read("""
        项目名称|子项|目标|单位|已完成
        修路|北门路|3|公里|1
        修路|南门路|5|公里|5
        建校||2|所|""")
    assert [r.name for r in found.rows] == ["修路", "建校"]
    assert measured(found.rows[0].items) == [
        (2, "北门路", 3, "公里", 1),
        (3, "南门路", 5, "公里", 5),
    ]


def test_deeper_numbers_are_parts():
    found = read("""
        序号|项目名称|责任单位
        1|学校|教育局
        1.1|操场|教育局
        (2)|食堂|教育局
        2|公路|交通局""")
    assert [(r.number, r.rows) for r in found.rows] == [("1", (2, 3, 4)), ("2", (5,))]


def test_headings_are_no_projects_and_become_the_field():
    found = read("""
        序号|项目名称|责任单位|完成时限
        一、教育类|||
        1|学校|教育局|6月底
        二|交通类||
        2|公路||6月底""")
    assert [(r.name, r.field) for r in found.rows] == [("学校", "一、教育类"), ("公路", "交通类")]
    assert found.skipped_rows == (2, 4)
    assert found.rows[1].department_text == ""
    assert "责任单位为空" in words(found, 5)


def test_places_below_a_project_are_its_parts():
    found = read("""
        序号|项目名称|建设地点|投资(万元)
        1|修路|城关镇|10
        ||河口镇|20""")
    project = found.rows[0]
    assert [i.name for i in project.items] == ["修路", "河口镇"]
    assert [i.amount_fen for i in project.items] == [10_000_000, 20_000_000]
    assert project.amount_fen == 30_000_000
    assert "金额为各子项之和，请核对" in words(found, 2)


def test_a_first_amount_that_holds_the_others_is_not_counted_twice():
    found = read("""
        序号|项目名称|子项|投资(万元)
        1|修路||30
        ||北门路|10
        ||南门路|20""")
    assert found.rows[0].amount_fen == 30_000_000


def test_the_percent_of_one_part_is_not_the_project_s():
    found = read("""
        序号|项目名称|完成率
        1|修路3条|80%
        |修桥2座|50%""")
    project = found.rows[0]
    assert project.percent is None
    assert [i.percent for i in project.items] == [80, 50]
    assert "百分比只属于本行的子项，项目没有总百分比" in words(found, 2)


def test_a_row_without_a_name_takes_it_from_its_target():
    found = read("""
        序号|主要任务|全年目标任务|牵头单位
        24||整治背街小巷50条。|住建局
        25||新建公厕5座。|住建局""")
    assert [r.name for r in found.rows] == ["整治背街小巷50条", "新建公厕5座"]
    assert "项目名称为空，取本行另一列的文字作名称" in words(found, 2)


def test_a_project_measures_itself_when_it_names_one_quantity():
    found = read("""
        项目|年度目标|已完成|完成率
        水体治理|126条|120条|95%
        供水提升||正在施工中|75%
        筛查||4769人|51.2%
        便民停车|常态化开展||0%
        学校|学校3所,学位500个||""")
    water, pipes, screening, parking, school = found.rows
    assert measured(water.items) == [(2, "水体治理", 126, "条", 120)]
    assert (pipes.items, pipes.progress_text, pipes.percent) == ([], "正在施工中", 75)
    assert measured(screening.items) == [(4, "筛查", None, "人", 4769)]
    assert (parking.percent, parking.items) == (None, [])
    assert words(found, 5) == {"不设年度目标，不计完成率", "不设年度目标，百分比没有采用"}
    assert school.items == []
    assert "目标里有多个数量，没有采用" in words(found, 6)
