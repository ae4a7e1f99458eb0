"""Reading the lines of a ballot as staff type or paste them. Pure.

One line for each project: its number or name, then the votes 满意, 基本满意, 不满意, with
commas or tabs between. An empty count is 0, as published tables leave zeros out.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from portal.language import N_
from portal.ratings.ballots.rules import Votes
from portal.text import folded

MOST_LINES = 500
LONGEST_NAME = 200
MOST_VOTES = 99_999
"""More than any assembly has members."""

_COMMA = re.compile("[,，]")
_COUNTS = (N_("满意"), N_("基本满意"), N_("不满意"))


@dataclass(frozen=True)
class Line:
    """One line as typed: who is meant, and the votes."""

    name: str
    votes: Votes


@dataclass(frozen=True)
class Mistake:
    """Why a line cannot be read; `message` is a marked text."""

    message: str
    params: dict[str, Any]


def read(text: str) -> tuple[list[Line], list[Mistake]]:
    """Return the lines that can be read and what is wrong with the others, by line number.

    Numbers of lines count empty ones, as an editor does. Nothing is guessed: a line that is not
    clearly a name and three counts is a mistake.
    """
    lines: list[Line] = []
    mistakes: list[Mistake] = []
    for n, typed in enumerate(text.split("\n"), 1):
        if not typed.strip():
            continue
        found = _line(n, typed)
        if isinstance(found, Mistake):
            mistakes.append(found)
        else:
            lines.append(found)
    if not lines and not mistakes:
        mistakes.append(Mistake(N_("请至少填写一行。"), {}))
    if len(lines) > MOST_LINES:
        mistakes.append(Mistake(N_("最多 %(most)s 行。"), {"most": MOST_LINES}))
    return lines, mistakes


def _line(n: int, typed: str) -> Line | Mistake:
    cells = _cells(typed)
    if len(cells) != 4:
        said = {"n": n, "found": len(cells)}
        return Mistake(
            N_("第%(n)s行：应当是“编号或名称，满意，基本满意，不满意”四项，现在有 %(found)s 项。"),
            said,
        )
    name = " ".join(cells[0].split())
    if not name or folded(name).isdecimal():
        return Mistake(N_("第%(n)s行：缺少项目编号或名称。"), {"n": n})
    if len(name) > LONGEST_NAME:
        return Mistake(N_("第%(n)s行：名称超过 %(most)s 个字。"), {"n": n, "most": LONGEST_NAME})
    counts = []
    for label, cell in zip(_COUNTS, cells[1:], strict=True):
        count = _count(cell)
        if count is None:
            said = {"n": n, "label": label, "cell": cell.strip()[:20]}
            return Mistake(N_("第%(n)s行：%(label)s票“%(cell)s”应当是 0 至 99999 的整数。"), said)
        counts.append(count)
    return Line(name, Votes(*counts))


def _cells(typed: str) -> list[str]:
    """Split a line: at tabs where it has any, else at commas from the end, for names have some.

    Cells that a spreadsheet leaves empty at the end may have been trimmed away with the tabs; a
    first cell with the row's number (序号) is left out.
    """
    if "\t" not in typed:
        parts = _COMMA.split(typed)
        at_end = len(parts) - 3
        separators = list(_COMMA.finditer(typed))
        if at_end < 1:
            return parts
        return [typed[: separators[at_end - 1].start()], *parts[at_end:]]
    cells = typed.split("\t")
    if len(cells) > 2 and folded(cells[0]).isdecimal() and _count(cells[1]) is None:
        cells = cells[1:]
    return cells + [""] * (4 - len(cells))


def _count(cell: str) -> int | None:
    """Return a number of votes, 0 for an empty cell, or None where it is none."""
    digits = folded(cell).removesuffix("票")
    if not digits:
        return 0 if not cell.strip() else None
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 12):
        return None
    return int(digits) if int(digits) <= MOST_VOTES else None


def written(lines: Iterable[tuple[str | None, str, Votes]]) -> str:
    """Write lines (code, name, votes) so that `read` and `Register.find` find the same again."""
    return "\n".join(
        f"{f'{code} ' if code else ''}{name}，{v.satisfied}，{v.basic}，{v.unsatisfied}"
        for code, name, v in lines
    )


class Register:
    """The projects of one year, found by code or by exact name."""

    def __init__(self, projects: Sequence[tuple[int, str, str]]) -> None:
        """Take the projects as (id, code, name)."""
        self.by_code = {folded(code).lower(): (ident, name) for ident, code, name in projects}
        names = Counter(folded(name) for _ident, _code, name in projects)
        self.by_name = {
            folded(name): ident for ident, _code, name in projects if names[folded(name)] == 1
        }

    def find(self, typed: str) -> tuple[int | None, str]:
        """Return the project meant (None where unknown) and the name to be shown.

        Understood are a code, a code and the published name after a blank, and a name that only
        one project of the year has; width and blanks make no difference.
        """
        first, _blank, rest = typed.partition(" ")
        if known := self.by_code.get(folded(first).lower()):
            return known[0], rest.strip() or known[1]
        return self.by_name.get(folded(typed)), typed
