"""What a published row sets in motion: the project's own columns follow its rows.

Each effect gets the row as it now stands (None when it was removed) and what it said before
(nothing when it is new), and returns the columns of the project that follow from it;
`actions.apply` writes and logs them.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from portal.county.queries import upkeep
from portal.projects.kinds import (
    DecisionKind,
    DutyRole,
    ProjectStatus,
    Result,
    Stage,
)
from portal.projects.models import Decision, Item, Project, StageRecord
from portal.projects.people.models import Duty
from portal.projects.quality.models import Acceptance
from portal.projects.record.checks import report_percent
from portal.projects.record.proposals import Proposal
from portal.projects.record.queries import last_report
from portal.projects.record.values import plain
from portal.projects.rules import is_reached, stage_of
from portal.projects.schedule.models import ProgressReport, Remedy
from portal.projects.schedule.standings import curves, facts_of
from portal.projects.upkeep.models import Handover, Revisit
from portal.projects.upkeep.rules import schedule

Columns = dict[str, Any]
Was = Mapping[str, Any]


def report(p: Proposal, at: datetime) -> tuple[ProgressReport, Columns]:
    """Make the row of a report, its remedy beside it, and what the project says from now on."""
    v, project = p.values, p.project
    percent = report_percent(p)
    points = curves(p.s, [project.id]).get(project.id, ())
    row = ProgressReport(
        project_id=project.id,
        as_of=v["as_of"],
        status=v["status"],
        percent=percent,
        planned=facts_of(project, points, v["as_of"]).planned,
        invested_fen=v["invested_fen"],
        narrative=v["narrative"],
        problems=v["problems"],
        next_step=v["next_step"],
        published_at=at,
    )
    p.s.add(row)
    p.s.flush()
    if v["cause"]:
        _remedy(p.s, row, v, at)
    columns: Columns = {
        "status": v["status"],
        "percent": percent,
        "progress_text": v["narrative"],
        "reported_on": v["as_of"],
    }
    if v["invested_fen"] is not None:
        columns["invested_fen"] = v["invested_fen"]
    if v["status"] is ProjectStatus.IN_PROGRESS:
        columns |= reach(p.s, project, Stage.WORK, project.start_on or v["as_of"], v["as_of"])
    return row, columns


def _remedy(s: Session, row: ProgressReport, v: Mapping[str, Any], at: datetime) -> None:
    last = select(func.max(Remedy.number)).where(Remedy.project_id == row.project_id)
    s.add(
        Remedy(
            project_id=row.project_id,
            report_id=row.id,
            number=(s.scalar(last) or 0) + 1,
            cause=v["cause"],
            measure=v["measure"],
            new_date=v["new_date"],
            published_at=at,
        )
    )


def decision(p: Proposal) -> tuple[Decision, Columns]:
    """Make the row of a decision, and what it changes of the project."""
    v, project, kind = p.values, p.project, p.values["kind"]
    row = Decision(
        project_id=project.id,
        **{k: v[k] for k in ("kind", "decided_by", "document_no", "decided_on", "reason")},
        due_before=project.due_on if kind is DecisionKind.DATE else None,
        due_after=v["due_after"],
        item_id=v["item_id"],
        target_before="",
        target_after="",
    )
    p.s.add(row)
    is_begun = project.percent or is_reached(project.stage, Stage.WORK)
    begun = ProjectStatus.IN_PROGRESS if is_begun else ProjectStatus.PLANNED
    columns: Columns = {
        DecisionKind.DATE: {
            "due_on": v["due_after"],
            # What was promised first stays, also where nobody had put it on record yet.
            "promised_on": project.promised_on or project.due_on or v["due_after"],
        },
        DecisionKind.PAUSE: {"status": ProjectStatus.PAUSED},
        DecisionKind.RESUME: {"status": begun},
        DecisionKind.STOP: {"status": ProjectStatus.STOPPED},
    }.get(kind, {})
    if kind is DecisionKind.TARGET:
        item = p.s.get(Item, v["item_id"])
        row.target_before = _target(item.quantity, item.unit)
        item.quantity = v["quantity_after"]
        row.target_after = _target(item.quantity, item.unit)
    return row, columns


def _target(quantity: Decimal | None, unit: str) -> str:
    return "" if quantity is None else f"{plain(quantity)}{unit}"


def reach(
    s: Session, project: Project, stage: Stage, on: date, day: date, was_on: date | None = None
) -> Columns:
    """Record that a project reached a stage, once, not later than `day`.

    The record follows when what it rests on was dated `was_on` until now; one that says another
    day was put there by a person and stays.
    """
    known = _record(s, project, stage)
    if known is None:
        s.add(StageRecord(project_id=project.id, stage=stage, reached_on=min(on, day)))
    elif known.reached_on == was_on:
        known.reached_on = min(on, day)
    s.flush()
    return {"stage": stage_of(project.status, [*_stages(s, project), project.stage])}


def _unreach(
    s: Session, project: Project, stage: Stage, was_on: date | None, status: ProjectStatus
) -> Columns:
    """Take the record of a stage back that was made by what is no more, dated `was_on`."""
    known = _record(s, project, stage)
    if known is not None and known.reached_on == was_on and not (known.document_no or known.note):
        s.delete(known)
        s.flush()
    return {"stage": stage_of(status, _stages(s, project))}


def _record(s: Session, project: Project, stage: Stage) -> StageRecord | None:
    return s.scalar(select(StageRecord).filter_by(project_id=project.id, stage=stage))


def _stages(s: Session, project: Project) -> list[Stage]:
    reached = select(StageRecord.stage).where(StageRecord.project_id == project.id)
    return list(s.scalars(reached))


def _stage(s: Session, project: Project, row: StageRecord | None, was: Was, _day: date) -> Columns:
    """The furthest stage on record holds; a record that is added takes none back."""
    is_added = row is not None and not was
    reached = _stages(s, project) + ([project.stage] if is_added else [])
    return {"stage": stage_of(project.status, reached)}


def _duty(s: Session, project: Project, row: Duty | None, was: Was, day: date) -> Columns:
    """The lead department and the county leader are those whose duty holds from the day on.

    One that ends today has nobody who would take it away tomorrow, so it counts no more.
    Only the capacity that the row is about follows, so that what a list said of the other
    stays; and a project is never without a lead: the last one answers until another does.
    """
    about = {str(row.role) if row is not None else "", was.get("role", "")}
    columns: Columns = {}
    if DutyRole.COUNTY_LEADER in about:
        columns["leader_id"] = _holding(s, project, DutyRole.COUNTY_LEADER, Duty.leader_id, day)
    if DutyRole.LEAD in about:
        lead = _holding(s, project, DutyRole.LEAD, Duty.department_id, day)
        columns |= {"department_id": lead} if lead is not None else {}
    return columns


def _holding(s: Session, project: Project, role: DutyRole, whom: Any, day: date) -> int | None:
    return s.scalar(
        select(whom)
        .where(
            Duty.project_id == project.id,
            Duty.role == role,
            Duty.from_on <= day,
            or_(Duty.until_on.is_(None), Duty.until_on > day),
        )
        .order_by(Duty.from_on.desc(), Duty.id.desc())
        .limit(1)
    )


def _acceptance(
    s: Session, project: Project, row: Acceptance | None, was: Was, day: date
) -> Columns:
    """A project is completed while an acceptance of the whole of it stands.

    One that a list says is completed, without an acceptance on record, stays so until an
    acceptance of the whole fails.
    """
    passed = s.scalar(
        select(Acceptance.accepted_on)
        .where(
            Acceptance.project_id == project.id,
            Acceptance.is_final,
            Acceptance.result != Result.FAILED,
        )
        .order_by(Acceptance.accepted_on, Acceptance.id)
        .limit(1)
    )
    was_passed = bool(was.get("is_final")) and was.get("result") != Result.FAILED
    was_on = _dated(was, "accepted_on") if was_passed else None
    if passed is not None:
        plan_revisits(s, project, passed, day)
        return {
            "status": ProjectStatus.COMPLETED,
            "completed_on": passed,
            "percent": max(project.percent or Decimal(0), Decimal(100)),
        } | reach(s, project, Stage.ACCEPTANCE, passed, day, was_on)
    has_failed, last = row is not None and row.is_final, last_report(s, project)
    if project.status is not ProjectStatus.COMPLETED or not (was_passed or has_failed):
        return {}
    return {
        "status": ProjectStatus.IN_PROGRESS,
        "completed_on": None,
        "percent": last.percent if last else None,  # an acceptance that is gone says nothing
    } | _unreach(s, project, Stage.ACCEPTANCE, was_on, ProjectStatus.IN_PROGRESS)


def _dated(was: Was, name: str) -> date | None:
    return date.fromisoformat(was[name]) if was.get(name) else None


def plan_revisits(s: Session, project: Project, completed_on: date, day: date) -> None:
    """Put the county's revisits on the calendar of a completed project, each once.

    Those that are still to be made move with the day of completion when it is another.
    """
    known = {r.months: r for r in s.scalars(select(Revisit).filter_by(project_id=project.id))}
    for months, due in schedule(completed_on, upkeep(s, day)["months"]):
        if months not in known:
            s.add(Revisit(project_id=project.id, months=months, due_on=due, checklist={}))
        elif known[months].done_on is None and project.completed_on != completed_on:
            known[months].due_on = due
    s.flush()


def _handover(s: Session, project: Project, row: Handover | None, was: Was, day: date) -> Columns:
    was_on = _dated(was, "handed_over_on")
    if row is None:
        columns: Columns = {"handed_over_on": None}
        return columns | _unreach(s, project, Stage.UPKEEP, was_on, project.status)
    columns = reach(s, project, Stage.UPKEEP, row.handed_over_on, day, was_on)
    return columns | {"handed_over_on": row.handed_over_on}


def _promise(_s: Session, project: Project, _row: Any, _was: Was, _day: date) -> Columns:
    """What is promised first stays on record when the date is filled in."""
    return {"promised_on": project.due_on} if project.promised_on is None else {}


EFFECTS: dict[str, Callable[[Session, Project, Any, Was, date], Columns]] = {
    "promise": _promise,
    "stage": _stage,
    "duty": _duty,
    "acceptance": _acceptance,
    "handover": _handover,
}
