"""The scale of satisfaction and what may be said of some ratings. Pure.

Source of the five exact words and of what counts as a bad rating: 国办发〔2019〕51号 and its
provincial rules (差评 = 不满意 and 非常不满意). Silence is never counted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from portal.ratings.kinds import LEVEL_LABELS

SATISFIED_FROM = 3
"""基本满意 and better count as satisfied, as published headline rates do."""


@dataclass(frozen=True)
class Figure:
    """The count of each level, and the rate where there are enough ratings for one."""

    counts: dict[int, int]
    total: int
    satisfied: int
    rate: Decimal | None
    """Satisfied ÷ total in percent, one decimal; None below the minimum."""


def figure(counts: Mapping[int, int], minimum: int) -> Figure:
    """Return the figure of `counts` (level -> number); no rate below `minimum` ratings."""
    full = {level: counts.get(level, 0) for level in LEVEL_LABELS}
    total = sum(full.values())
    satisfied = sum(n for level, n in full.items() if level >= SATISFIED_FROM)
    rate = None
    if total and total >= minimum:
        rate = (Decimal(satisfied) * 100 / total).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return Figure(full, total, satisfied, rate)
