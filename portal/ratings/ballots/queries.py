"""Reading ballots: of a year, of a project, and the staff's list."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from portal.paging import Page, fetch_page
from portal.ratings.ballots.models import Ballot, BallotLine
from portal.ratings.ballots.rules import (
    RULES,
    VERDICT_LABELS,
    VERDICT_TONES,
    Fault,
    Verdict,
    Votes,
    faults,
    head_faults,
    of_members,
    verdict,
)

PAGE_SIZE = 20


@dataclass(frozen=True)
class ShownLine:
    """One line of a ballot as pages show it."""

    ballot: Ballot
    place: int
    name: str
    """As published."""
    code: str | None
    """Code of the project meant; None where it is unknown or no longer shown."""
    votes: Votes
    verdict: Verdict
    faults: list[Fault]

    @property
    def label(self) -> str:
        """The verdict as a marked text."""
        return VERDICT_LABELS[self.verdict]

    @property
    def tone(self) -> str:
        """The tone of the verdict's tag."""
        return VERDICT_TONES[self.verdict]

    def percent(self, level: str) -> Decimal:
        """Return the votes of a level ('satisfied', 'basic', 'unsatisfied') ÷ all members."""
        return of_members(getattr(self.votes, level), self.ballot.members)


@dataclass(frozen=True)
class ShownBallot:
    """A ballot with its lines, what they come to, and what does not add up."""

    ballot: Ballot
    lines: list[ShownLine]
    faults: list[Fault]
    """Of the ballot as a whole."""
    summary: list[tuple[str, str, int]]
    """Each verdict with its label, its tone, and how many lines came to it."""

    @property
    def rule(self) -> dict[str, Any]:
        """The rule that the verdicts follow, as in `rules.RULES`."""
        return RULES[self.ballot.rule]

    @property
    def flagged(self) -> int:
        """How many lines do not add up."""
        return sum(bool(line.faults) for line in self.lines)


def shown(ballot: Ballot) -> ShownBallot:
    """Return the ballot with verdicts and faults worked out."""
    size = {"members": ballot.members, "present": ballot.present}
    lines = [_line(ballot, row) for row in ballot.lines]
    counted = Counter(line.verdict for line in lines)
    summary = [(VERDICT_LABELS[v], VERDICT_TONES[v], counted[v]) for v in Verdict]
    return ShownBallot(ballot, lines, head_faults(**size), summary)


def _line(ballot: Ballot, row: BallotLine) -> ShownLine:
    size = {"members": ballot.members, "present": ballot.present}
    is_listed = row.project is not None and row.project.withdrawn_at is None
    return ShownLine(
        ballot=ballot,
        place=row.sort_order,
        name=row.name,
        code=row.project.code if is_listed else None,
        votes=row.votes,
        verdict=verdict(row.votes, **size, rule=ballot.rule),
        faults=faults(row.votes, **size),
    )


def years(s: Session) -> list[int]:
    """Return the years that have a ballot, latest first."""
    return list(s.scalars(select(Ballot.year).distinct().order_by(Ballot.year.desc())))


def of_year(s: Session, year: int) -> list[ShownBallot]:
    """Return the ballots on a year's list, the latest first."""
    found = s.scalars(
        select(Ballot)
        .where(Ballot.year == year)
        .order_by(Ballot.held_on.desc(), Ballot.id.desc())
        .options(selectinload(Ballot.lines).joinedload(BallotLine.project))
    )
    return [shown(ballot) for ballot in found]


def of_project(s: Session, project_id: int) -> list[ShownLine]:
    """Return what ballots said of a project, the latest first; parts of it are lines too."""
    found = s.scalars(
        select(BallotLine)
        .join(BallotLine.ballot)
        .where(BallotLine.project_id == project_id)
        .order_by(Ballot.held_on.desc(), Ballot.id.desc(), BallotLine.sort_order)
        .options(joinedload(BallotLine.ballot), joinedload(BallotLine.project))
    )
    return [_line(row.ballot, row) for row in found]


def ballot_page(s: Session, after: str | None) -> Page:
    """Return a page of ballots for staff, the latest first."""
    order = [(Ballot.held_on, True), (Ballot.id, True)]
    return fetch_page(s, select(Ballot), order, after=after, size=PAGE_SIZE)


def line_counts(s: Session, ids: Sequence[int]) -> dict[int, int]:
    """Return how many lines each of these ballots has."""
    counted = (
        select(BallotLine.ballot_id, func.count())
        .where(BallotLine.ballot_id.in_(ids))
        .group_by(BallotLine.ballot_id)
    )
    return dict(s.execute(counted).all())
