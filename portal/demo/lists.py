"""The two years' lists of the invented county, relative to the day they are loaded."""

import calendar
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from portal.departments.models import Department
from portal.projects.models import Project, ProjectStatus
from portal.projects.rules import planned_percent


def add_lists(
    s: Session, data: dict[str, Any], leads: dict[str, Department], day: date, at: datetime
) -> list[Project]:
    """Add last year's and this year's list; return the projects in the lists' order."""
    found = []
    for year, name in ((day.year - 1, "last"), (day.year, "this")):
        for n, row in enumerate(data[name], start=1):
            found.append(_project(year, n, row, leads[row[0]], day, at))
    s.add_all(found)
    s.flush()
    return found


def _project(
    year: int, n: int, row: list[Any], lead: Department, day: date, at: datetime
) -> Project:
    field, name, content, town, amount, first, last, status, percent, report = row
    start = date(year, first, 1)
    due = date(year, last, calendar.monthrange(year, last)[1])
    progress = _progress(start, due, status, percent, day)
    is_reported = progress["percent"] is not None
    return Project(
        code=f"{year}-{n:02d}",
        year=year,
        source_key=f"{n}|{name}",
        sort_order=n,
        number=str(n),
        name=name,
        content=content,
        field=field,
        place="",
        town_code=town,
        department=lead,
        department_text=lead.name,
        amount_fen=amount * 1_000_000,
        amount_text=str(amount),
        start_on=start,
        due_on=due,
        due_text=f"{last}月底前",
        progress_text=report if is_reported else "",
        reported_on=min(day - timedelta(days=9), date(year, 12, 31)) if is_reported else None,
        updated_at=at,
        **progress,
    )


def _progress(
    start: date, due: date, status: str, percent: int | None, day: date
) -> dict[str, Any]:
    """Return how far a project is on `day`: as far from its plan as the data has it late in
    November, so that any day of loading shows a plausible mix."""
    if status == "completed" and due - timedelta(days=12) <= day:
        done = due - timedelta(days=12)
        return {
            "status": ProjectStatus.COMPLETED,
            "percent": Decimal(100),
            "completed_on": done,
        }
    late_november = date(start.year, 11, 23)
    today = planned_percent(start, due, day)
    if percent is None or today == 0:
        return {"status": ProjectStatus.PLANNED, "percent": None, "completed_on": None}
    gap = Decimal(percent) - planned_percent(start, due, late_november)
    reached = min(max(today + gap, Decimal(1)), Decimal(99))
    return {"status": ProjectStatus.IN_PROGRESS, "percent": reached, "completed_on": None}
