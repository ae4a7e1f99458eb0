"""Finding the header of a published table and what its columns mean. Pure.

A header has one to five rows below titles and unit lines. What was found can be shown column
by column and corrected by a person with `remap`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from portal.errors import Invalid
from portal.imports import fields, wide
from portal.imports.quantities import is_measure
from portal.imports.wide import Indicator
from portal.language import N_
from portal.text import folded

SEARCHED = 12
"""Rows from the top in which a header is looked for."""

DEEPEST = 5
"""Most rows that one header has."""

_SAMPLE = 30
"""Rows below a header that are looked at to tell what an ambiguous column holds."""

_LONGEST_LABEL = 40
_NESTED = ("大项", "小项", "子项", "分项", "项目", "类别", "名称", "项目名称", "具体内容")
_DATA = re.compile(r"[\d.,]+%?|20\d\d[-./年]\d{1,2}.*|.*\d%.*")
_ORDINAL = re.compile(r"\(?([一二三四五六七八九十]+|\d{1,4})\)?[、.]?")
_UNIT = re.compile(r"(亿元|万元|元)")
_UNIT_LINE = re.compile(r"单位[:：].{0,20}?(亿元|万元|元)")

Rows = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Header:
    """Where the header stands and which column holds which field."""

    first: int
    """First row of the header, counted from 0."""
    last: int
    """Last row of the header, counted from 0; the data begin in the next."""
    columns: dict[str, int]
    """Key of `fields.FIELDS` -> column, counted from 0."""
    texts: list[str]
    """Header text of each column, folded, from top to bottom in one line."""
    unit: str
    """元, 万元 or 亿元 as a line above the table says; '' when none does."""
    title: str
    """The longest text above the header; '' when there is none."""
    above: tuple[str, ...] = ()
    """Every text above the header."""
    more: dict[int, str] = field(default_factory=dict)
    """Further columns of a fund whose amounts are added: column -> key."""
    older: dict[int, str] = field(default_factory=dict)
    """Columns of a meaning that another column has already: column -> key."""
    indicators: tuple[Indicator, ...] = ()
    """The groups of columns of a table whose indicators run across; empty for a list."""

    def text(self, key: str) -> str:
        """Return the header text of the column that holds `key`; '' when none does."""
        c = self.columns.get(key)
        return self.texts[c] if c is not None else ""

    def money_unit(self, c: int) -> str:
        """Return 元, 万元 or 亿元 for column `c`; '' when the table does not say."""
        own = _UNIT.search(self.texts[c])
        return own[1] if own else self.unit

    def meanings(self) -> list[tuple[int, str, str | None]]:
        """Return each column with its header text and the key of its meaning, or None."""
        keys = {c: key for key, c in self.columns.items()} | self.more
        return [(c, text, keys.get(c)) for c, text in enumerate(self.texts)]


def find_header(rows: Rows) -> Header:
    """Return the header. Raises Invalid when no row names a column for the project.

    The start that names most columns wins; a title above, alone in its row, is no start.
    """
    across = wide.find(rows, SEARCHED, DEEPEST)
    if across is not None:
        return read_header(rows, *across, wide_table=True)
    best: Header | None = None
    for first in range(min(SEARCHED, len(rows))):
        if len({folded(cell) for cell in rows[first]} - {""}) < 2:
            continue
        header = _deepest(rows, first)
        if best is None or len(header.columns) > len(best.columns):
            best = header
    if best is None or not _names_projects(best.columns):
        raise Invalid(N_("没有找到表头：至少需要“项目名称”或“项目内容”这样的一列和另外一列。"))
    return best


def remap(rows: Rows, first: int, last: int, columns: Mapping[str, int]) -> Header:
    """Return the header that a person says it is: rows `first` to `last` (from 0) and what each
    column means. A column `area` makes it a table whose indicators run across.

    Raises Invalid when the rows or columns do not exist, a field is unknown, two fields share a
    column, or no column names the projects.
    """
    if not 0 <= first <= last < min(len(rows), first + DEEPEST):
        raise Invalid(N_("表头应当是表格里连续的一至五行。"))
    found = read_header(rows, first, last, wide_table="area" in columns)
    places = list(columns.values())
    is_known = set(columns) <= set(fields.FIELDS)
    if not is_known or not all(0 <= c < len(found.texts) for c in places):
        raise Invalid(N_("指定的列或含义不存在。"))
    if len(set(places)) < len(places):
        raise Invalid(N_("同一列不能有两种含义。"))
    if "area" in columns:
        if not found.indicators:
            raise Invalid(N_("没有找到横排的指标：表头末行应当有“目标任务”“进度”这样的列。"))
    elif not _names_projects(dict(columns)):
        raise Invalid(N_("没有找到表头：至少需要“项目名称”或“项目内容”这样的一列和另外一列。"))
    more = {c: key for c, key in found.more.items() if c not in places and key in columns}
    older = {c: key for c, key in found.older.items() if c not in places and key in columns}
    return Header(
        first,
        last,
        dict(columns),
        found.texts,
        found.unit,
        found.title,
        found.above,
        more,
        older,
        found.indicators,
    )


def _names_projects(columns: Mapping[str, int]) -> bool:
    is_named = "name" in columns or "content" in columns
    return len(columns) >= 2 and (is_named or {"number", "target"} <= set(columns))


def _deepest(rows: Rows, first: int) -> Header:
    """Return the header that starts at `first` with every further row that belongs to it."""
    header = read_header(rows, first, first)
    for last in range(first + 1, min(first + DEEPEST, len(rows))):
        if not header.columns or not _continues(rows, header, last):
            break
        header = read_header(rows, first, last)
    return header


def _continues(rows: Rows, header: Header, at: int) -> bool:
    """Say whether row `at` still belongs to the header above it.

    It holds short labels only, says nothing new of number and name, and each label stands below
    a text that spans several columns, below nothing, or repeats the text above it.
    """
    row = [folded(cell) for cell in rows[at]]
    labels = [c for c, cell in enumerate(row) if cell]
    if not labels:
        return False
    if _counts_columns(row) or all(re.fullmatch(r"\(.+\)", row[c]) for c in labels):
        return True
    named = header.columns.get("name", header.columns.get("content"))
    for c in labels:
        is_same = c < len(header.texts) and row[c] in header.texts[c]
        if is_same:
            continue
        is_key = c == header.columns.get("number") or (c == named and row[c] not in _NESTED)
        if is_key or len(row[c]) > _LONGEST_LABEL or _DATA.fullmatch(row[c]):
            return False
        if not _is_open(rows[at - 1], c):
            return False
    return True


def _is_open(above: Sequence[str], c: int) -> bool:
    """Say whether the cell above column `c` spans several columns or is empty."""
    cells = [folded(cell) for cell in above] + ["", ""]
    if c >= len(above) or not cells[c]:
        return True
    right = cells[c + 1] if c + 1 < len(above) else None
    left = cells[c - 1] if c else None
    return right in ("", cells[c]) or left == cells[c]


def _counts_columns(row: Sequence[str]) -> bool:
    """Say whether a row only numbers the columns: 1, 2, 3, 4."""
    return len(row) >= 4 and list(row) == [str(c + 1) for c in range(len(row))]


def read_header(rows: Rows, first: int, last: int, *, wide_table: bool = False) -> Header:
    """Return what rows `first` to `last` say as a header, whatever they hold."""
    block = [[folded(cell) for cell in rows[r]] for r in range(first, last + 1)]
    block = [row for row in block if not _counts_columns(row)] or block
    width = max((len(row) for row in rows[first : last + 1 + _SAMPLE]), default=0)
    block = [row + [""] * (width - len(row)) for row in block]
    block = wide.spread(block, boldly=wide_table)
    texts = ["".join(dict.fromkeys(row[c] for row in block if row[c])) for c in range(width)]
    leaves = [next((row[c] for row in reversed(block) if row[c]), "") for c in range(width)]
    above = tuple(text for r in range(first) for cell in rows[r] if (text := folded(cell)))
    units = [m[1] for m in map(_UNIT_LINE.search, reversed(above)) if m]
    found = Header(
        first,
        last,
        {},
        texts,
        units[0] if units else "",
        max(above, key=len, default=""),
        tuple(dict.fromkeys(above)),
    )
    if wide_table:
        area = wide.area_column(block)
        found.columns.update({} if area is None else {"area": area})
        groups = wide.indicators(block, area or 0)
        return Header(**{**vars(found), "indicators": groups})
    samples = [
        [folded(row[c]) if c < len(row) else "" for row in rows[last + 1 : last + 1 + _SAMPLE]]
        for c in range(width)
    ]
    _assign(found, leaves, samples)
    return found


def _assign(header: Header, leaves: list[str], samples: list[list[str]]) -> None:
    """Give each column its field; of several with one meaning the newest, then the first, wins."""
    meant: dict[str, list[int]] = {}
    for c, text in enumerate(header.texts):
        key = _meaning(text, leaves[c], samples[c]) if text else None
        if key:
            meant.setdefault(key, []).append(c)
    if "code" in meant and "number" not in meant and not _are_codes(samples[meant["code"][0]]):
        meant["number"] = meant.pop("code")
    for key, places in meant.items():
        dates = {c: fields.dated(header.texts[c]) for c in places}
        chosen = max(places, key=lambda c: dates[c])
        header.columns[key] = chosen
        others = {c: key for c in places if c != chosen}
        (header.more if key in fields.FUNDS else header.older).update(others)
    _unnamed(header, samples)


def _meaning(text: str, leaf: str, sample: list[str]) -> str | None:
    if len(leaf) <= fields.LONGEST and fields.bare(leaf) == "单位":
        cells = [cell for cell in sample if cell]
        return "unit" if cells and all(map(is_measure, cells)) else "department"
    return fields.meaning(text, leaf)


def _are_codes(sample: list[str]) -> bool:
    cells = [cell for cell in sample if cell]
    return not cells or any(re.fullmatch(r"20\d\d-\d{2,}", cell) for cell in cells)


def _unnamed(header: Header, samples: list[list[str]]) -> None:
    """A column without a header: right of the names it holds sub-items, left of them numbers."""
    taken = {*header.columns.values(), *header.more, *header.older}
    named = header.columns.get("name", header.columns.get("content"))
    if named is None:
        return
    right, left = named + 1, named - 1
    if "sub" not in header.columns and right < len(header.texts) and right not in taken:
        is_unnamed = header.texts[right] in ("", header.texts[named])
        if is_unnamed and any(samples[right]):
            header.columns["sub"] = right
    if "sub" not in header.columns and header.older.get(right) == "name":
        header.columns["sub"] = right
        del header.older[right]
    if "number" not in header.columns and left >= 0 and not header.texts[left]:
        cells = [cell for cell in samples[left] if cell]
        if cells and all(map(_ORDINAL.fullmatch, cells)):
            header.columns["number"] = left
