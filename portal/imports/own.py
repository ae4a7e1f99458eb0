"""The portal's own workbook: what its columns are, and reading it back. Pure.

It is what `export` writes and what the template holds. Each column has one meaning, so that
nothing needs to be guessed: figures of the project and of its items stand in columns of their
own. A row with a project's name is a project and may hold its first item; a row without one is
a further item of the project above. Rows marked as an example are skipped.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from portal.errors import Invalid
from portal.imports.cells import folded_cell, parse_level, parse_percent, parse_status
from portal.imports.dates import parse_dates
from portal.imports.flags import left_out, unclear
from portal.imports.headers import Header
from portal.imports.lines import Line, Merged, data_lines
from portal.imports.notes import Notes
from portal.imports.projects import Known, read_code, read_money, read_who
from portal.imports.quantities import parse_done, parse_target
from portal.imports.rows import ItemRow, Ledger, Row
from portal.language import N_
from portal.projects.kinds import NATURE_LABELS, WORK_LABELS
from portal.text import folded

OWN_COLUMNS: dict[str, str] = {
    "code": "本平台项目编码",
    "number": "序号",
    "name": "项目名称",
    "content": "建设内容",
    "field": "领域",
    "level": "考核层级",
    "nature": "项目性质",
    "place": "建设地点",
    "town": "乡镇（街道）",
    "department": "牵头单位",
    "assist": "配合单位",
    "leader": "分包县级领导",
    "first": "第一责任人",
    "in_charge": "具体负责人",
    "document": "文号",
    "start": "计划开工",
    "promised": "最初承诺完成",
    "due": "承诺完成",
    "amount": "总投资（万元）",
    "fund_central": "中央财政（万元）",
    "fund_province": "省级财政（万元）",
    "fund_city": "市级财政（万元）",
    "fund_county": "县级财政（万元）",
    "fund_upper": "上级补助（万元）",
    "fund_social": "社会资本（万元）",
    "fund_other": "其他资金（万元）",
    "invested": "累计完成投资（万元）",
    "status": "状态",
    "percent": "完成率（%）",
    "as_of": "进展截至",
    "progress": "进展情况",
    "reason": "存在问题",
    "sub": "子项名称",
    "target": "子项目标",
    "unit": "计量单位",
    "done": "子项完成数",
    "item_percent": "子项完成率（%）",
    "lower": "越低越好",
    "item_due": "子项期限",
    "owner": "子项业主单位",
    "item_note": "子项说明",
}
"""Key -> header text, in the order of the workbook."""

ITEM_KEYS = ("sub", "target", "unit", "done", "item_percent", "lower", "item_due", "owner")
SEARCHED = 5
"""Rows from the top in which the header is looked for."""

EXAMPLE = "示例"
"""Beginning of the code of a row that only shows how to fill in."""

_KEYS = {folded(label): key for key, label in OWN_COLUMNS.items()}
_STATUSES = {folded(label): str(status) for status, label in WORK_LABELS.items()}
_NATURES = {folded(label): str(nature) for nature, label in NATURE_LABELS.items()}


@dataclass(frozen=True, kw_only=True)
class OwnItem(ItemRow):
    """An item with what only the portal's own workbook says of one."""

    note: str = ""


@dataclass(frozen=True, kw_only=True)
class OwnRow(Row):
    """A project with what only the portal's own workbook says of one."""

    nature: str | None = None
    first: str = ""
    """Names of the first responsible, as written."""
    promised_on: date | None = None
    """Completion as first promised; counts for a project that is new."""
    as_of: date | None = None
    """The day its progress speaks of."""


def find_own(rows: Sequence[Sequence[str]]) -> Header | None:
    """Return the header when the table is the portal's own workbook, else None."""
    for r, row in enumerate(rows[:SEARCHED]):
        texts = [folded(cell) for cell in row]
        columns = {_KEYS[text]: c for c, text in reversed(list(enumerate(texts))) if text in _KEYS}
        if {"code", "name"} <= set(columns):
            return Header(r, r, columns, texts, "万元", "")
    return None


def parse_own(
    rows: Sequence[Sequence[str]],
    year: int,
    units: Mapping[str, str],
    towns: Mapping[str, str],
    leaders: Mapping[str, str],
    merged: Merged = frozenset(),
) -> Ledger:
    """Return the projects of the portal's own workbook. Raises Invalid when it is another."""
    header = find_own(rows)
    if header is None:
        raise Invalid(N_("这不是本平台导出的表格。"))
    reader = _Reader(header, Known.of(year, units, towns, leaders))
    skipped = [line.n for line in data_lines(rows, header, merged) if not reader.line(line)]
    found = [replace(row, items=items) for row, items in reader.found]
    taken = tuple(sorted(n for row in found for n in row.rows))
    flags = sorted(reader.notes.flags, key=lambda flag: flag.row)
    return Ledger(list(found), flags, len(taken) + len(skipped), taken, tuple(skipped), header)


class _Reader:
    """Reads row after row; remembers the project above."""

    def __init__(self, header: Header, known: Known) -> None:
        self.notes, self.known = Notes(header), known
        self.found: list[tuple[OwnRow, list[ItemRow]]] = []
        known_columns = set(header.columns.values())
        for c, text in enumerate(header.texts):
            if text and c not in known_columns:
                message = N_("不认识的列，原文保留，没有采用")
                self.notes.add_column(header.last + 1, c, left_out(message))

    def line(self, line: Line) -> bool:
        """Take a row in; say whether it was."""
        if folded(line.get("code")).startswith(EXAMPLE):
            return self._skip(line, N_("示例行，跳过"))
        if line.get("name"):
            self.found.append((self._project(line), self._items(line, line.get("name"))))
            return True
        if not any(line.get(key) for key in ITEM_KEYS) or not self.found:
            return self._skip(line, N_("没有项目名称，跳过"))
        row, items = self.found[-1]
        items.extend(self._items(line, row.name) or [self._item(line, row.name)])
        return True

    def _skip(self, line: Line, message: str) -> bool:
        self.notes.add(line.n, "", left_out(message))
        return False

    def _project(self, line: Line) -> OwnRow:
        notes = self.notes
        name = " ".join(line.get("name").split())
        content = line.get("content")
        who = read_who(line, self.known, "", notes)
        return OwnRow(
            row=line.n,
            name=name,
            source_key=notes.key(
                line.n, line.header.columns["name"], line.get("number"), name + content
            ),
            original=line.original,
            number=line.get("number"),
            code=read_code(line, notes),
            content=content,
            field=line.get("field"),
            level=notes.value(line.n, "level", parse_level(line.get("level"))),
            nature=self._one_of(line, "nature", _NATURES),
            document=line.get("document"),
            place=line.get("place"),
            town_code=self._one_of(line, "town", self.known.towns),
            **who | {"owner": ""},
            first=line.get("first"),
            **read_money(line, notes),
            start_on=self._day(line, "start"),
            promised_on=self._day(line, "promised"),
            due_on=self._day(line, "due"),
            due_text=line.get("due"),
            percent=self._percent(line, "percent"),
            status=self._status(line),
            as_of=self._day(line, "as_of"),
            progress_text=line.get("progress"),
            reason=line.get("reason"),
        )

    def _items(self, line: Line, name: str) -> list[ItemRow]:
        """Return the item that stands in a row; none when nothing is said of one."""
        is_said = line.get("sub") or line.get("target") or line.get("done")
        return [self._item(line, name)] if is_said else []

    def _item(self, line: Line, name: str) -> OwnItem:
        notes, n, unit = self.notes, line.n, line.get("unit")
        text = line.get("target")
        target = notes.value(n, "target", parse_target(text, unit)) if text else None
        done = notes.value(n, "done", parse_done(line.get("done"), target, unit))
        lower = folded(line.get("lower"))
        return OwnItem(
            row=n,
            name=" ".join((line.get("sub") or name).split()),
            quantity=target.value if target else None,
            unit=unit or (target.unit if target else ""),
            done=done.value if done else None,
            percent=self._percent(line, "item_percent"),
            lower_is_better=lower in ("是", "√") or bool(target and target.is_limit),
            start_on=None,
            due_on=self._day(line, "item_due"),
            owner=line.get("owner"),
            progress_text="",
            original=line.original,
            note=line.get("item_note"),
        )

    def _one_of(self, line: Line, key: str, known: Mapping[str, str]) -> str | None:
        text = folded_cell(line.get(key))
        if text and text not in known:
            label = OWN_COLUMNS[key]
            doubt = unclear(N_("看不懂“%(label)s”，没有采用"), label=label)
            self.notes.add(line.n, key, doubt)
        return known.get(text)

    def _status(self, line: Line) -> str | None:
        text = folded(line.get("status"))
        if text in _STATUSES:
            return _STATUSES[text]
        return self.notes.value(line.n, "status", parse_status(text))

    def _percent(self, line: Line, key: str) -> Any:
        return self.notes.value(line.n, key, parse_percent(line.get(key), in_percent=True))

    def _day(self, line: Line, key: str) -> date | None:
        found = self.notes.value(line.n, key, parse_dates(line.get(key), self.known.year))
        return (found.due or found.start) if found else None
