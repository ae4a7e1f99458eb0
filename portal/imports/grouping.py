"""Telling projects, their items, headings, sums and remarks apart. Pure.

Published lists number a project once and give its parts in rows without a number, in a column
of their own, or both; and sometimes the numbers count departments. Each named thing is found
once, and each row has exactly one place.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

from portal.imports.flags import Doubt, left_out, unclear, understood
from portal.imports.lines import Line
from portal.language import N_
from portal.text import folded


class What(Enum):
    """What a row is."""

    PROJECT = auto()
    ITEM = auto()
    """A part of the project above."""
    HEADING = auto()
    TOTAL = auto()
    OTHER = auto()
    """A remark, a repeated header, a row that names nothing."""


@dataclass(frozen=True)
class Placed:
    """What a row is, how it is called, and why."""

    what: What
    name: str = ""
    sub: str = ""
    """Name of the first item, when a project's own row holds one."""
    number: str = ""
    doubts: list[tuple[str, Doubt]] = field(default_factory=list)
    """Key of the field in question ('' for the row) and the doubt."""


_TOTAL = re.compile(r"[\"“(]?(全[省市县区])?(合计|总计|小计|共计)")
_REMARK = re.compile(r"(注|备注|说明|填表人|制表|审核人|联系人|填报单位|填报人|备注说明)\d?[:：]")
_CHINESE = "[一二三四五六七八九十]+"
_LEVELS = (
    re.compile(rf"第?{_CHINESE}[、.是]"),
    re.compile(rf"\({_CHINESE}\)"),
    re.compile(r"\d{1,3}[.、](?!\d)"),
    re.compile(r"\(\d{1,3}\)"),
    re.compile(r"[①-⑳]"),
)
_HEADING = re.compile(rf"(第?{_CHINESE}[、.]|\({_CHINESE}\)).+|.{{2,20}}(类|方面|工程|行动)")
_LABELS = ("sub", "content", "target", "place", "town", "owner")
"""Columns that may name an item whose row has no name, in this order."""


def _level(text: str) -> int | None:
    """Return how deep an ordinal at the start of a name goes, None when there is none."""
    bare = unicode_ordinals(text)
    return next((i for i, pattern in enumerate(_LEVELS) if pattern.match(bare)), None)


def unicode_ordinals(text: str) -> str:
    """Return `text` folded, with ① kept as it is."""
    first = text.strip()[:1]
    return first + folded(text.strip()[1:]) if first and first in "①②③④⑤⑥⑦⑧⑨⑩" else folded(text)


class Grouping:
    """Places row after row; remembers the project above."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.numbers = [folded(line.own("number")) for line in lines]
        self.has_numbers = any(self.numbers)
        self.has_digits = any(re.match(r"\d", number) for number in self.numbers)
        self.counts = bool(lines) and "count" in lines[0].header.columns
        self.above: Placed | None = None
        self.group = ""

    def place(self, line: Line) -> Placed:
        """Return what the row is. Call once for each row, from top to bottom."""
        placed = self._aside(line) or self._named(line)
        if placed.what is What.PROJECT:
            self.above = placed
        elif placed.what in (What.HEADING, What.TOTAL):
            self.above = None
        return placed

    def _aside(self, line: Line) -> Placed | None:
        """Recognise what is no project: sums, remarks, headers again, headings."""
        texts = line.texts
        if not texts:
            return Placed(What.OTHER, doubts=[("", left_out(N_("整行只有合并单元格，跳过")))])
        named = folded(line.own("name"))
        if _TOTAL.match("".join(texts[:3])) or re.fullmatch(rf"{_TOTAL.pattern}.?", named):
            return Placed(What.TOTAL, doubts=[("", left_out(N_("合计行，跳过")))])
        if _REMARK.match(texts[0]):
            return Placed(What.OTHER, doubts=[("", left_out(N_("表下说明，跳过")))])
        if self._repeats_header(line):
            return Placed(What.OTHER, doubts=[("", left_out(N_("重复的表头，跳过")))])
        if heading := self._heading(line, texts):
            doubt = left_out(N_("分组标题行，跳过，作为下面项目的领域"))
            return Placed(What.HEADING, heading, doubts=[("", doubt)])
        return None

    def _repeats_header(self, line: Line) -> bool:
        own = {folded(t) for t in line.cells if t}
        headers = set(line.header.texts) - {""}
        return len(own) >= 2 and own <= headers

    def _heading(self, line: Line, texts: list[str]) -> str:
        """Return the text of a row that only announces the rows below it, else ''."""
        number, columns = folded(line.own("number")), line.header.columns
        if len(texts) == 1 and len(columns) > 2:
            is_first = bool(folded(line.cells[0])) and 0 not in line.repeats
            is_name = is_first and columns.get("name", columns.get("content")) == 0
            if is_first and _HEADING.fullmatch(texts[0]) and not (is_name and not self.has_numbers):
                return line.cells[0]
        is_only_named = len(texts) == 2 and number and re.fullmatch(_CHINESE, number)
        if is_only_named and self.has_digits and len(columns) > 2 and not self.counts:
            return line.own("name") or line.own("content")
        return ""

    def _named(self, line: Line) -> Placed:
        number = line.own("number")
        name, key = self._name(line)
        sub = line.own("sub") if line.own("sub") != name else ""
        if self._is_same_name(line, name, number, sub):
            name = ""
        if self._is_item(name, key, sub, number):
            return self._item(line, name or sub, number, key if name else "sub")
        if name or sub or number:
            return self._project(line, name, key, sub, number)
        if self.above is not None:
            return self._item(line, "", number, "")
        return self._nameless(line)

    def _name(self, line: Line) -> tuple[str, str]:
        """Return the row's own name and the column it stands in."""
        for key in ("name", "content"):
            if key in line.header.columns:
                return line.own(key), key
        return line.own("target"), "target"

    def _is_same_name(self, line: Line, name: str, number: str, sub: str) -> bool:
        """Say whether a name is written again beside each of its parts."""
        above = self.above
        return bool(
            above
            and name
            and sub
            and folded(name) == folded(above.name)
            and (not number or folded(number) == folded(above.number))
        )

    def _is_item(self, name: str, key: str, sub: str, number: str) -> bool:
        above = self.above
        if above is None:
            return False
        if number and self._is_deeper(number, above.number):
            return True
        if number and (name or folded(number) != folded(above.number)):
            return False
        if not name:
            return bool(sub)
        if not self.has_numbers or not above.number or sub or self.counts:
            return False
        own, theirs = _level(name), _level(above.name)
        return own is None or theirs is None or own > theirs

    def _is_deeper(self, number: str, above: str) -> bool:
        """Say whether «3.1», «(1)» or «①» is a part of «3»."""
        own, theirs = unicode_ordinals(number), folded(above)
        if re.fullmatch(r"\(\d+\)|[①-⑳]", own):
            return bool(re.fullmatch(rf"\d+|{_CHINESE}", theirs))
        parts = re.fullmatch(r"(\d+)[.-]\d+", own)
        return bool(parts) and theirs == parts[1]

    def _item(self, line: Line, name: str, number: str, key: str) -> Placed:
        if not name:
            key = next((k for k in _LABELS if line.own(k)), "")
            name = line.own(key) if key else ""
        if not name:
            return self._nameless(line)
        message = N_("作为上面项目“%(project)s”的子项")
        project = self.above.name if self.above else ""
        short = project if len(project) <= 20 else f"{project[:19]}…"
        doubt = understood(message, project=short.rstrip("。"))
        return Placed(What.ITEM, name, number=number, doubts=[(key, doubt)])

    def _project(self, line: Line, name: str, key: str, sub: str, number: str) -> Placed:
        doubts: list[tuple[str, Doubt]] = []
        if not name:
            other = next((k for k in ("sub", "content", "target") if line.own(k)), "")
            if not other:
                return self._nameless(line)
            name, sub = line.own(other), "" if other == "sub" else sub
            doubts.append((key, unclear(N_("项目名称为空，取本行另一列的文字作名称"))))
        number = self._number(name, number, doubts)
        return Placed(What.PROJECT, name, sub, number, doubts)

    def _number(self, name: str, number: str, doubts: list[tuple[str, Doubt]]) -> str:
        """Return a project's number; where numbers count groups, with the ordinal of its name."""
        if number:
            self.group = number
        level = _level(name)
        is_grouped = re.fullmatch(_CHINESE, folded(self.group)) and level == 1
        if not is_grouped and not (self.counts and not number):
            return number
        if not number:
            doubts.append(("number", understood(N_("序号编的是分组，本行作为单独的项目"))))
        found = _LEVELS[level].match(unicode_ordinals(name)) if level is not None else None
        return f"{self.group}{found[0]}" if found else number

    def _nameless(self, line: Line) -> Placed:
        return Placed(What.OTHER, doubts=[("", left_out(N_("没有项目名称，跳过")))])
