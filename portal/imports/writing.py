"""From matched rows to projects: what is new, what changes, and how to take it back."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from portal.imports import duties, parts, said
from portal.imports.context import Context
from portal.imports.flags import unclear
from portal.imports.matching import UPDATES, How, Match
from portal.imports.rows import Row
from portal.imports.traces import Trace
from portal.language import N_
from portal.projects.kinds import ProjectStatus, Stage
from portal.projects.models import Project, StageRecord
from portal.projects.rules import HUNDRED, is_reached, stage_of
from portal.projects.schedule.models import ProgressReport
from portal.projects.schedule.rules import judge, needs_remedy
from portal.projects.schedule.standings import facts_of

COLUMNS = (*said.COLUMNS, "reported_on", "department_id", "leader_id", "stage")
"""Columns that a table can fill in."""

LIST_NOTE = "由导入登记，日期为登记日"


@dataclass
class Written:
    """What the writing of a table did."""

    new: list[tuple[Project, Row]] = field(default_factory=list)
    changed: list[tuple[Project, Row]] = field(default_factory=list)
    traces: list[Trace] = field(default_factory=list)
    """How to take back what was changed, project by project."""


def write(context: Context, found: Sequence[Match], codes: Sequence[str], last: int) -> Written:
    """Write what the matches say. `codes` are free ones, `last` is the last place in the list."""
    done = Written()
    for one in found:
        context.flag(one.row.row, one.doubts)
    fresh = [one for one in found if one.how in (How.NEW, How.BACK)]
    for n, (one, code) in enumerate(zip(fresh, codes, strict=True), 1):
        done.new.append((_made(context, one, code, last + n), one.row))
    context.settle([project for project, _row in done.new])
    for project, row in done.new:
        context.bulk.created(project, COLUMNS)
        _complete(context, project, row)
    for one in found:
        if one.how in UPDATES and one.project is not None:
            project = context.present.projects[one.project.id]
            trace = _update(context, project, one)
            if trace:
                done.changed.append((project, one.row))
                done.traces.append(trace)
    return done


def _made(context: Context, one: Match, code: str, place: int) -> Project:
    """Return the project of a row, made or brought back, without its rows."""
    row, known = one.row, one.project
    new = said.of_new(row)
    context.flag(row.row, new.doubts)
    unit = context.registers.unit_ids.get(row.department_code or "")
    leader = context.registers.leader_ids.get(row.leader_code or "")
    columns = new.columns | {"department_id": unit, "leader_id": leader}
    project = context.present.projects[known.id] if known else Project(code=code)
    for name, value in columns.items():
        setattr(project, name, value)
    project.year = context.reading.year
    project.source_key, project.sort_order = _free_key(context, row), place
    project.withdrawn_at = project.completed_on = project.handed_over_on = None
    project.stretch_percent = project.stretch_percent or HUNDRED
    is_reported = project.percent is not None or project.progress_text
    project.reported_on = context.as_of(row) if is_reported else None
    project.stage = stage_of(project.status, [])
    project.updated_at = context.bulk.at
    context.s.add(project)
    return project


def _free_key(context: Context, row: Row) -> str:
    """Return by what a project is known when its list comes again; no two have the same."""
    key, n = row.source_key, 1
    while key in context.keys:
        n += 1
        key = f"{row.source_key}#{n}"
    context.keys.add(key)
    return key


def _complete(context: Context, project: Project, row: Row) -> None:
    """Add the rows that a new project is made of."""
    trace, as_of = Trace(project, is_new=True), context.as_of(row)
    parts.write_items(context, trace, row, with_progress=True)
    parts.write_funds(context, trace, row)
    duties.write_duties(context, trace, row, as_of)
    if row.document:
        _reached(context, trace, Stage.LIST, context.day, row.document, LIST_NOTE)
    is_reported = _report(context, project, row, as_of)
    if is_reported and project.status is ProjectStatus.IN_PROGRESS:
        _reached(context, trace, Stage.WORK, min(project.start_on or as_of, as_of))
    _check_lateness(context, project, row, as_of)


def _update(context: Context, project: Project, one: Match) -> Trace | None:
    """Write what a table says of a project; None when it says nothing new."""
    row, trace, as_of = one.row, Trace(project), context.as_of(one.row)
    now = {name: getattr(project, name) for name in (*said.COLUMNS, "reported_on")}
    promise = said.of_known(row, context.reading, now, by_code=one.how is How.CODE)
    progress = said.progress_of(row, now, as_of)
    context.flag(row.row, [*promise.doubts, *progress.doubts])
    trace.own = context.bulk.set(project, promise.columns | progress.columns)
    parts.write_items(context, trace, row, with_progress=not progress.is_refused)
    parts.write_funds(context, trace, row)
    duties.write_duties(context, trace, row, as_of)
    is_listed = Stage.LIST in context.present.stages.get(project.id, ())
    if "document_no" in trace.own and not is_listed:
        _reached(context, trace, Stage.LIST, context.day, row.document, LIST_NOTE)
    if progress.columns:
        _progressed(context, trace, row, as_of)
    _check_lateness(context, project, row, as_of)
    if not trace.is_used:
        return None
    project.updated_at = context.bulk.at
    return trace


def _progressed(context: Context, trace: Trace, row: Row, as_of: date) -> None:
    """Add the report of a project whose progress has changed, and let its stage follow."""
    project = trace.project
    columns: dict[str, Any] = {}
    if _report(context, project, row, as_of):
        columns["reported_on"] = as_of
    stages = set(context.present.stages.get(project.id, ()))
    if project.status is ProjectStatus.IN_PROGRESS and Stage.WORK not in stages:
        stages.add(Stage.WORK)
        _reached(context, trace, Stage.WORK, min(project.start_on or as_of, as_of))
    stage = stage_of(project.status, list(stages))
    if not is_reached(project.stage, stage):
        columns["stage"] = stage
    trace.own = context.bulk.set(project, columns) | trace.own


def _report(context: Context, project: Project, row: Row, as_of: date) -> bool:
    """Keep what the table says as a report of that day; False when it says nothing to report."""
    narrative = row.progress_text
    if not narrative and project.percent is None:
        narrative = project.progress_text
    if not narrative and project.percent is None:
        return False
    points = context.present.plans.get(project.id, ())
    context.reports.append(
        ProgressReport(
            project_id=project.id,
            as_of=as_of,
            status=project.status,
            percent=project.percent,
            planned=facts_of(project, points, as_of).planned,
            invested_fen=row.invested_fen,
            narrative=narrative,
            problems=row.reason,
            next_step="",
            published_at=context.bulk.at,
        )
    )
    return True


def _reached(
    context: Context, trace: Trace, stage: Stage, on: date, document: str = "", note: str = ""
) -> None:
    record = StageRecord(stage=stage, reached_on=on, document_no=document, note=note)
    trace.added("stage", context.bulk.add(trace.project, "stage", record))


def _check_lateness(context: Context, project: Project, row: Row, as_of: date) -> None:
    """Point out a figure that is behind the plan without a reason."""
    figure: Decimal | None = row.percent
    if figure is None or row.reason or project.status is ProjectStatus.COMPLETED:
        return
    facts = facts_of(project, context.present.plans.get(project.id, ()), as_of)
    if needs_remedy(judge(facts, context.scale).light):
        message = N_("按序时计划应完成%(planned)s%%，进度滞后，表中没有写明原因")
        context.flag(row.row, [("percent", unclear(message, planned=str(facts.planned)))])
