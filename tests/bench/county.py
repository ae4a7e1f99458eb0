"""A county of any size, invented and always the same: what the bench measures on."""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from portal import clock
from portal.county.models import Town
from portal.departments.models import Department
from portal.projects.funds.models import FundSource, Payment
from portal.projects.kinds import (
    BlockerKind,
    DecisionKind,
    DutyRole,
    FundKind,
    Level,
    Nature,
    ProjectStatus,
    Stage,
)
from portal.projects.models import Decision, Item, Project
from portal.projects.people.models import Duty, Leader
from portal.projects.schedule.models import Blocker, Milestone
from portal.projects.schedule.standings import ensure_fresh
from tests.bench import voices

YEARS = range(2017, 2027)
FIELDS = ("教育", "交通", "供水", "医疗", "养老", "住房", "环境", "就业", "文化", "治安")
WORDS = ("道路改造", "供水管网", "学校扩建", "卫生院", "养老中心", "老旧小区", "污水处理", "公园")
AT = datetime(2026, 11, 2, 2, tzinfo=UTC)
PLACES, UNITS, LEADERS = 12, 24, 10


def build(
    s: Session, *, per_year: int, years: Sequence[int] = YEARS, ratings: int | None = None
) -> None:
    """Fill an empty database with `per_year` projects in each of `years`, and ratings of them."""
    _registers(s)
    chance = random.Random(per_year)  # noqa: S311 - only to be the same each time
    projects = list(_projects(chance, per_year, years))
    s.execute(insert(Project), projects)
    for model, make in ROWS.items():
        s.execute(insert(model), [row for p in projects for row in make(chance, p)])
    done = [p for p in projects if p["status"] is ProjectStatus.COMPLETED]
    voices.add(s, done, ratings if ratings is not None else 4 * len(done))
    s.commit()
    ensure_fresh(s, clock.today())


def put_towns(s: Session) -> None:
    """Put the county's towns on record."""
    s.execute(
        insert(Town),
        [{"code": f"t{n}", "name": f"第{n}镇", "sort_order": n} for n in range(1, PLACES + 1)],
    )


def _registers(s: Session) -> None:
    put_towns(s)
    units = [
        {"id": n, "code": f"u{n}", "name": f"县第{n}局", "phone": "", "sort_order": n}
        for n in range(1, UNITS + 1)
    ]
    s.execute(insert(Department), [unit | {"is_active": True} for unit in units])
    leaders = [
        {"id": n, "code": f"l{n}", "name": f"领导{n}", "post": "副县长", "sort_order": n}
        for n in range(1, LEADERS + 1)
    ]
    s.execute(insert(Leader), [leader | {"is_active": True} for leader in leaders])


def _projects(
    chance: random.Random, per_year: int, years: Sequence[int]
) -> Iterator[dict[str, Any]]:
    ident = 0
    for year in years:
        for n in range(1, per_year + 1):
            ident += 1
            yield _project(chance, ident, year, n)


def _project(chance: random.Random, ident: int, year: int, n: int) -> dict[str, Any]:
    status = _status(chance, year)
    is_done = status is ProjectStatus.COMPLETED
    name = f"{chance.choice(WORDS)}{year}年第{n}号工程"
    unit = chance.randint(1, UNITS)
    planned = chance.randrange(10_000, 4_000_000_000)
    return {
        "id": ident,
        "code": f"{year}-{n:03d}",
        "year": year,
        "source_key": f"{n}|{name}",
        "sort_order": n,
        "number": str(n),
        "name": name,
        "content": f"{name}：新建和改造相关设施，方便群众生活。" * 3,
        "field": chance.choice(FIELDS),
        "place": "城东",
        "town_code": f"t{chance.randint(1, PLACES)}",
        "department_id": unit,
        "department_text": f"县第{unit}局",
        "leader_id": chance.randint(1, LEADERS),
        "level": chance.choice(list(Level)),
        "nature": chance.choice(list(Nature)),
        "stage": Stage.ACCEPTANCE if is_done else Stage.WORK,
        "document_no": "",
        "amount_fen": planned,
        "amount_text": "",
        "invested_fen": planned * chance.randint(0, 100) // 100,
        "start_on": date(year, 2, 1),
        "promised_on": date(year, 10, 31),
        "due_on": date(year, chance.choice((10, 12)), 31),
        "due_text": "",
        "stretch_percent": Decimal(100),
        "is_green_channel": False,
        "status": status,
        "percent": _percent(chance, status),
        "progress_text": "主体工程已完成，正在安装设备。",
        "reported_on": date(year, 9, 30) + timedelta(days=chance.randint(0, 30)),
        "completed_on": date(year, chance.choice((9, 10, 11)), 20) if is_done else None,
        "handed_over_on": date(year, 12, 20) if is_done and chance.random() < 0.5 else None,
        "updated_at": AT + timedelta(seconds=ident),
        "version": 1,
    }


def _status(chance: random.Random, year: int) -> ProjectStatus:
    """Older lists are done; of the last one a fifth is, and some stand still."""
    if year < YEARS[-1]:
        return ProjectStatus.COMPLETED
    weights = {
        ProjectStatus.COMPLETED: 20,
        ProjectStatus.IN_PROGRESS: 65,
        ProjectStatus.PLANNED: 7,
        ProjectStatus.PAUSED: 5,
        ProjectStatus.STOPPED: 3,
    }
    return chance.choices(list(weights), list(weights.values()))[0]


def _percent(chance: random.Random, status: ProjectStatus) -> Decimal | None:
    if status is ProjectStatus.COMPLETED:
        return Decimal(100)
    return None if status is ProjectStatus.PLANNED else Decimal(chance.randint(20, 99))


def _items(chance: random.Random, p: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for n in (1, 2):
        done = chance.randint(0, 100)
        yield {
            "project_id": p["id"],
            "sort_order": n,
            "name": f"子项{n}",
            "quantity": Decimal(100),
            "unit": "处",
            "done": Decimal(done),
            "is_lower_better": False,
            "owner": "",
            "note": "",
        }


def _milestones(_chance: random.Random, p: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for month in (3, 6, 9):
        reached = date(p["year"], month, 25) if month < 9 else None
        yield {
            "project_id": p["id"],
            "name": f"{month}月节点",
            "planned_on": date(p["year"], month, 28),
            "actual_on": reached,
            "person": "张三",
            "post": "科长",
        }


def _sources(chance: random.Random, p: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for k, kind in enumerate(chance.sample(list(FundKind), 2)):
        approved = p["amount_fen"] // 2
        yield {
            "id": p["id"] * 2 + k,
            "project_id": p["id"],
            "kind": kind,
            "name": "专项资金",
            "approved_fen": approved,
            "in_place_fen": approved * chance.randint(50, 100) // 100,
            "document_no": "",
        }


def _payments(chance: random.Random, p: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for k in (0, 1):
        is_paid = chance.random() < 0.8
        yield {
            "project_id": p["id"],
            "source_id": p["id"] * 2 + k,
            "amount_fen": max(p["amount_fen"] // 8, 1),
            "purpose": "工程款",
            "payee": "",
            "due_on": date(p["year"], 6, 30),
            "paid_on": date(p["year"], chance.choice((6, 8)), 20) if is_paid else None,
            "document_no": "",
        }


def _duties(chance: random.Random, p: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for role, leader, unit in (
        (DutyRole.COUNTY_LEADER, p["leader_id"], None),
        (DutyRole.LEAD, None, p["department_id"]),
        (DutyRole.ASSIST, None, chance.randint(1, UNITS)),
    ):
        yield {
            "project_id": p["id"],
            "role": role,
            "leader_id": leader,
            "department_id": unit,
            "name": "",
            "post": "",
            "from_on": date(p["year"], 1, 1),
        }


def _decisions(_chance: random.Random, p: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if p["due_on"] != p["promised_on"]:
        yield {
            "project_id": p["id"],
            "kind": DecisionKind.DATE,
            "decided_by": "县人大常委会",
            "document_no": f"县人常〔{p['year']}〕{p['id']}号",
            "decided_on": date(p["year"], 9, 1),
            "reason": "连续降雨影响施工。",
            "due_before": p["promised_on"],
            "due_after": p["due_on"],
            "target_before": "",
            "target_after": "",
        }


def _blockers(chance: random.Random, p: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if p["status"] is ProjectStatus.IN_PROGRESS and chance.random() < 0.3:
        yield {
            "project_id": p["id"],
            "kind": chance.choice(list(BlockerKind)),
            "description": "用地手续还没有办完。",
            "department_id": chance.randint(1, UNITS),
            "raised_on": date(p["year"], 5, 1),
            "due_on": date(p["year"], 10, 1),
            "resolution": "",
        }


ROWS = {
    Item: _items,
    Milestone: _milestones,
    FundSource: _sources,
    Payment: _payments,
    Duty: _duties,
    Decision: _decisions,
    Blocker: _blockers,
}
"""Model -> what a project has of it."""
