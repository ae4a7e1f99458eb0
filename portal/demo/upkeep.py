"""Upkeep in the invented county: handovers, revisits, and what the revisits found."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from portal.demo.course import Course
from portal.demo.days import workday
from portal.demo.log import Log
from portal.departments.models import Department
from portal.projects.upkeep.models import Handover, Revisit, RevisitProblem
from portal.projects.upkeep.rules import schedule


def handed_over_on(course: Course, data: Mapping[str, Any]) -> date | None:
    """Return when a project was handed over, if it was."""
    row = data["handovers"].get(course.name)
    if row is None or course.completed_on is None:
        return None
    return course.days.past(workday(course.completed_on + timedelta(days=row[0])))


def add_handover(course: Course, data: Mapping[str, Any], log: Log) -> None:
    """Record who looks after a project; it follows on the project itself."""
    on = handed_over_on(course, data)
    if on is None:
        return
    _days, body, funding, rules, phone, operator = data["handovers"][course.name]
    row = Handover(
        project_id=course.project.id,
        handed_over_on=on,
        body=body,
        funding=funding,
        rules=rules,
        phone=phone,
        operator=operator,
        document_no=f"民实移〔{on.year}〕{course.n:02d}号",
    )
    course.project.handed_over_on = on
    log.s.add(row)
    at = course.days.moment(on, course.n)
    log.row(course.project, "handover", row, at)
    log.own(course.project, at, {}, {"handed_over_on": on})


def add_revisits(
    course: Course,
    data: Mapping[str, Any],
    rule: Mapping[str, Any],
    units: Mapping[str, Department],
    log: Log,
) -> list[Revisit]:
    """Record the revisits, made or still to be made, and their problems."""
    if course.completed_on is None:
        return []
    found = [
        _revisit(course, data, rule, n, months, due)
        for n, (months, due) in enumerate(schedule(course.completed_on, rule["months"]))
    ]
    log.s.add_all(found)
    log.s.flush()
    for visit in found:
        if visit.done_on:
            at = course.days.moment(visit.done_on, course.n)
            log.row(course.project, "revisit", visit, at, "done_on", "score", "summary")
            for problem in _problems(course, data, visit, units):
                log.s.add(problem)
                log.row(course.project, "problem", problem, at, "description", "due_on")
    return found


def _revisit(
    course: Course,
    data: Mapping[str, Any],
    rule: Mapping[str, Any],
    n: int,
    months: int,
    due: date,
) -> Revisit:
    made = course.days.past(workday(due - timedelta(days=(course.n + n) % 6)))
    if data["missed"].get(course.name) == months:
        made = None
    row = Revisit(project_id=course.project.id, months=months, due_on=due, checklist={})
    if made is None:
        return row
    score = data["scores"].get(course.name, data["usual"])[n % 3]
    faults = data["faults"].get(course.name, []) if score < rule["good"] else []
    grade = "excellent" if score >= rule["excellent"] else "good"
    row.done_on, row.score = made, score
    row.by = data["visitors"].format(unit=course.project.department_text)
    row.checklist = {point: i not in faults for i, point in enumerate(rule["checklist"])}
    if course.project.handed_over_on is None and course.project.nature.value == "works":
        row.checklist[rule["checklist"][1]] = False
    row.summary = data["summaries"][grade if score >= rule["good"] else "poor"]
    return row


def _problems(
    course: Course, data: Mapping[str, Any], visit: Revisit, units: Mapping[str, Department]
) -> Iterator[RevisitProblem]:
    found = visit.done_on
    for name, months, text, unit, term, fixed_after, note in data["problems"]:
        if (name, months) != (course.name, visit.months) or found is None:
            continue
        fixed = None
        if fixed_after is not None:
            fixed = course.days.past(workday(found + timedelta(days=fixed_after)))
        yield RevisitProblem(
            project_id=course.project.id,
            revisit_id=visit.id,
            description=text,
            department_id=units[unit].id,
            found_on=found,
            due_on=found + timedelta(days=term),
            fixed_on=fixed,
            fix_note=note if fixed else "",
        )
