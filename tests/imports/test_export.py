"""The portal's own workbook: what is exported imports back to the same, and the template."""

import json
import random
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from xml.etree import ElementTree

import pytest
from sqlalchemy import select

from portal import db
from portal.departments.models import Department
from portal.imports.export import ledger_book, template_book
from portal.imports.own import OWN_COLUMNS, find_own
from portal.imports.reading import read_bytes
from portal.projects.funds.models import FundSource
from portal.projects.kinds import DutyRole, FundKind, Level, Nature, ProjectStatus
from portal.projects.models import Item, Project
from portal.projects.people.models import Duty, Leader
from portal.projects.queries import by_code
from tests import factories
from tests.imports.county import settle, take, words
from tests.imports.test_writing import LIST, REPORT

DAY = date(2026, 7, 3)
ON_IT = datetime(2026, 7, 3, 2, tzinfo=UTC)
NASTY = (
    '=HYPERLINK("http://x","y")',
    "+86 改造",
    "-道路",
    "@SUM(A1)",
    "12",
    "1e5",
    "2026-01-01",
    "第一行\n第二行",
    '引号"与,逗号;分号',
    "（一）学校[二期]",
    "0012",
    "<b>粗</b>&amp;",
    "合计",
    "序号",
    "备注：说明",
)


def made(s, seed: int, n: int = 25) -> None:
    """Fill a year with projects of all kinds."""
    draw = random.Random(seed)  # noqa: S311
    units = s.scalars(select(Department)).all()
    leaders = s.scalars(select(Leader)).all()
    for i in range(n):
        status = draw.choice(
            [ProjectStatus.PLANNED, ProjectStatus.IN_PROGRESS, ProjectStatus.COMPLETED]
        )
        name = draw.choice(NASTY).replace("\n", " ") + str(i)
        due = draw.choice([None, date(2026, draw.randint(1, 12), draw.randint(1, 28))])
        unit = draw.choice([None, *units])
        percent = draw.choice([None, Decimal(draw.randint(0, 20_000)) / 100])
        text = draw.choice(["", *NASTY])
        project = factories.project(
            s,
            name=name,
            status=status,
            number=draw.choice(["", str(i), "（一）"]),
            content=draw.choice(["", *NASTY]),
            field=draw.choice(["", "教育", "=1+1"]),
            place=draw.choice(["", "河口镇老街", *NASTY]).replace("\n", " "),
            town_code=draw.choice([None, "cg", "hk"]),
            department=unit,
            department_text=unit.name if unit else "县水务局",
            leader=draw.choice([None, *leaders]),
            level=draw.choice(list(Level)),
            nature=draw.choice(list(Nature)),
            document_no=draw.choice(["", "某政发〔2026〕1号"]),
            amount_fen=draw.choice([None, 0, 1, 12_345_678_901, 10**13 + 1]),
            invested_fen=draw.choice([None, 0, 99, 5_000_000_000]),
            start_on=draw.choice([None, date(2026, 2, 1)]),
            due_on=due,
            promised_on=due and draw.choice([due, date(2026, 6, 30)]),
            percent=percent,
            progress_text=text,
            reported_on=date(2026, 6, 30) if percent is not None or text else None,
            completed_on=None,
        )
        parts(s, draw, project, units)


def parts(s, draw, project: Project, units) -> None:
    """Give a project items, money and people."""
    for n in range(draw.choice([0, 0, 1, 2, 4])):
        s.add(
            Item(
                project_id=project.id,
                sort_order=n + 1,
                name=draw.choice([project.name, f"子项{n}", "=子项", "同名"]),
                quantity=draw.choice([None, Decimal(0), Decimal("12.5"), Decimal("0.0001")]),
                unit=draw.choice(["", "公里", "万平方米", "批次"]),
                done=draw.choice([None, Decimal(0), Decimal("7.25"), Decimal(30_000)]),
                percent=draw.choice([None, Decimal("33.33")]),
                is_lower_better=draw.random() < 0.2,
                due_on=draw.choice([None, date(2026, 9, 30)]),
                owner=draw.choice(["", "县城投公司"]),
                note=draw.choice(["", "-说明"]),
            )
        )
    for kind in draw.sample(list(FundKind), draw.choice([0, 1, 3])):
        fen = draw.choice([1, 10_000_000, 123_456_789_012])
        s.add(FundSource(project_id=project.id, kind=kind, name="资金", approved_fen=fen))
    start = {"project_id": project.id, "from_on": date(2026, 1, 1)}
    if project.department_id:
        s.add(Duty(role=DutyRole.LEAD, department_id=project.department_id, **start))
    if project.leader_id:
        s.add(Duty(role=DutyRole.COUNTY_LEADER, leader_id=project.leader_id, **start))
    for unit in draw.sample(list(units), draw.choice([0, 2])):
        if unit.id != project.department_id:
            s.add(Duty(role=DutyRole.ASSIST, department_id=unit.id, **start))
    for role, name in ((DutyRole.FIRST, "王某"), (DutyRole.IN_CHARGE, "李某")):
        if draw.random() < 0.4:
            s.add(Duty(role=role, name=name, **start))
    s.flush()


def snapshot(s) -> list[dict]:
    """Everything of a year's list that its workbook carries."""
    return [_one(s, p) for p in s.scalars(select(Project).order_by(Project.code))]


def _one(s, p: Project) -> dict:
    columns = ("code", "number", "name", "content", "field", "place", "town_code", "level")
    columns += ("nature", "document_no", "amount_fen", "invested_fen", "start_on", "due_on")
    columns += ("promised_on", "status", "percent", "progress_text", "reported_on")
    items = s.scalars(
        select(Item).where(Item.project_id == p.id).order_by(Item.sort_order, Item.id)
    )
    fields = ("name", "quantity", "unit", "done", "percent", "is_lower_better", "due_on", "owner")
    duties = s.scalars(select(Duty).where(Duty.project_id == p.id, Duty.until_on.is_(None)))
    funds: dict[str, int] = {}
    for fund in s.scalars(select(FundSource).where(FundSource.project_id == p.id)):
        funds[fund.kind] = funds.get(fund.kind, 0) + fund.approved_fen
    return {name: getattr(p, name) for name in columns} | {
        "department": p.department.code if p.department else p.department_text,
        "leader": p.leader.code if p.leader else None,
        "items": [[getattr(i, f) for f in (*fields, "note")] for i in items],
        "funds": funds,
        "duties": sorted(
            (
                d.role,
                d.name,
                d.leader.code if d.leader else "",
                d.department.code if d.department else "",
            )
            for d in duties
        ),
    }


def rows_of(body: bytes) -> list[list[str]]:
    return read_bytes(body, "list.xlsx").rows


@pytest.mark.parametrize("seed", range(6))
def test_what_is_exported_imports_back_to_the_same_data(app, own_app, write, seed):
    def fill(s):
        settle(s)
        made(s, seed)
        return snapshot(s), ledger_book(s, 2026, DAY)

    before, (body, n) = write(fill)
    assert n == 25
    with own_app.app_context(), db.transaction() as s:
        settle(s)
        outcome = take(s, rows_of(body), at=ON_IT)
        assert outcome.projects == 25
        assert outcome.skipped == 0
        assert snapshot(s) == before


@pytest.mark.parametrize("seed", range(4))
def test_what_is_exported_changes_nothing_where_it_came_from(s, seed):
    settle(s)
    made(s, seed)
    before = snapshot(s)
    outcome = take(s, rows_of(ledger_book(s, 2026, DAY)[0]), at=ON_IT)
    assert (outcome.imported, outcome.updated, outcome.batch) == (0, 0, None)
    assert snapshot(s) == before


def test_a_published_list_goes_through_the_workbook_unchanged(app, own_app, write):
    def fill(s):
        settle(s)
        take(s, LIST)
        take(s, REPORT, as_of=date(2026, 2, 28))
        return snapshot(s), ledger_book(s, 2026, DAY)[0]

    before, body = write(fill)
    with own_app.app_context(), db.transaction() as s:
        settle(s)
        take(s, rows_of(body), at=ON_IT)
        assert snapshot(s) == before


def test_a_paused_project_needs_its_decision_anew(s):
    settle(s)
    paused = factories.project(s, status=ProjectStatus.PAUSED)
    rows = rows_of(ledger_book(s, 2026, DAY)[0])
    assert take(s, rows).updated == 0
    assert paused.status is ProjectStatus.PAUSED
    rows[1][0] = ""
    outcome = take(s, [rows[0], ["", *rows[1][1:2], "另一个项目", *rows[1][3:]]])
    assert "暂停和终止要有变更决定" in words(outcome)


def test_what_is_changed_in_the_workbook_is_changed_in_the_portal(s):
    settle(s)
    take(s, LIST)
    rows = rows_of(ledger_book(s, 2026, DAY)[0])
    keys = list(OWN_COLUMNS)
    rows[1][keys.index("name")] = "学校改建"
    rows[1][keys.index("percent")] = "12.5"
    rows[1][keys.index("due")] = "2027-01-31"
    rows[1][keys.index("done")] = "1"
    outcome = take(s, rows)
    school = by_code(s, "2026-01")
    assert (school.name, school.percent, school.items[0].done) == ("学校改建", Decimal("12.5"), 1)
    assert school.due_on == date(2026, 11, 30)
    assert "与承诺的完成日期2026-11-30不同" in words(outcome)


def test_columns_may_be_left_out_and_stand_in_another_order(s):
    settle(s)
    take(s, LIST)
    rows = [
        ["进展情况", "项目名称", "本平台项目编码", "我的备注"],
        ["封顶", "学校扩建", "2026-01", "x"],
    ]
    outcome = take(s, rows)
    school = by_code(s, "2026-01")
    assert (school.progress_text, school.place) == ("封顶", "城关镇")
    assert "不认识的列，原文保留，没有采用" in words(outcome)


def test_the_template_holds_an_example_that_is_not_imported(s):
    settle(s)
    rows = rows_of(template_book())
    assert rows[0] == list(OWN_COLUMNS.values())
    assert find_own(rows) is not None
    outcome = take(s, rows)
    assert (outcome.rows, outcome.imported, outcome.skipped) == (2, 0, 2)
    assert words(outcome).count("示例行，跳过") == 2
    rows[1][0] = rows[2][0] = ""
    assert take(s, rows).imported == 2
    assert [i.name for i in by_code(s, "2026-01").items] == ["管网改造", "加压泵站"]


def test_the_template_explains_itself_on_a_second_sheet():
    with zipfile.ZipFile(BytesIO(template_book())) as book:
        names = ElementTree.fromstring(book.read("xl/workbook.xml"))  # noqa: S314
    sheets = [e.get("name") for e in names.iter() if e.tag.endswith("}sheet")]
    assert sheets == ["项目清单", "填写说明"]


def test_no_text_of_a_workbook_is_a_formula(s):
    settle(s)
    made(s, 1)
    with zipfile.ZipFile(BytesIO(ledger_book(s, 2026, DAY)[0])) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet.lower()


def test_the_command_writes_a_file_that_the_command_reads(app, write, tmp_path):
    write(lambda s: (settle(s), take(s, LIST)))
    runner, path = app.test_cli_runner(), tmp_path / "list.xlsx"
    result = runner.invoke(args=["projects", "export", "2026", str(path)])
    assert (result.exit_code, result.output) == (0, "已导出 2 个项目。\n")
    again = runner.invoke(args=["projects", "import", str(path), "--year", "2026", "--json"])
    report = json.loads(again.output)
    assert (report["rows"], report["imported"], report["updated"]) == (3, 0, 0)


def test_everybody_may_take_the_list_away_and_administrators_the_template(client, write, sign_in):
    write(lambda s: (settle(s), take(s, LIST)))
    page = client.get("/years/2026/ledger.xlsx")
    assert page.status_code == 200
    assert rows_of(page.data)[1][2] == "学校扩建"
    assert client.get("/years/2031/ledger.xlsx").status_code == 404
    assert client.get(f"/years/{10**30}/ledger.xlsx").status_code == 404
