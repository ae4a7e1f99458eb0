"""What a table changes of projects, and what no table may change."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import event, func, select

from portal.projects.funds.models import FundSource
from portal.projects.kinds import DutyRole, FundKind, Level, ProjectStatus, Stage
from portal.projects.models import Item, Project, ProjectSource, StageRecord
from portal.projects.people.models import Duty
from portal.projects.record.models import Change
from portal.projects.schedule.models import ProgressReport, Standing
from tests.imports.county import changes, project, settle, take, words

LATER = datetime(2026, 7, 2, 2, tzinfo=UTC)
LIST = """
序号|项目名称|子项|建设内容|年度目标|牵头单位|配合单位|分管领导|责任人|建设地点|文号|总投资(万元)|中央资金(万元)|县级资金(万元)|开工时间|完成时限|考核层级
1|学校扩建|教学楼|新建教学楼和操场|2栋|县教育局|县住建局|张某某|王某|城关镇|某政发〔2026〕1号|1000|600|400|2026年3月1日|2026年11月30日|市
||操场||1个||||||||||||
2|道路改造||改造道路|12公里|县交通局||李某某||河口镇||300||300||2026年10月31日|县
"""
REPORT = """
项目名称|完成率|进展情况
学校扩建|40%|主体封顶
道路改造|60%|路基完成
"""


@pytest.fixture
def county(s):
    settle(s)
    return s


@pytest.fixture
def listed(county):
    take(county, LIST)
    return county


def test_a_list_becomes_projects_with_everything_it_says(listed):
    s, school = listed, project(listed, "学校扩建")
    assert (school.code, school.number, school.level) == ("2026-01", "1", Level.CITY)
    assert (school.town_code, school.department.code, school.leader.code) == ("cg", "edu", "zhang")
    assert school.promised_on == school.due_on == date(2026, 11, 30)
    assert (school.start_on, school.amount_fen) == (date(2026, 3, 1), 1_000_000_000)
    items = [(i.name, i.quantity, i.unit) for i in school.items]
    assert items == [("教学楼", 2, "栋"), ("操场", 1, "个")]
    money = s.scalars(select(FundSource).where(FundSource.project_id == school.id)).all()
    assert {(f.kind, f.approved_fen) for f in money} == {
        (FundKind.CENTRAL, 600_000_000),
        (FundKind.COUNTY, 400_000_000),
    }
    duties = s.scalars(select(Duty).where(Duty.project_id == school.id)).all()
    assert {(d.role, d.name) for d in duties} == {
        (DutyRole.LEAD, ""),
        (DutyRole.ASSIST, ""),
        (DutyRole.COUNTY_LEADER, ""),
        (DutyRole.IN_CHARGE, "王某"),
    }
    stage = s.scalars(select(StageRecord).where(StageRecord.project_id == school.id)).one()
    assert (stage.stage, stage.document_no) == (Stage.LIST, "某政发〔2026〕1号")
    assert s.get(Standing, school.id) is not None
    assert s.scalar(select(func.count()).where(ProgressReport.project_id == school.id)) == 0


def test_every_public_field_of_a_new_project_stands_in_its_log(listed):
    school = project(listed, "学校扩建")
    told = set(listed.scalars(select(Change.field).where(Change.project_id == school.id)))
    assert {"name", "content", "due_on", "promised_on", "amount_fen", "leader_id"} <= told
    assert {"quantity", "approved_fen", "role", "document_no"} <= told
    log = listed.scalars(select(Change).where(Change.project_id == school.id)).all()
    assert {change.organisation for change in log} == {"导入：list.csv"}


def test_the_same_list_again_changes_nothing(listed):
    again = take(listed, LIST, at=LATER)
    assert (again.imported, again.updated, again.batch) == (0, 0, None)
    assert again.skipped == 0


def test_a_progress_table_finds_projects_by_name_and_says_so(listed):
    outcome = take(listed, REPORT, at=LATER, as_of=date(2026, 6, 30))
    assert (outcome.projects, outcome.imported, outcome.updated) == (0, 0, 2)
    assert words(outcome).count("按名称认作已有项目") == 2
    school = project(listed, "学校扩建")
    assert (school.percent, school.progress_text) == (40, "主体封顶")
    assert (school.status, school.stage) == (ProjectStatus.IN_PROGRESS, Stage.WORK)
    assert school.reported_on == date(2026, 6, 30)
    assert changes(listed, school, "percent") == [("", "40")]


def test_a_progress_table_blanks_nothing_that_it_does_not_speak_of(listed):
    columns = ("number", "content", "place", "department_text", "amount_fen", "due_text", "level")
    before = [getattr(project(listed, "学校扩建"), name) for name in columns]
    take(listed, REPORT, at=LATER)
    assert [getattr(project(listed, "学校扩建"), name) for name in columns] == before
    assert [i.quantity for i in project(listed, "学校扩建").items] == [2, 1]


def test_an_empty_cell_says_nothing(listed):
    take(listed, REPORT, at=LATER)
    bare = "项目名称|完成率|进展情况|总投资(万元)\n学校扩建|||"
    assert take(listed, bare, at=LATER).updated == 0
    assert project(listed, "学校扩建").percent == 40


def test_a_report_is_kept_each_time_the_progress_is_another(listed):
    take(listed, REPORT, at=LATER, as_of=date(2026, 5, 31))
    take(listed, REPORT.replace("40%", "55%"), at=LATER, as_of=date(2026, 6, 30))
    take(listed, REPORT.replace("40%", "55%"), at=LATER, as_of=date(2026, 7, 1))
    school = project(listed, "学校扩建")
    reports = listed.scalars(
        select(ProgressReport)
        .where(ProgressReport.project_id == school.id)
        .order_by(ProgressReport.id)
    ).all()
    assert [(r.as_of, r.percent) for r in reports] == [
        (date(2026, 5, 31), 40),
        (date(2026, 6, 30), 55),
    ]
    assert all(r.planned is not None and r.batch_id for r in reports)


def test_an_older_table_takes_nothing_back(listed):
    take(listed, REPORT, at=LATER, as_of=date(2026, 6, 30))
    older = take(listed, REPORT.replace("40%", "20%"), at=LATER, as_of=date(2026, 4, 30))
    assert older.updated == 0
    assert "表中的进展截至2026-04-30，早于已公布的2026-06-30，没有采用" in words(older)
    assert project(listed, "学校扩建").percent == 40


def test_the_month_in_a_header_is_the_day_the_figures_speak_of(listed):
    take(listed, REPORT.replace("进展情况", "1-5月推进情况"), at=LATER)
    assert project(listed, "学校扩建").reported_on == date(2026, 5, 31)
    take(listed, REPORT.replace("进展情况", "1-11月推进情况").replace("40", "45"), at=LATER)
    assert project(listed, "学校扩建").reported_on == date(2026, 7, 2)


def test_a_promised_day_is_never_changed_by_a_table(listed):
    other = LIST.replace("2026年11月30日", "2027年3月31日")
    outcome = take(listed, other, at=LATER)
    school = project(listed, "学校扩建")
    assert school.promised_on == school.due_on == date(2026, 11, 30)
    assert school.due_text == "2026年11月30日"
    assert "与承诺的完成日期2026-11-30不同，没有改动；调整承诺须登记变更决定" in words(outcome)
    assert changes(listed, school, "due_on") == [("", "2026-11-30")]


def test_a_day_that_was_open_is_filled_in_and_is_the_promise(county):
    take(county, "序号|项目名称|建设内容\n1|学校|扩建学校")
    take(county, "项目名称|完成时限\n学校|2026年12月31日", at=LATER)
    school = project(county, "学校")
    assert school.due_on == school.promised_on == date(2026, 12, 31)
    assert school.due_text == "2026年12月31日"


OWN = """
本平台项目编码|项目名称|最初承诺完成|承诺完成
|供水改造|2026-06-30|
|供热改造|2026-06-30|2026-11-30
"""


def test_a_promise_of_the_portals_own_workbook_is_whole_and_a_moved_one_is_pointed_out(county):
    outcome = take(county, OWN)
    water, heat = project(county, "供水改造"), project(county, "供热改造")
    assert water.promised_on == water.due_on == date(2026, 6, 30)
    assert (heat.promised_on, heat.due_on) == (date(2026, 6, 30), date(2026, 11, 30))
    assert words(outcome).count("请补登变更决定") == 1


def test_a_promised_target_is_never_changed_by_a_table(listed):
    outcome = take(listed, LIST.replace("12公里", "10公里"), at=LATER)
    assert [i.quantity for i in project(listed, "道路改造").items] == [12]
    assert "子项目标与公布的12公里不同，没有改动；调整目标须登记变更决定" in words(outcome)


@pytest.mark.parametrize("status", ["completed", "paused", "stopped"])
def test_what_rests_on_an_acceptance_or_a_decision_is_not_taken_back(listed, status):
    school = project(listed, "学校扩建")
    school.status, school.percent = ProjectStatus(status), Decimal(100)
    outcome = take(listed, REPORT, at=LATER)
    assert (school.status, school.percent) == (status, 100)
    assert outcome.updated == 1
    assert "项目已完工、暂停或终止，表中的进展与此不符，没有采用" in words(outcome)


def test_a_project_is_not_paused_by_a_table(county):
    rows = [["本平台项目编码", "项目名称", "状态"], ["", "学校", "已暂停"]]
    outcome = take(county, rows)
    assert project(county, "学校").status is ProjectStatus.PLANNED
    assert "暂停和终止要有变更决定" in words(outcome)


def test_lateness_without_a_reason_is_pointed_out(listed):
    late = REPORT.replace("40%", "5%")
    assert "进度滞后，表中没有写明原因" in words(take(listed, late, at=LATER))
    reasoned = "项目名称|完成率|进展情况|存在问题\n道路改造|6%|路基|征地未完成"
    assert "没有写明原因" not in words(take(listed, reasoned, at=LATER))
    report = listed.scalars(select(ProgressReport).order_by(ProgressReport.id.desc())).first()
    assert report.problems == "征地未完成"


def test_a_figure_that_falls_is_pointed_out(listed):
    take(listed, REPORT, at=LATER)
    outcome = take(listed, REPORT.replace("40%", "30%"), at=LATER)
    assert "完成率低于此前公布的40" in words(outcome)
    assert project(listed, "学校扩建").percent == 30


@pytest.mark.parametrize("absurd", ["40000%", "999.999%"])  # the second, as it would be kept
def test_an_absurd_percent_is_left_out(listed, absurd):
    outcome = take(listed, REPORT.replace("40%", absurd), at=LATER)
    assert project(listed, "学校扩建").percent is None
    assert "百分比过大，没有采用" in words(outcome)


def test_another_leader_takes_over_and_the_former_one_stays_on_record(listed):
    take(listed, LIST.replace("张某某", "李某某"), at=LATER, as_of=date(2026, 6, 30))
    school = project(listed, "学校扩建")
    assert school.leader.code == "li"
    held = listed.scalars(
        select(Duty)
        .where(Duty.project_id == school.id, Duty.role == DutyRole.COUNTY_LEADER)
        .order_by(Duty.from_on)
    ).all()
    assert [(d.leader.code, d.until_on) for d in held] == [
        ("zhang", date(2026, 6, 29)),
        ("li", None),
    ]


def test_a_unit_nobody_knows_does_not_put_out_the_one_that_leads(listed):
    outcome = take(listed, LIST.replace("县教育局", "县教育和体育局"), at=LATER)
    school = project(listed, "学校扩建")
    assert (school.department.code, school.department_text) == ("edu", "县教育局")
    assert "单位“县教育和体育局”未在承办单位名册中找到" in words(outcome)


def test_money_in_place_is_not_put_into_question(listed):
    source = listed.scalars(select(FundSource).where(FundSource.kind == FundKind.CENTRAL)).one()
    source.in_place_fen = source.approved_fen
    outcome = take(listed, LIST.replace("|600|", "|500|"), at=LATER)
    assert source.approved_fen == 600_000_000
    assert "与已登记的到位资金或多笔来源不符" in words(outcome)
    take(listed, LIST.replace("|600|", "|700|"), at=LATER)
    assert source.approved_fen == 700_000_000


def test_a_phone_number_among_the_responsible_does_not_get_out(county):
    text = "序号|项目名称|建设内容|责任人\n1|学校|扩建|王某13800001234"
    outcome = take(county, text)
    assert not county.scalars(select(Duty)).all()
    assert "责任人里有电话或其他文字，没有采用" in words(outcome)


def test_rows_that_a_person_left_out_are_not_imported(county):
    outcome = take(county, LIST, left_out_rows={2})
    assert county.scalars(select(Project.name)).all() == ["道路改造"]
    assert (outcome.rows, outcome.imported, outcome.skipped) == (3, 1, 2)


def test_done_of_items_follows_a_table(listed):
    text = "项目名称|子项|年度目标|已完成\n学校扩建|教学楼|2栋|1栋\n|操场|1个|1个"
    outcome = take(listed, text, at=LATER)
    assert [i.done for i in project(listed, "学校扩建").items] == [1, 1]
    assert outcome.updated == 2
    assert take(listed, text, at=LATER).updated == 0


def test_a_number_of_rows_takes_a_fixed_number_of_questions(county, app):
    def table(n: int) -> str:
        rows = (f"{i}|道路{i}|改造道路|{i}公里|县交通局|{i}%" for i in range(1, n + 1))
        return "\n".join(["序号|项目名称|建设内容|年度目标|牵头单位|完成率", *rows])

    asked: list[str] = []
    engine = county.get_bind()

    def note(_conn, _cursor, statement, *_more):
        if statement.lstrip().upper().startswith("SELECT"):
            asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        counts = []
        for n, year in ((3, 2024), (60, 2025)):
            asked.clear()
            take(county, table(n), year=year)
            take(county, table(n).replace("%", "0%"), year=year, at=LATER)
            counts.append(len(asked))
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert counts[0] == counts[1]


def test_published_rows_stay_with_the_project(listed):
    take(listed, REPORT, at=LATER)
    rows = listed.scalars(select(ProjectSource).order_by(ProjectSource.id)).all()
    assert [row.cells["项目名称"] for row in rows if "项目名称" in row.cells] == [
        "学校扩建",
        "道路改造",
        "学校扩建",
        "道路改造",
    ]
    assert listed.scalar(select(func.count()).select_from(Item)) == 3
