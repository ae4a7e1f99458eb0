"""Finding the header of a published table and what its columns mean. Pure.

Synonyms are those seen in published ledgers; blanks and line breaks inside a header fold
away, and full-width signs count as half-width ones.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from portal.errors import Invalid
from portal.language import N_
from portal.text import folded

SEARCHED = 12
"""Rows from the top in which a header is looked for."""

DEEPEST = 3
"""Most rows that one header has."""

SYNONYMS: dict[str, tuple[str, ...]] = {
    "number": ("序号", "编号", "项目编号"),
    "name": (
        "项目名称",
        "民生实事工程项目名称",
        "民生实事项目名称",
        "民生实事",
        "项目",
        "主要任务",
        "指标名称",
    ),
    "content": ("项目内容", "建设内容", "建设规模及内容", "主要内容", "工作任务", "内容和目标"),
    "target": ("全年目标任务", "年度目标", "目标任务", "全年任务目标", "工作目标", "年度目标任务"),
    "place": ("建设地点", "项目地点", "地点", "实施地点"),
    "town": ("乡镇", "乡镇街道", "镇街", "所属乡镇"),
    "field": ("领域", "类别", "项目类别"),
    "due": ("完成时限", "完成时间", "预计完成时间", "实施期限", "建设时间", "建设起止年限"),
    "amount": (
        "总投资",
        "投资",
        "年度投资金额",
        "项目总投资金额",
        "计划投资",
        "投资金额",
        "年度投资",
    ),
    "department": ("责任单位", "牵头单位", "承办单位", "主办", "牵头部门", "责任部门"),
    "support": ("配合单位", "协办", "责任主体与协同单位", "协同单位", "业主单位", "配合部门"),
    "progress": (
        "进展情况",
        "落实情况",
        "当前进度",
        "本月进展情况",
        "推进情况",
        "工作进展",
        "进度",
    ),
    "percent": ("完成率", "完成进度", "完成比例", "完成年度百分比", "进度百分比"),
    "status": ("状态", "项目状态", "完成成效"),
    "note": ("备注", "说明", "存在问题"),
}
"""Field -> header texts, folded. A header that begins with a synonym of four signs or more
counts as well, so that «2024年建设内容» and «年度投资金额(万元)» are known."""

_ROLLING = re.compile(r"(?:1-)?(\d{1,2})月(?:推进|进展)情况")
_UNIT = re.compile(r"(亿元|万元|元)")


@dataclass(frozen=True)
class Header:
    """Where the header ends and which column holds which field."""

    first: int
    last: int
    columns: dict[str, int]
    texts: list[str]
    unit: str
    """元, 万元 or 亿元; '' when the table does not say."""
    title: str


def find_header(rows: Sequence[Sequence[str]]) -> Header:
    """Return the header. Raises Invalid when no row names a column for the project.

    The start that names most columns wins; a title above, alone in its row, is no start.
    """
    best: Header | None = None
    for first in range(min(SEARCHED, len(rows))):
        if len({folded(cell) for cell in rows[first]} - {""}) < 2:
            continue
        header = _deepest(rows, first)
        if best is None or len(header.columns) > len(best.columns):
            best = header
    named = best is not None and {"name", "content"} & set(best.columns)
    if best is None or not named or len(best.columns) < 2:
        raise Invalid(N_("没有找到表头：至少需要“项目名称”或“项目内容”这样的一列和另外一列。"))
    return best


def _deepest(rows: Sequence[Sequence[str]], first: int) -> Header:
    """Return the header that starts at `first` with every further row that belongs to it."""
    header = _read(rows, first, 1)
    for depth in range(2, min(DEEPEST, len(rows) - first) + 1):
        if not header.columns or _holds_data(rows[first + depth - 1], header):
            break
        header = _read(rows, first, depth)
    return header


def _holds_data(row: Sequence[str], header: Header) -> bool:
    """A further header row says nothing in the columns of number and name."""
    own = [header.columns.get("number"), header.columns.get("name", header.columns.get("content"))]
    cells = [folded(row[c]) for c in own if c is not None and c < len(row)]
    known = [header.texts[c] for c in own if c is not None]
    return any(cell and cell not in "".join(known) for cell in cells)


def _read(rows: Sequence[Sequence[str]], first: int, depth: int) -> Header:
    block = [rows[r] for r in range(first, first + depth)]
    width = max((len(row) for row in block), default=0)
    texts = [_column_text(block, c) for c in range(width)]
    columns: dict[str, int] = {}
    rolling = 0
    for c, text in enumerate(texts):
        month = _ROLLING.search(text)
        if month and int(month[1]) >= rolling:
            rolling = int(month[1])
            columns["progress"] = c
    for exact in (True, False):
        for c, text in enumerate(texts):
            field = meaning(text, exact=exact)
            if field and field not in columns and c not in columns.values():
                columns[field] = c
    above = [folded(cell) for r in range(first) for cell in rows[r] if folded(cell)]
    unit_texts = [*above, texts[columns["amount"]] if "amount" in columns else ""]
    units = [m[1] for m in map(_UNIT.search, reversed(unit_texts)) if m]
    title = max(above, key=len, default="")
    return Header(first, first + depth - 1, columns, texts, units[0] if units else "", title)


def _column_text(block: Sequence[Sequence[str]], c: int) -> str:
    parts: list[str] = []
    for row in block:
        text = folded(row[c]) if c < len(row) else ""
        if text and text not in parts:
            parts.append(text)
    return "".join(parts)


def meaning(text: str, *, exact: bool) -> str | None:
    """Return the field that a folded header text stands for, or None."""
    bare = re.sub(r"\(.*?\)", "", text)
    for field, words in SYNONYMS.items():
        if bare in words:
            return field
        if not exact and any(len(w) >= 4 and w in bare for w in words):
            return None if re.search("数量|个数", bare) else field
    return None
