"""The two years' lists of the invented county, relative to the day they are loaded."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from portal.demo.course import Course, unfold
from portal.demo.days import Days, fill
from portal.departments.models import Department
from portal.projects.kinds import Level, Nature
from portal.projects.models import Project


def add_lists(
    s: Session,
    data: dict[str, Any],
    promises: dict[str, Any],
    leads: Mapping[str, Department],
    day: date,
    at: datetime,
) -> list[Course]:
    """Add last year's and this year's list; return the projects' courses in the lists' order."""
    found = []
    for year, which in ((day.year - 1, "last"), (day.year, "this")):
        days = Days(year, day, at)
        for n, row in enumerate(data[which], start=1):
            course = unfold(days, n, row, promises["projects"][row[1]])
            lead = leads[course.more.get("lead", course.field)]
            course.project = _project(course, row, promises, lead)
            found.append(course)
    s.add_all(c.project for c in found)
    s.flush()
    return found


def _project(course: Course, row: list[Any], promises: dict[str, Any], lead: Department) -> Project:
    """Make a project as the list had it, and as it stands by its decisions."""
    _field, name, content, town, amount, _first, last, *_rest = row
    days, n, more = course.days, course.n, course.more
    is_listed = days.of(promises["stages"]["list"][0]) <= days.day
    document = fill(promises["list_document"], days.year) if is_listed else ""
    return Project(
        code=f"{days.year}-{n:02d}",
        year=days.year,
        source_key=f"{n}|{name}",
        sort_order=n,
        number=str(n),
        name=name,
        content=content,
        field=course.field,
        place="",
        town_code=town or None,
        department=lead,
        department_text=lead.name,
        level=Level(more.get("level", Level.COUNTY)),
        nature=Nature(more.get("nature", Nature.WORKS)),
        document_no=document,
        amount_fen=amount * 1_000_000,
        amount_text=str(amount),
        start_on=course.start,
        promised_on=course.promised,
        due_on=course.due_on(days.day),
        due_text=f"{last}月底前",
        stretch_percent=Decimal(more.get("stretch", 100)),
        is_green_channel=more.get("green", False),
        status=course.status(),
        completed_on=course.completed_on,
        percent=None,
        progress_text="",
        reported_on=None,
        updated_at=days.now,
    )
