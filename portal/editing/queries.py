"""What is to be done in the projects of a department: reports, deadlines that have passed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from portal.language import N_
from portal.projects.funds.models import FundSource, Payment
from portal.projects.kinds import ProjectStatus
from portal.projects.models import LISTED, Project
from portal.projects.quality.models import Hazard
from portal.projects.record.models import Draft, DraftState
from portal.projects.record.queries import WAITING
from portal.projects.schedule.models import Blocker, Milestone
from portal.projects.upkeep.models import Revisit, RevisitProblem

LIMIT = 20
"""Most tasks of one kind that are listed; the longest overdue come first."""

RUNNING = (ProjectStatus.PLANNED, ProjectStatus.IN_PROGRESS)


@dataclass(frozen=True)
class Task:
    """Something whose day has passed."""

    label: str
    """What kind of thing it is, a marked text."""
    section: str
    ident: int
    text: str
    due_on: date
    code: str
    project: str
    is_ours: bool
    """Whether the department leads the project, and so fills it in itself."""


@dataclass(frozen=True)
class _Source:
    """A table with things that are due."""

    section: str
    label: str
    model: type[Any]
    text: Any
    due: Any
    is_open: Sequence[ColumnElement[bool]]
    department: Any = None
    """Column of the department that has to act, where it may be another than the lead."""


_SOURCES = (
    _Source(
        "hazard", N_("隐患整改逾期"), Hazard, Hazard.description, Hazard.fix_by,
        [Hazard.fixed_on.is_(None)],
    ),
    _Source(
        "blocker", N_("堵点未按期解决"), Blocker, Blocker.description, Blocker.due_on,
        [Blocker.resolved_on.is_(None)], Blocker.department_id,
    ),
    _Source(
        "milestone", N_("节点任务逾期"), Milestone, Milestone.name, Milestone.planned_on,
        [Milestone.actual_on.is_(None), Project.status.in_(RUNNING)],
    ),
    _Source(
        "payment", N_("应付款逾期"), Payment, Payment.purpose, Payment.due_on,
        [Payment.paid_on.is_(None)],
    ),
    _Source(
        "fund", N_("资金未按期到位"), FundSource, FundSource.name, FundSource.due_on,
        [FundSource.in_place_fen < FundSource.approved_fen],
    ),
    _Source(
        "revisit", N_("回头看到期"), Revisit, Revisit.months, Revisit.due_on,
        [Revisit.done_on.is_(None), Project.status == ProjectStatus.COMPLETED],
    ),
    _Source(
        "problem", N_("回头看问题整改逾期"), RevisitProblem, RevisitProblem.description,
        RevisitProblem.due_on, [RevisitProblem.fixed_on.is_(None)], RevisitProblem.department_id,
    ),
)  # fmt: skip


def overdue(s: Session, department_id: int, day: date) -> list[Task]:
    """Return what a department should have done before `day`, the longest overdue first."""
    found = [task for source in _SOURCES for task in _tasks(s, source, department_id, day)]
    return sorted(found, key=lambda task: task.due_on)


def _tasks(s: Session, source: _Source, department_id: int, day: date) -> list[Task]:
    ours = Project.department_id == department_id
    whose = ours if source.department is None else or_(ours, source.department == department_id)
    rows = s.execute(
        select(
            source.model.id,
            source.text,
            source.due,
            Project.code,
            Project.name,
            Project.department_id,
        )
        .join(Project, Project.id == source.model.project_id)
        .where(whose, source.due < day, *source.is_open)
        .where(LISTED, Project.status != ProjectStatus.STOPPED)
        .order_by(source.due, source.model.id)
        .limit(LIMIT)
    )
    return [
        Task(source.label, source.section, ident, str(text), due, code, name, lead == department_id)
        for ident, text, due, code, name, lead in rows
    ]


def draft_counts(s: Session, project_ids: Sequence[int]) -> dict[int, dict[DraftState, int]]:
    """Return how many drafts of each project are on their way, by state."""
    found: dict[int, dict[DraftState, int]] = {ident: {} for ident in project_ids}
    rows = s.execute(
        select(Draft.project_id, Draft.state, func.count())
        .where(Draft.project_id.in_(project_ids), Draft.state.in_(WAITING))
        .group_by(Draft.project_id, Draft.state)
    )
    for ident, state, n in rows:
        found[ident][state] = n
    return found
