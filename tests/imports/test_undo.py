"""Taking an import back: all of it, once, and never what others have done since."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select

from portal.audit.models import AuditEntry
from portal.cases.kinds import Kind
from portal.errors import NotAllowed, WrongState
from portal.imports.undo import CannotUndo, obstacles, undo
from portal.projects.funds.models import FundSource
from portal.projects.kinds import ProjectStatus
from portal.projects.models import ImportBatch, Item, Project, ProjectSource
from portal.projects.people.models import Duty
from portal.projects.queries import Filters, by_code, choices, count, fields_in_use, years
from portal.projects.record.models import Change, Draft, DraftState, Operation
from portal.projects.schedule.models import STANDS, ProgressReport, Standing
from portal.projects.schedule.standings import is_fresh
from portal.security import SYSTEM, Actor, Role
from tests import factories
from tests.imports.county import changes, project, settle, take
from tests.imports.test_writing import LIST, REPORT

LATER = datetime(2026, 7, 2, 2, tzinfo=UTC)
LATEST = datetime(2026, 7, 3, 2, tzinfo=UTC)


@pytest.fixture
def county(s):
    settle(s)
    return s


@pytest.fixture
def batch(county):
    outcome = take(county, LIST)
    return county.get(ImportBatch, outcome.batch)


def take_back(s, batch):
    return undo(s, batch, actor=SYSTEM, at=LATEST)


def snapshot(s):
    """Everything a table may change of a project, and what its parts say."""
    columns = ("status", "percent", "progress_text", "reported_on", "stage", "leader_id")
    columns += ("department_id", "department_text", "amount_fen", "content", "due_on", "number")
    projects = s.scalars(select(Project).order_by(Project.id)).all()
    items = s.scalars(select(Item).order_by(Item.sort_order, Item.id)).all()
    funds = s.scalars(select(FundSource).order_by(FundSource.kind)).all()
    duties = s.scalars(select(Duty)).all()
    return (
        [[getattr(p, name) for name in columns] for p in projects],
        sorted((i.project_id, i.name, i.quantity, i.done, i.percent, i.unit) for i in items),
        sorted((f.project_id, f.kind, f.approved_fen) for f in funds),
        sorted((d.project_id, d.role, d.name, str(d.leader_id), str(d.until_on)) for d in duties),
    )


def test_projects_that_came_with_it_are_seen_nowhere(county, batch):
    assert take_back(county, batch) == (2, 0)
    assert years(county) == fields_in_use(county) == choices(county) == []
    assert by_code(county, "2026-01") is None
    assert count(county, Filters(year=2026)) == count(county, Filters()) == 0
    assert is_fresh(county, date(2026, 7, 3))
    for model in (Item, FundSource, Duty, Standing):
        assert county.scalar(select(func.count()).select_from(model)) == 0
    assert county.scalar(select(func.count()).select_from(ProjectSource)) == 3
    assert county.scalar(select(func.count()).select_from(Change)) > 10


def test_the_web_shows_a_withdrawn_project_nowhere(app, client, write):
    write(settle)
    ident = write(lambda s: take(s, LIST).batch)
    assert client.get("/projects/2026-01").status_code == 200
    assert "学校扩建" in client.get("/projects?q=学校").text
    write(lambda s: take_back(s, s.get(ImportBatch, ident)))
    assert client.get("/projects/2026-01").status_code == 404
    for path in ("/projects", "/projects?q=学校", "/", "/towns/cg", "/departments/edu"):
        assert "学校扩建" not in client.get(path).text, path
    assert client.get("/years/2026").status_code == 404
    assert client.get("/years/2026/ledger.xlsx").status_code == 404


def test_it_is_on_record_and_done_once(county, batch):
    take_back(county, batch)
    assert (batch.undone_at, batch.undone_by) == (LATEST, "system")
    entry = county.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (entry.act, entry.subject) == ("project:undo-import", f"import:{batch.id}")
    with pytest.raises(WrongState, match="已经撤销过"):
        take_back(county, batch)


def test_the_same_list_brings_the_projects_back(county, batch):
    codes = [(p.code, p.name) for p in county.scalars(select(Project))]
    before = snapshot(county)
    take_back(county, batch)
    again = take(county, LIST, at=LATEST)
    assert (again.projects, again.imported) == (2, 3)
    assert [(p.code, p.name) for p in county.scalars(select(Project))] == codes
    assert snapshot(county) == before
    assert by_code(county, "2026-01") is not None


def test_a_wrong_day_is_mended_by_undo_and_another_list(county):
    wrong = take(county, LIST.replace("2026年11月30日", "2062年11月30日"))
    take_back(county, county.get(ImportBatch, wrong.batch))
    take(county, LIST, at=LATEST)
    assert project(county, "学校扩建").promised_on == date(2026, 11, 30)


@pytest.mark.parametrize(
    "table",
    [
        REPORT,
        LIST.replace("张某某", "李某某").replace("|600|", "|700|").replace("1000", "1100"),
        LIST.replace("新建教学楼和操场", "新建教学楼、操场和食堂").replace("县交通局", "县住建局"),
        "项目名称|子项|年度目标|已完成\n学校扩建|教学楼|2栋|1栋\n|食堂|1个|0个",
    ],
    ids=["progress", "money and leader", "words and lead", "items"],
)
def test_changed_projects_say_again_what_they_said(county, batch, table):
    before = snapshot(county)
    outcome = take(county, table, at=LATER, as_of=date(2026, 6, 30))
    assert outcome.updated
    assert snapshot(county) != before
    changed = county.get(ImportBatch, outcome.batch)
    restored = take_back(county, changed)
    assert restored[0] == 0
    assert restored[1] >= 1
    assert snapshot(county) == before
    standing = county.get(Standing, project(county, "学校扩建").id)
    assert standing.day == date(2026, 7, 3)


def test_what_is_given_back_stands_in_the_public_log(county, batch):
    outcome = take(county, REPORT, at=LATER)
    take_back(county, county.get(ImportBatch, outcome.batch))
    school = project(county, "学校扩建")
    assert changes(county, school, "percent") == [("", "40"), ("40", "")]
    last = county.scalars(select(Change).order_by(Change.id.desc())).first()
    assert last.organisation == "撤销导入：list.csv"


def test_a_report_of_an_undone_import_is_kept_and_shown_nowhere(app, client, write):
    write(settle)
    write(lambda s: take(s, LIST))
    ident = write(lambda s: take(s, REPORT, at=LATER).batch)
    assert "主体封顶" in client.get("/projects/2026-01").text
    write(lambda s: take_back(s, s.get(ImportBatch, ident)))
    page = client.get("/projects/2026-01").text
    assert "主体封顶" not in page
    kept = write(lambda s: s.scalar(select(func.count()).select_from(ProgressReport)))
    stands = write(lambda s: s.scalar(select(func.count()).where(STANDS)))
    assert (kept, stands) == (2, 0)


def test_imports_are_taken_back_one_after_the_other(county, batch):
    second = county.get(ImportBatch, take(county, REPORT, at=LATER).batch)
    with pytest.raises(CannotUndo, match="2026-01：之后又有"):
        take_back(county, batch)
    take_back(county, second)
    assert take_back(county, batch) == (2, 0)


def add_change(s, found):
    s.add(
        Change(
            project_id=found.id,
            at=LATER,
            actor="officer",
            organisation="县教育局",
            section="promise",
            field="place",
        )
    )


def add_draft(s, found):
    s.add(
        Draft(
            project_id=found.id,
            section="promise",
            operation=Operation.CHANGE,
            target_id=found.id,
            before={},
            after={},
            state=DraftState.SUBMITTED,
            author="officer",
            created_at=LATER,
        )
    )


def add_case(s, found):
    factories.case(s, project=found)


def add_rating(s, found):
    found.status, found.completed_on = ProjectStatus.COMPLETED, LATER.date()
    factories.rating(s, found, 5, at=LATER)


OTHERS = {
    "变更": add_change,
    "填报": add_draft,
    "诉求": add_case,
    "评价": add_rating,
}


@pytest.mark.parametrize("what", OTHERS)
def test_what_others_have_done_since_is_not_lost(county, batch, what):
    OTHERS[what](county, project(county, "学校扩建"))
    county.flush()
    before = snapshot(county)
    with pytest.raises(CannotUndo) as refused:
        take_back(county, batch)
    assert refused.value.status == 409
    assert "2026-01" in str(refused.value)
    assert what in str(refused.value)
    assert "2026-02" not in str(refused.value)
    assert snapshot(county) == before
    assert batch.undone_at is None
    assert len(obstacles(county, batch)) == 1


def test_cases_are_named_without_a_number(county, batch):
    add_case(county, project(county, "学校扩建"))
    one = obstacles(county, batch)
    for _ in range(2):
        factories.case(county, project=project(county, "学校扩建")).kind = Kind.REPORT
    county.flush()
    with pytest.raises(CannotUndo) as refused:
        take_back(county, batch)
    assert str(refused.value).endswith("2026-01：已有诉求")
    assert [text % values for text, values in one] == ["2026-01：已有诉求"]


def test_an_older_batch_without_a_trace_is_left_alone(county):
    old = ImportBatch(
        at=LATER,
        actor="admin",
        year=2025,
        file_name="old.csv",
        file_hash="0",
        title="",
        report={},
        before={},
    )
    county.add(old)
    county.flush()
    with pytest.raises(WrongState, match="没有留下"):
        take_back(county, old)


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.OFFICER, Role.INSPECTOR, Role.RESIDENT])
def test_only_administrators_and_the_command_line_may(county, batch, role):
    with pytest.raises(NotAllowed):
        undo(county, batch, actor=Actor("x", role, department_id=1), at=LATEST)
    assert batch.undone_at is None


def test_a_project_completed_by_a_list_is_given_back_too(county, batch):
    done = "项目名称|状态|完成率\n道路改造|已完成|100%"
    outcome = take(county, done, at=LATER)
    assert project(county, "道路改造").status is ProjectStatus.COMPLETED
    take_back(county, county.get(ImportBatch, outcome.batch))
    assert project(county, "道路改造").status is ProjectStatus.PLANNED
