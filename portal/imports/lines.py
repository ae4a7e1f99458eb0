"""The rows below a header, and what each says of a field. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from portal.imports.cells import folded_cell
from portal.imports.fields import FUNDS
from portal.imports.flags import Doubt, unclear
from portal.imports.headers import Header
from portal.imports.parties import looks_like_a_unit
from portal.language import N_
from portal.text import folded

Merged = frozenset[tuple[int, int]]

_ORDINAL = re.compile(r"[\d一二三四五六七八九十百()（）.、\-第项①-⑳]+")


@dataclass(frozen=True)
class Line:
    """One row of data."""

    n: int
    """Row of the file, counted from 1."""
    cells: tuple[str, ...]
    repeats: frozenset[int]
    """Columns whose text only repeats a merged cell's, from the row above or from the left."""
    header: Header
    published: tuple[str, ...] = ()
    """The cells as they stand in the file, when the row was moved; else the same as `cells`."""

    def get(self, key: str) -> str:
        """Return the text of the column that holds `key`, '' when there is none."""
        c = self.header.columns.get(key)
        return self.cells[c] if c is not None else ""

    def own(self, key: str) -> str:
        """Return the same, but '' when it only repeats a merged cell."""
        c = self.header.columns.get(key)
        return self.cells[c] if c is not None and c not in self.repeats else ""

    @property
    def texts(self) -> list[str]:
        """The texts of the row that are its own, folded."""
        return [folded(t) for c, t in enumerate(self.cells) if t and c not in self.repeats]

    @property
    def original(self) -> dict[str, str]:
        """Header text -> cell for every cell that says something, as published."""
        found: dict[str, str] = {}
        for c, cell in enumerate(self.published or self.cells):
            header = self.header.texts[c] if c < len(self.header.texts) else ""
            label = header if header and header not in found else f"{header}[{c + 1}]"
            if cell:
                found[label] = cell
        return found


def data_lines(rows: Sequence[Sequence[str]], header: Header, merged: Merged) -> Iterator[Line]:
    """Return every row below the header that is not blank."""
    width = len(header.texts)
    repeats: dict[int, set[int]] = {}
    for r, c in merged:
        repeats.setdefault(r, set()).add(c)
    for r in range(header.last + 1, len(rows)):
        cells = [cell.strip() for cell in rows[r]]
        if any(cells):
            whole = tuple(cells + [""] * (width - len(cells)))
            yield Line(r + 1, whole, frozenset(repeats.get(r, ())), header)


def righted(lines: Sequence[Line]) -> list[tuple[Line, Doubt | None]]:
    """Return each row, moved right by one cell where a flattened merge has shifted it left.

    Such a row has an empty last cell where other rows have none, and a text of the wrong kind in
    the column of numbers or units; it is moved only if its cells then fit their columns better.
    """
    if not lines:
        return []
    width, columns = len(lines[0].header.texts), lines[0].header.columns
    is_used = any(line.cells[width - 1] for line in lines if width)
    keys = [key for key in ("number", "department") if columns.get(key, width) + 1 < width]
    if width < 3 or not is_used:
        return [(line, None) for line in lines]
    return [_righted(line, width, keys) for line in lines]


def _righted(line: Line, width: int, keys: list[str]) -> tuple[Line, Doubt | None]:
    moved = line
    for _merge in keys:  # a row may lack both its number and its unit
        wrong = [key for key in keys if _fits(key, moved.get(key)) < 0]
        if not wrong or any(moved.cells[width - 1 :]) or line.repeats:
            break
        at = min(line.header.columns[key] for key in wrong)
        cells = (*moved.cells[:at], "", *moved.cells[at : width - 1], *moved.cells[width:])
        moved = replace(line, cells=cells, published=line.cells)
    if moved is line:
        return line, None
    if _fit(moved) > _fit(line):
        message = N_("整行像是左移了一格（合并单元格展开所致），按右移一格理解，请核对")
        return moved, unclear(message)
    return line, unclear(N_("各列像是错位，请核对"))


def _fit(line: Line) -> int:
    return sum(_fits(key, line.get(key)) for key in line.header.columns)


def _fits(key: str, text: str) -> int:
    """Return 1 when a text is of the kind its column holds, -1 when it is of another, else 0."""
    bare = folded_cell(text)
    if not bare:
        return 0
    if key == "number":
        is_text = len(re.findall(r"[\u4e00-\u9fff]", bare)) >= 5
        return 1 if _ORDINAL.fullmatch(bare) else -1 if is_text else 0
    if key in ("department", "owner", "assist"):
        is_report = re.search(r"\d%|^已|^正在|完成|[。;]|^\d", bare)
        return 1 if looks_like_a_unit(bare) else -1 if is_report else 0
    if key in ("amount", "invested", "percent", *FUNDS):
        return 1 if re.search(r"\d", bare) and len(bare) < 20 else -1
    if key == "due":
        return 1 if re.search(r"\d|年|季度", bare) else -1 if looks_like_a_unit(bare) else 0
    return 0
