"""Reading a list of projects row by row, items and all. Pure."""

from dataclasses import dataclass, field
from typing import Any

from portal.imports.flags import contradiction, left_out, unclear, understood
from portal.imports.grouping import Grouping, Placed, What
from portal.imports.lines import Line
from portal.imports.measures import Measure, done_unit, read_measure
from portal.imports.notes import Notes
from portal.imports.projects import (
    Known,
    read_code,
    read_level,
    read_money,
    read_schedule,
    read_what,
    read_where,
    read_who,
)
from portal.imports.rows import ItemRow, Row
from portal.imports.sums import Sums
from portal.language import N_
from portal.text import folded


@dataclass
class Draft:
    """A project while its rows are still coming."""

    placed: Placed
    line: Line
    measure: Measure
    values: dict[str, Any]
    items: list[ItemRow] = field(default_factory=list)


class ListReader:
    """Reads row after row; remembers the unit and the heading above for rows that lean on them."""

    def __init__(self, lines: list[Line], known: Known, notes: Notes) -> None:
        self.lines, self.known, self.notes = lines, known, notes
        self.grouping = Grouping(lines)
        self.sums = Sums(notes)
        self.drafts: list[Draft] = []
        self.taken: list[int] = []
        self.skipped: list[int] = []
        self.unit_above = self.heading = ""
        columns = notes.header.columns
        self.named = columns.get("name", columns.get("content"))

    def run(self) -> tuple[list[Row], list[int], list[int]]:
        """Return the projects, the rows taken in and the rows skipped; each row is one of both."""
        for line in self.lines:
            self._line(line)
        self.sums.check()
        return [self._finished(draft) for draft in self.drafts], self.taken, self.skipped

    def _line(self, line: Line) -> None:
        placed = self.grouping.place(line)
        for key, doubt in placed.doubts:
            self.notes.add(line.n, key, doubt)
        if placed.what is What.PROJECT:
            self.drafts.append(self._project(line, placed))
        elif placed.what is What.ITEM:
            self._item(line, placed)
        if placed.what in (What.PROJECT, What.ITEM):
            self.taken.append(line.n)
            self.sums.row(line, is_project=placed.what is What.PROJECT)
            return
        self.skipped.append(line.n)
        if placed.what is What.TOTAL:
            self.sums.total(line)
        if placed.what is What.HEADING:
            self.heading, self.unit_above = placed.name, ""
            self.sums.heading()

    def _project(self, line: Line, placed: Placed) -> Draft:
        notes = self.notes
        what = read_what(line, placed.name, notes)
        who = read_who(line, self.known, self.unit_above, notes)
        self.unit_above = who["department_text"]
        measure = read_measure(line, placed.sub or placed.name, self.known.year, notes)
        values = {
            "number": placed.number,
            "code": read_code(line, notes),
            **what,
            "field": line.get("field") or self.heading,
            "level": read_level(line, notes),
            "document": line.get("document"),
            **read_where(line, self.known, notes),
            **who,
            **read_money(line, notes),
            "due_text": line.get("due"),
            **read_schedule(line, measure, notes),
            "plan": line.get("plan"),
            "note": line.get("note"),
            "source_key": notes.key(
                line.n,
                self.named,
                placed.number,
                what["name"] + what["content"],
            ),
        }
        return Draft(placed, line, measure, values)

    def _item(self, line: Line, placed: Placed) -> None:
        draft = self.drafts[-1]
        measure = read_measure(line, placed.name, self.known.year, self.notes)
        money = read_money(line, self.notes)
        if money["funds"] or money["invested_fen"] is not None:
            doubt = left_out(N_("子项的资金来源和完成投资只保留原文"))
            self.notes.add(line.n, "", doubt)
        unit = line.own("department")
        owner = line.own("owner")
        if not owner and unit and folded(unit) != folded(draft.values["department_text"]):
            owner = unit
            message = N_("子项另有责任单位，放在子项的业主单位中")
            self.notes.add(line.n, "department", understood(message))
        item = _item_row(line, placed.name, measure, owner, money["amount_fen"])
        draft.items.append(item)

    def _finished(self, draft: Draft) -> Row:
        """Return the project with its items; what belongs to the first item alone leaves it."""
        values, own = dict(draft.values), draft.measure
        has_parts = bool(draft.items)
        if draft.placed.sub or own.is_measurable or has_parts:
            name = draft.placed.sub or draft.placed.name
            amount = values["amount_fen"] if has_parts else None
            first = _item_row(draft.line, name, own, values["owner"], amount)
            items = [first, *draft.items]
        else:
            items = []
        values |= {
            "start_on": own.start_on,
            "due_on": own.due_on,
            "percent": own.percent,
            "status": own.status,
            "progress_text": own.text,
        }
        if has_parts:
            values |= self._whole(draft, items)
        original = draft.line.original
        return Row(row=draft.line.n, original=original, items=items, **values)

    def _whole(self, draft: Draft, items: list[ItemRow]) -> dict[str, Any]:
        """Return what holds for a project of several parts, each difference flagged."""
        n, notes, found = draft.line.n, self.notes, {}
        if draft.measure.percent is not None:
            message = N_("百分比只属于本行的子项，项目没有总百分比")
            notes.add(n, "percent", understood(message))
            found["percent"] = None
        found["status"] = _status_of(items)
        if draft.measure.status == "completed" and found["status"] != "completed":
            message = N_("本行写已完成，其他子项没有完成，项目按实施中处理")
            notes.add(n, "status", contradiction(message))
        amounts = [item.amount_fen for item in items if item.amount_fen is not None]
        if len(amounts) > 1 and amounts[0] != sum(amounts[1:]):
            found["amount_fen"] = sum(amounts)
            notes.add(n, "amount", unclear(N_("金额为各子项之和，请核对")))
        if draft.placed.sub:
            lines = [f"{i.name}：{i.progress_text}" for i in items if i.progress_text]
            found["progress_text"] = "\n".join(lines)
            owners = list(dict.fromkeys(i.owner for i in items if i.owner))
            found["owner"] = "、".join(owners)
            dues = {i.due_on for i in items if i.due_on}
            if len(dues) > 1:
                found["due_on"] = max(dues)
                notes.add(n, "due", understood(N_("各子项期限不同，项目按最晚的理解")))
        return found


def _status_of(items: list[ItemRow]) -> str | None:
    """Return the status of a project from its parts: completed only when every part is.

    A part that says nothing of its own goes with the others; None when none names a status.
    """
    told = {
        item.status
        for item in items
        if item.status or item.progress_text or item.percent is not None
    }
    if not told or told == {None}:
        return None
    return told.pop() if len(told) == 1 else "in_progress"


def _item_row(
    line: Line, name: str, measure: Measure, owner: str, amount_fen: int | None
) -> ItemRow:
    target = measure.target
    unit = target.unit if target else done_unit(line) if measure.done is not None else ""
    return ItemRow(
        row=line.n,
        name=" ".join(name.split()).rstrip("。"),
        quantity=target.value if target else None,
        unit=unit,
        done=measure.done,
        percent=measure.percent,
        lower_is_better=measure.is_limit,
        start_on=measure.start_on,
        due_on=measure.due_on,
        owner=owner,
        progress_text=measure.text,
        original=line.original,
        status=measure.status,
        amount_fen=amount_fen,
    )
