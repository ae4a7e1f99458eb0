"""One engine for the page and the command: from a table of text to projects."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.imports.headers import Header, remap
from portal.imports.ledger import parse
from portal.imports.moments import speaks_of
from portal.imports.own import find_own, parse_own
from portal.imports.reading import Table
from portal.imports.registers import Registers
from portal.imports.rows import Ledger


@dataclass(frozen=True)
class Reading:
    """What a table says, of which year, and of which day its figures speak."""

    ledger: Ledger
    year: int
    as_of: date
    is_own: bool
    """Whether it is the portal's own workbook."""

    @property
    def header(self) -> Header:
        """Where the header stands and what its columns mean."""
        return self.ledger.header

    def speaks_of(self, *keys: str) -> bool:
        """Say whether the table has a column of one of these meanings."""
        return any(key in self.header.columns for key in keys)


def read(
    table: Table,
    year: int,
    known: Registers,
    *,
    today: date,
    as_of: date | None = None,
    header: dict[str, Any] | None = None,
) -> Reading:
    """Read a table. `header` is what a person made of its first and last row and its columns.

    Raises Invalid when no header is found, or what a person said of header or day cannot be.
    """
    if header is None and find_own(table.rows):
        ledger = parse_own(table.rows, year, known.units, known.towns, known.leaders, table.merged)
        return Reading(ledger, year, speaks_of(ledger.header, year, today, as_of), True)
    said = remap(table.rows, header["first"], header["last"], header["columns"]) if header else None
    ledger = parse(
        table.rows,
        year,
        known.units,
        known.towns,
        header=said,
        leaders=known.leaders,
        merged=table.merged,
        others=() if header else table.others,
    )
    return Reading(ledger, year, speaks_of(ledger.header, year, today, as_of), False)
