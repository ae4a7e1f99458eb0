"""A project that stands, and what an officer would type into each section of it."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from portal import clock
from portal.county.actions import put_town
from portal.projects.funds.models import FundSource
from portal.projects.kinds import FundKind, ProjectStatus
from portal.projects.models import Item, Project
from portal.projects.people.models import Leader
from portal.projects.record.actions import apply
from portal.projects.record.models import Operation
from portal.projects.schedule.models import Milestone
from portal.projects.sections import SECTIONS
from portal.projects.upkeep.models import Revisit
from portal.security import SYSTEM
from tests import factories


@dataclass
class Place:
    """Numbers of the rows that forms point at."""

    code: str
    project: int
    unit: int
    other: int
    leader: int
    item: int
    fund: int
    milestone: int
    revisit: int | None = None


def day(ago: int = 0) -> str:
    """A day before today, in ISO form."""
    return (clock.today() - timedelta(days=ago)).isoformat()


def place(s: Session, status: ProjectStatus = ProjectStatus.IN_PROGRESS, **more) -> Place:
    """A running project (or a completed one with revisits) with rows to point at."""
    year = clock.today().year
    unit, other = factories.department(s), factories.department(s, "县交通局")
    put_town(s, "chengguan", "城关镇", sort_order=1)
    wanted = {
        "unit": unit,
        "year": year,
        "start_on": date(year, 1, 1),
        "due_on": date(year, 12, 31),
        "promised_on": date(year, 12, 31),
        "percent": Decimal(90),
        "reported_on": None,
        "completed_on": None,
    }
    project = factories.project(s, status=ProjectStatus.IN_PROGRESS, **(wanted | more))
    leader = Leader(code=f"lead{project.id}", name="王立民", post="副县长", sort_order=1)
    item = Item(project_id=project.id, name="供水管道", quantity=Decimal(12), unit="公里")
    fund = FundSource(
        project_id=project.id,
        kind=FundKind.COUNTY,
        name="县级预算",
        approved_fen=100_000_000,
        in_place_fen=60_000_000,
    )
    task = Milestone(
        project_id=project.id,
        name="完成招标",
        planned_on=date(year, 12, 20),
        person="李工",
        post="科长",
    )
    s.add_all([leader, item, fund, task])
    s.flush()
    revisit = None
    if status is ProjectStatus.COMPLETED:
        publish(s, project, "acceptance", typed_acceptance())
        revisit = s.query(Revisit).filter_by(project_id=project.id, months=3).one().id
    return Place(
        project.code,
        project.id,
        unit.id,
        other.id,
        leader.id,
        item.id,
        fund.id,
        task.id,
        revisit,
    )


def typed_acceptance() -> dict[str, object]:
    """A passed acceptance of the whole project, as a draft writes it."""
    return {
        "accepted_on": day(1),
        "by": "县住建局",
        "standard": "GB 50268",
        "result": "passed",
        "is_final": True,
    }


def publish(s: Session, project: Project, key: str, after: dict, target=None):
    """Publish a row at once, as an import would."""
    operation = Operation.ADD if target is None else Operation.CHANGE
    return apply(
        s,
        project,
        SECTIONS[key],
        operation,
        target,
        after,
        actor=SYSTEM,
        organisation="县水利局",
        at=clock.now(),
    )


COMPLETED_ONLY = ("handover", "revisit", "problem")


def typed(key: str, p: Place) -> dict[str, object]:
    """What an officer types to add a row of a section."""
    return {
        "item": {"name": "蓄水池", "quantity": "3.5", "unit": "座", "done": "1"},
        "site": {
            "number": "1",
            "name": "城东路口",
            "town_code": "chengguan",
            "status": "planned",
            "latitude": "29.123456",
            "longitude": "120.5",
        },
        "stage": {"stage": "vote", "reached_on": day(200), "document_no": "县人大〔2026〕3号"},
        "decision": {
            "kind": "date",
            "decided_by": "县人大常委会",
            "document_no": "〔2026〕9号",
            "decided_on": day(3),
            "reason": "汛期延长。",
            "due_after": "2027/03/31",
        },
        "duty": {"role": "county_leader", "leader_id": str(p.leader), "from_on": day(30)},
        "plan": {"by_on": day(-3), "percent": "85.5"},
        "milestone": {
            "name": "管道铺设",
            "parent_id": str(p.milestone),
            "grain": "week",
            "planned_on": day(-10),
            "person": "李工",
            "post": "科长",
        },
        "report": {
            "as_of": day(),
            "status": "in_progress",
            "percent": "95",
            "narrative": "铺管。",
            "invested_fen": "12.345678",
        },
        "blocker": {
            "kind": "land",
            "description": "两户未腾退。",
            "department_id": str(p.unit),
            "assistants": [str(p.other)],
            "raised_on": day(5),
            "due_on": day(-20),
        },
        "fund": {"kind": "city", "name": "市补", "approved_fen": "88.88", "in_place_fen": "8.5"},
        "payment": {
            "source_id": str(p.fund),
            "amount_fen": "0.000001",
            "purpose": "进度款",
            "paid_on": day(2),
        },
        "participant": {"role": "builder", "name": "某建设公司", "person": "陈工"},
        "inspection": {
            "kind": "random",
            "inspected_on": day(4),
            "by": "县质监站",
            "result": "passed",
            "finding": "未见异常。",
        },
        "hazard": {
            "level": "general",
            "description": "沟槽未支护",
            "found_on": day(9),
            "fix_by": day(2),
        },
        "test": {"agency": "检测公司", "tested_on": day(6), "subject": "水压", "result": "passed"},
        "acceptance": {
            "accepted_on": day(1),
            "by": "县住建局",
            "standard": "GB 50268",
            "result": "passed",
            "is_final": "y",
        },
        "honour": {
            "kind": "heart",
            "title": "民心工程",
            "awarded_by": "县委",
            "awarded_on": day(1),
        },
        "handover": {
            "handed_over_on": day(),
            "body": "城东社区",
            "funding": "每年2万元，县财政",
            "rules": "每月巡查一次。",
            "phone": "0571-1234567",
        },
        "revisit": {"months": "24", "due_on": day(-700)},
        "problem": {
            "revisit_id": str(p.revisit),
            "description": "井盖松动",
            "department_id": str(p.unit),
            "found_on": day(1),
            "due_on": day(-10),
        },
        "photo": {"description": "工人在铺设管道", "phase": "during"},
        "document": {"description": "初步设计批复"},
    }[key]
