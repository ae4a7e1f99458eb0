"""Tables written as lines of cells, and the registers of a made-up county to read them with."""

from portal.imports.ledger import parse
from portal.imports.rows import ItemRow, Ledger

UNITS = {"云溪县教育局": "edu", "县教育局": "edu", "县交通局": "road", "县住建局": "build"}
TOWNS = {"城关镇": "cg", "河口镇": "hk"}


def cells(text: str) -> list[list[str]]:
    """Return rows of cells: one line a row, «|» between cells, «//» a line break in one."""
    rows = [line.strip().split("|") for line in text.strip().splitlines()]
    return [[cell.strip().replace("//", "\n") for cell in row] for row in rows]


def read(text: str, **known) -> Ledger:
    """Return what the import makes of such a table."""
    return parse(cells(text), known.pop("year", 2026), UNITS, TOWNS, **known)


def told(ledger: Ledger) -> set[tuple[int, str, str]]:
    """Return row, column and words of each flag."""
    return {(flag.row, flag.column, flag.text) for flag in ledger.flags}


def words(ledger: Ledger, row: int) -> set[str]:
    """Return the words of the flags of one row."""
    return {flag.text for flag in ledger.flags if flag.row == row}


def kinds(ledger: Ledger, row: int) -> set[str]:
    """Return the kinds of the flags of one row."""
    return {flag.kind.value for flag in ledger.flags if flag.row == row}


def measured(items: list[ItemRow]) -> list[tuple]:
    """Return row, name, target, unit and what is done of each item."""
    return [(i.row, i.name, i.quantity, i.unit, i.done) for i in items]
