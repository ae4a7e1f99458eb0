"""What an import did or would do: counts of rows, and the flags in words."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from portal.imports.context import Context
from portal.imports.flags import Flag
from portal.imports.matching import How, Match
from portal.imports.writing import Written


@dataclass
class Outcome:
    """What an import did, as it is printed and kept: counts of rows, and the flags in words.

    A project's row and those of its items count with the project.
    """

    rows: int
    imported: int
    updated: int
    skipped: int
    flags: list[dict[str, Any]] = field(default_factory=list)
    projects: int = 0
    """Projects that are new."""
    batch: int | None = None
    """Number of the batch; None when nothing was changed."""


def outcome_of(context: Context, wanted: Sequence[Match], done: Written) -> Outcome:
    """Count in rows, of the matches that were to be written.

    A row that two projects share counts once, as new if one of them is.
    """
    ledger = context.reading.ledger
    imported = {n for _project, row in done.new for n in row.rows}
    updated = {n for _project, row in done.changed for n in row.rows} - imported
    written = {project.id for project, _row in (*done.new, *done.changed)}
    same = {
        n
        for one in wanted
        if one.how is not How.UNCLEAR and one.project and one.project.id not in written
        for n in one.row.rows
    }
    not_taken = set(ledger.taken_rows) - imported - updated - same
    return Outcome(
        rows=ledger.read,
        imported=len(imported),
        updated=len(updated),
        skipped=ledger.skipped + len(not_taken),
        flags=[told(flag) for flag in flags_of(context)],
        projects=len(done.new),
    )


def flags_of(context: Context) -> list[Flag]:
    """Return the flags of reading and writing, from the top of the table."""
    flags = [*context.reading.ledger.flags, *context.notes.flags]
    return sorted(flags, key=lambda flag: flag.row)


def told(flag: Flag) -> dict[str, Any]:
    """Return a flag as it is printed."""
    return {"row": flag.row, "column": flag.column, "message": flag.text}


def kept(flag: Flag) -> dict[str, Any]:
    """Return a flag as a batch keeps it, so that it can be shown in the reader's language."""
    return told(flag) | {
        "index": flag.index,
        "kind": flag.kind.value,
        "text": flag.message,
        "params": flag.params,
    }
