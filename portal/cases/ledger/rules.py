"""The figures of the public moderation ledger. Pure.

A year's letters are those that came in it, whenever they were decided on. Four sets without an
overlap make up all of them: taken back by the writer, waiting for a moderator, refused, accepted.
What became of the accepted ones in public is again a set of sets without an overlap. So every
number has its denominator beside it, and the sums can be checked by hand.

Privacy. Why letters were refused or not published is told by year only, and only where at least
`FEWEST` were: of fewer, a neighbour who knows that somebody wrote could read why they were turned
away. A month gives sums alone; otherwise what the year hides could be had by subtraction.

Reports of wrongdoing (举报), and letters about a department or its people, are in no other number
than their own, and that one is told in steps of `FEWEST` alone, none and few alike. Whoever fears
such a letter would else read from the first that there is one, and from the difference between
the ledger and the cases they see themselves that it is about them (信访工作条例, art. 30).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from decimal import ROUND_HALF_UP, Decimal

from portal.cases.kinds import REJECT_REASONS, WITHHOLD_REASONS, AppealKind

FEWEST = 5
"""From how many on reasons are told apart; and the step in which hidden letters are told."""

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
    """Of the accepted, as are the next three; these four make up the accepted."""
    no_consent: int = 0
    """Not public because the writer did not agree."""
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
    """Refused, and not appealed against, or that appeal was granted before the letter was refused
    anew. With the appeals they are all such decisions; so are the next two."""
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
    """Decisions that stand, and those that an appeal was filed against, whatever came of it."""
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
    withheld: dict[str, int] | None
    """Non-publications by key of WITHHOLD_REASONS, in the same way; '' where none was noted."""
    appeals: dict[AppealKind, Appeals]
    files: int
    """Files that came with accepted letters."""
    files_withheld: int | None
    """Those that a moderator keeps from the public; None where they are some and fewer than
    FEWEST."""
    reports: int
    """Reports of wrongdoing, `rounded`; as are the next."""
    about_staff: int
    """Letters about a department or its people that are no reports."""


@dataclass(frozen=True)
class Hidden:
    """What was counted exactly and is told only `rounded`."""

    reports: int = 0
    about_staff: int = 0


def ledger(
    months: Mapping[int, Tally],
    reasons: Mapping[str, int],
    withheld: Mapping[str, int],
    appeals: Mapping[tuple[AppealKind, bool | None], int],
    files: tuple[int, int],
    hidden: Hidden,
) -> Ledger:
    """Make a year's ledger of what was counted.

    `appeals` counts by what they are against and by outcome: granted, denied, None = pending;
    `files` are all of them, and those that are withheld.
    """
    total = sum(months.values(), Tally())
    return Ledger(
        total=total,
        months={month: months[month] for month in sorted(months)},
        reasons=_told_apart(REJECT_REASONS, reasons, total.refused),
        withheld=_told_apart(WITHHOLD_REASONS, withheld, total.withheld),
        appeals={kind: _appeals(kind, total, appeals) for kind in AppealKind},
        files=files[0],
        files_withheld=None if 0 < files[1] < FEWEST else files[1],
        reports=rounded(hidden.reports),
        about_staff=rounded(hidden.about_staff),
    )


def rounded(n: int) -> int:
    """Return `n` rounded down to steps of FEWEST; 0 stands for none and for fewer than that."""
    return n - n % FEWEST


def percent(n: int, of: int) -> Decimal | None:
    """Return `n` ÷ `of` in percent, one decimal; None of nothing."""
    return (Decimal(n) * 100 / of).quantize(_TENTH, ROUND_HALF_UP) if of else None


def _told_apart(
    known: Iterable[str], counted: Mapping[str, int], all_of_them: int
) -> dict[str, int] | None:
    """The fixed list, and at its end what older rows may name that stands there no more."""
    if 0 < all_of_them < FEWEST:
        return None
    keys = [*known, *sorted(counted.keys() - set(known))]
    return {key: counted.get(key, 0) for key in keys}


def _appeals(
    kind: AppealKind, total: Tally, counted: Mapping[tuple[AppealKind, bool | None], int]
) -> Appeals:
    untouched = {
        AppealKind.REFUSAL: total.refusals,
        AppealKind.WITHHOLDING: total.withholdings,
        AppealKind.REDACTION: total.redactions,
    }
    granted, denied, pending = (counted.get((kind, outcome), 0) for outcome in (True, False, None))
    return Appeals(untouched[kind] + granted + denied + pending, granted, denied, pending)
