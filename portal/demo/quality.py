"""Quality and safety in the invented county: who built it, what was inspected, found, accepted."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from portal.demo.course import Course
from portal.demo.days import fill, workday
from portal.demo.log import Log
from portal.projects import kinds
from portal.projects.quality.models import (
    Acceptance,
    Hazard,
    Honour,
    Inspection,
    Participant,
    QualityTest,
)

DEMO_CODE = "91350799MADEMO"
"""Beginning of the companies' codes; with its letter O it can belong to nobody (GB 32100)."""


def add_quality(course: Course, data: Mapping[str, Any], log: Log) -> None:
    """Record all of it for one project, and in the log what came to the public's notice."""
    if course.reports:
        log.s.add_all(_participants(course, data))
    for row in (*_routine(course, data), *_inspections(course, data), *_tests(course, data)):
        log.s.add(row)
    for hazard in _hazards(course, data):
        log.s.add(hazard)
        at = course.days.moment(hazard.found_on, course.n + 3)
        log.row(course.project, "hazard", hazard, at, "level", "description", "fix_by")
        if hazard.fixed_on:
            at = course.days.moment(hazard.fixed_on, course.n + 3)
            log.row(course.project, "hazard", hazard, at, "fixed_on", "fix_note")
    for row in _acceptances(course, data):
        log.s.add(row)
        at = course.days.moment(row.accepted_on, course.n + 5)
        log.row(course.project, "acceptance", row, at)
    for row in _honours(course, data):
        log.s.add(row)
        log.row(course.project, "honour", row, course.days.moment(row.awarded_on, course.n))


def payee(course: Course, data: Mapping[str, Any]) -> str:
    """Return the company that is paid."""
    companies = data["companies"].get(course.more["kind"])
    return companies[0][1] if companies else ""


def _of(course: Course, rows: list[list[Any]]) -> Iterator[list[Any]]:
    """Yield what a table has of this project, without its name."""
    return (row for name, *row in rows if name == course.name)


def _on(course: Course, text: str) -> date | None:
    """Return the day if it has come; "done-9" is nine days before acceptance."""
    if text.startswith("done"):
        done = course.completed_on
        return workday(done + timedelta(days=int(text.removeprefix("done")))) if done else None
    return course.days.past(course.days.of(text))


def _participants(course: Course, data: Mapping[str, Any]) -> Iterator[Participant]:
    people = data["people"]
    for n, (role, name, scope) in enumerate(data["companies"].get(course.more["kind"], [])):
        yield Participant(
            project_id=course.project.id,
            role=kinds.ParticipantRole(role),
            name=name,
            credit_code=f"{DEMO_CODE}{sum(map(ord, name)) % 10_000:04d}",
            person=people[(course.n + n) % len(people)],
            scope=scope,
        )


def _routine(course: Course, data: Mapping[str, Any]) -> Iterator[Inspection]:
    """Yield the regular inspections: every third report has one beside it."""
    if course.more.get("waiting"):
        return
    for as_of in course.reports[1::3]:
        yield Inspection(
            project_id=course.project.id,
            kind=kinds.InspectionKind.ROUTINE,
            inspected_on=workday(as_of),
            by=data["inspectors"][course.more["kind"]],
            result=kinds.Result.PASSED,
            finding=data["routine"][course.project.nature],
        )


def _inspections(course: Course, data: Mapping[str, Any]) -> Iterator[Inspection]:
    for kind, on, by, result, finding in _of(course, data["inspections"]):
        if inspected := _on(course, on):
            yield Inspection(
                project_id=course.project.id,
                kind=kinds.InspectionKind(kind),
                inspected_on=inspected,
                by=by,
                result=kinds.Result(result),
                finding=finding,
            )


def _tests(course: Course, data: Mapping[str, Any]) -> Iterator[QualityTest]:
    for n, (agency, on, subject, result) in enumerate(_of(course, data["tests"]), start=1):
        if tested := _on(course, on):
            yield QualityTest(
                project_id=course.project.id,
                agency=agency,
                tested_on=tested,
                subject=subject,
                result=kinds.Result(result),
                document_no=f"JC{tested:%Y%m}-{course.n:02d}{n}",
            )


def _hazards(course: Course, data: Mapping[str, Any]) -> Iterator[Hazard]:
    for level, text, found, fix_by, fixed, note in _of(course, data["hazards"]):
        found_on = _on(course, found)
        if found_on is None or (course.start > found_on):
            continue
        fixed_on = _on(course, fixed) if fixed else None
        yield Hazard(
            project_id=course.project.id,
            level=kinds.HazardLevel(level),
            description=text,
            found_on=found_on,
            fix_by=course.days.of(fix_by),
            fixed_on=fixed_on,
            fix_note=note if fixed_on else "",
        )


def _acceptances(course: Course, data: Mapping[str, Any]) -> Iterator[Acceptance]:
    project, kind = course.project, course.more["kind"]
    rows = [
        (_on(course, on), what, kinds.Result(result), is_final, note)
        for on, what, result, is_final, note in _of(course, data["acceptances"])
    ]
    if course.completed_on:
        is_mended = course.name in data["conditional"]
        result = kinds.Result.CONDITIONAL if is_mended else kinds.Result.PASSED
        note = "提出的3条整改意见已全部落实。" if is_mended else ""
        rows.append((course.completed_on, "整个项目", result, True, note))
    for n, (on, what, result, is_final, note) in enumerate(rows, start=1):
        if on is None:
            continue
        yield Acceptance(
            project_id=project.id,
            accepted_on=on,
            by=f"{project.department_text}组织的验收组",
            standard=data["standards"][kind],
            result=result,
            is_final=is_final,
            document_no=f"民实验〔{on.year}〕{course.n:02d}-{n}号",
            note="；".join(filter(None, (what if not is_final else "", note))),
        )


def _honours(course: Course, data: Mapping[str, Any]) -> Iterator[Honour]:
    for kind, title, by, on, document in _of(course, data["honours"]):
        if awarded := _on(course, on):
            yield Honour(
                project_id=course.project.id,
                kind=kinds.HonourKind(kind),
                title=title,
                awarded_by=by,
                awarded_on=awarded,
                document_no=fill(document, course.days.year),
            )
