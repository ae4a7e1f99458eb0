"""When many letters on one thing are a hot spot (热点). Pure: rows, settings and moment go in.

Cases are counted in a window by project, by place and by category. It is a hot spot when enough
different people wrote and when that is clearly more than what is usual there: the busiest
street of a county has five letters every week. The usual is what came in the days before the
window. A case without a category counts for the one whose cases use its words.

One trouble shows in several ways at once. What is told first is the project, then the place,
then the category: a later one is left out when most of its cases are already in an earlier
alert. As time goes on an alert grows; `matches` tells whether a new one is the same trouble, so
that nobody is told twice. The figures are ours and the county's to change.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from portal.language import N_

SAME_SHARE = 0.8
"""From this share of its cases on, an alert says nothing that another does not say."""


WORDS_IN_COMMON = 2
"""So many words lead a case without a category to one; a single word is soon shared by chance."""


class Scope(StrEnum):
    """What the cases of an alert have in common, what can be acted on first."""

    PROJECT = "project"
    PLACE = "place"
    CATEGORY = "category"


SCOPE_LABELS = {
    Scope.PROJECT: N_("同一项目"),
    Scope.PLACE: N_("同一地点"),
    Scope.CATEGORY: N_("同一类别"),
}


@dataclass(frozen=True)
class Row:
    """A case as the rule sees it; '' and None where nothing is known."""

    case_id: int
    submitted_at: datetime
    project_id: int | None = None
    place: str = ""
    category: str = ""
    words: frozenset[str] = frozenset()
    """Words that tell what it is about, without those that every letter uses."""
    writer: str = ""
    """Keyed index of who wrote; the same again counts once. '' counts by itself."""


@dataclass(frozen=True)
class Settings:
    """A county's figures."""

    window_days: int = 7
    """Days up to now in which cases are taken together."""
    at_least: int = 5
    """From so many different writers they may be a hot spot."""
    baseline_days: int = 28
    """Days before the window that tell what is usual."""
    baseline_factor: float = 3.0
    """Only from so many times the usual number on."""

    @classmethod
    def of(cls, figures: Mapping[str, Any]) -> "Settings":
        """Read a county's figures; what is left out is the preset's.

        Raises ValueError for an unknown name, days below 1, fewer than two cases, or a factor
        below 1.
        """
        if unknown := figures.keys() - cls.__dataclass_fields__.keys():
            raise ValueError(f"unknown figures {sorted(unknown)}")
        settings = cls(**figures)
        days = min(settings.window_days, settings.baseline_days)
        if days < 1 or settings.at_least < 2 or settings.baseline_factor < 1:
            raise ValueError("days from 1, cases from 2, factor from 1 on")
        return settings


@dataclass(frozen=True)
class Alert:
    """Many cases on one thing: which, how they hang together, and from when to when."""

    scope: Scope
    key: str
    """Id of the project, key of the place, or code of the category."""
    case_ids: tuple[int, ...]
    """In order, each once."""
    first_at: datetime
    last_at: datetime
    usual: float = 0.0
    """Cases that were usual in as many days before, to show beside the number."""


def alerts(rows: Iterable[Row], settings: Settings, at: datetime) -> list[Alert]:
    """Return the hot spots as of `at`: by scope, the largest first, then by key.

    `rows` are the cases of window and baseline; older and later ones are left out, a case that
    comes twice counts once. The answer does not depend on their order.
    """
    begins = at - timedelta(days=settings.window_days)
    before = begins - timedelta(days=settings.baseline_days)
    known = {row.case_id: row for row in rows if before < row.submitted_at <= at}
    topic = _topics(known.values())
    recent: dict[tuple[Scope, str], list[Row]] = defaultdict(list)
    earlier: dict[tuple[Scope, str], list[Row]] = defaultdict(list)
    for row in known.values():
        for where in _keys(row, topic):
            (recent if row.submitted_at > begins else earlier)[where].append(row)
    found = []
    for where, some in recent.items():
        usual = _writers(earlier[where]) * settings.window_days / settings.baseline_days
        if _writers(some) >= max(settings.at_least, settings.baseline_factor * usual):
            found.append(_alert(where, some, usual))
    return _without_echoes(found)


def matches(existing: Alert, new: Alert) -> bool:
    """Whether `new` is the trouble that `existing` told of, so that this one grows.

    So it is for the same thing while its cases overlap or follow on without a break. For two
    things it is so when `alerts` would have left one of them out beside the other.
    """
    if (existing.scope, existing.key) == (new.scope, new.key):
        is_apart = new.first_at > existing.last_at or existing.first_at > new.last_at
        return not is_apart or _shared(existing, new) > 0
    told, echo = sorted((existing, new), key=_rank)
    return _is_echo(told, echo)


def grown(existing: Alert, new: Alert) -> Alert:
    """Return `existing` with the cases of `new`; what it is called stays."""
    return Alert(
        scope=existing.scope,
        key=existing.key,
        case_ids=tuple(sorted({*existing.case_ids, *new.case_ids})),
        first_at=min(existing.first_at, new.first_at),
        last_at=max(existing.last_at, new.last_at),
        usual=existing.usual,
    )


def _topics(rows: Iterable[Row]) -> dict[int, str]:
    """Return the category of each case: its own, else the one whose cases use its words.

    Two of its words must be used there. Most words win, then most uses, then the code.
    """
    rows = list(rows)
    uses: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        if row.category:
            for word in row.words:
                uses[word][row.category] += 1
    return {row.case_id: row.category or _topic(row.words, uses) for row in rows}


def _topic(words: frozenset[str], uses: Mapping[str, Counter[str]]) -> str:
    known: Counter[str] = Counter()
    weight: Counter[str] = Counter()
    for word in words & uses.keys():
        known.update(uses[word].keys())
        weight.update(uses[word])
    best = min(known, key=lambda code: (-known[code], -weight[code], code), default="")
    return best if known[best] >= WORDS_IN_COMMON else ""


def _keys(row: Row, topic: Mapping[int, str]) -> list[tuple[Scope, str]]:
    """Return under what a case is counted."""
    project = "" if row.project_id is None else str(row.project_id)
    keys = {Scope.PROJECT: project, Scope.PLACE: row.place, Scope.CATEGORY: topic[row.case_id]}
    return [(scope, key) for scope, key in keys.items() if key]


def _writers(rows: Iterable[Row]) -> int:
    """Return how many different people wrote: one who writes five times is no hot spot."""
    return len({row.writer or row.case_id for row in rows})


def _alert(where: tuple[Scope, str], rows: list[Row], usual: float) -> Alert:
    moments = [row.submitted_at for row in rows]
    ids = tuple(sorted(row.case_id for row in rows))
    return Alert(*where, ids, min(moments), max(moments), usual)


def _without_echoes(found: list[Alert]) -> list[Alert]:
    """Leave out what an earlier alert of the list already tells."""
    kept: list[Alert] = []
    for alert in sorted(found, key=_rank):
        if not any(_is_echo(earlier, alert) for earlier in kept):
            kept.append(alert)
    return kept


def _rank(alert: Alert) -> tuple[int, int, str]:
    return list(Scope).index(alert.scope), -len(alert.case_ids), alert.key


def _is_echo(told: Alert, alert: Alert) -> bool:
    """Whether nearly all cases of `alert` are already in `told`."""
    return _shared(told, alert) >= SAME_SHARE * len(alert.case_ids)


def _shared(one: Alert, other: Alert) -> int:
    return len({*one.case_ids} & {*other.case_ids})
