"""Plan and progress in the invented county: curves, tasks, reports, remedies, blockers."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from portal.demo.course import HUNDRED, Course
from portal.demo.days import workday
from portal.demo.log import Log
from portal.departments.models import Department
from portal.projects.kinds import BlockerKind, Grain, ProjectStatus
from portal.projects.schedule.models import Blocker, Milestone, PlanPoint, ProgressReport, Remedy
from portal.projects.schedule.rules import Facts, Scale, judge, needs_remedy

NEAR = 5
"""Points from how far the list has a project within which the list's own words are said."""


def add_plan(course: Course, log: Log) -> None:
    """Record the plan curve."""
    for by, percent in course.points:
        log.s.add(PlanPoint(project_id=course.project.id, by_on=by, percent=percent))


def add_milestones(course: Course, data: Mapping[str, Any], heads: list[Any], log: Log) -> None:
    """Record the tasks on the way, the smaller ones below the larger."""
    for name, share, grain, who, parts in data["milestones"][course.more["kind"]]:
        person = _person(course, data, heads, who)
        above = _milestone(course, name, share, grain, person)
        log.s.add(above)
        if parts:
            log.s.flush()
        for part, part_share, part_grain in parts:
            below = _milestone(course, part, part_share, part_grain, person)
            below.parent_id = above.id
            log.s.add(below)


def _person(course: Course, data: Mapping[str, Any], heads: list[Any], who: int) -> tuple[str, str]:
    """Return name and post: of the department's people, or the foreman on site."""
    if who < len(heads):
        return heads[who][0], course.project.department_text + heads[who][1]
    foremen = data["foremen"]
    return foremen[(course.n * 3 + course.days.year) % len(foremen)], "施工项目经理"


def _milestone(
    course: Course, name: str, share: int, grain: str, person: tuple[str, str]
) -> Milestone:
    """Make a task due where the plan reaches `share`, done where the work reached it."""
    due = course.promised
    planned = course.start + (due - course.start) * share // 100
    wanted = min(course.planned(planned), course.final)
    reached = course.completed_on if share == 100 else course.when(max(wanted, Decimal(2)))
    if course.more["kind"] == "policy":
        reached = course.days.past(planned) if course.reports else None
    return Milestone(
        project_id=course.project.id,
        name=name,
        grain=Grain(grain),
        planned_on=due if share == 100 else workday(planned),
        actual_on=reached,
        person=person[0],
        post=person[1],
    )


def add_reports(course: Course, data: Mapping[str, Any], text: str, scale: Scale, log: Log) -> None:
    """Record the reports, with cause and remedy where one was due; the project follows."""
    project, last, reports = course.project, {}, []
    for n, as_of in enumerate(course.reports):
        report = _report(course, data, text, n, as_of)
        reports.append(report)
        now = {
            "status": report.status,
            "percent": report.percent,
            "progress_text": report.narrative,
            "reported_on": as_of,
        }
        log.own(project, report.published_at, last or {"status": ProjectStatus.PLANNED}, now)
        last = now
        project.invested_fen = report.invested_fen
    if last:
        project.percent = last["percent"]
        project.progress_text, project.reported_on = last["progress_text"], last["reported_on"]
    if course.completed_on:
        at = course.days.moment(course.completed_on, course.n + 5)
        done = {"status": ProjectStatus.COMPLETED, "completed_on": course.completed_on}
        log.own(project, at, last, done)
    log.s.add_all(reports)
    log.s.flush()
    _add_remedies(course, data["remedies"].get(course.name, data["late"]), reports, scale, log)


def _report(
    course: Course, data: Mapping[str, Any], text: str, n: int, as_of: date
) -> ProgressReport:
    project, more = course.project, course.more
    is_last = as_of == course.reports[-1]
    percent: Decimal | None = course.reached(as_of)
    status = ProjectStatus.IN_PROGRESS
    if course.completed_on and is_last:
        percent = course.final
    if more["kind"] == "policy":
        percent = None
    if more.get("waiting"):
        status, narrative, next_step = ProjectStatus.PLANNED, data["waiting"][n], ""
    else:
        narrative, next_step = _words(course, data, percent)
        if _says_it(course, percent, is_last):
            narrative = more.get("end", text) if course.completed_on else text
    return ProgressReport(
        project_id=project.id,
        as_of=as_of,
        status=status,
        percent=percent,
        planned=course.planned(as_of),
        invested_fen=_invested(course, as_of, percent),
        narrative=narrative,
        problems=data["problems"][(course.n + n) % len(data["problems"])] if not is_last else "",
        next_step=next_step if not (course.completed_on and is_last) else "申请竣工验收。",
        published_at=_published(course, as_of, n),
    )


def _says_it(course: Course, percent: Decimal | None, is_last: bool) -> bool:
    """Say whether a report is the one whose words the list gives."""
    if course.completed_on or course.stopped_on() or percent is None:
        return is_last
    is_running = course.done is None or course.more.get("done")
    return bool(is_last and is_running and abs(percent - course.named) <= NEAR)


def _published(course: Course, as_of: date, n: int) -> datetime:
    return course.days.moment(as_of + timedelta(days=2), course.n + n)


def _words(course: Course, data: Mapping[str, Any], percent: Decimal | None) -> tuple[str, str]:
    """Return what a report says of how far the work is, and of what comes next."""
    reached = min(percent or Decimal(0), HUNDRED)
    phases = data["phases"][course.more["kind"]]
    _below, narrative, next_step = next(p for p in phases if reached < p[0])
    _name, quantity, unit, *_more = course.story["items"][0]
    done = Decimal(str(quantity or 0)) * reached / 100
    step = Decimal("0.1") if isinstance(quantity, float) else Decimal(1)
    said = done.quantize(step, "ROUND_DOWN")
    return narrative.format(percent=reached, done=said, unit=unit), next_step


def _invested(course: Course, as_of: date, percent: Decimal | None) -> int:
    """Return the work done in money: a little less than the same part of the plan."""
    amount = course.project.amount_fen
    if percent is None:  # a policy pays the same every month
        months = as_of.month - course.start.month + 2
        return min(amount * months // 12, amount) // 1_000_000 * 1_000_000
    part = min(percent, HUNDRED) * (94 + course.n * 5 % 6) / 10_000
    return int(amount * part) // 100_000 * 100_000


def _add_remedies(
    course: Course, texts: list[Any], reports: list[ProgressReport], scale: Scale, log: Log
) -> None:
    """Give each report that was behind its cause, its remedy and a new date."""
    behind = [report for report in reports if is_behind(course, report, scale)]
    for number, report in enumerate(behind, start=1):
        cause, measure, days = texts[min(number, len(texts)) - 1]
        log.s.add(
            Remedy(
                project_id=course.project.id,
                report_id=report.id,
                number=number,
                cause=cause,
                measure=measure,
                new_date=report.as_of + timedelta(days=days),
                published_at=report.published_at,
            )
        )


def is_behind(course: Course, report: ProgressReport, scale: Scale) -> bool:
    """Say whether a report had to give cause and remedy when it was handed in."""
    facts = Facts(
        status=report.status,
        nature=course.project.nature,
        percent=report.percent,
        planned=report.planned,
        start_on=course.start,
        due_on=course.due_on(report.as_of),
        reported_on=report.as_of,
        day=report.as_of,
    )
    return needs_remedy(judge(facts, scale).light)


def add_blockers(
    course: Course, data: Mapping[str, Any], units: Mapping[str, Department], log: Log
) -> None:
    """Record what holds or held a project up."""
    for row in _blockers(course, data, units):
        log.s.add(row)
        at = course.days.moment(row.raised_on, course.n)
        log.row(course.project, "blocker", row, at, "kind", "description", "due_on")
        if row.resolved_on:
            at = course.days.moment(row.resolved_on, course.n)
            log.row(course.project, "blocker", row, at, "resolved_on", "resolution")


def _blockers(
    course: Course, data: Mapping[str, Any], units: Mapping[str, Department]
) -> Iterator[Blocker]:
    days = course.days
    for name, kind, text, lead, assistants, raised, due, resolved, how in data["blockers"]:
        if name != course.name or not days.past(days.of(raised)):
            continue
        resolved_on = days.past(days.of(resolved)) if resolved else None
        yield Blocker(
            project_id=course.project.id,
            kind=BlockerKind(kind),
            description=text,
            department_id=units[lead].id,
            assistants=[units[code] for code in assistants],
            raised_on=days.of(raised),
            due_on=days.of(due),
            resolved_on=resolved_on,
            resolution=how if resolved_on else "",
        )
