"""What comes out of an import's reading: projects, their items, and the table's account. Pure."""

from dataclasses import dataclass
from dataclasses import field as made
from datetime import date
from decimal import Decimal

from portal.imports.flags import Flag
from portal.imports.headers import Header


@dataclass(frozen=True)
class ItemRow:
    """One measurable part of a project, or one district of an indicator."""

    row: int
    """Row of the file, counted from 1."""
    name: str
    quantity: Decimal | None
    """The target in `unit`; None when there is none for the year or it is not clear."""
    unit: str
    done: Decimal | None
    """What is done, in `unit`; more than the target exists."""
    percent: Decimal | None
    """Completion in percent as published; over 100 exists. Never computed, never 0 for nothing."""
    lower_is_better: bool
    """The target is a limit to stay under; a rate says nothing."""
    start_on: date | None
    due_on: date | None
    owner: str
    progress_text: str
    original: dict[str, str]
    """Header text -> cell, as published."""
    status: str | None = None
    amount_fen: int | None = None


@dataclass(frozen=True, kw_only=True)
class Row:
    """One project as the table has it; what the table does not say is '' or None."""

    row: int
    """First row of the file that speaks of it, counted from 1."""
    name: str
    source_key: str
    """What it is known by when the list comes again."""
    original: dict[str, str]
    """Header text -> cell of its own row, as published."""
    number: str = ""
    code: str = ""
    """Its code in this portal when the table names it: 2026-07."""
    content: str = ""
    """Everything that is promised, as published: content and target."""
    target: str = ""
    field: str = ""
    level: str | None = None
    """Who assesses it: county, city or province."""
    document: str = ""
    place: str = ""
    town_code: str | None = None
    """The town, when it is one."""
    town_codes: tuple[str, ...] = ()
    department_code: str | None = None
    department_text: str = ""
    assist_codes: tuple[str, ...] = ()
    assist_text: str = ""
    owner: str = ""
    leader_code: str | None = None
    leader_text: str = ""
    in_charge: str = ""
    amount_fen: int | None = None
    amount_text: str = ""
    invested_fen: int | None = None
    funds: dict[str, int] = made(default_factory=dict)
    """`fund_central` and so on -> 分; only what the table gives."""
    start_on: date | None = None
    due_on: date | None = None
    due_text: str = ""
    percent: Decimal | None = None
    status: str | None = None
    """planned, in_progress or completed."""
    on_schedule: bool | None = None
    reason: str = ""
    plan: str = ""
    progress_text: str = ""
    note: str = ""
    items: list[ItemRow] = made(default_factory=list)
    total: ItemRow | None = None
    """The 全市 or 合计 row of a table whose districts are the items; no item itself."""

    @property
    def rows(self) -> tuple[int, ...]:
        """Every row of the file that this project was read from, in order, each once."""
        parts = [self.row, *(item.row for item in self.items)]
        if self.total is not None:
            parts.append(self.total.row)
        return tuple(sorted(set(parts)))


@dataclass(frozen=True)
class Ledger:
    """What a table holds, and the account of its rows: read = taken + skipped."""

    rows: list[Row]
    flags: list[Flag]
    read: int
    """Rows below the header that are not blank."""
    taken_rows: tuple[int, ...]
    """Rows (from 1) that are a project, an item or an indicator's total, each once."""
    skipped_rows: tuple[int, ...]
    """Rows (from 1) that are none of these; each has a flag that says why."""
    header: Header

    @property
    def taken(self) -> int:
        """How many rows were taken in."""
        return len(self.taken_rows)

    @property
    def skipped(self) -> int:
        """How many rows were not taken in."""
        return len(self.skipped_rows)

    @property
    def title(self) -> str:
        """The title above the table, '' when there is none."""
        return self.header.title
