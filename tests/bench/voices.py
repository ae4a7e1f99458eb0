"""Ratings by the million, invented and always the same, with the counts they would leave.

Rows are written in bulk; the counts come from the very function that the acts use, so that
what is measured reads what a real county would have.
"""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from types import SimpleNamespace
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from portal.ratings import counts
from portal.ratings.kinds import Channel, Dimension, Proof, Standing, WaveKind
from portal.ratings.models import CommentVisibility, Rating, Score, Tally, Wave

BATCH = 20_000
MINIMUM = 10
LEVELS, WEIGHTS = (5, 4, 3, 2, 1), (40, 30, 15, 10, 5)
KEY = ("wave_id", "cut", "key", "proof", "level")


def add(s: Session, projects: Sequence[dict[str, Any]], number: int) -> None:
    """Put `number` ratings on record, spread evenly over the completed `projects`."""
    opened = [
        {
            "project_id": p["id"],
            "number": 1,
            "kind": WaveKind.COMPLETION,
            "opens_on": p["completed_on"],
            "invited_at": datetime.combine(p["completed_on"], datetime.min.time(), UTC),
            "version": 1,
        }
        for p in projects
    ]
    s.execute(insert(Wave), opened)
    waves = dict(s.execute(select(Wave.project_id, Wave.id)).all())
    tallies: Counter[counts.Cell] = Counter()
    rows = _rows(projects, waves, number, tallies)
    while batch := list(islice(rows, BATCH)):
        s.execute(insert(Rating), batch)
    cells = [dict(zip(KEY, cell, strict=True)) | {"n": n} for cell, n in tallies.items()]
    for first in range(0, len(cells), BATCH):
        s.execute(insert(Tally), cells[first : first + BATCH])
    empty = {f"n{level}": 0 for level in LEVELS} | {"others": 0, "set_aside": 0, "lower": -1.0}
    s.execute(insert(Score), [{"project_id": p["id"]} | empty for p in projects])
    for p in projects:
        counts.renew(s, p["id"], MINIMUM)
    s.flush()


def _rows(
    projects: Sequence[dict[str, Any]],
    waves: dict[int, int],
    number: int,
    tallies: Counter[counts.Cell],
) -> Iterator[dict[str, Any]]:
    chance = random.Random(number)  # noqa: S311 - only to be the same each time
    for n in range(number):
        project = projects[n % len(projects)]
        (level,) = chance.choices(LEVELS, WEIGHTS)
        proof = Proof.VERIFIED if chance.random() < 0.8 else Proof.NONE
        said_at = datetime.combine(project["completed_on"], datetime.min.time(), UTC)
        said_at += timedelta(minutes=chance.randrange(60 * 24 * 60))
        row = {
            "project_id": project["id"],
            "wave_id": waves[project["id"]],
            "rater": f"{n:064x}",
            "proof": proof,
            "channel": Channel.QR if chance.random() < 0.5 else Channel.WEB,
            "town_code": project["town_code"],
            "level": level,
            "marks": {d.value: level for d in Dimension} if n % 3 == 0 else {},
            "reasons": [],
            "comment": "方便多了。" if n % 10 == 0 else "",
            "comment_visibility": CommentVisibility.PUBLIC
            if n % 10 == 0
            else CommentVisibility.PRIVATE,
            "wants_answer": False,
            "entered_by": "",
            "standing": Standing.COUNTED,
            "is_cleared": False,
            "is_disputed": False,
            "is_uniform": False,
            "given_at": said_at,
            "said_at": said_at,
            "version": 1,
        }
        tallies.update(counts.cells_of_rating(SimpleNamespace(**row)))
        yield row
