"""The figures of the public moderation ledger. Pure.

A year's letters are those that came in it, whenever they were decided on. Four sets without an
overlap make up all of them: taken back by the writer, waiting for a moderator, refused, accepted.
What became of the accepted ones in public is again a set of sets without an overlap. So every
number has its denominator beside it, and the sums can be checked by hand.

Privacy. Why letters were refused is told by year only, and only where at least `FEWEST` were
refused: of fewer, a neighbour who knows that somebody wrote could read why they were turned
away. A month gives sums alone; otherwise what the year hides could be had by subtraction.
Reports of wrongdoing (举报) are in no other number than their own, and that one is not told
exactly below `FEWEST`: whoever fears one would read from it that there is exactly one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from decimal import ROUND_HALF_UP, Decimal

from portal.cases.kinds import REJECT_REASONS, AppealKind

FEWEST = 5
"""From how many on the reasons of refusal are told apart, and reports are told exactly."""

_TENTH = Decimal("0.1")


@dataclass(frozen=True)
class Tally:
    """What was counted of some letters; each field is a number of them unless it says so."""

    withdrawn: int = 0
    waiting: int = 0
    """No moderator has decided anything on it."""
    refused: int = 0
    accepted: int = 0

    public: int = 0
    """Of the accepted, as are the next four; these five make up the accepted."""
    no_consent: int = 0
    """Not public because the writer did not agree."""
    about_staff: int = 0
    """Not public because it is about a department or its people."""
    withheld: int = 0
    """Not public because a moderator decided so; the writer had agreed."""
    undecided: int = 0
    """Not public yet."""
    redacted: int = 0
    """Of the public, with a text that differs from what the writer wrote."""

    sent: int = 0
    """Handed to a department at least once."""
    sent_by_system: int = 0
    misrouted: int = 0
    """Of the sent, sent elsewhere by a person afterwards."""
    misrouted_by_system: int = 0
    returned: int = 0
    """Of the sent, handed back by a department at least once."""
    returns: int = 0
    """How often, over all of them."""

    refusals: int = 0
    """Refused, or refused until an appeal was granted; as are the next two."""
    withholdings: int = 0
    redactions: int = 0

    @property
    def received(self) -> int:
        """All but those the writers took back: the denominator of the first stage."""
        return self.waiting + self.refused + self.accepted

    @property
    def sent_by_person(self) -> int:
        """Sent first by a moderator."""
        return self.sent - self.sent_by_system

    @property
    def misrouted_by_person(self) -> int:
        """Of those sent first by a moderator, sent elsewhere afterwards."""
        return self.misrouted - self.misrouted_by_system

    def __add__(self, other: "Tally") -> "Tally":
        """Return the numbers of both together."""
        names = [field.name for field in fields(Tally)]
        return Tally(**{name: getattr(self, name) + getattr(other, name) for name in names})


@dataclass(frozen=True)
class Appeals:
    """What came of the appeals against one sort of decision."""

    decisions: int
    """Decisions that could be appealed against, those among them that were changed on appeal."""
    granted: int
    denied: int
    pending: int

    @property
    def filed(self) -> int:
        """All appeals: granted, denied and pending."""
        return self.granted + self.denied + self.pending

    @property
    def decided(self) -> int:
        """Granted and denied."""
        return self.granted + self.denied


@dataclass(frozen=True)
class Ledger:
    """A year's figures."""

    total: Tally
    months: dict[int, Tally]
    """1 to 12, those in which anything came; their sums are `total`."""
    reasons: dict[str, int] | None
    """Refusals by key of REJECT_REASONS, in its order, zeros included; None where not told."""
    appeals: dict[AppealKind, Appeals]
    reports: int | None
    """Reports of wrongdoing; None where there are some and fewer than FEWEST."""


def ledger(
    months: Mapping[int, Tally],
    reasons: Mapping[str, int],
    appeals: Mapping[tuple[AppealKind, bool | None], int],
    reports: int,
) -> Ledger:
    """Make a year's ledger of what was counted.

    `appeals` counts by what they are against and by outcome: granted, denied, None = pending.
    """
    total = sum(months.values(), Tally())
    return Ledger(
        total=total,
        months={month: months[month] for month in sorted(months)},
        reasons=_told_apart(reasons, total.refused),
        appeals={kind: _appeals(kind, total, appeals) for kind in AppealKind},
        reports=None if 0 < reports < FEWEST else reports,
    )


def percent(n: int, of: int) -> Decimal | None:
    """Return `n` ÷ `of` in percent, one decimal; None of nothing."""
    return (Decimal(n) * 100 / of).quantize(_TENTH, ROUND_HALF_UP) if of else None


def _told_apart(reasons: Mapping[str, int], refused: int) -> dict[str, int] | None:
    if 0 < refused < FEWEST:
        return None
    return {key: reasons.get(key, 0) for key in _keys(reasons)}


def _keys(reasons: Iterable[str]) -> list[str]:
    """The fixed list, and at its end what older rows may name that stands there no more."""
    return [*REJECT_REASONS, *sorted(set(reasons) - REJECT_REASONS.keys())]


def _appeals(
    kind: AppealKind, total: Tally, counted: Mapping[tuple[AppealKind, bool | None], int]
) -> Appeals:
    decisions = {
        AppealKind.REFUSAL: total.refusals,
        AppealKind.WITHHOLDING: total.withholdings,
        AppealKind.REDACTION: total.redactions,
    }
    granted, denied, pending = (counted.get((kind, outcome), 0) for outcome in (True, False, None))
    return Appeals(decisions[kind], granted, denied, pending)
