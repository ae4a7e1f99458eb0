"""What may be said of a promise: how much of it is done, built or complete, kept or late. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from portal.language import N_
from portal.projects.kinds import Nature, ProjectStatus, Stage

HUNDRED = Decimal(100)

_PRIVATE = re.compile(
    r"(?<![0-9])(?:1[3-9][0-9]{9}|[1-9][0-9]{5}(?:19|20)[0-9]{9}[0-9Xx])(?![0-9])"
)
"""A mobile number (11 digits) or a number of an identity card (18 signs, GB 11643)."""


class Completion(StrEnum):
    """How much of the whole promise is kept, from the first spade to the upkeep."""

    OPEN = "open"
    BUILT = "built"
    COMPLETE = "complete"


COMPLETION_LABELS = {
    Completion.OPEN: N_("未完成"),
    Completion.BUILT: N_("已建成，管护未移交"),
    Completion.COMPLETE: N_("已完成"),
}


def completion(status: ProjectStatus, nature: Nature, handed_over_on: date | None) -> Completion:
    """Return how much of the promise is kept.

    Works that are accepted but not handed over for upkeep are built, not complete
    (建管并重: 管护主体、资金、制度 belong to the promise). Services and policies have no upkeep.
    """
    if status is not ProjectStatus.COMPLETED:
        return Completion.OPEN
    if nature is Nature.WORKS and handed_over_on is None:
        return Completion.BUILT
    return Completion.COMPLETE


def item_rate(
    quantity: Decimal | None, done: Decimal | None, *, is_lower_better: bool
) -> Decimal | None:
    """Return how far an item is in percent, one decimal; None where that cannot be said.

    Without a target there is no rate, and never 0 %. For a ceiling the rate is 100 while it
    is kept, and target ÷ reached beyond it. Over 100 % is said as it is.
    """
    if quantity is None or done is None:
        return None
    if is_lower_better:
        if done <= quantity:
            return HUNDRED
        return share(quantity, done)
    return share(done, quantity) if quantity else None


def share(part: Decimal | int, whole: Decimal | int) -> Decimal | None:
    """Return `part` in percent of `whole`, one decimal; None of nothing."""
    if not whole:
        return None
    return _one_decimal(Decimal(part) * 100 / Decimal(whole))


class Promise(StrEnum):
    """Whether the promised day was kept."""

    OPEN = "open"
    OVERDUE = "overdue"
    KEPT = "kept"
    BROKEN = "broken"
    NONE = "none"


PROMISE_LABELS = {
    Promise.OPEN: N_("未到承诺日期"),
    Promise.OVERDUE: N_("已超过承诺日期"),
    Promise.KEPT: N_("按期兑现"),
    Promise.BROKEN: N_("晚于承诺日期完成"),
    Promise.NONE: N_("没有公布承诺日期"),
}


def promise_kept(promised_on: date | None, completed_on: date | None, day: date) -> Promise:
    """Return whether the first promised day was kept; later decisions do not move it."""
    if promised_on is None:
        return Promise.NONE
    if completed_on is not None:
        return Promise.KEPT if completed_on <= promised_on else Promise.BROKEN
    return Promise.OVERDUE if day > promised_on else Promise.OPEN


def furthest(stages: list[Stage]) -> Stage:
    """Return the furthest of the stages reached; a list on record is the least."""
    order = list(Stage)
    return max([Stage.LIST, *stages], key=order.index)


def is_reached(stage: Stage, wanted: Stage) -> bool:
    """Say whether a project that is at `stage` has come to `wanted` or beyond."""
    order = list(Stage)
    return order.index(stage) >= order.index(wanted)


def stage_of(status: ProjectStatus, stages: list[Stage]) -> Stage:
    """Return the furthest of the stages reached, or the one that the state of the work stands for.

    A list says that work has begun or is accepted, and names no day that could go on record.
    """
    implied = {
        ProjectStatus.IN_PROGRESS: [Stage.WORK],
        ProjectStatus.COMPLETED: [Stage.ACCEPTANCE],
    }
    return furthest([*stages, *implied.get(status, [])])


@dataclass(frozen=True)
class YearFigures:
    """The headline figures of a year's list, each with what it is a share of.

    Sources: 完成率 = completed ÷ all, 开工率 = begun (policies included) ÷ all (bulletin of
    Huichang, 10/2023: 26 of 65 = 40 %); 投资完成率 = work done in money ÷ the year's plan.
    """

    total: int
    complete: int
    built: int
    begun: int
    stopped: int
    planned_fen: int
    invested_fen: int
    invested_of: int
    """How many projects report what was invested; only their plan is in `planned_fen`."""

    @property
    def completion_rate(self) -> Decimal | None:
        """Complete ÷ all promised, percent. A stopped promise stays in the denominator."""
        return share(self.complete, self.total)

    @property
    def start_rate(self) -> Decimal | None:
        """Begun ÷ all promised, percent."""
        return share(self.begun, self.total)

    @property
    def investment_rate(self) -> Decimal | None:
        """Invested ÷ planned of the projects that report it, percent."""
        return share(self.invested_fen, self.planned_fen)


def percent_of_items(
    items: Sequence[tuple[Decimal | None, Decimal | None, bool]],
) -> Decimal | None:
    """Return the mean of the items' rates, each at most 100; None where none has a rate.

    An item is (target, done, whether lower is better). Capping keeps one item that is far over
    its target from hiding another that lags.
    """
    rates = [
        min(rate, HUNDRED)
        for quantity, done, lower in items
        if (rate := item_rate(quantity, done, is_lower_better=lower)) is not None
    ]
    return _one_decimal(sum(rates) / len(rates)) if rates else None


def _one_decimal(percent: Decimal) -> Decimal:
    return percent.quantize(Decimal("0.1"), ROUND_HALF_UP)


def without_private_numbers(text: str) -> str:
    """Return a text with its mobile and identity numbers masked; lines of offices stay."""
    return _PRIVATE.sub(lambda found: f"{found[0][:3]}****{found[0][-2:]}", text)
