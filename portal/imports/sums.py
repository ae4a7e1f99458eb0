"""Sums, counts and votes of a list, compared when the whole table is read. Pure."""

import re
from dataclasses import dataclass, field
from decimal import Decimal

from portal.imports import checks
from portal.imports.cells import FEN, MOST_SIGNS, folded_cell
from portal.imports.fields import FUNDS, VOTES
from portal.imports.lines import Line
from portal.imports.notes import Notes

SUMMED = ("amount", "invested", *FUNDS, "target", "done")

_NUMBER = re.compile(r"[约近]?((?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)(亿元|万元|元)?")


@dataclass
class _Total:
    line: Line
    since: int
    """Index of the first row since the last heading or sum."""
    upto: int


@dataclass
class _Group:
    n: int
    text: str
    projects: int = 0


@dataclass
class Sums:
    """Gathers the numbers of each row; flags what does not add up."""

    notes: Notes
    lines: list[Line] = field(default_factory=list)
    totals: list[_Total] = field(default_factory=list)
    groups: list[_Group] = field(default_factory=list)
    since: int = 0

    def row(self, line: Line, *, is_project: bool) -> None:
        """Count a row that was taken in."""
        self.lines.append(line)
        if line.own("count"):
            self.groups.append(_Group(line.n, line.own("count")))
        if self.groups and is_project:
            self.groups[-1].projects += 1

    def total(self, line: Line) -> None:
        """Remember a row of sums."""
        self.totals.append(_Total(line, self.since, len(self.lines)))
        self.since = len(self.lines)

    def heading(self) -> None:
        """Begin a new part of the table."""
        self.since = len(self.lines)

    def check(self) -> None:
        """Flag sums, counts and votes that do not agree with the rows."""
        for total in self.totals:
            for key in SUMMED:
                c = self.notes.header.columns.get(key)
                if c is not None:
                    self._check_sum(total, c)
            for c in self.notes.header.more:
                self._check_sum(total, c)
        for group in self.groups:
            differs = checks.count_differs(group.text, group.projects)
            self.notes.add(group.n, "count", differs)
        self._check_votes()

    def _check_sum(self, total: _Total, c: int) -> None:
        """Compare with all rows and, for a part of the table, with the rows of that part."""
        stated = _number(total.line.cells[c], self._unit(c))
        whole = self._parts(0, len(self.lines), c)
        part = self._parts(total.since, total.upto, c)
        if stated is None or not whole:
            return
        if part and sum(part) == stated:
            return
        is_part = "小计" in "".join(total.line.texts) and part
        self.notes.add_column(
            total.line.n, c, checks.sum_differs(part if is_part and part else whole, stated)
        )

    def _parts(self, first: int, last: int, c: int) -> list[Decimal] | None:
        """Return the numbers of a column, None when a cell holds no plain number."""
        cells = [
            line.cells[c]
            for line in self.lines[first:last]
            if folded_cell(line.cells[c]) and c not in line.repeats
        ]
        numbers = [_number(cell, self._unit(c)) for cell in cells]
        found = [number for number in numbers if number is not None]
        return found if len(found) == len(numbers) else None

    def _unit(self, c: int) -> str:
        return self.notes.header.money_unit(c)

    def _check_votes(self) -> None:
        columns = self.notes.header.columns
        if not set(VOTES) <= set(columns):
            return
        sums = {}
        for line in self.lines:
            votes = [folded_cell(line.get(key)) for key in VOTES]
            if all(re.fullmatch(r"\d{0,6}", vote) for vote in votes) and any(votes):
                sums[line.n] = sum(int(vote or 0) for vote in votes)
        for n, doubt in checks.odd_votes(sums).items():
            self.notes.add(n, "vote_yes", doubt)


def _number(text: str, unit: str) -> Decimal | None:
    """Return the number of a cell in the column's unit, None when it is not just a number."""
    found = _NUMBER.fullmatch(folded_cell(text))
    if not found or len(found[1]) > MOST_SIGNS:
        return None
    value = Decimal(found[1].replace(",", ""))
    if found[2] and found[2] != unit:
        return value * FEN[found[2]] / FEN[unit] if unit else None
    return value
