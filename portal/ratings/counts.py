"""The counts kept of ratings: moved with every change, and checked against a recount.

Whoever changes ratings or follow-ups of a project does it inside `moving`, which first takes
the project's row of `rating_score`: changes of one project happen one after the other, so
that counts and headline are exact on both databases.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum

from sqlalchemy import FromClause, case, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal.ratings.followups.models import FollowUp
from portal.ratings.followups.workflow import Close
from portal.ratings.kinds import LEVEL_LABELS, Proof, Standing
from portal.ratings.models import Rating, Score, Tally, Wave
from portal.ratings.rules import figure, headline

NOT_ENOUGH = -1.0
"""Lower bound of a project with too few ratings: such projects stand last, unranked."""


class Cut(StrEnum):
    """What a count is of."""

    TOTAL = "total"
    CHANNEL = "channel"
    TOWN = "town"
    DIMENSION = "dimension"
    DOUBT = "doubt"
    ERASED = "erased"
    FOLLOW_UP = "follow_up"


class Step(StrEnum):
    """What is counted of follow-ups, each of all that were opened."""

    OPENED = "opened"
    WITH_CONTACT = "with_contact"
    CALLED = "called"
    CALLED_IN_TIME = "called_in_time"
    REMEDIED = "remedied"
    REMEDIED_IN_TIME = "remedied_in_time"
    REPLIED = "replied"
    BETTER = "better"
    NO_REPLY = "no_reply"


_KEY = ("wave_id", "cut", "key", "proof", "level")

Cell = tuple[int, str, str, Proof, int]
"""Key of a tally: wave, cut, key, proof, level."""


def cells_of_rating(r: Rating) -> list[Cell]:
    """Return the counts that a rating is in."""
    if r.standing is Standing.ERASED:
        return [(r.wave_id, Cut.ERASED, "", r.proof, r.level)]
    if r.standing is not Standing.COUNTED:
        return [(r.wave_id, Cut.DOUBT, str(r.doubt), r.proof, r.level)]
    found: list[Cell] = [
        (r.wave_id, Cut.TOTAL, "", r.proof, r.level),
        (r.wave_id, Cut.CHANNEL, r.channel, r.proof, r.level),
    ]
    if r.town_code:
        found.append((r.wave_id, Cut.TOWN, r.town_code, r.proof, r.level))
    return found + [(r.wave_id, Cut.DIMENSION, d, r.proof, n) for d, n in r.marks.items()]


def cells_of_follow_up(f: FollowUp) -> list[Cell]:
    """Return the counts that a follow-up is in; one that was stopped is in none."""
    if f.state == "void":
        return []
    steps = {
        Step.OPENED: True,
        Step.WITH_CONTACT: f.has_contact,
        Step.CALLED: f.called_at is not None,
        Step.CALLED_IN_TIME: bool(f.was_called_in_time),
        Step.REMEDIED: f.remedied_at is not None,
        Step.REMEDIED_IN_TIME: bool(f.was_remedied_in_time),
        Step.REPLIED: f.replied_at is not None,
        Step.BETTER: f.closing is Close.BETTER,
        Step.NO_REPLY: f.closing is Close.NO_REPLY,
    }
    return [(f.wave_id, Cut.FOLLOW_UP, step, f.proof, 0) for step, holds in steps.items() if holds]


class Moving:
    """Ratings and follow-ups whose counts move when the block ends."""

    def __init__(self) -> None:
        """Begin with nothing watched."""
        self._before: Counter[Cell] = Counter()
        self._watched: dict[int, Rating | FollowUp] = {}
        self._levels: dict[int, tuple[Proof, int]] = {}

    def watch(self, *things: Rating | FollowUp) -> None:
        """Note the counts of things before they change. Each thing once is enough."""
        for thing in things:
            if id(thing) not in self._watched:
                self._watched[id(thing)] = thing
                self._before.update(cells_of(thing))
                if isinstance(thing, Rating) and thing.standing is Standing.COUNTED:
                    self._levels[id(thing)] = thing.proof, thing.level

    def added(self, *things: Rating | FollowUp) -> None:
        """Note things that are new: they were in no count before."""
        self._watched |= {id(thing): thing for thing in things}

    def level_before(self, rating: Rating) -> int | None:
        """Return with which level a watched rating stands in the counts of its proof, or None."""
        proof, level = self._levels.get(id(rating), (None, None))
        return level if proof is rating.proof else None

    def difference(self) -> dict[Cell, int]:
        """Return by how much each count has moved."""
        after: Counter[Cell] = Counter()
        for thing in self._watched.values():
            after.update(cells_of(thing))
        cells = {*after, *self._before}
        moved = {cell: after[cell] - self._before[cell] for cell in cells}
        return {cell: n for cell, n in sorted(moved.items()) if n}


def cells_of(thing: Rating | FollowUp) -> list[Cell]:
    """Return the counts that a rating or a follow-up is in."""
    return cells_of_rating(thing) if isinstance(thing, Rating) else cells_of_follow_up(thing)


@contextmanager
def moving(s: Session, project_id: int, minimum: int) -> Iterator[Moving]:
    """Change ratings or follow-ups of one project; the counts follow on the way out.

    Load what is to change inside the block: before it, somebody else may still be writing.
    """
    lock(s, project_id)
    moves = Moving()
    yield moves
    s.flush()
    move(s, moves.difference())
    renew(s, project_id, minimum)


def lock(s: Session, project_id: int) -> None:
    """Let changes of one project happen one after the other."""
    empty = {f"n{level}": 0 for level in LEVEL_LABELS}
    s.execute(
        _insert(s, Score)
        .values(project_id=project_id, others=0, set_aside=0, lower=NOT_ENOUGH, **empty)
        .on_conflict_do_nothing(index_elements=[Score.project_id])
    )
    locked = select(Score).where(Score.project_id == project_id).with_for_update()
    s.scalars(locked, execution_options={"populate_existing": True}).one()


def move(s: Session, difference: dict[Cell, int]) -> None:
    """Add to the counts what has come, and take what has gone."""
    if not difference:
        return
    rows = [dict(zip(_KEY, cell, strict=True)) | {"n": n} for cell, n in sorted(difference.items())]
    insert = _insert(s, Tally.__table__)
    s.execute(
        insert.on_conflict_do_update(
            index_elements=_KEY, set_={"n": Tally.__table__.c.n + insert.excluded.n}
        ),
        rows,
    )


def renew(s: Session, project_id: int, minimum: int) -> None:
    """Make a project's headline anew from the counts."""
    score = s.get_one(Score, project_id)
    for name, value in _headline(s, project_id, minimum).items():
        setattr(score, name, value)
    s.flush()


def _headline(s: Session, project_id: int, minimum: int) -> dict[str, int | float | None]:
    """Return the columns of a score as the counts give them."""
    waves, set_aside = _totals(s, project_id)
    chosen = headline([(n, figure(levels, minimum)) for n, (_, levels, _) in waves.items()])
    wave_id, levels, others = waves[chosen[0]] if chosen else (None, {}, 0)
    shown = figure(levels, minimum)
    return {
        "wave_id": wave_id,
        "others": others,
        "set_aside": set_aside,
        "lower": NOT_ENOUGH if shown.lower is None else shown.lower,
        **{f"n{level}": n for level, n in shown.counts.items()},
    }


def _totals(s: Session, project_id: int) -> tuple[dict[int, tuple[int, dict[int, int], int]], int]:
    """Return wave number -> its id, verified ratings by level, and how many others count;
    and how many ratings of all waves do not."""
    verified = func.sum(case((Tally.proof == Proof.VERIFIED, Tally.n), else_=0))
    rows = s.execute(
        select(Wave.number, Wave.id, Tally.cut, Tally.level, verified, func.sum(Tally.n))
        .join(Tally, (Tally.wave_id == Wave.id) & Tally.cut.in_((Cut.TOTAL, Cut.DOUBT)))
        .where(Wave.project_id == project_id)
        .group_by(Wave.number, Wave.id, Tally.cut, Tally.level)
        .order_by(Wave.number)
    )
    found: dict[int, tuple[int, dict[int, int], int]] = {}
    set_aside = 0
    for number, ident, cut, level, n, every in rows:
        if cut == Cut.DOUBT:
            set_aside += int(every)
            continue
        _, levels, others = found.get(number, (ident, {}, 0))
        found[number] = (ident, levels | {level: int(n)}, others + int(every) - int(n))
    return found, set_aside


def recounted(s: Session, project_ids: Sequence[int]) -> Counter[Cell]:
    """Return the counts of these projects as their ratings and follow-ups give them."""
    found: Counter[Cell] = Counter()
    for model in (Rating, FollowUp):
        things = s.scalars(
            select(model).where(model.project_id.in_(project_ids)).execution_options(yield_per=1000)
        )
        for thing in things:
            found.update(cells_of(thing))
    return found


def kept(s: Session, project_ids: Sequence[int]) -> Counter[Cell]:
    """Return the counts of these projects as they are kept, empty ones left out."""
    rows = s.execute(
        select(Tally.wave_id, Tally.cut, Tally.key, Tally.proof, Tally.level, Tally.n)
        .join(Wave, Wave.id == Tally.wave_id)
        .where(Wave.project_id.in_(project_ids), Tally.n != 0)
    )
    return Counter({tuple(row[:5]): row.n for row in rows})


def is_wrong(s: Session, project_id: int, minimum: int) -> bool:
    """Say whether the counts or the headline kept of a project differ from its ratings."""
    lock(s, project_id)
    score = s.get_one(Score, project_id)
    shown = _headline(s, project_id, minimum)
    return recounted(s, [project_id]) != kept(s, [project_id]) or any(
        getattr(score, name) != value for name, value in shown.items()
    )


def recount(s: Session, project_ids: Iterable[int], minimum: int) -> int:
    """Make the counts of these projects anew; return how many of them were wrong."""
    wrong = 0
    for project_id in project_ids:
        wrong += is_wrong(s, project_id, minimum)
        waves = select(Wave.id).where(Wave.project_id == project_id)
        s.execute(delete(Tally).where(Tally.wave_id.in_(waves)))
        move(s, dict(recounted(s, [project_id])))
        renew(s, project_id, minimum)
    return wrong


def _insert(s: Session, model: type | FromClause) -> postgresql.Insert | sqlite.Insert:
    flavour = postgresql if s.get_bind().dialect.name == "postgresql" else sqlite
    return flavour.insert(model)
