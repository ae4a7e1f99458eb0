"""Reading figures from the counts, and ratings where single ones are meant."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from portal.county.queries import ratings as setting
from portal.projects.models import LISTED, Project
from portal.ratings.counts import Cut, Step
from portal.ratings.kinds import Channel, Dimension, Doubt, Proof, Standing
from portal.ratings.models import CommentVisibility, Rating, RatingPhoto, Score, Tally, Wave
from portal.ratings.rules import Change, Figure, change, figure, headline

Levels = dict[int, int]


@dataclass(frozen=True)
class WaveFigures:
    """What was said in one wave, by who stands behind it."""

    wave: Wave
    verified: Figure
    staff: Figure
    unverified: Figure
    change: Change | None
    """Against the wave before, verified ratings only; None where either is too small."""


@dataclass(frozen=True)
class FollowUpCounts:
    """What followed from bad ratings; each number is of `opened` unless its name says else."""

    opened: int
    with_contact: int
    called: int
    called_in_time: int
    remedied: int
    remedied_in_time: int
    replied: int
    better: int
    no_reply: int


@dataclass(frozen=True)
class Voices:
    """Everything a project's page says of ratings, read from the counts."""

    headline: Figure
    """Verified ratings of the wave that speaks for the project."""
    headline_wave: Wave | None
    waves: list[WaveFigures]
    dimensions: dict[Dimension, Figure]
    """Verified ratings of the headline wave."""
    channels: dict[Channel, dict[Proof, Figure]]
    """All counted ratings of the headline wave, by how they came and who stands behind them."""
    towns: dict[str, Figure]
    """Town code -> verified ratings of the headline wave."""
    set_aside: dict[Doubt, int]
    """Ratings of all waves that do not count, by class."""
    erased: int
    """Ratings of all waves that residents erased."""
    follow_up: FollowUpCounts

    @property
    def not_counted(self) -> int:
        """How many ratings do not count."""
        return sum(self.set_aside.values())


def figures(s: Session, project_ids: Sequence[int], day: date) -> dict[int, Figure]:
    """Return the headline figure of each of these projects, in one query."""
    minimum = setting(s, day)["minimum"]
    scores = s.scalars(select(Score).where(Score.project_id.in_(project_ids)))
    found = {score.project_id: figure(score.counts, minimum) for score in scores}
    return {i: found.get(i) or figure({}, minimum) for i in project_ids}


def figure_of_year(s: Session, year: int, day: date) -> Figure:
    """Return the headline figures of one year's list taken together."""
    levels = {
        level: func.coalesce(func.sum(getattr(Score, f"n{level}")), 0) for level in range(1, 6)
    }
    row = s.execute(
        select(*levels.values())
        .join(Project, Project.id == Score.project_id)
        .where(Project.year == year, LISTED)
    ).one()
    counts = dict(zip(levels, map(int, row), strict=True))
    return figure(counts, setting(s, day)["minimum"])


def voices(s: Session, project: Project, day: date) -> Voices:
    """Return all that is said of a project; the cost does not grow with its ratings."""
    minimum = setting(s, day)["minimum"]
    waves = list(s.scalars(select(Wave).where(Wave.project_id == project.id).order_by(Wave.number)))
    cells = _cells(s, project)
    totals = [_wave_figures(wave, cells, minimum) for wave in waves]
    compared = [
        WaveFigures(w.wave, w.verified, w.staff, w.unverified, change(b.verified, w.verified))
        if b
        else w
        for b, w in zip([None, *totals], totals, strict=False)
    ]
    chosen = headline([(n, w.verified) for n, w in enumerate(compared)])
    speaking = compared[chosen[0]].wave if chosen else None
    own = cells[speaking.id] if speaking else {}
    return Voices(
        headline=chosen[1] if chosen else figure({}, minimum),
        headline_wave=speaking,
        waves=compared,
        dimensions={d: figure(_levels(own, Cut.DIMENSION, d), minimum) for d in Dimension},
        channels={
            c: {p: figure(_levels(own, Cut.CHANNEL, c, p), minimum) for p in Proof} for c in Channel
        },
        towns={
            key: figure(_levels(own, Cut.TOWN, key), minimum)
            for key in sorted({key for cut, key, _, _ in own if cut == Cut.TOWN})
        },
        set_aside=_by_class(cells),
        erased=_sum(cells, Cut.ERASED),
        follow_up=FollowUpCounts(**{step.value: _sum(cells, Cut.FOLLOW_UP, step) for step in Step}),
    )


Cells = dict[tuple[str, str, Proof, int], int]
"""Cut, key, proof, level -> how many, of one wave."""


def _cells(s: Session, project: Project) -> dict[int, Cells]:
    rows = s.execute(
        select(Tally.wave_id, Tally.cut, Tally.key, Tally.proof, Tally.level, Tally.n)
        .join(Wave, Wave.id == Tally.wave_id)
        .where(Wave.project_id == project.id, Tally.n > 0)
    )
    found: dict[int, Cells] = defaultdict(dict)
    for wave_id, cut, key, proof, level, n in rows:
        found[wave_id][cut, key, proof, level] = n
    return found


def _wave_figures(wave: Wave, cells: dict[int, Cells], minimum: int) -> WaveFigures:
    verified, staff, unverified = (
        figure(_levels(cells[wave.id], Cut.TOTAL, "", proof), minimum)
        for proof in (Proof.VERIFIED, Proof.STAFF, Proof.NONE)
    )
    return WaveFigures(wave, verified, staff, unverified, None)


def _levels(cells: Cells, cut: Cut, key: str, proof: Proof = Proof.VERIFIED) -> Levels:
    return {level: cells.get((cut, key, proof, level), 0) for level in range(1, 6)}


def _sum(cells: dict[int, Cells], cut: Cut, key: str = "") -> int:
    return sum(
        n for own in cells.values() for (c, k, _, _), n in own.items() if (c, k) == (cut, key)
    )


def _by_class(cells: dict[int, Cells]) -> dict[Doubt, int]:
    found = {doubt: _sum(cells, Cut.DOUBT, doubt) for doubt in Doubt}
    return {doubt: n for doubt, n in found.items() if n}


def public_comments(s: Session, project: Project, limit: int = 20) -> list[Rating]:
    """Return the newest counted ratings with words or photos that a moderator let through."""
    return list(
        s.scalars(
            select(Rating)
            .where(
                Rating.project_id == project.id,
                Rating.comment_visibility == CommentVisibility.PUBLIC,
                Rating.standing == Standing.COUNTED,
            )
            .options(
                selectinload(Rating.photos).joinedload(RatingPhoto.file),
                joinedload(Rating.addition),
            )
            .order_by(Rating.id.desc())
            .limit(limit)
        )
    )
