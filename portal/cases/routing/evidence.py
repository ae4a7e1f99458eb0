"""Putting together all that speaks for a department, and how sure one can be of it. Pure.

It starts from what the learned model says of the text, or from "any of them" where there is no
model, and multiplies by a factor for each piece of evidence; what a department then has of the
whole is its share. A factor is chosen so that with nothing else known `f` leaves a share of
`(f - 1) / f` among many departments (among few it is likelier anyway):

| evidence | factor | share by itself |
|---|---|---|
| leads the project | 13 | 92 % |
| in charge of the category in that town on that day | 7 | 86 % |
| named in the text | 4 | 75 % |
| words of its duties in the text | 1 + 0.2 a character, at most 3.4 | 29 to 71 % |
| a name that is an ordinary word too | 1.3 | 23 % |
| had similar cases | 1 + 2 for the same text, at most 9 together | up to 89 % |
| handed this very case back | 0.05 | |

The first five are the points of `routing.rules`, a tenth each. How much a factor weighs depends
on how many departments are in question at the start (the inverse of the sum of the squared
shares): all of them without a model, little more than one when the model is sure. So evidence
settles what is open, and when it contradicts a sure model neither is sure afterwards, and a
person decides.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import prod

from portal.language import N_
from portal.routing.rules import SUGGESTIONS_AT_MOST, Reason, Sign

POINTS = 10
"""So many points of `routing.rules` are worth 1 in a factor."""

ALIKE, ALIKE_AT_MOST = 2.0, 8.0
"""What similar cases add to a factor: for each its likeness (0 to 1) times this; and the most."""

HANDED_BACK = 0.05
"""A department that said with its reasons that the case is not its own is seldom wrong."""

UNKNOWN = 0.1
"""Share of the start that all departments have alike: the model knows only those it learned."""

HEARD = 0.05
"""What a department that any evidence speaks for has at the start at least, whatever the model
says: a duty that was handed on last week is in the category table and in no letter yet."""

TELLS = 0.1
"""From this probability on the model's word is a reason by itself."""

BY_RULE = 0.9
"""Share of the office that a rule puts first; what else speaks for others is the rest."""

BY_LIKE = N_("相似的诉求%(of)s件中有%(n)s件由该单位办理")
BY_RETURN = N_("该单位曾退回这件诉求")
BY_CONFLICT = N_("诉求反映的是承办单位或其工作人员，按本县规定由该单位办理")


SUREST = 0.99
"""No share is higher: who sets a confidence of 100 % means never."""


@dataclass(frozen=True)
class Evidence:
    """What one piece says for (above 1) or against (below 1) a department, and in words."""

    department: str
    factor: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Ranked:
    """A department, its share of the whole (0 to 1), and the reasons, strongest first."""

    department: str
    share: float
    reasons: tuple[Reason, ...]
    learned: float = 0.0
    """What the model gave it, 0 to 1."""


def of_rules(signs: Iterable[Sign]) -> list[Evidence]:
    """Turn what `routing.rules` found into evidence."""
    return [Evidence(one.department, 1 + one.points / POINTS, one.reasons) for one in signs]


def of_similar(found: Sequence[tuple[str, float]]) -> list[Evidence]:
    """Turn similar cases, each a department and a likeness from 0 to 1, into evidence."""
    likeness: dict[str, list[float]] = {}
    for department, score in found:
        likeness.setdefault(department, []).append(score)
    return [
        Evidence(
            department,
            1 + min(ALIKE_AT_MOST, ALIKE * sum(scores)),
            (Reason(BY_LIKE, {"of": str(len(found)), "n": str(len(scores))}),),
        )
        for department, scores in likeness.items()
    ]


def of_returns(departments: Iterable[str]) -> list[Evidence]:
    """Turn the departments that handed the case back into evidence against them."""
    return [Evidence(code, HANDED_BACK, (Reason(BY_RETURN),)) for code in departments]


def combine(
    departments: Sequence[str],
    evidence: Iterable[Evidence],
    learned: Mapping[str, float] | None = None,
    *,
    first: str | None = None,
    most: int = SUGGESTIONS_AT_MOST,
) -> list[Ranked]:
    """Return up to `most` of `departments` with their shares, best first.

    What is said of others than `departments` (closed ones, those complained about) is left
    aside. `learned` are the model's probabilities. `first` is put first by a rule of the
    county. Only what has a reason for it is returned; equals stay in their given order.
    """
    of_unit: dict[str, list[Evidence]] = {code: [] for code in departments}
    for one in evidence:
        if one.department in of_unit:
            of_unit[one.department].append(one)
    spoken_for = {code for code, some in of_unit.items() if any(e.factor > 1 for e in some)}
    start = _start(departments, learned or {}, spoken_for)
    open_ones = 1 / sum(share * share for share in start.values()) if start else 0.0
    weights = {code: start[code] * _weight(some, open_ones) for code, some in of_unit.items()}
    shares = _led(_shares(weights), first)
    ranked = [
        Ranked(code, min(SUREST, shares[code]), _reasons(of_unit[code], code == first), known)
        for code in departments
        for known in [(learned or {}).get(code, 0.0)]
        if code == first or known >= TELLS or code in spoken_for
    ]
    return sorted(ranked, key=lambda one: (one.department != first, -one.share))[:most]


def _start(
    departments: Sequence[str], learned: Mapping[str, float], spoken_for: Collection[str]
) -> dict[str, float]:
    """Return what each department has before any evidence, together 1."""
    if not departments:
        return {}
    if not learned:
        return dict.fromkeys(departments, 1 / len(departments))
    said = {code: learned.get(code, 0.0) for code in departments}
    told = min(1.0, sum(said.values()))  # what it gave to others tells nothing of these
    even = (1 - told + UNKNOWN) / len(departments)
    start = _shares({code: share + even for code, share in said.items()})
    heard = {code: max(start[code], HEARD * told) for code in spoken_for}
    return _shares(start | heard)


def _weight(evidence: Iterable[Evidence], open_ones: float) -> float:
    """Return what the evidence for one department multiplies its start with."""
    factors = [one.factor for one in evidence]
    speaking = prod(factor for factor in factors if factor > 1)
    return (1 + open_ones * (speaking - 1)) * prod(factor for factor in factors if factor < 1)


def _shares(weights: Mapping[str, float]) -> dict[str, float]:
    total = sum(weights.values())
    return {code: weight / total for code, weight in weights.items()} if total else dict(weights)


def _led(shares: Mapping[str, float], first: str | None) -> dict[str, float]:
    """Give the office that a rule names its share, and the others what they have of the rest."""
    if first not in shares:
        return dict(shares)
    others = _shares({code: share for code, share in shares.items() if code != first})
    rest = {code: share * (1 - BY_RULE) for code, share in others.items()}
    return rest | {first: BY_RULE if others else 1.0}


def _reasons(evidence: Iterable[Evidence], is_first: bool) -> tuple[Reason, ...]:
    ordered = sorted(evidence, key=lambda one: -one.factor)
    told = tuple(reason for one in ordered for reason in one.reasons)
    return (Reason(BY_CONFLICT), *told) if is_first else told
