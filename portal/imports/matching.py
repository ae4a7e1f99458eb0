"""Which project of the year a row of a table speaks of. Pure.

A project is known by its code, else by number and text as the list had them when it came, else
by its name, if exactly one project and one row bear it. Nothing is guessed: where two could be
meant, neither is updated.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from portal.imports.flags import Doubt, contradiction, unclear, understood
from portal.imports.rows import Row
from portal.language import N_
from portal.text import folded


class How(StrEnum):
    """How a row was matched."""

    NEW = "new"
    """No project is known by it."""
    BACK = "back"
    """It came by an import that was undone, and comes back."""
    CODE = "code"
    KEY = "key"
    """By number and text, as the same list had them before."""
    NAME = "name"
    """By name alone; a person should look at it."""
    UNCLEAR = "unclear"
    """More than one project could be meant; nothing is written."""


UPDATES = (How.CODE, How.KEY, How.NAME)


@dataclass(frozen=True)
class KnownProject:
    """A project of the year that the portal has."""

    id: int
    code: str
    name: str
    key: str
    """Number and text by which it came."""
    is_withdrawn: bool = False


@dataclass
class Match:
    """A row, and the project it speaks of."""

    row: Row
    how: How = How.NEW
    project: KnownProject | None = None
    doubts: list[tuple[str, Doubt]] = field(default_factory=list)
    """Key of the column in question and the doubt."""


def match(
    rows: Sequence[Row], known: Sequence[KnownProject], year: int, *, is_progress: bool
) -> list[Match]:
    """Return a match for each row, in order.

    `is_progress` says that the table reports on projects and does not list them: a project that
    is new by it is pointed out.
    """
    found = [Match(row) for row in rows]
    listed = [p for p in known if not p.is_withdrawn]
    matcher = _Matcher(found)
    matcher.by_code({p.code: p for p in known}, year)
    matcher.by_key({p.key: p for p in listed})
    matcher.by_name(listed)
    matcher.back({p.key: p for p in known if p.is_withdrawn})
    if is_progress and listed:
        for one in found:
            if one.how is How.NEW:
                one.doubts.append(("name", unclear(N_("清单里没有同名的项目，作为新项目导入"))))
    return found


class _Matcher:
    """Goes through what is still open, from the surest to the least sure."""

    def __init__(self, found: Sequence[Match]) -> None:
        self.found = found
        self.taken: dict[int, int] = {}
        """Project -> row that speaks of it."""

    @property
    def open(self) -> list[Match]:
        return [one for one in self.found if one.how is How.NEW]

    def by_code(self, codes: dict[str, KnownProject], year: int) -> None:
        given: dict[str, int] = {}
        for one in self.found:
            code = one.row.code
            if not code:
                continue
            if not code.startswith(f"{year}-"):
                message = N_("编码属于另一个年度的项目，没有导入")
                self._unclear(one, "code", contradiction(message))
            elif code in given:
                message = N_("与第%(row)s行是同一个编码，没有导入")
                self._unclear(one, "code", contradiction(message, row=given[code]))
            elif code not in codes:
                given[code] = one.row.row
                if codes:
                    message = N_("本年度没有编码为“%(code)s”的项目")
                    one.doubts.append(("code", unclear(message, code=code)))
            else:
                given[code], project = one.row.row, codes[code]
                self._take(one, How.BACK if project.is_withdrawn else How.CODE, project)
                if folded(project.name) != folded(one.row.name):
                    doubt = understood(
                        N_("编码相同，名称与原来的“%(name)s”不同"), name=project.name
                    )
                    one.doubts.append(("name", doubt))

    def by_key(self, keys: dict[str, KnownProject]) -> None:
        for one in self.open:
            project = keys.get(one.row.source_key)
            if project is not None and project.id not in self.taken:
                self._take(one, How.KEY, project)

    def by_name(self, listed: Sequence[KnownProject]) -> None:
        open_rows = self.open
        times = Counter(folded(one.row.name) for one in open_rows)
        names: dict[str, list[KnownProject]] = {}
        for project in listed:
            if project.id not in self.taken:
                names.setdefault(folded(project.name), []).append(project)
        for one in open_rows:
            name = folded(one.row.name)
            candidates = names.get(name, [])
            if len(candidates) == 1 and times[name] == 1:
                self._take(one, How.NAME, candidates[0])
                message = N_("按名称认作已有项目%(code)s，请核对")
                one.doubts.append(("name", understood(message, code=candidates[0].code)))
            elif candidates:
                message = N_("同名的项目或行不止一个（%(codes)s），没有更新，请填写项目编码")
                codes = "、".join(p.code for p in candidates[:5])
                self._unclear(one, "name", unclear(message, codes=codes))

    def back(self, keys: dict[str, KnownProject]) -> None:
        for one in self.open:
            project = keys.get(one.row.source_key)
            if project is not None and project.id not in self.taken:
                self._take(one, How.BACK, project)

    def _take(self, one: Match, how: How, project: KnownProject) -> None:
        one.how, one.project = how, project
        self.taken[project.id] = one.row.row

    def _unclear(self, one: Match, key: str, doubt: Doubt) -> None:
        one.how = How.UNCLEAR
        one.doubts.append((key, doubt))


def fingerprint(found: Sequence[Match]) -> str:
    """Return a mark that differs when any row is matched otherwise than a person saw it."""
    seen = [(m.row.row, m.how.value, m.project.id if m.project else 0) for m in found]
    return hashlib.sha256(json.dumps(seen).encode()).hexdigest()[:20]
