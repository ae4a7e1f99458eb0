"""What departments of the invented county have on its way: kept, handed in, returned, dropped."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts.models import Account
from portal.clock import ZONE, at_local, local_day
from portal.demo.course import Course
from portal.departments.models import Department
from portal.projects.fields import Field, Kind, Section
from portal.projects.record.actions import drop, propose, publish, send_back
from portal.projects.record.models import DraftState, Operation
from portal.projects.record.queries import rows_of
from portal.projects.record.values import row_values
from portal.projects.sections import SECTIONS
from portal.security import Actor


def add_drafts(
    s: Session,
    courses: Mapping[str, Course],
    rows: list[list[Any]],
    units: Mapping[str, Department],
) -> None:
    """Lead each draft through the real acts to where its outcome says."""
    actors = {
        a.username: Actor(a.username, a.role, a.id, a.department_id)
        for a in s.scalars(select(Account))
    }
    codes = {unit.id: code for code, unit in units.items()}
    for name, key, operation, called, values, outcome, hours, words in rows:
        course, section = courses[name], SECTIONS[key]
        if not course.reports:
            continue  # nobody writes of works that have not begun
        author = actors[f"officer-{codes[course.project.department_id]}"]
        begun = _in_office(course.days.now - timedelta(hours=hours, minutes=hours * 7 % 50))
        target = _row(s, course, section, called) if called else None
        after = {} if target is None else row_values(section, target)
        after |= {k: _written(course, section.field(k), v, units) for k, v in values.items()}
        draft = propose(
            s,
            course.project,
            section,
            Operation(operation),
            target,
            after,
            hand_in=outcome not in (DraftState.DRAFT, DraftState.DROPPED),
            actor=author,
            at=begun,
        )
        decided = min(begun + timedelta(hours=3 + hours % 5), course.days.now)
        if outcome == DraftState.PUBLISHED:  # the newest of all, as the log has them in order
            publish(s, draft, actor=actors["moderator1"], at=course.days.now)
        elif outcome == DraftState.RETURNED:
            send_back(s, draft, note=words, actor=actors["moderator2"], at=decided)
        elif outcome == DraftState.DROPPED:
            drop(s, draft, actor=author, at=decided)


def _in_office(moment: datetime) -> datetime:
    """Return the moment, or the last hour of work before it when offices are closed."""
    hour = moment.astimezone(ZONE).hour
    if 8 <= hour < 18:
        return moment
    return at_local(local_day(moment) - timedelta(days=hour < 8), 17, moment.minute)


def _row(s: Session, course: Course, section: Section, called: str) -> Any:
    """Return the row of a section that goes by that name."""
    rows = rows_of(s, course.project, section)
    return next(row for row in rows if getattr(row, section.title) == called)


def _written(course: Course, field: Field, value: Any, units: Mapping[str, Department]) -> Any:
    """Return a value of the data file as a draft writes it."""
    if field.kind is Kind.DATE:
        return course.days.of(value).isoformat()
    if field.kind is Kind.DEPARTMENT:
        return units[value].id
    return [units[c].id for c in value] if field.kind is Kind.DEPARTMENTS else value
