"""What may be said of a project's money. Pure; amounts are whole 分."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from portal.language import N_
from portal.projects.kinds import FundKind
from portal.projects.rules import share


class Pace(StrEnum):
    """How payments stand to the work."""

    EVEN = "even"
    AHEAD = "ahead"
    BEHIND = "behind"
    UNKNOWN = "unknown"


PACE_LABELS = {
    Pace.EVEN: N_("拨付与工程进度相当"),
    Pace.AHEAD: N_("拨付明显快于工程进度"),
    Pace.BEHIND: N_("拨付明显慢于工程进度"),
    Pace.UNKNOWN: N_("数据不足，无法比较拨付与进度"),
}


@dataclass(frozen=True)
class Money:
    """What is approved, in place and paid, and the same by kind of source."""

    approved: int
    in_place: int
    paid: int
    by_kind: dict[FundKind, tuple[int, int, int]]
    """Kind of source -> approved, in place, paid."""
    paid_unassigned: int
    """Paid without saying out of which source; in `paid` already."""

    @property
    def paid_percent(self) -> Decimal | None:
        """Paid in percent of approved; None where nothing is approved."""
        return share(self.paid, self.approved)

    @property
    def in_place_percent(self) -> Decimal | None:
        """In place in percent of approved; None where nothing is approved."""
        return share(self.in_place, self.approved)


def total(
    sources: Iterable[tuple[int, FundKind, int, int]], payments: Iterable[tuple[int | None, int]]
) -> Money:
    """Add up sources (id, kind, approved, in place) and payments made (source id, amount)."""
    kinds: dict[FundKind, list[int]] = {}
    kind_of: dict[int, FundKind] = {}
    for ident, kind, approved, in_place in sources:
        kind_of[ident] = kind
        sums = kinds.setdefault(kind, [0, 0, 0])
        sums[0] += approved
        sums[1] += in_place
    unassigned = 0
    paid = 0
    for source, amount in payments:
        paid += amount
        if source in kind_of:
            kinds[kind_of[source]][2] += amount
        else:
            unassigned += amount
    ordered = {k: tuple(kinds[k]) for k in FundKind if k in kinds}
    approved, in_place = (sum(v[i] for v in ordered.values()) for i in (0, 1))
    return Money(approved, in_place, paid, ordered, unassigned)


def faults(money: Money) -> list[str]:
    """Return, as marked texts, what cannot be: paid ≤ in place ≤ approved must hold."""
    found = []
    if money.in_place > money.approved:
        found.append(N_("到位资金多于批复资金。"))
    if money.paid > money.in_place:
        found.append(N_("已拨付资金多于到位资金。"))
    return found


def pace(paid_percent: Decimal | None, percent: Decimal | None, tolerance: Decimal) -> Pace:
    """Compare paid (percent of approved) with the work (percent), both capped at 100."""
    if paid_percent is None or percent is None:
        return Pace.UNKNOWN
    gap = paid_percent - min(percent, Decimal(100))
    if gap > tolerance:
        return Pace.AHEAD
    return Pace.BEHIND if -gap > tolerance else Pace.EVEN


def days_late(due_on: date | None, paid_on: date | None, day: date) -> int:
    """Return by how many days a payment came late, or is late on `day`; 0 when it is not."""
    if due_on is None:
        return 0
    return max(((paid_on or day) - due_on).days, 0)


def add_up(rows: Iterable[Mapping[FundKind, tuple[int, int, int]]]) -> dict[FundKind, list[int]]:
    """Add up projects' sums by kind, to the 分."""
    found: dict[FundKind, list[int]] = {kind: [0, 0, 0] for kind in FundKind}
    for row in rows:
        for kind, sums in row.items():
            for i, amount in enumerate(sums):
                found[kind][i] += amount
    return found
