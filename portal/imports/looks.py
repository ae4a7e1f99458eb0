"""What an import would do, as a page shows it: projects with their rows, cells and flags.

Checking a large table takes seconds and its page is turned many times, so the last answers are
kept in the process, by everything that they were made from.
"""

from collections import OrderedDict, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from threading import Lock
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.audit.models import AuditEntry
from portal.imports.actions import Checked, check
from portal.imports.flags import Flag, Kind
from portal.imports.matching import How, Match
from portal.imports.models import ImportUpload
from portal.imports.registers import Registers, registers
from portal.imports.rows import ItemRow
from portal.imports.uploads import reading_of, source_of
from portal.language import N_
from portal.security import Actor

KIND_LABELS = {
    Kind.CONTRADICTION: N_("矛盾"),
    Kind.UNCLEAR: N_("不确定"),
    Kind.LEFT_OUT: N_("未采用"),
    Kind.UNDERSTOOD: N_("已理解"),
}
KIND_TONES = {
    Kind.CONTRADICTION: "danger",
    Kind.UNCLEAR: "late",
    Kind.LEFT_OUT: "hold",
    Kind.UNDERSTOOD: "info",
}
GRAVEST = list(KIND_LABELS)
"""Kinds in the order in which they are to be read."""

HOW_LABELS = {
    How.NEW: N_("新项目"),
    How.BACK: N_("恢复撤下的项目"),
    How.CODE: N_("按编码对应"),
    How.KEY: N_("与原清单同一行"),
    How.NAME: N_("按名称对应，请核对"),
    How.UNCLEAR: N_("不能确定，不导入"),
}
HOW_TONES = {
    How.NEW: "plain",
    How.BACK: "plain",
    How.CODE: "done",
    How.KEY: "done",
    How.NAME: "late",
    How.UNCLEAR: "danger",
}

ASKED = (How.NEW, How.BACK, How.NAME)
"""Matches that a person may tick off."""

_KEPT = 3
_answers: "OrderedDict[tuple[Any, ...], Checked]" = OrderedDict()
_lock = Lock()


@dataclass(frozen=True)
class Cell:
    """One cell as it stands in the file, and what was flagged in it."""

    header: str
    text: str
    flags: list[Flag]


@dataclass(frozen=True)
class Card:
    """One project of the table."""

    match: Match
    flags: list[tuple[Flag, str]]
    """Each flag with the text of its cell, the gravest first."""
    lines: list[tuple[int, list[Cell]]]
    """Row of the file -> its cells."""
    is_ticked: bool
    is_changed: bool

    @property
    def is_asked(self) -> bool:
        """Whether a person may leave it out."""
        return self.match.how in ASKED

    @property
    def items(self) -> list[ItemRow]:
        """The items that were read."""
        return self.match.row.items


def checked(s: Session, upload: ImportUpload, *, actor: Actor, day: date, at: datetime) -> Checked:
    """Return what importing an upload would do. Raises Invalid when it cannot be read."""
    last = s.scalar(select(func.max(AuditEntry.id)))
    key = (upload.id, upload.version, upload.at, upload.file_hash, last, day)
    with _lock:
        if key in _answers:
            _answers.move_to_end(key)
            return _answers[key]
    answer = _check(s, upload, registers(s), actor=actor, day=day, at=at)
    with _lock:
        _answers[key] = answer
        while len(_answers) > _KEPT:
            _answers.popitem(last=False)
    return answer


def _check(
    s: Session, upload: ImportUpload, known: Registers, *, actor: Actor, day: date, at: datetime
) -> Checked:
    reading, source = reading_of(upload, known, day), source_of(upload)
    left_out = set(upload.left_out)
    return check(s, reading, known, source, left_out_rows=left_out, actor=actor, at=at)


def flagged(answer: Checked) -> list[Match]:
    """Return the matches that have a flag in any of their rows."""
    rows = {flag.row for flag in answer.flags}
    return [one for one in answer.found if rows & set(one.row.rows)]


def shown(answer: Checked, upload: ImportUpload, some: Sequence[Match]) -> list[Card]:
    """Return some projects with everything that the page shows of them."""
    flags: dict[int, list[Flag]] = defaultdict(list)
    for flag in answer.flags:
        flags[flag.row].append(flag)
    texts, left_out = answer.reading.header.texts, set(upload.left_out)
    found = []
    for one in some:
        own = [flag for n in one.row.rows for flag in flags[n]]
        found.append(
            Card(
                match=one,
                flags=[(flag, _text(upload, flag)) for flag in gravest_first(own)],
                lines=[(n, _cells(upload, n, texts, flags[n])) for n in one.row.rows],
                is_ticked=one.row.row not in left_out,
                is_changed=one.row.row in answer.changed,
            )
        )
    return found


def elsewhere(answer: Checked, upload: ImportUpload) -> list[tuple[Flag, str]]:
    """Return the flags of rows that belong to no project, each with its cell or row."""
    taken = {n for one in answer.found for n in one.row.rows}
    flags = [flag for flag in answer.flags if flag.row not in taken]
    return [(flag, _text(upload, flag)) for flag in gravest_first(flags)]


def gravest_first(flags: Sequence[Flag]) -> list[Flag]:
    """Return flags with contradictions first, then as they stand in the table."""
    return sorted(flags, key=lambda flag: (GRAVEST.index(flag.kind), flag.row, flag.index or 0))


def _text(upload: ImportUpload, flag: Flag) -> str:
    """Return the text of a flagged cell, or of the whole row."""
    row = upload.rows[flag.row - 1] if 0 < flag.row <= len(upload.rows) else []
    if flag.index is None:
        return " ".join(dict.fromkeys(cell for cell in row if cell))[:200]
    return row[flag.index] if flag.index < len(row) else ""


def _cells(upload: ImportUpload, n: int, texts: Sequence[str], flags: Sequence[Flag]) -> list[Cell]:
    """Return the cells of a row that say something or were flagged."""
    found = []
    for c, text in enumerate(upload.rows[n - 1]):
        here = [flag for flag in flags if flag.index == c]
        if text or here:
            found.append(Cell(texts[c] if c < len(texts) else "", text, here))
    return found
