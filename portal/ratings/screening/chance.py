"""How likely something is by chance alone. Pure.

Fisher's exact test: R. A. Fisher, Statistical Methods for Research Workers, 1934, section 21.02.
Both are summed in logarithms, because the ways to choose 200 of 400 are more than a float holds
with all its figures.
"""

import math


def binomial_tail(hits: int, of: int, share: float) -> float:
    """Return how likely `hits` or more of `of` are where each is one with chance `share`.

    `share` lies between 0 and 1, both excluded.
    """
    odds = math.log(share) - math.log1p(-share)
    logs = [_ways(of, n) + n * odds for n in range(max(hits, 0), of + 1)]
    return min(math.fsum(map(math.exp, (log + of * math.log1p(-share) for log in logs))), 1.0)


def fisher_tail(hits: int, of: int, agree: int, rest: int) -> float:
    """Return how likely it is that `hits` or more of all who agree fall among `of`.

    All are `of` + `rest`, those who agree `hits` + `agree`: Fisher's exact test, one-sided.
    """
    total, agreeing = of + rest, hits + agree
    every = _ways(total, of)
    some = range(hits, min(of, agreeing) + 1)
    logs = [_ways(agreeing, n) + _ways(total - agreeing, of - n) - every for n in some]
    return min(math.fsum(map(math.exp, logs)), 1.0)


def _ways(of: int, some: int) -> float:
    """Logarithm of the number of ways to choose; nothing can be chosen from fewer."""
    if not 0 <= some <= of:
        return -math.inf
    return math.lgamma(of + 1) - math.lgamma(some + 1) - math.lgamma(of - some + 1)
