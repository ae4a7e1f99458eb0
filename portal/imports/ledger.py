"""From a table of text to rows of projects, each doubt a flag. Pure.

No cell is corrected in silence: what was understood, left out or taken over from the row
above is flagged, and the original text of every cell travels with its row.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from portal.imports.cells import (
    Value,
    parse_amount,
    parse_dates,
    parse_percent,
    parse_status,
)
from portal.imports.headers import Header, find_header
from portal.language import N_
from portal.text import folded

LONGEST_NAME = 60
"""Characters of a project's name; a longer text is cut at a clause and kept as content."""

_TOTAL = re.compile(r"(合计|总计|小计|共计)")
_REMARK = re.compile(r"(注|备注|说明|填表人|制表|审核人|联系人|填报单位)[:：]")
_SPLIT = re.compile(r"[\n、/;；,，\s]+")


@dataclass(frozen=True)
class Flag:
    """Something a person should look at: row as a spreadsheet counts, column by its header."""

    row: int
    column: str
    message: str
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """One project as the table has it."""

    row: int
    number: str
    name: str
    content: str
    place: str
    town_code: str | None
    field: str
    department_code: str | None
    department_text: str
    amount_fen: int | None
    amount_text: str
    start_on: date | None
    due_on: date | None
    due_text: str
    percent: Decimal | None
    status: str | None
    progress_text: str
    source_key: str
    original: dict[str, str]


@dataclass(frozen=True)
class Ledger:
    """What a table holds."""

    rows: list[Row]
    flags: list[Flag]
    read: int
    skipped: int
    title: str


def parse(
    rows: Sequence[Sequence[str]], year: int, units: Mapping[str, str], towns: Mapping[str, str]
) -> Ledger:
    """Return the projects of a table.

    `units` maps names and aliases to codes of departments, `towns` names to codes of towns.
    Raises Invalid when no header is found.
    """
    return _Reader(rows, find_header(rows), year, units, towns).run()


class _Reader:
    """Reads row after row; remembers the unit and the name above for rows that lean on them."""

    def __init__(self, rows, header: Header, year: int, units, towns) -> None:
        self.rows, self.header, self.year = rows, header, year
        self.units = {_bare_unit(name): code for name, code in units.items()}
        self.towns = towns
        self.flags: list[Flag] = []
        self.unit_above = self.name_above = ""
        self.keys: dict[str, int] = {}

    def run(self) -> Ledger:
        """Read the whole table."""
        self._check_year()
        self._check_columns()
        found, read, skipped = [], 0, 0
        for n, cells in self._data_rows():
            read += 1
            row = self._row(n, cells)
            if row is None:
                skipped += 1
            else:
                found.append(row)
        return Ledger(found, self.flags, read, skipped, self.header.title)

    def _data_rows(self) -> Iterator[tuple[int, list[str]]]:
        for index in range(self.header.last + 1, len(self.rows)):
            cells = [cell.strip() for cell in self.rows[index]]
            if any(cells):
                yield index + 1, cells + [""] * (len(self.header.texts) - len(cells))

    def _check_year(self) -> None:
        for named in dict.fromkeys(re.findall(r"20\d\d", self.header.title)):
            if int(named) != self.year:
                message = N_("标题写的是%(named)s年，按%(year)s年导入")
                self._flag(1, "", message, named=named, year=self.year)

    def _check_columns(self) -> None:
        known = set(self.header.columns.values()) | {self._sub_column()}
        for c, text in enumerate(self.header.texts):
            if text and c not in known:
                self._flag(self.header.first + 1, text, N_("不认识的列，原文保留，没有采用"))

    def _row(self, n: int, cells: list[str]) -> Row | None:
        first = " ".join(c for c in cells[:3] if c)
        if _TOTAL.match(folded(first)) or _TOTAL.fullmatch(folded(self._cell(cells, "name"))):
            return self._skip(n, N_("合计行，跳过"))
        if _REMARK.match(folded(first)):
            return self._skip(n, N_("表下说明，跳过"))
        if [folded(c) for c in cells if c] == [t for t in self.header.texts if t]:
            return self._skip(n, N_("重复的表头，跳过"))
        name, content = self._name(n, cells)
        if not name:
            return self._skip(n, N_("没有项目名称，跳过"))
        unit, code = self._unit(n, cells)
        percent, status, progress = self._progress(n, cells)
        dates = self._read(n, "due", parse_dates(self._cell(cells, "due"), self.year)).value
        amount = self._cell(cells, "amount")
        fen = self._read(n, "amount", parse_amount(amount, self.header.unit)).value
        number = self._cell(cells, "number")
        return Row(
            row=n,
            number=number,
            name=name,
            content=content,
            place=self._cell(cells, "place") or self._cell(cells, "town"),
            town_code=self._town(n, cells),
            field=self._cell(cells, "field"),
            department_code=code,
            department_text=unit,
            amount_fen=fen,
            amount_text=amount,
            start_on=dates.start if dates else None,
            due_on=dates.due if dates else None,
            due_text=self._cell(cells, "due"),
            percent=percent,
            status=status,
            progress_text=progress,
            source_key=self._key(n, number, f"{name}{content}"),
            original=self._original(cells),
        )

    def _name(self, n: int, cells: list[str]) -> tuple[str, str]:
        """Return the name and the full content of a row, '' when it names no project."""
        own, sub = self._cell(cells, "name"), ""
        sub_column = self._sub_column()
        if sub_column is not None:
            sub = cells[sub_column]
        content = "\n".join(
            text for key in ("content", "target") if (text := self._cell(cells, key))
        )
        if own:
            self.name_above = own
        elif sub and self.name_above:
            own = self.name_above
            self._flag(n, self._header("name"), N_("项目名称为空，沿用上一行的名称"))
        full = f"{own}：{sub}" if own and sub else own or sub or content
        short = _short(full)
        if short != full.rstrip("。"):
            message = N_("名称过长，取第一句作名称，全文放在内容中")
            self._flag(n, self._header("name") or self._header("content"), message)
            content = content or full
        return short, content or ("" if own else full)

    def _unit(self, n: int, cells: list[str]) -> tuple[str, str | None]:
        text = self._cell(cells, "department")
        column = self._header("department")
        if not column:
            return "", None
        if text:
            self.unit_above = text
        elif self.unit_above:
            text = self.unit_above
            self._flag(n, column, N_("责任单位为空，沿用上一行的单位"))
        else:
            self._flag(n, column, N_("责任单位为空"))
            return "", None
        whole = self.units.get(_bare_unit(text))
        parts = [text] if whole else [part for part in _SPLIT.split(text) if part]
        codes = [self.units.get(_bare_unit(part)) for part in parts]
        for part, code in zip(parts, codes, strict=True):
            if code is None:
                self._flag(n, column, N_("单位“%(text)s”未在承办单位名册中找到"), text=part)
        found = [code for code in codes if code]
        if len(parts) > 1 and found:
            self._flag(n, column, N_("有多个单位，第一个在册的作为牵头单位"))
        return text, found[0] if found else None

    def _progress(self, n: int, cells: list[str]) -> tuple[Decimal | None, str | None, str]:
        text = self._cell(cells, "progress")
        status = self._read(n, "status", parse_status(self._cell(cells, "status"))).value
        if "percent" in self.header.columns:
            percent = self._read(n, "percent", parse_percent(self._cell(cells, "percent"))).value
        else:
            percent = self._percent_in_words(n, text)
        if status is None and folded(text).rstrip("。") in ("已完工", "已竣工"):
            status = "completed"
            self._flag(n, self._header("progress"), N_("进展写明已完工，按已完成理解"))
        if status == "completed" and percent is not None and percent < 100:
            status = "in_progress"
            message = N_("状态写已完成，百分比却不到100，按实施中处理")
            self._flag(n, self._header("status") or self._header("progress"), message)
        elif status is None and percent is not None and percent >= 100:
            message = N_("百分比达到100，但没有写明已完成，按实施中处理")
            self._flag(n, self._header("percent") or self._header("progress"), message)
        return percent, status, text

    def _percent_in_words(self, n: int, text: str) -> Decimal | None:
        found = set(re.findall(r"\d+(?:\.\d+)?%", folded(text)))
        if len(found) > 1:
            message = N_("进展文字里有多个百分比，没有采用")
            self._flag(n, self._header("progress"), message)
            return None
        return self._read(n, "progress", parse_percent(text)).value if found else None

    def _town(self, n: int, cells: list[str]) -> str | None:
        text = folded(self._cell(cells, "town") + self._cell(cells, "place"))
        named = {code for name, code in self.towns.items() if name in text}
        short = {
            code
            for name, code in self.towns.items()
            if len(bare := re.sub("(镇|乡|街道)$", "", name)) >= 2 and bare in text
        }
        found = named or short
        if len(found) > 1:
            self._flag(n, self._header("place") or self._header("town"), N_("涉及多个乡镇"))
        return found.pop() if len(found) == 1 else None

    def _key(self, n: int, number: str, text: str) -> str:
        """Return what the project is known by when the list comes again."""
        key = f"{folded(number)}|{folded(text)[:150]}"
        self.keys[key] = self.keys.get(key, 0) + 1
        if self.keys[key] > 1:
            self._flag(n, self._header("name") or self._header("content"), N_("与前面的行重复"))
            return f"{key}#{self.keys[key]}"
        return key

    def _original(self, cells: list[str]) -> dict[str, str]:
        found: dict[str, str] = {}
        for c, cell in enumerate(cells):
            header = self.header.texts[c] if c < len(self.header.texts) else ""
            label = header if header and header not in found else f"{header}[{c + 1}]"
            if cell:
                found[label] = cell
        return found

    def _sub_column(self) -> int | None:
        """The unnamed column right of the names holds the parts of a project."""
        c = self.header.columns.get("name", -2) + 1
        is_unnamed = 0 < c < len(self.header.texts) and self.header.texts[c] in (
            "",
            self.header.texts[c - 1],
        )
        return c if is_unnamed and c not in self.header.columns.values() else None

    def _cell(self, cells: list[str], key: str) -> str:
        c = self.header.columns.get(key)
        return cells[c] if c is not None else ""

    def _header(self, key: str) -> str:
        c = self.header.columns.get(key)
        return self.header.texts[c] if c is not None else ""

    def _read(self, n: int, key: str, value: Value) -> Value:
        if value.flag:
            self._flag(n, self._header(key), value.flag)
        return value

    def _skip(self, n: int, message: str) -> None:
        self._flag(n, "", message)

    def _flag(self, n: int, column: str, message: str, **params: Any) -> None:
        self.flags.append(Flag(n, column, message, params))


def _short(text: str) -> str:
    """Return `text` when it is short enough for a name, else its first clause."""
    line = " ".join(text.split()).rstrip("。")
    if len(line) <= LONGEST_NAME and "\n" not in text:
        return line
    depth = 0
    for i, sign in enumerate(line):
        depth += sign in "(（“" and 1
        depth -= sign in ")）”" and 1
        if depth <= 0 and i >= 4 and sign in "，,。；;：:、" and i <= LONGEST_NAME:
            return line[:i]
    return line[:LONGEST_NAME]


def _bare_unit(text: str) -> str:
    """Return a unit's name without blanks and without the level before it."""
    bare = folded(text)
    return bare[1:] if len(bare) > 3 and bare[0] in "县市区" else bare
