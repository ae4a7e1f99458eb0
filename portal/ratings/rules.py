"""What may be said of some ratings, and of two sets of them side by side. Pure.

Source of the five exact words and of what counts as a bad rating: 国办发〔2019〕51号 and its
provincial rules (差评 = 不满意 and 非常不满意).

Silence is never counted: a rate is satisfied ratings ÷ ratings given. How many were invited
appears nowhere in this module.

A rate of few ratings says little, so each stands with its interval, and nothing is called
better than something else unless the two intervals lie apart. The bounds compared are those
that are shown, to one decimal, so that every reader can check the comparison by hand.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from math import sqrt
from typing import Generic, TypeVar

from portal.language import N_
from portal.ratings.kinds import LEVEL_LABELS

SATISFIED_FROM = 3
"""基本满意 and better count as satisfied, as published headline rates do."""

Z95 = 1.959964
"""The standard normal deviate of a two-sided interval at 95 %."""

_TENTH = Decimal("0.1")

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True)
class Figure:
    """The count of each level, and the rate with its interval where there are enough ratings."""

    counts: dict[int, int]
    total: int
    satisfied: int
    rate: Decimal | None
    """Satisfied ÷ total in percent, one decimal; None below the minimum."""
    low: Decimal | None
    """Lower bound of the 95 % interval of the rate, percent, one decimal; None with the rate."""
    high: Decimal | None
    """Upper bound, likewise."""
    lower: float | None
    """The lower bound as a share of 1, not rounded: what lists are ordered by."""
    minimum: int
    """Fewer ratings than this carry no rate."""


def figure(counts: Mapping[int, int], minimum: int) -> Figure:
    """Return the figure of `counts` (level -> number); no rate below `minimum` ratings."""
    full = {level: counts.get(level, 0) for level in LEVEL_LABELS}
    total = sum(full.values())
    satisfied = sum(n for level, n in full.items() if level >= SATISFIED_FROM)
    if not total or total < minimum:
        return Figure(full, total, satisfied, None, None, None, None, minimum)
    lower, upper = wilson(satisfied, total)
    return Figure(
        counts=full,
        total=total,
        satisfied=satisfied,
        rate=_rounded(Decimal(satisfied) * 100 / total),
        low=_rounded(Decimal(lower) * 100),
        high=_rounded(Decimal(upper) * 100),
        lower=lower,
        minimum=minimum,
    )


def _rounded(percent: Decimal) -> Decimal:
    return percent.quantize(_TENTH, ROUND_HALF_UP)


def wilson(successes: int, n: int, z: float = Z95) -> tuple[float, float]:
    """Return the score interval of `successes` ÷ `n` as shares of 1; of nothing, (0, 1).

    Without continuity correction. It keeps within 0 and 1 and stays honest for few ratings and
    for rates near 100 %, where the usual p ± z·s.e. has no width at all.
    Source: E. B. Wilson (1927), J. Am. Stat. Assoc. 22:209-212; R. G. Newcombe (1998),
    Statistics in Medicine 17:857-872, method 3.
    Raises ValueError unless 0 <= successes <= n.
    """
    if not 0 <= successes <= n:
        raise ValueError(f"{successes} of {n}")
    if n == 0:
        return 0.0, 1.0
    p, zz = successes / n, z * z
    middle = (p + zz / (2 * n)) / (1 + zz / n)
    half = z * sqrt(p * (1 - p) / n + zz / (4 * n * n)) / (1 + zz / n)
    # Exactly 0 and 1 at the ends, and never beyond the share itself, whatever floats do.
    lower = 0.0 if successes == 0 else min(max(middle - half, 0.0), p)
    upper = 1.0 if successes == n else max(min(middle + half, 1.0), p)
    return lower, upper


def merged(figures: Iterable[Figure]) -> Figure:
    """Return the figure of all these ratings together; the highest of the minimums holds."""
    every = list(figures)
    sums = {level: sum(f.counts[level] for f in every) for level in LEVEL_LABELS}
    return figure(sums, max((f.minimum for f in every), default=0))


@dataclass(frozen=True)
class Tier(Generic[K]):
    """Where a thing can stand among others: anywhere from place `best` to place `worst`."""

    key: K
    figure: Figure
    best: int
    """1 + how many intervals lie wholly above this one."""
    worst: int
    """How many things are ranked, less those whose intervals lie wholly below this one."""

    @property
    def alike(self) -> int:
        """How many others cannot be told from this one: their intervals overlap with its own."""
        return self.worst - self.best


def tiers(figures: Mapping[K, Figure]) -> list[Tier[K]]:
    """Rank what has a rate, by the lower bound, highest first; each with its range of places.

    Things whose intervals overlap are never ranked as different. Overlap is not transitive (A
    may overlap with B and B with C while A lies above C), so no cut into groups is right, and
    each thing carries a range instead: the places it can take while everything keeps its order
    to those it can be told from. Two ranges that share no place belong to intervals that lie
    apart. Where the lower bound is equal, the order of `figures` is kept.

    Intervals of 95 % that lie apart are a stricter test than one at 5 % of the difference; among
    many comparisons that is wanted. Needs n·log n steps: two sorts, and two searches for each.
    """
    ranked = [(key, f) for key, f in figures.items() if f.rate is not None]
    ranked.sort(key=lambda pair: -pair[1].lower)
    lows = sorted(f.low for _key, f in ranked)
    highs = sorted(f.high for _key, f in ranked)
    n = len(ranked)
    return [
        Tier(key, f, best=1 + n - bisect_right(lows, f.high), worst=n - bisect_left(highs, f.low))
        for key, f in ranked
    ]


def headline(waves: Sequence[tuple[int, Figure]]) -> tuple[int, Figure] | None:
    """Return the wave (number, figure) that speaks for a project; None where there is none.

    The latest with enough ratings for a rate; else the latest with any; else the latest.
    """
    latest_first = sorted(waves, key=lambda wave: -wave[0])
    enough = [wave for wave in latest_first if wave[1].rate is not None]
    some = [wave for wave in latest_first if wave[1].total]
    return next(iter(enough + some + latest_first), None)


class Change(StrEnum):
    """How a later set of ratings stands to an earlier one."""

    BETTER = "better"
    WORSE = "worse"
    NO_DIFFERENCE = "no_difference"


CHANGE_LABELS = {
    Change.BETTER: N_("比上一轮明显提高"),
    Change.WORSE: N_("比上一轮明显下降"),
    Change.NO_DIFFERENCE: N_("与上一轮没有明显差别"),
}


def change(before: Figure, after: Figure) -> Change | None:
    """Compare two waves: different only where their intervals lie apart; None if either is small.

    "Small" is a figure without a rate.
    """
    if before.rate is None or after.rate is None:
        return None
    if after.low > before.high:
        return Change.BETTER
    return Change.WORSE if after.high < before.low else Change.NO_DIFFERENCE
