"""All that is on record of the forty projects, in the order in which it hangs together."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.county.queries import upkeep
from portal.demo.course import Course
from portal.demo.drafts import add_drafts
from portal.demo.log import Log
from portal.demo.money import add_money
from portal.demo.pictures import add_pictures
from portal.demo.promise import (
    People,
    add_decisions,
    add_duties,
    add_items,
    add_sites,
    add_stages,
)
from portal.demo.quality import add_quality, payee
from portal.demo.texts import read
from portal.demo.upkeep import add_handover, add_revisits, handed_over_on
from portal.demo.work import add_blockers, add_milestones, add_plan, add_reports
from portal.departments.models import Department
from portal.projects.models import Project
from portal.projects.people.models import Leader
from portal.projects.schedule.standings import renew, scale_on
from portal.projects.search import index
from portal.projects.upkeep.models import Revisit


def add_stories(
    s: Session,
    courses: list[Course],
    promises: Mapping[str, Any],
    texts: Mapping[str, str],
    units: Mapping[str, Department],
    day: date,
) -> None:
    """Record what happened to each project up to `day`, and make the lists ready.

    The rows are written directly, with the log they would have left, and standings and search
    are renewed once; the newest go through the real acts as drafts.
    """
    log = Log(s)
    leaders = {leader.code: leader for leader in s.scalars(select(Leader))}
    people = People(read("people"), leaders, units)
    leaders[people.data["former"]["code"]].is_active = False
    data = {name: read(name) for name in ("work", "money", "quality", "upkeep")}
    visits = {}
    for course in courses:
        _promised(course, promises, people, data, texts[course.name], log)
        visits[course.name] = _kept(course, data, units, log)
    by_name = {course.name: course for course in courses}
    add_pictures(by_name, read("pictures"), visits, log)
    log.write()
    _dated(courses, log)
    s.flush()
    add_drafts(s, by_name, read("drafts")["drafts"], units)
    projects = [course.project for course in courses]
    renew(s, projects, day)
    index(s, projects)


def _promised(
    course: Course,
    promises: Mapping[str, Any],
    people: People,
    data: Mapping[str, Any],
    text: str,
    log: Log,
) -> None:
    """Record the promise, who answers for it, and how the work went."""
    unit = next(code for code, u in people.units.items() if u is course.project.department)
    add_plan(course, log)
    add_milestones(course, data["work"], people.data["heads"][unit], log)
    add_reports(course, data["work"], text, scale_on(log.s, course.days.day), log)
    items = add_items(course, log)
    add_sites(course, promises["places"], log)
    add_stages(course, promises["stages"], handed_over_on(course, data["upkeep"]), log)
    add_decisions(course, promises["vote_body"], items, log)
    add_duties(course, people, log)
    add_blockers(course, data["work"], people.units, log)


def _kept(
    course: Course, data: Mapping[str, Any], units: Mapping[str, Department], log: Log
) -> list[Revisit]:
    """Record money, quality and what came after the works were done; return the revisits."""
    add_money(course, data["money"], payee(course, data["quality"]), log)
    add_quality(course, data["quality"], log)
    add_handover(course, data["upkeep"], log)
    rule = upkeep(log.s, course.days.day)
    return add_revisits(course, data["upkeep"], rule, units, log)


def _dated(courses: list[Course], log: Log) -> None:
    """Let each project say when it changed last."""
    last = {entry.project_id: entry.at for entry in sorted(log.entries, key=lambda e: e.at)}
    for course in courses:
        project: Project = course.project
        project.updated_at = last.get(project.id, project.updated_at)
