"""When a project can be rated. Pure: days, revisits and the county's setting are passed in.

Source: rating follows acceptance; Zhejiang's 民生码 ran in rounds of some months, Fujian's
2024 round for one month with the rest of the year open. Each revisit may ask again, so that
好不好 can be compared with 有没有.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from portal.ratings.kinds import WaveKind

ALWAYS, WINDOW = "always", "window"
MODES = (ALWAYS, WINDOW)


@dataclass(frozen=True)
class Timing:
    """How waves are opened in this county."""

    mode: str
    """ALWAYS: open until the next wave opens; WINDOW: for `days`."""
    days: int
    revisit_waves: bool
    """Whether each revisit that was made opens a wave."""

    @classmethod
    def of(cls, setting: Mapping[str, Any]) -> "Timing":
        """Read the county's setting `ratings`. Raises ValueError for an unknown mode."""
        if setting["mode"] not in MODES:
            raise ValueError(setting["mode"])
        return cls(setting["mode"], setting["days"], setting["revisit_waves"])


@dataclass(frozen=True)
class Window:
    """A span of days; `closes_on` is its last day, None leaves it open."""

    kind: WaveKind
    opens_on: date
    closes_on: date | None
    revisit_id: int | None = None

    def holds(self, day: date) -> bool:
        """Say whether one can rate on `day`."""
        return self.opens_on <= day and (self.closes_on is None or day <= self.closes_on)


def missing(
    stored: Sequence[Window],
    completed_on: date | None,
    revisits: Sequence[tuple[int, date]],
    timing: Timing,
    day: date,
) -> list[Window]:
    """Return the waves that should be on record by `day` and are not, the earliest first.

    `revisits` are (id, day made). A revisit opens no wave while a later wave is already on
    record (it was put in afterwards), nor on the very day another wave opened.
    """
    if completed_on is None or completed_on > day:
        return []
    found: list[Window] = []
    if not stored:
        found.append(_window(WaveKind.COMPLETION, completed_on, timing, None))
    if timing.revisit_waves:
        known = {w.revisit_id for w in stored}
        for ident, made in sorted(revisits, key=lambda r: (r[1], r[0])):
            last = max((w.opens_on for w in (*stored, *found)), default=completed_on)
            if ident not in known and last < made <= day:
                found.append(_window(WaveKind.REVISIT, made, timing, ident))
    return found


def closing(window: Window, following: date | None) -> date | None:
    """Return the last day of a wave when the next one opens on `following`."""
    if following is None:
        return window.closes_on
    before = following - timedelta(days=1)
    return before if window.closes_on is None else min(window.closes_on, before)


def _window(kind: WaveKind, opens_on: date, timing: Timing, revisit_id: int | None) -> Window:
    last = opens_on + timedelta(days=timing.days - 1) if timing.mode == WINDOW else None
    return Window(kind, opens_on, last, revisit_id)
