"""Reading many projects at once: sums by year, place, unit and person, and what stands out.

Every function takes conditions of a project beside its standing (`queries.conditions`) and asks
a fixed number of queries. The standings must be fresh.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import Session

from portal.departments.models import Department
from portal.projects.kinds import DutyRole
from portal.projects.models import Decision, Project
from portal.projects.people.models import Duty, Leader
from portal.projects.queries import IS_BEGUN, IS_BUILT, IS_COMPLETE, standing
from portal.projects.rules import Promise
from portal.projects.schedule.models import Blocker, Standing, blocker_assist
from portal.projects.schedule.rules import LIGHT_RANKS, Light
from portal.projects.upkeep.models import RevisitProblem

Conditions = Sequence[ColumnElement[bool]]


@dataclass(frozen=True)
class Tally:
    """How many projects of a group there are, and how they stand."""

    total: int = 0
    complete: int = 0
    built: int = 0
    begun: int = 0
    late: int = 0
    severe: int = 0


@dataclass(frozen=True)
class Found:
    """Some rows, and how many there are in all."""

    rows: list[Any]
    total: int


TALLY = (
    func.count(),
    func.count().filter(IS_COMPLETE),
    func.count().filter(IS_BUILT),
    func.count().filter(IS_BEGUN),
    func.count().filter(Standing.light == Light.LATE),
    func.count().filter(Standing.light == Light.SEVERE),
)


def tallies(s: Session, column: Any, also: Conditions) -> dict[Any, Tally]:
    """Return the tally of each value of `column` among the projects that meet `also`."""
    rows = s.execute(standing(column, *TALLY).where(*also).group_by(column))
    return {key: Tally(*numbers) for key, *numbers in rows}


def light_counts(s: Session, also: Conditions) -> dict[Light, int]:
    """Return how many projects show each light, the gravest first."""
    rows = s.execute(standing(Standing.light, func.count()).where(*also).group_by(Standing.light))
    return dict(sorted(rows.all(), key=lambda row: LIGHT_RANKS[row[0]]))


def promises(s: Session, also: Conditions, day: date) -> dict[Promise, int]:
    """Return how many first promised days were kept: `rules.promise_kept`, counted."""
    kept = case(
        (Project.promised_on.is_(None), Promise.NONE.value),
        (Project.completed_on <= Project.promised_on, Promise.KEPT.value),
        (Project.completed_on.is_not(None), Promise.BROKEN.value),
        (Project.promised_on < day, Promise.OVERDUE.value),
        else_=Promise.OPEN.value,
    ).label("kept")
    rows = dict(s.execute(standing(kept, func.count()).where(*also).group_by("kept")).all())
    return {promise: rows.get(promise.value, 0) for promise in Promise}


def decisions(s: Session, also: Conditions, *, limit: int) -> Found:
    """Return the decisions that changed promises, the newest first."""
    statement = (
        select(
            Project.code,
            Project.name,
            Decision.kind,
            Decision.decided_by,
            Decision.document_no,
            Decision.decided_on,
            Decision.due_before,
            Decision.due_after,
            Decision.target_before,
            Decision.target_after,
        )
        .select_from(Decision)
        .join(Project, Project.id == Decision.project_id)
        .where(*also)
        .order_by(Decision.decided_on.desc(), Decision.id.desc())
    )
    return _found(s, statement, limit)


def open_blockers(s: Session, also: Conditions, *, limit: int) -> Found:
    """Return what holds projects up and is not removed, the earliest due first."""
    statement = (
        select(
            Project.code,
            Project.name,
            Blocker.kind,
            Blocker.description,
            Blocker.due_on,
            Department.code.label("department_code"),
            Department.name.label("department_name"),
        )
        .select_from(Blocker)
        .join(Project, Project.id == Blocker.project_id)
        .join(Department, Department.id == Blocker.department_id)
        .where(Blocker.resolved_on.is_(None), *also)
        .order_by(Blocker.due_on, Blocker.id)
    )
    return _found(s, statement, limit)


def blockers_of(department_id: int) -> ColumnElement[bool]:
    """Return the condition that a department leads or assists in removing a blocker."""
    assisted = select(blocker_assist.c.blocker_id).where(
        blocker_assist.c.department_id == department_id
    )
    return or_(Blocker.department_id == department_id, Blocker.id.in_(assisted))


def open_problems(s: Session, department_id: int, *, limit: int) -> Found:
    """Return what revisits found and this department still has to fix, earliest due first."""
    statement = (
        select(Project.code, Project.name, RevisitProblem.description, RevisitProblem.due_on)
        .select_from(RevisitProblem)
        .join(Project, Project.id == RevisitProblem.project_id)
        .where(RevisitProblem.department_id == department_id, RevisitProblem.fixed_on.is_(None))
        .order_by(RevisitProblem.due_on, RevisitProblem.id)
    )
    return _found(s, statement, limit)


def _found(s: Session, statement: Select[Any], limit: int) -> Found:
    """Return the first rows of a statement, and its size, in one query."""
    rows = s.execute(statement.add_columns(func.count().over().label("of")).limit(limit)).all()
    return Found(list(rows), rows[0].of if rows else 0)


def held(role: DutyRole, day: date) -> Select[tuple[int]]:
    """Select the projects for which somebody holds a duty of that role on `day`."""
    return select(Duty.project_id).where(
        Duty.role == role,
        Duty.from_on <= day,
        or_(Duty.until_on.is_(None), Duty.until_on >= day),
    )


def led_by(leader: Leader, day: date) -> ColumnElement[bool]:
    """Return the condition that a county leader is in charge of a project on `day`."""
    duties = held(DutyRole.COUNTY_LEADER, day).where(Duty.leader_id == leader.id)
    return Project.id.in_(duties)


def once_led_by(leader: Leader, day: date) -> ColumnElement[bool]:
    """Return the condition that a county leader was in charge before `day` and is no more."""
    ended = select(Duty.project_id).where(
        Duty.role == DutyRole.COUNTY_LEADER, Duty.leader_id == leader.id, Duty.until_on < day
    )
    return Project.id.in_(ended) & ~led_by(leader, day)


def assisted_by(department_id: int, day: date) -> ColumnElement[bool]:
    """Return the condition that a department assists in a project on `day`."""
    duties = held(DutyRole.ASSIST, day).where(Duty.department_id == department_id)
    return Project.id.in_(duties)


def leader_tallies(s: Session, day: date) -> list[tuple[Leader, Tally]]:
    """Return every leader in office or in charge of projects, in the county's own order."""
    duties = held(DutyRole.COUNTY_LEADER, day).add_columns(Duty.leader_id).distinct().subquery()
    statement = (
        standing(duties.c.leader_id, *TALLY)
        .join(duties, duties.c.project_id == Project.id)
        .group_by(duties.c.leader_id)
    )
    found = {key: Tally(*numbers) for key, *numbers in s.execute(statement)}
    everybody = s.scalars(select(Leader).order_by(Leader.sort_order, Leader.id))
    return [
        (one, found.get(one.id, Tally())) for one in everybody if one.is_active or one.id in found
    ]
