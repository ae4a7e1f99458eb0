"""What residents said of a year's list and of a town: read from the counts, in few queries."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from portal.county.queries import ratings as setting
from portal.errors import Invalid
from portal.language import N_
from portal.projects.kinds import ProjectStatus
from portal.projects.models import LISTED, Project
from portal.ratings.appeals.models import Appeal, Ruling
from portal.ratings.counts import NOT_ENOUGH, Cut, Step
from portal.ratings.kinds import Channel, Doubt, Proof
from portal.ratings.models import Rating, Score, Tally, Wave
from portal.ratings.queries import FollowUpCounts, Levels
from portal.ratings.rules import Figure, Tier, figure, tiers

PAGE_SIZE = 25

Key = tuple[float, int]
"""Where a project stands in a list: its lower bound negated, and its id."""


@dataclass(frozen=True)
class Place:
    """A project in a year's list by what its residents say."""

    project_id: int
    code: str
    name: str
    figure: Figure
    others: int
    """Ratings of the same wave that are not verified; in no figure of the list."""
    tier: Tier[int] | None
    """Between which places it stands; None with too few ratings, which have no place."""

    @property
    def key(self) -> Key:
        """Where it stands in the list, for paging."""
        lower = NOT_ENOUGH if self.tier is None else self.figure.lower
        return -lower, self.project_id


@dataclass(frozen=True)
class Ranking:
    """A year's completed projects by the lower bound, those with too few ratings behind them."""

    total: Figure
    """All verified ratings of these projects together."""
    ranked: list[Place]
    few: list[Place]

    @property
    def behind_ranked(self) -> str:
        """The cursor of the first project with too few ratings."""
        return _spelt(self.ranked[-1].key) if self.ranked else ""

    def page(self, after: str | None) -> tuple[list[Place], str | None]:
        """Return the places that come after a cursor, and the cursor of what follows.

        Raises Invalid for what is no cursor.
        """
        every = [*self.ranked, *self.few]
        start = bisect_right([place.key for place in every], _read(after)) if after else 0
        shown = every[start : start + PAGE_SIZE]
        return shown, _spelt(shown[-1].key) if start + PAGE_SIZE < len(every) else None


def _spelt(key: Key) -> str:
    return f"{key[0]!r}~{key[1]}"


def _read(cursor: str) -> Key:
    bound, _line, ident = cursor.partition("~")
    try:
        return float(bound), int(ident)
    except ValueError as error:
        raise Invalid(N_("这个翻页地址已失效，请从第一页开始。")) from error


def ranking(s: Session, year: int, day: date) -> Ranking:
    """Return a year's completed projects in the order of their lower bounds, in two queries."""
    minimum = setting(s, day)["minimum"]
    rows = s.execute(
        select(Project.id, Project.code, Project.name, *_LEVELS.values(), Score.others)
        .outerjoin(Score, Score.project_id == Project.id)
        .where(
            Project.year == year,
            LISTED,
            or_(Project.status == ProjectStatus.COMPLETED, Score.wave_id.is_not(None)),
        )
        .order_by(Project.id)
    ).all()
    found = {row.id: (row, figure(_levels(row), minimum)) for row in rows}
    placed = {t.key: t for t in tiers({ident: f for ident, (_row, f) in found.items()})}
    sums = {level: sum(f.counts[level] for _row, f in found.values()) for level in _LEVELS}
    behind = [ident for ident in found if ident not in placed]
    ranked, few = (
        [_place(*found[ident], placed.get(ident)) for ident in some] for some in (placed, behind)
    )
    return Ranking(figure(sums, minimum), ranked, few)


_LEVELS = {level: getattr(Score, f"n{level}") for level in range(5, 0, -1)}


def _levels(row: Any) -> Levels:
    return {level: getattr(row, f"n{level}") or 0 for level in _LEVELS}


def _place(row: Any, shown: Figure, tier: Tier[int] | None) -> Place:
    return Place(row.id, row.code, row.name, shown, row.others or 0, tier)


@dataclass(frozen=True)
class Parts:
    """What the waves that speak for a year's projects are made up of."""

    proofs: dict[Proof, Figure]
    towns: dict[str, Figure]
    """Town code -> verified ratings; '' for those of no town."""
    channels: dict[Channel, dict[Proof, Figure]]


def parts(s: Session, year: int, day: date) -> Parts:
    """Return the ratings behind a year's headline figures by proof, town and channel."""
    minimum = setting(s, day)["minimum"]
    rows = s.execute(
        select(Tally.cut, Tally.key, Tally.proof, Tally.level, func.sum(Tally.n))
        .where(_speaking(year), Tally.cut.in_((Cut.TOTAL, Cut.TOWN, Cut.CHANNEL)))
        .group_by(Tally.cut, Tally.key, Tally.proof, Tally.level)
    )
    cells: dict[tuple[str, str, Proof], Levels] = defaultdict(dict)
    for cut, key, proof, level, n in rows:
        cells[cut, key, proof][level] = int(n)

    def shown(cut: Cut, key: str, proof: Proof = Proof.VERIFIED) -> Figure:
        return figure(cells.get((cut, key, proof), {}), minimum)

    proofs = {proof: shown(Cut.TOTAL, "", proof) for proof in Proof}
    codes = sorted(key for cut, key, proof in cells if (cut, proof) == (Cut.TOWN, Proof.VERIFIED))
    towns = {code: shown(Cut.TOWN, code) for code in codes}
    told = {n: sum(f.counts[n] for f in towns.values()) for n in _LEVELS}
    rest = {level: n - told[level] for level, n in proofs[Proof.VERIFIED].counts.items()}
    return Parts(
        proofs=proofs,
        towns=towns | ({"": figure(rest, minimum)} if any(rest.values()) else {}),
        channels={c: {proof: shown(Cut.CHANNEL, c, proof) for proof in Proof} for c in Channel},
    )


def _speaking(year: int | None) -> ColumnElement[bool]:
    """Tallies of the waves that speak for the listed projects of a year, or of all.

    Said with IN, the database looks up a few counts of each wave; joined, SQLite reads them all.
    """
    waves = select(Score.wave_id).join(Project, Project.id == Score.project_id).where(LISTED)
    return Tally.wave_id.in_(waves.where(Project.year == year) if year else waves)


def figure_of_town(s: Session, code: str, year: int | None, day: date) -> Figure:
    """Return the verified ratings given in a town, of one year's projects or of all.

    Of a town are ratings of its projects, and those given at its sites of other projects.
    """
    rows = s.execute(
        select(Tally.level, func.sum(Tally.n))
        .where(
            _speaking(year),
            Tally.cut == Cut.TOWN,
            Tally.key == code,
            Tally.proof == Proof.VERIFIED,
        )
        .group_by(Tally.level)
    )
    counts = {level: int(n) for level, n in rows}
    return figure(counts, setting(s, day)["minimum"])


@dataclass(frozen=True)
class Apart:
    """Ratings of all waves that are in no figure, and what followed from bad ones."""

    received: int
    """All that came, whatever became of them; those erased are no longer among them."""
    set_aside: dict[Doubt, int]
    erased: int
    follow_up: FollowUpCounts

    @property
    def not_counted(self) -> int:
        """How many ratings do not count."""
        return sum(self.set_aside.values())


def apart(s: Session, year: int) -> Apart:
    """Return what of a year's projects does not count, and how bad ratings were followed up."""
    cuts = (Cut.TOTAL, Cut.DOUBT, Cut.ERASED, Cut.FOLLOW_UP)
    waves = select(Wave.id).join(Project).where(Project.year == year, LISTED)
    rows = s.execute(
        select(Tally.cut, Tally.key, func.sum(Tally.n))
        .where(Tally.wave_id.in_(waves), Tally.cut.in_(cuts))
        .group_by(Tally.cut, Tally.key)
    )
    found = {(cut, key): int(n) for cut, key, n in rows}
    doubts = {doubt: found.get((Cut.DOUBT, doubt), 0) for doubt in Doubt}
    return Apart(
        received=found.get((Cut.TOTAL, ""), 0) + sum(doubts.values()),
        set_aside={doubt: n for doubt, n in doubts.items() if n},
        erased=found.get((Cut.ERASED, ""), 0),
        follow_up=FollowUpCounts(**{step: found.get((Cut.FOLLOW_UP, step), 0) for step in Step}),
    )


@dataclass(frozen=True)
class AppealCounts:
    """What departments appealed against, and what the inspection office made of it."""

    filed: int
    upheld: int
    dismissed: int
    disputed: int
    """Not decided yet; the ratings count meanwhile."""
    moot: int
    """Undecided, and the resident has erased the rating."""


def appeals(s: Session, where: Sequence[ColumnElement[bool]]) -> AppealCounts:
    """Return the counts of appeals against ratings of the projects that meet `where`."""
    rows = s.execute(
        select(Appeal.ruling, func.count(), func.count().filter(Rating.is_disputed))
        .join(Rating, Rating.id == Appeal.rating_id)
        .join(Project, Project.id == Appeal.project_id)
        .where(*where)
        .group_by(Appeal.ruling)
    )
    found = {ruling: (n, disputed) for ruling, n, disputed in rows}
    waiting, disputed = found.get(None, (0, 0))
    return AppealCounts(
        filed=sum(n for n, _disputed in found.values()),
        upheld=found.get(Ruling.UPHELD, (0, 0))[0],
        dismissed=found.get(Ruling.DISMISSED, (0, 0))[0],
        disputed=disputed,
        moot=waiting - disputed,
    )
