"""The header of a table whose districts run down and whose indicators run across. Pure.

Such a header has up to five rows: programme, part, indicator, its department, and again and
again 目标任务, 进度, 完成比例.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from portal.imports.fields import AREAS, LONGEST
from portal.imports.parties import looks_like_a_unit
from portal.text import folded

LEAVES = {
    "target": ("目标任务", "目标", "任务", "任务数", "目标数", "年度目标", "年度任务", "全年目标"),
    "done": ("进度", "完成", "完成数", "实际完成", "已完成", "完成情况", "完成量"),
    "percent": ("完成比例", "完成率", "比例", "完成进度", "完成百分比"),
}

Block = list[list[str]]


@dataclass(frozen=True)
class Indicator:
    """One indicator: a project whose items are the districts."""

    name: str
    unit: str
    """Unit of target and done, '' when the header does not say; '%' for a rate."""
    field: str
    """The programme above it, '' when there is none."""
    department: str
    columns: dict[str, int]
    """target, done, percent -> column, counted from 0."""
    labels: dict[str, str]
    """target, done, percent -> header text of that column, folded."""


def leaf(text: str) -> str | None:
    """Return target, done or percent for a lowest header text, or None."""
    bare = re.sub(r"\(.*?\)", "", text) if len(text) <= LONGEST else ""
    return next((key for key, words in LEAVES.items() if bare in words), None)


def find(rows: Sequence[Sequence[str]], searched: int, deepest: int) -> tuple[int, int] | None:
    """Return the first and last row of such a header, counted from 0, or None.

    The last row repeats one of the three leaves; above it stands a word for districts.
    """
    for last in range(1, min(searched + deepest, len(rows))):
        keys = [key for cell in rows[last] if (key := leaf(folded(cell)))]
        if len(set(keys)) < 2 or max(map(keys.count, keys)) < 2:
            continue
        for first in range(max(0, last - deepest + 1), last):
            if area_column([[folded(cell) for cell in rows[first]]]) is not None:
                return first, last
    return None


def area_column(block: Block) -> int | None:
    """Return the column headed by a word for districts, one of the first three."""
    return next((c for c in range(3) for row in block if c < len(row) and row[c] in AREAS), None)


def spread(block: Block, *, boldly: bool = False) -> Block:
    """Write a text into the empty cells to its right that it spans.

    A text spans a cell when something stands below it and nothing new above it; `boldly` lets
    it run under new texts too, as a department does that answers for several indicators.
    """
    whole = [list(row) for row in block]
    for r, row in enumerate(whole[:-1]):
        for c in range(1, len(row)):
            below = any(lower[c] for lower in block[r + 1 :])
            above = any(upper[c] and upper[c] != upper[c - 1] for upper in whole[:r])
            if not row[c] and below and (boldly or not above):
                row[c] = row[c - 1]
    return whole


def indicators(block: Block, area: int) -> tuple[Indicator, ...]:
    """Return the groups of columns right of column `area`; `block` is spread already."""
    groups: list[dict[str, int]] = []
    if len(block) < 2:
        return ()
    for c in range(area + 1, len(block[-1])):
        key = leaf(block[-1][c])
        if key is None:
            continue
        is_new = not groups or key in groups[-1] or _title(block, c) != _title(block, c - 1)
        if is_new:
            groups.append({})
        groups[-1][key] = c
    starts = [min(group.values()) for group in groups]
    names, units, programme = _levels(block, starts)
    return tuple(
        _indicator(block, group, start, names, units, programme)
        for group, start in zip(groups, starts, strict=True)
    )


def _title(block: Block, c: int) -> tuple[str, ...]:
    return tuple(row[c] for row in block[:-1])


def _levels(block: Block, starts: list[int]) -> tuple[int, int | None, int | None]:
    """Return the rows of the indicators' names, of their departments and of the programme."""
    texts = [[row[c] for c in starts] for row in block[:-1]]
    units = [r for r, row in enumerate(texts) if any(row) and all(map(looks_like_a_unit, row))]
    others = [r for r in range(len(texts)) if r not in units] or [0]
    names = max(others, key=lambda r: (len(set(texts[r]) - {""}), r))
    programme = next((r for r in range(names) if r not in units and any(texts[r])), None)
    return names, units[0] if units else None, programme


def _indicator(
    block: Block,
    columns: dict[str, int],
    start: int,
    names: int,
    units: int | None,
    programme: int | None,
) -> Indicator:
    parents = [row[start] for row in block[:-1] if row[start]]
    text = block[names][start] or " ".join(parents) or block[-1][start]
    own = re.fullmatch(r"(.+?)\(([^()]{1,6})\)", text)
    return Indicator(
        name=own[1] if own else text,
        unit=own[2] if own else "",
        field=block[programme][start] if programme is not None else "",
        department=block[units][start] if units is not None else "",
        columns=columns,
        labels={key: block[-1][c] for key, c in columns.items()},
    )
