"""Which parts of a photo are to be blacked out, as a form says it: told strictly, or refused.

A region is written as "left,top,width,height" in thousandths of the upright photo, whole numbers;
several are joined by ";". That is what the marking on the picture writes (static/js/blackout.js)
and what each cell of the grid is worth, which works without JavaScript.
"""

import math
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from portal.errors import Invalid
from portal.language import N_

WHOLE = 1000
"""Thousandths of an edge."""

MOST_REGIONS = 20
"""Most regions of one photo."""

COLUMNS, ROWS = 6, 4
"""Cells of the grid across and down. On a phone a cell is as large as a finger."""

REASONS = {
    "none": N_("还没有标出要遮盖的地方，请至少标出一处。"),
    "many": N_("要遮盖的地方太多，一张照片最多 %(most)s 处。"),
    "wrong": N_("遮盖的位置无法识别，请重新标出。"),
    "empty": N_("有一处遮盖在照片之外或者没有面积，请重新标出。"),
}

_REGION = re.compile(r"(\d{1,4}),(\d{1,4}),(\d{1,4}),(\d{1,4})", re.ASCII)
_LONGEST = 2 * MOST_REGIONS * len("1000,1000,1000,1000;")
"""Characters beyond which nothing is read, since no page of ours writes so many."""


@dataclass(frozen=True)
class Region:
    """A rectangle in fractions (0 to 1) of the width and height of the upright photo."""

    left: float
    top: float
    width: float
    height: float


def _line(n: int, of: int) -> int:
    return round(n * WHOLE / of)


def _cell(column: int, row: int) -> str:
    left, top = _line(column, COLUMNS), _line(row, ROWS)
    return f"{left},{top},{_line(column + 1, COLUMNS) - left},{_line(row + 1, ROWS) - top}"


GRID = tuple(tuple(_cell(column, row) for column in range(COLUMNS)) for row in range(ROWS))
"""The value of each cell, row by row from the top, each from the left; together the whole photo."""


def marked(text: str, cells: Iterable[str] = ()) -> list[Region]:
    """Return what a form marks: `text` as drawn on the picture, and the ticked cells of the grid.

    Raises Invalid when nothing or too much is marked, and for whatever no page of ours writes.
    """
    ticked = set(cells)
    if not ticked <= {cell for row in GRID for cell in row} or len(text) > _LONGEST:
        raise Invalid(REASONS["wrong"])
    drawn = [_region(part) for part in text.strip().split(";") if part]
    return checked([*drawn, *_strips(ticked)])


def checked(regions: Collection[Region]) -> list[Region]:
    """Return the regions cut to the picture.

    Raises Invalid when there is none, more than MOST_REGIONS, or one with no area inside.
    """
    if not regions:
        raise Invalid(REASONS["none"])
    if len(regions) > MOST_REGIONS:
        raise Invalid(REASONS["many"], most=MOST_REGIONS)
    return [_cut(region) for region in regions]


def _region(part: str) -> Region:
    numbers = _REGION.fullmatch(part)
    if numbers is None:
        raise Invalid(REASONS["wrong"])
    return Region(*(int(number) / WHOLE for number in numbers.groups()))


def _strips(ticked: Collection[str]) -> list[Region]:
    """Join ticked cells that are neighbours in a row: at most three regions a row are left."""
    found = []
    for row, values in enumerate(GRID):
        top, end = _line(row, ROWS), _line(row + 1, ROWS)
        begin = None
        for column in range(COLUMNS + 1):
            is_ticked = column < COLUMNS and values[column] in ticked
            if is_ticked and begin is None:
                begin = _line(column, COLUMNS)
            if not is_ticked and begin is not None:
                edges = (begin, top, _line(column, COLUMNS) - begin, end - top)
                found.append(Region(*(edge / WHOLE for edge in edges)))
                begin = None
    return found


def _cut(region: Region) -> Region:
    edges = (region.left, region.top, region.width, region.height)
    if not all(map(math.isfinite, edges)):
        raise Invalid(REASONS["wrong"])
    left, top = max(0.0, region.left), max(0.0, region.top)
    right, bottom = min(1.0, region.left + region.width), min(1.0, region.top + region.height)
    if right <= left or bottom <= top:
        raise Invalid(REASONS["empty"])
    return Region(left, top, right - left, bottom - top)
