"""Taking an import back, as long as nothing has come of it.

Projects that came with it are withdrawn, since log and published rows are never deleted; those
that it changed say again what they said. Both stand in the public log. What residents or staff
have done since is never lost: then the batch stays, with the reasons.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from portal import search
from portal.audit.actions import record
from portal.cases.models import Case
from portal.errors import WrongState
from portal.imports.actions import ensure_may_import, last_changes
from portal.imports.present import away_key
from portal.language import N_
from portal.projects.funds.models import FundSource
from portal.projects.models import ImportBatch, Item, Project, StageRecord
from portal.projects.people.models import Duty
from portal.projects.record.bulk import Bulk
from portal.projects.record.models import Attachment, Change, Draft, DraftState
from portal.projects.schedule.models import Standing
from portal.projects.search import KIND
from portal.projects.sections import SECTIONS
from portal.ratings.models import Rating
from portal.security import Actor

MOST = 10
"""Reasons that are named one by one; the rest is counted."""

MADE = (Item, FundSource, Duty, StageRecord, Standing)
"""What a project that is withdrawn is no longer made of."""

REASONS: dict[str, str] = {
    "changes": N_("%(code)s：之后又有%(n)s处变更"),
    "drafts": N_("%(code)s：有%(n)s份填报"),
    "cases": N_("%(code)s：已有诉求"),
    "ratings": N_("%(code)s：有%(n)s个评价"),
    "files": N_("%(code)s：有%(n)s个照片或文件"),
}
"""Cases are not counted: beside the public list, a number would tell that there are others."""


class CannotUndo(WrongState):
    """Something has come of the import; `reasons` are pairs of a marked text and its values."""

    def __init__(self, reasons: Sequence[tuple[str, dict[str, Any]]]) -> None:
        shown = "；".join(text % values for text, values in reasons[:MOST])
        more = f"……（共{len(reasons)}处）" if len(reasons) > MOST else ""
        super().__init__(
            N_("导入之后项目又有了新的内容，不能撤销：%(reasons)s"), reasons=shown + more
        )
        self.reasons = list(reasons)


def obstacles(s: Session, batch: ImportBatch) -> list[tuple[str, dict[str, Any]]]:
    """Return why a batch cannot be undone: marked texts with their values; none when it can."""
    before = batch.before
    last = {int(ident): change for ident, change in before.get("last", {}).items()}
    new = list(before.get("new", []))
    counted: dict[str, dict[int, int]] = {"changes": _later(s, batch, last)}
    counted["drafts"] = _count(
        s, select(Draft.project_id).where(Draft.state != DraftState.DROPPED), Draft, new
    )
    counted["cases"] = _count(s, select(Case.project_id), Case, new)
    counted["ratings"] = _count(s, select(Rating.project_id), Rating, new)
    counted["files"] = _count(s, select(Attachment.project_id), Attachment, new)
    ids = {ident for found in counted.values() for ident in found}
    codes = dict(s.execute(select(Project.id, Project.code).where(Project.id.in_(ids))).all())
    return [
        (REASONS[kind], {"code": codes[ident], "n": found[ident]})
        for ident in sorted(ids)
        for kind, found in counted.items()
        if ident in found
    ]


def _later(s: Session, batch: ImportBatch, last: dict[int, int]) -> dict[int, int]:
    """Count the changes of projects that came after the batch's own.

    A later import that was undone left two sets of changes that say nothing in the end.
    """
    if not last:
        return {}
    undone = s.scalars(
        select(ImportBatch.before).where(
            ImportBatch.year == batch.year,
            ImportBatch.id > batch.id,
            ImportBatch.undone_at.is_not(None),
        )
    )
    spans = [(before["first"], before["undone"]) for before in undone if "undone" in before]
    rows = s.execute(
        select(Change.project_id, Change.id).where(
            Change.project_id.in_(last), Change.id > min(last.values())
        )
    )
    return Counter(
        ident
        for ident, change in rows
        if change > last[ident] and not any(_spans(*span, str(ident), change) for span in spans)
    )


def _spans(first: dict[str, int], undone: dict[str, int], ident: str, change: int) -> bool:
    return first.get(ident, change + 1) <= change <= undone.get(ident, 0)


def _count(s: Session, statement: Select[Any], model: Any, ids: Sequence[int]) -> dict[int, int]:
    counted = statement.add_columns(func.count()).where(model.project_id.in_(ids))
    return dict(s.execute(counted.group_by(model.project_id)).all())


def undo(s: Session, batch: ImportBatch, *, actor: Actor, at: datetime) -> tuple[int, int]:
    """Take a batch back; return how many projects were withdrawn and how many changed back.

    Load the batch locked. Raises NotAllowed, and WrongState when it was undone already, came
    before batches could be undone, or when something has come of it (CannotUndo).
    """
    ensure_may_import(actor)
    if batch.undone_at is not None:
        raise WrongState(N_("这一批导入已经撤销过。"))
    if not batch.before:
        raise WrongState(N_("这一批导入没有留下撤销所需的记录，不能撤销。"))
    ids = [*batch.before["new"], *map(int, batch.before["changed"])]
    wanted = select(Project).where(Project.id.in_(ids)).order_by(Project.id).with_for_update()
    projects = {p.id: p for p in s.scalars(wanted)}  # locked first: nothing may come of it now
    if found := obstacles(s, batch):
        raise CannotUndo(found)
    bulk = Bulk(s, actor=actor, organisation=f"撤销导入：{batch.file_name}", at=at)
    _withdraw(s, [projects[ident] for ident in batch.before["new"]], bulk)
    _give_back(s, projects, batch.before["changed"], bulk)
    batch.undone_at, batch.undone_by = at, actor.name
    bulk.finish(projects.values())
    batch.before = batch.before | {"undone": last_changes(s, ids)}
    counts = {"withdrawn": len(batch.before["new"]), "restored": len(batch.before["changed"])}
    subject = f"import:{batch.id}"
    record(s, actor=actor, act="project:undo-import", subject=subject, at=at, **counts)
    s.flush()
    return counts["withdrawn"], counts["restored"]


def _withdraw(s: Session, projects: Sequence[Project], bulk: Bulk) -> None:
    """Take projects out of everybody's sight."""
    ids = [project.id for project in projects]
    for project in projects:
        bulk.gone(project)
        project.withdrawn_at, project.leader_id = bulk.at, None
        project.source_key = away_key(project)
    s.flush()
    for model in MADE:
        gone = delete(model).where(model.project_id.in_(ids))
        s.execute(gone, execution_options={"synchronize_session": False})
    for ident in ids:
        search.remove(s, KIND, ident)


def _give_back(
    s: Session, projects: dict[int, Project], changed: dict[str, Any], bulk: Bulk
) -> None:
    """Let projects say what they said before."""
    rows = _rows(s, changed)
    for ident, trace in changed.items():
        project = projects[int(ident)]
        for act, section, row_id, before in reversed(trace["steps"]):
            row = rows.get((section, row_id))
            if act == "add" and row is not None:
                bulk.remove(project, section, row)
            elif act == "change" and row is not None:
                bulk.change(project, section, row, _typed(type(row), before))
            elif act == "remove":
                model = SECTIONS[section].model
                bulk.add(project, section, model(**_typed(model, before)))
        bulk.set(project, _typed(Project, trace["own"]))
        project.updated_at = bulk.at


def _rows(s: Session, changed: dict[str, Any]) -> dict[tuple[str, int], Any]:
    """Return the rows that the steps speak of, a query for each section."""
    wanted: dict[str, set[int]] = {}
    for trace in changed.values():
        for _act, section, row_id, _before in trace["steps"]:
            wanted.setdefault(section, set()).add(row_id)
    found = {}
    for section, ids in wanted.items():
        model = SECTIONS[section].model
        for row in s.scalars(select(model).where(model.id.in_(ids))):
            found[section, row.id] = row
    return found


def _typed(model: type[Any], columns: dict[str, Any]) -> dict[str, Any]:
    """Return kept values as the columns of a model want them."""
    table = model.__mapper__.columns
    return {name: _value(table[name].type.python_type, value) for name, value in columns.items()}


def _value(wanted: type[Any], value: Any) -> Any:
    if value is None or isinstance(value, wanted):
        return value
    if issubclass(wanted, Enum):
        return wanted(value)
    return date.fromisoformat(value) if issubclass(wanted, date) else Decimal(value)
