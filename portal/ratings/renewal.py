"""Making every headline anew when the county changes from how many ratings on a rate is shown."""

from collections import defaultdict

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.ratings.counts import NOT_ENOUGH, Cut
from portal.ratings.kinds import Proof
from portal.ratings.models import Score, Tally, Wave
from portal.ratings.rules import Figure, figure, headline

Waves = dict[int, tuple[int, dict[int, int], int]]
"""Number of a wave in its project -> its id, verified ratings by level, how many others count."""


def renew_all(s: Session, minimum: int) -> int:
    """Choose and work out the headline of every rated project anew; return how many moved.

    The counts stay as they are. Three statements, and one update for all that moved, whatever
    the number of projects. Every score is locked until the transaction ends, in the order in
    which whoever changes several projects locks them.
    """
    locked = select(Score).order_by(Score.project_id).with_for_update()
    scores = list(s.scalars(locked.execution_options(populate_existing=True)))
    waves = _waves(s)
    moved = []
    for score in scores:
        new = _new(waves.get(score.project_id, {}), minimum)
        if any(getattr(score, name) != value for name, value in new.items()):
            moved.append({"project_id": score.project_id} | new)
    if moved:
        s.execute(update(Score), moved)
        s.expire_all()
    return len(moved)


def _waves(s: Session) -> dict[int, Waves]:
    rows = s.execute(
        select(Wave.project_id, Wave.number, Wave.id, Tally.proof, Tally.level, Tally.n)
        .join(Tally, Tally.wave_id == Wave.id)
        .where(Tally.cut == Cut.TOTAL)
        .order_by(Wave.project_id, Wave.number)
    )
    found: dict[int, Waves] = defaultdict(dict)
    for project_id, number, ident, proof, level, n in rows:
        _, levels, others = found[project_id].get(number, (ident, {}, 0))
        if proof is Proof.VERIFIED:
            levels = levels | {level: n}
        else:
            others += n
        found[project_id][number] = (ident, levels, others)
    return found


def _new(waves: Waves, minimum: int) -> dict[str, float | int | None]:
    """Return the columns of a score as `counts.renew` would set them."""
    chosen = headline([(n, figure(levels, minimum)) for n, (_, levels, _) in waves.items()])
    wave_id, levels, others = waves[chosen[0]] if chosen else (None, {}, 0)
    shown: Figure = figure(levels, minimum)
    lower = NOT_ENOUGH if shown.lower is None else shown.lower
    counted = {f"n{level}": n for level, n in shown.counts.items()}
    return {"wave_id": wave_id, "others": others, "lower": lower} | counted
