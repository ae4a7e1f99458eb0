"""From checked rows to projects. The same file twice changes nothing."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.audit.actions import record
from portal.departments.models import Department
from portal.imports.ledger import Ledger, Row
from portal.projects.models import ImportBatch, Project, ProjectSource, ProjectStatus
from portal.security import Actor


@dataclass(frozen=True)
class Outcome:
    """What an import did, as it is printed and kept: counts, and the flags in words."""

    rows: int
    imported: int
    updated: int
    skipped: int
    flags: list[dict[str, Any]]


def import_ledger(
    s: Session,
    ledger: Ledger,
    *,
    year: int,
    file_name: str,
    file_hash: str,
    actor: Actor,
    at: datetime,
) -> Outcome:
    """Add the projects that are new and change those whose published cells changed.

    A project is known by the year and by its number and text in the list.
    """
    known = {p.source_key: p for p in s.scalars(select(Project).where(Project.year == year))}
    leads = {d.code: d for d in s.scalars(select(Department))}
    codes = _free_codes(s, year)
    last = s.scalar(select(func.max(Project.sort_order)).where(Project.year == year)) or 0
    new: list[tuple[Project, Row]] = []
    changed: list[tuple[Project, Row]] = []
    for row in ledger.rows:
        project = known.get(row.source_key)
        if project is None:
            last += 1
            new.append((_new(row, year, next(codes), last, leads, at), row))
        elif _apply(project, _values(row, leads, project)):
            project.updated_at = at
            changed.append((project, row))
    s.add_all([project for project, _row in new])
    outcome = Outcome(ledger.read, len(new), len(changed), ledger.skipped, _flags(ledger))
    if new or changed:
        batch = ImportBatch(
            at=at,
            actor=actor.name,
            year=year,
            file_name=file_name,
            file_hash=file_hash,
            title=ledger.title,
            report=asdict(outcome),
        )
        s.add(batch)
        s.flush()
        for project, row in new + changed:
            cells = row.original
            s.add(ProjectSource(project=project, batch=batch, row=row.row, cells=cells))
        subject = f"import:{batch.id}"
        counts = {"year": year, "imported": len(new), "updated": len(changed)}
        record(s, actor=actor, act="project:import", subject=subject, at=at, **counts)
        s.flush()
    return outcome


def _new(
    row: Row, year: int, code: str, place: int, leads: dict[str, Department], at: datetime
) -> Project:
    return Project(
        code=code,
        year=year,
        source_key=row.source_key,
        sort_order=place,
        reported_on=None,
        completed_on=None,
        updated_at=at,
        **_values(row, leads, None),
    )


def _values(row: Row, leads: dict[str, Department], known: Project | None) -> dict[str, Any]:
    """Return the public fields as the row has them."""
    is_begun = bool(row.progress_text) or bool(row.percent)
    status = ProjectStatus(row.status) if row.status else None
    if status is None:
        status = ProjectStatus.IN_PROGRESS if is_begun else ProjectStatus.PLANNED
        if known is not None and known.status is ProjectStatus.COMPLETED:
            status = known.status  # a list that says nothing of it takes no completion back
    lead = leads.get(row.department_code or "")
    return {
        "number": row.number,
        "name": row.name,
        "content": row.content,
        "field": row.field,
        "place": row.place,
        "town_code": row.town_code,
        "department_id": lead.id if lead else None,
        "department_text": row.department_text,
        "amount_fen": row.amount_fen,
        "amount_text": row.amount_text,
        "start_on": row.start_on,
        "due_on": row.due_on,
        "due_text": row.due_text,
        "status": status,
        "percent": row.percent,
        "progress_text": row.progress_text,
    }


def _apply(project: Project, values: dict[str, Any]) -> bool:
    """Write what differs; say whether anything did."""
    different = {k: v for k, v in values.items() if getattr(project, k) != v}
    for key, value in different.items():
        setattr(project, key, value)
    return bool(different)


def _free_codes(s: Session, year: int):
    taken = set(s.scalars(select(Project.code).where(Project.year == year)))
    n = 0
    while True:
        n += 1
        code = f"{year}-{n:02d}"
        if code not in taken:
            yield code


def _flags(ledger: Ledger) -> list[dict[str, Any]]:
    return [
        {
            "row": flag.row,
            "column": flag.column,
            "message": flag.message % flag.params if flag.params else flag.message,
        }
        for flag in ledger.flags
    ]
