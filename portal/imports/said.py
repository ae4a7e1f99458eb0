"""What a row says that a project's columns can hold, and what of it may be written. Pure.

An empty cell says nothing: a table never blanks what it does not speak of. What was promised
(date and targets) is not changed by a table, and neither is a status that rests on an
acceptance or a decision: where a table says otherwise, that is pointed out and left.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from portal.imports.checks import shown
from portal.imports.engine import Reading
from portal.imports.flags import Doubt, contradiction, left_out, unclear
from portal.imports.own import OwnRow
from portal.imports.rows import ItemRow, Row
from portal.language import N_
from portal.projects.kinds import Level, Nature, ProjectStatus

LARGEST_PERCENT = 1000
"""From here on a percent is a slip of the pen (`record.checks`)."""

HELD = (ProjectStatus.COMPLETED, ProjectStatus.PAUSED, ProjectStatus.STOPPED)
"""Statuses that rest on an acceptance or a decision."""

LONGEST_PERSON = 20

COLUMNS = (
    *("number", "name", "content", "field", "place", "town_code", "department_text", "level"),
    *("nature", "document_no", "amount_fen", "amount_text", "invested_fen", "start_on"),
    *("promised_on", "due_on", "due_text", "status", "percent", "progress_text"),
)
"""Columns of a project that a row can fill in."""

Doubts = list[tuple[str, Doubt]]
"""Key of the column in question and the doubt."""


@dataclass
class Said:
    """Columns of a project as one row has them, and what has to be looked at."""

    columns: dict[str, Any]
    doubts: Doubts = field(default_factory=list)
    is_refused: bool = False
    """Nothing of the row's progress is taken in, of the project or its items."""


def percent(value: Decimal | None, doubts: Doubts) -> Decimal | None:
    """Return a percent as the column keeps it; one that cannot be is pointed out."""
    if value is None:
        return None
    kept = round(value, 2)
    if kept >= LARGEST_PERCENT:
        doubts.append(("percent", left_out(N_("百分比过大，没有采用"))))
        return None
    return kept


def quantity(value: Decimal | None) -> Decimal | None:
    """Return a quantity as the column keeps it."""
    return None if value is None else round(value, 4)


def is_begun(row: Row) -> bool:
    """Say whether a row that names no status reports work."""
    return bool(row.progress_text or row.percent or any(item.done for item in row.items))


def status_of(row: Row) -> ProjectStatus:
    """Return the status of a project that is new by this row."""
    if row.status in (ProjectStatus.PAUSED, ProjectStatus.STOPPED):
        return ProjectStatus.IN_PROGRESS if row.percent else ProjectStatus.PLANNED
    if row.status:
        return ProjectStatus(row.status)
    return ProjectStatus.IN_PROGRESS if is_begun(row) else ProjectStatus.PLANNED


def of_new(row: Row) -> Said:
    """Return every column of a project that is new by this row."""
    said = Said({})
    if row.status in (ProjectStatus.PAUSED, ProjectStatus.STOPPED):
        message = N_("暂停和终止要有变更决定，请先登记决定，没有采用")
        said.doubts.append(("status", contradiction(message)))
    promised = row.promised_on if isinstance(row, OwnRow) else None
    due_on = row.due_on or promised
    if promised is not None and due_on != promised:
        message = N_("承诺完成与最初承诺%(day)s不同，请补登变更决定")
        said.doubts.append(("due", contradiction(message, day=promised.isoformat())))
    said.columns = {
        "number": row.number,
        "name": row.name,
        "content": row.content or row.target,
        "field": row.field,
        "place": row.place,
        "town_code": row.town_code,
        "department_text": row.department_text,
        "level": Level(row.level) if row.level else Level.COUNTY,
        "nature": _nature(row) or Nature.WORKS,
        "document_no": row.document,
        "amount_fen": row.amount_fen,
        "amount_text": row.amount_text,
        "invested_fen": row.invested_fen,
        "start_on": row.start_on,
        "promised_on": promised or due_on,
        "due_on": due_on,
        "due_text": row.due_text,
        "status": status_of(row),
        "percent": percent(row.percent, said.doubts),
        "progress_text": row.progress_text,
    }
    return said


def _nature(row: Row) -> Nature | None:
    return Nature(row.nature) if isinstance(row, OwnRow) and row.nature else None


def of_known(row: Row, reading: Reading, now: Mapping[str, Any], *, by_code: bool) -> Said:
    """Return the columns that a table speaks of, of a project that says `now`, but those of
    progress."""
    said = Said({})
    speaks, columns = reading.speaks_of, said.columns
    is_list = speaks("content") or reading.is_own
    wanted: dict[str, tuple[bool, Any]] = {
        "name": (by_code and speaks("name"), row.name),
        "number": (is_list and speaks("number"), row.number),
        "content": (speaks("content"), row.content),
        "field": (speaks("field") or not now["field"], row.field),
        "place": (speaks("place", "town"), row.place),
        "town_code": (speaks("place", "town"), row.town_code),
        "level": (speaks("level"), Level(row.level) if row.level else None),
        "nature": (speaks("nature"), _nature(row)),
        "document_no": (speaks("document"), row.document),
        "amount_fen": (speaks("amount"), row.amount_fen),
        "start_on": (True, row.start_on),
    }
    columns.update({k: value for k, (may, value) in wanted.items() if may and value})
    if row.amount_fen is not None and "amount_fen" in columns and not reading.is_own:
        columns["amount_text"] = row.amount_text
    _due(row, now, said)
    return said


def _due(row: Row, now: Mapping[str, Any], said: Said) -> None:
    """Fill in a promised day that was open; never change one."""
    if row.due_on is None or row.due_on == now["due_on"]:
        return
    if now["due_on"] is None and now["promised_on"] is None:
        said.columns |= {"due_on": row.due_on, "due_text": row.due_text}
        said.columns["promised_on"] = row.due_on
        return
    day = (now["due_on"] or now["promised_on"]).isoformat()
    message = N_("与承诺的完成日期%(promised)s不同，没有改动；调整承诺须登记变更决定")
    said.doubts.append(("due", contradiction(message, promised=day)))


def progress_of(row: Row, now: Mapping[str, Any], as_of: date) -> Said:
    """Return what a row says of the progress of a project that says `now`; nothing when it may
    not be taken in."""
    said = Said({})
    new: dict[str, Any] = {
        "percent": percent(row.percent, said.doubts),
        "progress_text": row.progress_text or None,
        "invested_fen": row.invested_fen,
    }
    new = {key: value for key, value in new.items() if value is not None}
    status = _status(row, now, said)
    different = {k: v for k, v in new.items() if v != now[k]}
    if status is None:
        return Said({}, said.doubts, is_refused=True)
    if status is not now["status"]:
        different["status"] = status
    is_older = now["reported_on"] is not None and as_of < now["reported_on"]
    if is_older and not different:
        return Said({}, said.doubts, is_refused=True)
    if is_older:
        message = N_("表中的进展截至%(as_of)s，早于已公布的%(known)s，没有采用")
        known = now["reported_on"].isoformat()
        doubt = unclear(message, as_of=as_of.isoformat(), known=known)
        return Said({}, [*said.doubts, ("progress", doubt)], is_refused=True)
    if "percent" in different and now["percent"] is not None and new["percent"] < now["percent"]:
        message = N_("完成率低于此前公布的%(known)s%%，请核对")
        said.doubts.append(("percent", unclear(message, known=str(now["percent"]))))
    said.columns = different
    return said


def _status(row: Row, now: Mapping[str, Any], said: Said) -> ProjectStatus | None:
    """Return the status from now on, None when the row's progress may not be taken in."""
    status = now["status"]
    if status in HELD:
        is_same = row.status == status or (row.status is None and not _is_less(row, now))
        if not is_same and (row.status or is_begun(row)):
            message = N_("项目已完工、暂停或终止，表中的进展与此不符，没有采用")
            said.doubts.append(("status" if row.status else "percent", contradiction(message)))
        return status if is_same and status is ProjectStatus.COMPLETED else None
    if row.status in (ProjectStatus.PAUSED, ProjectStatus.STOPPED):
        message = N_("暂停和终止要有变更决定，请先登记决定，没有采用")
        said.doubts.append(("status", contradiction(message)))
        return status
    if row.status == ProjectStatus.PLANNED and status is ProjectStatus.IN_PROGRESS:
        message = N_("表中写未开工，项目此前已公布在实施，没有采用")
        said.doubts.append(("status", contradiction(message)))
        return None
    if row.status:
        return ProjectStatus(row.status)
    return ProjectStatus.IN_PROGRESS if is_begun(row) else status


def _is_less(row: Row, now: Mapping[str, Any]) -> bool:
    """Say whether a row names a percent below what a completed project has."""
    return row.percent is not None and row.percent < (now["percent"] or 100)


ITEM_PROGRESS = ("done", "percent")


def item_columns(item: ItemRow, doubts: Doubts) -> dict[str, Any]:
    """Return the columns of an item that a row speaks of."""
    found: dict[str, Any] = {
        "quantity": quantity(item.quantity),
        "unit": item.unit or None,
        "due_on": item.due_on,
        "owner": item.owner or None,
        "note": getattr(item, "note", "") or None,
        "done": quantity(item.done),
        "percent": percent(item.percent, doubts),
    }
    return {key: value for key, value in found.items() if value is not None}


def item_changes(said: Mapping[str, Any], now: Mapping[str, Any], doubts: Doubts) -> dict[str, Any]:
    """Return what of an item's columns may be written beside what it says `now`."""
    changes = {k: v for k, v in said.items() if v != now[k]}
    has_target = now["quantity"] is not None
    if has_target and ("quantity" in changes or ("unit" in changes and now["unit"])):
        target = shown(now["quantity"]) + now["unit"]
        message = N_("子项目标与公布的%(target)s不同，没有改动；调整目标须登记变更决定")
        doubts.append(("target", contradiction(message, target=target)))
        if "unit" in changes:
            changes.pop("done", None)  # it would be counted in another unit
        changes = {k: v for k, v in changes.items() if k not in ("quantity", "unit")}
    if "due_on" in changes and now["due_on"] is not None:
        message = N_("子项期限与公布的%(day)s不同，没有改动")
        doubts.append(("due", contradiction(message, day=now["due_on"].isoformat())))
        del changes["due_on"]
    return changes


def people(text: str) -> tuple[list[str], Doubt | None]:
    """Return the names of a cell of responsible persons; a cell with a phone is left out."""
    digits = sum(sign.isdigit() for sign in text)
    names = [name for part in text.replace("，", "、").split("、") if (name := part.strip())]
    if digits >= 7 or any(len(name) > LONGEST_PERSON for name in names):
        return [], left_out(N_("责任人里有电话或其他文字，没有采用"))
    return names, None
